#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif
import SimulationKernel

/// Samples counted in buckets that grow, in which old samples weigh less and less.
///
/// - Shape: bucket `n` begins at `first × (ratio^n − 1) / (ratio − 1)`; a percentile is the end of the bucket that it falls into.
/// - Units: a sample that is one half-life old weighs half.
/// - Source: vertical-pod-autoscaler `recommender/util/histogram.go` and `decaying_histogram.go`.
package struct DecayingHistogram: Hashable, Sendable {
    /// How buckets are laid out.
    package struct Options: Hashable, Sendable {
        package let starts: [Double]
        package let epsilon: Double

        init(max: Double, first: Double, ratio: Double, epsilon: Double) {
            var starts = [0.0]
            var width = first
            while let last = starts.last, last < max {
                starts.append(last + width)
                width *= ratio
            }
            // The last bucket has no end.
            self.starts = starts
            self.epsilon = epsilon
        }

        var count: Int { starts.count }

        /// The bucket of a value; the first for what is below it, the last for what is above all.
        func bucket(of value: Double) -> Int {
            if value < starts[1] { return 0 }
            var (low, high) = (1, starts.count)
            while low + 1 < high {
                let middle = (low + high) / 2
                if starts[middle] <= value { low = middle } else { high = middle }
            }
            return low
        }
    }

    /// Cores up to 1,000 in steps that begin at 0.01 and grow by 5%.
    package static let cpu = Options(max: 1000, first: 0.01, ratio: 1.05, epsilon: 0.0001)
    /// Bytes up to 10^12 in steps that begin at 10^7 and grow by 5%.
    package static let memory = Options(max: 1e12, first: 1e7, ratio: 1.05, epsilon: 0.0001)

    private let options: Options
    private let halfLife: Duration
    var reference: Instant
    var weights: [Double]
    var total = 0.0

    /// Weights are brought down when they have grown by two to this power.
    static let decayExponentMax = 100.0

    package init(_ options: Options, halfLife: Duration = .seconds(86_400)) {
        self.options = options
        self.halfLife = halfLife
        reference = Instant(nanoseconds: 0)
        weights = Array(repeating: 0, count: options.count)
    }

    package mutating func add(_ value: Double, weight: Double, at time: Instant) {
        change(value, by: weight * decay(at: time))
    }

    /// Takes a sample back that was added with the same weight and time.
    package mutating func subtract(_ value: Double, weight: Double, at time: Instant) {
        change(value, by: -weight * decay(at: time))
    }

    private mutating func change(_ value: Double, by weight: Double) {
        let bucket = options.bucket(of: value)
        weights[bucket] = max(weights[bucket] + weight, 0)
        total = weights.reduce(0, +)
    }

    private mutating func decay(at time: Instant) -> Double {
        if total == 0, reference.nanoseconds == 0 { reference = time }
        if (time - reference).inSeconds / halfLife.inSeconds > Self.decayExponentMax {
            let shift = ((time - reference).inSeconds / halfLife.inSeconds).rounded()
            let factor = exp2(-shift)
            for index in weights.indices { weights[index] *= factor }
            total = weights.reduce(0, +)
            reference += .nanoseconds(Int64(shift) * halfLife.nanoseconds)
        }
        return exp2((time - reference).inSeconds / halfLife.inSeconds)
    }

    package var isEmpty: Bool { !weights.contains { $0 >= options.epsilon } }

    /// The value that so large a share of the weight is at or below; 0 while there is nothing.
    package func percentile(_ share: Double) -> Double {
        guard let last = weights.lastIndex(where: { $0 >= options.epsilon }), let first = weights.firstIndex(where: { $0 >= options.epsilon }) else {
            return 0
        }
        let threshold = share * total
        var sum = 0.0
        var bucket = first
        while bucket < last {
            sum += weights[bucket]
            if sum >= threshold { break }
            bucket += 1
        }
        return bucket < options.count - 1 ? options.starts[bucket + 1] : options.starts[bucket]
    }
}
