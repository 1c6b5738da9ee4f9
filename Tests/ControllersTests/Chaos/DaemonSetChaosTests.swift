import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// A DaemonSet while nodes come, go and change: one pod on each node that fits, and none elsewhere.
@Suite struct DaemonSetChaosTests {
    static func run(_ seed: UInt64) -> (cluster: MiniCluster, violations: [String]) {
        var random = RandomStream(seed: seed, name: "chaos")
        var cluster = MiniCluster(
            nodes: 4, seed: seed,
            only: MiniCluster.ground.union(["daemonset-controller", "garbage-collector-controller", "pod-garbage-collector", "node-taint-controller"]))
        let violations = Violations()
        let surge = random.chance(1, in: 3) ? 1 : 0
        let spec: Value = [
            "updateStrategy": [
                "type": "RollingUpdate", "rollingUpdate": ["maxSurge": Value(surge), "maxUnavailable": Value(surge == 0 ? 1 + random.below(2) : 0)],
            ]
        ]
        var template = Sample.template("agent")
        template["spec", "nodeSelector"] = ["pool": "a"]
        for node in cluster.server.store.list(.nodes) { cluster.changeNode(node.name) { $0["metadata", default: [:]]["labels", default: [:]]["pool"] = "a" } }
        cluster.afterWrite = { store, _ in
            var counts: [String: Int] = [:]
            for pod in store.livePods() { counts[Self.node(of: pod), default: 0] += 1 }
            for (node, count) in counts { violations.check(count <= 1 + surge, "\(count) pods for \(node)") }
        }
        cluster.create(.daemonSets, Sample.workload("DaemonSet", "agent", template: template, spec: spec))
        cluster.settle()
        var added = 0
        for _ in 0..<10 {
            let nodes = cluster.server.store.list(.nodes)
            switch random.below(6) {
            case 0:
                added += 1
                cluster.addNode("new-\(added)")
                let fits = random.chance(1, in: 2)
                if fits { cluster.changeNode("new-\(added)") { $0["metadata", default: [:]]["labels", default: [:]]["pool"] = "a" } }
            case 1:
                if nodes.count > 1 {
                    let gone = nodes[random.below(nodes.count)].name
                    cluster.attempt { s throws(APIStatus) in try s.delete(ObjectKey(.nodes, name: gone)) }
                }
            case 2:
                let pool: Value = random.chance(1, in: 2) ? "a" : "b"
                cluster.changeNode(nodes[random.below(nodes.count)].name) { $0["metadata", default: [:]]["labels", default: [:]]["pool"] = pool }
            case 3:
                let isTainted = random.chance(1, in: 2)
                cluster.changeNode(nodes[random.below(nodes.count)].name) {
                    $0["spec", default: [:]]["taints"] = isTainted ? [["key": "only", "value": "others", "effect": "NoSchedule"]] : nil
                }
            case 4:
                let pods = cluster.server.store.livePods()
                if !pods.isEmpty { cluster.delete(.pods, pods[random.below(pods.count)].name) }
            default:
                cluster.change(.daemonSets, "agent") {
                    $0["spec", "template", "spec", "containers"] = [["name": "agent", "image": .string("agent:\(random.below(3))")]]
                }
            }
            cluster.settle(until: cluster.server.now + .milliseconds(random.below(3) * 600))
        }
        // Pods of nodes that are gone are collected after a while.
        cluster.advance(by: .seconds(180))
        cluster.settle()
        return (cluster, violations.list)
    }

    /// The node that a pod is on, or that it is made for.
    private static func node(of pod: Value) -> String {
        if !pod.nodeName.isEmpty { return pod.nodeName }
        let terms = pod["spec"]?["affinity"]?["nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"]?["nodeSelectorTerms"]
        return terms?[0]?["matchFields"]?[0]?["values"]?[0]?.stringValue ?? ""
    }

    @Test(arguments: ChaosSeeds.all)
    func `runs one pod on each node that fits`(_ seed: UInt64) {
        let (cluster, violations) = Self.run(seed)
        #expect(violations == [], ChaosSeeds.note(seed))
        let pods = cluster.list(.pods).filter { !$0.isBeingDeleted }
        let fitting = cluster.server.store.list(.nodes).filter { $0.label("pool") == "a" }
        for node in fitting where (node["spec"]?["taints"]?.elements ?? []).isEmpty {
            #expect(pods.count { $0.nodeName == node.name } == 1, ChaosSeeds.note(seed))
        }
        // A pod that was there before a NoSchedule taint came stays.
        let names = Set(fitting.map(\.name))
        #expect(pods.allSatisfy { names.contains($0.nodeName) }, ChaosSeeds.note(seed))
        #expect(Set(pods.map(\.nodeName)).count == pods.count, ChaosSeeds.note(seed))
        let image = cluster.get(.daemonSets, "agent")["spec", "template", "spec", "containers"]?[0]?["image"]
        // A node that would not take a new pod keeps its old one.
        let tainted = Set(fitting.filter { !($0["spec"]?["taints"]?.elements ?? []).isEmpty }.map(\.name))
        #expect(pods.allSatisfy { $0["spec", "containers"]?[0]?["image"] == image || tainted.contains($0.nodeName) }, ChaosSeeds.note(seed))
        #expect(cluster.server.store.danglingOwners == [], ChaosSeeds.note(seed))
    }

    @Test(arguments: ChaosSeeds.all.prefix(5))
    func `one seed gives one trace`(_ seed: UInt64) {
        #expect(Self.run(seed).cluster.server.trace.digest == Self.run(seed).cluster.server.trace.digest)
    }
}

extension MiniCluster {
    mutating func changeNode(_ name: String, _ edit: (inout Value) -> Void) {
        guard var node = server.store.get(.nodes, name: name) else { return }
        edit(&node)
        attempt { s throws(APIStatus) in _ = try s.update(.nodes, node) }
    }
}
