import KubernetesObjects
import SimulationKernel

/// The fields that controllers read of workloads and pods, by short names.
extension Value {
    /// `spec.replicas`, 1 when absent.
    var specReplicas: Int { self["spec"]?["replicas"]?.intValue ?? 1 }
    func specInt(_ key: String) -> Int? { self["spec"]?[key]?.intValue }
    func specString(_ key: String) -> String? { self["spec"]?[key]?.stringValue }
    func statusInt(_ key: String) -> Int { self["status"]?[key]?.intValue ?? 0 }
    func statusString(_ key: String) -> String? { self["status"]?[key]?.stringValue }
    var minReadySeconds: Int { self["spec"]?["minReadySeconds"]?.intValue ?? 0 }
    var creationTimestamp: String { self["metadata"]?["creationTimestamp"]?.stringValue ?? "" }
    var created: Instant { Instant(rfc3339: creationTimestamp) ?? Instant(nanoseconds: 0) }
    var deletionTime: Instant? { self["metadata"]?["deletionTimestamp"]?.stringValue.flatMap { Instant(rfc3339: $0) } }
    func hasFinalizer(_ name: String) -> Bool { finalizers.contains(name) }

    // Pods
    var podPhase: String { self["status"]?["phase"]?.stringValue ?? "" }
    var nodeName: String { self["spec"]?["nodeName"]?.stringValue ?? "" }
    var isPodTerminal: Bool {
        let phase = podPhase
        return phase == "Succeeded" || phase == "Failed"
    }
    /// Neither finished nor being deleted.
    var isPodActive: Bool { !isPodTerminal && !isBeingDeleted }
    /// Being deleted and not finished.
    var isPodTerminating: Bool { isBeingDeleted && !isPodTerminal }
    var isPodReady: Bool { isConditionTrue("Ready") }
    var podReadySince: Instant? { condition("Ready")?["lastTransitionTime"]?.stringValue.flatMap { Instant(rfc3339: $0) } }

    /// Whether a pod has been ready for at least `minReadySeconds`.
    func isPodAvailable(minReadySeconds: Int, now: Instant) -> Bool {
        guard let ready = condition("Ready"), ready["status"]?.stringValue == "True" else { return false }
        if minReadySeconds == 0 { return true }
        guard let since = podReadySince else { return false }
        return since + .seconds(minReadySeconds) <= now
    }

    /// An owner reference that makes this object the controller of another.
    func controllerReference(apiVersion: String, kind: String) -> Value {
        [
            "apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(name), "uid": .string(uid), "controller": true,
            "blockOwnerDeletion": true,
        ]
    }

    var controllerUID: String? { controllerReference?["uid"]?.stringValue }
}

/// The order (creation, name) in which older objects come first.
func isOlder(_ left: Value, _ right: Value) -> Bool {
    (left.creationTimestamp, left.name) < (right.creationTimestamp, right.name)
}

/// A number or a percentage of something, such as `maxSurge`.
///
/// - Source: k8s.io/apimachinery `intstr.GetScaledValueFromIntOrPercent`.
enum ScaledCount {
    static func resolve(_ value: Value?, of total: Int, roundUp: Bool) -> Int? {
        guard let value else { return nil }
        if let number = value.intValue { return number }
        guard let text = value.stringValue, text.hasSuffix("%"), let percent = Int(text.dropLast()), abs(percent) < 1_000_000 else { return nil }
        let product = min(max(total, 0), 1 << 40) * percent
        return roundUp ? (product + 99) / 100 : product / 100
    }
}

extension Value {
    /// A map of the counts that are not zero.
    static func counts(_ pairs: (String, Int)...) -> Value {
        var fields = Fields()
        for (key, count) in pairs where count != 0 { fields.appendDistinct(key, Value(count)) }
        return .object(fields)
    }
}
