import KubernetesObjects

/// Checks a schema node by node: words that are not supported, and what it says of lists and maps.
///
/// - Order: of a node, words that are not supported, then what is below it, fields by name, then its lists and maps.
/// - Source: apiextensions-apiserver `validation.go.ValidateCustomResourceDefinitionOpenAPISchema`, v1.36.
struct OpenAPISchemaCheck {
    private var problems: [SchemaProblem] = []

    /// What holds for a part of a schema.
    private struct Scope {
        var isRoot = false
        /// Inside `metadata`, `kind` or `apiVersion` of an object.
        var isMeta = false
        /// Why defaults may not be set.
        var whyNoDefaults: String?
    }

    private static let types = ["array", "boolean", "integer", "number", "object", "string"]
    private static let unsupported = ["id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref"]

    static func problems(of schema: Value, at path: String) -> [SchemaProblem] {
        var check = OpenAPISchemaCheck()
        check.check(schema, path, Scope(isRoot: true))
        return check.problems
    }

    /// Whether a schema has words that keep it from being read as a structural one.
    static func hasUnsupportedWords(_ schema: Value) -> Bool {
        if unsupported.contains(where: { isSet(schema[$0]) }) || schema["items"]?.arrayValue != nil { return true }
        let maps = (schema["properties"]?.fields ?? Fields()).map(\.value)
        let lists = ["allOf", "anyOf", "oneOf"].flatMap { schema[$0]?.elements ?? [] }
        let singles = ["items", "additionalProperties", "not"].compactMap { schema[$0] }
        return (maps + lists + singles).contains { $0.fields != nil && hasUnsupportedWords($0) }
    }

    private static func isSet(_ value: Value?) -> Bool { !(value?.isEmptyValue ?? true) }

    private mutating func add(_ kind: SchemaProblem.Kind, _ path: String, value: Value? = nil, detail: String) {
        problems.append(SchemaProblem(kind, path, value: value, detail: detail))
    }

    private mutating func check(_ schema: Value, _ path: String, _ scope: Scope) {
        checkWords(schema, path, scope)
        var inner = scope
        inner.isRoot = false
        let properties = schema["properties"]?.fields?.sorted() ?? Fields()
        if let additional = schema["additionalProperties"], !additional.isNull {
            if !properties.isEmpty, additional.boolValue != true {
                add(.forbidden, "\(path).additionalProperties", detail: "additionalProperties and properties are mutual exclusive")
            }
            var values = inner
            if scope.isMeta { values.whyNoDefaults = "inside additionalProperties applying to object metadata" }
            if additional.fields != nil { check(additional, "\(path).additionalProperties", values) }
        }
        let isObject = scope.isRoot || schema["x-kubernetes-embedded-resource"]?.boolValue == true
        for (name, property) in properties {
            var own = inner
            if isObject, ["metadata", "kind", "apiVersion"].contains(name) {
                own.isMeta = true
                if scope.isRoot { own.whyNoDefaults = "in top-level \(name)" }
            }
            check(property, "\(path).properties[\(name)]", own)
        }
        if let not = schema["not"], not.fields != nil { check(not, "\(path).not", inner) }
        for word in ["allOf", "oneOf", "anyOf"] {
            for (index, member) in (schema[word]?.elements ?? []).enumerated() { check(member, "\(path).\(word)[\(index)]", inner) }
        }
        if let items = schema["items"], items.fields != nil { check(items, "\(path).items", inner) }
        if schema["x-kubernetes-preserve-unknown-fields"]?.boolValue == false {
            add(.invalid, "\(path).x-kubernetes-preserve-unknown-fields", value: false, detail: "must be true or undefined")
        }
        checkMapType(schema, path)
        checkListType(schema, path)
    }

    private mutating func checkWords(_ schema: Value, _ path: String, _ scope: Scope) {
        let type = schema["type"]?.stringValue ?? ""
        if !type.isEmpty, !Self.types.contains(type) { addUnsupported("\(path).type", type, Self.types) }
        if let reason = scope.whyNoDefaults, schema["default"] != nil { add(.forbidden, "\(path).default", detail: "must not be set \(reason)") }
        for word in Self.unsupported where Self.isSet(schema[word]) { add(.forbidden, "\(path).\(word)", detail: "\(word) is not supported") }
        if type == "null" { add(.forbidden, "\(path).type", detail: "type cannot be set to null, use nullable as an alternative") }
        if schema["items"]?.arrayValue != nil {
            add(.forbidden, "\(path).items", detail: "items must be a schema object and not an array")
        }
        if scope.isMeta, schema["x-kubernetes-embedded-resource"]?.boolValue == true {
            add(.forbidden, "\(path).x-kubernetes-embedded-resource", detail: "must not be used inside of resource meta")
        }
        if schema["uniqueItems"]?.boolValue == true {
            add(.forbidden, "\(path).uniqueItems", detail: "uniqueItems cannot be set to true since the runtime complexity becomes quadratic")
        }
    }

    private mutating func addUnsupported(_ path: String, _ text: String, _ supported: [String]) {
        let list = supported.map(GoText.quoted).joined(separator: ", ")
        add(.notSupported, path, value: .string(text), detail: "supported values: \(list)")
    }

    /// A word that only a type may have.
    private mutating func checkType(_ schema: Value, _ path: String, is wanted: String, because word: String) -> Bool {
        let type = schema["type"]?.stringValue ?? ""
        if type == wanted { return true }
        add(
            type.isEmpty ? .required : .invalid, "\(path).type", value: type.isEmpty ? nil : .string(type),
            detail: "must be \(wanted) if \(word) is specified")
        return false
    }

    private mutating func checkMapType(_ schema: Value, _ path: String) {
        let word = "x-kubernetes-map-type"
        guard let map = schema[word]?.stringValue else { return }
        _ = checkType(schema, path, is: "object", because: word)
        if !["atomic", "granular"].contains(map) { addUnsupported("\(path).\(word)", map, ["atomic", "granular"]) }
    }

    private mutating func checkListType(_ schema: Value, _ path: String) {
        let word = "x-kubernetes-list-type"
        let list = schema[word]?.stringValue
        let items = schema["items"].flatMap { $0.fields == nil ? nil : $0 }
        let keys = schema["x-kubernetes-list-map-keys"]?.elements.compactMap(\.stringValue) ?? []
        if let list {
            if checkType(schema, path, is: "array", because: word), list == "set", let items { checkSet(items, "\(path).items") }
            if !["atomic", "set", "map"].contains(list) { addUnsupported("\(path).\(word)", list, ["atomic", "set", "map"]) }
        }
        if !keys.isEmpty, list != "map" {
            add(
                list == nil ? .required : .invalid, "\(path).\(word)", value: list.map { .string($0) },
                detail: "must be map if x-kubernetes-list-map-keys is non-empty")
        }
        if list == "map" { checkMap(schema, items, keys, path) }
        if let list, ["set", "map"].contains(list), let items { checkElements(items, list, keys, "\(path).items") }
    }

    /// The elements of a set are compared whole.
    private mutating func checkSet(_ items: Value, _ path: String) {
        let detail = "must be atomic as item of a list with x-kubernetes-list-type=set"
        let list = items["x-kubernetes-list-type"]
        switch items["type"]?.stringValue {
        case "array":
            if let list, !list.isNull, list != "atomic" { add(.invalid, "\(path).x-kubernetes-list-type", value: list, detail: detail) }
        case "object":
            // The real message shows the type of the list here.
            if items["x-kubernetes-map-type"] != "atomic" { add(.invalid, "\(path).x-kubernetes-map-type", value: list ?? .null, detail: detail) }
        default: break
        }
    }

    /// The elements of a map in a list are told apart by fields of one value each.
    private mutating func checkMap(_ schema: Value, _ items: Value?, _ keys: [String], _ path: String) {
        let keysPath = "\(path).x-kubernetes-list-map-keys"
        if keys.isEmpty { add(.required, keysPath, detail: "must not be empty if x-kubernetes-list-type is map") }
        guard let items else {
            if schema["items"]?.arrayValue != nil {
                add(.invalid, "\(path).items", value: schema["items"], detail: "must only have a single schema if x-kubernetes-list-type is map")
            } else {
                add(.required, "\(path).items", detail: "must have a schema if x-kubernetes-list-type is map")
            }
            return
        }
        let type = items["type"]?.stringValue ?? ""
        guard type == "object" else {
            return add(
                .invalid, "\(path).items.type", value: .string(type),
                detail: "must be object if parent array's x-kubernetes-list-type is map")
        }
        let shown: Value = .array(keys.map { .string($0) })
        var seen: Set<String> = []
        for key in keys {
            if let property = items["properties"]?[key] {
                if ["array", "object"].contains(property["type"]?.stringValue ?? "") {
                    // The real message shows the type of the items.
                    add(
                        .invalid, "\(path).items.properties[\(key)].type", value: .string(type),
                        detail: "must be a scalar type if parent array's x-kubernetes-list-type is map")
                }
            } else {
                add(.invalid, keysPath, value: shown, detail: "entries must all be names of item properties")
            }
            if !seen.insert(key).inserted { add(.invalid, keysPath, value: shown, detail: "must not contain duplicate entries") }
        }
    }

    /// What tells the elements of a list apart must be there.
    private mutating func checkElements(_ items: Value, _ list: String, _ keys: [String], _ path: String) {
        if items["nullable"]?.boolValue == true {
            add(.forbidden, "\(path).nullable", detail: "cannot be nullable when x-kubernetes-list-type is \(list)")
        }
        guard list == "map" else { return }
        let required = Set((items["required"]?.elements ?? []).compactMap(\.stringValue))
        for key in keys {
            guard let property = items["properties"]?[key] else { continue }
            let at = "\(path).properties[\(key)]"
            if !required.contains(key), property["default"] == nil {
                add(
                    .required, "\(at).default",
                    detail: "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property")
            }
            if property["nullable"]?.boolValue == true {
                add(.forbidden, "\(at).nullable", detail: "this property is in x-kubernetes-list-map-keys, so it cannot be nullable")
            }
        }
    }
}
