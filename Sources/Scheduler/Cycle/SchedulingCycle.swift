import KubernetesObjects

/// What was found out about one pod before nodes are looked at.
///
/// - Invariants: valid for the cache it was prepared on, until that changes; indices are into the cache's tables.
struct SchedulingCycle {
    let pod: PodInfo
    /// For each slot whether selector and required affinity match; nil when the pod has none.
    var selected: [Bool]?
    var added: [Bool]?
    /// The only slots to look at, when the pod names its nodes.
    var onlySlots: [Int]?

    struct Rule {
        var counter: Int
        var topology: Int
    }
    /// Required affinity; all must have a pod in the node's domain.
    var affinity: [Rule] = []
    /// No pod matches the affinity anywhere, and the pod matches it itself.
    var isFirstOfItsKind = false
    var antiAffinity: [Rule] = []
    /// Indices of carried anti-affinity terms that match the pod.
    var repelledBy: [Int] = []

    struct Spread {
        var rule: Rule
        var constraint: SpreadConstraint
        var matchesItself: Bool
        var minimum: Int
        var eligibility: EligibilityKey
    }
    var spread: [Spread] = []
    var volumes: VolumeNeeds?

    /// Whether of all filters that look at a node's pods only the one for resources has something to say of this pod.
    var asksForResourcesOnly: Bool {
        spread.isEmpty && affinity.isEmpty && antiAffinity.isEmpty && repelledBy.isEmpty && volumes == nil && pod.hostPorts.isEmpty
            && pod.diskVolumes.isEmpty && pod.requests.extended.isEmpty
    }
}

extension SchedulerCache {
    /// Finds out what the filters need to know of a pod.
    mutating func prepare(_ pod: PodInfo, _ profile: SchedulerProfile) -> SchedulingCycle {
        var cycle = SchedulingCycle(pod: pod)
        if let selection = pod.selection {
            if let names = selection.onlyNames {
                cycle.onlySlots = names.compactMap { nodes.slots[$0] }.filter { nodes.numbers[$0].flags.contains(.exists) }
            }
            if cycle.onlySlots == nil { cycle.selected = matches(of: selection) }
        }
        if let selection = profile.addedAffinity { cycle.added = matches(of: selection) }
        prepareAffinity(&cycle)
        prepareSpread(&cycle)
        return cycle
    }

    private mutating func rule(_ terms: [PodTerm], _ key: String) -> SchedulingCycle.Rule {
        let counter = counter(CounterKey(terms: terms, topologyKey: key, skipsTerminating: false, eligibility: nil))
        return SchedulingCycle.Rule(counter: counter, topology: counters[counter].topology)
    }

    private mutating func prepareAffinity(_ cycle: inout SchedulingCycle) {
        let pod = cycle.pod
        if !pod.affinity.isEmpty {
            for term in pod.affinity { cycle.affinity.append(rule(pod.affinity, term.topologyKey)) }
            let nobody = cycle.affinity.allSatisfy { counters[$0.counter].total == 0 }
            cycle.isFirstOfItsKind = nobody && pod.affinity.allSatisfy { covers($0, pod) }
        }
        for term in pod.antiAffinity { cycle.antiAffinity.append(rule([term], term.topologyKey)) }
        for index in carried.indices
        where carried[index].carriers > 0 && carried[index].key.kind == .requiredAnti && covers(carried[index].key.term, pod) {
            cycle.repelledBy.append(index)
        }
    }

    func covers(_ term: PodTerm, _ pod: PodInfo) -> Bool {
        term.covers(namespace: pod.key.namespace, labels: pod.labels, namespaceLabels: namespaceLabels)
    }

    private mutating func prepareSpread(_ cycle: inout SchedulingCycle) {
        let pod = cycle.pod
        let hard = pod.spread.filter(\.isRequired)
        if hard.isEmpty { return }
        let keys = hard.map(\.topologyKey)
        for constraint in hard {
            let eligibility = EligibilityKey(
                selection: constraint.honorsAffinity ? pod.selection : nil, tolerations: constraint.honorsTaints ? pod.tolerations : nil,
                topologyKeys: keys)
            refreshEligibility(eligibility)
            let term = PodTerm(namespaces: [pod.key.namespace], selector: constraint.selector, topologyKey: constraint.topologyKey)
            let counter = counter(
                CounterKey(terms: [term], topologyKey: constraint.topologyKey, skipsTerminating: true, eligibility: eligibility))
            var entry = SchedulingCycle.Spread(
                rule: SchedulingCycle.Rule(counter: counter, topology: counters[counter].topology), constraint: constraint,
                matchesItself: constraint.selector.matches(pod.labels), minimum: 0, eligibility: eligibility)
            entry.minimum = minimum(entry)
            cycle.spread.append(entry)
        }
    }

    /// The smallest count over the domains that count; 0 when there are fewer than wanted.
    func minimum(_ spread: SchedulingCycle.Spread) -> Int {
        let domains = eligibilities[spread.eligibility]?.domains[spread.rule.topology] ?? []
        if domains.isEmpty || domains.count < spread.constraint.minDomains { return 0 }
        var least = Int32.max
        for domain in domains {
            let count = counters[spread.rule.counter].count(domain)
            if count < least {
                least = count
                if least == 0 { break }
            }
        }
        return Int(least)
    }

    /// The verdict on a node as if other pods were on it besides its own.
    mutating func verdict(_ cycle: SchedulingCycle, _ slot: Int, with guests: [PodInfo]) -> Verdict {
        if guests.isEmpty { return verdict(refreshed(cycle), slot) }
        for guest in guests { restore(guest, slot) }
        defer { for guest in guests { lift(guest, slot) } }
        return verdict(refreshed(cycle), slot)
    }

    /// A cycle brought up to date with pods that were lifted or put back since.
    func refreshed(_ cycle: SchedulingCycle) -> SchedulingCycle {
        if cycle.spread.isEmpty, cycle.affinity.isEmpty { return cycle }
        var next = cycle
        for index in next.spread.indices { next.spread[index].minimum = minimum(next.spread[index]) }
        if !next.affinity.isEmpty {
            let nobody = next.affinity.allSatisfy { counters[$0.counter].total == 0 }
            next.isFirstOfItsKind = nobody && next.pod.affinity.allSatisfy { covers($0, next.pod) }
        }
        return next
    }
}
