import CEL
import KubernetesSchema

/// What the rules of a schema may say: the types that CEL sees in it.
///
/// - Source: apiserver `cel/common/schemas.go`: numbers are doubles, formats give timestamps, durations and bytes; fields that
///   have no schema cannot be named.
enum CustomRuleTypes {
    /// The type of a schema's values. `isResource` adds the fields that every object has.
    static func type(of schema: StructuralSchema, path: String, isResource: Bool = false) -> CELType {
        if schema.isIntOrString { return .dyn }
        switch schema.type {
        case "boolean": return .bool
        case "integer": return .int
        case "number": return .double
        case "string":
            switch schema.format {
            case "byte": return .bytes
            case "duration": return .duration
            case "date", "date-time": return .timestamp
            default: return .string
            }
        case "array": return .list(schema.items.map { type(of: $0, path: path + ".@idx") } ?? .dyn)
        case "object":
            if let values = schema.additionalProperties { return .map(.string, type(of: values, path: path + ".@elem")) }
            let fields = CustomRuleFields(schema: schema, path: path, isResource: isResource || schema.isEmbeddedResource)
            return .object(CELObjectType(name: path.isEmpty ? "object" : path, schema: fields))
        default: return .dyn
        }
    }
}

/// The fields of an object's schema by the names that rules use.
struct CustomRuleFields: CELObjectSchema {
    let schema: StructuralSchema
    let path: String
    let isResource: Bool

    func fieldType(_ name: String) -> CELType? {
        let field = CELNames.unescaped(name)
        if isResource {
            switch field {
            case "apiVersion", "kind": return .string
            case "metadata": return .object(CELObjectType(name: "\(path).metadata", schema: CustomRuleMetadata()))
            default: break
            }
        }
        // A name that has to be escaped is not known by its own spelling.
        guard CELNames.escaped(field) == name, let inner = schema.property(field) else { return nil }
        return CustomRuleTypes.type(of: inner, path: "\(path).\(field)")
    }
}

/// Of the metadata, rules may only name what identifies the object.
struct CustomRuleMetadata: CELObjectSchema {
    func fieldType(_ name: String) -> CELType? { name == "name" || name == "generateName" ? .string : nil }
}
