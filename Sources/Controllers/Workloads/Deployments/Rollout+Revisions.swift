import APIMachinery
import KubernetesObjects

extension Rollout {
    /// Numbers the ReplicaSet of the present template as the latest revision, and makes it if it does not exist.
    mutating func syncRevision(creating: Bool) {
        let revision = (old.map(RolloutAnnotations.revision).max() ?? 0) + 1
        if var set = new {
            if set.uid.isEmpty { return }
            let annotated = RolloutAnnotations.update(&set, from: deployment, revision: revision, exists: true)
            let minReady = deployment.minReadySeconds
            if annotated || set.minReadySeconds != minReady {
                set["spec", "minReadySeconds"] = minReady == 0 ? nil : Value(minReady)
                write(set)
                return
            }
            noteRevision(set.annotation(RolloutAnnotations.revisionKey) ?? "")
            if hasProgressDeadline, deployment.condition("Progressing") == nil {
                setCondition("Progressing", "True", "FoundNewReplicaSet", "Found new replica set \"\(set.name)\"")
            }
            return
        }
        if creating { createSet(revision: revision) }
    }

    var hasProgressDeadline: Bool { Self.progressDeadline(of: deployment) != nil }

    private mutating func noteRevision(_ revision: String) {
        guard deployment.annotation(RolloutAnnotations.revisionKey) != revision else { return }
        deployment["metadata", default: [:]]["annotations", default: [:]][RolloutAnnotations.revisionKey] = .string(revision)
    }

    mutating func setCondition(_ type: String, _ status: String, _ reason: String, _ message: String) {
        var conditions = WorkloadConditions(deployment, hasUpdateTime: true, now: now)
        conditions.set(type, status: status, reason: reason, message: message)
        deployment["status", default: [:]]["conditions"] = conditions.value
    }

    private mutating func createSet(revision: Int) {
        var template = deployment["spec", "template"] ?? [:]
        let hash = TemplateHash.name(of: template, collisionCount: deployment["status"]?["collisionCount"]?.intValue)
        template["metadata", default: [:]]["labels", default: [:]][RolloutTemplates.hashLabel] = .string(hash)
        var selector = deployment["spec", "selector"] ?? [:]
        selector["matchLabels", default: [:]][RolloutTemplates.hashLabel] = .string(hash)
        let size = RolloutLimits.newSize(deployment: deployment, allReplicas: old.reduce(0) { $0 + $1.specReplicas }, newReplicas: 0)
        var spec: Value = ["replicas": Value(size), "selector": selector, "template": template]
        if deployment.minReadySeconds != 0 { spec["minReadySeconds"] = Value(deployment.minReadySeconds) }
        var set: Value = [
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": [
                "name": .string("\(deployment.name)-\(hash)"), "namespace": .string(deployment.namespace),
                "labels": template["metadata", "labels"] ?? [:],
                "ownerReferences": [deployment.controllerReference(apiVersion: "apps/v1", kind: "Deployment")],
            ],
            "spec": spec,
        ]
        _ = RolloutAnnotations.update(&set, from: deployment, revision: revision, exists: false)
        plan.add(.create(.replicaSets, set), tag: DeploymentController.createSetTag)
        if size > 0 {
            plan.event(
                on: deployment, reason: "ScalingReplicaSet", message: "Scaled up replica set \(set.name) from 0 to \(size)")
        }
        noteRevision(String(revision))
        if hasProgressDeadline { setCondition("Progressing", "True", "NewReplicaSetCreated", "Created new replica set \"\(set.name)\"") }
        new = set
    }
}
