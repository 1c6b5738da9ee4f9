import KubernetesObjects

/// What is wrong with PodDisruptionBudgets and PriorityClasses.
///
/// - Source: kubernetes `pkg/apis/{policy,scheduling}/validation`, v1.36.
enum DisruptionValidation {
    static func budget(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: true, name: NameFormats.subdomainRule, into: &errors)
        budgetSpec(object["spec"] ?? [:], into: &errors)
        return errors
    }

    static func budgetUpdate(_ object: Value, old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(object, old: old, into: &errors)
        budgetSpec(object["spec"] ?? [:], into: &errors)
        return errors
    }

    private static func budgetSpec(_ spec: Value, into errors: inout FieldErrors) {
        if spec.has("minAvailable"), spec.has("maxUnavailable") {
            errors.invalid(
                .spec, InternalForm.value(spec, as: "PodDisruptionBudgetSpec"), "minAvailable and maxUnavailable cannot be both set")
        }
        for field in ["minAvailable", "maxUnavailable"] {
            IntOrPercentValidation.positive(spec[field], at: .spec / field, into: &errors)
            IntOrPercentValidation.notMoreThan100Percent(spec[field], at: .spec / field, into: &errors)
        }
        LabelSelectorValidation.check(spec["selector"], at: .spec / "selector", into: &errors)
        if let policy = spec.present("unhealthyPodEvictionPolicy")?.stringValue, policy != "AlwaysAllow", policy != "IfHealthyBudget" {
            errors.notSupported(.spec / "unhealthyPodEvictionPolicy", policy, ["AlwaysAllow", "IfHealthyBudget"])
        }
    }

    // MARK: PriorityClass

    private static let system: [String: Int] = ["system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000]

    static func priorityClass(_ object: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: false, name: NameFormats.subdomainRule, into: &errors)
        let value = object.int("value") ?? 0
        if object.name.hasPrefix("system-") {
            if let known = system[object.name] {
                if known != value {
                    errors.forbidden(
                        .metadata / "name",
                        "priority class names with 'system-' prefix are reserved for system use only. error: value of \(object.name) PriorityClass must be \(known)")
                }
            } else {
                errors.forbidden(
                    .metadata / "name",
                    "priority class names with 'system-' prefix are reserved for system use only. error: \(object.name) is not a known system priority class")
            }
        } else if value > 1_000_000_000 {
            errors.forbidden(FieldPath("value"), "maximum allowed value of a user defined priority is 1000000000")
        }
        policy(object, into: &errors)
        return errors
    }

    private static func policy(_ object: Value, into errors: inout FieldErrors) {
        if let policy = object.present("preemptionPolicy")?.stringValue {
            errors.checkEnum(policy, FieldPath("preemptionPolicy"), ["Never", "PreemptLowerPriority"])
        }
    }

    static func priorityClassUpdate(_ object: Value, old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(object, old: old, into: &errors)
        if object.int("value") != old.int("value") { errors.forbidden(FieldPath("value"), "may not be changed in an update.") }
        errors.checkImmutable(object["preemptionPolicy"], old["preemptionPolicy"], FieldPath("preemptionPolicy"))
        return errors
    }
}
