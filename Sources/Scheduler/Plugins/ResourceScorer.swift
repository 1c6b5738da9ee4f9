/// Scores nodes by resources in the ways that profiles may ask for.
///
/// - Source: kube-scheduler `noderesources`: `leastResourceScorer`, `mostResourceScorer`, `buildRequestedToCapacityRatioScorerFunction`.
struct ResourceScorer {
    let profile: SchedulerProfile

    func score(_ pod: PodInfo, _ numbers: NodeNumbers, _ detail: NodeDetail) -> Int64 {
        var sum: Int64 = 0
        var weights: Int64 = 0
        for (resource, weight) in profile.strategyWeights {
            let (used, capacity) = amounts(resource, pod, numbers, detail)
            if capacity == 0 { continue }
            let score: Int64
            switch profile.strategy {
            case .leastAllocated: score = SchedulerCache.leastRequested(used, capacity)
            case .mostAllocated: score = min(used, capacity) * SchedulerCache.scoreMax / capacity
            case .requestedToCapacityRatio(let shape):
                score = Self.interpolate(used > capacity ? 100 : used * 100 / capacity, shape)
                if score <= 0 { continue }
            }
            sum += score * weight
            weights += weight
        }
        if weights == 0 { return 0 }
        // Of the strategies only this one rounds.
        if case .requestedToCapacityRatio = profile.strategy { return Int64((Double(sum) / Double(weights)).rounded(.toNearestOrAwayFromZero)) }
        return sum / weights
    }

    private func amounts(_ resource: String, _ pod: PodInfo, _ numbers: NodeNumbers, _ detail: NodeDetail) -> (used: Int64, capacity: Int64) {
        switch resource {
        case "cpu": return (numbers.assumedCPU &+ pod.requests.assumedCPU, numbers.cpu)
        case "memory": return (numbers.assumedMemory &+ pod.requests.assumedMemory, numbers.memory)
        case "ephemeral-storage": return (numbers.usedEphemeral &+ pod.requests.ephemeral, numbers.ephemeral)
        default:
            let wanted = pod.requests.extended.first { $0.name == resource }?.amount ?? 0
            if wanted == 0 { return (0, 0) }
            return ((detail.usedExtended[resource] ?? 0) &+ wanted, detail.extended[resource] ?? 0)
        }
    }

    /// The value of a broken line at a utilisation; scores of the shape go to 10 and are stretched to 100.
    static func interpolate(_ utilization: Int64, _ shape: [(utilization: Int, score: Int)]) -> Int64 {
        guard let first = shape.first, let last = shape.last else { return 0 }
        if utilization <= Int64(first.utilization) { return Int64(first.score) * 10 }
        for (low, high) in zip(shape, shape.dropFirst()) where utilization <= Int64(high.utilization) {
            let rise = Int64(high.score - low.score) * 10
            return Int64(low.score) * 10 + rise * (utilization - Int64(low.utilization)) / Int64(max(1, high.utilization - low.utilization))
        }
        return Int64(last.score) * 10
    }
}
