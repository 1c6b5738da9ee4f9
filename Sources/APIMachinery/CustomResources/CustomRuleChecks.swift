import KubernetesObjects
import KubernetesSchema

/// Checks that the rules of a CustomResourceDefinition can be compiled, and that no object makes them cost too much.
///
/// - Order: versions in the order of the definition; of a node, its own rules before those below it, fields by name.
/// - Source: apiextensions-apiserver `pkg/apis/apiextensions/validation`, v1.36.
struct CustomRuleChecks {
    /// What one rule may cost at worst, over all the values that one request may hold.
    static let ruleCostMax: UInt64 = 10_000_000
    /// What all rules of a schema may cost at worst.
    static let schemaCostMax: UInt64 = 100_000_000

    private var errors: [FieldError] = []
    /// Whether rules are compiled at all: not where the schema is not structural, or a default does not fit.
    private var compiles = true
    /// Fields of the schema with which something else is wrong.
    private var unsound: [String] = []
    /// What each expression of the schema may cost.
    private var costs: [(path: String, cost: UInt64)] = []

    /// - Parameter known: what is wrong with the definition's schemas otherwise. Where something is, rules at that place and above are
    ///   not compiled: what they are about is not known well enough.
    static func problems(in definition: Value, known: [FieldError] = []) -> [FieldError] {
        let versions = definition["spec"]?["versions"]?.elements ?? []
        let schemas = versions.map { $0["schema"]?["openAPIV3Schema"] }
        if let first = schemas.first ?? nil, schemas.allSatisfy({ $0 == first }) {
            return problems(in: first, at: "spec.validation.openAPIV3Schema", known: known)
        }
        return schemas.enumerated().flatMap { index, schema in
            schema.map { problems(in: $0, at: "spec.versions[\(index)].schema.openAPIV3Schema", known: known) } ?? []
        }
    }

    private static func problems(in json: Value, at path: String, known: [FieldError]) -> [FieldError] {
        let schema = StructuralSchema(json)
        let found = CustomRuleTexts.problems(in: schema, at: path)
        var checks = CustomRuleChecks()
        checks.unsound = (known + found).map(\.field).filter { $0.hasPrefix(path) }
        if schema.hasRules {
            checks.compiles = StructuralSchemaCheck.isSound(json, matches: PatternCache.matches)
            if checks.compiles { checks.checkDefaults(schema, path) }
            checks.compiles = checks.compiles && checks.errors.isEmpty
        }
        checks.check(schema, path, count: 1, isRoot: true)
        checks.checkTotal(path)
        return found + checks.errors
    }

    /// Checks a node's rules and those below it. `count` says how many values of the node an object may have; nil where only the
    /// size of a request bounds them.
    private mutating func check(_ schema: StructuralSchema, _ path: String, count: UInt64?, isRoot: Bool = false) {
        guard schema.hasRules else { return }
        let (shape, least) = CustomRuleSizes.measure(schema, isResource: isRoot)
        let isSound = compiles && !unsound.contains { $0.hasPrefix(path) }
        for (index, rule) in schema.rules.enumerated() {
            let place = "\(path).x-kubernetes-validations[\(index)]"
            if Self.isBlank(rule.rule) {
                errors.append(.required("\(place).rule", "rule is not specified"))
                continue
            }
            if !isSound { continue }
            let program = CustomRuleProgram(rule, of: schema, isRoot: isRoot)
            let times = count ?? CustomRuleSizes.countMax(ofBytes: least)
            if let cost = program.costAtWorst(shape) { observe(cost, times, "\(place).rule", "estimated rule cost") }
            if let problem = program.problem { errors.append(FieldError(.invalid, "\(place).rule", .value(Self.shown(rule)), detail: problem)) }
            if let problem = program.messageProblem {
                errors.append(FieldError(.invalid, "\(place).messageExpression", .value(Self.shown(rule)), detail: problem))
            } else if let cost = program.messageCostAtWorst(shape) {
                observe(cost, 1, "\(place).messageExpression", "estimated messageExpression cost")
            }
        }
        for (name, property) in schema.properties { check(property, "\(path).properties[\(name)]", count: count) }
        func below(_ bound: Int?) -> UInt64? { bound.flatMap { bound in count.map { Self.product($0, UInt64(max(bound, 0))) } } }
        if let values = schema.additionalProperties {
            check(values, "\(path).additionalProperties", count: below(schema.limits.maxProperties))
        }
        if let items = schema.items { check(items, "\(path).items", count: below(schema.limits.maxItems)) }
    }

    /// Defaults must hold to the rules of what they are defaults of. Those of maps' values are left out, as the real server does.
    private mutating func checkDefaults(_ schema: StructuralSchema, _ path: String) {
        guard schema.hasRules else { return }
        if let fallback = schema.defaultValue {
            errors += CustomRules(schema, isRoot: false).problems(fallback, old: nil, schema, at: "\(path).default")
        }
        for (name, property) in schema.properties { checkDefaults(property, "\(path).properties[\(name)]") }
        if let items = schema.items { checkDefaults(items, "\(path).items") }
    }

    private mutating func observe(_ cost: UInt64, _ times: UInt64, _ path: String, _ what: String) {
        let total = Self.product(cost, times)
        costs.append((path, total))
        if total > Self.ruleCostMax { errors.append(.forbidden(path, Self.excess(what, total, Self.ruleCostMax))) }
    }

    private mutating func checkTotal(_ path: String) {
        let total = costs.reduce(0 as UInt64) { sum, entry in
            let (next, overflow) = sum.addingReportingOverflow(entry.cost)
            return overflow ? .max : next
        }
        guard total > Self.schemaCostMax else { return }
        let dearest = costs.enumerated().sorted { ($1.element.cost, $0.offset) < ($0.element.cost, $1.offset) }.prefix(4)
        for (_, entry) in dearest {
            errors.append(
                .forbidden(entry.path, "contributed to estimated rule & messageExpression cost total exceeding cost limit for entire OpenAPIv3 schema"))
        }
        errors.append(
            .forbidden(
                path,
                Self.excess(
                    "x-kubernetes-validations estimated rule & messageExpression cost total for entire OpenAPIv3 schema", total, Self.schemaCostMax)))
    }

    private static func product(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (product, overflow) = left.multipliedReportingOverflow(by: right)
        return overflow ? .max : product
    }

    /// By how much a cost is too high.
    private static func excess(_ what: String, _ cost: UInt64, _ limit: UInt64) -> String {
        let factor = Double(cost) / Double(limit)
        let shown = factor > 100 ? "more than 100x" : (factor < 1.5 ? fixed(factor, digits: 6) : fixed(factor, digits: 1)) + "x"
        return "\(what) exceeds budget by factor of \(shown) (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where "
            + "arrays, maps, and strings are declared)"
    }

    /// A number with so many digits after the point, rounded to the nearest.
    private static func fixed(_ number: Double, digits: Int) -> String {
        let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
        let whole = Int((number * Double(scale)).rounded(.toNearestOrEven))
        let rest = String(whole % scale)
        return "\(whole / scale)." + String(repeating: "0", count: digits - rest.utf8.count) + rest
    }

    private static func isBlank(_ text: String) -> Bool { text.utf8.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) } }

    /// A rule as Go's internal type prints.
    private static func shown(_ rule: StructuralSchema.Rule) -> Value {
        [
            "Rule": .string(rule.rule), "Message": .string(rule.message), "MessageExpression": .string(rule.messageExpression),
            "Reason": rule.reason.isEmpty ? .null : .string(rule.reason), "FieldPath": .string(rule.fieldPath),
            "OptionalOldSelf": rule.optionalOldSelf.map { .bool($0) } ?? .null,
        ]
    }
}
