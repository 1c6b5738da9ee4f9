import KubernetesObjects

/// What is wrong with a write to the `status` of a kind that counts pods.
///
/// - Source: kubernetes `pkg/apis/apps/validation` and, for ReplicationControllers, `pkg/apis/core/validation`, v1.36.
struct ReplicaStatusValidation {
    /// What may not be negative.
    var counts: [String]
    /// What may not be more than `replicas`.
    var parts: [String] = []
    /// How the field is named that `availableReplicas` may not be more than; nil for kinds without it.
    var readyName: String?
    /// Whether hash collisions are counted, which go upwards only.
    var countsCollisions = true

    static let deployment = ReplicaStatusValidation(
        counts: [
            "observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas", "collisionCount",
        ],
        parts: ["updatedReplicas", "readyReplicas", "availableReplicas"], readyName: "readyReplicas")

    /// ReplicaSets and ReplicationControllers count alike.
    static let replicaSet = ReplicaStatusValidation(
        counts: ["replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration"],
        parts: ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"], readyName: "readyReplicas", countsCollisions: false)

    static let statefulSet = ReplicaStatusValidation(
        counts: [
            "replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas", "observedGeneration", "collisionCount",
        ],
        parts: ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"], readyName: "status.readyReplicas")

    static let daemonSet = ReplicaStatusValidation(counts: [
        "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady", "observedGeneration",
        "updatedNumberScheduled", "numberAvailable", "numberUnavailable", "collisionCount",
    ])

    func check(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let status = object["status"] ?? [:]
        for field in counts { errors.checkNonNegative(status.int(field), .status / field) }
        let replicas = status.int("replicas") ?? 0
        for field in parts {
            if let number = status.int(field), number > replicas { errors.invalid(.status / field, number, "cannot be greater than status.replicas") }
        }
        if let readyName, let available = status.int("availableReplicas"), available > status.int("readyReplicas") ?? 0 {
            errors.invalid(.status / "availableReplicas", available, "cannot be greater than \(readyName)")
        }
        guard countsCollisions, let before = old?["status"]?.int("collisionCount") else { return }
        let now = status.int("collisionCount")
        if now == nil || now! < before { errors.invalid(.status / "collisionCount", now ?? 0, "cannot be decremented") }
    }
}
