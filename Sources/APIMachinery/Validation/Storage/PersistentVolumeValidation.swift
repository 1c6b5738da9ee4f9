import KubernetesObjects

/// What is wrong with a PersistentVolume.
///
/// - Source: kubernetes `validation.ValidatePersistentVolume`, v1.36.
enum PersistentVolumeValidation {
    /// The field names of all kinds of sources, in the order in which they are checked.
    private static let kinds = [
        "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "flocker", "nfs", "rbd", "quobyte", "cephfs", "iscsi", "cinder",
        "fc", "flexVolume", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "scaleIO", "local",
        "storageos", "csi",
    ]

    static func check(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        spec(object["spec"] ?? [:], old: old?["spec"], into: &errors)
        guard let old else { return }
        var given = object["spec"] ?? [:]
        // This secret may be given later.
        if old["spec", "csi"]?.has("controllerExpandSecretRef") == false { given["csi", "controllerExpandSecretRef"] = nil }
        let new = InternalForm.value(given, as: "PersistentVolumeSource")
        let before = InternalForm.value(old["spec"], as: "PersistentVolumeSource")
        if new != before {
            errors.forbidden(
                .spec / "persistentvolumesource",
                "spec.persistentvolumesource is immutable after creation\n\(UnifiedDiff.text(before, new))")
        }
        // The real paths leave the spec out.
        errors.checkImmutable(object["spec"]?["volumeMode"], old["spec"]?["volumeMode"], FieldPath("volumeMode"))
        if let affinity = old["spec"]?.present("nodeAffinity") {
            VolumeAffinityChange.check(affinity, object["spec"]?.present("nodeAffinity"), at: FieldPath("nodeAffinity"), into: &errors)
        }
        if old["spec"]?.has("volumeAttributesClassName") == true, object["spec"]?.has("volumeAttributesClassName") != true {
            errors.forbidden(.spec / "volumeAttributesClassName", "update from non-nil value to nil is forbidden")
        }
    }

    /// - Parameter isInline: whether the volume is described within another object: then only a driver's volume can be meant, and what
    ///   a volume of its own has beside that is not allowed.
    static func spec(_ spec: Value, old: Value?, isInline: Bool = false, at path: FieldPath = .spec, into errors: inout FieldErrors) {
        let inContext = "in the context of inline volumes"
        if isInline {
            if spec.has("claimRef") { errors.forbidden(path / "claimRef", "may not be specified \(inContext)") }
            if !spec.map("capacity").isEmpty { errors.forbidden(path / "capacity", "may not be specified \(inContext)") }
            if !spec.has("csi") { errors.required(path / "csi", "has to be specified \(inContext)") }
        }
        let modes = spec.texts("accessModes")
        if modes.isEmpty { errors.required(path / "accessModes") }
        for mode in modes where !ClaimValidation.accessModes.contains(mode) {
            errors.notSupported(path / "accessModes", mode, ClaimValidation.accessModes)
        }
        if modes.contains("ReadWriteOncePod"), modes.contains(where: { $0 != "ReadWriteOncePod" && ClaimValidation.accessModes.contains($0) }) {
            errors.forbidden(path / "accessModes", "may not use ReadWriteOncePod with other access modes")
        }
        if !isInline { capacity(spec, at: path, into: &errors) }
        let policy = spec.text("persistentVolumeReclaimPolicy")
        if isInline, !policy.isEmpty, policy != "Retain" {
            errors.forbidden(path / "persistentVolumeReclaimPolicy", "may only be Retain \(inContext)")
        } else if !policy.isEmpty, !["Delete", "Recycle", "Retain"].contains(policy) {
            errors.notSupported(path / "persistentVolumeReclaimPolicy", policy, ["Delete", "Recycle", "Retain"])
        }
        if isInline, spec.has("nodeAffinity") {
            errors.forbidden(path / "nodeAffinity", "may not be specified \(inContext)")
        } else if let affinity = spec.present("nodeAffinity") {
            if let required = affinity.present("required") {
                AffinityValidation.nodeSelector(
                    required, checksValues: !AffinityValidation.hasOddValues(old?["nodeAffinity", "required"]),
                    at: path / "nodeAffinity" / "required", into: &errors)
            } else {
                errors.required(path / "nodeAffinity" / "required", "must specify required node constraints")
            }
        }
        sources(spec, policy, at: path, into: &errors)
        let className = spec.text("storageClassName")
        if isInline, !className.isEmpty {
            errors.forbidden(path / "storageClassName", "may not be specified \(inContext)")
        } else if !className.isEmpty {
            errors.invalid(path / "storageClassName", className, each: NameFormats.dns1123Subdomain(className))
        }
        let mode = spec.present("volumeMode")?.stringValue
        if isInline, let mode, mode != "Filesystem" {
            errors.forbidden(path / "volumeMode", "may not specify volumeMode other than Filesystem \(inContext)")
        } else if let mode, mode != "Block", mode != "Filesystem" {
            errors.notSupported(path / "volumeMode", mode, ["Block", "Filesystem"])
        }
        if let attributes = spec.present("volumeAttributesClassName")?.stringValue {
            let place = path / "volumeAttributesClassName"
            if attributes.isEmpty { errors.required(place, "an empty string is disallowed") }
            if !attributes.isEmpty { errors.invalid(place, attributes, each: NameFormats.dns1123Subdomain(attributes)) }
            if !spec.has("csi") { errors.required(path / "csi", "has to be specified when using volumeAttributesClassName") }
        }
    }

    private static func capacity(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let capacity = spec.map("capacity")
        if capacity.isEmpty { errors.required(path / "capacity") }
        if capacity["storage"] == nil || capacity.count > 1 {
            let shown: Value = spec.has("capacity") ? .object(capacity.sorted()) : .null
            errors.notSupported(path / "capacity", shown, ["storage"])
        }
        for entry in capacity {
            if let amount = Quantity(entry.value), amount.sign < 0 {
                errors.invalid((path / "capacity").key(entry.key), Int(amount.value), "must be a valid resource quantity")
            }
            if let amount = Quantity(entry.value), amount.sign <= 0 {
                errors.invalid((path / "capacity").key(entry.key), amount.description, "must be greater than zero")
            }
        }
    }

    private static func sources(_ spec: Value, _ policy: String, at path: FieldPath, into errors: inout FieldErrors) {
        var count = 0
        for kind in kinds {
            guard let source = spec.present(kind) else { continue }
            let place = path / (kind == "gcePersistentDisk" ? "persistentDisk" : kind)
            if count > 0, kind != "flexVolume" {
                errors.forbidden(path / (kind == "cephfs" ? "cephFS" : kind), "may not specify more than 1 volume type")
                continue
            }
            count += 1
            VolumeSourceValidation.check(kind, source, isPersistent: true, at: place, into: &errors)
            if kind == "local", !spec.has("nodeAffinity") {
                errors.required(path / "nodeAffinity", "Local volume requires node affinity")
            }
        }
        if count == 0 { errors.required(path, "must specify a volume type") }
        if let directory = spec.present("hostPath")?.text("path"), isRoot(directory), policy == "Recycle" {
            errors.forbidden(path / "persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'")
        }
    }

    /// Whether a path leads to the root of the file system, by however many steps forth and back.
    private static func isRoot(_ path: String) -> Bool {
        guard path.hasPrefix("/") else { return false }
        var depth = 0
        for step in path.split(separator: "/") where step != "." { depth = step == ".." ? max(0, depth - 1) : depth + 1 }
        return depth == 0
    }
}
