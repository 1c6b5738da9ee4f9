import KubernetesObjects
import SimulationKernel

/// Gives claims the default storage class.
///
/// - Source: kubernetes `plugin/pkg/admission/storage/storageclass/setdefault`, v1.36.
package struct DefaultStorageClass: AdmissionPlugin {
    package let name = "DefaultStorageClass"
    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        operation == .create && resource == .persistentVolumeClaims && subresource.isEmpty
    }

    package func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        if attributes.object["spec"]?.has("storageClassName") == true { return }
        if attributes.object.annotation("volume.beta.kubernetes.io/storage-class") != nil { return }
        if let found = Self.defaultClass(context.store) { attributes.object["spec", "storageClassName"] = .string(found.name) }
    }

    /// The newest class that is marked as default; of equally old ones the first by name.
    package static func defaultClass(_ store: Store) -> Value? {
        let key = "storageclass.kubernetes.io/is-default-class"
        let beta = "storageclass.beta.kubernetes.io/is-default-class"
        let all = store.list(.storageClasses).filter { $0.annotation(key) == "true" || $0.annotation(beta) == "true" }
        return newest(all)
    }

    static func newest(_ objects: [Value]) -> Value? {
        objects.min { left, right in
            let one = left["metadata"]?.text("creationTimestamp") ?? ""
            let other = right["metadata"]?.text("creationTimestamp") ?? ""
            return one == other ? left.name < right.name : one > other
        }
    }
}

/// Gives Ingresses the default class.
///
/// - Source: kubernetes `plugin/pkg/admission/network/defaultingressclass`, v1.36.
package struct DefaultIngressClass: AdmissionPlugin {
    package let name = "DefaultIngressClass"
    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        operation == .create && resource == .ingresses && subresource.isEmpty
    }

    package func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        if attributes.object["spec"]?.has("ingressClassName") == true { return }
        if attributes.object.annotation("kubernetes.io/ingress.class") != nil { return }
        let all = context.store.list(.ingressClasses).filter { $0.annotation("ingressclass.kubernetes.io/is-default-class") == "true" }
        if let found = DefaultStorageClass.newest(all) { attributes.object["spec", "ingressClassName"] = .string(found.name) }
    }
}

/// Keeps claims and volumes while something uses them.
///
/// - Source: kubernetes `plugin/pkg/admission/storage/storageobjectinuseprotection`, v1.36.
package struct StorageObjectInUseProtection: AdmissionPlugin {
    package let name = "StorageObjectInUseProtection"
    package init() {}

    private static let finalizers: [GroupResource: String] = [
        .persistentVolumeClaims: "kubernetes.io/pvc-protection", .persistentVolumes: "kubernetes.io/pv-protection",
        GroupResource("volumeattributesclasses", group: "storage.k8s.io"): "kubernetes.io/vac-protection",
    ]

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        operation == .create && subresource.isEmpty && Self.finalizers[resource] != nil
    }

    package func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        guard let finalizer = Self.finalizers[attributes.groupResource], !attributes.object.finalizers.contains(finalizer) else { return }
        attributes.object["metadata", "finalizers"] = .array(
            (attributes.object.finalizers + [finalizer]).map { .string($0) })
    }
}

/// Lets claims grow only when their class allows it.
///
/// - Source: kubernetes `plugin/pkg/admission/storage/persistentvolume/resize`, v1.36.
package struct PersistentVolumeClaimResize: AdmissionPlugin {
    package let name = "PersistentVolumeClaimResize"
    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        operation == .update && resource == .persistentVolumeClaims && subresource.isEmpty
    }

    package func validate(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        guard let old = attributes.oldObject, let before = Quantity(old["spec", "resources", "requests", "storage"]),
            let after = Quantity(attributes.object["spec", "resources", "requests", "storage"]), after > before,
            old["status"]?.text("phase") == "Bound"
        else { return }
        let className = attributes.object["spec"]?.text("storageClassName") ?? ""
        let found = className.isEmpty ? nil : context.store.get(.storageClasses, name: className)
        if found?.flag("allowVolumeExpansion") != true {
            throw attributes.forbidden(
                "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize")
        }
    }
}
