import KubernetesObjects

/// What is wrong with tolerations and topology spread constraints.
enum TolerationValidation {
    static let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"]

    static func tolerations(_ tolerations: [Value], at path: FieldPath, into errors: inout FieldErrors) {
        for (index, toleration) in tolerations.enumerated() {
            let at = path[index]
            let key = toleration.text("key")
            let operation = toleration.text("operator")
            let value = toleration.text("value")
            let effect = toleration.text("effect")
            if !key.isEmpty { errors.invalid(at / "key", key, each: NameFormats.qualifiedName(key)) }
            if key.isEmpty, operation != "Exists" {
                errors.invalid(at / "operator", operation, "operator must be Exists when `key` is empty, which means \"match all values and all keys\"")
            }
            if toleration.has("tolerationSeconds"), effect != "NoExecute" {
                errors.invalid(at / "effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")
            }
            switch operation {
            case "", "Equal":
                let problems = NameFormats.labelValue(value)
                if !problems.isEmpty { errors.invalid(at / "operator", value, problems.joined(separator: ";")) }
            case "Exists":
                if !value.isEmpty { errors.invalid(at / "operator", value, "value must be empty when `operator` is 'Exists'") }
            case "Gt", "Lt":
                if Int64(value) == nil {
                    errors.invalid(at / "value", value, "value must be a valid integer when `operator` is '\(operation)'")
                }
            default: errors.notSupported(at / "operator", operation, ["Equal", "Exists"])
            }
            if !effect.isEmpty, !effects.contains(effect) { errors.notSupported(at / "effect", effect, effects) }
        }
    }

    static func spread(_ constraints: [Value], at path: FieldPath, into errors: inout FieldErrors) {
        for (index, constraint) in constraints.enumerated() {
            let at = path[index]
            let skew = constraint.int("maxSkew") ?? 0
            if skew <= 0 { errors.invalid(at / "maxSkew", skew, "must be greater than zero") }
            let key = constraint.text("topologyKey")
            if key.isEmpty { errors.required(at / "topologyKey", "can not be empty") }
            let action = constraint.text("whenUnsatisfiable")
            let actions = ["DoNotSchedule", "ScheduleAnyway"]
            if !actions.contains(action) { errors.notSupported(at / "whenUnsatisfiable", action, actions) }
            if constraints[(index + 1)...].contains(where: { $0.text("topologyKey") == key && $0.text("whenUnsatisfiable") == action }) {
                errors.duplicate(at / "{topologyKey, whenUnsatisfiable}", "{\(key), \(action)}")
            }
            if let domains = constraint.int("minDomains") {
                if domains <= 0 { errors.invalid(at / "minDomains", domains, "must be greater than zero") }
                if action != "DoNotSchedule" {
                    errors.invalid(at / "minDomains", domains, "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not \(action)")
                }
            }
            for field in ["nodeAffinityPolicy", "nodeTaintsPolicy"] {
                if let policy = constraint.present(field)?.stringValue, policy != "Honor", policy != "Ignore" {
                    errors.notSupported(at / field, policy, ["Honor", "Ignore"])
                }
            }
            AffinityValidation.labelKeys(constraint, at: at, into: &errors)
            LabelSelectorValidation.check(constraint["labelSelector"], at: at / "labelSelector", into: &errors)
        }
    }
}
