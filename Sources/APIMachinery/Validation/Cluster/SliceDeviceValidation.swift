import KubernetesObjects

/// What is wrong with one device of a ResourceSlice.
///
/// - Order: attributes and capacities in the order of their names; the real server's order of maps is random.
/// - Source: kubernetes `pkg/apis/resource/validation.validateDevice`, v1.36. Differs: lists as attributes and mappings of a node's own
///   resources, which are alpha there, are left out of account.
enum SliceDeviceValidation {
    private static let factsMax = 32
    private static let valueMax = 64
    private static let taintsMax = 16
    private static let consumptionsMax = 2
    /// How long a name of a map may be in the path of an error: a domain, a slash and a name.
    private static let keyMax = 63 + 1 + DeviceValidation.identifierMax

    static func check(_ device: Value, old: Value?, choosesNodes: Bool, at path: FieldPath, into errors: inout FieldErrors) {
        let name = device.text("name")
        errors.invalid(path / "name", name, each: NameFormats.dns1123Label(name))
        let attributes = device.map("attributes")
        let capacities = device.map("capacity")
        if attributes.count + capacities.count > factsMax {
            errors.invalid(path, attributes.count + capacities.count, "the total number of attributes and capacities must not exceed \(factsMax)")
        }
        each(of: attributes, at: path / "attributes", into: &errors) { attribute($0, at: $1, into: &$2) }
        if old == nil || !sameValue(old?["capacity"], device["capacity"]) {
            let isShared = device.flag("allowMultipleAllocations")
            each(of: capacities, at: path / "capacity", into: &errors) { capacity($0, isShared: isShared, at: $1, into: &$2) }
        }
        if old == nil || !sameValue(old?["taints"], device["taints"]) {
            for (index, taint) in DeviceValidation.few(device.list("taints"), max: taintsMax, at: path / "taints", into: &errors) {
                self.taint(taint, at: (path / "taints")[index], into: &errors)
            }
        }
        let consumptions = device.list("consumesCounters")
        for (index, consumption) in DeviceValidation.few(consumptions, max: consumptionsMax, at: path / "consumesCounters", into: &errors) {
            SliceValidation.counters(of: consumption, named: "counterSet", at: (path / "consumesCounters")[index], into: &errors)
        }
        DeviceValidation.distinct(consumptions.map { $0.text("counterSet") }, max: consumptionsMax, at: path / "consumesCounters", into: &errors)
        nodes(of: device, areChosen: choosesNodes, at: path, into: &errors)
        DeviceValidation.bindingConditions(device, at: path, into: &errors)
    }

    /// Checks the names and then the values of a map.
    private static func each(
        of map: Fields, at path: FieldPath, into errors: inout FieldErrors, check: (Value, FieldPath, inout FieldErrors) -> Void
    ) {
        for (name, value) in map.sorted() {
            DeviceValidation.qualifiedName(name, at: path, into: &errors)
            check(value, path.key(shortened(name)), &errors)
        }
    }

    /// A name that is too long, without its middle.
    private static func shortened(_ name: String) -> String {
        let bytes = Array(name.utf8)
        guard bytes.count > keyMax else { return name }
        let rest = keyMax - 3
        return String(decoding: bytes.prefix((rest + 1) / 2), as: UTF8.self) + "..." + String(decoding: bytes.suffix(rest / 2), as: UTF8.self)
    }

    private static func attribute(_ attribute: Value, at path: FieldPath, into errors: inout FieldErrors) {
        if attribute.text("string").utf8.count > valueMax { errors.tooLong(path / "string", maxBytes: valueMax) }
        if let version = attribute.present("version")?.stringValue {
            if !SemanticVersionText.isValid(version) {
                errors.invalid(path / "version", version, "must be a string compatible with semver.org spec 2.0.0")
            }
            if version.utf8.count > valueMax { errors.tooLong(path / "version", maxBytes: valueMax) }
        }
        let count = ["bool", "int", "string", "version"].count(where: attribute.has)
        if count == 1 { return }
        let shown = count == 0 ? "" : InternalForm.value(attribute, as: "DeviceAttribute")
        errors.invalid(path, shown, "exactly one value must be specified")
    }

    private static func capacity(_ capacity: Value, isShared: Bool, at path: FieldPath, into errors: inout FieldErrors) {
        guard let policy = capacity.present("requestPolicy") else { return }
        if !isShared { return errors.forbidden(path / "requestPolicy", "allowMultipleAllocations must be true") }
        CapacityPolicyValidation.check(policy, of: Quantity(capacity["value"]) ?? .zero, at: path / "requestPolicy", into: &errors)
    }

    private static func taint(_ taint: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let key = taint.text("key")
        errors.invalid(path / "key", key, each: NameFormats.qualifiedName(key))
        let value = taint.text("value")
        errors.invalid(path / "value", value, each: NameFormats.labelValue(value))
        errors.checkEnum(taint.text("effect"), path / "effect", DeviceValidation.effects)
    }

    /// Of the ways to say for which nodes a device is, exactly one if its slice leaves that to devices, and none otherwise.
    private static func nodes(of device: Value, areChosen: Bool, at path: FieldPath, into errors: inout FieldErrors) {
        guard areChosen else {
            if ["nodeName", "nodeSelector", "allNodes"].contains(where: device.has) {
                errors.invalid(
                    path, .null,
                    "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec")
            }
            return
        }
        var given: [String] = []
        if let name = device.present("nodeName")?.stringValue {
            if name.isEmpty {
                errors.invalid(path / "nodeName", name, "must not be empty")
            } else {
                given.append("`nodeName`")
                errors.invalid(path / "nodeName", name, each: NameFormats.dns1123Subdomain(name))
            }
        }
        if let selector = device.present("nodeSelector") {
            given.append("`nodeSelector`")
            AffinityValidation.nodeSelector(selector, at: path / "nodeSelector", into: &errors)
        }
        if device.has("allNodes") {
            if device.flag("allNodes") {
                given.append("`allNodes`")
            } else {
                errors.invalid(path / "allNodes", false, "must be either unset or set to true")
            }
        }
        let choice =
            "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec"
        if given.isEmpty { errors.required(path, choice) }
        if given.count > 1 { errors.invalid(path, "{\(given.joined(separator: ", "))}", choice) }
    }
}

/// Versions as semver.org's 2.0.0 wants them written: `1.2.3-beta.1+build.7`.
enum SemanticVersionText {
    static func isValid(_ text: String) -> Bool {
        let halves = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        if halves.count == 2, !halves[1].split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isIdentifier) { return false }
        let parts = halves[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 3, numbers.allSatisfy(isNumber) else { return false }
        guard parts.count == 2 else { return true }
        return parts[1].split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
            isIdentifier($0) && ($0.utf8.contains { !NameFormats.isDigit($0) } || isNumber($0))
        }
    }

    private static func isNumber(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(NameFormats.isDigit) && (text == "0" || !text.hasPrefix("0"))
    }

    private static func isIdentifier(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { NameFormats.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }
}
