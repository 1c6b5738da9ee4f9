import KubernetesObjects

/// Checks CustomResourceDefinitions: their names, versions, columns and schemas.
///
/// - Shape: what all versions share stands at the top of the real server's internal form, and so in the paths:
///   `spec.validation`, `spec.subresources`, `spec.additionalPrinterColumns`, `spec.selectableFields`.
/// - Order: as the real server lists its complaints: metadata, group, scope, versions, names, what versions share, conversion.
/// - Source: apiextensions-apiserver `validation.go`, v1.36.
package struct CustomDefinitionCheck {
    private var problems: [SchemaProblem] = []
    private let spec: Value
    private let versions: [Value]
    private let matches: StructuralValidator.PatternMatcher
    private let shared: Set<String>

    private init(_ definition: Value, matches: @escaping StructuralValidator.PatternMatcher) {
        let spec = definition["spec"] ?? .null
        let versions = spec["versions"]?.elements ?? []
        self.spec = spec
        self.versions = versions
        self.matches = matches
        shared = Set(CustomVersionParts.names.filter { part in versions.dropFirst().allSatisfy { $0[part] == versions.first?[part] } })
    }

    /// What is wrong with a definition that is to be created; the general rules of `metadata` are left to the caller.
    package static func problems(in definition: Value, matches: @escaping StructuralValidator.PatternMatcher) -> [SchemaProblem] {
        var check = Self(definition, matches: matches)
        check.checkName(definition)
        check.checkGroup()
        check.checkScope()
        check.checkVersions()
        check.checkNames(check.spec["names"] ?? .null)
        if let first = check.versions.first { check.problems += CustomVersionParts(first, at: "spec", only: check.shared, isTop: true, matches).problems }
        check.checkConversion(check.spec["conversion"])
        check.checkStored()
        check.checkApproval(definition)
        if check.spec["preserveUnknownFields"]?.boolValue == true {
            check.add(
                .invalid, "spec.preserveUnknownFields", value: true,
                detail: "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead")
        }
        return check.problems
    }

    /// What is wrong with a change of a definition: what may never change, and what may not while its objects exist.
    package static func problems(in definition: Value, old: Value) -> [SchemaProblem] {
        var check = Self(definition, matches: { _, _ in true })
        let (new, before) = (check.spec, old["spec"] ?? .null)
        func immutable(_ path: [String]) {
            guard new[path: path] != before[path: path] else { return }
            check.add(.invalid, "spec." + path.joined(separator: "."), value: new[path: path] ?? "", detail: "field is immutable")
        }
        if old.isConditionTrue("Established") {
            immutable(["scope"])
            immutable(["names", "kind"])
        }
        immutable(["group"])
        immutable(["names", "plural"])
        let names = Set(check.versions.compactMap { $0["name"]?.stringValue })
        for (index, version) in (old["status"]?["storedVersions"]?.elements ?? []).enumerated() {
            guard let name = version.stringValue, !names.contains(name) else { continue }
            check.add(
                .invalid, "status.storedVersions[\(index)]", value: version,
                detail: "missing from spec.versions; \(name) was previously a storage version, and must remain in spec.versions until "
                    + "a storage migration ensures no data remains persisted in \(name) and removes \(name) from status.storedVersions")
        }
        return check.problems
    }

    private mutating func add(_ kind: SchemaProblem.Kind, _ path: String, value: Value? = nil, detail: String = "") {
        problems.append(SchemaProblem(kind, path, value: value, detail: detail))
    }

    private mutating func checkLabel(_ name: String, _ path: String) {
        let faults = NameRules.dns1035Label(name)
        if !faults.isEmpty { add(.invalid, path, value: .string(name), detail: faults.joined(separator: ",")) }
    }

    // MARK: Group and names

    private mutating func checkName(_ definition: Value) {
        let wanted = "\(spec["names"]?["plural"]?.stringValue ?? "").\(spec["group"]?.stringValue ?? "")"
        if !definition.name.isEmpty, definition.name != wanted {
            add(.invalid, "metadata.name", value: .string(definition.name), detail: "must be spec.names.plural+\".\"+spec.group")
        }
    }

    private mutating func checkApproval(_ definition: Value) {
        guard let approval = CustomDefinitionApproval(definition), approval.isRefused else { return }
        let annotation = definition.annotation(CustomDefinitionApproval.annotation) ?? ""
        add(
            annotation.isEmpty ? .required : .invalid, "metadata.annotations[\(CustomDefinitionApproval.annotation)]",
            value: annotation.isEmpty ? nil : .string(annotation), detail: approval.message)
    }

    private mutating func checkGroup() {
        let group = spec["group"]?.stringValue ?? ""
        if group.isEmpty {
            add(.required, "spec.group")
        } else if case let faults = NameRules.dns1123Subdomain(group), !faults.isEmpty {
            add(.invalid, "spec.group", value: .string(group), detail: faults.joined(separator: ","))
        } else if !group.contains(".") {
            add(.invalid, "spec.group", value: .string(group), detail: "should be a domain with at least one dot")
        }
    }

    private mutating func checkEnum(_ text: String, _ path: String, _ supported: [String]) {
        if text.isEmpty {
            add(.required, path)
        } else if !supported.contains(text) {
            add(.notSupported, path, value: .string(text), detail: "supported values: " + supported.map(GoText.quoted).joined(separator: ", "))
        }
    }

    private mutating func checkScope() { checkEnum(spec["scope"]?.stringValue ?? "", "spec.scope", ["Cluster", "Namespaced"]) }

    private mutating func checkNames(_ names: Value) {
        func text(_ field: String) -> String { names[field]?.stringValue ?? "" }
        for field in ["plural", "singular", "kind", "listKind"] where text(field).isEmpty { add(.required, "spec.names.\(field)") }
        for field in ["plural", "singular"] where !text(field).isEmpty { checkLabel(text(field), "spec.names.\(field)") }
        for field in ["kind", "listKind"] where !text(field).isEmpty {
            let faults = NameRules.dns1035Label(text(field).lowercased())
            guard !faults.isEmpty else { continue }
            add(
                .invalid, "spec.names.\(field)", value: .string(text(field)),
                detail: "may have mixed case, but should otherwise match: " + faults.joined(separator: ","))
        }
        for (index, name) in (names["shortNames"]?.elements ?? []).enumerated() { checkLabel(name.stringValue ?? "", "spec.names.shortNames[\(index)]") }
        if !text("kind").isEmpty, text("kind") == text("listKind") {
            add(.invalid, "spec.names.listKind", value: .string(text("listKind")), detail: "kind and listKind may not be the same")
        }
        for (index, name) in (names["categories"]?.elements ?? []).enumerated() { checkLabel(name.stringValue ?? "", "spec.names.categories[\(index)]") }
    }

    // MARK: Versions

    private mutating func checkVersions() {
        for (index, version) in versions.enumerated() where version["schema"]?["openAPIV3Schema"]?.fields == nil {
            add(.required, "spec.versions[\(index)].schema.openAPIV3Schema", detail: "schemas are required")
        }
        for (index, version) in versions.enumerated() {
            let path = "spec.versions[\(index)]"
            checkLabel(version["name"]?.stringValue ?? "", "\(path).name")
            checkDeprecation(version, "\(path).deprecationWarning")
            let own = Set(CustomVersionParts.names).subtracting(shared)
            problems += CustomVersionParts(version, at: path, only: own, isTop: false, matches).problems
        }
        if Set(versions.map { $0["name"]?.stringValue ?? "" }).count != versions.count {
            add(.invalid, "spec.versions", value: shownVersions, detail: "must contain unique version names")
        }
        if versions.count(where: { $0["storage"]?.boolValue == true }) != 1 {
            add(.invalid, "spec.versions", value: shownVersions, detail: "must have exactly one version marked as storage version")
        }
        // The internal form names the first version once more.
        if let name = versions.first?["name"]?.stringValue, !name.isEmpty { checkLabel(name, "spec.version") }
    }

    private mutating func checkDeprecation(_ version: Value, _ path: String) {
        guard let warning = version["deprecationWarning"]?.stringValue else { return }
        guard version["deprecated"]?.boolValue == true else {
            return add(.invalid, path, value: .string(warning), detail: "can only be set for deprecated versions")
        }
        if warning.utf8.count > 256 { add(.invalid, path, value: .string(warning), detail: "must be <= 256 characters long") }
        if warning.isEmpty { add(.invalid, path, value: .string(warning), detail: "must not be an empty string") }
        var offset = 0
        for scalar in warning.unicodeScalars {
            if !GoText.isPrintable(scalar) {
                add(
                    .invalid, path, value: .string(warning),
                    detail: "must only contain printable UTF-8 characters; non-printable character found at index \(offset)")
                break
            }
            offset += UTF8.width(scalar)
        }
    }

    /// The versions as the real server's internal types print them; schemas keep their API names.
    private var shownVersions: Value {
        guard spec["versions"]?.arrayValue != nil else { return .null }
        return .array(
            versions.map { version in
                func own(_ part: String) -> Value { shared.contains(part) ? .null : version[part] ?? .null }
                return [
                    "Name": version["name"] ?? "", "Served": version["served"] ?? false, "Storage": version["storage"] ?? false,
                    "Deprecated": version["deprecated"] ?? false, "DeprecationWarning": version["deprecationWarning"] ?? .null,
                    "Schema": own("schema"), "Subresources": own("subresources"), "AdditionalPrinterColumns": own("additionalPrinterColumns"),
                    "SelectableFields": own("selectableFields"),
                ]
            })
    }

    /// The storage version is the first that has been stored.
    private mutating func checkStored() {
        guard !versions.contains(where: { $0["storage"]?.boolValue == true }) else { return }
        add(.invalid, "status.storedVersions", value: .array([]), detail: "must have at least one stored version")
    }

    // MARK: Conversion

    private mutating func checkConversion(_ conversion: Value?) {
        guard let conversion, conversion.fields != nil else { return }
        let strategy = conversion["strategy"]?.stringValue ?? ""
        checkEnum(strategy, "spec.conversion.strategy", ["None", "Webhook"])
        let client = conversion["webhook"]?["clientConfig"].flatMap { $0.fields == nil ? nil : $0 }
        let reviews = conversion["webhook"]?["conversionReviewVersions"]?.elements ?? []
        let (clientPath, reviewsPath) = ("spec.conversion.webhookClientConfig", "spec.conversion.conversionReviewVersions")
        guard strategy == "Webhook" else {
            let detail = "should not be set when strategy is not set to Webhook"
            if client != nil { add(.forbidden, clientPath, detail: detail) }
            if !reviews.isEmpty { add(.forbidden, reviewsPath, detail: detail) }
            return
        }
        if let client {
            if (client["url"]?.stringValue == nil) == (client["service"]?.fields == nil) {
                add(.required, clientPath, detail: "exactly one of url or service is required")
            }
        } else {
            add(.required, clientPath, detail: "required when strategy is set to Webhook")
        }
        checkReviews(reviews, reviewsPath)
    }

    private mutating func checkReviews(_ versions: [Value], _ path: String) {
        if versions.isEmpty { return add(.required, path) }
        var seen: Set<String> = []
        for (index, version) in versions.enumerated() {
            let name = version.stringValue ?? ""
            guard seen.insert(name).inserted else {
                add(.invalid, "\(path)[\(index)]", value: version, detail: "duplicate version")
                continue
            }
            for fault in NameRules.dns1035Label(name) { add(.invalid, "\(path)[\(index)]", value: version, detail: fault) }
        }
        if seen.isDisjoint(with: ["v1", "v1beta1"]) {
            add(.invalid, path, value: .array(versions), detail: "must include at least one of v1, v1beta1")
        }
    }
}
