import SimulationKernel

/// A rate of requests over time, as a lab's scenario or a load-generating container asks for it.
package struct LoadProfile: Hashable, Sendable {
    /// Rates per second from a moment after the start on, in order; the first is from 0.
    package var steps: [(after: Duration, ratePerSecond: Double)]

    package init(steps: [(after: Duration, ratePerSecond: Double)]) { self.steps = steps }

    package init(constant ratePerSecond: Double) { steps = [(.zero, ratePerSecond)] }

    /// The rate at a time after the start.
    package func rate(after elapsed: Duration) -> Double {
        var rate = 0.0
        for step in steps where step.after <= elapsed { rate = step.ratePerSecond }
        return rate
    }

    package static func == (left: LoadProfile, right: LoadProfile) -> Bool {
        left.steps.count == right.steps.count && zip(left.steps, right.steps).allSatisfy { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        for step in steps {
            hasher.combine(step.after)
            hasher.combine(step.ratePerSecond)
        }
    }
}
