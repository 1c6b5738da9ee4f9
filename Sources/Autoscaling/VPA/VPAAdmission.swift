import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Gives new pods what their VerticalPodAutoscaler recommends, and holds autoscalers to its rules, as the webhook of the VPA's
/// admission controller does.
///
/// It acts while a Deployment of the image `vpa-admission-controller` has an available pod.
///
/// - Source: vertical-pod-autoscaler 1.5 `admission-controller/resource`.
package struct VPAAdmission: AdmissionPlugin {
    package let name = "vpa.k8s.io"
    package static let imageName = "vpa-admission-controller"
    package static let updatesAnnotation = "vpaUpdates"
    package static let observedAnnotation = "vpaObservedContainers"

    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        guard subresource.isEmpty else { return false }
        return resource == .pods ? operation == .create : resource == .verticalPodAutoscalers && (operation == .create || operation == .update)
    }

    package func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        if attributes.resource.groupResource == .verticalPodAutoscalers { return try admitAutoscaler(&attributes, in: ClusterView(store: context.store, now: context.now)) }
        guard context.store.count(.verticalPodAutoscalers, namespace: attributes.namespace) > 0 else { return }
        let view = ClusterView(store: context.store, now: context.now)
        guard Self.isInstalled(in: view) else { return }
        var pod = attributes.object
        if pod.namespace.isEmpty { pod["metadata", "namespace"] = .string(attributes.namespace) }
        guard let autoscaler = VerticalPodAutoscaler.controlling(pod, in: view, where: { $0.mode != .off }) else { return }
        let assignment = ResourceAssignment(autoscaler, pod: pod)
        let names = (pod["spec"]?["containers"]?.elements ?? []).compactMap { $0["name"]?.stringValue }
        pod["metadata", default: [:]]["annotations", default: [:]][Self.observedAnnotation] = .string(names.joined(separator: ", "))
        if !assignment.isEmpty {
            pod = assignment.applied(to: pod)
            let text = assignment.containers.map(\.text).joined(separator: "; ")
            pod["metadata", default: [:]]["annotations", default: [:]][Self.updatesAnnotation] = .string(
                "Pod resources updated by \(autoscaler.object.name): \(text)")
        }
        attributes.object = pod
    }

    /// An autoscaler that does not say how it updates pods makes them anew.
    private func admitAutoscaler(_ attributes: inout AdmissionAttributes, in view: ClusterView) throws(APIStatus) {
        guard Self.isInstalled(in: view) else { return }
        if let problem = VPARules.problem(in: attributes.object, isNew: attributes.operation == .create) {
            throw APIStatus(code: 400, reason: "", message: "admission webhook \"\(name)\" denied the request: \(problem)")
        }
        if attributes.object["spec"]?["updatePolicy"] == nil {
            attributes.object["spec", default: [:]]["updatePolicy"] = ["updateMode": .string(VerticalPodAutoscaler.UpdateMode.recreate.rawValue)]
        }
    }

    /// Whether the admission controller runs.
    static func isInstalled(in view: ClusterView) -> Bool {
        var isThere = false
        view.store.forEach(.deployments) { deployment in
            if isThere || (deployment["status"]?["availableReplicas"]?.intValue ?? 0) < 1 { return }
            isThere = (deployment["spec"]?["template"]?["spec"]?["containers"]?.elements ?? []).contains {
                ComponentInstallation.repository($0["image"]?.stringValue ?? "") == imageName
            }
        }
        return isThere
    }
}
