import KubernetesObjects

/// Copies the zone and region of its node to a pod that is created with a node already chosen.
///
/// - Source: admission plug-in PodTopologyLabels of Kubernetes 1.36. Differs: bindings are handled where pods are bound.
struct PodTopologyLabels: AdmissionPlugin {
    let name = "PodTopologyLabels"

    func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        operation == .create && resource == .pods && subresource.isEmpty
    }

    func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        guard let name = attributes.object["spec"]?["nodeName"]?.stringValue, !name.isEmpty, let node = context.store.get(.nodes, name: name) else { return }
        for label in GenericAPIServer.copiedLabels {
            if let value = node.label(label) { attributes.object["metadata", "labels", label] = .string(value) }
        }
    }
}
