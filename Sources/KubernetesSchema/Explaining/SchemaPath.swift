import KubernetesObjects

/// A place in a resource's schema, as `kubectl explain deployment.spec.replicas` names it.
package struct ExplainedField: Sendable {
    /// The field at the end of the path; nil for the object itself.
    package var field: FieldSchema?
    /// The type at the end, lists and maps looked through.
    package var type: TypeSchema
    /// The structure that has the field.
    package var owner: TypeSchema
    /// What it is for; empty where nothing is said.
    package var description: String
}

extension ResourceType {
    /// The place at a path of field names; nil when a name on the way does not exist.
    package func explained(_ path: [String]) -> ExplainedField? {
        var result = ExplainedField(field: nil, type: schema, owner: schema, description: schema.describedAs)
        for name in path {
            guard let field = result.type.field(name) else { return nil }
            result = ExplainedField(
                field: field, type: field.type.structureWithin, owner: result.type, description: result.type.description(of: field))
        }
        return result
    }
}

extension TypeSchema {
    /// The type of what a list or map holds, however deep; else itself.
    package var structureWithin: TypeSchema {
        var type = self
        while let element = type.element { type = element }
        return type
    }

    /// What the type is for; empty where nothing is said.
    package var describedAs: String { structural?.description ?? Descriptions.of(name) }

    /// What one of its fields is for: what the schema says, or our own words, or those on the field's type.
    package func description(of field: FieldSchema) -> String {
        if structural != nil {
            return field.type.structural?.description ?? (name.isEmpty ? Descriptions.of(field.name, in: "core.v1.Pod") : "")
        }
        let own = Descriptions.of(field.name, in: name)
        let text = own.isEmpty ? field.type.structureWithin.describedAs : own
        guard !field.enumValues.isEmpty else { return text }
        let values = field.enumValues.sorted().map { "\n - `\(GoText.quoted($0))`" }.joined()
        return (text.isEmpty ? "" : text + "\n\n") + "Possible enum values:" + values
    }

    /// The words with which `kubectl explain` shows the type: `string`, `[]Container`, `map[string]string`.
    package var explainedName: String {
        switch form {
        case .structure: name.isEmpty || structural != nil ? "Object" : goName
        case .list: "[]" + (element?.explainedName ?? "Object")
        case .map: "map[string]" + (element?.explainedName ?? "Object")
        case .string, .bytes, .time, .microTime, .quantity, .intOrString: form == .quantity ? "Quantity" : form == .intOrString ? "IntOrString" : "string"
        case .int32, .int64, .integer: "integer"
        case .double, .number: "number"
        case .bool: "boolean"
        case .object, .fieldSet, .any, .schemaOrBool, .schemaOrArray, .schemaOrStringArray: "Object"
        }
    }
}
