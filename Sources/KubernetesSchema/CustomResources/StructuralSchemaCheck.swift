import KubernetesObjects

/// Checks the schema of a CustomResourceDefinition: that it is structural, that its defaults fit it, and that it asks for nothing that
/// is not supported.
///
/// - Order: what makes it not structural, sorted by text; where nothing does, its defaults; then `OpenAPISchemaCheck`.
/// - Bounds: a few passes over each schema.
/// - Source: apiextensions-apiserver `validation.go.validateCustomResourceDefinitionValidation`, v1.36.
package struct StructuralSchemaCheck {
    private var problems: [SchemaProblem] = []
    private let matches: StructuralValidator.PatternMatcher

    /// What is wrong with the schema of a version, or of all.
    ///
    /// - Parameter hasStatus: whether `status` is a subresource, which leaves only some words to the root of the schema.
    package static func problems(
        of schema: Value, at path: String, hasStatus: Bool = false, matches: @escaping StructuralValidator.PatternMatcher
    ) -> [SchemaProblem] {
        var check = StructuralSchemaCheck(matches: matches)
        if hasStatus { check.checkRootWords(schema, path) }
        if schema["nullable"]?.boolValue == true {
            check.add(.forbidden, "\(path).nullable", detail: "nullable cannot be true at the root")
        }
        if !OpenAPISchemaCheck.hasUnsupportedWords(schema) {
            let shape = StructuralInvariants.problems(of: schema, at: path)
            check.problems += shape
            if shape.isEmpty { check.checkDefaults(schema, path) }
        }
        check.problems += OpenAPISchemaCheck.problems(of: schema, at: path)
        return check.problems
    }

    /// Whether a schema is structural, with defaults that fit it: only then are its rules looked at.
    package static func isSound(_ schema: Value, matches: @escaping StructuralValidator.PatternMatcher) -> Bool {
        if OpenAPISchemaCheck.hasUnsupportedWords(schema) || !StructuralInvariants.problems(of: schema, at: "").isEmpty { return false }
        var check = StructuralSchemaCheck(matches: matches)
        check.checkDefaults(schema, "")
        return check.problems.isEmpty
    }

    private init(matches: @escaping StructuralValidator.PatternMatcher) { self.matches = matches }

    private mutating func add(_ kind: SchemaProblem.Kind, _ path: String, value: Value? = nil, detail: String) {
        problems.append(SchemaProblem(kind, path, value: value, detail: detail))
    }

    // MARK: The root

    /// The words that the root may have when its `status` is checked on its own: Go's name and the name in the schema.
    private static let rootWords: [(go: String, name: String)] = [
        ("Description", "description"), ("Type", "type"), ("Format", "format"), ("Title", "title"), ("Maximum", "maximum"),
        ("ExclusiveMaximum", "exclusiveMaximum"), ("Minimum", "minimum"), ("ExclusiveMinimum", "exclusiveMinimum"),
        ("MaxLength", "maxLength"), ("MinLength", "minLength"), ("Pattern", "pattern"), ("MaxItems", "maxItems"), ("MinItems", "minItems"),
        ("UniqueItems", "uniqueItems"), ("MultipleOf", "multipleOf"), ("Required", "required"), ("Items", "items"),
        ("Properties", "properties"), ("ExternalDocs", "externalDocs"), ("Example", "example"),
        ("XPreserveUnknownFields", "x-kubernetes-preserve-unknown-fields"), ("XValidations", "x-kubernetes-validations"),
    ]

    private mutating func checkRootWords(_ schema: Value, _ path: String) {
        if let type = schema["type"]?.stringValue, !type.isEmpty, type != "object" {
            return add(
                .invalid, "\(path).type", value: .string(type),
                detail: #"only "object" is allowed as the type at the root of the schema if the status subresource is enabled"#)
        }
        let others = (schema.fields ?? Fields()).filter { word in
            !Self.rootWords.contains { $0.name == word.key } && ![.null, false, "", 0].contains(word.value)
        }
        if others.isEmpty { return }
        let allowed = Self.rootWords.map(\.go).joined(separator: " ")
        add(
            .invalid, path, value: schema,
            detail: "only [\(allowed)] fields are allowed at the root of the schema if the status subresource is enabled")
    }

    // MARK: Defaults

    /// Defaults must fit their own schema. Those of maps' values are left out, as the real server does.
    private mutating func checkDefaults(_ schema: Value, _ path: String) {
        if let fallback = schema["default"], !fallback.isNull {
            let node = StructuralSchema(schema)
            var pruned = fallback
            let unknown = StructuralPruning.prune(&pruned, by: node)
            if !unknown.isEmpty { add(.invalid, "\(path).default", value: fallback, detail: "must not have unknown fields") }
            problems += StructuralValidator.validate(fallback, by: node, at: "\(path).default", isObject: false, matches: matches)
        }
        if let items = schema["items"], items.fields != nil { checkDefaults(items, "\(path).items") }
        for (name, property) in schema["properties"]?.fields?.sorted() ?? Fields() { checkDefaults(property, "\(path).properties[\(name)]") }
    }
}
