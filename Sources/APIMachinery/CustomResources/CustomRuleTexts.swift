import KubernetesObjects
import KubernetesSchema

/// Checks what the rules of a CustomResourceDefinition say beside their expressions: messages, reasons, and the field they are about.
///
/// - Order: what is below a node before the node's own rules, fields by name.
/// - Source: apiextensions-apiserver `pkg/apis/apiextensions/validation`, v1.36.
struct CustomRuleTexts {
    private static let reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"]

    private var errors: [FieldError] = []

    static func problems(in schema: StructuralSchema, at path: String) -> [FieldError] {
        var checks = CustomRuleTexts()
        checks.check(schema, path)
        return checks.errors
    }

    private mutating func check(_ schema: StructuralSchema, _ path: String) {
        guard schema.hasRules else { return }
        for (name, property) in schema.properties { check(property, "\(path).properties[\(name)]") }
        if let values = schema.additionalProperties { check(values, "\(path).additionalProperties") }
        if let items = schema.items { check(items, "\(path).items") }
        for (index, rule) in schema.rules.enumerated() { check(rule, of: schema, "\(path).x-kubernetes-validations[\(index)]") }
    }

    private mutating func check(_ rule: StructuralSchema.Rule, of schema: StructuralSchema, _ path: String) {
        let message = rule.message
        if message.trimmingBlanks.isEmpty, !message.isEmpty {
            errors.append(.invalid("\(path).message", .string(message), "message must be non-empty if specified"))
        } else if Self.hasLineBreaks(message.trimmingBlanks) {
            errors.append(.invalid("\(path).message", .string(message), "message must not contain line breaks"))
        } else if Self.hasLineBreaks(rule.rule.trimmingBlanks), message.isEmpty {
            errors.append(.required("\(path).message", "message must be specified if rule contains line breaks"))
        }
        if !rule.messageExpression.isEmpty, rule.messageExpression.trimmingBlanks.isEmpty {
            errors.append(.required("\(path).messageExpression", "messageExpression must be non-empty if specified"))
        }
        if !rule.reason.isEmpty, !Self.reasons.contains(rule.reason) {
            errors.append(.notSupported("\(path).reason", .string(rule.reason), supported: Self.reasons))
        }
        let field = rule.fieldPath
        if field.isEmpty { return }
        if field.trimmingBlanks.isEmpty { errors.append(.invalid("\(path).fieldPath", .string(field), "fieldPath must be non-empty if specified")) }
        if Self.hasLineBreaks(field) { errors.append(.invalid("\(path).fieldPath", .string(field), "fieldPath must not contain line breaks")) }
        if !Self.leads(field, in: schema) { errors.append(.invalid("\(path).fieldPath", .string(field), "fieldPath must be a valid path")) }
    }

    private static func hasLineBreaks(_ text: String) -> Bool { text.utf8.contains { $0 == 0x0A || $0 == 0x0D } }

    /// Whether a path such as `.spec.size` or `.spec['a.b']` leads to a field below a schema.
    private static func leads(_ path: String, in schema: StructuralSchema) -> Bool {
        var rest = path[...]
        var place: StructuralSchema? = schema
        while !rest.isEmpty {
            guard let name = step(&rest), let here = place else { return false }
            if let property = here.properties.first(where: { $0.name == name }) {
                place = property.schema
            } else if let values = here.additionalProperties {
                place = values
            } else {
                return false
            }
        }
        return true
    }

    /// Takes the first step off a path; nil when it does not begin with one.
    private static func step(_ rest: inout Substring) -> String? {
        if rest.hasPrefix("['") {
            rest.removeFirst(2)
            guard let end = rest.firstRange(of: "']") else { return nil }
            let name = String(rest[..<end.lowerBound])
            rest = rest[end.upperBound...]
            return name
        }
        guard rest.hasPrefix(".") else { return nil }
        rest.removeFirst()
        let name = rest.prefix { $0 != "." && $0 != "[" }
        rest = rest.dropFirst(name.count)
        return name.isEmpty ? nil : String(name)
    }
}
