import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Empties a namespace that is being deleted, tells what holds it up, and lets it go.
///
/// - Order: pods first; everything else when no pod is left, by resource and name.
/// - Source: kube-controller-manager `namespace`, with OrderedNamespaceDeletion.
package struct NamespaceController: Controller {
    package let name = "namespace-controller"
    package let interests: [GroupResource] = [.namespaces]
    /// Seconds that content held by finalizers is assumed to take.
    static let finalizerEstimateSeconds = 15

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        event.change != .deleted && event.object.isBeingDeleted ? ownKey(event) : []
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let namespace = view.get(key), namespace.isBeingDeleted else { return .done }
        var plan = Plan()
        let holders = (namespace["spec"]?["finalizers"]?.elements ?? []).compactMap(\.stringValue)
        if holders.isEmpty { return .done }
        let content = Content(of: key.name, in: view)
        if content.isEmpty {
            writeConditions(namespace, content, &plan)
            var last = namespace
            last["spec", default: [:]]["finalizers"] = .array(holders.filter { $0 != "kubernetes" }.map { .string($0) })
            last["metadata", "resourceVersion"] = nil
            plan.add(.updateSubresource(key, subresource: "finalize", last))
            return plan
        }
        for object in content.deletable { plan.add(.delete(object, propagation: .background), ifRefused: .ignore) }
        let left = Content(of: key.name, in: view)
        writeConditions(namespace, left, &plan)
        plan.requeueAfter = .seconds(left.estimateSeconds / 2 + 1)
        return plan
    }

    private func writeConditions(_ namespace: Value, _ content: Content, _ plan: inout Plan) {
        var next = namespace
        let now = content.now
        var list: [Value] = namespace["status"]?["conditions"]?.elements ?? []
        for (type, status, reason, message) in content.conditions {
            let index = list.firstIndex { $0["type"]?.stringValue == type }
            let old = index.map { list[$0] }
            if let old, old["status"]?.stringValue == status, old["message"]?.stringValue == message, old["reason"]?.stringValue == reason { continue }
            let condition: Value = [
                "type": .string(type), "status": .string(status), "lastTransitionTime": .string(now.rfc3339),
                "reason": .string(reason), "message": .string(message),
            ]
            if let index { list[index] = condition } else { list.append(condition) }
        }
        next["status", default: [:]]["phase"] = "Terminating"
        next["status", default: [:]]["conditions"] = .array(list)
        if next["status"] != namespace["status"] { plan.add(.updateStatus(.namespaces, next), ifRefused: .ignore) }
    }

    /// What is left in a namespace.
    struct Content {
        private(set) var counts: [(resource: GroupResource, count: Int)] = []
        private(set) var finalizers: [(name: String, count: Int)] = []
        /// What is to be deleted now.
        private(set) var deletable: [ObjectKey] = []
        private(set) var estimateSeconds = 0
        let now: Instant

        var isEmpty: Bool { counts.isEmpty }

        init(of namespace: String, in view: ClusterView) {
            now = view.now
            var holders: [String: Int] = [:]
            let podsAreLeft = view.store.count(.pods, namespace: namespace) > 0
            for resource in view.store.resources {
                if resource == .namespaces { continue }
                let objects = view.list(resource, namespace: namespace)
                if objects.isEmpty { continue }
                counts.append((resource, objects.count))
                for object in objects {
                    for finalizer in object.finalizers { holders[finalizer, default: 0] += 1 }
                    if !object.isBeingDeleted, resource == .pods || !podsAreLeft {
                        deletable.append(ObjectKey(resource, namespace: namespace, name: object.name))
                    }
                    if resource == .pods, !object.isPodTerminal {
                        estimateSeconds = max(estimateSeconds, object["spec", "terminationGracePeriodSeconds"]?.intValue ?? 0)
                    }
                }
            }
            if !holders.isEmpty { estimateSeconds = max(estimateSeconds, NamespaceController.finalizerEstimateSeconds) }
            finalizers = holders.sorted { $0.key < $1.key }.map { (name: $0.key, count: $0.value) }
        }

        var conditions: [(String, String, String, String)] {
            let remaining = counts.map { "\($0.resource.resource).\($0.resource.group) has \($0.count) resource instances" }.joined(separator: ", ")
            let held = finalizers.map { "\($0.name) in \($0.count) resource instances" }.joined(separator: ", ")
            return [
                ("NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", "All resources successfully discovered"),
                ("NamespaceDeletionGroupVersionParsingFailure", "False", "ParsedGroupVersions", "All legacy kube types successfully parsed"),
                (
                    "NamespaceDeletionContentFailure", "False", "ContentDeleted",
                    "All content successfully deleted, may be waiting on finalization"
                ),
                counts.isEmpty
                    ? ("NamespaceContentRemaining", "False", "ContentRemoved", "All content successfully removed")
                    : ("NamespaceContentRemaining", "True", "SomeResourcesRemain", "Some resources are remaining: \(remaining)"),
                finalizers.isEmpty
                    ? ("NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers", "All content-preserving finalizers finished")
                    : (
                        "NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain",
                        "Some content in the namespace has finalizers remaining: \(held)"
                    ),
            ]
        }
    }
}
