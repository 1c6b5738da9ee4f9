import Autoscaling
import Kubelet
import KubernetesObjects
import ServiceNetwork
import SimulationKernel

extension Traffic {
    /// Running loads, their tallies and the times of the next readings.
    var memory: Value {
        var memory: Value = ["metrics": metricsServer.memory]
        if let nextReading { memory["nextReading"] = .int(nextReading.nanoseconds) }
        if let nextTick { memory["nextTick"] = .int(nextTick.nanoseconds) }
        if !sources.isEmpty { memory["sources"] = .array(sources.keys.sorted().map { sources[$0]!.value }) }
        if !tallies.isEmpty { memory["tallies"] = .object(Fields(tallies.keys.sorted().map { ($0, tallies[$0]!.value) })) }
        return memory
    }

    mutating func recall(_ memory: Value) {
        metricsServer.recall(memory["metrics"] ?? [])
        nextReading = memory["nextReading"]?.intValue.map { Instant(nanoseconds: Int64($0)) }
        for (name, tally) in memory["tallies"]?.fields ?? Fields() { tallies[name] = LoadTally(tally) }
        nextTick = memory["nextTick"]?.intValue.map { Instant(nanoseconds: Int64($0)) }
        for value in memory["sources"]?.elements ?? [] {
            if let source = LoadSource(value) { start(source, now: source.startedAt) }
        }
    }
}

extension LoadSource {
    var value: Value {
        let start: Value =
            switch origin {
            case .outside: [:]
            case .node(let name): ["node": .string(name)]
            case .pod(let namespace, let name): ["namespace": .string(namespace), "pod": .string(name)]
            }
        var value: Value = [
            "name": .string(name), "origin": start, "url": .string(url.description), "startedAt": .int(startedAt.nanoseconds),
            "steps": .array(profile.steps.map { [.int($0.after.nanoseconds), Value($0.ratePerSecond)] }),
        ]
        if hasWorkers { value["workers"] = true }
        if pause != .zero { value["pause"] = .int(pause.nanoseconds) }
        if let requestsMax { value["requests"] = Value(requestsMax) }
        if let duration { value["duration"] = .int(duration.nanoseconds) }
        return value
    }

    init?(_ value: Value) {
        guard let name = value["name"]?.stringValue, let url = value["url"]?.stringValue.flatMap({ RequestURL($0) }) else { return nil }
        var origin = RequestOrigin.outside
        if let node = value["origin"]?["node"]?.stringValue { origin = .node(node) }
        if let pod = value["origin"]?["pod"]?.stringValue { origin = .pod(namespace: value["origin"]?["namespace"]?.stringValue ?? "", name: pod) }
        let steps = (value["steps"]?.elements ?? []).map {
            (after: Duration.nanoseconds(Int64($0[0]?.intValue ?? 0)), ratePerSecond: $0[1]?.doubleValue ?? 0)
        }
        self.init(
            name: name, origin: origin, url: url, profile: LoadProfile(steps: steps),
            startedAt: Instant(nanoseconds: Int64(value["startedAt"]?.intValue ?? 0)))
        hasWorkers = value["workers"]?.boolValue ?? false
        pause = .nanoseconds(Int64(value["pause"]?.intValue ?? 0))
        requestsMax = value["requests"]?.doubleValue
        duration = value["duration"]?.intValue.map { .nanoseconds(Int64($0)) }
    }
}

extension LoadTally {
    var value: Value {
        [
            "sent": Value(sent), "answered": Value(answered), "failed": Value(failed), "firstFailure": .string(firstFailure),
            "latency": Value(latencyMillisecondsMax), "byPod": .object(Fields(byPod.keys.sorted().map { ($0, Value(byPod[$0]!)) })),
            "byStatus": .object(Fields(byStatus.keys.sorted().map { (String($0), Value(byStatus[$0]!)) })), "latencies": .array(latencies.numbers.map { Value($0) }),
            "seconds": Value(seconds), "bodyBytes": Value(bodyBytes), "latencySum": Value(latencyMillisecondsSum), "ended": .bool(hasEnded),
        ]
    }

    init(_ value: Value) {
        self.init()
        sent = value["sent"]?.doubleValue ?? 0
        answered = value["answered"]?.doubleValue ?? 0
        failed = value["failed"]?.doubleValue ?? 0
        firstFailure = value["firstFailure"]?.stringValue ?? ""
        latencyMillisecondsMax = value["latency"]?.doubleValue ?? 0
        for (status, count) in value["byStatus"]?.fields ?? Fields() { byStatus[Int(status) ?? 0] = count.doubleValue ?? 0 }
        latencies = LatencyHistogram(numbers: (value["latencies"]?.elements ?? []).compactMap(\.doubleValue))
        seconds = value["seconds"]?.doubleValue ?? 0
        bodyBytes = value["bodyBytes"]?.intValue ?? 0
        latencyMillisecondsSum = value["latencySum"]?.doubleValue ?? 0
        hasEnded = value["ended"]?.boolValue ?? false
        for (pod, rate) in value["byPod"]?.fields ?? Fields() { byPod[pod] = rate.doubleValue ?? 0 }
    }
}
