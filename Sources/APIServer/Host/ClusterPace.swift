import SimulationKernel

/// How a live cluster's time goes by the wall clock.
///
/// - Invariants: the cluster's time never goes back; a change of pace starts from where the clock stands.
package struct ClusterPace: Sendable, Equatable {
    package enum Speed: Sendable, Equatable {
        /// Virtual seconds a second on the wall.
        case factor(Double)
        /// As fast as there is work to do; with the wall when there is none.
        case max
    }

    package var speed: Speed
    package var isPaused: Bool

    package init(speed: Speed = .factor(1), isPaused: Bool = false) {
        self.speed = speed
        self.isPaused = isPaused
    }

    package static let wall = ClusterPace()

    /// How much faster than the wall time goes while a cluster at full speed has work: a container that crashes for
    /// ever is restarted some times a second then, not without end.
    static let maxFactor = 1000.0

    /// Reads `1`, `10x`, `0.5x` or `max`.
    package init?(_ text: String) {
        if text == "max" {
            self.init(speed: .max)
            return
        }
        guard let factor = Double(text.hasSuffix("x") ? String(text.dropLast()) : text), factor > 0, factor <= 100_000 else { return nil }
        self.init(speed: .factor(factor))
    }

    /// `10x` or `max`.
    package var speedText: String {
        switch speed {
        case .max: "max"
        case .factor(let factor): factor == factor.rounded() ? "\(Int(factor))x" : "\(factor)x"
        }
    }

    /// Virtual seconds a second on the wall at this moment; 0 while paused.
    func factor(hasWork: Bool) -> Double {
        if isPaused { return 0 }
        switch speed {
        case .factor(let factor): return factor
        case .max: return hasWork ? Self.maxFactor : 1
        }
    }
}
