import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Scheduler

/// Who has to go for a more important pod, and what waits for the room.
@Suite struct PreemptionTests {
    /// A pod that fills most of a node: `node priority`.
    struct Guest: Sendable {
        var name: String
        var node: String
        var priority: Int
        var cpu = "800m"
    }

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var guests: [Guest]
        /// The pods that a budget lets nobody take.
        var protected: [String] = []
        var priority = 1000
        var spec: Value = [:]
        /// The pods that go, and the end of the message when none does.
        var victims: [String] = []
        var message = ""
    }

    static func world(_ entry: Case) -> SchedulingWorld {
        var world = SchedulingWorld()
        for name in ["n1", "n2"] { world.node(name) }
        for guest in entry.guests {
            world.pod(guest.name, cpu: guest.cpu, labels: ["name": .string(guest.name)], priority: guest.priority, spec: ["nodeSelector": ["kubernetes.io/hostname": .string(guest.node)]])
        }
        world.run()
        for name in entry.protected {
            world.inject(
                .podDisruptionBudgets,
                [
                    "metadata": ["name": .string(name), "namespace": "default"], "spec": ["selector": ["matchLabels": ["name": .string(name)]]],
                    "status": ["disruptionsAllowed": 0],
                ])
        }
        world.pod("vip", cpu: "500m", priority: entry.priority, spec: entry.spec)
        world.run()
        return world
    }

    @Test(arguments: [
        Case(testDescription: "the less important of two", guests: [Guest(name: "a", node: "n1", priority: 20), Guest(name: "b", node: "n2", priority: 10)], victims: ["b"]),
        Case(
            testDescription: "the one that no budget protects", guests: [Guest(name: "a", node: "n1", priority: 10), Guest(name: "b", node: "n2", priority: 20)], protected: ["a"],
            victims: ["b"]),
        Case(
            testDescription: "a protected one where there is no other", guests: [Guest(name: "a", node: "n1", priority: 10), Guest(name: "b", node: "n2", priority: 20)], protected: ["a", "b"],
            victims: ["a"]),
        Case(
            testDescription: "fewer of the same importance",
            guests: [
                Guest(name: "a", node: "n1", priority: 10, cpu: "400m"), Guest(name: "a2", node: "n1", priority: 10, cpu: "400m"), Guest(name: "c", node: "n1", priority: 2000, cpu: "150m"),
                Guest(name: "b", node: "n2", priority: 10),
            ],
            victims: ["b"]),
        Case(
            testDescription: "only as many as must go",
            guests: [Guest(name: "a", node: "n1", priority: 10, cpu: "300m"), Guest(name: "a2", node: "n1", priority: 20, cpu: "600m"), Guest(name: "b", node: "n2", priority: 2000)],
            victims: ["a2"]),
        Case(
            testDescription: "none as important as itself", guests: [Guest(name: "a", node: "n1", priority: 1000), Guest(name: "b", node: "n2", priority: 1000)],
            message: "preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod."),
        Case(
            testDescription: "it never takes others' place", guests: [Guest(name: "a", node: "n1", priority: 1), Guest(name: "b", node: "n2", priority: 1)], spec: ["preemptionPolicy": "Never"],
            message: "preemption: not eligible due to preemptionPolicy=Never."),
        Case(
            testDescription: "it would not help", guests: [Guest(name: "a", node: "n1", priority: 1), Guest(name: "b", node: "n2", priority: 1)], spec: ["nodeSelector": ["disk": "tape"]],
            message: "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."),
    ])
    func `the least loss goes`(_ entry: Case) {
        let world = Self.world(entry)
        let gone = entry.guests.map(\.name).filter { world.server.store.get(.pods, namespace: "default", name: $0)?.isBeingDeleted != false }
        #expect(gone == entry.victims)
        if !entry.message.isEmpty { #expect(world.message("vip").hasSuffix(entry.message), "\(world.message("vip"))") }
        guard let victim = entry.victims.first.flatMap({ world.server.store.get(.pods, namespace: "default", name: $0) }) else { return }
        #expect(victim.condition("DisruptionTarget")?["reason"]?.stringValue == "PreemptionByScheduler")
        let vip = world.server.store.get(.pods, namespace: "default", name: "vip")
        #expect(vip?["status"]?["nominatedNodeName"] == victim["spec"]?["nodeName"])
        let told = world.server.store.list(.events, namespace: "default").contains { ($0["note"] ?? $0["message"])?.stringValue == "Preempted by pod \(vip?.uid ?? "") on node \(victim["spec"]?["nodeName"]?.stringValue ?? "")" }
        #expect(told)
    }

    @Test func `nobody less important takes the room that somebody waits for`() {
        var world = Self.world(Case(testDescription: "", guests: [Guest(name: "a", node: "n1", priority: 10), Guest(name: "b", node: "n2", priority: 2000)]))
        #expect(world.server.store.get(.pods, namespace: "default", name: "vip")?["status"]?["nominatedNodeName"]?.stringValue == "n1")
        // While the victim goes, the waiting pod takes no second one.
        #expect(world.server.store.get(.pods, namespace: "default", name: "b")?.isBeingDeleted == false)
        world.pod("late", cpu: "600m", priority: 5)
        world.run()
        #expect(world.nodeOf("late") == nil)
        do { try world.server.delete(ObjectKey(.pods, namespace: "default", name: "a"), gracePeriodSeconds: 0) } catch { Issue.record("\(error)") }
        world.run()
        #expect(world.nodeOf("vip") == "n1")
        #expect(world.nodeOf("late") == nil, "500m and 600m are more than a core")
    }
}
