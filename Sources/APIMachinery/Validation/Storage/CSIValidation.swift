import KubernetesObjects

/// What is wrong with what storage drivers and their nodes say of themselves, and with attachments of volumes.
///
/// - Source: kubernetes `pkg/apis/storage/validation`, v1.36.
enum CSIValidation {
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
        for mode in spec.texts("volumeLifecycleModes") where mode != "Persistent" && mode != "Ephemeral" {
            errors.notSupported(.spec / "volumeLifecycleModes", mode, ["Persistent", "Ephemeral"])
        }
        if let seconds = spec.int("nodeAllocatableUpdatePeriodSeconds"), seconds < 10 {
            errors.invalid(.spec / "nodeAllocatableUpdatePeriodSeconds", seconds, "must be greater than or equal to 10 seconds")
        }
    }

    static func csiNode(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        var names: Set<String> = []
        let path = FieldPath.spec / "drivers"
        let drivers = object["spec"]?.list("drivers") ?? []
        for (index, driver) in drivers.enumerated() {
            nodeDriver(driver, at: path[index], into: &errors)
            let name = driver.text("name")
            if !names.insert(name).inserted { errors.duplicate(path[index] / "name", name) }
            topologyKeys(driver.texts("topologyKeys"), at: path[index], into: &errors)
        }
        // What a driver can attach may change, everything else it says of a node may not.
        func lasting(_ driver: Value) -> Value {
            var driver = driver
            driver["allocatable"] = nil
            return InternalForm.value(driver, as: "CSINodeDriver")
        }
        for before in old?["spec"]?.list("drivers") ?? [] {
            for driver in drivers where driver.text("name") == before.text("name") && lasting(driver) != lasting(before) {
                errors.invalid(path, lasting(driver), "field is immutable")
            }
        }
    }

    private static let nodeIDMax = 256

    private static func nodeDriver(_ driver: Value, at path: FieldPath, into errors: inout FieldErrors) {
        DeviceValidation.driver(driver.text("name"), at: path / "name", into: &errors)
        let identifier = driver.text("nodeID")
        if identifier.isEmpty { errors.required(path / "nodeID") }
        if identifier.utf8.count > nodeIDMax { errors.invalid(path / "nodeID", identifier, "must be \(nodeIDMax) characters or less") }
        errors.checkNonNegative(driver["allocatable"]?.int("count"), path / "allocatable" / "count")
    }

    private static func topologyKeys(_ keys: [String], at path: FieldPath, into errors: inout FieldErrors) {
        var seen: Set<String> = []
        for key in keys {
            if key.isEmpty { errors.required(path) }
            if !seen.insert(key).inserted { errors.duplicate(path, key) }
            errors.invalid(path, key, each: NameFormats.qualifiedName(key))
        }
    }

    static func capacity(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let (topology, name) = (FieldPath("nodeTopology"), FieldPath("storageClassName"))
        if let old {
            if object["nodeTopology"] != old["nodeTopology"] {
                errors.invalid(topology, InternalForm.labelSelector(object["nodeTopology"]), "field is immutable")
            }
            errors.checkImmutable(object["storageClassName"], old["storageClassName"], name)
            return
        }
        LabelSelectorValidation.check(object["nodeTopology"], at: topology, into: &errors)
        errors.invalid(name, object.text("storageClassName"), each: NameFormats.dns1123Subdomain(object.text("storageClassName")))
        if let amount = Quantity(object["capacity"]), amount.sign < 0 {
            errors.invalid(FieldPath("capacity"), amount.description, "must be greater than or equal to 0")
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
        case (true, nil):
            PersistentVolumeValidation.spec(
                source["inlineVolumeSpec"] ?? [:], old: nil, isInline: true, at: .spec / "source" / "inlineVolumeSpec", into: &errors)
        default: break
        }
        let node = spec.text("nodeName")
        errors.invalid(.spec / "nodeName", node, each: NameFormats.dns1123Subdomain(node))
    }
}
