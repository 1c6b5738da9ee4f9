import APIMachinery
import KubernetesObjects
import SimulationKernel

extension Rollout {
    private func sum(_ sets: [Value], _ key: String) -> Int { sets.reduce(0) { $0 + $1.statusInt(key) } }

    /// Notes on the condition that a rollout was paused or resumed, so that the deadline does not run meanwhile.
    mutating func notePause() {
        guard hasProgressDeadline else { return }
        let reason = deployment.condition("Progressing")?["reason"]?.stringValue
        if reason == "ProgressDeadlineExceeded" { return }
        if isPaused, reason != "DeploymentPaused" {
            setCondition("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused")
        } else if !isPaused, reason == "DeploymentPaused" {
            setCondition("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed")
        }
    }

    /// Writes the counts and the availability.
    mutating func syncStatus() { deployment["status"] = calculatedStatus() }

    /// Whether a status says that the rollout is over.
    func isComplete(_ status: Value?) -> Bool {
        (status?["updatedReplicas"]?.intValue ?? 0) == replicas && (status?["replicas"]?.intValue ?? 0) == replicas
            && (status?["availableReplicas"]?.intValue ?? 0) == replicas
            && (status?["observedGeneration"]?.intValue ?? 0) >= deployment.generation
    }

    private func calculatedStatus() -> Value {
        let all = all
        let available = sum(all, "availableReplicas")
        let asked = all.reduce(0) { $0 + $1.specReplicas }
        var status = Value.counts(
            ("observedGeneration", deployment.generation), ("replicas", sum(all, "replicas")),
            ("updatedReplicas", new?.statusInt("replicas") ?? 0), ("readyReplicas", sum(all, "readyReplicas")),
            ("availableReplicas", available), ("unavailableReplicas", max(0, asked - available)))
        if let terminating { status["terminatingReplicas"] = Value(terminating) }
        var conditions = WorkloadConditions(deployment, hasUpdateTime: true, now: now)
        if available >= replicas - limits.unavailable {
            conditions.set(
                "Available", status: "True", reason: "MinimumReplicasAvailable", message: "Deployment has minimum availability.")
        } else {
            conditions.set(
                "Available", status: "False", reason: "MinimumReplicasUnavailable",
                message: "Deployment does not have minimum availability.")
        }
        status["conditions"] = conditions.value
        if let collisions = deployment["status"]?["collisionCount"] { status["collisionCount"] = collisions }
        return status
    }

    /// The sum over all sets; nil while a set has been synced by a controller that does not count them.
    private var terminating: Int? {
        var count = 0
        for set in all {
            if let part = set["status"]?["terminatingReplicas"]?.intValue {
                count += part
            } else if set.statusInt("observedGeneration") != 0 {
                return nil
            }
        }
        return count
    }

    /// Writes counts, availability and progress, and asks to be called again when the deadline will have passed.
    mutating func syncRolloutStatus() {
        let before = deployment
        var status = calculatedStatus()
        var conditions = WorkloadConditions(["status": status], hasUpdateTime: true, now: now)
        let current = before.condition("Progressing")
        if !hasProgressDeadline { conditions.remove("Progressing") }
        let wasComplete =
            status["replicas"]?.intValue ?? 0 == status["updatedReplicas"]?.intValue ?? 0
            && current?["reason"]?.stringValue == "NewReplicaSetAvailable"
        if hasProgressDeadline, !wasComplete {
            let subject = new.map { "ReplicaSet \"\($0.name)\"" } ?? "Deployment \"\(deployment.name)\""
            if isComplete(status) {
                conditions.set(
                    "Progressing", status: "True", reason: "NewReplicaSetAvailable", message: "\(subject) has successfully progressed.")
            } else if hasProgressed(from: before["status"], to: status) {
                let since = current?["status"]?.stringValue == "True" ? current?["lastTransitionTime"]?.stringValue : nil
                conditions.remove("Progressing")
                conditions.set(
                    "Progressing", status: "True", reason: "ReplicaSetUpdated", message: "\(subject) is progressing.", transition: since)
            } else if hasTimedOut(conditions["Progressing"]) {
                conditions.set(
                    "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: "\(subject) has timed out progressing.")
            }
        }
        if let failure = replicaFailure {
            conditions.set(
                "ReplicaFailure", status: failure["status"]?.stringValue ?? "True", reason: failure["reason"]?.stringValue ?? "",
                message: failure["message"]?.stringValue ?? "")
        } else {
            conditions.remove("ReplicaFailure")
        }
        status["conditions"] = conditions.value
        deployment["status"] = status
        if status == stored["status"] { waitForDeadline(conditions["Progressing"]) }
    }

    private func hasProgressed(from before: Value?, to status: Value) -> Bool {
        func count(_ value: Value?, _ key: String) -> Int { value?[key]?.intValue ?? 0 }
        let oldBefore = count(before, "replicas") - count(before, "updatedReplicas")
        let oldNow = count(status, "replicas") - count(status, "updatedReplicas")
        return count(status, "updatedReplicas") > count(before, "updatedReplicas") || oldNow < oldBefore
            || count(status, "readyReplicas") > count(before, "readyReplicas")
            || count(status, "availableReplicas") > count(before, "availableReplicas")
    }

    private func hasTimedOut(_ condition: Value?) -> Bool {
        guard let condition, let deadline = Self.progressDeadline(of: deployment) else { return false }
        switch condition["reason"]?.stringValue ?? "" {
        case "NewReplicaSetAvailable": return false
        case "ProgressDeadlineExceeded": return true
        default:
            guard let from = condition["lastUpdateTime"]?.stringValue.flatMap({ Instant(rfc3339: $0) }) else { return false }
            return from + .seconds(deadline) < now
        }
    }

    private mutating func waitForDeadline(_ condition: Value?) {
        guard let condition, let deadline = Self.progressDeadline(of: deployment), !isComplete(deployment["status"]),
            !["ProgressDeadlineExceeded", "NewReplicaSetAvailable"].contains(condition["reason"]?.stringValue ?? ""),
            let from = condition["lastUpdateTime"]?.stringValue.flatMap({ Instant(rfc3339: $0) })
        else { return }
        let left = from + .seconds(deadline) - now
        plan.requeueAfter = max(left, .zero) + .seconds(1)
    }

    /// The failure to make pods that a ReplicaSet reports, the new one's first.
    private var replicaFailure: Value? {
        if let failure = new?.condition("ReplicaFailure") { return failure }
        for set in old { if let failure = set.condition("ReplicaFailure") { return failure } }
        return nil
    }
}
