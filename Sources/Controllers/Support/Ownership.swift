import APIMachinery
import KubernetesObjects
import Scheduler

/// Objects that no controller owns, by namespace: what controllers may adopt.
///
/// - Invariants: holds exactly the observed objects of its resource that have no controller reference.
/// - Order: names are handed out sorted.
struct OrphanIndex: Sendable {
    private var names: [String: Set<String>] = [:]

    mutating func note(_ event: StoreEvent) {
        let isOrphan = event.change != .deleted && event.object.controllerReference == nil
        if isOrphan {
            names[event.key.namespace, default: []].insert(event.key.name)
        } else if !names.isEmpty, names[event.key.namespace]?.remove(event.key.name) != nil, names[event.key.namespace]?.isEmpty == true {
            names[event.key.namespace] = nil
        }
    }

    func orphans(_ resource: GroupResource, namespace: String, in view: ClusterView) -> [Value] {
        guard let names = names[namespace] else { return [] }
        return names.sorted().compactMap { view.get(resource, namespace: namespace, name: $0) }
    }
}

/// What a controller finds of the objects that are or could be its own.
struct Claim {
    /// Owned objects whose labels match, oldest first.
    var owned: [Value] = []
    var plan = Plan()
    /// Whether objects are being taken or let go; the next pass sees the result.
    var isChanging: Bool { !plan.actions.isEmpty }

    /// Keeps owned objects that match, releases those that no longer do, and adopts orphans that do.
    ///
    /// - Parameter finalizer: what an adopted object gets and a released one loses.
    /// - Source: kube-controller-manager `ControllerRefManager`.
    init(
        owner: Value, apiVersion: String, kind: String, selector: CompiledSelector, resource: GroupResource, controlled: [Value],
        orphans: [Value], finalizer: String? = nil, isCandidate: (Value) -> Bool = { _ in true }
    ) {
        for object in controlled where isCandidate(object) {
            if selector.matches(object) {
                owned.append(object)
            } else if !owner.isBeingDeleted {
                let left = object.ownerReferences.filter { $0["uid"]?.stringValue != owner.uid }
                var metadata: Value = ["uid": .string(object.uid), "ownerReferences": left.isEmpty ? .null : .array(left)]
                if let finalizer, object.hasFinalizer(finalizer) {
                    let others = object.finalizers.filter { $0 != finalizer }
                    metadata["finalizers"] = others.isEmpty ? .null : Value(others)
                }
                plan.add(
                    .patch(ObjectKey(resource, namespace: object.namespace, name: object.name), .merge, ["metadata": metadata]),
                    ifRefused: .continuing)
            }
        }
        guard !owner.isBeingDeleted else { return }
        for object in orphans where isCandidate(object) && !object.isBeingDeleted && selector.matches(object) {
            var metadata: Value = ["ownerReferences": [owner.controllerReference(apiVersion: apiVersion, kind: kind)], "uid": .string(object.uid)]
            if let finalizer { metadata["finalizers"] = [.string(finalizer)] }
            plan.add(
                .patch(ObjectKey(resource, namespace: object.namespace, name: object.name), .strategicMerge, ["metadata": metadata]),
                ifRefused: .continuing)
        }
    }
}
