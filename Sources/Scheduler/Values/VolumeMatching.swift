import APIMachinery
import KubernetesObjects

/// Which persistent volumes a claim could have.
///
/// - Source: component-helpers `storage/volume.FindMatchingVolume`; shared by the scheduler and the volume binder.
package enum VolumeMatching {
    package static func capacity(_ volume: Value) -> Int64 { ResourceAmount.whole(volume["spec", "capacity", "storage"]) }

    /// Unclaimed volumes that would do for a claim, the smallest first; a volume that asks for the claim by name goes before all.
    package static func candidates(for claim: Value, className: String, in view: ClusterView) -> [Value] {
        let wanted = ResourceAmount.whole(claim["spec", "resources", "requests", "storage"])
        let mode = claim["spec", "volumeMode"]?.stringValue ?? "Filesystem"
        let access = claim["spec", "accessModes"]?.elements ?? []
        let attributes = claim["spec", "volumeAttributesClassName"]?.stringValue ?? ""
        let selectorValue = claim["spec", "selector"]
        let selector = selectorValue == nil || selectorValue?.isNull == true ? nil : CompiledSelector(selectorValue)
        var fitting: [Value] = []
        for volume in view.list(.persistentVolumes) {
            if (volume["spec", "volumeMode"]?.stringValue ?? "Filesystem") != mode || volume.isBeingDeleted { continue }
            if (volume["spec", "volumeAttributesClassName"]?.stringValue ?? "") != attributes { continue }
            if let reference = volume["spec", "claimRef"], !reference.isNull {
                guard reference["namespace"]?.stringValue == claim.namespace, reference["name"]?.stringValue == claim.name else { continue }
                let uid = reference["uid"]?.stringValue ?? ""
                if uid.isEmpty || uid == claim.uid {
                    if capacity(volume) >= wanted { return [volume] }
                }
                continue
            }
            if volume["status", "phase"]?.stringValue != "Available" { continue }
            if let selector, !selector.matches(volume) { continue }
            if self.className(of: volume) != className { continue }
            let offered = volume["spec", "accessModes"]?.elements ?? []
            if capacity(volume) < wanted || !access.allSatisfy({ offered.contains($0) }) { continue }
            fitting.append(volume)
        }
        return fitting.sorted { (capacity($0), $0.name) < (capacity($1), $1.name) }
    }

    /// Why a volume that a claim asks for by name will not do; nil when it will.
    ///
    /// - Source: kube-controller-manager `checkVolumeSatisfyClaim`.
    package static func mismatch(of volume: Value, for claim: Value) -> String? {
        if volume.isBeingDeleted { return "the volume is marked for deletion \"\(volume.name)\"" }
        if capacity(volume) < ResourceAmount.whole(claim["spec", "resources", "requests", "storage"]) { return "requested PV is too small" }
        if className(of: volume) != className(ofClaim: claim) ?? "" { return "storageClassName does not match" }
        let attributes = ["spec", "volumeAttributesClassName"]
        if (volume[path: attributes]?.stringValue ?? "") != (claim[path: attributes]?.stringValue ?? "") {
            return "volumeAttributesClassName does not match"
        }
        if differInMode(claim, volume) { return "incompatible volumeMode" }
        let offered = volume["spec", "accessModes"]?.elements ?? []
        return (claim["spec", "accessModes"]?.elements ?? []).allSatisfy { offered.contains($0) } ? nil : "incompatible accessMode"
    }

    package static func differInMode(_ claim: Value, _ volume: Value) -> Bool {
        (claim["spec", "volumeMode"]?.stringValue ?? "Filesystem") != (volume["spec", "volumeMode"]?.stringValue ?? "Filesystem")
    }

    package static func className(ofClaim claim: Value) -> String? {
        claim.annotation("volume.beta.kubernetes.io/storage-class") ?? claim["spec"]?["storageClassName"]?.stringValue
    }

    package static func className(of volume: Value) -> String {
        volume.annotation("volume.beta.kubernetes.io/storage-class") ?? volume["spec", "storageClassName"]?.stringValue ?? ""
    }

    /// A volume's reference to the claim that it is for.
    package static func reference(to claim: Value) -> Value {
        [
            "kind": "PersistentVolumeClaim", "namespace": .string(claim.namespace), "name": .string(claim.name), "uid": .string(claim.uid),
            "apiVersion": "v1", "resourceVersion": .string(claim.resourceVersion),
        ]
    }
}
