import KubernetesObjects

/// What is wrong with a job's pod failure policy and success policy.
enum JobPolicyValidation {
    static func failure(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        guard let policy = spec.present("podFailurePolicy") else { return }
        let names = Set((spec["template", "spec", "containers"]?.elements ?? []).map { $0.text("name") })
            .union((spec["template", "spec", "initContainers"]?.elements ?? []).map { $0.text("name") })
        let rules = policy.list("rules")
        if rules.count > 20 { errors.tooMany(path / "rules", actual: rules.count, max: 20) }
        for (index, rule) in rules.enumerated() {
            let at = (path / "rules")[index]
            let action = rule.text("action")
            let actions = ["Count", "FailIndex", "FailJob", "Ignore"]
            if action.isEmpty {
                errors.required(at / "action", "valid values: \(actions.map(goQuoted).joined(separator: ", "))")
            } else if !actions.contains(action) {
                errors.notSupported(at / "action", action, actions)
            } else if action == "FailIndex", !spec.has("backoffLimitPerIndex") {
                errors.invalid(at / "action", action, "requires the backoffLimitPerIndex to be set")
            }
            let codes = rule.present("onExitCodes")
            let conditions = rule.list("onPodConditions")
            if codes != nil, !conditions.isEmpty {
                errors.invalid(at, rule, "specifying both OnExitCodes and OnPodConditions is not supported")
            }
            if codes == nil, conditions.isEmpty {
                errors.invalid(at, rule, "specifying one of OnExitCodes and OnPodConditions is required")
            }
            if let codes { exitCodes(codes, names, at: at / "onExitCodes", into: &errors) }
            if conditions.count > 20 { errors.tooMany(at / "onPodConditions", actual: conditions.count, max: 20) }
            for (position, condition) in conditions.enumerated() {
                let conditionPath = (at / "onPodConditions")[position]
                let type = condition.text("type")
                errors.invalid(conditionPath / "type", type, each: NameFormats.qualifiedName(type))
                let status = condition.text("status")
                if status.isEmpty {
                    errors.required(conditionPath / "status", "valid values: \"False\", \"True\", \"Unknown\"")
                } else if !["False", "True", "Unknown"].contains(status) {
                    errors.notSupported(conditionPath / "status", status, ["False", "True", "Unknown"])
                }
            }
        }
    }

    private static func exitCodes(_ codes: Value, _ names: Set<String>, at path: FieldPath, into errors: inout FieldErrors) {
        let operation = codes.text("operator")
        if operation.isEmpty {
            errors.required(path / "operator", "valid values: \"In\", \"NotIn\"")
        } else if operation != "In", operation != "NotIn" {
            errors.notSupported(path / "operator", operation, ["In", "NotIn"])
        }
        if let container = codes.present("containerName")?.stringValue, !names.contains(container) {
            errors.invalid(path / "containerName", container, "must be one of the container or initContainer names in the pod template")
        }
        let values = codes.list("values").compactMap(\.intValue)
        if values.isEmpty {
            errors.invalid(path / "values", codes["values"] ?? .null, "at least one value is required")
        } else if values.count > 255 {
            errors.tooMany(path / "values", actual: values.count, max: 255)
        }
        var isOrdered = true
        var seen: Set<Int> = []
        for (index, value) in values.enumerated() {
            if operation == "In", value == 0 { errors.invalid((path / "values")[index], value, "must not be 0 for the In operator") }
            if !seen.insert(value).inserted {
                errors.duplicate((path / "values")[index], .int(Int64(value)))
            } else if index > 0, values[index - 1] > value {
                isOrdered = false
            }
        }
        if !isOrdered { errors.invalid(path / "values", codes["values"], "must be ordered") }
    }

    static func success(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        guard let policy = spec.present("successPolicy") else { return }
        if spec.text("completionMode") != "Indexed" { errors.invalid(path, policy, "requires indexed completion mode") }
        let rules = policy.list("rules")
        if rules.isEmpty { errors.required(path / "rules", "at least one rules must be specified when the successPolicy is specified") }
        if rules.count > 20 { errors.tooMany(path / "rules", actual: rules.count, max: 20) }
        for (index, rule) in rules.enumerated() {
            let at = (path / "rules")[index]
            let count = rule.int("succeededCount")
            let indexes = rule.present("succeededIndexes")?.stringValue
            if count == nil, indexes == nil {
                errors.required(at, "at least one of succeededCount or succeededIndexes must be specified")
            }
            guard let completions = spec.int("completions") else { continue }
            var named = 0
            if let indexes {
                do throws(IndexIntervals.Problem) {
                    named = try IndexIntervals.count(indexes, completions: completions)
                } catch {
                    errors.invalid(at / "succeededIndexes", indexes, "error parsing succeededIndexes: \(error.message)")
                }
            }
            guard let count else { continue }
            errors.checkNonNegative(count, at / "succeededCount")
            if count > completions {
                errors.invalid(at / "succeededCount", count, "must be less than or equal to \(completions) (the number of specified completions)")
            }
            if indexes != nil, count > named {
                errors.invalid(
                    at / "succeededCount", count,
                    "must be less than or equal to \(named) (the number of indexes in the specified succeededIndexes field)")
            }
        }
    }
}
