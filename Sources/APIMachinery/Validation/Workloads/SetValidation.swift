import KubernetesObjects

/// What is wrong with StatefulSets and DaemonSets.
///
/// - Source: kubernetes `pkg/apis/apps/validation`, v1.36.
enum SetValidation {
    // MARK: StatefulSet

    static func statefulSet(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        statefulSpec(object["spec"] ?? [:], into: &errors)
        guard let old else { return }
        var rest = object["spec"] ?? [:]
        let before = old["spec"] ?? [:]
        for field in [
            "replicas", "template", "updateStrategy", "minReadySeconds", "ordinals", "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
        ] { rest[field] = before[field] }
        if rest != before {
            errors.forbidden(
                .spec,
                "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden")
        }
    }

    private static func statefulSpec(_ spec: Value, into errors: inout FieldErrors) {
        let policy = spec.text("podManagementPolicy")
        if policy.isEmpty {
            errors.required(.spec / "podManagementPolicy")
        } else if policy != "OrderedReady", policy != "Parallel" {
            errors.invalid(.spec / "podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'")
        }
        updateStrategy(spec["updateStrategy"] ?? [:], at: .spec / "updateStrategy", into: &errors)
        if let retention = spec.present("persistentVolumeClaimRetentionPolicy") {
            for field in ["whenDeleted", "whenScaled"] {
                let value = retention.text(field)
                if value != "Retain", value != "Delete" {
                    errors.notSupported(.spec / "persistentVolumeClaimRetentionPolicy" / field, value, ["Retain", "Delete"])
                }
            }
        }
        for field in ["replicas", "minReadySeconds"] { errors.checkNonNegative(spec.int(field), .spec / field) }
        if let start = spec["ordinals"]?.int("start") { errors.checkNonNegative(start, .spec / "ordinals.start") }
        let service = spec.text("serviceName")
        if !service.isEmpty { errors.invalid(.spec / "serviceName", service, each: NameFormats.dns1123Subdomain(service)) }
        let selector = spec.present("selector")
        if let selector {
            LabelSelectorValidation.check(selector, at: .spec / "selector", into: &errors)
            if LabelSelectorValidation.isEmpty(selector) {
                errors.invalid(.spec / "selector", InternalForm.labelSelector(selector), "empty selector is invalid for statefulset")
            }
        } else {
            errors.required(.spec / "selector")
        }
        if let selector, !LabelSelectorValidation.isUsable(selector) {
            errors.invalid(.spec / "selector", InternalForm.labelSelector(selector), "")
        } else {
            PodTemplateValidation.match(selector, spec["template"], at: .spec / "template", into: &errors)
            PodTemplateValidation.template(withClaims(spec), at: .spec / "template", into: &errors)
        }
        PodTemplateValidation.alwaysRunning(spec["template"], kind: "StatefulSet", at: .spec / "template", into: &errors)
    }

    /// The template as its pods will be: the claims that each of them gets are volumes which its containers may mount.
    private static func withClaims(_ spec: Value) -> Value {
        var template = spec["template"] ?? [:]
        let claims = spec.list("volumeClaimTemplates").map { $0["metadata"]?.text("name") ?? "" }.filter { !$0.isEmpty }
        guard !claims.isEmpty else { return template }
        let own = template["spec"]?.list("volumes") ?? []
        let added = claims.filter { name in !own.contains { $0.text("name") == name } }
        template["spec"]?["volumes"] = .array(own + added.map { ["name": .string($0), "persistentVolumeClaim": ["claimName": .string($0)]] })
        return template
    }

    private static func updateStrategy(_ strategy: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let rolling = strategy.present("rollingUpdate")
        switch strategy.text("type") {
        case "": errors.required(path)
        case "OnDelete":
            if let rolling {
                errors.invalid(
                    path / "rollingUpdate", ["Partition": rolling["partition"] ?? 0, "MaxUnavailable": rolling["maxUnavailable"] ?? .null],
                    "only allowed for updateStrategy 'RollingUpdate'")
            }
        case "RollingUpdate":
            guard let rolling else { return }
            errors.checkNonNegative(rolling.int("partition"), path / "rollingUpdate" / "partition")
            let unavailable = rolling["maxUnavailable"]
            IntOrPercentValidation.positive(unavailable, at: path / "rollingUpdate" / "maxUnavailable", into: &errors)
            if let unavailable, !unavailable.isNull, IntOrPercentValidation.plain(unavailable) == 0 {
                errors.invalid(path / "rollingUpdate" / "maxUnavailable", unavailable, "cannot be 0")
            }
            IntOrPercentValidation.notMoreThan100Percent(unavailable, at: path / "rollingUpdate" / "maxUnavailable", into: &errors)
        case let type:
            var shown: Value = ["Type": .string(type), "RollingUpdate": .null]
            if let rolling { shown["RollingUpdate"] = ["Partition": rolling["partition"] ?? 0, "MaxUnavailable": rolling["maxUnavailable"] ?? .null] }
            errors.invalid(path, shown, "must be 'RollingUpdate' or 'OnDelete'")
        }
    }

    // MARK: DaemonSet

    static func daemonSet(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        daemonSpec(object["spec"] ?? [:], into: &errors)
        guard let old else { return }
        let new = InternalForm.labelSelector(object["spec"]?["selector"])
        if new != InternalForm.labelSelector(old["spec"]?["selector"]) { errors.invalid(.spec / "selector", new, "field is immutable") }
    }

    private static func daemonSpec(_ spec: Value, into errors: inout FieldErrors) {
        let selector = spec.present("selector")
        LabelSelectorValidation.check(selector, at: .spec / "selector", into: &errors)
        if selector.map(LabelSelectorValidation.isUsable) ?? true {
            PodTemplateValidation.match(selector, spec["template"], at: .spec / "template", into: &errors)
        }
        if let selector, LabelSelectorValidation.isEmpty(selector) {
            errors.invalid(.spec / "selector", InternalForm.labelSelector(selector), "empty selector is invalid for daemonset")
        }
        PodTemplateValidation.template(spec["template"], at: .spec / "template", into: &errors)
        PodTemplateValidation.alwaysRunning(spec["template"], kind: "DaemonSet", at: .spec / "template", into: &errors)
        errors.checkNonNegative(spec.int("minReadySeconds"), .spec / "minReadySeconds")
        daemonStrategy(spec["updateStrategy"] ?? [:], at: .spec / "updateStrategy", into: &errors)
        errors.checkNonNegative(spec.int("revisionHistoryLimit"), .spec / "revisionHistoryLimit")
    }

    private static func daemonStrategy(_ strategy: Value, at path: FieldPath, into errors: inout FieldErrors) {
        switch strategy.text("type") {
        case "OnDelete": break
        case "RollingUpdate":
            guard let rolling = strategy.present("rollingUpdate") else {
                errors.required(path / "rollingUpdate")
                return
            }
            let at = path / "rollingUpdate"
            for field in ["maxUnavailable", "maxSurge"] { IntOrPercentValidation.positive(rolling[field], at: at / field, into: &errors) }
            for field in ["maxUnavailable", "maxSurge"] {
                IntOrPercentValidation.notMoreThan100Percent(rolling[field], at: at / field, into: &errors)
            }
            let hasUnavailable = IntOrPercentValidation.plain(rolling["maxUnavailable"]) != 0
            let hasSurge = IntOrPercentValidation.plain(rolling["maxSurge"]) != 0
            if hasUnavailable, hasSurge {
                errors.invalid(at / "maxSurge", rolling["maxSurge"], "may not be set when maxUnavailable is non-zero")
            } else if !hasUnavailable, !hasSurge {
                errors.required(at / "maxUnavailable", "cannot be 0 when maxSurge is 0")
            }
        case let type:
            var shown: Value = ["Type": .string(type), "RollingUpdate": .null]
            if let rolling = strategy.present("rollingUpdate") {
                shown["RollingUpdate"] = ["MaxUnavailable": rolling["maxUnavailable"] ?? 0, "MaxSurge": rolling["maxSurge"] ?? 0]
            }
            errors.notSupported(path, shown, ["RollingUpdate", "OnDelete"])
        }
    }
}
