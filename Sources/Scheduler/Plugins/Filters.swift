extension SchedulerCache {
    /// Whether a pod may go to a node, by every filter of the default profile in their order; the first that refuses has the say.
    func verdict(_ cycle: SchedulingCycle, _ slot: Int) -> Verdict {
        let numbers = nodes.numbers[slot]
        let pod = cycle.pod
        if numbers.flags.contains(.unschedulable), !pod.tolerations.tolerates(Self.unschedulableTaint) {
            return [.unschedulable, .unresolvable]
        }
        if !pod.nodeName.isEmpty, pod.nodeName != nodes.details[slot].name { return [.otherName, .unresolvable] }
        if numbers.flags.contains(.repels) {
            for taint in nodes.details[slot].taints where taint.effect != .preferNoSchedule && !pod.tolerations.tolerates(taint) {
                return [.taint, .unresolvable]
            }
        }
        if let added = cycle.added, !added[slot] { return [.addedAffinity, .unresolvable] }
        if let selected = cycle.selected {
            if !selected[slot] { return [.nodeAffinity, .unresolvable] }
        } else if cycle.onlySlots != nil, let selection = pod.selection,
            !selection.matches(name: nodes.details[slot].name, labels: nodes.details[slot].labels)
        {
            return [.nodeAffinity, .unresolvable]
        }
        if !pod.hostPorts.isEmpty, hasPortConflict(pod, slot) { return .ports }
        let fit = fitVerdict(pod, numbers, slot)
        if !fit.isEmpty { return fit }
        if !pod.diskVolumes.isEmpty, hasDiskConflict(pod, slot) { return .diskConflict }
        if let volumes = cycle.volumes {
            let verdict = volumes.verdict(self, slot)
            if !verdict.isEmpty { return verdict }
        }
        if !cycle.spread.isEmpty {
            let verdict = spreadVerdict(cycle, slot)
            if !verdict.isEmpty { return verdict }
        }
        if cycle.affinity.isEmpty, cycle.antiAffinity.isEmpty, cycle.repelledBy.isEmpty { return [] }
        return affinityVerdict(cycle, slot)
    }

    static let unschedulableTaint = Taint(key: "node.kubernetes.io/unschedulable", effect: .noSchedule)

    private func hasPortConflict(_ pod: PodInfo, _ slot: Int) -> Bool {
        for wanted in pod.hostPorts { for used in nodes.details[slot].ports where wanted.conflicts(with: used) { return true } }
        return false
    }

    private func hasDiskConflict(_ pod: PodInfo, _ slot: Int) -> Bool {
        nodes.details[slot].pods.contains { other in other.diskVolumes.contains { pod.diskVolumes.contains($0) } }
    }

    /// Resources: every lack is a reason of its own.
    @inline(__always)
    func fitVerdict(_ pod: PodInfo, _ numbers: NodeNumbers, _ slot: Int) -> Verdict {
        var verdict: Verdict = []
        if numbers.pods + 1 > numbers.podsMax { verdict.insert(.tooManyPods) }
        let requests = pod.requests
        if requests.cpu > 0, requests.cpu > numbers.cpu - numbers.usedCPU {
            verdict.insert(.cpu)
            if requests.cpu > numbers.cpu { verdict.insert(.unresolvable) }
        }
        if requests.memory > 0, requests.memory > numbers.memory - numbers.usedMemory {
            verdict.insert(.memory)
            if requests.memory > numbers.memory { verdict.insert(.unresolvable) }
        }
        if requests.ephemeral > 0, requests.ephemeral > numbers.ephemeral - numbers.usedEphemeral {
            verdict.insert(.ephemeral)
            if requests.ephemeral > numbers.ephemeral { verdict.insert(.unresolvable) }
        }
        for resource in requests.extended where resource.amount > 0 {
            let allocatable = nodes.details[slot].extended[resource.name] ?? 0
            if resource.amount > allocatable - (nodes.details[slot].usedExtended[resource.name] ?? 0) {
                verdict.insert(.extended)
                if resource.amount > allocatable { verdict.insert(.unresolvable) }
            }
        }
        return verdict
    }

    /// The extended resources that a node lacks for a pod.
    func lackingExtended(_ pod: PodInfo, _ slot: Int) -> [String] {
        pod.requests.extended.filter {
            $0.amount > 0 && $0.amount > (nodes.details[slot].extended[$0.name] ?? 0) - (nodes.details[slot].usedExtended[$0.name] ?? 0)
        }.map(\.name)
    }

    private func spreadVerdict(_ cycle: SchedulingCycle, _ slot: Int) -> Verdict {
        for spread in cycle.spread {
            let domain = topologies[spread.rule.topology].domainOf[slot]
            if domain < 0 { return [.spreadLabel, .unresolvable] }
            let count = Int(counters[spread.rule.counter].count(domain)) + (spread.matchesItself ? 1 : 0)
            if count - spread.minimum > spread.constraint.maxSkew { return .spread }
        }
        return []
    }

    private func affinityVerdict(_ cycle: SchedulingCycle, _ slot: Int) -> Verdict {
        if !cycle.affinity.isEmpty {
            for rule in cycle.affinity {
                let domain = topologies[rule.topology].domainOf[slot]
                if domain < 0 || (!cycle.isFirstOfItsKind && counters[rule.counter].count(domain) <= 0) { return [.podAffinity, .unresolvable] }
            }
        }
        for rule in cycle.antiAffinity where counters[rule.counter].count(topologies[rule.topology].domainOf[slot]) > 0 { return .podAntiAffinity }
        for index in cycle.repelledBy where carried[index].weight(topologies[carried[index].topology].domainOf[slot]) > 0 { return .existingAntiAffinity }
        return []
    }
}
