import CEL
import KubernetesObjects
import KubernetesSchema

/// The rules of a CRD's schema, `x-kubernetes-validations`, compiled once.
///
/// - Bounds: each evaluation is limited by cost, and so are all of one object together.
/// - Source: apiextensions-apiserver `schema/cel/validation.go`, v1.36. Differs: what an unchanged value violates is
///   accepted without the warning.
struct CustomRules: Sendable {
    /// What all rules of one object may cost together.
    static let budget = 10_000_000

    private struct Place: Hashable {
        var schema: ObjectIdentifier
        var rule: StructuralSchema.Rule
    }

    private var programs: [Place: CustomRuleProgram] = [:]

    init(_ schema: StructuralSchema, isRoot: Bool = true) { compile(schema, isRoot: isRoot) }

    private mutating func compile(_ schema: StructuralSchema, isRoot: Bool) {
        guard schema.hasRules else { return }
        for rule in schema.rules {
            programs[Place(schema: ObjectIdentifier(schema), rule: rule)] = CustomRuleProgram(rule, of: schema, isRoot: isRoot)
        }
        for property in schema.properties { compile(property.schema, isRoot: false) }
        if let values = schema.additionalProperties { compile(values, isRoot: false) }
        if let items = schema.items { compile(items, isRoot: false) }
    }

    /// What the rules say against an object.
    ///
    /// - Order: outermost first, fields by name.
    func problems(_ object: Value, old: Value?, _ schema: StructuralSchema, at path: String = "") -> [FieldError] {
        var errors: [FieldError] = []
        var remaining = Self.budget
        for site in schema.ruleSites(in: object, old: old, path: path) {
            if site.value.isNull { continue }
            guard let program = programs[Place(schema: ObjectIdentifier(site.schema), rule: site.rule)],
                let outcome = program.judge(site, budget: remaining)
            else { continue }
            remaining -= outcome.cost
            if let error = outcome.error, site.old != site.value || program.isTransition { errors.append(error) }
            if outcome.endsChecking { break }
            if remaining <= 0 {
                errors.append(
                    .invalid(
                        site.path, .string(site.schema.type),
                        "validation failed due to running out of cost budget, no further validation rules will be run"))
                break
            }
        }
        return errors
    }
}

/// One rule, compiled.
struct CustomRuleProgram: Sendable {
    private let rule: StructuralSchema.Rule
    private let selfType: CELType
    private let program: Result<CELProgram, CELCompileError>
    private let message: CELProgram?
    /// Why the expression of the message cannot be used; nil when it can.
    let messageProblem: String?

    init(_ rule: StructuralSchema.Rule, of schema: StructuralSchema, isRoot: Bool) {
        self.rule = rule
        selfType = CustomRuleTypes.type(of: schema, path: "selfType", isResource: isRoot)
        let environment = Self.environment(selfType, isOldOptional: rule.optionalOldSelf == true)
        do throws(CELCompileError) {
            program = .success(try environment.compile(rule.rule))
        } catch {
            program = .failure(error)
        }
        var compiled: CELProgram?
        var trouble: String?
        if !rule.messageExpression.isEmpty {
            do throws(CELCompileError) {
                let expression = try environment.compile(rule.messageExpression)
                if expression.type == .string || expression.type == .dyn {
                    compiled = expression
                } else {
                    trouble = "messageExpression must evaluate to a string"
                }
            } catch {
                trouble = "messageExpression compilation failed: \(error)"
            }
        }
        (message, messageProblem) = (compiled, trouble)
    }

    /// What the rule may cost at worst for one value of a shape; nil for a rule that cannot be compiled.
    func costAtWorst(_ shape: CELShape) -> UInt64? {
        if case .success(let program) = program { program.costAtWorst(["self": shape, "oldSelf": shape]) } else { nil }
    }

    /// The same for its message's expression; nil when it has none.
    func messageCostAtWorst(_ shape: CELShape) -> UInt64? { message?.costAtWorst(["self": shape, "oldSelf": shape]) }

    private static func environment(_ type: CELType, isOldOptional: Bool) -> CELEnvironment {
        CELEnvironment(variables: ["self": type, "oldSelf": isOldOptional ? .optional(type) : type])
    }

    /// Whether the rule compares with the old value, so that it waits for an update.
    var isTransition: Bool { if case .success(let program) = program { program.uses("oldSelf") } else { false } }

    /// What is wrong with the rule itself; nil when it can be used.
    var problem: String? {
        switch program {
        case .failure(let error): return "compilation failed: \(error)"
        case .success(let program):
            return program.type == .bool || program.type == .dyn ? nil : "cel expression must evaluate to a bool"
        }
    }

    struct Outcome {
        var error: FieldError?
        var cost: Int
        /// No rule after this one is to be checked.
        var endsChecking = false
    }

    /// What the rule says of one value; nil when it does not apply.
    func judge(_ site: StructuralRuleSite, budget: Int) -> Outcome? {
        guard case .success(let program) = program else {
            return Outcome(error: .invalid(site.path, .string(site.schema.type), "rule compile error: \(problem ?? "")"), cost: 0)
        }
        var bindings = ["self": CELValue(site.value, as: selfType)]
        if rule.optionalOldSelf == true {
            bindings["oldSelf"] = .optional(site.old.map { CELValue($0, as: selfType) })
        } else if let old = site.old, !old.isNull {
            bindings["oldSelf"] = CELValue(old, as: selfType)
        } else if isTransition {
            return nil
        }
        let run = program.run(bindings, costLimit: min(CELProgram.costLimit, budget))
        switch run.result {
        case .success(.bool(true)): return Outcome(cost: run.cost)
        case .success:
            var cost = run.cost
            return Outcome(error: refusal(site, bindings, &cost), cost: cost)
        case .failure(let error): return failure(error, site, run.cost)
        }
    }

    private var spoken: String { (rule.message.isEmpty ? rule.rule : rule.message).trimmingSpace }

    private func failure(_ error: CELEvaluationError, _ site: StructuralRuleSite, _ cost: Int) -> Outcome {
        let detail: String
        if error.isCostLimit {
            detail = "'\(error.message)': no further validation rules will be run due to call cost exceeds limit for rule: \(spoken)"
        } else if error == .noSuchOverload {
            detail = "'\(error.message)': call arguments did not match a supported operator, function or macro signature for rule: \(spoken)"
        } else {
            detail = "\(error.message) evaluating rule: \(spoken)"
        }
        return Outcome(error: .invalid(site.path, .string(site.schema.type), detail), cost: cost, endsChecking: error.isCostLimit)
    }

    /// The error of a value that breaks the rule.
    private func refusal(_ site: StructuralRuleSite, _ bindings: [String: CELValue], _ cost: inout Int) -> FieldError {
        var detail = rule.message.isEmpty ? "failed rule: \(rule.rule.trimmingSpace)" : rule.message.trimmingSpace
        if let message {
            let run = message.run(bindings)
            cost += run.cost
            if case .success(.string(let text)) = run.result {
                let trimmed = text.trimmingSpace
                if !trimmed.isEmpty, !trimmed.utf8.contains(UInt8(ascii: "\n")), trimmed.utf8.count <= 5120 { detail = trimmed }
            }
        }
        let path = site.path + (site.path.isEmpty && rule.fieldPath.hasPrefix(".") ? String(rule.fieldPath.dropFirst()) : rule.fieldPath)
        switch rule.reason {
        case "FieldValueForbidden": return .forbidden(path, detail)
        case "FieldValueRequired": return .required(path, detail)
        default:
            let isTree = site.schema.type == "object" || site.schema.type == "array"
            return FieldError(
                rule.reason == "FieldValueDuplicate" ? .duplicate : .invalid, path, isTree ? .omitted : .value(site.value), detail: detail)
        }
    }
}

extension String {
    /// The text without white space around it.
    fileprivate var trimmingSpace: String {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
