import KubernetesObjects

/// What is wrong with StorageClasses, CSI objects and volume attachments.
///
/// - Source: kubernetes `pkg/apis/storage/validation`, v1.36.
enum StorageKindsValidation {
    static func storageClass(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        if let old {
            for field in ["parameters", "provisioner", "reclaimPolicy"] where !sameValue(object[field], old[field]) {
                errors.forbidden(FieldPath(field), "updates to \(field) are forbidden.")
            }
            errors.checkImmutable(object["volumeBindingMode"], old["volumeBindingMode"], FieldPath("volumeBindingMode"))
            return
        }
        driver(object.text("provisioner"), at: FieldPath("provisioner"), into: &errors)
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
        var seen: Set<[String: Set<String>]> = []
        for (index, term) in object.list("allowedTopologies").enumerated() {
            let path = FieldPath("allowedTopologies")[index] / "matchLabelExpressions"
            topology(term, at: path, into: &errors)
            let requirements = term.list("matchLabelExpressions").map { ($0.text("key"), Set($0.texts("values"))) }
            if !seen.insert(Dictionary(requirements, uniquingKeysWith: { first, _ in first })).inserted { errors.duplicate(path, "") }
        }
    }

    private static func driver(_ name: String, at path: FieldPath, into errors: inout FieldErrors) {
        if name.isEmpty { errors.required(path) } else { errors.invalid(path, name, each: NameFormats.qualifiedName(name.lowercased())) }
    }

    private static func topology(_ term: Value, at path: FieldPath, into errors: inout FieldErrors) {
        var keys: Set<String> = []
        for (index, requirement) in term.list("matchLabelExpressions").enumerated() {
            let values = requirement.texts("values")
            if values.isEmpty { errors.required(path[index] / "values") }
            var seen: Set<String> = []
            for (number, value) in values.enumerated() where !seen.insert(value).inserted { errors.duplicate((path[index] / "values")[number], value) }
            let key = requirement.text("key")
            errors.invalid(path[index] / "key", key, each: NameFormats.qualifiedName(key))
            if !keys.insert(key).inserted { errors.duplicate(path[index] / "key", key) }
        }
    }

    /// A VolumeAttributesClass.
    static func attributesClass(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        if let old {
            for field in ["driverName", "parameters"] where !sameValue(object[field], old[field]) {
                errors.forbidden(FieldPath(field), "updates to \(field) are forbidden.")
            }
        }
        driver(object.text("driverName"), at: FieldPath("driverName"), into: &errors)
        let parameters = object.map("parameters")
        if parameters.isEmpty { errors.required(FieldPath("parameters"), "must contain at least one key/value pair") }
        for entry in parameters where entry.key.isEmpty { errors.invalid(FieldPath("parameters"), entry.key, "field can not be empty.") }
    }

    static func csiDriver(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        driverSpec(spec, into: &errors)
        guard let old else { return }
        for (field, name) in [("attachRequired", "attachedRequired"), ("volumeLifecycleModes", "volumeLifecycleModes")] {
            errors.checkImmutable(spec[field], old["spec"]?[field], .spec / name)
        }
    }

    private static func driverSpec(_ spec: Value, into errors: inout FieldErrors) {
        // The real path of the first is another word than the field.
        for (field, name) in [("attachRequired", "attachedRequired"), ("podInfoOnMount", "podInfoOnMount"), ("storageCapacity", "storageCapacity")]
        where !spec.has(field) { errors.required(.spec / name) }
        for mode in spec.texts("volumeLifecycleModes") where mode != "Persistent" && mode != "Ephemeral" {
            errors.notSupported(.spec / "volumeLifecycleModes", mode, ["Ephemeral", "Persistent"])
        }
        if let policy = spec.present("fsGroupPolicy")?.stringValue, !["File", "None", "ReadWriteOnceWithFSType"].contains(policy) {
            errors.notSupported(.spec / "fsGroupPolicy", policy, ["File", "None", "ReadWriteOnceWithFSType"])
        }
        var audiences: Set<String> = []
        for (index, request) in spec.list("tokenRequests").enumerated() {
            let path = (FieldPath.spec / "tokenRequests")[index]
            guard audiences.insert(request.text("audience")).inserted else {
                errors.duplicate(path / "audience", request.text("audience"))
                continue
            }
            guard let seconds = request.int("expirationSeconds") else { continue }
            if seconds < 600 { errors.invalid(path / "expirationSeconds", seconds, "may not specify a duration less than 10 minutes") }
            if seconds > 1 << 32 { errors.invalid(path / "expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds") }
        }
    }

    static func csiNode(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        if old != nil { return }
        var names: Set<String> = []
        for (index, driver) in (object["spec"]?.list("drivers") ?? []).enumerated() {
            let at = (FieldPath.spec / "drivers")[index]
            let name = driver.text("name")
            if name.isEmpty { errors.required(at / "name") }
            if !names.insert(name).inserted { errors.duplicate(at / "name", name) }
            if driver.text("nodeID").isEmpty { errors.required(at / "nodeID") }
        }
    }

    static func attachment(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        attachmentSpec(spec, into: &errors)
        guard let old, spec != old["spec"] else { return }
        errors.invalid(.spec, InternalForm.value(spec, as: "VolumeAttachmentSpec"), "field is immutable")
    }

    private static func attachmentSpec(_ spec: Value, into errors: inout FieldErrors) {
        let attacher = spec.text("attacher")
        if attacher.isEmpty {
            errors.required(.spec / "attacher")
        } else {
            errors.invalid(.spec / "attacher", attacher, each: NameFormats.dns1123Subdomain(attacher.lowercased()))
        }
        let source = spec["source"] ?? [:]
        let volume = source.present("persistentVolumeName")?.stringValue
        let message = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"
        switch (source.has("inlineVolumeSpec"), volume) {
        case (false, nil): errors.required(.spec / "source", message)
        case (true, .some): errors.forbidden(.spec / "source", message)
        case (false, ""): errors.required(.spec / "source" / "persistentVolumeName", "must specify non empty persistentVolumeName")
        default: break
        }
        let node = spec.text("nodeName")
        errors.invalid(.spec / "nodeName", node, each: NameFormats.dns1123Subdomain(node))
    }
}
