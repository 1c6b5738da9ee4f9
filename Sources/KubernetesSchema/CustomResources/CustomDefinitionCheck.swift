import KubernetesObjects

/// Checks CustomResourceDefinitions: their names, versions, columns and schemas.
///
/// - Order: as the real server lists its complaints: metadata, group, scope, schemas, versions, names, columns.
/// - Source: apiextensions-apiserver `validation.go`, v1.36.
package struct CustomDefinitionCheck {
    private var problems: [SchemaProblem] = []

    /// What is wrong with a definition that is to be created; the general rules of `metadata` are left to the caller.
    package static func problems(in definition: Value, matches: @escaping StructuralValidator.PatternMatcher) -> [SchemaProblem] {
        var check = CustomDefinitionCheck()
        let spec = definition["spec"] ?? .null
        check.checkName(definition, spec)
        check.checkGroup(spec)
        check.checkScope(spec)
        if spec["preserveUnknownFields"]?.boolValue == true {
            check.add(
                .invalid, "spec.preserveUnknownFields", value: true,
                detail: "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead")
        }
        check.problems += StructuralSchemaCheck.problems(in: definition, matches: matches)
        check.checkVersions(spec)
        check.checkNames(spec["names"] ?? .null)
        check.checkColumns(spec)
        return check.problems
    }

    /// What is wrong with a change of a definition: what may never change, and what may not while its objects exist.
    package static func problems(in definition: Value, old: Value) -> [SchemaProblem] {
        var check = CustomDefinitionCheck()
        let (new, before) = (definition["spec"] ?? .null, old["spec"] ?? .null)
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
        let names = Set(new["versions"]?.elements.compactMap { $0["name"]?.stringValue } ?? [])
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

    private mutating func checkName(_ definition: Value, _ spec: Value) {
        let wanted = "\(spec["names"]?["plural"]?.stringValue ?? "").\(spec["group"]?.stringValue ?? "")"
        if !definition.name.isEmpty, definition.name != wanted {
            add(.invalid, "metadata.name", value: .string(definition.name), detail: "must be spec.names.plural+\".\"+spec.group")
        }
        let group = spec["group"]?.stringValue ?? ""
        guard group == "k8s.io" || group.hasSuffix(".k8s.io") || group == "kubernetes.io" || group.hasSuffix(".kubernetes.io") else { return }
        if (definition.annotation("api-approved.kubernetes.io") ?? "").isEmpty {
            add(
                .required, "metadata.annotations[api-approved.kubernetes.io]",
                detail: "protected groups must have approval annotation \"api-approved.kubernetes.io\", "
                    + "see https://github.com/kubernetes/enhancements/pull/1111")
        }
    }

    private mutating func checkGroup(_ spec: Value) {
        let group = spec["group"]?.stringValue ?? ""
        if group.isEmpty {
            add(.required, "spec.group")
        } else if case let faults = NameRules.dns1123Subdomain(group), !faults.isEmpty {
            add(.invalid, "spec.group", value: .string(group), detail: faults.joined(separator: ","))
        } else if !group.contains(".") {
            add(.invalid, "spec.group", value: .string(group), detail: "should be a domain with at least one dot")
        }
    }

    private mutating func checkScope(_ spec: Value) {
        let scope = spec["scope"]?.stringValue ?? ""
        if scope.isEmpty {
            add(.required, "spec.scope")
        } else if scope != "Cluster", scope != "Namespaced" {
            add(.notSupported, "spec.scope", value: .string(scope), detail: "supported values: \"Cluster\", \"Namespaced\"")
        }
    }

    private mutating func checkVersions(_ spec: Value) {
        let versions = spec["versions"]?.elements ?? []
        var seen: Set<String> = []
        var isUnique = true
        for (index, version) in versions.enumerated() {
            let name = version["name"]?.stringValue ?? ""
            if !seen.insert(name).inserted { isUnique = false }
            let faults = NameRules.dns1035Label(name)
            if !faults.isEmpty {
                add(.invalid, "spec.versions[\(index)].name", value: .string(name), detail: faults.joined(separator: ","))
            }
            checkScale(version["subresources"]?["scale"], "spec.versions[\(index)].subresources.scale")
        }
        if !isUnique { add(.invalid, "spec.versions", value: .array(versions), detail: "must contain unique version names") }
        if versions.filter({ $0["storage"]?.boolValue == true }).count != 1 {
            add(.invalid, "spec.versions", value: .array(versions), detail: "must have exactly one version marked as storage version")
        }
    }

    private mutating func checkScale(_ scale: Value?, _ path: String) {
        guard let scale, scale.fields != nil else { return }
        for (field, root) in [("specReplicasPath", ".spec."), ("statusReplicasPath", ".status.")] {
            let text = scale[field]?.stringValue ?? ""
            if text.isEmpty {
                add(.required, "\(path).\(field)")
            } else if !text.hasPrefix(root) {
                add(.invalid, "\(path).\(field)", value: .string(text), detail: "should be a json path under \(root.dropLast())")
            }
        }
    }

    private mutating func checkNames(_ names: Value) {
        func text(_ field: String) -> String { names[field]?.stringValue ?? "" }
        for field in ["plural", "singular", "kind", "listKind"] where text(field).isEmpty { add(.required, "spec.names.\(field)") }
        for field in ["plural", "singular"] where !text(field).isEmpty {
            let faults = NameRules.dns1035Label(text(field))
            if !faults.isEmpty { add(.invalid, "spec.names.\(field)", value: .string(text(field)), detail: faults.joined(separator: ",")) }
        }
        for field in ["kind", "listKind"] where !text(field).isEmpty {
            let faults = NameRules.dns1035Label(text(field).lowercased())
            guard !faults.isEmpty else { continue }
            add(
                .invalid, "spec.names.\(field)", value: .string(text(field)),
                detail: "may have mixed case, but should otherwise match: " + faults.joined(separator: ","))
        }
        for list in ["shortNames", "categories"] {
            for (index, name) in (names[list]?.elements ?? []).enumerated() {
                let faults = NameRules.dns1035Label(name.stringValue ?? "")
                if !faults.isEmpty { add(.invalid, "spec.names.\(list)[\(index)]", value: name, detail: faults.joined(separator: ",")) }
            }
        }
        if !text("kind").isEmpty, text("kind") == text("listKind") {
            add(.invalid, "spec.names.listKind", value: .string(text("listKind")), detail: "kind and listKind may not be the same")
        }
    }

    private static let columnTypes = ["boolean", "date", "integer", "number", "string"]

    private mutating func checkColumns(_ spec: Value) {
        for (index, version) in (spec["versions"]?.elements ?? []).enumerated() {
            for (place, column) in (version["additionalPrinterColumns"]?.elements ?? []).enumerated() {
                let path = "spec.versions[\(index)].additionalPrinterColumns[\(place)]"
                if (column["name"]?.stringValue ?? "").isEmpty { add(.required, "\(path).name") }
                let type = column["type"]?.stringValue ?? ""
                if type.isEmpty {
                    add(.required, "\(path).type", detail: "must be one of \(Self.columnTypes.joined(separator: ","))")
                } else if !Self.columnTypes.contains(type) {
                    add(
                        .invalid, "\(path).type", value: .string(type),
                        detail: "must be one of \(Self.columnTypes.joined(separator: ","))")
                }
                if (column["jsonPath"]?.stringValue ?? "").isEmpty { add(.required, "\(path).jsonPath") }
            }
        }
    }
}
