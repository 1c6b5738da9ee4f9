import APIMachinery
import Autoscaling
import Kubelet
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
    /// The profile counts workers, each of which waits for its answer before it sends again, instead of requests a second.
    package var hasWorkers = false
    /// What a worker waits between an answer and its next request.
    package var pause: Duration = .zero
    /// It ends when so many requests were sent.
    package var requestsMax: Double?
    /// It ends after so long; nil for never.
    package var duration: Duration?

    package init(name: String, origin: RequestOrigin, url: RequestURL, profile: LoadProfile, startedAt: Instant) {
        self.name = name
        self.origin = origin
        self.url = url
        self.profile = profile
        self.startedAt = startedAt
    }
}

extension LoadSource {
    /// Whether it ends by itself, as what a container's load generator sends.
    var hasEnd: Bool { duration != nil || requestsMax != nil }
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
    /// Latencies of the answered requests, added up: divided by `answered` it is the mean.
    package var latencyMillisecondsSum = 0.0
    /// Requests by the pod that they reached.
    package var byPod: [String: Double] = [:]
    package var byStatus: [Int: Double] = [:]
    package var latencies = LatencyHistogram()
    package var firstFailureKind: NetworkOutcome.Failure?
    /// How long it sent until now.
    package var seconds = 0.0
    package var bodyBytes = 0
    /// All that was asked for was sent.
    package var hasEnded = false

    package init() {}

    /// What a load generator knows of it.
    var result: LoadResult {
        var result = LoadResult()
        (result.sent, result.byStatus, result.failed, result.failure) = (sent, byStatus, failed, failed > 0 ? firstFailureKind ?? .timedOut : nil)
        (result.seconds, result.latencies, result.bodyBytes) = (seconds, latencies, bodyBytes)
        return result
    }

    /// Counts requests that reached a pod which fared like this in the last tick.
    mutating func note(_ share: Double, _ answer: SimulatedResponse, _ service: ServiceLoad?) {
        let lost = service.map { $0.timedOutPerSecond / max($0.timedOutPerSecond + $0.servedPerSecond, 0.001) } ?? 0
        if lost > 0 {
            failed += share * lost
            if firstFailure.isEmpty { firstFailure = "no answer within \(Int(WorkloadModel.latencyMax / 1000)) s: pod \(answer.answeredBy) has more requests than it can serve" }
        }
        let latency = max(service?.latencyMilliseconds ?? 0, answer.latency.inSeconds * 1000)
        answered += share * (1 - lost)
        latencyMillisecondsSum += share * (1 - lost) * latency
        latencyMillisecondsMax = max(latencyMillisecondsMax, latency)
        let served = share * (1 - lost)
        byStatus[answer.status, default: 0] += served
        bodyBytes = answer.body.utf8.count
        latencies.add(service: min(service?.serviceMilliseconds ?? latency, latency), mean: latency, count: served)
    }
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
    /// What waits at each pod that gets load, and how it fared in the last tick.
    var queues: [NamespacedName: ServiceQueue] = [:]
    var service: [NamespacedName: ServiceLoad] = [:]
    /// Requests of containers that reached each pod since metrics were last read.
    var arrivals: [NamespacedName: Int] = [:]
    var metricsServer = MetricsServer()
    var nextTick: Instant?
    var nextReading: Instant?
    /// When declared metrics are published next.
    var nextDeclared: Instant?

    var isBusy: Bool { !sources.isEmpty }

    mutating func start(_ source: LoadSource, now: Instant) {
        sources[source.name] = source
        if tallies[source.name] == nil { tallies[source.name] = LoadTally() }
        if nextTick == nil { nextTick = now }
    }

    /// Takes a load generator's tally away when it has ended.
    mutating func takeTally(_ name: String) -> LoadTally? {
        guard let tally = tallies[name], tally.hasEnded else { return nil }
        tallies[name] = nil
        return tally
    }

    mutating func stop(_ name: String, now: Instant) {
        sources[name] = nil
        // The next tick takes the load off the pods.
        if nextTick == nil { nextTick = now }
    }

    /// When traffic or the metrics server has something to do, by a limit.
    func next(by limit: Instant) -> Instant? {
        guard let due = [nextTick, nextReading, nextDeclared].compactMap({ $0 }).min(), due <= limit else { return nil }
        return due
    }

    /// Leaves out the ticks before an instant.
    mutating func skip(to now: Instant) {
        nextTick = nextTick.map { max($0, now) }
        nextReading = nextReading.map { max($0, now) }
        nextDeclared = nextDeclared.map { max($0, now) }
    }

    /// Whether load is to be sent at an instant; plans the next tick.
    mutating func takeTick(at now: Instant) -> Bool {
        guard let due = nextTick, due <= now else { return false }
        // What still waits is served after the last source has ended.
        nextTick = sources.isEmpty && !queues.values.contains { $0.waiting > 0 } ? nil : now + Self.tick
        return true
    }

    /// Whether metrics are to be read at an instant; plans the next reading.
    mutating func takeReading(at now: Instant) -> Bool {
        guard let due = nextReading, due <= now else { return false }
        nextReading = now + MetricsServer.resolution
        return true
    }

    /// Whether declared metrics are to be published at an instant; plans the next time.
    mutating func takeDeclared(at now: Instant) -> Bool {
        guard let due = nextDeclared, due <= now else { return false }
        nextDeclared = now + DeclaredMetric.resolution
        return true
    }
}
