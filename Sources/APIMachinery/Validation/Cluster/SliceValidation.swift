import KubernetesObjects

/// What is wrong with a ResourceSlice: the devices that a driver offers.
///
/// - Source: kubernetes `pkg/apis/resource/validation`, v1.36. Differs: of a device only the name is looked at.
enum SliceValidation {
    static func slice(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        DeviceValidation.driver(spec.text("driver"), at: .spec / "driver", into: &errors)
        let pool = spec["pool"] ?? [:]
        DeviceValidation.pool(pool.text("name"), at: .spec / "pool" / "name", into: &errors)
        let slices = pool.int("resourceSliceCount") ?? 0
        if slices <= 0 { errors.invalid(.spec / "pool" / "resourceSliceCount", slices, "must be greater than zero") }
        if let generation = pool.int("generation"), generation < 0 {
            errors.invalid(.spec / "pool" / "generation", generation, "must be greater than or equal to zero")
        }
        if let old = old.map({ $0["spec"] ?? [:] }) {
            errors.checkImmutable(spec["pool"]?["name"], old["pool"]?["name"], .spec / "pool" / "name")
            errors.checkImmutable(spec["driver"], old["driver"], .spec / "driver")
            errors.checkImmutable(spec["nodeName"], old["nodeName"], .spec / "nodeName")
        }
        nodes(spec, into: &errors)
        let devices = spec.list("devices")
        for (index, device) in DeviceValidation.few(devices, max: 128, at: .spec / "devices", into: &errors) {
            let name = device.text("name")
            errors.invalid((.spec / "devices")[index] / "name", name, each: NameFormats.dns1123Label(name))
        }
        var names: Set<String> = []
        for (index, device) in devices.enumerated() where devices.count <= 128 && !names.insert(device.text("name")).inserted {
            errors.duplicate((.spec / "devices")[index], device.text("name"))
        }
    }

    /// Of the ways to say for which nodes the devices are, exactly one.
    private static func nodes(_ spec: Value, into errors: inout FieldErrors) {
        var given: [String] = []
        if let name = spec.present("nodeName")?.stringValue {
            if name.isEmpty {
                errors.invalid(.spec / "nodeName", name, "must be either unset or set to a non-empty string")
            } else {
                given.append("`nodeName`")
                errors.invalid(.spec / "nodeName", name, each: NameFormats.dns1123Subdomain(name))
            }
        }
        if let selector = spec.present("nodeSelector") {
            given.append("`nodeSelector`")
            AffinityValidation.nodeSelector(selector, at: .spec / "nodeSelector", into: &errors)
            if selector.list("nodeSelectorTerms").count != 1 {
                errors.invalid(
                    .spec / "nodeSelector" / "nodeSelectorTerms", selector["nodeSelectorTerms"], "must have exactly one node selector term")
            }
        }
        for field in ["allNodes", "perDeviceNodeSelection"] where spec.has(field) {
            if spec.flag(field) {
                given.append("`\(field)`")
            } else {
                errors.invalid(.spec / field, false, "must be either unset or set to true")
            }
        }
        let choice = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required"
        if given.isEmpty { errors.required(.spec, choice) }
        if given.count > 1 { errors.invalid(.spec, "{\(given.joined(separator: ", "))}", choice + ", but multiple fields are set") }
    }
}
