import KubernetesObjects

/// What a CustomResourceDefinition adds to the catalogue.
package struct CustomResourceTypes: Sendable {
    /// One served version with the schema that its objects follow.
    package struct Version: Sendable {
        package var type: ResourceType
        package var schema: StructuralSchema
        /// `spec.versions[].subresources.scale`, if there is one.
        package var scale: Value?
        package var selectableFields: [String]
    }

    /// The served versions, in the order of the definition.
    package var versions: [Version]

    private static let verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]

    /// Reads a definition that has passed validation; what it lacks is left empty.
    package init(definition: Value) {
        let spec = definition["spec"] ?? .null
        // The names that were accepted count; before that, the names asked for.
        let accepted = definition["status"]?["acceptedNames"]
        let names = (accepted?["plural"]?.stringValue ?? "").isEmpty ? spec["names"] ?? .null : accepted ?? .null
        let group = spec["group"]?.stringValue ?? ""
        let kind = names["kind"]?.stringValue ?? ""
        let all = spec["versions"]?.elements ?? []
        let stored = all.first { $0["storage"]?.boolValue == true }?["name"]?.stringValue
        versions = all.filter { $0["served"]?.boolValue == true }.map { version in
            let name = version["name"]?.stringValue ?? ""
            let schema = StructuralSchema(version["schema"]?["openAPIV3Schema"] ?? ["x-kubernetes-preserve-unknown-fields": true, "type": "object"])
            let groupVersionKind = GroupVersionKind(group: group, version: name, kind: kind)
            let subresources = version["subresources"]
            var parts: [Subresource] = []
            if subresources?["scale"] != nil {
                parts.append(
                    Subresource(
                        name: "scale", kind: GroupVersionKind(group: "autoscaling", version: "v1", kind: "Scale"),
                        verbs: ["get", "patch", "update"]))
            }
            if subresources?["status"] != nil {
                parts.append(Subresource(name: "status", kind: groupVersionKind, verbs: ["get", "patch", "update"]))
            }
            let type = ResourceType(
                group: group, version: name, kind: kind, plural: names["plural"]?.stringValue ?? "",
                singular: names["singular"]?.stringValue ?? kind.lowercased(),
                shortNames: names["shortNames"]?.elements.compactMap(\.stringValue) ?? [],
                categories: names["categories"]?.elements.compactMap(\.stringValue) ?? [],
                isNamespaced: spec["scope"]?.stringValue != "Cluster", verbs: Self.verbs, subresources: parts,
                columns: Self.columns(version), listKind: names["listKind"]?.stringValue, storageVersion: stored, isCustom: true,
                deprecationWarning: Self.deprecation(version, groupVersionKind),
                schema: .resolved(schema.typeSchema(root: groupVersionKind)))
            return Version(
                type: type, schema: schema, scale: subresources?["scale"],
                selectableFields: (version["selectableFields"]?.elements ?? []).compactMap { field in
                    // A selector names the field without the leading dot.
                    field["jsonPath"]?.stringValue.map { $0.hasPrefix(".") ? String($0.dropFirst()) : $0 }
                })
        }
    }

    /// `Name`, then the columns of the definition, or `Age` when it has none.
    private static func columns(_ version: Value) -> [PrinterColumn] {
        let name = PrinterColumn(name: "Name", format: "name", path: ".metadata.name")
        let given = version["additionalPrinterColumns"]?.elements ?? []
        guard !given.isEmpty else { return [name, PrinterColumn(name: "Age", type: "date", path: ".metadata.creationTimestamp")] }
        return [name]
            + given.map { column in
                PrinterColumn(
                    name: column["name"]?.stringValue ?? "", type: column["type"]?.stringValue ?? "string",
                    format: column["format"]?.stringValue ?? "", priority: column["priority"]?.intValue ?? 0,
                    path: column["jsonPath"]?.stringValue ?? "", description: column["description"]?.stringValue ?? "")
            }
    }

    private static func deprecation(_ version: Value, _ kind: GroupVersionKind) -> String? {
        guard version["deprecated"]?.boolValue == true else { return nil }
        return version["deprecationWarning"]?.stringValue ?? "\(kind.apiVersion) \(kind.kind) is deprecated"
    }
}
