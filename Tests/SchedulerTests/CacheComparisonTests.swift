import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Scheduler

/// The cache that is kept up step by step against one that is made anew of the same nodes and pods.
@Suite struct CacheComparisonTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `verdicts and scores are those of a cache made anew`(_ seed: UInt64) {
        var random = RandomStream(seed: seed, name: "cache")
        var world = World()
        for index in 0..<10 { world.set(node: index, &random) }
        for step in 0..<240 {
            world.change(step, &random)
            guard step % 12 == 0 else { continue }
            var fresh = world.rebuilt()
            for probe in 0..<6 {
                let pod = PodInfo(Self.pod("probe-\(probe)", &random))
                let (kept, made) = (world.cache.prepare(pod, SchedulerProfile()), fresh.prepare(pod, SchedulerProfile()))
                var slots: [(kept: Int32, made: Int32)] = []
                for name in world.nodes.keys.sorted() {
                    guard let own = world.cache.nodes.slots[name], let other = fresh.nodes.slots[name] else {
                        Issue.record("seed \(seed), step \(step): node \(name) has no slot")
                        continue
                    }
                    let verdict = world.cache.verdict(kept, own)
                    #expect(verdict == fresh.verdict(made, other), "seed \(seed), step \(step), node \(name)")
                    if verdict.isEmpty { slots.append((Int32(own), Int32(other))) }
                }
                guard !slots.isEmpty else { continue }
                let soft = pod.spread.filter { !$0.isRequired }
                let profile = SchedulerProfile()
                let scores = world.cache.scores(kept, slots.map(\.kept), profile, soft: soft, needsAllKeys: true)
                #expect(scores == fresh.scores(made, slots.map(\.made), profile, soft: soft, needsAllKeys: true), "seed \(seed), step \(step)")
            }
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `victims by numbers are those found by lifting pods`(_ seed: UInt64) {
        var random = RandomStream(seed: seed, name: "victims")
        var world = World()
        for index in 0..<6 { world.set(node: index, &random) }
        for index in 0..<40 { world.place(Self.plainPod("low-\(index)", cpu: 200 + random.below(900), priority: random.below(3)), on: random.below(6)) }
        let budget = (selector: CompiledSelector(["matchLabels": ["app": "a"]]), allowed: random.below(3), already: Set<String>())
        let preemption = Preemption(budgets: random.chance(1, in: 2) ? [:] : ["default": [budget]])
        for probe in 0..<10 {
            let pod = PodInfo(Self.plainPod("high-\(probe)", cpu: 500 + random.below(3500), priority: 1 + random.below(4)))
            let guests = random.chance(1, in: 3) ? [PodInfo(Self.plainPod("guest-\(probe)", cpu: random.below(1500), priority: 9))] : []
            let cycle = world.cache.prepare(pod, SchedulerProfile())
            #expect(cycle.asksForResourcesOnly)
            // Preemption does not look at nodes where making room would not help.
            for slot in world.cache.nodes.slots.values.sorted() where !world.cache.verdict(cycle, slot).contains(.unresolvable) {
                let fast = preemption.victims(cycle, slot, world.cache, guests)
                let slow = preemption.victims(cycle, slot, lifting: &world.cache, guests)
                #expect(Self.text(fast) == Self.text(slow), "seed \(seed), probe \(probe)")
            }
        }
    }

    private static func text(_ result: Result<Preemption.Victims, Preemption.Refusal>) -> String {
        switch result {
        case .success(let victims): "\(victims.pods.map(\.key.name)), \(victims.violations) violations"
        case .failure(let refusal): refusal.texts.joined(separator: ", ")
        }
    }

    // MARK: Objects

    static func plainPod(_ name: String, cpu: Int, priority: Int) -> Value {
        [
            "metadata": [
                "name": .string(name), "namespace": "default", "uid": .string("uid-" + name),
                "labels": ["app": .string(cpu % 2 == 0 ? "a" : "b")],
            ],
            "spec": ["containers": [["name": "c", "resources": ["requests": ["cpu": .string("\(cpu)m")]]]], "priority": Value(priority)],
        ]
    }

    /// A pod with some of everything that the cache counts.
    static func pod(_ name: String, _ random: inout RandomStream) -> Value {
        func color() -> String { ["red", "green", "blue"][random.below(3)] }
        func term() -> Value {
            [
                "topologyKey": .string(random.chance(1, in: 2) ? "zone" : "kubernetes.io/hostname"),
                "labelSelector": ["matchLabels": ["color": .string(color())]],
            ]
        }
        var pod = plainPod(name, cpu: 100 + random.below(400), priority: random.below(3))
        pod["metadata", "labels"] = ["color": .string(color())]
        let required = "requiredDuringSchedulingIgnoredDuringExecution"
        let preferred = "preferredDuringSchedulingIgnoredDuringExecution"
        switch random.below(8) {
        case 0: pod["spec", "affinity"] = ["podAffinity": [required: [term()]]]
        case 1: pod["spec", "affinity"] = ["podAntiAffinity": [required: [term()]]]
        case 2: pod["spec", "affinity"] = ["podAffinity": [preferred: [["weight": Value(1 + random.below(9)), "podAffinityTerm": term()]]]]
        case 3: pod["spec", "affinity"] = ["podAntiAffinity": [preferred: [["weight": Value(1 + random.below(9)), "podAffinityTerm": term()]]]]
        case 4, 5:
            pod["spec", "topologySpreadConstraints"] = [
                [
                    "maxSkew": Value(1 + random.below(2)), "topologyKey": .string(random.chance(2, in: 3) ? "zone" : "kubernetes.io/hostname"),
                    "whenUnsatisfiable": .string(random.chance(1, in: 2) ? "DoNotSchedule" : "ScheduleAnyway"),
                    "labelSelector": ["matchLabels": ["color": .string(color())]],
                ]
            ]
        case 6: pod["spec", "containers"] = [["name": "c", "ports": [["containerPort": 80, "hostPort": Value(8080 + random.below(3))]]]]
        default: break
        }
        return pod
    }

    /// Nodes and pods, and the cache that has followed all their changes.
    private struct World {
        var cache = SchedulerCache()
        var nodes: [String: Value] = [:]
        var pods: [(info: PodInfo, node: String)] = []

        mutating func set(node index: Int, _ random: inout RandomStream) {
            let name = "n\(index)"
            var labels: Value = ["kubernetes.io/hostname": .string(name)]
            if random.chance(5, in: 6) { labels["zone"] = .string("z\(random.below(3))") }
            var node: Value = [
                "metadata": ["name": .string(name), "labels": labels],
                "status": ["allocatable": ["cpu": "4", "memory": "8Gi", "pods": 12]],
            ]
            if random.chance(1, in: 8) { node["spec", "taints"] = [["key": "kept", "effect": .string(random.chance(1, in: 2) ? "NoSchedule" : "PreferNoSchedule")]] }
            nodes[name] = node
            cache.setNode(node)
        }

        mutating func place(_ pod: Value, on node: Int) {
            let info = PodInfo(pod)
            pods.append((info, "n\(node)"))
            cache.place(info, on: "n\(node)")
        }

        mutating func change(_ step: Int, _ random: inout RandomStream) {
            switch random.below(12) {
            case 0..<7: place(CacheComparisonTests.pod("p\(step)", &random), on: random.below(10))
            case 7..<10:
                if !pods.isEmpty { cache.removePod(uid: pods.remove(at: random.below(pods.count)).info.uid) }
            case 10: set(node: random.below(10), &random)
            default:
                let name = "n\(random.below(10))"
                nodes[name] = nil
                cache.removeNode(name)
            }
        }

        func rebuilt() -> SchedulerCache {
            var fresh = SchedulerCache()
            for name in nodes.keys.sorted() { fresh.setNode(nodes[name]!) }
            for (info, node) in pods { fresh.place(info, on: node) }
            return fresh
        }
    }
}
