import APIMachinery
import KubernetesObjects

/// The ControllerRevisions of a StatefulSet or DaemonSet: the templates that it had, numbered.
///
/// - Order: by revision, then age, then name.
/// - Source: kube-controller-manager `controller/history`. Orphans are adopted before a history is read, by a `Claim`.
struct RevisionHistory {
    private(set) var revisions: [Value]
    private let owner: Value
    private let view: ClusterView
    /// How often a name was found taken by other content; the owner's status keeps it.
    private(set) var collisions: Int

    init(of owner: Value, in view: ClusterView) {
        self.owner = owner
        self.view = view
        collisions = owner.statusInt("collisionCount")
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
    ///
    /// One of the same name and content is used whoever has it; one of other content asks for another name.
    mutating func current(kind: String, hashLabel: String, annotations: Value?, plan: inout Plan) -> Value {
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
        var hash = TemplateHash.name(of: data, collisionCount: collisions)
        // Each turn meets another stored revision, so there are no more turns than these.
        while let taken = view.get(.controllerRevisions, namespace: owner.namespace, name: "\(owner.name)-\(hash)") {
            if taken["data"] == data { return taken }
            collisions += 1
            hash = TemplateHash.name(of: data, collisionCount: collisions)
        }
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
