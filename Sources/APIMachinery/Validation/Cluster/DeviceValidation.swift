import KubernetesObjects

/// What is wrong with the kinds of dynamic resource allocation: claims of devices, their templates, classes and slices.
///
/// - Note: Selectors' expressions are not compiled; there is no type for devices.
/// - Source: kubernetes `pkg/apis/resource/validation`, v1.36.
enum DeviceValidation {
    private static let maxCount = 32
    private static let maxParameters = 10 * 1024

    static func deviceClass(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: false, name: NameFormats.subdomainRule, into: &errors)
        classSpec(object["spec"] ?? [:], into: &errors)
        return errors
    }

    static func deviceClassUpdate(_ object: Value, old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(object, old: old, into: &errors)
        classSpec(object["spec"] ?? [:], into: &errors)
        return errors
    }

    private static func classSpec(_ spec: Value, into errors: inout FieldErrors) {
        selectors(spec.list("selectors"), at: .spec / "selectors", into: &errors)
        for (index, config) in few(spec.list("config"), at: .spec / "config", into: &errors) {
            opaque(config, at: (.spec / "config")[index], into: &errors)
        }
        if let name = spec.present("extendedResourceName")?.stringValue, !ResourceValidation.isExtended(name) {
            errors.invalid(.spec / "extendedResourceName", name, "must be a valid extended resource name")
        }
    }

    static func claim(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: true, name: NameFormats.subdomainRule, into: &errors)
        devices(object["spec"]?["devices"] ?? [:], at: .spec / "devices", into: &errors)
        return errors
    }

    static func template(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: true, name: NameFormats.subdomainRule, into: &errors)
        let metadata = object["spec"]?["metadata"] ?? [:]
        ObjectMetaValidation.annotations(metadata.map("annotations"), at: .spec / "metadata" / "annotations", into: &errors)
        ObjectMetaValidation.labels(metadata.map("labels"), at: .spec / "metadata" / "labels", into: &errors)
        devices(object["spec"]?["spec"]?["devices"] ?? [:], at: .spec / "spec" / "devices", into: &errors)
        return errors
    }

    /// Claims and their templates never change their spec.
    static func specUpdate(_ object: Value, old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(object, old: old, into: &errors)
        errors.checkImmutable(object["spec"], old["spec"], .spec)
        return errors
    }

    private static func devices(_ devices: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let requests = devices.list("requests")
        var names: [String: Set<String>] = [:]
        for request in requests { names[request.text("name")] = Set(request.list("firstAvailable").map { $0.text("name") }) }
        for (index, request) in few(requests, at: path / "requests", into: &errors) {
            self.request(request, at: (path / "requests")[index], into: &errors)
        }
        distinct(requests.map { $0.text("name") }, at: path / "requests", into: &errors)
        for (index, constraint) in few(devices.list("constraints"), at: path / "constraints", into: &errors) {
            let at = (path / "constraints")[index]
            references(constraint.texts("requests"), to: names, at: at / "requests", into: &errors)
            if let field = ["matchAttribute", "distinctAttribute"].first(where: constraint.has) {
                qualifiedName(constraint.text(field), at: at / field, into: &errors)
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
    }

    private static func selectors(_ selectors: [Value], at path: FieldPath, into errors: inout FieldErrors) {
        for (index, selector) in few(selectors, at: path, into: &errors) {
            guard let cel = selector.present("cel") else {
                errors.required(path[index] / "cel")
                continue
            }
            if cel.text("expression").utf8.count > maxParameters {
                errors.tooLong(path[index] / "cel" / "expression", maxBytes: maxParameters)
            }
        }
    }

    private static func references(
        _ references: [String], to names: [String: Set<String>], at path: FieldPath, into errors: inout FieldErrors
    ) {
        let message = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"
        for (index, reference) in few(references, at: path, into: &errors) {
            let parts = reference.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            if parts.count > 2 {
                errors.invalid(path[index], reference, message)
                continue
            }
            for part in parts { errors.invalid(path[index], part, each: NameFormats.dns1123Label(part)) }
            let alternatives = names[parts[0]]
            if alternatives == nil || parts.count == 2 && alternatives?.contains(parts[1]) != true {
                errors.invalid(path[index], reference, message)
            }
        }
        distinct(references, at: path, into: &errors)
    }

    private static func opaque(_ config: Value, at path: FieldPath, into errors: inout FieldErrors) {
        guard let opaque = config.present("opaque") else {
            errors.required(path / "opaque")
            return
        }
        driver(opaque.text("driver"), at: path / "opaque" / "driver", into: &errors)
        switch opaque.present("parameters") {
        case nil: errors.required(path / "opaque" / "parameters")
        case .object?: break
        default: errors.invalid(path / "opaque" / "parameters", "<value omitted>", "must be a valid JSON object")
        }
    }

    private static func driver(_ name: String, at path: FieldPath, into errors: inout FieldErrors) {
        if name.isEmpty { errors.required(path) }
        if name.utf8.count > 63 { errors.tooLong(path, maxBytes: 63) }
        if !name.isEmpty { errors.invalid(path, name, each: NameFormats.dns1123Subdomain(name.lowercased())) }
    }

    /// `domain/name`
    private static func qualifiedName(_ name: String, at path: FieldPath, into errors: inout FieldErrors) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1:
            errors.invalid(path, name, each: NameFormats.cIdentifier(name))
            errors.invalid(path, name, "a fully qualified name must be a domain and a name separated by a slash")
        case 2:
            if parts[0].isEmpty {
                errors.invalid(path, "", "the domain must not be empty")
            } else {
                driver(parts[0], at: path, into: &errors)
            }
            if parts[1].isEmpty {
                errors.invalid(path, "", "the name must not be empty")
            } else {
                errors.invalid(path, parts[1], each: NameFormats.cIdentifier(parts[1]))
            }
        default: errors.invalid(path, name, "must not contain more than one slash")
        }
    }

    /// The elements of a list with their indices; none, and an error, if there are too many.
    private static func few<Element>(
        _ list: [Element], max: Int = maxCount, at path: FieldPath, into errors: inout FieldErrors
    ) -> [(Int, Element)] {
        guard list.count > max else { return list.enumerated().map { ($0.offset, $0.element) } }
        errors.tooMany(path, actual: list.count, max: max)
        return []
    }

    private static func distinct(_ keys: [String], at path: FieldPath, into errors: inout FieldErrors) {
        var seen: Set<String> = []
        guard keys.count <= maxCount else { return }
        for (index, key) in keys.enumerated() where !seen.insert(key).inserted { errors.duplicate(path[index], key) }
    }

    static func slice(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: false, name: NameFormats.subdomainRule, into: &errors)
        sliceSpec(object["spec"] ?? [:], old: nil, into: &errors)
        return errors
    }

    static func sliceUpdate(_ object: Value, old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(object, old: old, into: &errors)
        sliceSpec(object["spec"] ?? [:], old: old["spec"] ?? [:], into: &errors)
        return errors
    }

    private static func sliceSpec(_ spec: Value, old: Value?, into errors: inout FieldErrors) {
        driver(spec.text("driver"), at: .spec / "driver", into: &errors)
        let pool = spec["pool"]?.text("name") ?? ""
        if pool.isEmpty { errors.required(.spec / "pool" / "name") }
        for part in pool.split(separator: "/", omittingEmptySubsequences: false) where !pool.isEmpty {
            errors.invalid(.spec / "pool" / "name", String(part), each: NameFormats.dns1123Subdomain(String(part)))
        }
        if let old {
            errors.checkImmutable(spec["pool"]?["name"], old["pool"]?["name"], .spec / "pool" / "name")
            errors.checkImmutable(spec["driver"], old["driver"], .spec / "driver")
            errors.checkImmutable(spec["nodeName"], old["nodeName"], .spec / "nodeName")
        }
        nodes(spec, into: &errors)
        let devices = spec.list("devices")
        for (index, device) in few(devices, max: 128, at: .spec / "devices", into: &errors) {
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
