import KubernetesObjects

/// One node of a CustomResourceDefinition's `openAPIV3Schema`, read once.
///
/// - Shape: a tree. The nodes of `allOf`, `anyOf`, `oneOf` and `not` only check values; the rest also give
///   them their shape (pruning, defaults, merging).
/// - Bounds: as deep as the JSON that it was read from.
package final class StructuralSchema: Sendable {
    /// `object`, `array`, `string`, `integer`, `number`, `boolean`, or empty.
    package let type: String
    package let format: String
    package let description: String
    package let isNullable: Bool
    package let isIntOrString: Bool
    package let isEmbeddedResource: Bool
    package let preservesUnknownFields: Bool
    /// Sorted by name.
    package let properties: [(name: String, schema: StructuralSchema)]
    package let additionalProperties: StructuralSchema?
    /// Whether `additionalProperties: true` was given.
    package let allowsAnyProperties: Bool
    package let items: StructuralSchema?
    package let required: [String]
    package let enumValues: [Value]
    package let defaultValue: Value?
    package let listType: String
    package let listMapKeys: [String]
    package let mapType: String
    package let limits: Limits
    package let pattern: String
    package let allOf: [StructuralSchema]
    package let anyOf: [StructuralSchema]
    package let oneOf: [StructuralSchema]
    package let not: StructuralSchema?
    package let rules: [Rule]
    /// Whether any rule stands here or below.
    package let hasRules: Bool

    /// Bounds on numbers, lengths and counts.
    package struct Limits: Sendable {
        package var minimum: Value?
        package var maximum: Value?
        package var isMinimumExclusive = false
        package var isMaximumExclusive = false
        package var multipleOf: Value?
        package var minLength: Int?
        package var maxLength: Int?
        package var minItems: Int?
        package var maxItems: Int?
        package var minProperties: Int?
        package var maxProperties: Int?
        package var uniqueItems = false
    }

    /// An entry of `x-kubernetes-validations`.
    package struct Rule: Sendable, Hashable {
        package var rule: String
        package var message: String
        package var messageExpression: String
        /// `FieldValueInvalid` and the like; empty means that.
        package var reason: String
        package var fieldPath: String
        package var optionalOldSelf: Bool?
    }

    package init(_ json: Value) {
        type = json["type"]?.stringValue ?? ""
        format = json["format"]?.stringValue ?? ""
        description = json["description"]?.stringValue ?? ""
        isNullable = json["nullable"]?.boolValue ?? false
        isIntOrString = json["x-kubernetes-int-or-string"]?.boolValue ?? false
        isEmbeddedResource = json["x-kubernetes-embedded-resource"]?.boolValue ?? false
        preservesUnknownFields = json["x-kubernetes-preserve-unknown-fields"]?.boolValue ?? false
        properties = (json["properties"]?.fields?.sorted() ?? Fields()).map { ($0.key, StructuralSchema($0.value)) }
        allowsAnyProperties = json["additionalProperties"]?.boolValue ?? false
        additionalProperties = json["additionalProperties"].flatMap { $0.fields == nil ? nil : StructuralSchema($0) }
        items = json["items"].flatMap { $0.fields == nil ? nil : StructuralSchema($0) }
        required = json["required"]?.elements.compactMap(\.stringValue) ?? []
        enumValues = json["enum"]?.elements ?? []
        defaultValue = json["default"].flatMap { $0.isNull ? nil : $0 }
        listType = json["x-kubernetes-list-type"]?.stringValue ?? ""
        listMapKeys = json["x-kubernetes-list-map-keys"]?.elements.compactMap(\.stringValue) ?? []
        mapType = json["x-kubernetes-map-type"]?.stringValue ?? ""
        pattern = json["pattern"]?.stringValue ?? ""
        allOf = json["allOf"]?.elements.map(StructuralSchema.init) ?? []
        anyOf = json["anyOf"]?.elements.map(StructuralSchema.init) ?? []
        oneOf = json["oneOf"]?.elements.map(StructuralSchema.init) ?? []
        not = json["not"].flatMap { $0.fields == nil ? nil : StructuralSchema($0) }
        var limits = Limits()
        limits.minimum = json["minimum"]
        limits.maximum = json["maximum"]
        limits.isMinimumExclusive = json["exclusiveMinimum"]?.boolValue ?? false
        limits.isMaximumExclusive = json["exclusiveMaximum"]?.boolValue ?? false
        limits.multipleOf = json["multipleOf"]
        limits.minLength = json["minLength"]?.intValue
        limits.maxLength = json["maxLength"]?.intValue
        limits.minItems = json["minItems"]?.intValue
        limits.maxItems = json["maxItems"]?.intValue
        limits.minProperties = json["minProperties"]?.intValue
        limits.maxProperties = json["maxProperties"]?.intValue
        limits.uniqueItems = json["uniqueItems"]?.boolValue ?? false
        self.limits = limits
        rules =
            json["x-kubernetes-validations"]?.elements.map { rule in
                Rule(
                    rule: rule["rule"]?.stringValue ?? "", message: rule["message"]?.stringValue ?? "",
                    messageExpression: rule["messageExpression"]?.stringValue ?? "", reason: rule["reason"]?.stringValue ?? "",
                    fieldPath: rule["fieldPath"]?.stringValue ?? "", optionalOldSelf: rule["optionalOldSelf"]?.boolValue)
            } ?? []
        hasRules =
            !rules.isEmpty || properties.contains { $0.schema.hasRules } || additionalProperties?.hasRules ?? false || items?.hasRules ?? false
    }

    package func property(_ name: String) -> StructuralSchema? {
        var (low, high) = (0, properties.count)
        while low < high {
            let middle = (low + high) / 2
            if properties[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low < properties.count && properties[low].name == name ? properties[low].schema : nil
    }
}
