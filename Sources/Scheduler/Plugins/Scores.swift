import KubernetesObjects

extension SchedulerCache {
    static let scoreMax: Int64 = 100

    /// The weighted sum of all scores for each of the nodes that fit.
    ///
    /// - Parameter soft: spread constraints that only prefer, the system's own for pods without any.
    /// - Parameter needsAllKeys: whether nodes without a constraint's label get nothing for spreading.
    mutating func scores(
        _ cycle: SchedulingCycle, _ feasible: [Int32], _ profile: SchedulerProfile, soft: [SpreadConstraint], needsAllKeys: Bool
    ) -> [Int64] {
        var totals = [Int64](repeating: 0, count: feasible.count)
        scoreResources(cycle.pod, feasible, profile, &totals)
        scoreTaints(cycle.pod, feasible, profile.weights.taintToleration, &totals)
        scoreNodeAffinity(cycle.pod, feasible, profile.weights.nodeAffinity, &totals)
        if !soft.isEmpty { scoreSpread(cycle.pod, feasible, soft, needsAllKeys, profile.weights.topologySpread, &totals) }
        scorePodAffinity(cycle.pod, feasible, profile, &totals)
        if !imageNodes.isEmpty { scoreImages(cycle.pod, feasible, profile.weights.imageLocality, &totals) }
        return totals
    }

    private func scoreResources(_ pod: PodInfo, _ feasible: [Int32], _ profile: SchedulerProfile, _ totals: inout [Int64]) {
        let requests = pod.requests
        let isPlain: Bool
        if case .leastAllocated = profile.strategy {
            isPlain = profile.strategyWeights.count == 2 && profile.strategyWeights.allSatisfy { $0.weight == 1 && ($0.resource == "cpu" || $0.resource == "memory") }
        } else {
            isPlain = false
        }
        let balances = !(requests.cpu == 0 && requests.memory == 0)
        for (index, slot) in feasible.enumerated() {
            let numbers = nodes.numbers[Int(slot)]
            var score: Int64 = 0
            if isPlain {
                let cpu = Self.leastRequested(numbers.assumedCPU &+ requests.assumedCPU, numbers.cpu)
                let memory = Self.leastRequested(numbers.assumedMemory &+ requests.assumedMemory, numbers.memory)
                switch (numbers.cpu > 0, numbers.memory > 0) {
                case (true, true): score = (cpu + memory) / 2
                case (true, false): score = cpu
                case (false, true): score = memory
                default: score = 0
                }
            } else {
                score = ResourceScorer(profile: profile).score(pod, numbers, nodes.details[Int(slot)])
            }
            var total = score * profile.weights.resourcesFit
            if balances { total += Self.balance(numbers, requests) * profile.weights.balancedAllocation }
            totals[index] += total
        }
    }

    @inline(__always)
    static func leastRequested(_ used: Int64, _ capacity: Int64) -> Int64 {
        capacity == 0 || used > capacity ? 0 : (capacity - used) * scoreMax / capacity
    }

    /// How alike the shares of CPU and memory in use would be.
    @inline(__always)
    private static func balance(_ numbers: NodeNumbers, _ requests: PodRequests) -> Int64 {
        guard numbers.cpu > 0, numbers.memory > 0 else { return scoreMax }
        let cpu = min(1, Double(numbers.usedCPU &+ requests.cpu) / Double(numbers.cpu))
        let memory = min(1, Double(numbers.usedMemory &+ requests.memory) / Double(numbers.memory))
        return Int64((1 - abs((cpu - memory) / 2)) * Double(scoreMax))
    }

    private func scoreTaints(_ pod: PodInfo, _ feasible: [Int32], _ weight: Int64, _ totals: inout [Int64]) {
        var counts: [Int64]?
        for (index, slot) in feasible.enumerated() where nodes.numbers[Int(slot)].flags.contains(.deters) {
            if counts == nil { counts = [Int64](repeating: 0, count: feasible.count) }
            counts?[index] = Int64(nodes.details[Int(slot)].taints.count { $0.effect == .preferNoSchedule && !pod.tolerations.tolerates($0) })
        }
        guard let counts, let most = counts.max(), most > 0 else { return }
        for index in totals.indices { totals[index] += (Self.scoreMax - counts[index] * Self.scoreMax / most) * weight }
    }

    private func scoreNodeAffinity(_ pod: PodInfo, _ feasible: [Int32], _ weight: Int64, _ totals: inout [Int64]) {
        if pod.preferredNodes.isEmpty { return }
        var raw = [Int64](repeating: 0, count: feasible.count)
        for (index, slot) in feasible.enumerated() {
            let detail = nodes.details[Int(slot)]
            for entry in pod.preferredNodes where entry.term.matches(name: detail.name, labels: detail.labels) { raw[index] += entry.weight }
        }
        guard let most = raw.max(), most > 0 else { return }
        for index in totals.indices { totals[index] += raw[index] * Self.scoreMax / most * weight }
    }

    private mutating func scorePodAffinity(_ pod: PodInfo, _ feasible: [Int32], _ profile: SchedulerProfile, _ totals: inout [Int64]) {
        var rules: [(counter: Int, topology: Int, weight: Int64)] = []
        func wanted(_ entries: [WeightedPodTerm], sign: Int64, _ cache: inout SchedulerCache) {
            for entry in entries {
                let key = CounterKey(terms: [entry.term], topologyKey: entry.term.topologyKey, skipsTerminating: false, eligibility: nil)
                let counter = cache.counter(key)
                rules.append((counter, cache.counters[counter].topology, sign * entry.weight))
            }
        }
        wanted(pod.preferredAffinity, sign: 1, &self)
        wanted(pod.preferredAntiAffinity, sign: -1, &self)
        let carriers = carried.indices.filter {
            carried[$0].carriers > 0 && carried[$0].key.kind != .requiredAnti && covers(carried[$0].key.term, pod)
        }
        if rules.isEmpty, carriers.isEmpty { return }
        var raw = [Int64](repeating: 0, count: feasible.count)
        for rule in rules {
            for (index, slot) in feasible.enumerated() {
                raw[index] += Int64(counters[rule.counter].count(topologies[rule.topology].domainOf[Int(slot)])) * rule.weight
            }
        }
        for carrier in carriers {
            let factor = carried[carrier].key.kind == .requiredAffinity ? profile.hardPodAffinityWeight : 1
            let topology = carried[carrier].topology
            for (index, slot) in feasible.enumerated() { raw[index] += carried[carrier].weight(topologies[topology].domainOf[Int(slot)]) * factor }
        }
        guard let most = raw.max(), let least = raw.min(), most > least else { return }
        for index in totals.indices {
            totals[index] += Int64(Double(Self.scoreMax) * (Double(raw[index] - least) / Double(most - least))) * profile.weights.interPodAffinity
        }
    }

    // MARK: Images

    private static let megabyte: Int64 = 1024 * 1024

    private func scoreImages(_ pod: PodInfo, _ feasible: [Int32], _ weight: Int64, _ totals: inout [Int64]) {
        let names = pod.images.map(Self.normalized).filter { imageNodes[$0] != nil }
        if names.isEmpty { return }
        let least = 23 * Self.megabyte
        let most = 1000 * Self.megabyte * Int64(max(1, pod.containerCount))
        for (index, slot) in feasible.enumerated() {
            var sum: Int64 = 0
            for name in names {
                guard let size = nodes.details[Int(slot)].images[name] else { continue }
                sum += Int64(Double(size) * (Double(imageNodes[name] ?? 0) / Double(max(1, nodes.count))))
            }
            let clamped = min(max(sum, least), most)
            totals[index] += Self.scoreMax * (clamped - least) / (most - least) * weight
        }
    }

    /// The name with its tag, `latest` when it has none.
    static func normalized(_ image: String) -> String {
        guard let colon = image.lastIndex(of: ":") else { return image + ":latest" }
        if let slash = image.lastIndex(of: "/"), slash > colon { return image + ":latest" }
        return image
    }
}
