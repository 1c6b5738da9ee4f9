import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// Nodes that fall silent and come back, alone and by zones: who is heard is left alone, and evictions keep to their rates.
@Suite struct NodeChaosTests {
    private final class Watch {
        let violations = Violations()
        var heard: Set<String> = []
        private var evicting: Set<String> = []
        private var last: [String: Instant] = [:]
        private var going: Set<String> = []

        func look(_ store: Store, _ now: Instant) {
            let nodes = store.list(.nodes)
            var counts: [String: (ready: Int, silent: Int)] = [:]
            for node in nodes {
                let zone = node.label("topology.kubernetes.io/zone") ?? ""
                if node.isConditionTrue("Ready") { counts[zone, default: (0, 0)].ready += 1 } else { counts[zone, default: (0, 0)].silent += 1 }
                if heard.contains(node.name) { violations.check(node.isConditionTrue("Ready"), "\(node.name) is heard and counts as silent") }
            }
            for node in nodes {
                let taints = (node["spec"]?["taints"]?.elements ?? []).filter { $0["effect"]?.stringValue == "NoExecute" }
                violations.check(taints.count <= 1, "\(node.name) has \(taints.count) taints that evict")
                if taints.isEmpty {
                    evicting.remove(node.name)
                } else if evicting.insert(node.name).inserted {
                    let zone = node.label("topology.kubernetes.io/zone") ?? ""
                    let (ready, silent) = counts[zone]!
                    let share = Double(silent) / Double(ready + silent)
                    violations.check(!node.isConditionTrue("Ready"), "\(node.name) is ready and evicted")
                    violations.check(ready == 0 || silent <= 2 || share < 0.55, "evicts in \(zone) with \(ready) ready and \(silent) silent")
                    violations.check(counts.values.contains { $0.ready > 0 }, "evicts while nobody answers")
                    if let before = last[zone] { violations.check(now - before >= .seconds(10), "evicts again in \(zone) after \(now - before)") }
                    last[zone] = now
                }
            }
            for pod in store.list(.pods, namespace: "default") where pod.isBeingDeleted && going.insert(pod.uid).inserted {
                violations.check(evicting.contains(pod.nodeName), "\(pod.name) was taken from \(pod.nodeName), which nobody gave up")
            }
        }
    }

    static let leases = "kube-node-lease"

    private static func beat(_ cluster: inout MiniCluster, _ heard: Set<String>) {
        let now = cluster.server.now
        for name in heard.sorted() {
            cluster.change(.leases, name, namespace: leases) { $0["spec", "renewTime"] = .string(now.rfc3339Micro) }
            guard var node = cluster.server.store.get(.nodes, name: name), !node.isConditionTrue("Ready") else { continue }
            node["status", default: [:]]["conditions"] = [
                ["type": "Ready", "status": "True", "lastHeartbeatTime": .string(now.rfc3339), "lastTransitionTime": .string(now.rfc3339)]
            ]
            cluster.attempt { s throws(APIStatus) in _ = try s.updateStatus(.nodes, node) }
        }
    }

    static func run(_ seed: UInt64) -> (cluster: MiniCluster, violations: [String]) {
        var random = RandomStream(seed: seed, name: "chaos")
        var cluster = MiniCluster(
            nodes: 9, seed: seed, only: MiniCluster.ground.union(["node-controller", "taint-eviction-controller", "replicaset-controller"]))
        let nodes = cluster.server.store.list(.nodes).map(\.name)
        cluster.create(.namespaces, ["metadata": ["name": .string(leases)]])
        for name in nodes {
            cluster.create(
                .leases, ["metadata": ["name": .string(name), "namespace": .string(leases)], "spec": ["renewTime": .string(cluster.server.now.rfc3339Micro)]])
        }
        cluster.create(.replicaSets, Sample.workload("ReplicaSet", "web", replicas: 6))
        cluster.settle()
        let watch = Watch()
        var heard = Set(nodes)
        cluster.afterWrite = { watch.look($0, $1) }
        for _ in 0..<8 {
            switch random.below(5) {
            case 0, 1: heard.remove(nodes[random.below(nodes.count)])
            case 2:
                let zone = "zone-\(random.below(3))"
                for node in cluster.server.store.list(.nodes) where node.label("topology.kubernetes.io/zone") == zone { heard.remove(node.name) }
            case 3: heard.formUnion(nodes.filter { _ in random.chance(1, in: 2) })
            default: if random.chance(1, in: 3) { heard = [] }
            }
            // What comes back is heard once its first beat has come.
            watch.heard.formIntersection(heard)
            for _ in 0..<(2 + random.below(25)) {
                beat(&cluster, heard)
                watch.heard = heard
                cluster.advance(by: .seconds(20))
            }
        }
        for _ in 0..<15 {
            beat(&cluster, Set(nodes))
            watch.heard = Set(nodes)
            cluster.advance(by: .seconds(20))
        }
        return (cluster, watch.violations.list)
    }

    @Test(arguments: ChaosSeeds.all)
    func `evicts at its rate, and forgets when nodes are back`(_ seed: UInt64) {
        let (cluster, violations) = Self.run(seed)
        #expect(violations == [], ChaosSeeds.note(seed))
        for node in cluster.server.store.list(.nodes) {
            #expect((node["spec"]?["taints"]?.elements ?? []) == [], ChaosSeeds.note(seed))
            #expect(node.isConditionTrue("Ready"), ChaosSeeds.note(seed))
        }
        #expect(cluster.get(.replicaSets, "web").statusInt("availableReplicas") == 6, ChaosSeeds.note(seed))
        #expect(cluster.server.store.livePods().count == 6, ChaosSeeds.note(seed))
    }

    @Test(arguments: ChaosSeeds.all.prefix(5))
    func `one seed gives one trace`(_ seed: UInt64) {
        #expect(Self.run(seed).cluster.server.trace.digest == Self.run(seed).cluster.server.trace.digest)
    }
}
