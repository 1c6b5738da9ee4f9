import APIMachinery
import Autoscaling
import KubernetesObjects
import ServiceNetwork
import SimulationKernel

/// Requests that keep coming: what a lab's scenario or a load generator sends.
package struct LoadSource: Sendable {
    package var name: String
    package var origin: RequestOrigin
    package var url: RequestURL
    package var profile: LoadProfile
    package var startedAt: Instant
}

/// What became of a load source's requests.
package struct LoadTally: Sendable, Hashable {
    /// Requests sent, in whole requests.
    package var sent = 0
    package var answered = 0
    package var failed = 0
    /// The first reason for which a request failed.
    package var firstFailure = ""
    package var latencyMillisecondsMax = 0.0
}

/// The running load sources of a cluster.
///
/// - Order: sources send in the order of their names, once every `tick`.
struct Traffic: Sendable {
    static let tick: Duration = .seconds(1)
    /// How many routes are drawn for a tick of a source: its rate is shared among them.
    static let samplesPerTick = 32

    private(set) var sources: [String: LoadSource] = [:]
    var tallies: [String: LoadTally] = [:]
    var nextTick: Instant?

    mutating func start(_ source: LoadSource, now: Instant) {
        sources[source.name] = source
        tallies[source.name] = LoadTally()
        if nextTick == nil { nextTick = now }
    }

    mutating func stop(_ name: String) {
        sources[name] = nil
        // One more tick tells the pods that nothing comes any more.
    }

    func next(by limit: Instant) -> Instant? { nextTick.flatMap { $0 <= limit ? $0 : nil } }
}
