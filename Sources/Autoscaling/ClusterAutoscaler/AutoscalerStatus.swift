import KubernetesObjects
import SimulationKernel

/// The text of the autoscaler's status ConfigMap.
///
/// - Shape: YAML since cluster-autoscaler 1.30: `time`, `autoscalerStatus`, `clusterWide`, `nodeGroups`.
/// - Source: cluster-autoscaler `clusterstate/api/types.go` and `clusterstate/utils/status.go`.
struct AutoscalerStatus: Sendable {
    /// When each part last changed its word, by group and part.
    private var transitions: [String: (word: String, since: Instant)] = [:]

    struct Group {
        var group: NodeGroup
        var readiness: ClusterState.Readiness
        var isHealthy: Bool
        var isScalingUp: Bool
        var backOff: ClusterState.BackOff?
        var candidates: Int
    }

    mutating func text(_ groups: [Group], needsMore: Bool, now: Instant) -> String {
        let all = groups.reduce(ClusterState.Readiness()) { $0 + $1.readiness }
        let isBusy = groups.contains(where: \.isScalingUp)
        let candidates = groups.reduce(0) { $0 + $1.candidates }
        var clusterWide: Value = ["health": health(all, ClusterState.isHealthy(all), "", now)]
        clusterWide["scaleUp"] = part(isBusy ? "InProgress" : needsMore ? "Needed" : "NoActivity", "/up", now)
        clusterWide["scaleDown"] = scaleDown(candidates, "/down", now)
        let list = groups.map { entry -> Value in
            var health = health(entry.readiness, entry.isHealthy, entry.group.id, now)
            let times = ["lastProbeTime", "lastTransitionTime"].map { ($0, health[$0]) }
            for (key, _) in times { health[key] = nil }
            health["cloudProviderTarget"] = Value(entry.group.target)
            health["minSize"] = Value(entry.group.minimum)
            health["maxSize"] = Value(entry.group.maximum)
            for (key, value) in times { health[key] = value }
            var up = part(entry.backOff != nil ? "Backoff" : entry.isScalingUp ? "InProgress" : "NoActivity", entry.group.id + "/up", now)
            if let backOff = entry.backOff {
                up["backoffInfo"] = ["errorCode": .string(backOff.errorCode), "errorMessage": .string(backOff.errorMessage)]
            }
            return [
                "name": .string(entry.group.id), "health": health, "scaleUp": up, "scaleDown": scaleDown(entry.candidates, entry.group.id + "/down", now),
            ]
        }
        var status: Value = ["time": .string(Self.goTime(now)), "autoscalerStatus": "Running", "clusterWide": clusterWide]
        if !list.isEmpty { status["nodeGroups"] = .array(list) }
        return status.yaml(.kept)
    }

    private mutating func health(_ state: ClusterState.Readiness, _ isHealthy: Bool, _ name: String, _ now: Instant) -> Value {
        var registered: Value = ["total": Value(state.registered), "ready": Value(state.ready), "notStarted": Value(state.notStarted)]
        if state.deleted > 0 { registered["beingDeleted"] = Value(state.deleted) }
        if state.unready > 0 { registered["unready"] = ["total": Value(state.unready), "resourceUnready": 0] }
        var value: Value = [
            "status": .string(isHealthy ? "Healthy" : "Unhealthy"),
            "nodeCounts": ["registered": registered, "longUnregistered": Value(state.longUnregistered), "unregistered": Value(state.unregistered)],
        ]
        let times = part(isHealthy ? "Healthy" : "Unhealthy", name + "/health", now)
        for key in ["lastProbeTime", "lastTransitionTime"] { value[key] = times[key] }
        return value
    }

    private mutating func scaleDown(_ candidates: Int, _ key: String, _ now: Instant) -> Value {
        var value = part(candidates > 0 ? "CandidatesPresent" : "NoCandidates", key, now)
        guard candidates > 0 else { return value }
        let times = (value["lastProbeTime"], value["lastTransitionTime"])
        (value["lastProbeTime"], value["lastTransitionTime"]) = (nil, nil)
        value["candidates"] = Value(candidates)
        (value["lastProbeTime"], value["lastTransitionTime"]) = times
        return value
    }

    private mutating func part(_ word: String, _ key: String, _ now: Instant) -> Value {
        if transitions[key]?.word != word { transitions[key] = (word, now) }
        return [
            "status": .string(word), "lastProbeTime": .string(now.rfc3339), "lastTransitionTime": .string((transitions[key]?.since ?? now).rfc3339),
        ]
    }

    /// `2026-01-05 09:00:00 +0000 UTC`, as Go prints a time.
    static func goTime(_ now: Instant) -> String {
        let text = now.rfc3339
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8)) +0000 UTC"
    }
}
