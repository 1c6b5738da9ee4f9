/// Databases and the like.
extension BuiltInImages {
    static let databases: Group = [
        (
            ["redis", "bitnami/redis", "valkey/valkey", "valkey", "gb-redis-follower", "google_samples/gb-redis-follower", "google-samples/gb-redis-follower"],
            """
            kind: Image
            metadata: {name: redis}
            spec:
              system: debian
              tools: [redis-cli, redis-server]
              sizeMB: 51
              programs: [redis-server, docker-entrypoint.sh, valkey-server, "--*"]
              startup: 200ms
              ports: [6379]
              reads: redis
              protocol: redis
              data: /data
              cost: {cpuMilliseconds: 0.05, idleMilliCPU: 2, idleMemoryMB: 7.5, concurrency: 10000, waitMilliseconds: 0.1}
              log: ["1:C ${time:redis} * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo", "1:M ${time:redis} * Running mode=standalone, port=6379.", "1:M ${time:redis} * Server initialized", "1:M ${time:redis} * Ready to accept connections tcp"]
            """
        ),
        (
            ["mysql", "mysql/mysql-server", "mariadb", "bitnami/mysql"],
            """
            kind: Image
            metadata: {name: mysql}
            spec:
              system: fedora
              tools: [mysql, mysqladmin, mysqld]
              sizeMB: 170
              programs: [mysqld, docker-entrypoint.sh, mariadbd, "--*"]
              startup: 9s
              ports: [3306]
              protocol: mysql
              data: /var/lib/mysql
              requires:
              - anyOf: [MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD, MYSQL_RANDOM_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD, MARIADB_RANDOM_ROOT_PASSWORD, MYSQL_ROOT_PASSWORD_FILE]
                code: 1
                message: |-
                  ${time:mysql} [Note] [Entrypoint]: Entrypoint script for MySQL Server ${tag} started.
                  ${time:mysql} [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified
                      You need to specify one of the following as an environment variable:
                      - MYSQL_ROOT_PASSWORD
                      - MYSQL_ALLOW_EMPTY_PASSWORD
                      - MYSQL_RANDOM_ROOT_PASSWORD
              cost: {cpuMilliseconds: 1, idleMilliCPU: 8, idleMemoryMB: 380, concurrency: 150, waitMilliseconds: 1}
              log: ["${time:mysql} [Note] [Entrypoint]: Entrypoint script for MySQL Server started.", "${time:mysql} 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. port: 3306  MySQL Community Server - GPL."]
            """
        ),
        (
            ["postgres", "bitnami/postgresql"],
            """
            kind: Image
            metadata: {name: postgres}
            spec:
              system: debian
              tools: [psql, pg_isready, postgres]
              sizeMB: 155
              programs: [postgres, docker-entrypoint.sh, "-c*"]
              startup: 4s
              ports: [5432]
              protocol: postgres
              data: /var/lib/postgresql/data
              requires:
              - anyOf: [POSTGRES_PASSWORD, POSTGRES_HOST_AUTH_METHOD, POSTGRES_PASSWORD_FILE, POSTGRESQL_PASSWORD]
                code: 1
                message: |-
                  Error: Database is uninitialized and superuser password is not specified.
                         You must specify POSTGRES_PASSWORD to a non-empty value for the
                         superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

                         You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
                         connections without a password. This is *not* recommended.

                         See PostgreSQL documentation about "trust":
                         https://www.postgresql.org/docs/current/auth-trust.html
              cost: {cpuMilliseconds: 0.8, idleMilliCPU: 3, idleMemoryMB: 40, concurrency: 100, waitMilliseconds: 1}
              log: ["${time:postgres} UTC [1] LOG:  starting PostgreSQL ${tag}", "${time:postgres} UTC [1] LOG:  listening on IPv4 address \\"0.0.0.0\\", port 5432", "${time:postgres} UTC [1] LOG:  database system is ready to accept connections"]
            """
        ),
        (
            ["memcached", "bitnami/memcached"],
            """
            kind: Image
            metadata: {name: memcached}
            spec:
              system: debian
              tools: [memcached]
              sizeMB: 32
              programs: [memcached, docker-entrypoint.sh, "-*"]
              user: 11211
              ports: [11211]
              cost: {cpuMilliseconds: 0.03, idleMilliCPU: 1, idleMemoryMB: 3, concurrency: 10000, waitMilliseconds: 0.1}
            """
        ),
        (
            ["mongo", "mongodb/mongodb-community-server", "bitnami/mongodb"],
            """
            kind: Image
            metadata: {name: mongo}
            spec:
              sizeMB: 270
              programs: [mongod, docker-entrypoint.sh, "--*"]
              startup: 3s
              ports: [27017]
              cost: {cpuMilliseconds: 0.6, idleMilliCPU: 6, idleMemoryMB: 170, concurrency: 1000}
              log: ['{"t":{"$date":"${time}"},"s":"I","c":"NETWORK","id":23016,"ctx":"listener","msg":"Waiting for connections","attr":{"port":27017,"ssl":"off"}}']
            """
        ),
        (
            ["rabbitmq", "bitnami/rabbitmq"],
            """
            kind: Image
            metadata: {name: rabbitmq}
            spec:
              sizeMB: 110
              programs: [rabbitmq-server, docker-entrypoint.sh]
              startup: 6s
              ports: [5672, 15672]
              cost: {cpuMilliseconds: 0.3, idleMilliCPU: 8, idleMemoryMB: 140, concurrency: 1000}
              log: ["${time} [info] <0.9.0> Server startup complete; 4 plugins started."]
            """
        ),
        (
            ["amazon/dynamodb-local", "aws-dynamodb-local/aws-dynamodb-local"],
            """
            kind: Image
            metadata: {name: dynamodb-local}
            spec:
              sizeMB: 230
              programs: [java, "-jar*"]
              startup: 2s
              ports: [8000]
              user: 1000
              routes: [{path: "/*", status: 400, type: application/json, body: '{"__type":"com.amazonaws.dynamodb.v20120810#MissingAuthenticationToken","Message":"Request must contain either a valid (registered) AWS access key ID or X.509 certificate."}'}]
              cost: {cpuMilliseconds: 1, idleMilliCPU: 6, idleMemoryMB: 160}
              log: ["Initializing DynamoDB Local with the following configuration:", "Port:\\t8000", "InMemory:\\ttrue"]
            """
        ),
        (
            ["etcd", "coreos/etcd"],
            """
            kind: Image
            metadata: {name: etcd}
            spec:
              sizeMB: 57
              programs: [/usr/local/bin/etcd, etcd, "--*"]
              startup: 1s
              ports: [2379]
              health: {"": SERVING}
              routes: [{path: /health, type: application/json, body: '{"health":"true","reason":""}'}, {path: "/*", status: 404, body: "404 page not found\\n"}]
              cost: {cpuMilliseconds: 0.3, idleMilliCPU: 10, idleMemoryMB: 25}
            """
        ),
        (
            ["elasticsearch", "opensearchproject/opensearch", "nats", "apache/kafka", "bitnami/kafka", "minio/minio", "couchdb", "influxdb"],
            """
            kind: Image
            metadata: {name: datastore}
            spec:
              sizeMB: 350
              startup: 5s
              ports: [9200, 9042, 2181, 4222, 9092, 9000, 5984, 8086]
              cost: {cpuMilliseconds: 0.5, idleMilliCPU: 10, idleMemoryMB: 300, concurrency: 1000}
              routes: [{path: "/*", body: "ok\\n"}]
              log: ["ready"]
            """
        ),
    ]
}
