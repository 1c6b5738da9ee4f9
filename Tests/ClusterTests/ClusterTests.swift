import APIMachinery
import Cluster
import KubernetesObjects
import ServiceNetwork
import SimulationKernel
import Testing

/// A whole cluster, end to end: objects in, pods running, requests answered.
@Suite struct ClusterTests {
    static let deployment: Value = [
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web", "namespace": "default"],
        "spec": [
            "replicas": 3, "selector": ["matchLabels": ["app": "web"]],
            "template": [
                "metadata": ["labels": ["app": "web"]],
                "spec": ["containers": [["name": "web", "image": "nginx:1.7.9", "ports": [["containerPort": 80]]]]],
            ],
        ],
    ]

    static func create(_ object: Value, _ resource: GroupVersionResource, in cluster: inout Cluster) throws {
        var request = APIRequest(.create, resource, namespace: object.namespace)
        request.body = object
        _ = try cluster.send(request)
    }

    static func started(_ profile: ClusterProfile = .named("eks-3x-m5.large")!, seed: UInt64 = 7) -> Cluster {
        var cluster = Cluster(profile: profile, seed: seed)
        cluster.settle()
        return cluster
    }

    @Test func `nodes join and become ready`() {
        let cluster = Self.started()
        let nodes = cluster.store.list(.nodes)
        #expect(nodes.count == 3)
        #expect(nodes.allSatisfy { $0.isConditionTrue("Ready") })
    }

    @Test func `events end an hour after they last happened, by the cluster's clock`() throws {
        var cluster = Self.started()
        try Self.create(Self.deployment, GroupVersionResource(group: "apps", version: "v1", resource: "deployments"), in: &cluster)
        cluster.settle()
        let scaled = { (cluster: Cluster) in cluster.store.list(.events).contains { $0["reason"] == "ScalingReplicaSet" } }
        #expect(scaled(cluster))
        cluster.advance(by: .seconds(3500))
        #expect(scaled(cluster))
        let revision = cluster.store.revision
        // However the time is cut up, the same is written.
        var other = cluster
        cluster.advance(by: .seconds(200))
        for _ in 0..<20 { other.advance(by: .seconds(10)) }
        #expect(!scaled(cluster) && cluster.store.list(.events).isEmpty)
        #expect(cluster.store.revision > revision && cluster.store.revision == other.store.revision)
        // A cluster in which nothing else happens is woken for it, too.
        var empty = Cluster(profile: .named("empty")!)
        var request = APIRequest(.create, GroupVersionResource(group: "", version: "v1", resource: "events"), namespace: "default")
        request.body = [
            "apiVersion": "v1", "kind": "Event", "metadata": ["name": "e", "namespace": "default"],
            "involvedObject": ["kind": "Pod", "namespace": "default", "name": "p"], "type": "Normal", "reason": "Seen",
        ]
        _ = try empty.send(request)
        #expect(empty.nextDue.map { $0 <= empty.now + .seconds(3600) } == true)
        empty.advance(by: .seconds(3600))
        #expect(empty.store.list(.events).isEmpty)
    }

    @Test func `a deployment runs all its pods`() throws {
        var cluster = Self.started()
        try Self.create(Self.deployment, GroupVersionResource(group: "apps", version: "v1", resource: "deployments"), in: &cluster)
        #expect(cluster.settle() == .settled)
        let web = cluster.store.get(.deployments, namespace: "default", name: "web")
        #expect(web?["status"]?["readyReplicas"]?.intValue == 3)
        #expect(cluster.store.list(.pods, namespace: "default").allSatisfy { $0["status"]?["phase"] == "Running" })
    }

    @Test func `a node port answers on every node from every pod`() throws {
        var cluster = Self.started()
        try Self.create(Self.deployment, GroupVersionResource(group: "apps", version: "v1", resource: "deployments"), in: &cluster)
        try Self.create(
            [
                "apiVersion": "v1", "kind": "Service", "metadata": ["name": "web", "namespace": "default"],
                "spec": ["type": "NodePort", "selector": ["app": "web"], "ports": [["port": 80, "nodePort": 30080]]],
            ], GroupVersionResource(group: "", version: "v1", resource: "services"), in: &cluster)
        cluster.settle()
        var pods: Set<String> = []
        for node in cluster.store.list(.nodes) {
            let address = node["status"]?["addresses"]?[0]?["address"]?.stringValue ?? ""
            for _ in 0..<20 {
                let answer = cluster.request(SimulatedRequest(from: .outside, url: RequestURL(host: address, port: 30080)))
                #expect(answer.status == 200, "\(answer.hops)")
                pods.insert(answer.answeredBy)
            }
        }
        #expect(pods.count == 3)
    }

    @Test func `the same seed gives the same trace`() throws {
        func digest(_ seed: UInt64) throws -> UInt64 {
            var cluster = Self.started(seed: seed)
            try Self.create(Self.deployment, GroupVersionResource(group: "apps", version: "v1", resource: "deployments"), in: &cluster)
            cluster.settle()
            cluster.advance(by: .seconds(60))
            return cluster.trace.digest
        }
        #expect(try digest(1) == digest(1))
        #expect(try digest(1) != digest(2))
    }

    @Test func `a copy goes its own way`() throws {
        var cluster = Self.started()
        try Self.create(Self.deployment, GroupVersionResource(group: "apps", version: "v1", resource: "deployments"), in: &cluster)
        cluster.settle()
        var copy = cluster
        _ = try copy.send(APIRequest(.delete, GroupVersionResource(group: "apps", version: "v1", resource: "deployments"), namespace: "default", name: "web"))
        copy.settle()
        #expect(copy.store.list(.pods, namespace: "default").isEmpty)
        #expect(cluster.store.list(.pods, namespace: "default").count == 3)
    }
}
