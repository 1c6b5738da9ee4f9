import KubernetesObjects
import SimulationKernel

/// A condition's reason and message.
package struct ScaleVerdict: Hashable, Sendable {
    package var replicas: Int
    package var reason: String
    package var message: String
}

/// What the autoscaler remembers of one object: its recommendations and the rescalings that it made.
///
/// - Source: kube-controller-manager `podautoscaler/horizontal.go`: stabilisation and the rate policies of `behavior`.
package struct ScaleHistory: Hashable, Sendable {
    struct Recommendation: Hashable, Sendable {
        var replicas: Int
        var at: Instant
    }

    struct Rescaling: Hashable, Sendable {
        var change: Int
        var at: Instant
    }

    var recommendations: [Recommendation]
    var ups: [Rescaling] = []
    var downs: [Rescaling] = []

    package init(initial replicas: Int, at now: Instant) { recommendations = [Recommendation(replicas: replicas, at: now)] }

    /// The highest recommendation of the window: what holds without `behavior`.
    mutating func stabilized(_ proposed: Int, window: Duration, now: Instant) -> Int {
        let cutoff = now - window
        var highest = proposed
        for recommendation in recommendations where recommendation.at >= cutoff { highest = max(highest, recommendation.replicas) }
        recommendations.removeAll { $0.at < cutoff }
        recommendations.append(Recommendation(replicas: proposed, at: now))
        return highest
    }

    /// The recommendation within both windows of `behavior`.
    mutating func stabilized(_ proposed: Int, current: Int, upWindow: Duration, downWindow: Duration, now: Instant) -> ScaleVerdict {
        let (upCutoff, downCutoff) = (now - upWindow, now - downWindow)
        var (lowest, highest) = (proposed, proposed)
        for recommendation in recommendations {
            if recommendation.at > upCutoff { lowest = min(lowest, recommendation.replicas) }
            if recommendation.at > downCutoff { highest = max(highest, recommendation.replicas) }
        }
        recommendations.removeAll { $0.at < upCutoff && $0.at < downCutoff }
        recommendations.append(Recommendation(replicas: proposed, at: now))
        let replicas = min(max(current, lowest), highest)
        return proposed >= current
            ? ScaleVerdict(
                replicas: replicas, reason: "ScaleUpStabilized",
                message: "recent recommendations were lower than current one, applying the lowest recent recommendation")
            : ScaleVerdict(
                replicas: replicas, reason: "ScaleDownStabilized",
                message: "recent recommendations were higher than current one, applying the highest recent recommendation")
    }

    /// Cuts a recommendation to the bounds and to twice the replicas, or 4: what holds without `behavior`.
    static func limited(_ proposed: Int, current: Int, minimum: Int, maximum: Int) -> ScaleVerdict {
        if proposed < minimum { return .tooFew(minimum) }
        let rateLimit = max(2 * current, 4)
        let allowed = min(maximum, rateLimit)
        if proposed > allowed { return maximum > rateLimit ? .rising(allowed) : .tooMany(allowed) }
        return .withinRange(proposed)
    }

    /// Cuts a recommendation to the bounds and to the policies of `behavior`.
    func limited(_ proposed: Int, current: Int, minimum: Int, maximum: Int, behavior: Value, now: Instant) -> ScaleVerdict {
        if proposed > current {
            let rateLimit = max(upLimit(current: current, rules: behavior["scaleUp"] ?? [:], now: now), current)
            let allowed = min(maximum, rateLimit)
            if proposed > allowed { return maximum > rateLimit ? .rising(allowed) : .tooMany(allowed) }
        } else if proposed < current {
            let rateLimit = min(downLimit(current: current, rules: behavior["scaleDown"] ?? [:], now: now), current)
            let allowed = max(minimum, rateLimit)
            if proposed < allowed { return minimum < rateLimit ? .falling(allowed) : .tooFew(allowed) }
        }
        return .withinRange(proposed)
    }

    /// Notes a rescaling for the policies' periods.
    mutating func noteRescaling(from old: Int, to new: Int, behavior: Value?, now: Instant) {
        guard let behavior else { return }
        if new > old {
            let longest = Self.longestPeriod(behavior["scaleUp"])
            ups.removeAll { $0.at < now - longest }
            ups.append(Rescaling(change: new - old, at: now))
        } else if new < old {
            let longest = Self.longestPeriod(behavior["scaleDown"])
            downs.removeAll { $0.at < now - longest }
            downs.append(Rescaling(change: old - new, at: now))
        }
    }

    private func upLimit(current: Int, rules: Value, now: Instant) -> Int {
        let limits = policyLimits(current: current, rules: rules, now: now) { start, percent, value in
            percent ? Int((Double(start) * (1 + Double(value) / 100)).rounded(.up)) : start + value
        }
        switch rules["selectPolicy"]?.stringValue {
        case "Disabled": return current
        case "Min": return limits.min() ?? Int(Int32.max)
        default: return limits.max() ?? Int(Int32.min)
        }
    }

    private func downLimit(current: Int, rules: Value, now: Instant) -> Int {
        let limits = policyLimits(current: current, rules: rules, now: now) { start, percent, value in
            percent ? Int(Double(start) * (1 - Double(value) / 100)) : start - value
        }
        switch rules["selectPolicy"]?.stringValue {
        case "Disabled": return current
        case "Min": return limits.max() ?? Int(Int32.min)
        default: return limits.min() ?? Int(Int32.max)
        }
    }

    private func policyLimits(current: Int, rules: Value, now: Instant, limit: (Int, Bool, Int) -> Int) -> [Int] {
        (rules["policies"]?.elements ?? []).map { policy in
            let cutoff = now - .seconds(policy["periodSeconds"]?.intValue ?? 0)
            let added = ups.reduce(0) { $1.at > cutoff ? $0 + $1.change : $0 }
            let removed = downs.reduce(0) { $1.at > cutoff ? $0 + $1.change : $0 }
            return limit(current - added + removed, policy["type"]?.stringValue == "Percent", policy["value"]?.intValue ?? 0)
        }
    }

    private static func longestPeriod(_ rules: Value?) -> Duration {
        .seconds((rules?["policies"]?.elements ?? []).compactMap { $0["periodSeconds"]?.intValue }.max() ?? 0)
    }
}

extension ScaleVerdict {
    static func withinRange(_ replicas: Int) -> ScaleVerdict {
        ScaleVerdict(replicas: replicas, reason: "DesiredWithinRange", message: "the desired count is within the acceptable range")
    }
    static func tooFew(_ replicas: Int) -> ScaleVerdict {
        ScaleVerdict(replicas: replicas, reason: "TooFewReplicas", message: "the desired replica count is less than the minimum replica count")
    }
    static func tooMany(_ replicas: Int) -> ScaleVerdict {
        ScaleVerdict(replicas: replicas, reason: "TooManyReplicas", message: "the desired replica count is more than the maximum replica count")
    }
    static func rising(_ replicas: Int) -> ScaleVerdict {
        ScaleVerdict(
            replicas: replicas, reason: "ScaleUpLimit", message: "the desired replica count is increasing faster than the maximum scale rate")
    }
    static func falling(_ replicas: Int) -> ScaleVerdict {
        ScaleVerdict(
            replicas: replicas, reason: "ScaleDownLimit", message: "the desired replica count is decreasing faster than the maximum scale rate")
    }
}

// MARK: Restarts

extension ScaleHistory {
    /// The history as it is kept: each list as pairs of a number and an instant.
    var value: Value {
        [
            "recommendations": .array(recommendations.map { [Value($0.replicas), .int($0.at.nanoseconds)] }),
            "ups": .array(ups.map { [Value($0.change), .int($0.at.nanoseconds)] }),
            "downs": .array(downs.map { [Value($0.change), .int($0.at.nanoseconds)] }),
        ]
    }

    /// Reads a history that was kept.
    init(_ value: Value) {
        func pairs(_ list: String) -> [(Int, Instant)] {
            (value[list]?.elements ?? []).map { ($0[0]?.intValue ?? 0, Instant(nanoseconds: Int64($0[1]?.intValue ?? 0))) }
        }
        recommendations = pairs("recommendations").map { Recommendation(replicas: $0, at: $1) }
        ups = pairs("ups").map { Rescaling(change: $0, at: $1) }
        downs = pairs("downs").map { Rescaling(change: $0, at: $1) }
    }
}
