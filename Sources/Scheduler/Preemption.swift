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
        _ cycle: SchedulingCycle, _ verdicts: [(slot: Int32, verdict: Verdict)], cache: inout SchedulerCache, nominated: Nominations,
        _ pass: inout RefusedPass?
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
        var candidates: [Candidate] = []
        candidates.reserveCapacity(wanted)
        var refused: [(verdict: Verdict, count: Int)] = []
        var scratch = Scratch()
        var looked = 0
        if !cache.hasPods(below: pod.priority) {
            looked = verdicts.count { !$0.verdict.contains(.unresolvable) }
            if looked > 0 { report.reasons["No preemption victims found for incoming pod"] = looked }
            if count > looked { report.reasons["Preemption is not helpful for scheduling"] = count - looked }
            return .none(report.message)
        }
        // What removals would do depends on budgets, which belong to no node.
        let remembers = budgets.isEmpty && cycle.asksForResourcesOnly
        let ownSlot = nominated.slot(of: pod.uid)
        for (slot, verdict) in verdicts where !verdict.contains(.unresolvable) {
            if candidates.count >= wanted { break }
            looked += 1
            let slot = Int(slot)
            let stamp = cache.stamp(of: slot, nominated)
            let trial: RefusedPass.Trial
            if remembers, slot != ownSlot, let known = pass?.trial(slot, at: stamp) {
                trial = known
            } else {
                trial = self.trial(cycle, slot, &cache, nominated.guests(of: slot, before: pod), &scratch)
                if remembers, slot != ownSlot { pass?.note(trial, slot, at: stamp) }
            }
            switch trial {
            case .candidate(let candidate): candidates.append(candidate)
            case .refused(let verdict):
                if let index = refused.firstIndex(where: { $0.verdict == verdict }) {
                    refused[index].count += 1
                } else {
                    refused.append((verdict, 1))
                }
            }
        }
        if let best = candidates.min(by: Candidate.isBetter) {
            let guests = nominated.guests(of: best.slot, before: pod)
            let found =
                cycle.asksForResourcesOnly
                ? victims(cycle, best.slot, cache, guests) : victims(cycle, best.slot, lifting: &cache, guests)
            if case .success(let victims) = found { return .victims(victims) }
        }
        for (verdict, count) in refused { for text in Refusal(verdict: verdict).texts { report.reasons[text, default: 0] += count } }
        let unhelpful = count - looked
        if unhelpful > 0 { report.reasons["Preemption is not helpful for scheduling", default: 0] += unhelpful }
        return .none(report.message)
    }

    /// What taking the less important pods off a node would come to.
    private func trial(
        _ cycle: SchedulingCycle, _ slot: Int, _ cache: inout SchedulerCache, _ guests: [PodInfo], _ scratch: inout Scratch
    ) -> RefusedPass.Trial {
        let found =
            cycle.asksForResourcesOnly
            ? choose(cycle.pod, slot, cache, guests, &scratch) : choose(cycle, slot, lifting: &cache, guests, &scratch)
        switch found {
        case .success(let violations): return .candidate(Candidate(slot: slot, victims: scratch.chosen, violations: violations))
        case .failure(let refusal): return .refused(refusal.verdict)
        }
    }

    /// Why a node is no candidate: what the filters say when all less important pods are gone; empty when there is none.
    struct Refusal: Error {
        var verdict: Verdict

        var texts: [String] {
            if verdict.isEmpty { return ["No preemption victims found for incoming pod"] }
            return Verdict.texts.filter { verdict.contains($0.verdict) }.map(\.text)
        }
    }

    /// Lists that are filled anew for each node, so that hundreds of nodes cost no allocation.
    struct Scratch {
        var lower: [PodInfo] = []
        /// The victims of the last node that was looked at, the most important first.
        var chosen: [PodInfo] = []
    }

    /// What is compared of a node's victims.
    struct Candidate {
        var slot: Int
        var violations: Int
        var highest = Int.min
        var sum = 0
        var count: Int
        var earliest = Instant(nanoseconds: 0)

        init(slot: Int, victims: [PodInfo], violations: Int) {
            self.slot = slot
            self.violations = violations
            count = victims.count
            let offset = Int(Int32.max) + 1
            for victim in victims {
                sum += victim.priority + offset
                let start = victim.started ?? victim.created
                if victim.priority > highest || (victim.priority == highest && start < earliest) { earliest = start }
                highest = max(highest, victim.priority)
            }
        }

        static func isBetter(_ left: Candidate, _ right: Candidate) -> Bool {
            if left.violations != right.violations { return left.violations < right.violations }
            if left.highest != right.highest { return left.highest < right.highest }
            if left.sum != right.sum { return left.sum < right.sum }
            if left.count != right.count { return left.count < right.count }
            return left.earliest > right.earliest
        }
    }

    func victims(_ cycle: SchedulingCycle, _ slot: Int, _ cache: SchedulerCache, _ guests: [PodInfo]) -> Result<Victims, Refusal> {
        var scratch = Scratch()
        return choose(cycle.pod, slot, cache, guests, &scratch).map { Victims(slot: slot, pods: scratch.chosen, violations: $0) }
    }

    func victims(_ cycle: SchedulingCycle, _ slot: Int, lifting cache: inout SchedulerCache, _ guests: [PodInfo]) -> Result<Victims, Refusal> {
        var scratch = Scratch()
        return choose(cycle, slot, lifting: &cache, guests, &scratch).map { Victims(slot: slot, pods: scratch.chosen, violations: $0) }
    }

    /// Chooses the victims for a pod that asks for resources only: adding up numbers says it all, and the cache stays as it is.
    ///
    /// - Returns: how many budgets their removal breaks.
    private func choose(
        _ pod: PodInfo, _ slot: Int, _ cache: SchedulerCache, _ guests: [PodInfo], _ scratch: inout Scratch
    ) -> Result<Int, Refusal> {
        var numbers = cache.nodes.numbers[slot]
        for guest in guests { numbers.add(guest.requests) }
        scratch.lower.removeAll(keepingCapacity: true)
        scratch.chosen.removeAll(keepingCapacity: true)
        for other in cache.nodes.details[slot].pods where other.priority < pod.priority {
            scratch.lower.append(other)
            numbers.subtract(other.requests)
        }
        if scratch.lower.isEmpty { return .failure(Refusal(verdict: [])) }
        let verdict = cache.fitVerdict(pod, numbers, slot)
        if !verdict.isEmpty { return .failure(Refusal(verdict: verdict)) }
        scratch.lower.sort(by: Self.isMoreImportant)
        return .success(
            spare(&scratch) { victim in
                numbers.add(victim.requests)
                if cache.fitVerdict(pod, numbers, slot).isEmpty { return true }
                numbers.subtract(victim.requests)
                return false
            })
    }

    /// Chooses the victims for any pod: the others are taken off the node and put back one after another.
    private func choose(
        _ cycle: SchedulingCycle, _ slot: Int, lifting cache: inout SchedulerCache, _ guests: [PodInfo], _ scratch: inout Scratch
    ) -> Result<Int, Refusal> {
        scratch.chosen.removeAll(keepingCapacity: true)
        scratch.lower = cache.nodes.details[slot].pods.filter { $0.priority < cycle.pod.priority }
        if scratch.lower.isEmpty { return .failure(Refusal(verdict: [])) }
        for victim in scratch.lower { cache.lift(victim, slot) }
        let verdict = cache.verdict(cycle, slot, with: guests)
        if !verdict.isEmpty {
            for victim in scratch.lower { cache.restore(victim, slot) }
            return .failure(Refusal(verdict: verdict))
        }
        scratch.lower.sort(by: Self.isMoreImportant)
        let violations = spare(&scratch) { victim in
            cache.restore(victim, slot)
            if cache.verdict(cycle, slot, with: guests).isEmpty { return true }
            cache.lift(victim, slot)
            return false
        }
        for victim in scratch.chosen { cache.restore(victim, slot) }
        return .success(violations)
    }

    /// Puts back what can stay, pods that a budget protects first; the rest is chosen.
    private func spare(_ scratch: inout Scratch, _ canStay: (PodInfo) -> Bool) -> Int {
        if budgets.isEmpty {
            for victim in scratch.lower where !canStay(victim) { scratch.chosen.append(victim) }
            return 0
        }
        var violations = 0
        let (violating, others) = split(scratch.lower)
        for victim in violating where !canStay(victim) {
            scratch.chosen.append(victim)
            violations += 1
        }
        for victim in others where !canStay(victim) { scratch.chosen.append(victim) }
        scratch.chosen.sort(by: Self.isMoreImportant)
        return violations
    }

    /// Pods whose removal would break a budget, and the others.
    private func split(_ pods: [PodInfo]) -> (violating: [PodInfo], others: [PodInfo]) {
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
}
