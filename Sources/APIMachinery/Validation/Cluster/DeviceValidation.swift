import KubernetesObjects

/// What is wrong with claims of devices, their templates and the classes of devices. Claims and templates never change their spec.
///
/// - Source: kubernetes `pkg/apis/resource/validation`, v1.36.
enum DeviceValidation {
    private static let maxCount = 32
    static let identifierMax = 32
    private static let conditionsMax = 4
    private static let maxParameters = 10 * 1024
    private static let poolMax = 253
    static let effects = ["NoExecute", "NoSchedule", "None"]

    static func deviceClass(_ object: Value, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        selectors(spec.list("selectors"), at: .spec / "selectors", into: &errors)
        for (index, config) in few(spec.list("config"), at: .spec / "config", into: &errors) {
            opaque(config, at: (.spec / "config")[index], into: &errors)
        }
        if let name = spec.present("extendedResourceName")?.stringValue, !ResourceValidation.isExtended(name) {
            errors.invalid(.spec / "extendedResourceName", name, "must be a valid extended resource name")
        }
    }

    static func claim(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        if let old { return errors.checkImmutable(object["spec"], old["spec"], .spec) }
        devices(object["spec"]?["devices"] ?? [:], at: .spec / "devices", into: &errors)
    }

    static func template(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        if let old { return errors.checkImmutable(object["spec"], old["spec"], .spec) }
        let metadata = object["spec"]?["metadata"] ?? [:]
        ObjectMetaValidation.annotations(metadata.map("annotations"), at: .spec / "metadata" / "annotations", into: &errors)
        ObjectMetaValidation.labels(metadata.map("labels"), at: .spec / "metadata" / "labels", into: &errors)
        devices(object["spec"]?["spec"]?["devices"] ?? [:], at: .spec / "spec" / "devices", into: &errors)
    }

    private static func devices(_ devices: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let requests = devices.list("requests")
        let names = names(of: requests)
        for (index, request) in few(requests, at: path / "requests", into: &errors) {
            self.request(request, at: (path / "requests")[index], into: &errors)
        }
        distinct(requests.map { $0.text("name") }, at: path / "requests", into: &errors)
        for (index, constraint) in few(devices.list("constraints"), at: path / "constraints", into: &errors) {
            let at = (path / "constraints")[index]
            references(constraint.texts("requests"), to: names, at: at / "requests", into: &errors)
            if let field = ["matchAttribute", "distinctAttribute"].first(where: constraint.has) {
                fullyQualifiedName(constraint.text(field), at: at / field, into: &errors)
            } else {
                errors.required(at, #"exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set"#)
            }
        }
        for (index, config) in few(devices.list("config"), at: path / "config", into: &errors) {
            let at = (path / "config")[index]
            references(config.texts("requests"), to: names, at: at / "requests", into: &errors)
            opaque(config, at: at, into: &errors)
        }
    }

    /// The names of requests, each with those of its alternatives.
    static func names(of requests: [Value]) -> [String: Set<String>] {
        var names: [String: Set<String>] = [:]
        for request in requests { names[request.text("name")] = Set(request.list("firstAvailable").map { $0.text("name") }) }
        return names
    }

    private static func request(_ request: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let name = request.text("name")
        errors.invalid(path / "name", name, each: NameFormats.dns1123Label(name))
        let alternatives = request.list("firstAvailable")
        switch (request.present("exactly"), alternatives.isEmpty) {
        case (nil, true): errors.required(path, "exactly one of `exactly` or `firstAvailable` is required")
        case (.some, false):
            errors.invalid(path, .null, "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set")
        case (let exactly?, true): wish(exactly, at: path / "exactly", into: &errors)
        case (nil, false):
            let at = path / "firstAvailable"
            for (index, alternative) in few(alternatives, max: 8, at: at, into: &errors) {
                let name = alternative.text("name")
                errors.invalid(at[index] / "name", name, each: NameFormats.dns1123Label(name))
                wish(alternative, at: at[index], into: &errors)
            }
            distinct(alternatives.map { $0.text("name") }, at: at, into: &errors)
        }
    }

    /// Which devices and how many.
    private static func wish(_ wish: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let name = wish.text("deviceClassName")
        if name.isEmpty {
            errors.required(path / "deviceClassName")
        } else {
            errors.invalid(path / "deviceClassName", name, each: NameFormats.dns1123Subdomain(name))
        }
        selectors(wish.list("selectors"), at: path / "selectors", into: &errors)
        let count = wish.int("count") ?? 0
        let mode = wish.text("allocationMode")
        switch mode {
        case "All": if count != 0 { errors.invalid(path / "count", count, "must not be specified when allocationMode is 'All'") }
        case "ExactCount": if count <= 0 { errors.invalid(path / "count", count, "must be greater than zero") }
        default: errors.notSupported(path / "allocationMode", mode, ["All", "ExactCount"])
        }
        for (index, toleration) in wish.list("tolerations").enumerated() {
            self.toleration(toleration, at: (path / "tolerations")[index], into: &errors)
        }
    }

    static func toleration(_ toleration: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let key = toleration.text("key")
        if !key.isEmpty { errors.invalid(path / "key", key, each: NameFormats.qualifiedName(key)) }
        let value = toleration.text("value")
        switch toleration.text("operator") {
        case "Exists": if !value.isEmpty { errors.invalid(path / "value", value, "must be empty for operator `Exists`") }
        case "Equal": errors.invalid(path / "value", value, each: NameFormats.labelValue(value))
        case "": errors.required(path / "operator")
        case let other: errors.notSupported(path / "operator", other, ["Equal", "Exists"])
        }
        let effect = toleration.text("effect")
        if !effect.isEmpty, !effects.contains(effect) { errors.notSupported(path / "effect", effect, effects) }
    }

    private static func selectors(_ selectors: [Value], at path: FieldPath, into errors: inout FieldErrors) {
        for (index, selector) in few(selectors, at: path, into: &errors) {
            guard let cel = selector.present("cel") else {
                errors.required(path[index] / "cel")
                continue
            }
            DeviceSelectorCheck.check(cel.text("expression"), at: path[index] / "cel" / "expression", into: &errors)
        }
    }

    static func references(
        _ references: [String], to names: [String: Set<String>], at path: FieldPath, into errors: inout FieldErrors
    ) {
        for (index, name) in few(references, at: path, into: &errors) { reference(name, to: names, at: path[index], into: &errors) }
        distinct(references, at: path, into: &errors)
    }

    /// `request`, or `request/alternative`.
    static func reference(_ text: String, to names: [String: Set<String>], at path: FieldPath, into errors: inout FieldErrors) {
        let message = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.count > 2 { return errors.invalid(path, text, message) }
        for part in parts { errors.invalid(path, part, each: NameFormats.dns1123Label(part)) }
        let alternatives = names[parts[0]]
        if alternatives == nil || parts.count == 2 && alternatives?.contains(parts[1]) != true { errors.invalid(path, text, message) }
    }

    static func opaque(_ config: Value, at path: FieldPath, into errors: inout FieldErrors) {
        guard let opaque = config.present("opaque") else {
            errors.required(path / "opaque")
            return
        }
        driver(opaque.text("driver"), at: path / "opaque" / "driver", into: &errors)
        switch opaque.present("parameters") {
        case nil: errors.required(path / "opaque" / "parameters")
        case .object?:
            if opaque["parameters"]!.jsonSizeExceeds(maxParameters) { errors.tooLong(path / "opaque" / "parameters", maxBytes: maxParameters) }
        default: errors.invalid(path / "opaque" / "parameters", "<value omitted>", "must be a valid JSON object")
        }
    }

    static func pool(_ name: String, at path: FieldPath, into errors: inout FieldErrors) {
        if name.isEmpty { return errors.required(path) }
        if name.utf8.count > poolMax { errors.tooLong(path, maxBytes: poolMax) }
        for part in name.split(separator: "/", omittingEmptySubsequences: false) {
            errors.invalid(path, String(part), each: NameFormats.dns1123Subdomain(String(part)))
        }
    }

    static func driver(_ name: String, at path: FieldPath, into errors: inout FieldErrors) {
        if name.isEmpty { errors.required(path) }
        if name.utf8.count > 63 { errors.tooLong(path, maxBytes: 63) }
        if !name.isEmpty { errors.invalid(path, name, each: NameFormats.dns1123Subdomain(name.lowercased())) }
    }

    /// `domain/name`
    private static func fullyQualifiedName(_ name: String, at path: FieldPath, into errors: inout FieldErrors) {
        qualifiedName(name, at: path, into: &errors)
        if !name.utf8.contains(UInt8(ascii: "/")) {
            errors.invalid(path, name, "a fully qualified name must be a domain and a name separated by a slash")
        }
    }

    /// `name`, or `domain/name`
    static func qualifiedName(_ name: String, at path: FieldPath, into errors: inout FieldErrors) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1: identifier(name, at: path, into: &errors)
        case 2:
            if parts[0].isEmpty {
                errors.invalid(path, "", "the domain must not be empty")
            } else {
                driver(parts[0], at: path, into: &errors)
            }
            if parts[1].isEmpty {
                errors.invalid(path, "", "the name must not be empty")
            } else {
                identifier(parts[1], at: path, into: &errors)
            }
        default: errors.invalid(path, name, "must not contain more than one slash")
        }
    }

    private static func identifier(_ name: String, at path: FieldPath, into errors: inout FieldErrors) {
        if name.utf8.count > identifierMax { errors.tooLong(path, maxBytes: identifierMax) }
        errors.invalid(path, name, each: NameFormats.cIdentifier(name))
    }

    /// The conditions that a device waits for before a pod is bound, and those that put an end to the wait: both or neither.
    static func bindingConditions(_ device: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let (wanted, failures) = (device.texts("bindingConditions"), device.texts("bindingFailureConditions"))
        let (wantedPath, failuresPath) = (path / "bindingConditions", path / "bindingFailureConditions")
        for (conditions, at) in [(wanted, wantedPath), (failures, failuresPath)] {
            for (index, condition) in few(conditions, max: conditionsMax, at: at, into: &errors) {
                errors.invalid(at[index], condition, each: NameFormats.qualifiedName(condition))
            }
        }
        distinct(wanted, max: .max, at: wantedPath, into: &errors)
        var seen: Set<String> = []
        for (index, condition) in failures.enumerated() {
            if !seen.insert(condition).inserted { errors.duplicate(failuresPath[index], condition) }
            if wanted.contains(condition) {
                errors.invalid(failuresPath[index], condition, "bindingFailureConditions must not overlap with bindingConditions")
            }
        }
        if wanted.isEmpty, !failures.isEmpty {
            errors.invalid(wantedPath, device["bindingConditions"], "bindingConditions are required to use bindingFailureConditions")
        }
        if failures.isEmpty, !wanted.isEmpty {
            errors.invalid(failuresPath, device["bindingFailureConditions"], "bindingFailureConditions are required to use bindingConditions")
        }
    }

    /// A UUID in lower case with its dashes.
    static func uid(_ text: String, at path: FieldPath, into errors: inout FieldErrors) {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        let isUUID = groups.map(\.utf8.count) == [8, 4, 4, 4, 12] && text.utf8.allSatisfy { isHexadecimal($0) || $0 == UInt8(ascii: "-") }
        if !isUUID {
            errors.invalid(path, text, "error validating uid: " + (text.utf8.count == 36 ? "invalid UUID format" : "invalid UUID length: \(text.utf8.count)"))
        } else if text != text.lowercased() {
            errors.invalid(
                path, text,
                "uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters")
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        NameFormats.isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }

    /// The elements of a list with their indices; none, and an error, if there are too many.
    static func few<Element>(
        _ list: [Element], max: Int = maxCount, at path: FieldPath, into errors: inout FieldErrors
    ) -> [(Int, Element)] {
        guard list.count > max else { return list.enumerated().map { ($0.offset, $0.element) } }
        errors.tooMany(path, actual: list.count, max: max)
        return []
    }

    /// Refuses a second element of a key, unless there are too many anyway.
    static func distinct(_ keys: [String], max: Int = maxCount, at path: FieldPath, into errors: inout FieldErrors) {
        var seen: Set<String> = []
        guard keys.count <= max else { return }
        for (index, key) in keys.enumerated() where !seen.insert(key).inserted { errors.duplicate(path[index], key) }
    }
}
