import KubernetesObjects

/// Checks that a schema is structural: every node has a type, and what stands below `allOf` and its like only checks values that have
/// their shape elsewhere.
///
/// - Order: by the text of the problem, as the real server sorts them.
/// - Source: apiextensions-apiserver `pkg/apiserver/schema/validation.go` and `complete.go`, v1.36.
struct StructuralInvariants {
    private var problems: [SchemaProblem] = []

    static func problems(of schema: Value, at path: String) -> [SchemaProblem] {
        var check = StructuralInvariants()
        check.check(schema, path, .root)
        check.checkShapes(of: schema, schema, at: path, from: path)
        return check.problems.map { (text: $0.text, problem: $0) }.sorted { Array($0.text.utf8).lexicographicallyPrecedes(Array($1.text.utf8)) }
            .map(\.problem)
    }

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

    // MARK: Nodes with a shape

    private mutating func check(_ schema: Value, _ path: String, _ level: Level) {
        let type = schema["type"]?.stringValue ?? ""
        let isIntOrString = schema["x-kubernetes-int-or-string"]?.boolValue == true
        let isEmbedded = schema["x-kubernetes-embedded-resource"]?.boolValue == true
        let preserves = schema["x-kubernetes-preserve-unknown-fields"]?.boolValue == true
        let items = schema["items"].flatMap { $0.fields == nil ? nil : $0 }
        let properties = schema["properties"]?.fields?.sorted() ?? Fields()
        if type == "array", items == nil { add(.required, "\(path).items", detail: "must be specified") }
        if let items { check(items, "\(path).items", .item) }
        for (name, property) in properties { check(property, "\(path).properties[\(name)]", .field) }
        if let additional = schema["additionalProperties"], !additional.isNull {
            if level == .root { add(.forbidden, "\(path).additionalProperties", detail: "must not be used at the root") }
            if additional.fields != nil { check(additional, "\(path).additionalProperties", .field) }
            if isEmbedded { add(.forbidden, "\(path).additionalProperties", detail: "must not be used if x-kubernetes-embedded-resource is set") }
        }
        let exclusions = [("x-kubernetes-preserve-unknown-fields", preserves), ("x-kubernetes-embedded-resource", isEmbedded)]
        for (word, isSet) in exclusions where isIntOrString && isSet {
            add(.invalid, "\(path).\(word)", value: true, detail: "must be false if x-kubernetes-int-or-string is true")
        }
        checkValues(schema, path, isIntOrString: true)
        if isEmbedded, type != "object" {
            add(
                type.isEmpty ? .required : .invalid, "\(path).type", value: type.isEmpty ? nil : .string(type),
                detail: "must be object if x-kubernetes-embedded-resource is true")
        } else if type.isEmpty, !isIntOrString, !preserves {
            add(.required, "\(path).type", detail: level.emptyTypeDetail)
        }
        if level == .root, !type.isEmpty, type != "object" {
            add(.invalid, "\(path).type", value: .string(type), detail: "must be object at the root")
        }
        if level == .root || isEmbedded { checkObjectFields(schema, path, level) }
        if isEmbedded, !preserves, properties.isEmpty {
            add(
                .required, "\(path).properties",
                detail: "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields")
        }
    }

    /// Of the fields that every object has, only the name may be narrowed down, and that of a whole object alone.
    private mutating func checkObjectFields(_ schema: Value, _ path: String, _ level: Level) {
        for (name, wanted) in [("kind", "string"), ("apiVersion", "string"), ("metadata", "object")] {
            guard let property = schema["properties"]?[name] else { continue }
            let type = property["type"]?.stringValue ?? ""
            if type != wanted { add(.invalid, "\(path).properties[\(name)].type", value: .string(type), detail: "must be \(wanted)") }
        }
        guard level == .root, let metadata = schema["properties"]?["metadata"] else { return }
        let names = metadata["properties"]?.fields?.map(\.key) ?? []
        let others = (metadata.fields ?? Fields()).filter { !["type", "properties", "default"].contains($0.key) && !$0.value.isEmptyValue }
        if !names.allSatisfy({ $0 == "name" || $0 == "generateName" }) || !others.isEmpty {
            add(
                .forbidden, "\(path).properties[metadata]",
                detail: "must not specify anything other than name and generateName, but metadata is implicitly specified")
        }
    }

    // MARK: Nodes that only check values

    private static let alternatives: Value = [["type": "integer"], ["type": "string"]]

    /// What stands below `anyOf`, `allOf`, `oneOf` and `not`.
    ///
    /// - Parameter isIntOrString: whether the alternatives of a number and a text may be spelled out here, or in the first of `allOf`.
    private mutating func checkValues(_ schema: Value, _ path: String, isIntOrString: Bool, inFirstOfAll: Bool = false) {
        let spellsOut = (isIntOrString || inFirstOfAll) && schema["anyOf"] == Self.alternatives
        for word in ["anyOf", "allOf", "oneOf"] where word != "anyOf" || !spellsOut {
            for (index, member) in (schema[word]?.elements ?? []).enumerated() {
                checkNested(member, "\(path).\(word)[\(index)]", inFirstOfAll: isIntOrString && word == "allOf" && index == 0)
            }
        }
        if let not = schema["not"], not.fields != nil { checkNested(not, "\(path).not") }
        if let pattern = schema["pattern"]?.stringValue, !pattern.isEmpty {
            do throws(LinearPattern.Failure) {
                _ = try LinearPattern(pattern)
            } catch {
                add(.invalid, "\(path).pattern", value: .string(pattern), detail: "must be a valid regular expression, but isn't: \(error)")
            }
        }
    }

    /// What a schema that only checks values may not have, and how its absence is called.
    private static let forbidden: [(word: String, state: String)] = [
        ("type", "empty"), ("additionalProperties", "undefined"), ("default", "undefined"), ("title", "empty"), ("description", "empty"),
        ("nullable", "false"), ("externalDocs", "undefined"), ("x-kubernetes-preserve-unknown-fields", "false"),
        ("x-kubernetes-embedded-resource", "false"), ("x-kubernetes-int-or-string", "false"), ("x-kubernetes-list-map-keys", "empty"),
        ("x-kubernetes-list-type", "undefined"), ("x-kubernetes-map-type", "undefined"), ("x-kubernetes-validations", "empty"),
    ]

    private mutating func checkNested(_ schema: Value, _ path: String, inFirstOfAll: Bool = false) {
        checkValues(schema, path, isIntOrString: false, inFirstOfAll: inFirstOfAll)
        if let items = schema["items"], items.fields != nil { checkNested(items, "\(path).items") }
        for (name, property) in schema["properties"]?.fields?.sorted() ?? Fields() { checkNested(property, "\(path).properties[\(name)]") }
        for (word, state) in Self.forbidden {
            guard let value = schema[word], !value.isNull else { continue }
            if state == "undefined" || (value != false && !value.isEmptyValue) {
                add(.forbidden, "\(path).\(word)", detail: "must be \(state) to be structural")
            }
        }
        if schema["properties"]?["metadata"] != nil {
            add(.forbidden, "\(path).properties[metadata]", detail: "must not be specified in a nested context")
        }
    }

    // MARK: Completeness

    /// What `anyOf` and its like at the root speak of must have its shape at the root too.
    private mutating func checkShapes(of check: Value, _ shape: Value, at place: String, from origin: String) {
        if let not = check["not"], not.fields != nil { checkNestedShapes(of: not, shape, at: place, from: "\(origin).not") }
        for word in ["allOf", "anyOf", "oneOf"] {
            for (index, member) in (check[word]?.elements ?? []).enumerated() {
                checkNestedShapes(of: member, shape, at: place, from: "\(origin).\(word)[\(index)]")
            }
        }
    }

    private mutating func checkNestedShapes(of check: Value, _ shape: Value, at place: String, from origin: String) {
        checkShapes(of: check, shape, at: place, from: origin)
        if let items = check["items"], items.fields != nil {
            if let inner = shape["items"], inner.fields != nil {
                checkNestedShapes(of: items, inner, at: "\(place).items", from: "\(origin).items")
            } else {
                add(.required, "\(place).items", detail: "because it is defined in \(origin).items")
            }
        }
        for (name, property) in check["properties"]?.fields?.sorted() ?? Fields() {
            let (there, here) = ("\(place).properties[\(name)]", "\(origin).properties[\(name)]")
            if let inner = shape["properties"]?[name] {
                checkNestedShapes(of: property, inner, at: there, from: here)
            } else {
                add(.required, there, detail: "because it is defined in \(here)")
            }
        }
    }
}
