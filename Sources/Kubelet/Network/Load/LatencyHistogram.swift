/// How long requests took, in buckets that grow by a tenth: percentiles without keeping every request.
///
/// - Units: milliseconds; counts may be fractions, as load is a flow.
/// - Bounds: from a hundredth of a millisecond to about a minute, 164 buckets.
package struct LatencyHistogram: Sendable, Hashable {
    private static let least = 0.01
    private static let growth = 1.1
    private static let bucketsMax = 164
    /// The upper ends of the buckets.
    private static let ends: [Double] = {
        var (ends, end) = ([Double](), least)
        for _ in 0..<bucketsMax {
            ends.append(end)
            end *= growth
        }
        return ends
    }()

    package private(set) var counts: [Double] = []
    package private(set) var total = 0.0
    package private(set) var sum = 0.0
    private var squares = 0.0
    package private(set) var min = 0.0
    package private(set) var max = 0.0

    package init() {}

    package mutating func add(_ milliseconds: Double, count: Double) {
        guard count > 0 else { return }
        min = total == 0 ? milliseconds : Swift.min(min, milliseconds)
        max = Swift.max(max, milliseconds)
        total += count
        sum += milliseconds * count
        squares += milliseconds * milliseconds * count
        let index = Self.ends.firstIndex { milliseconds <= $0 } ?? Self.bucketsMax - 1
        if counts.count <= index { counts += [Double](repeating: 0, count: index + 1 - counts.count) }
        counts[index] += count
    }

    /// Adds requests whose time is what a queue makes of it: what serving takes, and a wait that is long for few.
    ///
    /// - Source: waits in an M/M/1 queue are distributed exponentially around their mean.
    package mutating func add(service: Double, mean: Double, count: Double) {
        let wait = Swift.max(mean - service, 0)
        // -ln(1 - q) at the middles of ten equal parts.
        for factor in [0.0513, 0.1625, 0.2877, 0.4308, 0.5978, 0.7985, 1.0498, 1.3863, 1.8971, 2.9957] {
            add(service + wait * factor, count: count / 10)
        }
    }

    package var mean: Double { total > 0 ? sum / total : 0 }
    package var deviation: Double { total > 0 ? Swift.max(squares / total - mean * mean, 0).squareRoot() : 0 }

    /// The time within which a share of the requests were answered.
    package func quantile(_ share: Double) -> Double {
        let wanted = total * share
        var seen = 0.0
        for (index, count) in counts.enumerated() {
            seen += count
            if seen >= wanted, count > 0 { return Swift.max(Swift.min(Self.ends[index], max), min) }
        }
        return max
    }

    /// How many took at most so long.
    package func count(upTo milliseconds: Double) -> Double {
        counts.enumerated().reduce(0) { $0 + (Swift.min(Self.ends[$1.offset], max) <= milliseconds + 1e-9 ? $1.element : 0) }
    }

    /// Numbers that make the histogram again.
    package var numbers: [Double] { [total, sum, squares, min, max] + counts }

    package init(numbers: [Double]) {
        guard numbers.count >= 5 else { return }
        (total, sum, squares, min, max) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
        counts = Array(numbers.dropFirst(5).prefix(Self.bucketsMax))
    }
}

/// What a load generator has seen when it ends.
package struct LoadResult: Sendable, Hashable {
    package var sent = 0.0
    package var byStatus: [Int: Double] = [:]
    package var failed = 0.0
    /// Why the first request failed.
    package var failure: NetworkOutcome.Failure?
    package var seconds = 0.0
    package var latencies = LatencyHistogram()
    /// The size of an answer's body.
    package var bodyBytes = 0

    package init() {}

    var answered: Double { latencies.total }
    var perSecond: Double { seconds > 0 ? answered / seconds : 0 }
}
