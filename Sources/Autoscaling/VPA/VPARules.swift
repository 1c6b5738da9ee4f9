import KubernetesObjects

/// What the admission controller asks of a VerticalPodAutoscaler beyond the schema of its kind.
///
/// - Source: vertical-pod-autoscaler 1.5 `admission-controller/resource/vpa/handler.go`, in its order.
enum VPARules {
    /// What is wrong with an autoscaler; nil when it can be let in.
    static func problem(in object: Value, isNew: Bool) -> String? {
        let spec = object["spec"] ?? [:]
        if let policy = spec["updatePolicy"], !policy.isNull {
            guard let mode = policy["updateMode"]?.stringValue else { return "updateMode is required if UpdatePolicy is used" }
            if VerticalPodAutoscaler.UpdateMode(rawValue: mode) == nil { return "unexpected UpdateMode value \(mode)" }
            if let least = policy["minReplicas"]?.intValue, least <= 0 { return "minReplicas has to be positive, got \(least)" }
        }
        for policy in spec["resourcePolicy"]?["containerPolicies"]?.elements ?? [] { if let problem = problem(inPolicy: policy) { return problem } }
        if isNew, spec["targetRef"] == nil { return "targetRef is required. If you're using v1beta1 version of the API, please migrate to v1" }
        if (spec["recommenders"]?.elements.count ?? 0) > 1 { return "the current version of VPA object shouldn't specify more than one recommenders" }
        return nil
    }

    private static func problem(inPolicy policy: Value) -> String? {
        if (policy["containerName"]?.stringValue ?? "").isEmpty { return "containerPolicies.ContainerName is required" }
        let mode = policy["mode"]?.stringValue
        if let mode, mode != "Auto", mode != "Off" { return "unexpected Mode value \(mode)" }
        let (least, most) = (amounts(policy["minAllowed"]), amounts(policy["maxAllowed"]))
        for (resource, amount) in least {
            if let problem = resolutionProblem(resource, amount) { return "minAllowed: \(problem)" }
            if let bound = most.first(where: { $0.resource == resource })?.amount, bound < amount { return "max resource for \(resource) is lower than min" }
        }
        for (resource, amount) in most { if let problem = resolutionProblem(resource, amount) { return "maxAllowed: \(problem)" } }
        if mode == "Off", policy["controlledValues"]?.stringValue == "RequestsAndLimits" {
            return "controlledValues shouldn't be specified if container scaling mode is off"
        }
        return nil
    }

    /// Amounts by resource, in the order of names.
    private static func amounts(_ list: Value?) -> [(resource: String, amount: Quantity)] {
        (list?.fields ?? Fields()).sorted { $0.key < $1.key }.compactMap { resource, value in Quantity(value).map { (resource, $0) } }
    }

    /// Amounts are whole millicores and whole bytes.
    private static func resolutionProblem(_ resource: String, _ amount: Quantity) -> String? {
        switch resource {
        case "cpu" where Quantity(milliValue: amount.milliValue) != amount: "CPU [\(amount)] must be a whole number of milli CPUs"
        case "memory" where Quantity(amount.value) != amount: "memory [\(amount)] must be a whole number of bytes"
        default: nil
        }
    }
}
