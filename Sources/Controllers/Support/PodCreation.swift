import APIMachinery
import KubernetesObjects

/// Makes pods of templates, and says in events how it went.
///
/// - Source: kube-controller-manager `RealPodControl`.
enum PodCreation {
    /// The marks of planned writes that a controller hears of again.
    static let createTag = 1
    static let deleteTag = 2

    /// A pod of a template, named by its owner.
    static func pod(from template: Value?, owner: Value, reference: Value) -> Value {
        var metadata: Value = ["generateName": .string(generateName(for: owner.name)), "namespace": .string(owner.namespace)]
        let wanted = template?["metadata"]
        for key in ["labels", "annotations", "finalizers"] {
            if let part = wanted?[key], !part.isEmptyValue { metadata[key] = part }
        }
        metadata["ownerReferences"] = [reference]
        return ["apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template?["spec"] ?? [:]]
    }

    static func generateName(for owner: String) -> String { owner.utf8.count <= 252 ? owner + "-" : owner }

    static func planCreation(_ pod: Value, in plan: inout Plan) { plan.add(.create(.pods, pod), tag: createTag) }

    static func planDeletion(_ pod: Value, in plan: inout Plan) {
        plan.add(
            .delete(ObjectKey(.pods, namespace: pod.namespace, name: pod.name), uid: pod.uid), ifRefused: .continuing, tag: deleteTag)
    }

    /// The event that tells of a creation or deletion planned here; nil for any other write, and for what is not worth telling.
    static func event(for action: PlannedAction, result: Result<Value, APIStatus>, owner: Value) -> PlannedAction? {
        let draft: EventDraft
        switch (action.tag, action.write, result) {
        case (createTag, .create, .success(let pod)):
            draft = EventDraft(object: owner, type: .normal, reason: "SuccessfulCreate", message: "Created pod: \(pod.name)")
        case (createTag, .create, .failure(let status)):
            if status.isNamespaceTerminating { return nil }
            draft = EventDraft(object: owner, type: .warning, reason: "FailedCreate", message: "Error creating: \(status.message)")
        case (deleteTag, .delete(let key, _, _, _), .success):
            draft = EventDraft(object: owner, type: .normal, reason: "SuccessfulDelete", message: "Deleted pod: \(key.name)")
        case (deleteTag, .delete, .failure(let status)):
            if status.isNotFound { return nil }
            draft = EventDraft(object: owner, type: .warning, reason: "FailedDelete", message: "Error deleting: \(status.message)")
        default: return nil
        }
        return PlannedAction(write: .event(draft), ifRefused: .ignore)
    }
}

extension Plan {
    /// Plans a status before the creations marked with `tags`: the first refused one ends the plan, and the status tells of its object all the same.
    mutating func updateStatus(_ resource: GroupResource, _ object: Value, beforeAny tags: Set<Int>) {
        let first = actions.firstIndex { tags.contains($0.tag) } ?? actions.endIndex
        actions.insert(PlannedAction(write: .updateStatus(resource, object), ifRefused: .continuing), at: first)
    }
}

extension APIStatus {
    /// Whether the refusal is because the namespace is going away.
    var isNamespaceTerminating: Bool {
        (details?["causes"]?.elements ?? []).contains { $0["reason"]?.stringValue == "NamespaceTerminating" }
    }
}
