import KubernetesObjects

/// What is wrong with a PersistentVolumeClaim and with claim templates.
///
/// - Source: kubernetes `validation.ValidatePersistentVolumeClaim`, v1.36.
enum ClaimValidation {
    static let accessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"]

    static func check(_ claim: Value, old: Value?, into errors: inout FieldErrors) {
        spec(claim["spec"] ?? [:], old: old?["spec"], at: .spec, into: &errors)
        guard let old else { return }
        let isBound = old["status"]?.text("phase") == "Bound"
        var new = claim["spec"] ?? [:]
        let before = old["spec"] ?? [:]
        if before.text("volumeName").isEmpty { new["volumeName"] = before["volumeName"] }
        let newSize = Quantity(new["resources", "requests", "storage"])
        let oldSize = Quantity(before["resources", "requests", "storage"])
        if let name = new.present("storageClassName")?.stringValue, !before.has("storageClassName"), (old.annotation(className) ?? name) == name {
            new["storageClassName"] = before["storageClassName"]
        }
        if isBound, new["resources", "requests"] != nil {
            new["resources", "requests", "storage"] = before["resources", "requests", "storage"]
        }
        if isBound, new.has("volumeAttributesClassName") { new["volumeAttributesClassName"] = before["volumeAttributesClassName"] }
        immutableClass(claim, old, into: &errors)
        let left = InternalForm.value(before, as: "PersistentVolumeClaimSpec")
        let right = InternalForm.value(new, as: "PersistentVolumeClaimSpec")
        if left != right {
            errors.forbidden(
                .spec,
                "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n\(UnifiedDiff.text(left, right))")
        }
        if let newSize, let oldSize, newSize < oldSize, newSize <= Quantity(old["status", "capacity", "storage"]) ?? .zero {
            errors.forbidden(.spec / "resources" / "requests" / "storage", "field can not be less than status.capacity")
        }
        errors.checkImmutable(claim["spec"]?["volumeMode"], before["volumeMode"], FieldPath("volumeMode"))
        let newClass = claim["spec"]?.present("volumeAttributesClassName")?.stringValue
        let oldClass = before.present("volumeAttributesClassName")?.stringValue
        if newClass != oldClass, oldClass != nil, (newClass ?? "").isEmpty {
            errors.forbidden(
                .spec / "volumeAttributesClassName", "update from non-nil value to \(newClass == nil ? "nil" : "an empty string") is forbidden")
        }
    }

    /// The annotation with the class of a claim that old clients write.
    private static let className = "volume.beta.kubernetes.io/storage-class"

    /// The class that old clients wrote as an annotation stays, unless it goes over into the spec.
    private static func immutableClass(_ claim: Value, _ old: Value, into errors: inout FieldErrors) {
        let name = className
        let (new, before) = (claim.annotation(name), old.annotation(name))
        let isMoved = new == nil && before != nil && !(old["spec"]?.has("storageClassName") ?? false)
            && claim["spec"]?.present("storageClassName")?.stringValue == before
        if !isMoved, new ?? "" != before ?? "" { errors.invalid(.metadata / "annotations" / name, new ?? "", "field is immutable") }
    }

    private static func modes(_ modes: [String], at path: FieldPath, into errors: inout FieldErrors) {
        var hasPod = false
        var hasOther = false
        for mode in modes {
            if !accessModes.contains(mode) {
                errors.notSupported(path, mode, accessModes)
            } else if mode == "ReadWriteOncePod" {
                hasPod = true
            } else {
                hasOther = true
            }
        }
        if hasPod, hasOther { errors.forbidden(path, "may not use ReadWriteOncePod with other access modes") }
    }

    /// - Parameter old: the spec of the stored claim: what was wrong with its selector and its sources may stay so.
    static func spec(_ spec: Value, old: Value? = nil, at path: FieldPath, into errors: inout FieldErrors) {
        if spec.list("accessModes").isEmpty { errors.required(path / "accessModes", "at least 1 access mode is required") }
        let isOdd = old?.present("selector").map { !LabelSelectorValidation.isUsable($0) } ?? false
        LabelSelectorValidation.check(spec["selector"], at: path / "selector", allowInvalidValues: isOdd, into: &errors)
        modes(spec.texts("accessModes"), at: path / "accessModes", into: &errors)
        if let storage = spec["resources", "requests", "storage"] {
            let at = (path / "resources").key("storage")
            if let amount = Quantity(storage), amount.sign <= 0 { errors.invalid(at, amount.description, "must be greater than zero") }
        } else {
            errors.required((path / "resources").key("storage"))
        }
        if let name = spec.present("storageClassName")?.stringValue, !name.isEmpty {
            errors.invalid(path / "storageClassName", name, each: NameFormats.dns1123Subdomain(name))
        }
        if let mode = spec.present("volumeMode")?.stringValue, mode != "Block", mode != "Filesystem" {
            errors.notSupported(path / "volumeMode", mode, ["Block", "Filesystem"])
        }
        let hadGroup = ["dataSource", "dataSourceRef"].contains { old?[$0]?.has("apiGroup") == true }
        source(spec.present("dataSource"), anyGroup: hadGroup, at: path / "dataSource", into: &errors)
        source(spec.present("dataSourceRef"), anyGroup: hadGroup, at: path / "dataSourceRef", into: &errors)
        sourcesAgree(spec, at: path, into: &errors)
        if let name = spec.present("volumeAttributesClassName")?.stringValue, !name.isEmpty {
            errors.invalid(path / "volumeAttributesClassName", name, each: NameFormats.dns1123Subdomain(name))
        }
    }

    private static func source(_ source: Value?, anyGroup: Bool, at path: FieldPath, into errors: inout FieldErrors) {
        guard let source else { return }
        if source.text("name").isEmpty { errors.required(path / "name") }
        if source.text("kind").isEmpty { errors.required(path / "kind") }
        let group = source.text("apiGroup")
        if group.isEmpty, source.text("kind") != "PersistentVolumeClaim" {
            errors.invalid(path, source.text("kind"), "must be 'PersistentVolumeClaim' when referencing the default apiGroup")
        }
        if !group.isEmpty, !anyGroup { errors.invalid(path / "apiGroup", group, each: NameFormats.dns1123Subdomain(group)) }
        let namespace = source.text("namespace")
        if !namespace.isEmpty { errors.invalid(path / "namespace", namespace, each: NameFormats.dns1123Label(namespace)) }
    }

    /// The two sources are one, written in an old and a new way.
    private static func sourcesAgree(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        guard let source = spec.present("dataSource"), let reference = spec.present("dataSourceRef") else { return }
        // The real messages show a path as the value, of which JSON shows nothing.
        let place: Value = [:]
        if !reference.text("namespace").isEmpty {
            errors.invalid(path, place, "may not be specified when dataSourceRef.namespace is specified")
        } else if ["apiGroup", "kind", "name"].contains(where: { !sameValue(source[$0], reference[$0]) }) {
            errors.invalid(path, place, "must match dataSourceRef")
        }
    }

    static func checkStatusUpdate(_ claim: Value, old: Value?, into errors: inout FieldErrors) {
        for entry in claim["status"]?.map("capacity") ?? Fields() {
            guard let amount = Quantity(entry.value), amount.sign < 0 else { continue }
            errors.invalid((.status / "capacity").key(entry.key), Int(amount.value), "must be a valid resource quantity")
        }
        growth(claim["status"] ?? [:], into: &errors)
    }

    private static let growthStates = [
        "ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending",
    ].sorted()

    /// What tells how far a volume has grown: of storage, or of what others have named.
    private static func growth(_ status: Value, into errors: inout FieldErrors) {
        // The real path is in the singular.
        let path = FieldPath.status / "allocatedResourceStatus"
        for (name, state) in status.map("allocatedResourceStatuses").sortedTexts {
            resourceKey(name, at: path, into: &errors)
            if !growthStates.contains(state) { errors.notSupported(path, name, growthStates) }
        }
        for entry in status.map("allocatedResources") {
            let before = errors.count
            resourceKey(entry.key, at: .status / "allocatedResources", into: &errors)
            guard errors.count == before, let amount = Quantity(entry.value), amount.sign < 0 else { continue }
            errors.invalid((.status / "allocatedResources").key(entry.key), Int(amount.value), "must be a valid resource quantity")
        }
    }

    private static func resourceKey(_ name: String, at path: FieldPath, into errors: inout FieldErrors) {
        let messages = NameFormats.qualifiedName(name)
        errors.invalid(path, name, each: messages)
        if messages.isEmpty, ResourceValidation.isNative(name), name != "storage" { errors.notSupported(path, name, ["storage"]) }
    }
}
