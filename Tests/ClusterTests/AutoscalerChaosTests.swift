import APIMachinery
import Cluster
import Foundation
import KubernetesObjects
import SimulationKernel
import Testing

/// The Cluster Autoscaler while load comes and goes and machines are lost.
@Suite struct AutoscalerChaosTests {
    /// Five seeds unless `LABRUNNER_SEEDS` says how many.
    static let seeds: [UInt64] = {
        let count = ProcessInfo.processInfo.environment["LABRUNNER_SEEDS"].flatMap { Int($0) }.map { max($0 / 20, 1) } ?? 5
        return (1...count).map { UInt64($0) }
    }()

    static func run(_ seed: UInt64) throws -> (cluster: Cluster, violations: [String]) {
        var random = RandomStream(seed: seed, name: "chaos")
        var cluster = ClusterAutoscalerTests.cluster(
            nodes: 2, maximum: 5, arguments: ["--scale-down-unneeded-time=2m", "--scale-down-delay-after-add=2m", "--skip-nodes-with-system-pods=false"],
            seed: seed)
        try ClusterTests.create(ClusterAutoscalerTests.deployment("web", replicas: 3, cpu: "500m"), ClusterAutoscalerTests.deployments, in: &cluster)
        var violations: Set<String> = []
        for _ in 0..<10 {
            switch random.below(5) {
            case 0, 1: try ClusterAutoscalerTests.scale("web", to: random.below(12), in: &cluster)
            case 2:
                let nodes = cluster.store.list(.nodes)
                if nodes.count > 1 { cluster.apply(.removeNode(nodes[random.below(nodes.count)].name)) }
            case 3:
                let pods = cluster.store.list(.pods, namespace: "default")
                if !pods.isEmpty { cluster.apply(.killPod(namespace: "default", name: pods[random.below(pods.count)].name)) }
            default: break
            }
            for _ in 0..<random.below(8) {
                cluster.advance(by: .seconds(45))
                let group = cluster.nodeGroups[0]
                if !(group.minimum...group.maximum).contains(group.target) { violations.insert("target \(group.target)") }
                let living = group.instances.count { $0.state != .deleting }
                if living != group.target { violations.insert("\(living) machines for a target of \(group.target)") }
                if Set(group.instances.map(\.name)).count != group.instances.count { violations.insert("a machine twice") }
            }
        }
        try ClusterAutoscalerTests.scale("web", to: 4, in: &cluster)
        cluster.advance(by: .seconds(40 * 60))
        return (cluster, violations.sorted())
    }

    @Test(arguments: seeds)
    func `keeps within its range and ends with what is needed`(_ seed: UInt64) throws {
        let (cluster, violations) = try Self.run(seed)
        #expect(violations == [], "seed \(seed)")
        #expect(ClusterAutoscalerTests.running(cluster) == 4, "seed \(seed)")
        let (group, nodes) = (cluster.nodeGroups[0], cluster.store.list(.nodes))
        #expect(nodes.count == group.target, "seed \(seed)")
        #expect(Set(nodes.map(\.name)) == Set(group.instances.map(\.name)), "seed \(seed)")
        #expect(nodes.allSatisfy { $0.isConditionTrue("Ready") }, "seed \(seed)")
        // Four pods of half a core and the system's find room on two nodes.
        #expect((1...2).contains(nodes.count), "seed \(seed)")
        let taints = nodes.flatMap { ($0["spec"]?["taints"]?.elements ?? []).compactMap { $0["key"]?.stringValue } }
        #expect(!taints.contains("ToBeDeletedByClusterAutoscaler"), "seed \(seed)")
    }

    @Test func `one seed gives one trace`() throws {
        #expect(try Self.run(1).cluster.trace.digest == Self.run(1).cluster.trace.digest)
    }
}
