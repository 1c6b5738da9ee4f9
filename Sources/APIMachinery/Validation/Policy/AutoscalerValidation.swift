import KubernetesObjects

/// What is wrong with a HorizontalPodAutoscaler (v2).
///
/// - Source: kubernetes `pkg/apis/autoscaling/validation`, v1.36.
enum AutoscalerValidation {
    static let sources = ["ContainerResource", "External", "Object", "Pods", "Resource"]

    static func check(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        let leastReplicas = old?["spec"]?.int("minReplicas") == 0 ? 0 : 1
        let least = spec.int("minReplicas")
        let most = spec.int("maxReplicas") ?? 0
        if let least, least < leastReplicas {
            errors.invalid(.spec / "minReplicas", least, "must be greater than or equal to \(leastReplicas)")
        }
        if most == 0 { errors.required(.spec / "maxReplicas", "must be set and greater than 0") }
        if most < 0 { errors.invalid(.spec / "maxReplicas", most, "must be greater than or equal to 1") }
        if let least, most < least { errors.invalid(.spec / "maxReplicas", most, "must be greater than or equal to `minReplicas`") }
        let target = spec["scaleTargetRef"] ?? [:]
        reference(target, at: .spec / "scaleTargetRef", into: &errors)
        // One that was taken before there was this rule may stay.
        if old.flatMap({ problem(apiVersion: $0["spec", "scaleTargetRef"] ?? [:]) }) == nil, let problem = problem(apiVersion: target) {
            errors.invalid(.spec / "scaleTargetRef" / "apiVersion", target.text("apiVersion"), problem)
        }
        for (index, metric) in spec.list("metrics").enumerated() {
            self.metric(metric, at: (.spec / "metrics")[index], into: &errors)
        }
        if least == 0, !spec.list("metrics").contains(where: { ["Object", "External"].contains($0.text("type")) }) {
            errors.forbidden(.spec / "metrics", "must specify at least one Object or External metric to support scaling to zero replicas")
        }
        if let behavior = spec.present("behavior") {
            for field in ["scaleUp", "scaleDown"] {
                if let rules = behavior.present(field) { self.rules(rules, at: .spec / "behavior" / field, into: &errors) }
            }
        }
    }

    static func status(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        for field in ["currentReplicas", "desiredReplicas"] { errors.checkNonNegative(object["status"]?.int(field), .status / field) }
    }

    /// What is wrong with the version of what is scaled; only ReplicationControllers are in the core group.
    private static func problem(apiVersion reference: Value) -> String? {
        let apiVersion = reference.text("apiVersion")
        if let problem = unreadable(apiVersion) { return problem }
        let hasGroup = apiVersion.contains("/") && !apiVersion.hasPrefix("/")
        return hasGroup || reference.text("kind") == "ReplicationController" ? nil : "apiVersion must specify API group"
    }

    private static func unreadable(_ apiVersion: String) -> String? {
        apiVersion.count { $0 == "/" } > 1 ? "unexpected GroupVersion string: \(apiVersion)" : nil
    }

    private static func reference(_ reference: Value, at path: FieldPath, into errors: inout FieldErrors) {
        for field in ["kind", "name"] {
            let text = reference.text(field)
            if text.isEmpty {
                errors.required(path / field)
            } else {
                errors.invalid(path / field, text, each: NameFormats.pathSegment(text))
            }
        }
    }

    private static func metric(_ metric: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let type = metric.text("type")
        if type.isEmpty { errors.required(path / "type", "must specify a metric source type") }
        if !sources.contains(type) { errors.notSupported(path / "type", type, sources) }
        var present: [String] = []
        for field in ["object", "external", "pods", "resource", "containerResource"] {
            guard let source = metric.present(field) else { continue }
            present.append(field)
            if present.count == 1 { self.source(field, source, at: path / field, into: &errors) }
        }
        let wanted = sources.contains(type) ? type.prefix(1).lowercased() + type.dropFirst() : ""
        if wanted.isEmpty {
            // The real function says this of an unknown type twice.
            errors.notSupported(path / "type", type, sources)
        } else if metric.present(wanted) == nil {
            errors.required(path / wanted, "must populate information for the given metric source")
        }
        if present.count != 1 {
            for other in present.sorted() where other != wanted {
                errors.forbidden(path / other, "must populate the given metric source only")
            }
        }
    }

    private static func source(_ kind: String, _ source: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let target = source["target"] ?? [:]
        switch kind {
        case "object":
            let object = source["describedObject"] ?? [:]
            reference(object, at: path / "describedObject", into: &errors)
            if let problem = unreadable(object.text("apiVersion")) {
                errors.invalid(path / "describedObject" / "apiVersion", object.text("apiVersion"), problem)
            }
            identifier(source["metric"] ?? [:], at: path / "metric", into: &errors)
            self.target(target, at: path / "target", into: &errors)
            if !target.has("value"), !target.has("averageValue") {
                errors.required(path / "target" / "averageValue", "must set either a target value or averageValue")
            }
        case "external":
            identifier(source["metric"] ?? [:], at: path / "metric", into: &errors)
            self.target(target, at: path / "target", into: &errors)
            if !target.has("value"), !target.has("averageValue") {
                errors.required(path / "target" / "averageValue", "must set either a target value for metric or a per-pod target")
            }
            if target.has("value"), target.has("averageValue") {
                errors.forbidden(path / "target" / "value", "may not set both a target value for metric and a per-pod target")
            }
        case "pods":
            identifier(source["metric"] ?? [:], at: path / "metric", into: &errors)
            self.target(target, at: path / "target", into: &errors)
            if !target.has("averageValue") {
                errors.required(path / "target" / "averageValue", "must specify a positive target averageValue")
            }
        default:
            let name = source.text("name")
            if name.isEmpty {
                errors.required(path / "name", "must specify a resource name")
            } else if kind == "containerResource" {
                ResourceValidation.containerName(name, at: path / "name", into: &errors)
            }
            if kind == "containerResource" {
                let container = source.text("container")
                if container.isEmpty {
                    errors.required(path / "container", "must specify a container")
                } else {
                    errors.invalid(path / "container", container, each: NameFormats.dns1123Label(container))
                }
            }
            self.target(target, at: path / "target", into: &errors)
            if !target.has("averageUtilization"), !target.has("averageValue") {
                errors.required(path / "target" / "averageUtilization", "must set either a target raw value or a target utilization")
            }
            if target.has("averageUtilization"), target.has("averageValue") {
                errors.forbidden(path / "target" / "averageValue", "may not set both a target raw value and a target utilization")
            }
        }
    }

    private static func identifier(_ metric: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let name = metric.text("name")
        if name.isEmpty {
            errors.required(path / "name", "must specify a metric name")
        } else {
            errors.invalid(path / "name", name, each: NameFormats.pathSegment(name))
        }
    }

    private static func target(_ target: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let type = target.text("type")
        if type.isEmpty { errors.required(path / "type", "must specify a metric target type") }
        if !["Utilization", "Value", "AverageValue"].contains(type) {
            errors.invalid(path / "type", type, "must be either Utilization, Value, or AverageValue")
        }
        for field in ["value", "averageValue"] {
            if let amount = Quantity(target[field]), amount.sign <= 0 { errors.invalid(path / field, amount.description, "must be positive") }
        }
        if let utilization = target.int("averageUtilization"), utilization < 1 {
            errors.invalid(path / "averageUtilization", utilization, "must be greater than 0")
        }
    }

    private static func rules(_ rules: Value, at path: FieldPath, into errors: inout FieldErrors) {
        if let window = rules.int("stabilizationWindowSeconds") {
            if window < 0 { errors.invalid(path / "stabilizationWindowSeconds", window, "must be greater than or equal to zero") }
            if window > 3600 { errors.invalid(path / "stabilizationWindowSeconds", window, "must be less than or equal to 3600") }
        }
        if let policy = rules.present("selectPolicy")?.stringValue, !["Disabled", "Max", "Min"].contains(policy) {
            errors.notSupported(path / "selectPolicy", policy, ["Disabled", "Max", "Min"])
        }
        if let tolerance = Quantity(rules["tolerance"]), tolerance.sign < 0 {
            errors.invalid(path / "tolerance", tolerance.description, "must be greater than or equal to 0")
        }
        let policies = rules.list("policies")
        if policies.isEmpty { errors.required(path / "policies", "must specify at least one Policy") }
        for (index, policy) in policies.enumerated() {
            let at = (path / "policies")[index]
            let type = policy.text("type")
            if type != "Percent", type != "Pods" { errors.notSupported(at / "type", type, ["Percent", "Pods"]) }
            let value = policy.int("value") ?? 0
            if value <= 0 { errors.invalid(at / "value", value, "must be greater than zero") }
            let period = policy.int("periodSeconds") ?? 0
            if period <= 0 { errors.invalid(at / "periodSeconds", period, "must be greater than zero") }
            if period > 1800 { errors.invalid(at / "periodSeconds", period, "must be less than or equal to 1800") }
        }
    }
}
