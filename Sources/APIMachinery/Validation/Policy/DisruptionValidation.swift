import KubernetesObjects

/// What is wrong with PodDisruptionBudgets and PriorityClasses.
///
/// - Source: kubernetes `pkg/apis/{policy,scheduling}/validation`, v1.36.
enum DisruptionValidation {
    static func budget(_ object: Value, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
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

    static func status(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let status = object["status"] ?? [:]
        ConditionValidation.check(status.list("conditions"), at: .status / "conditions", into: &errors)
        for field in ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"] {
            errors.checkNonNegative(status.int(field), .status / field)
        }
    }

    // MARK: PriorityClass

    private static let system: [String: Int] = ["system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000]

    static func priorityClass(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        if let old {
            if object.int("value") != old.int("value") { errors.forbidden(FieldPath("value"), "may not be changed in an update.") }
            errors.checkImmutable(object["preemptionPolicy"], old["preemptionPolicy"], FieldPath("preemptionPolicy"))
            return
        }
        let value = object.int("value") ?? 0
        if object.name.hasPrefix("system-") {
            if let known = system[object.name] {
                if known != value {
                    errors.forbidden(
                        .metadata / "name",
                        "priority class names with 'system-' prefix are reserved for system use only. error: value of \(object.name) PriorityClass must be \(known)")
                } else if object.flag("globalDefault") {
                    errors.forbidden(
                        .metadata / "name",
                        "priority class names with 'system-' prefix are reserved for system use only. error: globalDefault of \(object.name) PriorityClass must be false")
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
    }

    private static func policy(_ object: Value, into errors: inout FieldErrors) {
        if let policy = object.present("preemptionPolicy")?.stringValue {
            errors.checkEnum(policy, FieldPath("preemptionPolicy"), ["Never", "PreemptLowerPriority"])
        }
    }
}
