import KubernetesObjects

/// Checks that the schemas of a CustomResourceDefinition are structural, and may be served.
///
/// - Order: of a node, its own faults before those below it, fields by name.
/// - Bounds: one pass over each schema.
/// - Source: apiextensions-apiserver `validation.go` and `schema/validation.go`, v1.36.
package struct StructuralSchemaCheck {
    private var problems: [SchemaProblem] = []
    private let matches: StructuralValidator.PatternMatcher

    /// What is wrong with the schema of a version, or of all.
    package static func problems(of schema: Value, at path: String, matches: @escaping StructuralValidator.PatternMatcher) -> [SchemaProblem] {
        var check = StructuralSchemaCheck(matches: matches)
        check.checkRoot(schema, path)
        return check.problems
    }

    private init(matches: @escaping StructuralValidator.PatternMatcher) { self.matches = matches }

    private enum Level {
        case root, field, item

        var emptyTypeDetail: String {
            switch self {
            case .root: "must not be empty at the root"
            case .field: "must not be empty for specified object fields"
            case .item: "must not be empty for specified array items"
            }
        }
    }

    private mutating func add(_ kind: SchemaProblem.Kind, _ path: String, value: Value? = nil, detail: String) {
        problems.append(SchemaProblem(kind, path, value: value, detail: detail))
    }

    private mutating func checkRoot(_ schema: Value, _ path: String) {
        let type = schema["type"]?.stringValue ?? ""
        if !type.isEmpty, type != "object" {
            add(.invalid, "\(path).type", value: .string(type), detail: "must be object at the root")
        }
        if schema["nullable"]?.boolValue == true {
            add(.forbidden, "\(path).nullable", detail: "nullable cannot be true at the root")
        }
        check(schema, path, .root)
        checkMetadata(schema, path)
        checkDefaults(schema, path)
    }

    private static let types = ["array", "boolean", "integer", "number", "object", "string"]
    private static let unsupported = ["$ref", "definitions", "dependencies", "id", "patternProperties"]

    private mutating func check(_ schema: Value, _ path: String, _ level: Level) {
        let type = schema["type"]?.stringValue ?? ""
        let isIntOrString = schema["x-kubernetes-int-or-string"]?.boolValue == true
        let preserves = schema["x-kubernetes-preserve-unknown-fields"]?.boolValue
        for word in Self.unsupported where !(schema[word]?.isEmptyValue ?? true) {
            add(.forbidden, "\(path).\(word)", detail: "\(word) is not supported")
        }
        if type.isEmpty, !isIntOrString, preserves != true || level == .root {
            add(.required, "\(path).type", detail: level.emptyTypeDetail)
        } else if !type.isEmpty, !Self.types.contains(type) {
            let list = Self.types.map(GoText.quoted).joined(separator: ", ")
            add(.notSupported, "\(path).type", value: .string(type), detail: "supported values: \(list)")
        }
        if preserves == false {
            add(.invalid, "\(path).x-kubernetes-preserve-unknown-fields", value: false, detail: "must be true or undefined")
        }
        if schema["uniqueItems"]?.boolValue == true {
            add(.forbidden, "\(path).uniqueItems", detail: "uniqueItems cannot be set to true since the runtime complexity becomes quadratic")
        }
        checkProperties(schema, path)
        checkExtensions(schema, path, type)
        if let pattern = schema["pattern"]?.stringValue, !pattern.isEmpty, matches(pattern, "") == nil {
            add(.invalid, "\(path).pattern", value: .string(pattern), detail: "must be a valid regular expression, but isn't")
        }
        if type == "array", schema["items"]?.fields == nil { add(.required, "\(path).items", detail: "must be specified") }
        if let items = schema["items"] {
            if items.arrayValue != nil {
                add(.forbidden, "\(path).items", detail: "items must be a schema object and not an array")
            } else if items.fields != nil {
                check(items, "\(path).items", .item)
            }
        }
        for word in ["allOf", "anyOf", "oneOf"] {
            for (index, member) in (schema[word]?.elements ?? []).enumerated() {
                checkValueValidation(member, "\(path).\(word)[\(index)]", of: schema)
            }
        }
        if let not = schema["not"], not.fields != nil { checkValueValidation(not, "\(path).not", of: schema) }
    }

    private mutating func checkProperties(_ schema: Value, _ path: String) {
        let properties = schema["properties"]?.fields?.sorted() ?? Fields()
        if let additional = schema["additionalProperties"] {
            if additional.boolValue == false {
                add(.forbidden, "\(path).additionalProperties", detail: "additionalProperties cannot be set to false")
            } else if !properties.isEmpty {
                add(.forbidden, "\(path).additionalProperties", detail: "additionalProperties and properties are mutual exclusive")
            }
            if additional.fields != nil { check(additional, "\(path).additionalProperties", .field) }
        }
        for (name, property) in properties { check(property, "\(path).properties[\(name)]", .field) }
    }

    private mutating func checkExtensions(_ schema: Value, _ path: String, _ type: String) {
        if let list = schema["x-kubernetes-list-type"]?.stringValue {
            if type != "array" {
                add(.invalid, "\(path).type", value: .string(type), detail: "must be array if x-kubernetes-list-type is specified")
            }
            if !["atomic", "set", "map"].contains(list) {
                add(
                    .notSupported, "\(path).x-kubernetes-list-type", value: .string(list),
                    detail: "supported values: \"atomic\", \"map\", \"set\"")
            }
            let keys = schema["x-kubernetes-list-map-keys"]?.elements ?? []
            if list == "map", keys.isEmpty {
                add(
                    .required, "\(path).x-kubernetes-list-map-keys", detail: "must not be empty if x-kubernetes-list-type is map")
            } else if list == "map" {
                let items = schema["items"]
                for key in keys {
                    guard let name = key.stringValue, items?["properties"]?[name] == nil else { continue }
                    add(
                        .invalid, "\(path).x-kubernetes-list-map-keys", value: .array(keys),
                        detail: "entries must all be names of item properties")
                    break
                }
            }
            if list != "atomic", let items = schema["items"], items.fields != nil { checkItems(items, list, keys.compactMap(\.stringValue), "\(path).items") }
        }
        if let map = schema["x-kubernetes-map-type"]?.stringValue {
            if type != "object" {
                add(.invalid, "\(path).type", value: .string(type), detail: "must be object if x-kubernetes-map-type is specified")
            }
            if !["granular", "atomic"].contains(map) {
                add(
                    .notSupported, "\(path).x-kubernetes-map-type", value: .string(map),
                    detail: "supported values: \"atomic\", \"granular\"")
            }
        }
        if schema["x-kubernetes-embedded-resource"]?.boolValue == true {
            if type.isEmpty {
                add(.required, "\(path).type", detail: "must be object if x-kubernetes-embedded-resource is true")
            } else if type != "object" {
                add(
                    .invalid, "\(path).type", value: .string(type), detail: "must be object if x-kubernetes-embedded-resource is true")
            }
            if schema["properties"]?.isEmptyValue ?? true, schema["x-kubernetes-preserve-unknown-fields"]?.boolValue != true {
                add(
                    .required, "\(path).properties",
                    detail: "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields")
            }
        }
    }

    /// What tells the elements of a list apart must be there.
    private mutating func checkItems(_ items: Value, _ list: String, _ keys: [String], _ path: String) {
        if items["nullable"]?.boolValue == true { add(.forbidden, "\(path).nullable", detail: "cannot be nullable when x-kubernetes-list-type is \(list)") }
        guard list == "map" else { return }
        let required = Set((items["required"]?.elements ?? []).compactMap(\.stringValue))
        for key in keys {
            guard let property = items["properties"]?[key] else { continue }
            let at = "\(path).properties[\(key)]"
            if !required.contains(key), property["default"] == nil {
                add(.required, "\(at).default", detail: "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property")
            }
            if property["nullable"]?.boolValue == true {
                add(.forbidden, "\(at).nullable", detail: "this property is in x-kubernetes-list-map-keys, so it cannot be nullable")
            }
        }
    }

    /// Schemas below `allOf` and its like may check values but not give them a shape.
    private mutating func checkValueValidation(_ schema: Value, _ path: String, of parent: Value) {
        for word in ["type", "default", "description", "title", "nullable"] where !(schema[word]?.isEmptyValue ?? true) {
            if word == "type", parent["x-kubernetes-int-or-string"]?.boolValue == true { continue }
            add(.forbidden, "\(path).\(word)", detail: "must be empty to be structural")
        }
        for word in ["x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string"]
        where schema[word]?.boolValue == true {
            add(.forbidden, "\(path).\(word)", detail: "must be false to be structural")
        }
        if let additional = schema["additionalProperties"], !additional.isNull {
            add(.forbidden, "\(path).additionalProperties", detail: "must be undefined to be structural")
        }
        for (name, property) in schema["properties"]?.fields?.sorted() ?? Fields() {
            let inner = "\(path).properties[\(name)]"
            if parent["properties"]?[name] == nil {
                let outer = path.lastIndex(of: ".").map { String(path[..<$0]) } ?? path
                add(.required, "\(outer).properties[\(name)]", detail: "because it is defined in \(inner)")
            }
            checkValueValidation(property, inner, of: parent["properties"]?[name] ?? .null)
        }
    }

    private mutating func checkMetadata(_ schema: Value, _ path: String) {
        guard let metadata = schema["properties"]?["metadata"] else { return }
        let names = metadata["properties"]?.fields?.keys ?? []
        let onlyNames = names.allSatisfy { $0 == "name" || $0 == "generateName" }
        let others = (metadata.fields?.keys ?? []).filter { $0 != "type" && $0 != "properties" && $0 != "description" && $0 != "required" }
        if !onlyNames || !others.isEmpty {
            add(
                .forbidden, "\(path).properties[metadata]",
                detail: "must not specify anything other than name and generateName, but metadata is implicitly specified")
        }
    }

    /// Defaults must fit their own schema.
    private mutating func checkDefaults(_ schema: Value, _ path: String) {
        if let fallback = schema["default"], !fallback.isNull {
            let node = StructuralSchema(schema)
            var pruned = fallback
            let unknown = StructuralPruning.prune(&pruned, by: node)
            if !unknown.isEmpty {
                add(.invalid, "\(path).default", value: fallback, detail: "must not have unknown fields")
            }
            problems += StructuralValidator.validate(fallback, by: node, at: "\(path).default", isObject: false, matches: matches)
        }
        for (name, property) in schema["properties"]?.fields?.sorted() ?? Fields() {
            checkDefaults(property, "\(path).properties[\(name)]")
        }
        if let items = schema["items"], items.fields != nil { checkDefaults(items, "\(path).items") }
        if let additional = schema["additionalProperties"], additional.fields != nil {
            checkDefaults(additional, "\(path).additionalProperties")
        }
    }
}
