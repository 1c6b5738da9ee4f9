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
        writeConditions(namespace, content, &plan)
        if content.isEmpty, content.deletable.isEmpty {
            var last = namespace
            last["spec", default: [:]]["finalizers"] = .array(holders.filter { $0 != "kubernetes" }.map { .string($0) })
            last["metadata", "resourceVersion"] = nil
            plan.add(.updateSubresource(key, subresource: "finalize", last))
            return plan
        }
        for object in content.deletable { plan.add(.delete(object, propagation: .background), ifRefused: .ignore) }
        plan.requeueAfter = .seconds(content.estimateSeconds / 2 + 1)
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

    /// What is to be deleted from a namespace now, and what will be left when that is done.
    ///
    /// - Order: as long as pods are left, nothing else is looked at.
    struct Content {
        private(set) var counts: [(resource: GroupResource, count: Int)] = []
        private(set) var finalizers: [(name: String, count: Int)] = []
        private(set) var deletable: [ObjectKey] = []
        private(set) var estimateSeconds = 0
        let now: Instant

        var isEmpty: Bool { counts.isEmpty }

        init(of namespace: String, in view: ClusterView) {
            now = view.now
            var holders: [String: Int] = [:]
            note(.pods, namespace, &holders, view)
            if counts.isEmpty {
                for resource in view.store.resources where resource != .namespaces && resource != .pods { note(resource, namespace, &holders, view) }
            }
            counts.sort { "\($0.resource.resource).\($0.resource.group)" < "\($1.resource.resource).\($1.resource.group)" }
            if !holders.isEmpty, estimateSeconds == 0 { estimateSeconds = NamespaceController.finalizerEstimateSeconds }
            finalizers = holders.sorted { $0.key < $1.key }.map { (name: $0.key, count: $0.value) }
        }

        private mutating func note(_ resource: GroupResource, _ namespace: String, _ holders: inout [String: Int], _ view: ClusterView) {
            var left = 0
            for object in view.list(resource, namespace: namespace) {
                if !object.isBeingDeleted { deletable.append(ObjectKey(resource, namespace: namespace, name: object.name)) }
                let grace = resource == .pods ? Self.graceSeconds(object) : 0
                estimateSeconds = max(estimateSeconds, grace)
                guard object.isBeingDeleted || !object.finalizers.isEmpty || grace > 0 else { continue }
                left += 1
                for finalizer in object.finalizers { holders[finalizer, default: 0] += 1 }
            }
            if left > 0 { counts.append((resource, left)) }
        }

        /// How long a pod may take to end; a pod that is on no node ends at once.
        private static func graceSeconds(_ pod: Value) -> Int {
            pod.isPodTerminal || pod.nodeName.isEmpty ? 0 : pod["spec"]?["terminationGracePeriodSeconds"]?.intValue ?? 0
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
