import CEL
import KubernetesObjects
import KubernetesSchema

/// What an expression of a policy may name of an object whose kind is known.
///
/// - Source: apiserver `cel/openapi`: what OpenAPI calls a string is one, quantities included; free maps are dynamic.
enum BuiltInFieldTypes {
    /// The type of an object of a kind.
    static func object(_ type: ResourceType) -> CELType { celType(type.schema) }

    private static func celType(_ type: TypeSchema) -> CELType {
        switch type.form {
        case .structure: .object(CELObjectType(name: type.name.isEmpty ? "object" : type.name, schema: BuiltInFields(type: type)))
        case .list: .list(type.element.map(celType) ?? .dyn)
        case .map: .map(.string, type.element.map(celType) ?? .dyn)
        case .string, .quantity: .string
        case .int32, .int64, .integer: .int
        case .double, .number: .double
        case .bool: .bool
        case .bytes: .bytes
        case .time, .microTime: .timestamp
        case .intOrString, .object, .fieldSet, .any, .schemaOrBool, .schemaOrArray, .schemaOrStringArray: .dyn
        }
    }

    /// The fields of one structure by the names that expressions use.
    private struct BuiltInFields: CELObjectSchema {
        let type: TypeSchema

        func fieldType(_ name: String) -> CELType? {
            guard let field = type.field(CELNames.unescaped(name)) else { return nil }
            return celType(field.type)
        }
    }
}
