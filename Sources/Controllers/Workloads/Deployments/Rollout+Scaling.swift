import KubernetesObjects

extension Rollout {
    private func total(_ sets: [Value]) -> Int { sets.reduce(0) { $0 + $1.specReplicas } }

    /// Whether the Deployment's size was changed since its ReplicaSets were last scaled.
    var isScaling: Bool {
        all.contains { set in
            guard set.specReplicas > 0, let desired = RolloutAnnotations.desired(of: set) else { return false }
            return desired != replicas
        }
    }

    /// Scales the ReplicaSet of the present template towards the Deployment's size; says whether it did.
    mutating func growNew() -> Bool {
        guard let set = new, set.specReplicas != replicas else { return false }
        if set.specReplicas > replicas { return scale(set, to: replicas) }
        return scale(set, to: RolloutLimits.newSize(deployment: deployment, allReplicas: total(all), newReplicas: set.specReplicas))
    }

    /// Scales old ReplicaSets down as far as availability allows; says whether it did.
    mutating func shrinkOld() -> Bool {
        guard total(activeOld) > 0, let set = new else { return false }
        let minimum = replicas - limits.unavailable
        let newUnavailable = set.specReplicas - set.statusInt("availableReplicas")
        let surplus = total(all) - minimum - newUnavailable
        if surplus <= 0 { return false }
        guard let cleaned = removeUnhealthy(upTo: surplus) else { return false }
        return cleaned + shrinkHealthy(minimum: minimum) > 0
    }

    /// Scales old sets down by pods that are not available; nil while a set's status is still that of a larger size, which says
    /// nothing of how many pods may go.
    private mutating func removeUnhealthy(upTo count: Int) -> Int? {
        var removed = 0
        for set in activeOld.sorted(by: isOlder) {
            if removed >= count { break }
            let available = set.statusInt("availableReplicas")
            if set.specReplicas == available { continue }
            guard set.specReplicas > available else { return nil }
            let step = min(count - removed, set.specReplicas - available)
            scale(set, to: set.specReplicas - step)
            removed += step
        }
        return removed
    }

    private mutating func shrinkHealthy(minimum: Int) -> Int {
        let available = all.reduce(0) { $0 + $1.statusInt("availableReplicas") }
        if available <= minimum { return 0 }
        let wanted = available - minimum
        var removed = 0
        for set in activeOld.sorted(by: isOlder) {
            if removed >= wanted { break }
            let step = min(set.specReplicas, wanted - removed)
            scale(set, to: set.specReplicas - step)
            removed += step
        }
        return removed
    }

    /// Spreads a change of the Deployment's size over its ReplicaSets: all to the only active one, or in proportion.
    mutating func scale() {
        if let only = activeOrLatest {
            if only.specReplicas != replicas { scale(only, to: replicas) }
            return
        }
        if let new, isSaturated(new) {
            for set in activeOld { scale(set, to: 0) }
            return
        }
        guard isRollingUpdate else { return }
        var sets = all.filter { $0.specReplicas > 0 }
        let allowed = replicas > 0 ? replicas + limits.surge : 0
        let change = allowed - total(sets)
        sets.sort { left, right in
            if left.specReplicas != right.specReplicas { return left.specReplicas > right.specReplicas }
            return change > 0 ? isOlder(right, left) : isOlder(left, right)
        }
        var applied = 0
        var sizes: [Int] = []
        for set in sets {
            let share = change == 0 ? 0 : proportion(of: set, change: change, applied: applied)
            sizes.append(set.specReplicas + share)
            applied += share
        }
        if change != 0, !sizes.isEmpty { sizes[0] = max(0, sizes[0] + change - applied) }
        for (set, size) in zip(sets, sizes) { scale(set, to: size, isProportional: true) }
    }

    private var activeOrLatest: Value? {
        let active = all.filter { $0.specReplicas > 0 }
        switch active.count {
        case 0: return new ?? old.sorted(by: isOlder).last
        case 1: return active[0]
        default: return nil
        }
    }

    private func isSaturated(_ set: Value) -> Bool {
        set.specReplicas == replicas && RolloutAnnotations.desired(of: set) == replicas && set.statusInt("availableReplicas") == replicas
    }

    private func proportion(of set: Value, change: Int, applied: Int) -> Int {
        guard set.specReplicas != 0, change != applied else { return 0 }
        let share = fraction(of: set)
        let left = change - applied
        return change > 0 ? min(share, left) : max(share, left)
    }

    private func fraction(of set: Value) -> Int {
        if replicas == 0 { return -set.specReplicas }
        var before = RolloutAnnotations.max(of: set) ?? 0
        if before == 0 { before = deployment.statusInt("replicas") }
        if before == 0 { return 0 }
        let size = Double(set.specReplicas) * Double(replicas + limits.surge) / Double(before)
        return Int((size + 0.5).rounded(.down)) - set.specReplicas
    }
}
