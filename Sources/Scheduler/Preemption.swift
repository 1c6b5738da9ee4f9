import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Making room for a pod by removing less important ones.
///
/// - Source: kube-scheduler DefaultPreemption of Kubernetes 1.36. Differs: candidates are looked for from the first
///   node on and not from a random one.
struct Preemption {
    struct Victims {
        var slot: Int
        var pods: [PodInfo]
        var violations: Int
    }

    enum Outcome {
        case victims(Victims)
        case none(String)
    }

    /// Budgets with what they still allow, by namespace.
    let budgets: [String: [(selector: CompiledSelector, allowed: Int, already: Set<String>)]]

    static let candidatesMin = 100
    static let candidatesPercentage = 10

    func run(
        _ cycle: SchedulingCycle, _ verdicts: [(slot: Int32, verdict: Verdict)], cache: inout SchedulerCache, nominated: Nominations
    ) -> Outcome {
        let pod = cycle.pod
        if pod.neverPreempts { return .none("not eligible due to preemptionPolicy=Never.") }
        if let slot = cache.nodes.slots[pod.nominatedNode],
            cache.nodes.details[slot].pods.contains(where: { $0.isTerminating && $0.priority < pod.priority }),
            verdicts.first(where: { Int($0.slot) == slot })?.verdict.contains(.unresolvable) != true
        {
            return .none("not eligible due to a terminating pod on the nominated node.")
        }
        let count = cache.nodes.count
        var report = FitReport(nodeCount: count)
        let wanted = min(count, max(count * Self.candidatesPercentage / 100, Self.candidatesMin))
        var candidates: [Victims] = []
        var looked = 0
        if !cache.hasPods(below: pod.priority) {
            looked = verdicts.count { !$0.verdict.contains(.unresolvable) }
            if looked > 0 { report.reasons["No preemption victims found for incoming pod"] = looked }
            if count > looked { report.reasons["Preemption is not helpful for scheduling"] = count - looked }
            return .none(report.message)
        }
        for (slot, verdict) in verdicts where !verdict.contains(.unresolvable) {
            if candidates.count >= wanted { break }
            looked += 1
            let guests = nominated.guests(of: Int(slot), before: pod)
            let found = cycle.asksForResourcesOnly ? victims(cycle, Int(slot), cache, guests) : victims(cycle, Int(slot), lifting: &cache, guests)
            switch found {
            case .success(let found): candidates.append(found)
            case .failure(let refusal): for text in refusal.texts { report.reasons[text, default: 0] += 1 }
            }
        }
        if let best = Self.best(candidates) { return .victims(best) }
        let unhelpful = count - looked
        if unhelpful > 0 { report.reasons["Preemption is not helpful for scheduling", default: 0] += unhelpful }
        return .none(report.message)
    }

    struct Refusal: Error { var texts: [String] }

    private static let noVictims = Refusal(texts: ["No preemption victims found for incoming pod"])

    private static func refusal(_ verdict: Verdict) -> Refusal {
        Refusal(texts: Verdict.texts.filter { verdict.contains($0.verdict) }.map(\.text))
    }

    /// The victims for a pod that asks for resources only: adding up numbers says it all, and the cache stays as it is.
    func victims(_ cycle: SchedulingCycle, _ slot: Int, _ cache: SchedulerCache, _ guests: [PodInfo]) -> Result<Victims, Refusal> {
        let pod = cycle.pod
        var numbers = cache.nodes.numbers[slot]
        for guest in guests { numbers.add(guest.requests) }
        var lower: [PodInfo] = []
        for other in cache.nodes.details[slot].pods where other.priority < pod.priority {
            lower.append(other)
            numbers.subtract(other.requests)
        }
        if lower.isEmpty { return .failure(Self.noVictims) }
        let verdict = cache.fitVerdict(pod, numbers, slot)
        if !verdict.isEmpty { return .failure(Self.refusal(verdict)) }
        let (violating, others) = split(lower.sorted(by: Self.isMoreImportant))
        var chosen: [PodInfo] = []
        var violations = 0
        for (group, violates) in [(violating, true), (others, false)] {
            for victim in group {
                numbers.add(victim.requests)
                if cache.fitVerdict(pod, numbers, slot).isEmpty { continue }
                numbers.subtract(victim.requests)
                chosen.append(victim)
                if violates { violations += 1 }
            }
        }
        return .success(Victims(slot: slot, pods: chosen.sorted(by: Self.isMoreImportant), violations: violations))
    }

    /// The victims for any pod: the others are taken off the node and put back one after another.
    func victims(_ cycle: SchedulingCycle, _ slot: Int, lifting cache: inout SchedulerCache, _ guests: [PodInfo]) -> Result<Victims, Refusal> {
        let pod = cycle.pod
        let lower = cache.nodes.details[slot].pods.filter { $0.priority < pod.priority }
        if lower.isEmpty { return .failure(Self.noVictims) }
        func fits(_ cache: inout SchedulerCache) -> Verdict { cache.verdict(cycle, slot, with: guests) }
        for victim in lower { cache.lift(victim, slot) }
        let verdict = fits(&cache)
        if !verdict.isEmpty {
            for victim in lower { cache.restore(victim, slot) }
            return .failure(Self.refusal(verdict))
        }
        let (violating, others) = split(lower.sorted(by: Self.isMoreImportant))
        var chosen: [PodInfo] = []
        var violations = 0
        for (group, violates) in [(violating, true), (others, false)] {
            for victim in group {
                cache.restore(victim, slot)
                if fits(&cache).isEmpty { continue }
                cache.lift(victim, slot)
                chosen.append(victim)
                if violates { violations += 1 }
            }
        }
        for victim in chosen { cache.restore(victim, slot) }
        return .success(Victims(slot: slot, pods: chosen.sorted(by: Self.isMoreImportant), violations: violations))
    }

    /// Pods whose removal would break a budget, and the others.
    private func split(_ pods: [PodInfo]) -> (violating: [PodInfo], others: [PodInfo]) {
        if budgets.isEmpty { return ([], pods) }
        var left = budgets
        var violating: [PodInfo] = []
        var others: [PodInfo] = []
        for pod in pods {
            var violates = false
            for index in (left[pod.key.namespace] ?? []).indices {
                guard let budget = left[pod.key.namespace]?[index], !pod.labels.isEmpty, !budget.selector.isEmpty,
                    budget.selector.matches(pod.labels), !budget.already.contains(pod.key.name)
                else { continue }
                left[pod.key.namespace]?[index].allowed -= 1
                if budget.allowed - 1 < 0 { violates = true }
            }
            if violates { violating.append(pod) } else { others.append(pod) }
        }
        return (violating, others)
    }

    static func isMoreImportant(_ left: PodInfo, _ right: PodInfo) -> Bool {
        if left.priority != right.priority { return left.priority > right.priority }
        let (one, other) = (left.started ?? left.created, right.started ?? right.created)
        return one != other ? one < other : left.key < right.key
    }

    private static func best(_ candidates: [Victims]) -> Victims? {
        candidates.min { left, right in
            if left.violations != right.violations { return left.violations < right.violations }
            let (highLeft, highRight) = (left.pods.first?.priority ?? .min, right.pods.first?.priority ?? .min)
            if highLeft != highRight { return highLeft < highRight }
            let offset = Int(Int32.max) + 1
            let (sumLeft, sumRight) = (
                left.pods.reduce(0) { $0 + $1.priority + offset }, right.pods.reduce(0) { $0 + $1.priority + offset }
            )
            if sumLeft != sumRight { return sumLeft < sumRight }
            if left.pods.count != right.pods.count { return left.pods.count < right.pods.count }
            let (startLeft, startRight) = (earliestStart(left), earliestStart(right))
            return startLeft > startRight
        }
    }

    private static func earliestStart(_ victims: Victims) -> Instant {
        let highest = victims.pods.first?.priority
        return victims.pods.filter { $0.priority == highest }.map { $0.started ?? $0.created }.min() ?? Instant(nanoseconds: 0)
    }
}
