import KubernetesObjects
import SimulationKernel

/// What the recommender knows of the containers of one name under one VerticalPodAutoscaler.
///
/// - Source: vertical-pod-autoscaler `recommender/model/aggregate_container_state.go` and `container.go`.
package struct ContainerHistory: Hashable, Sendable {
    /// The peak of one pod's container in the present interval.
    private struct Peak: Hashable, Sendable {
        var bytes = 0.0
        var windowEnd: Instant
        var lastCPUSample: Instant
        var oom = 0.0
    }

    package private(set) var cpu = DecayingHistogram(DecayingHistogram.cpu)
    package private(set) var memory = DecayingHistogram(DecayingHistogram.memory)
    package private(set) var firstSample: Instant?
    package private(set) var lastSample: Instant?
    package private(set) var sampleCount = 0
    private var peaks: [String: Peak] = [:]

    /// A sample weighs as much as the cores that its container asked for, and at least this.
    static let minSampleWeight = 0.1
    static let memoryInterval: Duration = .seconds(86_400)
    static let oomBumpUpRatio = 1.2
    static let oomMinBumpUpBytes = 100.0 * 1024 * 1024

    package init() {}

    /// The history that a checkpoint's status keeps; nil for one that makes no sense.
    init?(checkpoint status: Value?) {
        guard let cpu = DecayingHistogram(DecayingHistogram.cpu, checkpoint: status?["cpuHistogram"]),
            let memory = DecayingHistogram(DecayingHistogram.memory, checkpoint: status?["memoryHistogram"]), let count = status?["totalSamplesCount"]?.intValue
        else { return nil }
        (self.cpu, self.memory, sampleCount) = (cpu, memory, count)
        firstSample = status?["firstSampleStart"]?.stringValue.flatMap { Instant(rfc3339: $0) }
        lastSample = status?["lastSampleStart"]?.stringValue.flatMap { Instant(rfc3339: $0) }
    }

    /// The history without the memory peaks whose interval is not over.
    func withoutOpenPeaks(at now: Instant) -> ContainerHistory {
        var history = self
        for peak in peaks.values where peak.bytes > 0 && now < peak.windowEnd { history.memory.subtract(peak.bytes, weight: 1, at: peak.windowEnd) }
        return history
    }

    /// Takes in what a pod's container used.
    package mutating func addUsage(pod: String, cores: Double, bytes: Double, requestedCores: Double, at time: Instant) {
        var peak = peaks[pod] ?? Peak(windowEnd: time + Self.memoryInterval, lastCPUSample: Instant(nanoseconds: .min))
        guard time > peak.lastCPUSample else { return }
        peak.lastCPUSample = time
        cpu.add(cores, weight: max(requestedCores, Self.minSampleWeight), at: time)
        firstSample = firstSample.map { min($0, time) } ?? time
        lastSample = lastSample.map { max($0, time) } ?? time
        sampleCount += 1
        raise(&peak, to: bytes, at: time)
        peaks[pod] = peak
    }

    /// A container was killed for want of memory: it needs more than it had.
    package mutating func addOOM(pod: String, requestedBytes: Double, at time: Instant) {
        var peak = peaks[pod] ?? Peak(windowEnd: time + Self.memoryInterval, lastCPUSample: Instant(nanoseconds: .min))
        let used = max(requestedBytes, peak.bytes)
        raise(&peak, to: max(used + Self.oomMinBumpUpBytes, used * Self.oomBumpUpRatio), at: time)
        peaks[pod] = peak
    }

    /// Forgets a pod that is gone; what it used stays counted.
    package mutating func forget(pod: String) { peaks[pod] = nil }

    package var pods: [String] { peaks.keys.sorted() }

    private mutating func raise(_ peak: inout Peak, to bytes: Double, at time: Instant) {
        if time > peak.windowEnd {
            let intervals = ((time - peak.windowEnd).inSeconds / Self.memoryInterval.inSeconds).rounded(.down) + 1
            peak.windowEnd += .nanoseconds(Int64(intervals) * Self.memoryInterval.nanoseconds)
            peak.bytes = 0
        }
        guard bytes > peak.bytes else { return }
        if peak.bytes > 0 { memory.subtract(peak.bytes, weight: 1, at: peak.windowEnd) }
        memory.add(bytes, weight: 1, at: peak.windowEnd)
        peak.bytes = bytes
    }
}

/// What a container should ask for.
///
/// - Units: millicores and bytes.
package struct ResourceEstimate: Hashable, Sendable {
    package var milliCPU: Int
    package var memoryBytes: Int

    package init(milliCPU: Int, memoryBytes: Int) {
        self.milliCPU = milliCPU
        self.memoryBytes = memoryBytes
    }
}

/// Turns what containers used into what they should ask for.
///
/// - Source: vertical-pod-autoscaler `recommender/logic`: percentile, safety margin, confidence, least amounts, in this order.
package enum ResourceEstimator {
    package static let marginFraction = 0.15
    static let minMilliCPU = 25.0
    static let minMemoryBytes = 250.0 * 1024 * 1024

    package struct Recommendation: Hashable, Sendable {
        package var target: ResourceEstimate
        package var lowerBound: ResourceEstimate
        package var upperBound: ResourceEstimate
    }

    /// - Parameter containers: how many containers of a pod share the least amounts.
    package static func recommendation(_ history: ContainerHistory, containers: Int) -> Recommendation {
        let confidence = confidence(of: history)
        return Recommendation(
            target: estimate(history, 0.9, factor: 1, containers),
            lowerBound: estimate(history, 0.5, factor: multiplier(confidence, 0.001, exponent: -2), containers),
            upperBound: estimate(history, 0.95, factor: multiplier(confidence, 1, exponent: 1), containers))
    }

    private static func estimate(_ history: ContainerHistory, _ share: Double, factor: Double, _ containers: Int) -> ResourceEstimate {
        let cores = whole(history.cpu.percentile(share) * 1000)
        let bytes = whole(history.memory.percentile(share))
        let part = 1 / Double(max(containers, 1))
        return ResourceEstimate(
            milliCPU: max(whole(Double(cores + whole(Double(cores) * marginFraction)) * factor), whole(minMilliCPU * part)),
            memoryBytes: max(whole(Double(bytes + whole(Double(bytes) * marginFraction)) * factor), whole(minMemoryBytes * part)))
    }

    /// The smaller of the history's length in days and the samples that it has for each minute of a day.
    static func confidence(of history: ContainerHistory) -> Double {
        guard let first = history.firstSample, let last = history.lastSample else { return 0 }
        return min((last - first).inSeconds / 86_400, Double(history.sampleCount) / (60 * 24))
    }

    private static func multiplier(_ confidence: Double, _ weight: Double, exponent: Int) -> Double {
        let base = 1 + weight / confidence
        if exponent > 0 { return base }
        return base.isFinite ? 1 / (base * base) : 0
    }

    /// What is more than anybody has counts as 100 tera.
    private static func whole(_ number: Double) -> Int { number.isFinite ? Int(min(max(number, 0), 1e14)) : 100_000_000_000_000 }
}
