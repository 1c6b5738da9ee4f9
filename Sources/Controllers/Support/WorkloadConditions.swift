import KubernetesObjects
import SimulationKernel

/// The conditions of a workload's status while a controller works on them.
///
/// - Order: as stored; a changed condition moves to the end.
/// - Source: the `SetCondition` functions of kube-controller-manager: nothing changes while status and reason
///   stay the same, and the transition time stays while the status does.
struct WorkloadConditions {
    private(set) var list: [Value]
    /// Deployments also keep the time of the last update.
    let hasUpdateTime: Bool
    let now: Instant

    init(_ object: Value, hasUpdateTime: Bool = false, now: Instant) {
        list = object["status"]?["conditions"]?.elements ?? []
        self.hasUpdateTime = hasUpdateTime
        self.now = now
    }

    subscript(type: String) -> Value? { list.first { $0["type"]?.stringValue == type } }

    mutating func set(_ type: String, status: String, reason: String, message: String, transition: String? = nil) {
        let current = self[type]
        if let current, current["status"]?.stringValue == status, current["reason"]?.stringValue == reason { return }
        var since = transition ?? now.rfc3339
        if let current, current["status"]?.stringValue == status, let old = current["lastTransitionTime"]?.stringValue { since = old }
        var condition: Value = ["type": .string(type), "status": .string(status)]
        if hasUpdateTime { condition["lastUpdateTime"] = .string(now.rfc3339) }
        condition["lastTransitionTime"] = .string(since)
        condition["reason"] = .string(reason)
        condition["message"] = .string(message)
        remove(type)
        list.append(condition)
    }

    mutating func put(_ condition: Value) {
        remove(condition["type"]?.stringValue ?? "")
        list.append(condition)
    }

    mutating func remove(_ type: String) { list.removeAll { $0["type"]?.stringValue == type } }

    /// The list as it is stored; nil when there is none.
    var value: Value? { list.isEmpty ? nil : .array(list) }
}
