import KubernetesObjects

/// What is wrong with a ResourceSlice: the devices that a driver offers, and the counters that they share.
///
/// - Bounds: half as many devices fit when one is tainted or consumes counters.
/// - Source: kubernetes `pkg/apis/resource/validation.ValidateResourceSlice`, v1.36.
enum SliceValidation {
    private static let devicesMax = 128
    private static let advancedDevicesMax = 64
    private static let counterSetsMax = 8

    static func slice(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        let before = old.map { $0["spec"] ?? [:] }
        DeviceValidation.driver(spec.text("driver"), at: .spec / "driver", into: &errors)
        pool(spec["pool"] ?? [:], into: &errors)
        if let before {
            errors.checkImmutable(spec["pool"]?["name"], before["pool"]?["name"], .spec / "pool" / "name")
            errors.checkImmutable(spec["driver"], before["driver"], .spec / "driver")
            errors.checkImmutable(spec["nodeName"], before["nodeName"], .spec / "nodeName")
        }
        nodes(spec, into: &errors)
        if spec.has("sharedCounters"), spec.has("devices") { errors.invalid(.spec, "", "only one of `sharedCounters` or `devices` is allowed") }
        devices(spec, before: before?.list("devices") ?? [], into: &errors)
        counterSets(spec.list("sharedCounters"), into: &errors)
    }

    static func warnings(_ new: Value, _ old: Value?) -> [String] {
        let driver = new["spec"]?.text("driver") ?? ""
        return driver == driver.lowercased()
            ? [] : ["spec.driver: driver names should be lowercase; \(goQuoted(driver)) contains uppercase characters"]
    }

    private static func pool(_ pool: Value, into errors: inout FieldErrors) {
        let path = FieldPath.spec / "pool"
        DeviceValidation.pool(pool.text("name"), at: path / "name", into: &errors)
        let slices = pool.int("resourceSliceCount") ?? 0
        if slices <= 0 { errors.invalid(path / "resourceSliceCount", slices, "must be greater than zero") }
        if let generation = pool.int("generation"), generation < 0 {
            errors.invalid(path / "generation", generation, "must be greater than or equal to zero")
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
            let terms = selector.list("nodeSelectorTerms")
            if terms.count != 1 {
                let shown = terms.map { InternalForm.value($0, as: "NodeSelectorTerm") }
                errors.invalid(
                    .spec / "nodeSelector" / "nodeSelectorTerms", selector["nodeSelectorTerms"].map { _ in .array(shown) },
                    "must have exactly one node selector term")
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

    private static func devices(_ spec: Value, before: [Value], into errors: inout FieldErrors) {
        let path = FieldPath.spec / "devices"
        let devices = spec.list("devices")
        let isAdvanced = devices.contains { !$0.list("taints").isEmpty || !$0.list("consumesCounters").isEmpty }
        let max = isAdvanced ? advancedDevicesMax : devicesMax
        for (index, device) in DeviceValidation.few(devices, max: max, at: path, into: &errors) {
            let name = device.text("name")
            SliceDeviceValidation.check(
                device, old: before.first { $0.text("name") == name }, choosesNodes: spec.flag("perDeviceNodeSelection"), at: path[index],
                into: &errors)
        }
        DeviceValidation.distinct(devices.map { $0.text("name") }, max: max, at: path, into: &errors)
    }

    private static func counterSets(_ sets: [Value], into errors: inout FieldErrors) {
        let path = FieldPath.spec / "sharedCounters"
        for (index, set) in DeviceValidation.few(sets, max: counterSetsMax, at: path, into: &errors) {
            counters(of: set, named: "name", at: path[index], into: &errors)
        }
        DeviceValidation.distinct(sets.map { $0.text("name") }, max: counterSetsMax, at: path, into: &errors)
    }

    /// A set of counters, or what a device consumes of one.
    static func counters(of set: Value, named field: String, at path: FieldPath, into errors: inout FieldErrors) {
        let name = set.text(field)
        if name.isEmpty { errors.required(path / field) } else { errors.invalid(path / field, name, each: NameFormats.dns1123Label(name)) }
        let counters = set.map("counters")
        if counters.isEmpty { return errors.required(path / "counters") }
        for (_, counter) in DeviceValidation.few(counters.map(\.key).sorted(), at: path / "counters", into: &errors) {
            errors.invalid(path / "counters", counter, each: NameFormats.dns1123Label(counter))
        }
    }
}
