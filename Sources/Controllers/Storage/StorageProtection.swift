import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Keeps claims that pods use, volumes that are bound, and the attribute classes that either names, until they are free.
///
/// - Source: kube-controller-manager `pvcprotection`, `pvprotection` and `vacprotection`.
package struct StorageProtectionController: Controller {
    /// What is protected.
    package enum Subject: Sendable { case claims, volumes, attributesClasses }

    package let subject: Subject
    package let name: String
    package let interests: [GroupResource]
    private let finalizer: String

    static let attributesClasses = GroupResource("volumeattributesclasses", group: "storage.k8s.io")

    package init(_ subject: Subject) {
        self.subject = subject
        switch subject {
        case .claims:
            (name, finalizer) = ("pvc-protection-controller", "kubernetes.io/pvc-protection")
            interests = [.persistentVolumeClaims, .pods]
        case .volumes:
            (name, finalizer) = ("pv-protection-controller", "kubernetes.io/pv-protection")
            interests = [.persistentVolumes]
        case .attributesClasses:
            (name, finalizer) = ("volumeattributesclass-protection-controller", "kubernetes.io/vac-protection")
            interests = [Self.attributesClasses, .persistentVolumes, .persistentVolumeClaims]
        }
    }

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if subject == .attributesClasses, event.key.resource != Self.attributesClasses {
            // Only a class that something no longer names may have become free.
            guard event.change != .added else { return [] }
            let named = event.change == .deleted ? [] : Self.classes(of: event.object)
            return Self.classes(of: event.old ?? event.object).filter { !named.contains($0) }.map { (ObjectKey(Self.attributesClasses, name: $0), .zero) }
        }
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

    /// A claim is used by every pod that has a node; a volume while it is bound; a class while a volume or a claim names it.
    private func isUsed(_ object: Value, _ key: ObjectKey, _ view: ClusterView) -> Bool {
        var used = false
        switch subject {
        case .volumes: return object.statusString("phase") == "Bound"
        case .claims:
            view.store.forEach(.pods, namespace: key.namespace) { pod in
                if !used, !pod.nodeName.isEmpty, PodVolumes.claims(of: pod).contains(key.name) { used = true }
            }
        case .attributesClasses:
            for resource in [GroupResource.persistentVolumes, .persistentVolumeClaims] {
                view.store.forEach(resource) { if !used, Self.classes(of: $0).contains(key.name) { used = true } }
            }
        }
        return used
    }

    /// The attribute classes that a volume or a claim has, had or is to have.
    private static func classes(of object: Value) -> [String] {
        [["spec", "volumeAttributesClassName"], ["status", "currentVolumeAttributesClassName"], ["status", "modifyVolumeStatus", "targetVolumeAttributesClassName"]]
            .compactMap { object[path: $0]?.stringValue }.filter { !$0.isEmpty }
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
