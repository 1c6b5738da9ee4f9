import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Autoscaling

/// Which nodes the Cluster Autoscaler may take away, and when.
@Suite struct ScaleDownPlannerTests {
    static func world(loads: [String], annotated: String? = nil) -> World {
        var world = World()
        for (index, load) in loads.enumerated() {
            let name = "node-\(index + 1)"
            world.node(name, annotations: name == annotated ? ["cluster-autoscaler.kubernetes.io/scale-down-disabled": "true"] : nil)
            if !load.isEmpty { world.pod("p\(index)", requests: ["cpu": .string(load), "memory": "10Mi"], node: name) }
        }
        return world
    }

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var loads: [String]
        var annotated: String?
        var minimum = 0
        var removable: [String]
        var due: [String]
    }

    @Test(arguments: [
        Case(testDescription: "an empty node", loads: ["1500m", ""], removable: ["node-2"], due: ["node-2"]),
        Case(testDescription: "at half it is in use", loads: ["1500m", "1"], removable: [], due: []),
        Case(testDescription: "below half its pods find room", loads: ["1", "900m"], removable: ["node-2"], due: ["node-2"]),
        Case(testDescription: "no room elsewhere", loads: ["1500m", "900m"], removable: [], due: []),
        Case(testDescription: "two half empty nodes cannot both go", loads: ["900m", "900m"], removable: ["node-1"], due: ["node-1"]),
        Case(testDescription: "the annotation keeps it", loads: ["1500m", ""], annotated: "node-2", removable: [], due: []),
        Case(testDescription: "the least size keeps it", loads: ["1500m", ""], minimum: 2, removable: ["node-2"], due: []),
        Case(testDescription: "the least size lets one of two go", loads: ["1500m", "", ""], minimum: 2, removable: ["node-2", "node-3"], due: ["node-2"]),
    ])
    func `finds nodes that nobody needs`(_ entry: Case) {
        var world = Self.world(loads: entry.loads, annotated: entry.annotated)
        let settings = ClusterAutoscalerSettings()
        let groups = [World.group("g", minimum: entry.minimum, nodes: entry.loads.indices.map { "node-\($0 + 1)" })]
        var planner = ScaleDownPlanner()
        planner.update(groups, leaving: [], in: world.view, settings: settings)
        #expect(planner.removable.map(\.node) == entry.removable)
        #expect(planner.due(groups, in: world.view, settings: settings).isEmpty, "nothing goes at once")
        world.now += settings.scaleDownUnneededTime - .seconds(1)
        planner.update(groups, leaving: [], in: world.view, settings: settings)
        #expect(planner.due(groups, in: world.view, settings: settings).isEmpty)
        world.now += .seconds(1)
        planner.update(groups, leaving: [], in: world.view, settings: settings)
        #expect(planner.due(groups, in: world.view, settings: settings).map(\.node) == entry.due)
    }

    @Test func `a node that is needed for a moment starts to count anew`() {
        var world = Self.world(loads: ["1500m", ""])
        let settings = ClusterAutoscalerSettings()
        let groups = [World.group("g", nodes: ["node-1", "node-2"])]
        var planner = ScaleDownPlanner()
        planner.update(groups, leaving: [], in: world.view, settings: settings)
        world.now += .seconds(300)
        world.pod("guest", requests: ["cpu": "1500m"], node: "node-2")
        planner.update(groups, leaving: [], in: world.view, settings: settings)
        #expect(planner.unneeded.isEmpty)
        world.store.remove(ObjectKey(.pods, namespace: "default", name: "guest"), cause: TraceID(0))
        world.now += .seconds(300)
        planner.update(groups, leaving: [], in: world.view, settings: settings)
        world.now += .seconds(300)
        planner.update(groups, leaving: [], in: world.view, settings: settings)
        #expect(planner.due(groups, in: world.view, settings: settings).isEmpty)
    }

    @Test func `flags set durations, and nonsense sets none`() {
        func settings(_ arguments: String...) -> ClusterAutoscalerSettings { ClusterAutoscalerSettings(arguments: arguments) }
        #expect(settings("--scale-down-unneeded-time=5m").scaleDownUnneededTime == .seconds(300))
        #expect(settings("-max-node-provision-time=20m").maxNodeProvisionTime == .seconds(1200))
        #expect(settings("--scan-interval=0s").scanInterval == .seconds(1), "a scan without rest would never end")
        #expect(settings("--scale-down-delay-after-add", "nonsense").scaleDownDelayAfterAdd == .seconds(600))
        #expect(settings("./cluster-autoscaler", "--no-such-flag=1") == ClusterAutoscalerSettings())
    }

    @Test func `flags set groups, expanders and numbers`() {
        let settings = ClusterAutoscalerSettings(arguments: ["--nodes=1:5:workers", "--expander=priority,least-waste", "--max-nodes-total=9", "--scale-down-enabled=false"])
        #expect(settings.groups == [.init(name: "workers", minimum: 1, maximum: 5)])
        #expect(settings.expanders == [.priority, .leastWaste])
        #expect(settings.maxNodesTotal == 9)
        #expect(!settings.isScaleDownEnabled)
    }

    @Test func `back-off doubles up to its most`() {
        var state = ClusterState()
        let settings = ClusterAutoscalerSettings()
        var now = Instant.simulationStart
        var durations: [Duration] = []
        for _ in 0..<5 {
            state.registerFailure("g", code: "x", message: "", now, settings)
            durations.append(state.backOffs["g"]!.duration)
            #expect(state.isBackedOff("g", now + durations.last! - .seconds(1)))
            #expect(!state.isBackedOff("g", now + durations.last!))
            now += durations.last! + .seconds(1)
        }
        #expect(durations == [300, 600, 1200, 1800, 1800].map { .seconds($0) })
    }
}
