import APIMachinery
import Cluster
import KubernetesObjects
import ServiceNetwork
import SimulationKernel
import Testing

/// What can be done to a cluster from outside, and what becomes of it.
@Suite struct DisturbanceTests {
    static func started(replicas: Int = 3) throws -> Cluster {
        var cluster = ClusterTests.started()
        try ClusterTests.create(ClusterAutoscalerTests.deployment("web", replicas: replicas, cpu: "50m"), ClusterAutoscalerTests.deployments, in: &cluster)
        cluster.settle()
        return cluster
    }

    static func pods(_ cluster: Cluster) -> [Value] { cluster.store.list(.pods, namespace: "default") }
    static func ready(_ cluster: Cluster) -> Int { pods(cluster).count { $0.isConditionTrue("Ready") && !$0.isBeingDeleted } }

    static let everyOne: [Disturbance] = [
        .stopNode("a"), .startNode("a"), .removeNode("a"), .drainNode("a"), .uncordonNode("a"), .fill(.disk, node: "a"), .free(.disk, node: "a"), .fill(.memory, node: "a"), .free(.memory, node: "a"),
        .fill(.processes, node: "a"), .free(.processes, node: "a"), .cutZone("z"), .healZone("z"),
        .killPod(namespace: "n", name: "p"), .killContainer(namespace: "n", pod: "p", container: "c"), .slowPulls(factor: 5, node: "a"),
        .failPulls(image: "nginx:*", node: ""), .healPulls, .jump(.seconds(90)),
    ]

    @Test(arguments: everyOne)
    func `a journal gives it back as it was`(_ disturbance: Disturbance) {
        let entry = JournalEntry(at: .simulationStart, action: .disturbance(disturbance))
        guard case .disturbance(let read)? = JournalEntry(entry.value)?.action else {
            Issue.record("\(entry.value)")
            return
        }
        #expect(read == disturbance)
    }

    @Test(arguments: everyOne)
    func `what is not there does no harm`(_ disturbance: Disturbance) throws {
        var cluster = try Self.started()
        cluster.apply(disturbance)
        cluster.advance(by: .seconds(60))
        #expect(Self.ready(cluster) == 3)
    }

    @Test func `a killed container is started again in the same pod`() throws {
        var cluster = try Self.started(replicas: 1)
        let before = Self.pods(cluster)[0]
        cluster.apply(.killContainer(namespace: "default", pod: before.name, container: "web"))
        cluster.settle()
        let after = Self.pods(cluster)[0]
        #expect(after.uid == before.uid)
        let status = after["status"]?["containerStatuses"]?[0]
        #expect(status?["restartCount"]?.intValue == 1)
        #expect(status?["lastState"]?["terminated"]?["exitCode"]?.intValue == 137)
        #expect(Self.ready(cluster) == 1)
    }

    @Test func `a drained node is empty, and budgets hold`() throws {
        var cluster = try Self.started(replicas: 3)
        try ClusterTests.create(
            [
                "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": ["name": "web", "namespace": "default"],
                "spec": ["minAvailable": 2, "selector": ["matchLabels": ["app": "web"]]],
            ], GroupVersionResource(group: "policy", version: "v1", resource: "poddisruptionbudgets"), in: &cluster)
        cluster.settle()
        for node in cluster.store.list(.nodes).prefix(2).map(\.name) {
            cluster.apply(.drainNode(node))
            for _ in 0..<20 {
                cluster.advance(by: .seconds(3))
                #expect(Self.ready(cluster) >= 2)
            }
            #expect(cluster.store.pods(onNode: node).filter { $0.namespace == "default" }.isEmpty)
            #expect(cluster.store.get(.nodes, name: node)?["spec"]?["unschedulable"]?.boolValue == true)
        }
        #expect(Self.ready(cluster) == 3)
        let first = cluster.store.list(.nodes)[0].name
        cluster.apply(.uncordonNode(first))
        #expect(cluster.store.get(.nodes, name: first)?["spec"]?["unschedulable"] == nil)
    }

    @Test func `a zone that is cut is not heard of, answers nothing, and comes back`() throws {
        var cluster = try Self.started(replicas: 3)
        let zone = cluster.zones[0]
        let inside = cluster.store.list(.nodes).filter { $0.label("topology.kubernetes.io/zone") == zone }.map(\.name)
        try ClusterTests.create(
            [
                "apiVersion": "v1", "kind": "Service", "metadata": ["name": "web", "namespace": "default"],
                "spec": ["selector": ["app": "web"], "ports": [["port": 80]]],
            ], GroupVersionResource(group: "", version: "v1", resource: "services"), in: &cluster)
        cluster.settle()
        cluster.apply(.cutZone(zone))
        let address = cluster.store.get(.services, namespace: "default", name: "web")?["spec"]?["clusterIP"]?.stringValue ?? ""
        func answers(_ cluster: inout Cluster) -> Int {
            (0..<30).count { _ in cluster.request(SimulatedRequest(from: .node(cluster.store.list(.nodes).last!.name), url: RequestURL(host: address, port: 80))).status == 200 }
        }
        #expect(answers(&cluster) < 30, "some go to the pod that is cut off")
        cluster.advance(by: .seconds(120))
        #expect(cluster.store.list(.nodes).count { !$0.isConditionTrue("Ready") } == inside.count)
        #expect(answers(&cluster) == 30, "its endpoint is gone")
        cluster.apply(.healZone(zone))
        cluster.advance(by: .seconds(120))
        #expect(cluster.store.list(.nodes).allSatisfy { $0.isConditionTrue("Ready") })
        #expect(Self.ready(cluster) == 3)
    }

    @Test func `pulls that fail are tried again, and succeed when they are mended`() throws {
        var cluster = ClusterTests.started()
        cluster.apply(.failPulls(image: "nginx:*", node: ""))
        try ClusterTests.create(ClusterAutoscalerTests.deployment("web", replicas: 1, cpu: "50m"), ClusterAutoscalerTests.deployments, in: &cluster)
        cluster.advance(by: .seconds(60))
        let reason = Self.pods(cluster)[0]["status"]?["containerStatuses"]?[0]?["state"]?["waiting"]?["reason"]?.stringValue ?? ""
        #expect(["ErrImagePull", "ImagePullBackOff"].contains(reason))
        cluster.apply(.healPulls)
        cluster.advance(by: .seconds(120))
        #expect(Self.ready(cluster) == 1)
    }

    @Test func `slow pulls take their time`() throws {
        func time(_ factor: Int) throws -> Duration {
            var cluster = ClusterTests.started()
            cluster.apply(.slowPulls(factor: factor, node: ""))
            try ClusterTests.create(ClusterAutoscalerTests.deployment("web", replicas: 1, cpu: "50m"), ClusterAutoscalerTests.deployments, in: &cluster)
            let start = cluster.now
            #expect(cluster.advance(by: .seconds(600)) { Self.ready($0) == 1 })
            return cluster.now - start
        }
        let (plain, slow) = (try time(1), try time(20))
        #expect(slow > plain * 5, "\(plain) \(slow)")
    }

    @Test func `a full disk evicts and taints`() throws {
        var cluster = try Self.started()
        let node = cluster.store.list(.nodes)[0].name
        cluster.apply(.fill(.disk, node: node))
        cluster.advance(by: .seconds(60))
        #expect(cluster.store.get(.nodes, name: node)?.isConditionTrue("DiskPressure") == true)
        cluster.apply(.free(.disk, node: node))
        cluster.advance(by: .seconds(600))
        #expect(cluster.store.get(.nodes, name: node)?.isConditionTrue("DiskPressure") == false)
        #expect(Self.ready(cluster) == 3)
    }

    @Test func `a clock that jumps leaves everything as it should be`() throws {
        var cluster = try Self.started()
        let before = cluster.now
        cluster.apply(.jump(.seconds(7200)))
        #expect(cluster.now == before + .seconds(7200))
        cluster.advance(by: .seconds(600))
        #expect(cluster.store.list(.nodes).allSatisfy { $0.isConditionTrue("Ready") })
        #expect(Self.ready(cluster) == 3)
    }
}
