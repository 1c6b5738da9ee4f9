import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel
import Testing

@testable import Autoscaling

/// How many nodes of which group the Cluster Autoscaler would add.
@Suite struct ScaleUpPlannerTests {
    static func pending(_ count: Int, cpu: String, memory: String = "100Mi", spec: Value = [:]) -> [Value] {
        var world = World()
        return (0..<count).map { index in
            world.pod("p\(index)", requests: ["cpu": .string(cpu), "memory": .string(memory)], spec: spec, phase: "Pending", node: nil)
        }
    }

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var pods: [Value]
        var group = World.group("g")
        var nodes: Int?
        var helped = 0
        var refusal: [String]?
    }

    @Test(arguments: [
        Case(testDescription: "three to a node", pods: pending(7, cpu: "600m"), nodes: 3, helped: 7),
        Case(testDescription: "one to a node", pods: pending(4, cpu: "1500m"), nodes: 4, helped: 4),
        Case(testDescription: "by memory", pods: pending(4, cpu: "10m", memory: "4Gi"), nodes: 2, helped: 4),
        Case(testDescription: "too large for any node", pods: pending(1, cpu: "3"), refusal: ["Insufficient cpu"]),
        Case(testDescription: "too large in both", pods: pending(1, cpu: "3", memory: "9Gi"), refusal: ["Insufficient cpu", "Insufficient memory"]),
        Case(
            testDescription: "a label that the group has not", pods: pending(1, cpu: "1", spec: ["nodeSelector": ["disk": "ssd"]]),
            refusal: ["node(s) didn't match Pod's node affinity/selector"]),
        Case(
            testDescription: "one to a host by anti-affinity",
            pods: pending(
                3, cpu: "10m",
                spec: [
                    "affinity": [
                        "podAntiAffinity": [
                            "requiredDuringSchedulingIgnoredDuringExecution": [
                                ["labelSelector": ["matchLabels": ["app": "web"]], "topologyKey": "kubernetes.io/hostname"]
                            ]
                        ]
                    ]
                ]), nodes: 3, helped: 3),
    ])
    func `packs pods onto new nodes`(_ entry: Case) {
        let world = World()
        var planner = ScaleUpPlanner(objects: entry.pods, simulator: PlacementSimulator(world.view), daemonSets: [])
        let option = planner.option(for: entry.group)
        #expect(option?.nodeCount == entry.nodes)
        #expect(option?.pods.count ?? 0 == entry.helped)
        if let refusal = entry.refusal { #expect(planner.groups[0].refusals["g"] == refusal) }
    }

    @Test func `counts what DaemonSets take of a new node`() {
        let world = World()
        let agent: Value = [
            "metadata": ["name": "agent", "namespace": "kube-system", "uid": "d"],
            "spec": ["template": ["metadata": ["labels": ["app": "agent"]], "spec": ["containers": [["name": "a", "resources": ["requests": ["cpu": "900m"]]]]]]],
        ]
        var planner = ScaleUpPlanner(objects: Self.pending(2, cpu: "600m"), simulator: PlacementSimulator(world.view), daemonSets: [agent])
        #expect(planner.option(for: World.group("g"))?.nodeCount == 2)
    }

    @Test func `pods of one controller are asked about once`() {
        let planner = ScaleUpPlanner(objects: Self.pending(5, cpu: "100m"), simulator: PlacementSimulator(World().view), daemonSets: [])
        #expect(planner.groups.map(\.pods) == [[0, 1, 2, 3, 4]])
    }

    struct Choice: CustomTestStringConvertible {
        var testDescription: String
        var expanders: [ClusterAutoscalerSettings.Expander]
        var priorities: String?
        var chosen: String
    }

    /// `small` fits two pods in two nodes, `large` four in one; `cheap` is like `large` at a lower price and helps three.
    @Test(arguments: [
        Choice(testDescription: "most pods", expanders: [.mostPods], chosen: "large"),
        Choice(testDescription: "least waste", expanders: [.leastWaste], chosen: "small"),
        Choice(testDescription: "least nodes, then price", expanders: [.leastNodes, .price], chosen: "cheap"),
        Choice(testDescription: "price", expanders: [.price], chosen: "cheap"),
        Choice(testDescription: "priority", expanders: [.priority], priorities: "10:\n- small.*\n50:\n- .*arg.*\n", chosen: "large"),
        Choice(testDescription: "priority that nobody matches, then most pods", expanders: [.priority, .mostPods], priorities: "10:\n- none\n", chosen: "large"),
    ])
    func `an expander chooses`(_ choice: Choice) {
        let pods = Self.pending(4, cpu: "900m", memory: "3Gi").map { PodInfo($0) }
        let options = [
            ExpansionOption(group: World.group("small", cpu: "1", memory: "4Gi", price: 0.5), nodeCount: 2, pods: [0, 1]),
            ExpansionOption(group: World.group("large", cpu: "8", memory: "32Gi", price: 2), nodeCount: 1, pods: [0, 1, 2, 3]),
            ExpansionOption(group: World.group("cheap", cpu: "8", memory: "32Gi", price: 0.4), nodeCount: 1, pods: [0, 1, 2]),
        ]
        var random = RandomStream(seed: 1, name: "test")
        let chain = ExpanderChain(expanders: choice.expanders, pods: pods, priorities: choice.priorities)
        #expect(chain.best(of: options, random: &random)?.group.id == choice.chosen)
    }

    @Test func `a random expander draws from its seed`() {
        let options = ["a", "b", "c"].map { ExpansionOption(group: World.group($0), nodeCount: 1, pods: [0]) }
        func drawn(_ seed: UInt64) -> [String?] {
            var random = RandomStream(seed: seed, name: "test")
            let chain = ExpanderChain(expanders: [.random], pods: [], priorities: nil)
            return (0..<20).map { _ in chain.best(of: options, random: &random)?.group.id }
        }
        #expect(drawn(1) == drawn(1))
        #expect(Set(drawn(1)) == ["a", "b", "c"])
    }

    // MARK: Similar groups

    struct Pair: CustomTestStringConvertible {
        var testDescription: String
        var labels: Value = [:]
        var cpu = "2"
        var isSimilar: Bool
    }

    @Test(arguments: [
        Pair(testDescription: "alike", isSimilar: true), Pair(testDescription: "of another zone", labels: ["topology.kubernetes.io/zone": "b"], isSimilar: true),
        Pair(testDescription: "of another group", labels: ["eks.amazonaws.com/nodegroup": "b"], isSimilar: true),
        Pair(testDescription: "with another label", labels: ["disk": "ssd"], isSimilar: false), Pair(testDescription: "larger", cpu: "4", isSimilar: false),
    ])
    func `groups are similar but for their place`(_ pair: Pair) {
        var other = World.group("b", cpu: pair.cpu)
        other.template["metadata", "labels"] = pair.labels
        #expect(World.group("a").isSimilar(to: other) == pair.isSimilar)
    }
}
