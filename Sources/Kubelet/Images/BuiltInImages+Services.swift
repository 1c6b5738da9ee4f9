/// Databases, example programs and the retail store sample application.
extension BuiltInImages {
    static let databases: Group = [
        (
            ["redis", "bitnami/redis", "valkey/valkey", "valkey"],
            """
            kind: Image
            metadata: {name: redis}
            spec:
              sizeMB: 51
              programs: [redis-server, docker-entrypoint.sh, valkey-server]
              startup: 200ms
              ports: [6379]
              cost: {cpuMilliseconds: 0.05, idleMilliCPU: 2, idleMemoryMB: 7.5, concurrency: 10000, waitMilliseconds: 0.1}
              log: ["1:C ${time:redis} * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo", "1:M ${time:redis} * Ready to accept connections tcp"]
            """
        ),
        (
            ["mysql", "mysql/mysql-server", "mariadb", "bitnami/mysql"],
            """
            kind: Image
            metadata: {name: mysql}
            spec:
              sizeMB: 170
              programs: [mysqld, docker-entrypoint.sh, mariadbd, "--*"]
              startup: 9s
              ports: [3306]
              requires:
              - anyOf: [MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD, MYSQL_RANDOM_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD, MARIADB_RANDOM_ROOT_PASSWORD, MYSQL_ROOT_PASSWORD_FILE]
                code: 1
                message: |-
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
              sizeMB: 155
              programs: [postgres, docker-entrypoint.sh]
              startup: 4s
              ports: [5432]
              requires:
              - anyOf: [POSTGRES_PASSWORD, POSTGRES_HOST_AUTH_METHOD, POSTGRES_PASSWORD_FILE, POSTGRESQL_PASSWORD]
                code: 1
                message: |-
                  Error: Database is uninitialized and superuser password is not specified.
                         You must specify POSTGRES_PASSWORD to a non-empty value for the
                         superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".
              cost: {cpuMilliseconds: 0.8, idleMilliCPU: 3, idleMemoryMB: 40, concurrency: 100, waitMilliseconds: 1}
              log: ["${time:postgres} UTC [1] LOG:  database system is ready to accept connections"]
            """
        ),
        (
            ["mongo", "mongodb/mongodb-community-server", "memcached", "rabbitmq", "elasticsearch", "cassandra", "amazon/dynamodb-local", "aws-dynamodb-local/aws-dynamodb-local", "etcd", "zookeeper", "nats"],
            """
            kind: Image
            metadata: {name: datastore}
            spec:
              sizeMB: 120
              startup: 2s
              ports: [27017, 11211, 5672, 15672, 9200, 9042, 8000, 2379, 2181, 4222]
              cost: {cpuMilliseconds: 0.3, idleMilliCPU: 4, idleMemoryMB: 60, concurrency: 1000}
              routes: [{path: "/*", body: "ok\\n"}]
              log: ["ready"]
            """
        ),
    ]

    static let examples: Group = [
        (
            ["agnhost", "e2e-test-images/agnhost"],
            """
            kind: Image
            metadata: {name: agnhost}
            spec:
              sizeMB: 53
              run: idle
              programs: [/agnhost, agnhost]
              entrypoint: [/agnhost]
              command: [pause]
              ports: []
              subcommands:
                netexec: {ports: [8080]}
                serve-hostname: {ports: [9376], routes: [{path: "/*", body: "${hostname}"}]}
                http-server: {ports: [80]}
                guestbook: {ports: [3000]}
                porter: {ports: [80]}
                test-webserver: {ports: [80]}
                nettest: {ports: [8080]}
                webhook: {ports: [8444]}
              routes:
              - {path: /hostname, body: "${hostname}"}
              - {path: /hostName, body: "${hostname}"}
              - {path: /healthz, body: "ok"}
              - {path: /clientip, body: "${client}"}
              - {path: "/echo*", body: "${query:msg}"}
              - {path: "/shell*", type: application/json, body: "{\\"output\\":\\"\\"}"}
              - {path: "/*", body: "NOW: ${time:go}"}
              log: ["Started HTTP server on port 8080"]
            """
        ),
        (
            ["google_samples/gb-frontend", "google-samples/gb-frontend", "gb-frontend", "guestbook", "wordpress", "ghost", "drupal", "phpmyadmin", "adminer", "grafana/grafana", "prom/prometheus", "prometheus/prometheus"],
            """
            kind: Image
            metadata: {name: webapp}
            spec:
              sizeMB: 180
              startup: 2s
              ports: [80, 3000, 8080, 9090, 2368]
              routes: [{path: "/*", type: text/html, body: "<html><body>${hostname}</body></html>"}]
              cost: {cpuMilliseconds: 5, idleMilliCPU: 2, idleMemoryMB: 60}
            """
        ),
    ]

    /// The services of the sample store: what each listens on, and which variables name what it depends on.
    static let retail: Group = [
        ("ui", 8080, 14, ["RETAIL_UI_ENDPOINTS_CATALOG", "RETAIL_UI_ENDPOINTS_CARTS", "RETAIL_UI_ENDPOINTS_ORDERS", "RETAIL_UI_ENDPOINTS_CHECKOUT"], "<html><title>Retail Store</title><body>${hostname}</body></html>"),
        ("catalog", 8080, 1, ["RETAIL_CATALOG_PERSISTENCE_ENDPOINT", "DB_ENDPOINT"], "[{\\\"id\\\":\\\"1\\\",\\\"name\\\":\\\"Pocket Watch\\\"}]"),
        ("cart", 8080, 12, ["RETAIL_CART_PERSISTENCE_DYNAMODB_ENDPOINT", "CARTS_DYNAMODB_ENDPOINT"], "{\\\"items\\\":[]}"),
        ("checkout", 8080, 3, ["RETAIL_CHECKOUT_PERSISTENCE_REDIS_URL", "REDIS_URL"], "{}"),
        ("orders", 8080, 14, ["RETAIL_ORDERS_PERSISTENCE_ENDPOINT"], "[]"),
        ("assets", 8080, 1, [], "ok"),
    ].map { (service: String, port: Int, startup: Int, waits: [String], body: String) in
        (
            ["aws-containers/retail-store-sample-\(service)", "retail-store-sample-\(service)"],
            """
            kind: Image
            metadata: {name: retail-store-sample-\(service)}
            spec:
              sizeMB: 160
              startup: \(startup)s
              ports: [\(port)]
              waitsFor: [\(waits.joined(separator: ", "))]
              routes:
              - {path: /health, type: application/json, body: "{\\"status\\":\\"ok\\"}"}
              - {path: "/actuator/health*", type: application/json, body: "{\\"status\\":\\"UP\\"}"}
              - {path: "/topology", type: application/json, body: "{\\"serviceName\\":\\"\(service)\\"}"}
              - {path: "/*", type: "\(service == "ui" ? "text/html" : "application/json")", body: "\(body)"}
              cost: {cpuMilliseconds: 6, idleMilliCPU: 4, idleMemoryMB: \(service == "catalog" || service == "assets" ? 12 : 190)}
              user: 1000
              log: ["Started \(service) on port \(port)"]
            """
        )
    }
}
