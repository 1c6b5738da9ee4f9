import KubernetesObjects

/// What is wrong with Deployments, ReplicaSets and ReplicationControllers.
///
/// - Source: kubernetes `pkg/apis/apps/validation`, v1.36.
enum ReplicaWorkloadValidation {
    // MARK: Deployment

    static func deployment(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        deploymentSpec(object["spec"] ?? [:], into: &errors)
        guard let old else { return }
        immutableSelector(object, old, into: &errors)
    }

    private static func immutableSelector(_ object: Value, _ old: Value, into errors: inout FieldErrors) {
        let new = InternalForm.labelSelector(object["spec"]?["selector"])
        if new != InternalForm.labelSelector(old["spec"]?["selector"]) { errors.invalid(.spec / "selector", new, "field is immutable") }
    }

    private static func deploymentSpec(_ spec: Value, into errors: inout FieldErrors) {
        errors.checkNonNegative(spec.int("replicas"), .spec / "replicas")
        PodTemplateValidation.selectorAndTemplate(spec, kind: "ReplicaSet", at: .spec, into: &errors)
        strategy(spec["strategy"] ?? [:], at: .spec / "strategy", into: &errors)
        for field in ["minReadySeconds", "revisionHistoryLimit"] { errors.checkNonNegative(spec.int(field), .spec / field) }
        if let deadline = spec.int("progressDeadlineSeconds") {
            errors.checkNonNegative(deadline, .spec / "progressDeadlineSeconds")
            if deadline <= spec.int("minReadySeconds") ?? 0 {
                errors.invalid(.spec / "progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")
            }
        }
    }

    private static func strategy(_ strategy: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let rolling = strategy.present("rollingUpdate")
        switch strategy.text("type") {
        case "Recreate":
            if rolling != nil { errors.forbidden(path / "rollingUpdate", "may not be specified when strategy `type` is 'Recreate'") }
        case "RollingUpdate":
            guard let rolling else {
                errors.required(path / "rollingUpdate", "this should be defaulted and never be nil")
                return
            }
            let at = path / "rollingUpdate"
            let unavailable = rolling["maxUnavailable"]
            let surge = rolling["maxSurge"]
            IntOrPercentValidation.positive(unavailable, at: at / "maxUnavailable", into: &errors)
            IntOrPercentValidation.positive(surge, at: at / "maxSurge", into: &errors)
            if IntOrPercentValidation.plain(unavailable) == 0, IntOrPercentValidation.plain(surge) == 0 {
                errors.invalid(at / "maxUnavailable", unavailable ?? 0, "may not be 0 when `maxSurge` is 0")
            }
            IntOrPercentValidation.notMoreThan100Percent(unavailable, at: at / "maxUnavailable", into: &errors)
        case let type:
            var shown: Value = ["Type": .string(type), "RollingUpdate": .null]
            if let rolling { shown["RollingUpdate"] = ["MaxUnavailable": rolling["maxUnavailable"] ?? 0, "MaxSurge": rolling["maxSurge"] ?? 0] }
            errors.notSupported(path, shown, ["Recreate", "RollingUpdate"])
        }
    }

    // MARK: ReplicaSet

    static func replicaSet(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        replicaSetSpec(object["spec"] ?? [:], into: &errors)
        guard let old else { return }
        immutableSelector(object, old, into: &errors)
    }

    private static func replicaSetSpec(_ spec: Value, into errors: inout FieldErrors) {
        for field in ["replicas", "minReadySeconds"] { errors.checkNonNegative(spec.int(field), .spec / field) }
        PodTemplateValidation.selectorAndTemplate(spec, kind: "ReplicaSet", at: .spec, into: &errors)
    }

    // MARK: ReplicationController

    static func replicationController(_ object: Value, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        errors.checkNonNegative(spec.int("minReadySeconds"), .spec / "minReadySeconds")
        let selector = spec.map("selector")
        if selector.isEmpty { errors.required(.spec / "selector") }
        errors.checkNonNegative(spec.int("replicas"), .spec / "replicas")
        guard spec.has("template") else {
            errors.required(.spec / "template")
            return
        }
        if !selector.isEmpty {
            PodTemplateValidation.match(["matchLabels": .object(selector)], spec["template"], at: .spec / "template", into: &errors)
        }
        PodTemplateValidation.template(spec["template"], at: .spec / "template", into: &errors)
        PodTemplateValidation.alwaysRunning(spec["template"], kind: "ReplicationController", at: .spec / "template", into: &errors)
    }
}
