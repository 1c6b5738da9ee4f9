import KubernetesObjects

/// The OpenAPI documents that the API server serves, made from the catalogue.
///
/// - Shape: v3 has one document a group and version, with the schemas that its resources need and the paths'
///   operations and parameters, as far as clients read them; v2 is one document of all.
/// - Source: kube-apiserver 1.36. Differs: descriptions are our own and few; responses name the type only.
package struct OpenAPIDocument {
    private let version: Version
    private let catalogue: Catalogue
    private var schemas: [String: Value] = [:]
    private var pending: [TypeSchema] = []

    private enum Version { case v2, v3 }

    /// The document under `/openapi/v3/apis/apps/v1`.
    package static func v3(group: String, version: String, catalogue: Catalogue, gitVersion: String) -> Value {
        var document = OpenAPIDocument(version: .v3, catalogue: catalogue)
        let resources = catalogue.resources(group: group, version: version)
        let paths = document.paths(of: resources)
        let schemas = document.definitions(of: resources)
        return [
            "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": .string(gitVersion)], "paths": paths,
            "components": ["schemas": schemas],
        ]
    }

    /// The document under `/openapi/v2`.
    package static func v2(catalogue: Catalogue, gitVersion: String) -> Value {
        var document = OpenAPIDocument(version: .v2, catalogue: catalogue)
        let paths = document.paths(of: catalogue.resources)
        let schemas = document.definitions(of: catalogue.resources)
        return [
            "swagger": "2.0", "info": ["title": "Kubernetes", "version": .string(gitVersion)], "paths": paths, "definitions": schemas,
        ]
    }

    /// The paths that `/openapi/v3` lists, such as `apis/apps/v1`.
    package static func v3Paths(catalogue: Catalogue) -> [String] {
        catalogue.groups.flatMap { group in
            group.versions.map { group.name.isEmpty ? "api/\($0)" : "apis/\(group.name)/\($0)" }
        }
    }

    private init(version: Version, catalogue: Catalogue) {
        self.version = version
        self.catalogue = catalogue
    }

    private var prefix: String { version == .v2 ? "#/definitions/" : "#/components/schemas/" }

    // MARK: - Schemas

    private mutating func definitions(of resources: [ResourceType]) -> Value {
        for resource in resources {
            pending.append(resource.schema)
            if let list = TypeLibrary.shared.type("\(TypeLibrary.package(of: resource.group)).\(resource.version).\(resource.listKind)"),
                !resource.isCustom
            {
                pending.append(list)
            } else if resource.isCustom {
                schemas[OpenAPINames.custom(resource.groupVersionKind) + "List"] = customList(resource)
            }
            for part in resource.subresources {
                if let type = TypeLibrary.shared.type(of: part.kind) { pending.append(type) }
            }
        }
        for name in ["meta.v1.DeleteOptions", "meta.v1.Status", "meta.v1.WatchEvent", "meta.v1.APIResourceList", "meta.v1.ListMeta"] {
            if let type = TypeLibrary.shared.type(name) { pending.append(type) }
        }
        while let type = pending.popLast() {
            let name = definitionName(type)
            guard schemas[name] == nil else { continue }
            schemas[name] = .null
            schemas[name] = definition(of: type)
        }
        return .object(Fields(schemas.keys.sorted().map { ($0, schemas[$0] ?? .null) }))
    }

    private func definitionName(_ type: TypeSchema) -> String {
        if !type.name.isEmpty { return OpenAPINames.long(type.name) }
        return type.kind.map(OpenAPINames.custom) ?? ""
    }

    private mutating func definition(of type: TypeSchema) -> Value {
        var result: Value = ["type": "object"]
        let description = type.describedAs
        if !description.isEmpty { result["description"] = .string(description) }
        var properties = Fields()
        for field in type.fields { properties.appendDistinct(field.name, property(field, of: type)) }
        if !properties.isEmpty { result["properties"] = .object(properties) }
        let required = type.fields.filter(\.isRequired).map(\.name)
        if !required.isEmpty { result["required"] = Value(required) }
        if type.isAtomic { result["x-kubernetes-map-type"] = "atomic" }
        if type.preservesUnknownFields { result["x-kubernetes-preserve-unknown-fields"] = true }
        if let kind = type.kind {
            result["x-kubernetes-group-version-kind"] = [
                ["group": .string(kind.group), "kind": .string(kind.kind), "version": .string(kind.version)]
            ]
        }
        return result
    }

    private mutating func property(_ field: FieldSchema, of owner: TypeSchema) -> Value {
        var result = reference(to: field.type)
        if version == .v3, let target = result["$ref"] {
            // Beside `$ref` nothing counts in v3, so that a described reference is wrapped.
            result = ["allOf": [["$ref": target]]]
        }
        let description = owner.description(of: field)
        if !description.isEmpty { result["description"] = .string(description) }
        if !field.enumValues.isEmpty {
            let values = Value(field.enumValues)
            if field.type.form == .list { result["items", default: [:]]["enum"] = values } else { result["enum"] = values }
        }
        if let fallback = field.defaultValue { result["default"] = fallback }
        if version == .v3, owner.structural == nil, field.emptiness == .written {
            switch field.type.form {
            case .list, .map, .bytes: break
            default: if !field.type.zeroValue.isNull { result["default"] = field.type.form == .structure ? [:] : field.type.zeroValue }
            }
        }
        if let strategy = Self.text(field.patchStrategy) { result["x-kubernetes-patch-strategy"] = .string(strategy) }
        if let key = field.patchMergeKey { result["x-kubernetes-patch-merge-key"] = .string(key) }
        return result
    }

    private static func text(_ strategy: PatchStrategy) -> String? {
        var words: [String] = []
        if strategy.contains(.merge) { words.append("merge") }
        if strategy.contains(.replace) { words.append("replace") }
        if strategy.contains(.retainKeys) { words.append("retainKeys") }
        return words.isEmpty ? nil : words.joined(separator: ",")
    }

    /// How a type stands where it is used: a reference, or its own few words.
    private mutating func reference(to type: TypeSchema) -> Value {
        var result: Value
        switch type.form {
        case .structure:
            if type.name.isEmpty, type.kind == nil { return definition(of: type) }
            pending.append(type)
            return ["$ref": .string(prefix + definitionName(type))]
        case .list:
            result = ["type": "array", "items": type.element.map { reference(to: $0) } ?? [:]]
            if let list = type.listType { result["x-kubernetes-list-type"] = .string(list.rawValue) }
            if !type.listMapKeys.isEmpty { result["x-kubernetes-list-map-keys"] = Value(type.listMapKeys) }
        case .map:
            result = ["type": "object", "additionalProperties": type.element.map { reference(to: $0) } ?? [:]]
            if type.isAtomic { result["x-kubernetes-map-type"] = "atomic" }
        case .string: result = ["type": "string"]
        case .bool: result = ["type": "boolean"]
        case .int32: result = ["type": "integer", "format": "int32"]
        case .int64: result = ["type": "integer", "format": "int64"]
        case .integer: result = ["type": "integer"]
        case .double: result = ["type": "number", "format": "double"]
        case .number: result = ["type": "number"]
        case .bytes: result = ["type": "string", "format": "byte"]
        default:
            if type.structural != nil {
                result = type.form == .intOrString ? ["x-kubernetes-int-or-string": true] : ["x-kubernetes-preserve-unknown-fields": true]
                if type.form == .object { result["type"] = "object" }
            } else {
                guard let name = OpenAPINames.of(type.form) else { return [:] }
                if schemas[name] == nil { schemas[name] = Self.special(type.form) }
                return ["$ref": .string(prefix + name)]
            }
        }
        if let description = type.structural?.description, !description.isEmpty { result["description"] = .string(description) }
        return result
    }

    private static func special(_ form: TypeSchema.Form) -> Value {
        switch form {
        case .quantity: ["type": "string", "description": "An amount of a resource, such as 250m or 64Mi."]
        case .time, .microTime: ["type": "string", "format": "date-time"]
        case .intOrString: ["type": "string", "format": "int-or-string", "description": "A whole number or a text."]
        case .object, .fieldSet: ["type": "object"]
        default: [:]
        }
    }

    private func customList(_ resource: ResourceType) -> Value {
        let name = OpenAPINames.custom(resource.groupVersionKind)
        return [
            "type": "object", "required": ["items"],
            "properties": [
                "apiVersion": ["type": "string"], "kind": ["type": "string"],
                "items": ["type": "array", "items": ["$ref": .string(prefix + name)]],
                "metadata": ["$ref": .string(prefix + OpenAPINames.long("meta.v1.ListMeta"))],
            ],
            "x-kubernetes-group-version-kind": [
                ["group": .string(resource.group), "kind": .string(resource.listKind), "version": .string(resource.version)]
            ],
        ]
    }

    // MARK: - Paths

    private mutating func paths(of resources: [ResourceType]) -> Value {
        var paths: [String: Value] = [:]
        for resource in resources {
            let root = resource.group.isEmpty ? "/api/\(resource.version)" : "/apis/\(resource.group)/\(resource.version)"
            let base = root + (resource.isNamespaced ? "/namespaces/{namespace}/" : "/") + resource.plural
            let kind = resource.groupVersionKind
            let forms = Self.patchForms.filter { !resource.isCustom || $0 != Self.strategicMergePatch }
            paths[base] = operations(["list", "create", "deletecollection"].filter(resource.allows), kind, patchForms: forms)
            if resource.isNamespaced, resource.allows("list") { paths["\(root)/\(resource.plural)"] = operations(["list"], kind, patchForms: forms) }
            let single = ["get", "update", "patch", "delete"].filter(resource.allows)
            if !single.isEmpty { paths["\(base)/{name}"] = operations(single, kind, patchForms: forms) }
            for part in resource.subresources {
                paths["\(base)/{name}/\(part.name)"] = operations(part.verbs, part.kind, patchForms: forms)
            }
        }
        return .object(Fields(paths.keys.sorted().map { ($0, paths[$0] ?? .null) }))
    }

    private static let methods = [
        "list": "get", "get": "get", "create": "post", "update": "put", "patch": "patch", "delete": "delete", "deletecollection": "delete",
    ]
    private static let writeParameters = ["dryRun", "fieldManager", "fieldValidation"]

    private static let strategicMergePatch = "application/strategic-merge-patch+json"
    /// What the body of a patch may be. Clients look here before they send a strategic merge patch.
    private static let patchForms = [
        "application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json", strategicMergePatch,
    ]

    private func operations(_ verbs: [String], _ kind: GroupVersionKind, patchForms: [String]) -> Value {
        var result: Value = [:]
        for verb in verbs {
            guard let method = Self.methods[verb] else { continue }
            let action = ["create": "post", "update": "put"][verb] ?? verb
            var parameters: [Value] = []
            switch verb {
            case "create", "update", "patch": parameters = Self.writeParameters.map(parameter)
            case "delete", "deletecollection": parameters = ["dryRun", "gracePeriodSeconds", "propagationPolicy"].map(parameter)
            case "list": parameters = ["labelSelector", "fieldSelector", "limit", "continue", "watch"].map(parameter)
            default: break
            }
            if verb == "patch" { parameters.append(parameter("force")) }
            var operation: Value = [
                "parameters": .array(parameters), "responses": ["200": ["description": "OK"]], "x-kubernetes-action": .string(action),
                "x-kubernetes-group-version-kind": [
                    "group": .string(kind.group), "kind": .string(kind.kind), "version": .string(kind.version),
                ],
            ]
            if verb == "patch" {
                if version == .v2 {
                    operation["consumes"] = Value(patchForms)
                } else {
                    let content: Value = ["schema": ["type": "object"]]
                    operation["requestBody"] = ["content": .object(Fields(patchForms.map { ($0, content) })), "required": true]
                }
            }
            result[method] = operation
        }
        return result
    }

    private func parameter(_ name: String) -> Value {
        let type: Value =
            switch name {
            case "force", "watch": "boolean"
            case "limit", "gracePeriodSeconds": "integer"
            default: "string"
            }
        return version == .v2
            ? ["in": "query", "name": .string(name), "type": type] : ["in": "query", "name": .string(name), "schema": ["type": type]]
    }
}
