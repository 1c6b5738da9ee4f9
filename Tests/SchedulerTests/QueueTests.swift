import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Scheduler

/// When a pod that was refused is tried again, and which pods are not tried at all.
@Suite struct QueueTests {
    struct Hint: CustomTestStringConvertible {
        var testDescription: String
        var cpu: String?
        var spec: Value = [:]
        var labels: Value = [:]
        var change: @Sendable (inout SchedulingWorld) -> Void
        var isTried: Bool
    }

    static func relabel(_ world: inout SchedulingWorld, _ labels: Value, cpu: String? = nil) {
        guard var node = world.server.store.get(.nodes, name: "n") else { return }
        for (key, value) in labels.fields ?? Fields() { node["metadata", "labels"]?[key] = value }
        if let cpu { node["status", "allocatable"]?["cpu"] = .string(cpu) }
        world.inject(.nodes, node)
    }

    static func remove(_ world: inout SchedulingWorld, _ pod: String) {
        do { try world.server.delete(ObjectKey(.pods, namespace: "default", name: pod), gracePeriodSeconds: 0) } catch { Issue.record("\(error)") }
    }

    static let picky: Value = ["nodeSelector": ["disk": "ssd"]]
    static let sociable = FilterTests.podRule("podAffinity", app: "db", key: "kubernetes.io/hostname")

    @Test(arguments: [
        Hint(testDescription: "too much CPU, a pod goes", cpu: "800m", change: { remove(&$0, "q") }, isTried: true),
        Hint(testDescription: "too much CPU, the node grows", cpu: "800m", change: { relabel(&$0, [:], cpu: "2") }, isTried: true),
        Hint(testDescription: "too much CPU, the node grows too little", cpu: "800m", change: { relabel(&$0, [:], cpu: "1100m") }, isTried: false),
        Hint(testDescription: "too much CPU, a node comes", cpu: "800m", change: { $0.node("m") }, isTried: true),
        Hint(testDescription: "too much CPU, a small node comes", cpu: "800m", change: { $0.node("m", cpu: "100m") }, isTried: false),
        Hint(testDescription: "too much CPU, a volume comes", cpu: "800m", change: { $0.inject(.persistentVolumes, FilterTests.volume()) }, isTried: false),
        Hint(testDescription: "too much CPU, a Service comes", cpu: "800m", change: { $0.inject(.services, ["metadata": ["name": "s", "namespace": "default"], "spec": [:]]) }, isTried: false),
        Hint(testDescription: "a label, the node gets it", spec: picky, change: { relabel(&$0, ["disk": "ssd"]) }, isTried: true),
        Hint(testDescription: "a label, the node gets another", spec: picky, change: { relabel(&$0, ["disk": "hdd"]) }, isTried: false),
        Hint(testDescription: "a label, a pod goes", spec: picky, change: { remove(&$0, "q") }, isTried: false),
        Hint(testDescription: "company, it comes", spec: sociable, change: { $0.pod("db", labels: ["app": "db"]) }, isTried: true),
        Hint(testDescription: "company, another comes", spec: sociable, change: { $0.pod("web", labels: ["app": "web"]) }, isTried: false),
        Hint(testDescription: "a claim, it comes", spec: FilterTests.claiming, change: { $0.inject(.persistentVolumeClaims, FilterTests.claim()) }, isTried: true),
        Hint(testDescription: "a claim, a node comes", spec: FilterTests.claiming, change: { $0.inject(.services, ["metadata": ["name": "s", "namespace": "default"], "spec": [:]]) }, isTried: false),
        Hint(testDescription: "anything, five minutes pass", cpu: "800m", change: { $0.server.now += .seconds(331) }, isTried: true),
        Hint(testDescription: "anything, four minutes pass", cpu: "800m", change: { $0.server.now += .seconds(240) }, isTried: false),
    ])
    func `a change wakes those whom it can help`(_ hint: Hint) throws {
        var world = SchedulingWorld()
        world.node("n")
        world.pod("q", cpu: "500m")
        world.run()
        world.pod("p", cpu: hint.cpu, labels: hint.labels, spec: hint.spec)
        world.run()
        let uid = try #require(world.server.store.get(.pods, namespace: "default", name: "p")?.uid)
        #expect(world.scheduler.queue.entries[uid]?.attempts == 1)
        hint.change(&world)
        world.run()
        if let wake = world.scheduler.nextWake(), wake.isPeriodic, wake.at <= world.server.now { _ = world.scheduler.step(in: world.view) }
        // A pod that was placed is in no queue any more.
        #expect((world.scheduler.queue.entries[uid]?.attempts != 1) == hint.isTried)
    }

    @Test func `gates hold a pod, and their removal lets it go`() {
        var world = SchedulingWorld()
        world.node("n")
        world.pod("p", spec: ["schedulingGates": [["name": "example.com/a"], ["name": "example.com/b"]]])
        world.run()
        #expect(world.nodeOf("p") == nil)
        for left in [[["name": "example.com/b"]], []] as [Value] {
            guard var pod = world.server.store.get(.pods, namespace: "default", name: "p") else { return }
            pod["spec", "schedulingGates"] = left.isEmptyValue ? nil : left
            do { _ = try world.server.update(.pods, pod) } catch { Issue.record("\(error.message)") }
            world.run()
            #expect((world.nodeOf("p") != nil) == left.isEmptyValue)
        }
    }

    @Test func `pods of another scheduler are none of its business`() {
        var world = SchedulingWorld()
        world.node("n")
        world.pod("p", spec: ["schedulerName": "mine"])
        world.run()
        #expect(world.nodeOf("p") == nil)
        #expect(world.message("p") == "")
        #expect(world.scheduler.queue.count == 0)
        var profile = SchedulerProfile()
        profile.name = "mine"
        world.scheduler = SchedulerComponent(profile: profile)
        for resource in [GroupResource.nodes, .pods] {
            for object in world.server.store.list(resource) {
                let key = ObjectKey(resource, namespace: object.namespace, name: object.name)
                world.scheduler.observe(StoreEvent(change: .added, key: key, object: object, old: nil, revision: 1, cause: TraceID(0)), in: world.view)
            }
        }
        world.run()
        #expect(world.nodeOf("p") == "n")
    }

    @Test func `the more important come first, then those that wait longer`() {
        var queue = SchedulingQueue()
        let start = Instant.simulationStart
        func pod(_ name: String, _ priority: Int) -> PodInfo { PodInfo(["metadata": ["name": .string(name), "namespace": "d", "uid": .string(name)], "spec": ["priority": Value(priority)]]) }
        for (index, (name, priority)) in [("late", 5), ("low", 1), ("high", 9), ("later", 5)].enumerated() { queue.update(pod(name, priority), now: start + .seconds(index)) }
        var order: [String] = []
        while let next = queue.pop(now: start + .seconds(9)) { order.append(next.uid) }
        #expect(order == ["high", "late", "later", "low"])
    }

    @Test func `a refused binding is tried again after longer and longer`() {
        var queue = SchedulingQueue()
        var now = Instant.simulationStart
        queue.update(PodInfo(["metadata": ["name": "p", "namespace": "d", "uid": "p"], "spec": [:]]), now: now)
        var waits: [Int64] = []
        for _ in 0..<6 {
            _ = queue.pop(now: now)
            queue.fail("p", now: now)
            let due = queue.nextDue(now: now) ?? now
            waits.append((due - now).nanoseconds / 1_000_000_000)
            #expect(queue.pop(now: due - .milliseconds(1)) == nil)
            now = due
        }
        #expect(waits == [1, 2, 4, 8, 10, 10])
    }
}
