import APIMachinery
import KubernetesObjects

/// The ControllerRevisions of a StatefulSet or DaemonSet: the templates that it had, numbered.
///
/// - Order: by revision, then age, then name.
/// - Source: kube-controller-manager `controller/history`.
struct RevisionHistory {
    private(set) var revisions: [Value]
    private let owner: Value

    init(of owner: Value, in view: ClusterView) {
        self.owner = owner
        revisions = view.controlled(.controllerRevisions, by: owner.uid).sorted {
            ($0["revision"]?.intValue ?? 0, $0.creationTimestamp, $0.name) < ($1["revision"]?.intValue ?? 0, $1.creationTimestamp, $1.name)
        }
    }

    func named(_ name: String) -> Value? { revisions.first { $0.name == name } }

    /// What a revision keeps of an object.
    static func data(of owner: Value) -> Value {
        var template = owner["spec"]?["template"] ?? [:]
        template["$patch"] = "replace"
        return ["spec": ["template": template]]
    }

    /// The template that a revision keeps.
    static func template(of revision: Value) -> Value {
        var template = revision["data"]?["spec"]?["template"] ?? [:]
        template["$patch"] = nil
        return template
    }

    private var nextNumber: Int { (revisions.last?["revision"]?.intValue ?? 0) + 1 }

    /// The revision of the owner's present template. Plans its making, or its renumbering when it is not the latest.
    mutating func current(kind: String, hashLabel: String, collisionCount: Int, annotations: Value?, plan: inout Plan) -> Value {
        let data = Self.data(of: owner)
        if let index = revisions.lastIndex(where: { $0["data"] == data }) {
            var revision = revisions[index]
            if index == revisions.count - 1 { return revision }
            revision["revision"] = Value(nextNumber)
            plan.add(.update(.controllerRevisions, revision))
            revisions.remove(at: index)
            revisions.append(revision)
            return revision
        }
        let hash = TemplateHash.name(of: data, collisionCount: collisionCount)
        var labels = owner["spec"]?["template"]?["metadata"]?["labels"] ?? [:]
        labels[hashLabel] = .string(hash)
        var metadata: Value = [
            "name": .string("\(owner.name)-\(hash)"), "namespace": .string(owner.namespace), "labels": labels,
            "ownerReferences": [owner.controllerReference(apiVersion: "apps/v1", kind: kind)],
        ]
        if let annotations, !annotations.isEmptyValue { metadata["annotations"] = annotations }
        let revision: Value = [
            "apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": metadata, "data": data, "revision": Value(nextNumber),
        ]
        plan.add(.create(.controllerRevisions, revision))
        revisions.append(revision)
        return revision
    }

    /// Plans the removal of revisions that nothing uses beyond the limit, oldest first.
    func truncate(limit: Int, inUse: Set<String>, plan: inout Plan) {
        let unused = revisions.filter { !inUse.contains($0.name) && !$0.uid.isEmpty }
        guard unused.count > limit else { return }
        for revision in unused.prefix(unused.count - max(0, limit)) {
            plan.add(.delete(ObjectKey(.controllerRevisions, namespace: revision.namespace, name: revision.name)), ifRefused: .continuing)
        }
    }
}
