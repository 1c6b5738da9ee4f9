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

    package init(name: String, origin: RequestOrigin, url: RequestURL, profile: LoadProfile, startedAt: Instant) {
        self.name = name
        self.origin = origin
        self.url = url
        self.profile = profile
        self.startedAt = startedAt
    }
}

/// What became of a load source's requests.
package struct LoadTally: Sendable, Hashable {
    /// Requests sent.
    package var sent = 0.0
    package var answered = 0.0
    package var failed = 0.0
    /// The first reason for which a request failed; empty while none has.
    package var firstFailure = ""
    package var latencyMillisecondsMax = 0.0
    /// Requests by the pod that they reached.
    package var byPod: [String: Double] = [:]

    package init() {}
}

/// The running load sources of a cluster, the rates that reach its pods, and when metrics are read next.
///
/// - Order: sources send in the order of their names, once every `tick`.
struct Traffic: Sendable {
    static let tick: Duration = .seconds(1)
    /// How many routes are drawn for a tick of a source: its rate is shared among them.
    static let samplesPerTick = 32

    private(set) var sources: [String: LoadSource] = [:]
    var tallies: [String: LoadTally] = [:]
    /// Requests a second that reach each pod.
    var rates: [NamespacedName: Double] = [:]
    /// Requests of containers that reached each pod since metrics were last read.
    var arrivals: [NamespacedName: Int] = [:]
    var metricsServer = MetricsServer()
    var nextTick: Instant?
    var nextReading: Instant?

    var isBusy: Bool { !sources.isEmpty }

    mutating func start(_ source: LoadSource, now: Instant) {
        sources[source.name] = source
        if tallies[source.name] == nil { tallies[source.name] = LoadTally() }
        if nextTick == nil { nextTick = now }
    }

    mutating func stop(_ name: String, now: Instant) {
        sources[name] = nil
        // The next tick takes the load off the pods.
        if nextTick == nil { nextTick = now }
    }

    /// When traffic or the metrics server has something to do, by a limit.
    func next(by limit: Instant) -> Instant? {
        guard let due = [nextTick, nextReading].compactMap({ $0 }).min(), due <= limit else { return nil }
        return due
    }

    /// Whether load is to be sent at an instant; plans the next tick.
    mutating func takeTick(at now: Instant) -> Bool {
        guard let due = nextTick, due <= now else { return false }
        nextTick = sources.isEmpty ? nil : now + Self.tick
        return true
    }

    /// Whether metrics are to be read at an instant; plans the next reading.
    mutating func takeReading(at now: Instant) -> Bool {
        guard let due = nextReading, due <= now else { return false }
        nextReading = now + MetricsServer.resolution
        return true
    }
}
