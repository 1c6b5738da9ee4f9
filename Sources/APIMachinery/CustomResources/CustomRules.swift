import CEL
import KubernetesObjects
import KubernetesSchema

/// The rules of a CRD's schema, `x-kubernetes-validations`, compiled once.
///
/// - Source: apiextensions-apiserver `schema/cel/validation.go`, v1.36.
struct CustomRules: Sendable {
    private var programs: [String: CELProgram] = [:]
    /// Why rules cannot be evaluated.
    private var failures: [String: String] = [:]

    init(_ schema: StructuralSchema) {
        if schema.hasRules { compile(schema) }
    }

    private static let environment = CELEnvironment(variables: ["self": .dyn, "oldSelf": .dyn])

    private mutating func compile(_ schema: StructuralSchema) {
        for rule in schema.rules {
            compile(rule.rule)
            if !rule.messageExpression.isEmpty { compile(rule.messageExpression) }
        }
        for property in schema.properties where property.schema.hasRules { compile(property.schema) }
        if let values = schema.additionalProperties, values.hasRules { compile(values) }
        if let items = schema.items, items.hasRules { compile(items) }
    }

    private mutating func compile(_ source: String) {
        guard programs[source] == nil else { return }
        do throws(CELCompileError) {
            programs[source] = try Self.environment.compile(source)
        } catch { failures[source] = "\(error)" }
    }

    /// What the rules say against an object.
    ///
    /// - Order: outermost first, fields by name.
    func problems(_ object: Value, old: Value?, _ schema: StructuralSchema) -> [FieldError] {
        var errors: [FieldError] = []
        for site in schema.ruleSites(in: object, old: old) {
            let usesOld = site.rule.rule.contains("oldSelf")
            if usesOld, site.old == nil, site.rule.optionalOldSelf != true { continue }
            if let error = check(site, usesOld: usesOld) { errors.append(error) }
        }
        return errors
    }

    private func check(_ site: StructuralRuleSite, usesOld: Bool) -> FieldError? {
        let rule = site.rule
        let fallback = rule.message.isEmpty ? "failed rule: \(rule.rule.trimmed)" : rule.message.trimmed
        let path = site.path + rule.fieldPath
        guard let program = programs[rule.rule] else {
            return failures[rule.rule].map { FieldError(.invalid, path, .omitted, detail: "rule compile error: \($0)") }
        }
        var bindings: [String: CELValue] = ["self": CELValue(site.value)]
        if usesOld {
            let old = site.old.map { CELValue($0) }
            bindings["oldSelf"] = rule.optionalOldSelf == true ? .optional(old) : old ?? .null
        }
        switch program.evaluate(bindings) {
        case .success(.bool(true)): return nil
        case .success(.bool(false)):
            var message = fallback
            if let expression = programs[rule.messageExpression], case .success(.string(let text)) = expression.evaluate(bindings),
                !text.trimmed.isEmpty
            {
                message = text
            }
            return Self.error(rule.reason, path, site.value, message)
        case .success: return FieldError(.invalid, path, .omitted, detail: "rule evaluated to a value that is no boolean: \(rule.rule)")
        case .failure(let problem):
            return FieldError(.invalid, path, .omitted, detail: "\(problem.message) evaluating rule: \(fallback)")
        }
    }

    private static func error(_ reason: String, _ path: String, _ value: Value, _ message: String) -> FieldError {
        switch reason {
        case "FieldValueForbidden": .forbidden(path, message)
        case "FieldValueRequired": .required(path, message)
        case "FieldValueDuplicate": FieldError(.duplicate, path, .value(value))
        default: FieldError(.invalid, path, .omitted, detail: message)
        }
    }
}
