import KubernetesObjects

/// Refuses objects in namespaces that are not there or are going away, and keeps the system's own namespaces.
///
/// - Source: apiserver `admission/plugin/namespace/lifecycle`, v1.36.
package struct NamespaceLifecycle: AdmissionPlugin {
    package let name = "NamespaceLifecycle"
    private static let immortal: Set<String> = ["default", "kube-system", "kube-public"]

    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        operation == .create || (operation == .delete && resource == .namespaces) || operation == .update
    }

    package func concerns(
        _ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String, namespace: String, in store: Store
    ) -> Bool {
        if namespace.isEmpty { return operation == .delete }
        guard let stored = store.get(.namespaces, name: namespace) else { return true }
        return operation == .create && (stored["status"]?.text("phase") == "Terminating" || stored.isBeingDeleted)
    }

    package func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        if attributes.operation == .delete {
            if attributes.groupResource == .namespaces, Self.immortal.contains(attributes.name) {
                throw .forbidden(.namespaces, name: attributes.name, because: "this namespace may not be deleted")
            }
            return
        }
        guard !attributes.namespace.isEmpty, attributes.groupResource != .namespaces else { return }
        guard let namespace = context.store.get(.namespaces, name: attributes.namespace) else {
            throw .notFound(.namespaces, name: attributes.namespace)
        }
        guard attributes.operation == .create, attributes.resource.resource != "localsubjectaccessreviews" else { return }
        if namespace["status"]?.text("phase") == "Terminating" || namespace.isBeingDeleted {
            var status = attributes.forbidden(
                "unable to create new content in namespace \(attributes.namespace) because it is being terminated")
            status.details?["causes"] = [
                [
                    "reason": "NamespaceTerminating", "message": .string("namespace \(attributes.namespace) is being terminated"),
                    "field": "metadata.namespace",
                ]
            ]
            throw status
        }
    }
}
