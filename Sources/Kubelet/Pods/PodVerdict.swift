import KubernetesObjects

/// Why a kubelet ends a pod by itself: what it writes into `status.reason` and `status.message`, and what it tells.
struct PodVerdict: Hashable, Sendable {
    var reason: String
    var message: String
    /// The text of the event; the message unless it differs from it.
    var eventMessage: String
    /// The pod was never taken: it has no containers to tell of.
    var isRefusal = false
    /// Containers get no time to stop.
    var isImmediate = false
    /// The pod gets the condition `DisruptionTarget`, as one that is evicted does.
    var isDisruption = false

    init(reason: String, message: String) {
        self.reason = reason
        self.message = message
        eventMessage = message
    }

    /// A pod that a kubelet does not take on.
    static func refused(reason: String, message: String) -> PodVerdict {
        var verdict = PodVerdict(reason: reason, message: "Pod was rejected: \(message)")
        verdict.eventMessage = message
        verdict.isRefusal = true
        return verdict
    }

    /// A pod that must leave its node.
    static func evicted(message: String) -> PodVerdict {
        var verdict = PodVerdict(reason: "Evicted", message: message)
        verdict.isImmediate = true
        verdict.isDisruption = true
        return verdict
    }
}
