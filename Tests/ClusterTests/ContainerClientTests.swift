import APIMachinery
import Cluster
import Kubectl
import KubernetesObjects
import SimulationKernel
import Testing

/// What containers ask of the API server, of databases and of each other.
@Suite struct ContainerClientTests {
    private static func started() -> Cluster {
        var cluster = ClusterTests.started()
        cluster.clientPrograms["kubectl"] = ContainerKubectl()
        return cluster
    }

    static let role = """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: reader}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: reader}
        rules: [{apiGroups: [""], resources: [pods], verbs: [get, list, watch]}, {apiGroups: [""], resources: [configmaps], verbs: [create, get]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: reader}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
        subjects: [{kind: ServiceAccount, name: reader, namespace: default}]
        """

    private static func run(_ account: String, _ script: String, in cluster: inout Cluster, more: String = "") throws -> String {
        let name = "job-\(cluster.store.count(.pods))"
        var pod = try #require(YAMLReader().read("apiVersion: v1\nkind: Pod\nmetadata: {name: \(name)}\nspec: {restartPolicy: Never, serviceAccountName: \(account), \(more)containers: [{name: c, image: 'alpine/k8s:1.36.0'}]}").documents.first?.value)
        pod["spec", "containers"] = [["name": "c", "image": "alpine/k8s:1.36.0", "command": ["sh", "-c", .string(script)]]]
        try StorageTests.apply(pod, in: &cluster)
        cluster.settle()
        return try StorageTests.log(name, in: &cluster)
    }

    @Test func `kubectl in a container has the rights of the pod's account`() throws {
        var cluster = Self.started()
        try StorageTests.apply(Self.role, in: &cluster)
        #expect(try Self.run("reader", "kubectl get pods -o name", in: &cluster).contains("pod/job-"))
        #expect(try Self.run("default", "kubectl get pods 2>&1; echo $?", in: &cluster) == "Error from server (Forbidden): pods is forbidden: User \"system:serviceaccount:default:default\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\"\n1\n")
        #expect(try Self.run("reader", "kubectl create configmap made --from-literal=a=b", in: &cluster) == "configmap/made created\n")
        #expect(cluster.store.get(.configMaps, namespace: "default", name: "made")?["data"]?["a"] == "b")
        #expect(try Self.run("reader", "kubectl get pods 2>&1", in: &cluster, more: "automountServiceAccountToken: false, ").contains("localhost:8080 was refused"))
    }

    @Test func `a debugging container that ends by itself is waited for and its log shown`() throws {
        var cluster = Self.started()
        try StorageTests.apply("apiVersion: v1\nkind: Pod\nmetadata: {name: target}\nspec: {containers: [{name: c, image: nginx}]}", in: &cluster)
        cluster.settle()
        let session = ClusterSession(cluster)
        func debug(_ name: String, _ command: [String]) -> ClientProgramOutput {
            ContainerKubectl().run(["debug", "target", "-i", "-q", "--image=busybox", "-c", name, "--"] + command, input: [], namespace: "default", client: session, read: { _ in nil })
        }
        let ended = debug("one", ["sh", "-c", "sleep 2; echo hello"])
        #expect(String(decoding: ended.output, as: UTF8.self) == "hello\n" && ended.status == 0, "\(String(decoding: ended.errors, as: UTF8.self))")
        let staying = debug("two", ["sleep", "1000"])
        #expect(String(decoding: staying.errors, as: UTF8.self).contains("Attaching needs a live cluster") && staying.output.isEmpty)
    }

    @Test func `kubectl in a container waits for others without holding the clock`() throws {
        var cluster = Self.started()
        try StorageTests.apply(Self.role, in: &cluster)
        try StorageTests.apply("apiVersion: v1\nkind: Pod\nmetadata: {name: late}\nspec: {containers: [{name: c, image: nginx, readinessProbe: {httpGet: {path: /, port: 80}, initialDelaySeconds: 20}}]}", in: &cluster)
        #expect(try Self.run("reader", "kubectl wait --for=condition=Ready pod/late --timeout=60s", in: &cluster) == "pod/late condition met\n")
    }

    @Test func `the API server knows who a token in a container is from`() throws {
        var cluster = Self.started()
        try StorageTests.apply(Self.role, in: &cluster)
        let ask = "T=$(cat /var/run/secrets/kubernetes.io/serviceaccount/token); curl -sk -H \"Authorization: Bearer $T\" https://kubernetes.default.svc/api/v1/namespaces/default/"
        #expect(try Self.run("reader", ask + "pods", in: &cluster).contains("PodList"))
        #expect(try Self.run("reader", ask + "secrets", in: &cluster).contains("system:serviceaccount:default:reader\\\" cannot list resource \\\"secrets\\\""))
    }

    @Test func `redis keeps what it is told, on its volume`() throws {
        var cluster = Self.started()
        try StorageTests.apply(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: store, labels: {app: store}}
            spec: {containers: [{name: c, image: 'redis:8'}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: store}
            spec: {selector: {app: store}, ports: [{port: 6379}]}
            """, in: &cluster)
        #expect(try Self.run("default", "sleep 5; redis-cli -h store SET a 'b c'; redis-cli -h store GET a; redis-cli -h store INCR n; redis-cli -h store INCR n", in: &cluster) == "OK\nb c\n1\n2\n")
        #expect(try StorageTests.exec("store", "redis-cli GET a", in: &cluster) == "b c\n")
    }

    @Test func `what a command asks of others changes them`() throws {
        var cluster = Self.started()
        try StorageTests.apply(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: store, labels: {app: store}}
            spec: {containers: [{name: c, image: 'redis:8'}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: store}
            spec: {selector: {app: store}, ports: [{port: 6379}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: web, labels: {app: web}}
            spec: {containers: [{name: c, image: nginx}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {clusterIP: 10.100.7.7, selector: {app: web}, ports: [{port: 80}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: client}
            spec: {containers: [{name: c, image: busybox, command: [sleep, '9999']}]}
            """, in: &cluster)
        cluster.settle()
        // Also where a server asks itself through its Service.
        #expect(try StorageTests.exec("store", "redis-cli -h store SET a 1; redis-cli -h store INCR a; redis-cli GET a", in: &cluster) == "OK\n2\n2\n")
        #expect(try StorageTests.exec("store", "redis-cli -h store INCR a", in: &cluster) == "3\n")
        let shown = try StorageTests.exec("client", "wget -O /dev/null web/page?q=1; wget -q -O- http://web:80/ | head -n 1", in: &cluster)
        #expect(shown == "<!DOCTYPE html>\nConnecting to web (10.100.7.7:80)\nwget: server returned error: HTTP/1.1 404 Not Found\n")
        let log = try StorageTests.log("web", in: &cluster)
        #expect(log.contains("\"GET /page?q=1 HTTP/1.1\" 404 ") && log.contains("\"GET / HTTP/1.1\" 200 "), "\(log)")
    }

    @Test func `mysql answers simple statements to who has its password`() throws {
        var cluster = Self.started()
        try StorageTests.apply("apiVersion: v1\nkind: Pod\nmetadata: {name: db}\nspec: {containers: [{name: c, image: 'mysql:9', env: [{name: MYSQL_ROOT_PASSWORD, value: pw}, {name: MYSQL_DATABASE, value: shop}]}]}", in: &cluster)
        cluster.settle()
        cluster.advance(by: .seconds(10))
        let warning = "mysql: [Warning] Using a password on the command line interface can be insecure.\n"
        #expect(try StorageTests.exec("db", "mysql -uroot -ppw -e 'SELECT 1'", in: &cluster) == "1\n1\n" + warning)
        #expect(try StorageTests.exec("db", "mysql -uroot -pno -e 'SELECT 1'", in: &cluster).contains("ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)"))
        let made = try StorageTests.exec("db", "mysql -uroot -ppw -e \"CREATE TABLE shop.items (id INT, name VARCHAR(20)); INSERT INTO shop.items VALUES (1, 'pen'), (2, 'ink')\"", in: &cluster)
        #expect(made == warning)
        let found = try StorageTests.exec("db", "mysql -uroot -ppw -e 'SELECT name FROM shop.items WHERE id = 2'", in: &cluster)
        #expect(found == "name\nink\n" + warning)
        #expect(try StorageTests.exec("db", "mysql -uroot -ppw -e 'SHOW DATABASES'", in: &cluster).contains("shop\n"))
    }

    @Test func `a database begins with its scripts, and keeps what its volume keeps`() throws {
        var cluster = Self.started()
        let pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: db}
            spec:
              volumes: [{name: data, hostPath: {path: /data, type: DirectoryOrCreate}}, {name: init, configMap: {name: init}}]
              containers:
              - name: c
                image: postgres:17
                env: [{name: POSTGRES_PASSWORD, value: pw}, {name: POSTGRES_DB, value: shop}]
                volumeMounts: [{name: data, mountPath: /var/lib/postgresql/data}, {name: init, mountPath: /docker-entrypoint-initdb.d}]
            """
        try StorageTests.apply("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: init}\ndata: {'1.sql': 'CREATE TABLE t (n INT);', '2.sql': 'INSERT INTO t VALUES (1)'}\n---\n" + pod, in: &cluster)
        cluster.settle()
        cluster.advance(by: .seconds(20))
        let query = "psql -U postgres -d shop -tAc 'INSERT INTO t SELECT n + 1 FROM t RETURNING n'"
        #expect(try StorageTests.exec("db", query, in: &cluster) == "2\nINSERT 0 1\n")
        let node = cluster.store.get(.pods, namespace: "default", name: "db")?["spec"]?["nodeName"]?.stringValue ?? ""
        _ = try cluster.send(APIRequest(.delete, GroupVersionResource(group: "", version: "v1", resource: "pods"), namespace: "default", name: "db"))
        cluster.settle()
        try StorageTests.apply(pod.replacing("spec:\n  volumes", with: "spec:\n  nodeName: \(node)\n  volumes"), in: &cluster)
        cluster.settle()
        cluster.advance(by: .seconds(20))
        #expect(try StorageTests.exec("db", "psql -U postgres -d shop -tAc 'SELECT n FROM t ORDER BY n DESC LIMIT 1'", in: &cluster) == "2\n")
    }

    @Test func `a service of the store fails as long as what it asks does`() throws {
        var cluster = Self.started()
        try StorageTests.apply(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: ui}
            spec: {containers: [{name: c, image: 'public.ecr.aws/aws-containers/retail-store-sample-ui:1.3.0', env: [{name: RETAIL_UI_ENDPOINTS_CATALOG, value: 'http://catalog'}]}]}
            """, in: &cluster)
        cluster.settle()
        cluster.advance(by: .seconds(15))
        #expect(try StorageTests.exec("ui", "curl -s -o /dev/null -w '%{http_code}' localhost:8080/actuator/health", in: &cluster) == "200")
        let address = cluster.store.get(.pods, namespace: "default", name: "ui")?["status"]?["podIP"]?.stringValue ?? ""
        let before = try Self.run("default", "curl -s -o /dev/null -w '%{http_code}' \(address):8080/home", in: &cluster)
        #expect(before == "500\n")
        try StorageTests.apply(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: catalog, labels: {app: catalog}}
            spec: {containers: [{name: c, image: 'public.ecr.aws/aws-containers/retail-store-sample-catalog:1.3.0'}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: catalog}
            spec: {selector: {app: catalog}, ports: [{port: 80, targetPort: 8080}]}
            """, in: &cluster)
        cluster.settle()
        cluster.advance(by: .seconds(5))
        let after = try Self.run("default", "curl -s -o /dev/null -w '%{http_code}' \(address):8080/home", in: &cluster)
        #expect(after == "200\n")
    }
}
