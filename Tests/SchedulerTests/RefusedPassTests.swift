import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Scheduler

/// What is remembered of nodes for pods that none took, against asking every node anew.
@Suite struct RefusedPassTests {
    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func `remembered answers are those of asking anew`(_ seed: UInt64) {
        var random = RandomStream(seed: seed, name: "refused passes")
        var scheduler = SchedulerComponent(seed: seed)
        for index in 0..<12 { scheduler.cache.setNode(Self.node(index, cpu: 4, isTainted: false)) }
        var placed: [String] = []
        var waiting: [PodInfo] = []
        var usedMemory = false
        for step in 0..<400 {
            switch random.below(10) {
            case 0..<3:
                let pod = PodInfo(CacheComparisonTests.plainPod("p\(step)", cpu: 300 + random.below(900), priority: random.below(4)))
                scheduler.cache.place(pod, on: "n\(random.below(12))")
                placed.append(pod.uid)
            case 3: if !placed.isEmpty { scheduler.cache.removePod(uid: placed.remove(at: random.below(placed.count))) }
            case 4: scheduler.cache.setNode(Self.node(random.below(12), cpu: 3 + random.below(3), isTainted: random.chance(1, in: 5)))
            case 5:
                let pod = PodInfo(CacheComparisonTests.plainPod("w\(step)", cpu: 500, priority: random.below(6)))
                scheduler.nominated.add(pod, to: random.below(12))
                waiting.append(pod)
            case 6: if !waiting.isEmpty { scheduler.nominated.remove(waiting.remove(at: random.below(waiting.count)).uid) }
            default:
                // Few kinds of pods, some of which wait for a node themselves, so that answers are asked for again.
                let kind = random.below(3)
                let pod = random.chance(1, in: 4) ? waiting.last : nil
                let probe = pod ?? PodInfo(CacheComparisonTests.plainPod("probe", cpu: 3200 + 200 * kind, priority: 2 + kind))
                scheduler.cache.nodes.refreshOrder()
                var anew = scheduler
                let (kept, knew) = Self.look(for: probe, &scheduler)
                let (made, _) = Self.look(for: probe, &anew, remembering: false)
                usedMemory = usedMemory || knew
                #expect(kept == made, "seed \(seed), step \(step)")
            }
        }
        #expect(usedMemory)
    }

    /// Filters and looks for victims as a scheduling pass does, and says whether answers were at hand.
    private static func look(for pod: PodInfo, _ scheduler: inout SchedulerComponent, remembering: Bool = true) -> (said: String, knew: Bool) {
        let cycle = scheduler.cache.prepare(pod, scheduler.profile)
        var pass = remembering ? scheduler.refused.take(for: cycle, scheduler.cache) : nil
        let knew = pass != nil
        let (feasible, refusals) = scheduler.filter(cycle, &pass)
        var said = "\(feasible) " + refusals.map { "\($0.slot):\($0.verdict.rawValue)" }.joined(separator: " ")
        if feasible.isEmpty {
            if pass == nil, remembering { pass = scheduler.remembered(cycle, refusals) }
            switch Preemption(budgets: [:]).run(cycle, refusals, cache: &scheduler.cache, nominated: scheduler.nominated, &pass) {
            case .none(let text): said += text
            case .victims(let victims): said += " victims on \(victims.slot): \(victims.pods.map(\.key.name))"
            }
        }
        if let pass { scheduler.refused.put(pass) }
        return (said, knew)
    }

    private static func node(_ index: Int, cpu: Int, isTainted: Bool) -> Value {
        [
            "metadata": ["name": .string("n\(index)"), "labels": ["kubernetes.io/hostname": .string("n\(index)")]],
            "spec": isTainted ? ["taints": [["key": "kept", "effect": "NoSchedule"]]] : [:],
            "status": ["allocatable": ["cpu": .string("\(cpu)"), "memory": "8Gi", "pods": 12]],
        ]
    }
}
