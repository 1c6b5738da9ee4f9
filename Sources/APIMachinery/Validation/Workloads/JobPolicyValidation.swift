import KubernetesObjects

/// What is wrong with a job's pod failure policy and success policy.
///
/// - Source: kubernetes `pkg/apis/batch/validation`, v1.36.
enum JobPolicyValidation {
    private static let rulesMax = 20
    private static let conditionsMax = 20
    private static let exitCodesMax = 255
    private static let indexesMax = 64 * 1024

    // MARK: Failure

    static func failure(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        guard let policy = spec.present("podFailurePolicy") else { return }
        let rules = policy.list("rules")
        if rules.count > rulesMax { errors.tooMany(path / "rules", actual: rules.count, max: rulesMax) }
        let names = Set(["containers", "initContainers"].flatMap { spec["template", "spec", $0]?.elements ?? [] }.map { $0.text("name") })
        for (index, rule) in rules.enumerated() { self.rule(rule, spec, names, at: (path / "rules")[index], into: &errors) }
    }

    private static func rule(_ rule: Value, _ spec: Value, _ names: Set<String>, at path: FieldPath, into errors: inout FieldErrors) {
        let action = rule.text("action")
        checkListed(action, ["Count", "FailIndex", "FailJob", "Ignore"], at: path / "action", into: &errors)
        if action == "FailIndex", !spec.has("backoffLimitPerIndex") {
            errors.invalid(path / "action", action, "requires the backoffLimitPerIndex to be set")
        }
        let codes = rule.present("onExitCodes")
        let conditions = rule.list("onPodConditions")
        if let codes { exitCodes(codes, names, at: path / "onExitCodes", into: &errors) }
        if conditions.count > conditionsMax { errors.tooMany(path / "onPodConditions", actual: conditions.count, max: conditionsMax) }
        for (index, condition) in conditions.enumerated() {
            let at = (path / "onPodConditions")[index]
            let type = condition.text("type")
            errors.invalid(at / "type", type, each: NameFormats.qualifiedName(type))
            checkListed(condition.text("status"), ["False", "True", "Unknown"], at: at / "status", into: &errors)
        }
        func refuse(_ message: String) { errors.append(FieldError(.invalid, path.description, .omitted, detail: message)) }
        if codes != nil, !conditions.isEmpty { refuse("specifying both OnExitCodes and OnPodConditions is not supported") }
        if codes == nil, conditions.isEmpty { refuse("specifying one of OnExitCodes and OnPodConditions is required") }
    }

    /// Requires one of a list of texts; what is missing is told with the list as Go prints it.
    private static func checkListed(_ text: String, _ supported: [String], at path: FieldPath, into errors: inout FieldErrors) {
        if text.isEmpty {
            errors.required(path, "valid values: [\(supported.map(goQuoted).joined(separator: " "))]")
        } else if !supported.contains(text) {
            errors.notSupported(path, text, supported)
        }
    }

    private static func exitCodes(_ codes: Value, _ names: Set<String>, at path: FieldPath, into errors: inout FieldErrors) {
        let operation = codes.text("operator")
        checkListed(operation, ["In", "NotIn"], at: path / "operator", into: &errors)
        if let container = codes.present("containerName")?.stringValue, !names.contains(container) {
            errors.invalid(path / "containerName", container, "must be one of the container or initContainer names in the pod template")
        }
        let values = codes.list("values").compactMap(\.intValue)
        if values.isEmpty {
            errors.invalid(path / "values", codes["values"] ?? .null, "at least one value is required")
        } else if values.count > exitCodesMax {
            errors.tooMany(path / "values", actual: values.count, max: exitCodesMax)
        }
        var seen: Set<Int> = []
        for (index, value) in values.enumerated() {
            if operation == "In", value == 0 { errors.invalid((path / "values")[index], value, "must not be 0 for the In operator") }
            if !seen.insert(value).inserted { errors.duplicate((path / "values")[index], .int(Int64(value))) }
        }
        if zip(values, values.dropFirst()).contains(where: { $0 > $1 }) { errors.invalid(path / "values", codes["values"], "must be ordered") }
    }

    // MARK: Success

    static func success(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        guard let policy = spec.present("successPolicy") else { return }
        if spec.text("completionMode") != "Indexed" {
            return errors.invalid(path, InternalForm.value(policy, as: "SuccessPolicy"), "requires indexed completion mode")
        }
        let rules = policy.list("rules")
        if rules.isEmpty { errors.required(path / "rules", "at least one rules must be specified when the successPolicy is specified") }
        if rules.count > rulesMax { errors.tooMany(path / "rules", actual: rules.count, max: rulesMax) }
        for (index, rule) in rules.enumerated() { success(rule: rule, spec.int("completions"), at: (path / "rules")[index], into: &errors) }
    }

    private static func success(rule: Value, _ completions: Int?, at path: FieldPath, into errors: inout FieldErrors) {
        let count = rule.int("succeededCount")
        let indexes = rule.present("succeededIndexes")?.stringValue
        if count == nil, indexes == nil {
            errors.required(path, "at least one of succeededCount or succeededIndexes must be specified")
        }
        guard let completions else { return }
        var named = 0
        if let indexes {
            if indexes.utf8.count > indexesMax { errors.tooLong(path / "succeededIndexes", maxBytes: indexesMax) }
            do throws(IndexIntervals.Problem) {
                named = try IndexIntervals.count(indexes, completions: completions)
            } catch {
                errors.invalid(path / "succeededIndexes", indexes, "error parsing succeededIndexes: \(error.message)")
            }
        }
        guard let count else { return }
        errors.checkNonNegative(count, path / "succeededCount")
        if count > completions {
            errors.invalid(path / "succeededCount", count, "must be less than or equal to \(completions) (the number of specified completions)")
        }
        if indexes != nil, count > named {
            errors.invalid(
                path / "succeededCount", count,
                "must be less than or equal to \(named) (the number of indexes in the specified succeededIndexes field)")
        }
    }
}
