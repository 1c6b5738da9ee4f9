import KubernetesObjects

/// What is wrong with a write to the `status` of a kind that counts pods.
///
/// - Source: kubernetes `pkg/apis/apps/validation` and, for ReplicationControllers, `pkg/apis/core/validation`, v1.36.
enum ReplicaStatusValidation {
    static func deployment(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let status = object["status"] ?? [:]
        counts(
            status,
            [
                "observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas",
                "collisionCount",
            ], into: &errors)
        parts(status, ["updatedReplicas", "readyReplicas", "availableReplicas"], of: "replicas", into: &errors)
        available(status, "cannot be greater than readyReplicas", into: &errors)
        collisions(status, old, into: &errors)
    }

    /// ReplicaSets and ReplicationControllers count alike.
    static func replicaSet(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let status = object["status"] ?? [:]
        counts(status, ["replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration"], into: &errors)
        parts(status, ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"], of: "replicas", into: &errors)
        available(status, "cannot be greater than readyReplicas", into: &errors)
    }

    static func statefulSet(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let status = object["status"] ?? [:]
        counts(
            status,
            [
                "replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas", "observedGeneration",
                "collisionCount",
            ], into: &errors)
        parts(status, ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"], of: "replicas", into: &errors)
        available(status, "cannot be greater than status.readyReplicas", into: &errors)
        collisions(status, old, into: &errors)
    }

    static func daemonSet(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let status = object["status"] ?? [:]
        counts(
            status,
            [
                "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady", "observedGeneration",
                "updatedNumberScheduled", "numberAvailable", "numberUnavailable", "collisionCount",
            ], into: &errors)
        collisions(status, old, into: &errors)
    }

    // MARK: Parts

    private static func counts(_ status: Value, _ fields: [String], into errors: inout FieldErrors) {
        for field in fields { errors.checkNonNegative(status.int(field), .status / field) }
    }

    private static func parts(_ status: Value, _ fields: [String], of whole: String, into errors: inout FieldErrors) {
        let most = status.int(whole) ?? 0
        for field in fields {
            if let number = status.int(field), number > most { errors.invalid(.status / field, number, "cannot be greater than status.\(whole)") }
        }
    }

    private static func available(_ status: Value, _ message: String, into errors: inout FieldErrors) {
        let available = status.int("availableReplicas") ?? 0
        if available > status.int("readyReplicas") ?? 0 { errors.invalid(.status / "availableReplicas", available, message) }
    }

    /// Hash collisions are counted upwards only.
    private static func collisions(_ status: Value, _ old: Value?, into errors: inout FieldErrors) {
        guard let before = old?["status"]?.int("collisionCount") else { return }
        let now = status.int("collisionCount")
        if now == nil || now! < before { errors.invalid(.status / "collisionCount", now ?? 0, "cannot be decremented") }
    }
}
