import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Keeps claims that pods use, and volumes that are bound, until they are free.
///
/// - Source: kube-controller-manager `pvcprotection` and `pvprotection`.
package struct StorageProtectionController: Controller {
    /// What is protected.
    package enum Subject: Sendable { case claims, volumes }

    package let subject: Subject
    package var name: String { subject == .claims ? "pvc-protection-controller" : "pv-protection-controller" }
    package var interests: [GroupResource] { subject == .claims ? [.persistentVolumeClaims, .pods] : [.persistentVolumes] }

    package init(_ subject: Subject) { self.subject = subject }

    private var finalizer: String { subject == .claims ? "kubernetes.io/pvc-protection" : "kubernetes.io/pv-protection" }

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .pods {
            guard event.change == .deleted else { return [] }
            return PodVolumes.claims(of: event.object).map {
                (ObjectKey(.persistentVolumeClaims, namespace: event.key.namespace, name: $0), .zero)
            }
        }
        return event.change == .deleted ? [] : ownKey(event)
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let object = view.get(key) else { return .done }
        var plan = Plan()
        let isHeld = object.hasFinalizer(finalizer)
        if object.isBeingDeleted {
            if isHeld, !isUsed(object, key, view) { write(key, object.finalizers.filter { $0 != finalizer }, object, &plan) }
        } else if !isHeld {
            write(key, object.finalizers + [finalizer], object, &plan)
        }
        return plan
    }

    private func write(_ key: ObjectKey, _ finalizers: [String], _ object: Value, _ plan: inout Plan) {
        plan.add(
            .patch(key, .merge, ["metadata": ["uid": .string(object.uid), "finalizers": finalizers.isEmpty ? .null : Value(finalizers)]]),
            ifRefused: .continuing)
    }

    /// A claim is used by every pod that has a node; a volume while it is bound.
    private func isUsed(_ object: Value, _ key: ObjectKey, _ view: ClusterView) -> Bool {
        if subject == .volumes { return object.statusString("phase") == "Bound" }
        var used = false
        view.store.forEach(.pods, namespace: key.namespace) { pod in
            if !used, !pod.nodeName.isEmpty, PodVolumes.claims(of: pod).contains(key.name) { used = true }
        }
        return used
    }
}

/// Makes the claims of pods' ephemeral volumes.
///
/// - Source: kube-controller-manager `ephemeral`.
package struct EphemeralVolumeController: Controller {
    package let name = "ephemeral-volume-controller"
    package let interests: [GroupResource] = [.pods, .persistentVolumeClaims]

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .pods {
            guard event.change == .added, (event.object["spec"]?["volumes"]?.elements ?? []).contains(where: { $0["ephemeral"] != nil }) else { return [] }
            return ownKey(event)
        }
        guard event.change == .deleted else { return [] }
        // A claim of the name that a pod waits for may have been anybody's.
        var keys: [(key: ObjectKey, after: Duration)] = []
        view.store.forEach(.pods, namespace: event.key.namespace) { pod in
            guard event.key.name.hasPrefix(pod.name + "-"), PodVolumes.claims(of: pod).contains(event.key.name) else { return }
            keys.append((ObjectKey(.pods, namespace: pod.namespace, name: pod.name), .zero))
        }
        return keys
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let pod = view.get(key), !pod.isBeingDeleted else { return .done }
        var plan = Plan()
        for volume in pod["spec"]?["volumes"]?.elements ?? [] {
            guard let template = volume["ephemeral"]?["volumeClaimTemplate"] else { continue }
            let name = "\(pod.name)-\(volume["name"]?.stringValue ?? "")"
            if let present = view.get(.persistentVolumeClaims, namespace: key.namespace, name: name) {
                if present.controllerUID == pod.uid { continue }
                // Somebody else's claim has the name; whoever has it may go.
                fail(pod, volume, "PVC \(key.namespace)/\(name) was not created for pod \(key.namespace)/\(pod.name) (pod is not owner)", &plan)
                return plan
            }
            var metadata = template["metadata"] ?? [:]
            metadata["name"] = .string(name)
            metadata["namespace"] = .string(key.namespace)
            metadata["ownerReferences"] = [pod.controllerReference(apiVersion: "v1", kind: "Pod")]
            plan.add(
                .create(
                    .persistentVolumeClaims,
                    ["apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": template["spec"] ?? [:]]))
        }
        return plan
    }

    private func fail(_ pod: Value, _ volume: Value, _ problem: String, _ plan: inout Plan) {
        plan.event(
            on: pod, type: .warning, reason: "FailedBinding", message: "ephemeral volume \(volume["name"]?.stringValue ?? ""): \(problem)")
    }

    package func completed(
        _ action: PlannedAction, result: Result<Value, APIStatus>, for key: ObjectKey, in view: ClusterView
    ) -> [PlannedAction] {
        guard case .failure(let status) = result, case .create(_, let claim) = action.write, let pod = view.get(key),
            let volume = (pod["spec"]?["volumes"]?.elements ?? []).first(where: { "\(pod.name)-\($0["name"]?.stringValue ?? "")" == claim.name })
        else { return [] }
        var plan = Plan()
        fail(pod, volume, "create PVC \(claim.name): \(status.message)", &plan)
        return plan.actions
    }
}

/// Tells of claims that wait for a driver to make their volume larger.
///
/// - Source: kube-controller-manager `volume/expand`.
package struct VolumeExpansionController: Controller {
    package let name = "volume_expand"
    package var user: UserInfo { .controller("expand-controller") }
    package let interests: [GroupResource] = [.persistentVolumeClaims]

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        let path = ["spec", "resources", "requests", "storage"]
        guard event.change == .modified, event.old?[path: path] != event.object[path: path] else { return [] }
        return ownKey(event)
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let claim = view.get(key), claim.statusString("phase") == "Bound",
            let volume = view.get(.persistentVolumes, name: claim.specString("volumeName") ?? ""), volume["spec"]?["csi"] != nil,
            let asked = Quantity(claim["spec", "resources", "requests", "storage"]), let has = Quantity(claim["status", "capacity", "storage"]),
            has < asked
        else { return .done }
        var plan = Plan()
        plan.event(
            on: claim, reason: "ExternalExpanding", message: "waiting for an external controller to expand this PVC")
        return plan
    }
}
