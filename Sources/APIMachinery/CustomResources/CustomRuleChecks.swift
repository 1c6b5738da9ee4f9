import KubernetesObjects
import KubernetesSchema

/// Checks that the rules of a CustomResourceDefinition can be compiled.
///
/// - Order: versions in the order of the definition; of a node, its own rules before those below it, fields by name.
/// - Source: apiextensions-apiserver `pkg/apis/apiextensions/validation`, v1.36. Differs: what a rule would cost at worst is
///   not estimated.
enum CustomRuleChecks {
    static func problems(in definition: Value) -> [FieldError] {
        let versions = definition["spec"]?["versions"]?.elements ?? []
        let schemas = versions.map { $0["schema"]?["openAPIV3Schema"] }
        var errors: [FieldError] = []
        if let first = schemas.first ?? nil, schemas.allSatisfy({ $0 == first }) {
            check(StructuralSchema(first), "spec.validation.openAPIV3Schema", isRoot: true, &errors)
        } else {
            for (index, schema) in schemas.enumerated() {
                guard let schema else { continue }
                check(StructuralSchema(schema), "spec.versions[\(index)].schema.openAPIV3Schema", isRoot: true, &errors)
            }
        }
        return errors
    }

    private static func check(_ schema: StructuralSchema, _ path: String, isRoot: Bool, _ errors: inout [FieldError]) {
        guard schema.hasRules else { return }
        for (index, rule) in schema.rules.enumerated() {
            let place = "\(path).x-kubernetes-validations[\(index)]"
            if rule.rule.utf8.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) {
                errors.append(.required("\(place).rule", "rule is not specified"))
                continue
            }
            if let problem = CustomRuleProgram(rule, of: schema, isRoot: isRoot).problem {
                errors.append(FieldError(.invalid, "\(place).rule", .value(shown(rule)), detail: problem))
            }
        }
        for (name, property) in schema.properties { check(property, "\(path).properties[\(name)]", isRoot: false, &errors) }
        if let values = schema.additionalProperties { check(values, "\(path).additionalProperties", isRoot: false, &errors) }
        if let items = schema.items { check(items, "\(path).items", isRoot: false, &errors) }
    }

    /// A rule as Go's internal type prints.
    private static func shown(_ rule: StructuralSchema.Rule) -> Value {
        [
            "Rule": .string(rule.rule), "Message": .string(rule.message), "MessageExpression": .string(rule.messageExpression),
            "Reason": rule.reason.isEmpty ? .null : .string(rule.reason), "FieldPath": .string(rule.fieldPath),
            "OptionalOldSelf": rule.optionalOldSelf.map { .bool($0) } ?? .null,
        ]
    }
}
