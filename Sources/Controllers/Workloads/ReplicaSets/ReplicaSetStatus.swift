import KubernetesObjects
import Scheduler
import SimulationKernel

/// The status of a ReplicaSet as its pods make it.
///
/// - Source: kube-controller-manager `calculateStatus`, `updateReplicaSetStatus`.
struct ReplicaSetStatus {
    let set: Value
    private let counts: Value
    private let now: Instant
    /// How long until the pods that are ready now are available; nil when they are, or when time will not help.
    private(set) var untilAvailable: Duration?

    init(_ set: Value, pods groups: [PodTallies.Group], kind: ReplicaSetController.Kind, now: Instant) {
        self.set = set
        self.now = now
        let template = CompiledSelector(labels: set["spec"]?["template"]?["metadata"]?["labels"])
        let minReady = set.minReadySeconds
        var (active, terminating, ready, available, labelled) = (0, 0, 0, 0, 0)
        var earliest: Instant?
        for group in groups {
            active += group.active
            terminating += group.terminating
            ready += group.ready
            if template.matches(group.labels) { labelled += group.active }
            if minReady == 0 {
                available += group.ready
                continue
            }
            for (since, count) in group.readySince {
                if since + .seconds(minReady) <= now { available += count } else { earliest = min(earliest ?? since, since) }
            }
        }
        var status: Value = ["replicas": Value(active)]
        for (key, count) in [
            ("fullyLabeledReplicas", labelled), ("readyReplicas", ready), ("availableReplicas", available),
            ("observedGeneration", set.generation),
        ] where count != 0 { status[key] = Value(count) }
        if kind == .replicaSet { status["terminatingReplicas"] = Value(terminating) }
        counts = status
        if let earliest { untilAvailable = max(earliest + .seconds(minReady) - now, .milliseconds(1)) }
    }

    /// The set with its new status, or nil when nothing is to be written.
    func update(failure: (reason: String, message: String)?) -> Value? {
        var conditions = WorkloadConditions(set, now: now)
        if let failure {
            if conditions["ReplicaFailure"] == nil {
                conditions.set("ReplicaFailure", status: "True", reason: failure.reason, message: failure.message)
            }
        } else {
            conditions.remove("ReplicaFailure")
        }
        var status = counts
        if let list = conditions.value { status["conditions"] = list }
        guard status != set["status"] else { return nil }
        var next = set
        next["status"] = status
        return next
    }
}
