import CEL
import KubernetesObjects
import KubernetesSchema

/// How large the values of a schema may be in one request.
///
/// - Units: bytes of JSON for what a value takes at least, elements and bytes for what it may have at most.
/// - Source: apiserver `cel/common/schemas.go`, `cel/limits.go`.
enum CustomRuleSizes {
    /// The bytes of the largest request.
    static let requestMax: UInt64 = 3_145_728

    /// The shape of a schema's values, and the fewest bytes that one takes.
    static func measure(_ schema: StructuralSchema, isResource: Bool = false) -> (shape: CELShape, least: UInt64) {
        if schema.isIntOrString { return (.text(max: requestMax - 2), 1) }
        switch schema.type {
        case "boolean": return (.field, 4)
        case "integer", "number": return (.field, 1)
        case "string": return (.text(max: textMax(schema)), 2)
        case "array":
            let (element, least) = schema.items.map { measure($0) } ?? (.unknown, 1)
            return (.list(element, max: declared(schema.limits.maxItems) ?? (requestMax - 2) / (least + 1)), 2)
        case "object":
            if let values = schema.additionalProperties {
                let (element, least) = measure(values)
                return (.map(element, max: declared(schema.limits.maxProperties) ?? (requestMax - 2) / (least + 6)), 2)
            }
            return object(schema, isResource: isResource || schema.isEmbeddedResource)
        default: return (.unknown, 1)
        }
    }

    private static func object(_ schema: StructuralSchema, isResource: Bool) -> (shape: CELShape, least: UInt64) {
        var fields: [String: CELShape] = [:]
        var least: UInt64 = 2
        for (name, property) in schema.properties {
            let (shape, size) = measure(property)
            if let known = CELNames.escaped(name) { fields[known] = shape }
            if schema.required.contains(name), property.defaultValue == nil { least += UInt64(name.utf8.count) + size + 4 }
        }
        if isResource {
            let text = CELShape.text(max: requestMax - 2)
            fields["apiVersion"] = text
            fields["kind"] = text
            fields["metadata"] = .object(["name": text, "generateName": text])
        }
        return (.object(fields), least)
    }

    private static func declared(_ bound: Int?) -> UInt64? { bound.map { UInt64(max($0, 0)) } }

    private static func textMax(_ schema: StructuralSchema) -> UInt64 {
        switch schema.format {
        case "byte": return declared(schema.limits.maxLength) ?? requestMax - 2
        case "duration": return 32
        case "date": return 10
        case "date-time": return 32
        default: break
        }
        // A character may take four bytes.
        if let bound = declared(schema.limits.maxLength) { return bound * 4 }
        if !schema.enumValues.isEmpty { return schema.enumValues.map { UInt64($0.stringValue?.utf8.count ?? 0) }.max() ?? 0 }
        return requestMax - 2
    }

    /// How many values of at least so many bytes a request may hold.
    static func countMax(ofBytes least: UInt64) -> UInt64 { requestMax / (least + 1) }
}
