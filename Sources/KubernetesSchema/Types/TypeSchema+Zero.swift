import KubernetesObjects

extension TypeSchema {
    /// What Go writes for the type's zero value: `""`, `0`, `{}` with the fields that are always written, or null.
    package var zeroValue: Value {
        switch form {
        case .structure:
            var result = Fields()
            for field in fields where field.emptiness == .written { result.appendDistinct(field.name, field.type.zeroValue) }
            return .object(result)
        case .string: return ""
        case .int32, .int64, .integer, .double, .number, .intOrString: return 0
        case .bool: return false
        case .quantity: return "0"
        case .list, .map, .bytes, .time, .microTime, .object, .fieldSet, .any, .schemaOrBool, .schemaOrArray, .schemaOrStringArray:
            return .null
        }
    }
}
