import KubernetesObjects

/// What is wrong with StorageClasses, CSI objects and volume attachments.
///
/// - Source: kubernetes `pkg/apis/storage/validation`, v1.36.
enum StorageKindsValidation {
    static func storageClass(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: false, name: NameFormats.subdomainRule, into: &errors)
        let provisioner = object.text("provisioner")
        if provisioner.isEmpty {
            errors.required(FieldPath("provisioner"), provisioner)
        } else {
            errors.invalid(FieldPath("provisioner"), provisioner, each: NameFormats.qualifiedName(provisioner.lowercased()))
        }
        for entry in object.map("parameters") where entry.key.isEmpty {
            errors.invalid(FieldPath("parameters"), entry.key, "field can not be empty.")
        }
        if let policy = object.present("reclaimPolicy")?.stringValue, policy != "Delete", policy != "Retain" {
            errors.notSupported(FieldPath("reclaimPolicy"), policy, ["Delete", "Retain"])
        }
        if let mode = object.present("volumeBindingMode")?.stringValue {
            if mode != "Immediate", mode != "WaitForFirstConsumer" {
                errors.notSupported(FieldPath("volumeBindingMode"), mode, ["Immediate", "WaitForFirstConsumer"])
            }
        } else {
            errors.required(FieldPath("volumeBindingMode"))
        }
        return errors
    }

    static func storageClassUpdate(_ object: Value, old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(object, old: old, into: &errors)
        for field in ["parameters", "provisioner", "reclaimPolicy"] where !sameValue(object[field], old[field]) {
            errors.forbidden(FieldPath(field), "updates to \(field) are forbidden.")
        }
        errors.checkImmutable(object["volumeBindingMode"], old["volumeBindingMode"], FieldPath("volumeBindingMode"))
        return errors
    }

    static func csiDriver(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: false, name: NameFormats.subdomainRule, into: &errors)
        if object.name.utf8.count > 63 { errors.tooLong(.metadata / "name", maxBytes: 63) }
        let spec = object["spec"] ?? [:]
        for field in ["attachRequired", "podInfoOnMount", "storageCapacity"] where !spec.has(field) { errors.required(.spec / field) }
        for mode in spec.texts("volumeLifecycleModes") where mode != "Persistent" && mode != "Ephemeral" {
            errors.notSupported(.spec / "volumeLifecycleModes", mode, ["Ephemeral", "Persistent"])
        }
        if let policy = spec.present("fsGroupPolicy")?.stringValue, !["File", "None", "ReadWriteOnceWithFSType"].contains(policy) {
            errors.notSupported(.spec / "fsGroupPolicy", policy, ["File", "None", "ReadWriteOnceWithFSType"])
        }
        return errors
    }

    static func csiDriverUpdate(_ object: Value, old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(object, old: old, into: &errors)
        for field in ["attachRequired", "volumeLifecycleModes"] {
            errors.checkImmutable(object["spec"]?[field], old["spec"]?[field], .spec / field)
        }
        return errors
    }

    static func csiNode(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: false, name: NameFormats.subdomainRule, into: &errors)
        var names: Set<String> = []
        for (index, driver) in (object["spec"]?.list("drivers") ?? []).enumerated() {
            let at = (FieldPath.spec / "drivers")[index]
            let name = driver.text("name")
            if name.isEmpty { errors.required(at / "name") }
            if !names.insert(name).inserted { errors.duplicate(at / "name", name) }
            if driver.text("nodeID").isEmpty { errors.required(at / "nodeID") }
        }
        return errors
    }

    static func attachment(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: false, name: NameFormats.subdomainRule, into: &errors)
        let spec = object["spec"] ?? [:]
        let attacher = spec.text("attacher")
        if attacher.isEmpty {
            errors.required(.spec / "attacher")
        } else {
            errors.invalid(.spec / "attacher", attacher, each: NameFormats.dns1123Subdomain(attacher.lowercased()))
        }
        let node = spec.text("nodeName")
        errors.invalid(.spec / "nodeName", node, each: NameFormats.dns1123Subdomain(node))
        let source = spec["source"] ?? [:]
        if !source.has("persistentVolumeName"), !source.has("inlineVolumeSpec") {
            errors.required(.spec / "source", "must specify exactly one of inlineVolumeSpec and persistentVolumeName")
        }
        return errors
    }

    static func attachmentUpdate(_ object: Value, old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(object, old: old, into: &errors)
        if object["spec"] != old["spec"] { errors.invalid(.spec, object["spec"], "field is immutable") }
        return errors
    }
}
