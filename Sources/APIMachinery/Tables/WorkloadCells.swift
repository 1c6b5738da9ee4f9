import KubernetesObjects
import SimulationKernel

/// The cells of workloads and autoscalers.
extension CellMaker {
    var replicationController: [Value] {
        [name, number(spec["replicas"]), number(status["replicas"]), number(status["readyReplicas"]), age]
            + workload(template: spec["template"], selector: Self.labels(spec["selector"]))
    }

    var replicaSet: [Value] {
        [name, number(spec["replicas"]), number(status["replicas"]), number(status["readyReplicas"]), age]
            + workload(template: spec["template"], selector: Self.selector(spec["selector"]))
    }

    var deployment: [Value] {
        let ready = "\(status["readyReplicas"]?.intValue ?? 0)/\(spec["replicas"]?.intValue ?? 0)"
        return [name, .string(ready), number(status["updatedReplicas"]), number(status["availableReplicas"]), age]
            + workload(template: spec["template"], selector: Self.selector(spec["selector"]))
    }

    var statefulSet: [Value] {
        let ready = "\(status["readyReplicas"]?.intValue ?? 0)/\(spec["replicas"]?.intValue ?? 0)"
        return [name, .string(ready), age] + Self.containers(spec["template"]?["spec"])
    }

    var daemonSet: [Value] {
        [
            name, number(status["desiredNumberScheduled"]), number(status["currentNumberScheduled"]), number(status["numberReady"]),
            number(status["updatedNumberScheduled"]), number(status["numberAvailable"]),
            .string(Self.labels(spec["template"]?["spec"]?["nodeSelector"])), age,
        ] + workload(template: spec["template"], selector: Self.selector(spec["selector"]))
    }

    var job: [Value] {
        let succeeded = status["succeeded"]?.intValue ?? 0
        let completions: String
        if let wanted = spec["completions"]?.intValue {
            completions = "\(succeeded)/\(wanted)"
        } else {
            let parallelism = spec["parallelism"]?.intValue ?? 0
            completions = parallelism > 1 ? "\(succeeded)/1 of \(parallelism)" : "\(succeeded)/1"
        }
        var duration = ""
        if let start = status["startTime"]?.stringValue.flatMap(Instant.init(rfc3339:)) {
            let end = status["completionTime"]?.stringValue.flatMap(Instant.init(rfc3339:)) ?? now
            duration = humanDuration(end - start)
        }
        let state: String
        if object.isConditionTrue("Complete") {
            state = "Complete"
        } else if object.isConditionTrue("Failed") {
            state = "Failed"
        } else if object.isBeingDeleted {
            state = "Terminating"
        } else {
            state = ["Suspended", "FailureTarget", "SuccessCriteriaMet"].first { object.isConditionTrue($0) } ?? "Running"
        }
        return [name, .string(state), .string(completions), .string(duration), age]
            + workload(template: spec["template"], selector: Self.selector(spec["selector"]))
    }

    var cronJob: [Value] {
        let suspend = spec["suspend"]?.boolValue.map { $0 ? "True" : "False" } ?? "<unset>"
        let last = status["lastScheduleTime"]
        return [
            name, string(spec["schedule"]), string(spec["timeZone"], or: "<none>"), .string(suspend),
            Value(status["active"]?.elements.count ?? 0), last == nil ? "<none>" : since(last), age,
        ] + workload(template: spec["jobTemplate"]?["spec"]?["template"], selector: Self.selector(spec["jobTemplate"]?["spec"]?["selector"]))
    }

    var podTemplate: [Value] {
        [name] + Self.containers(object["template"]?["spec"]) + [.string(Self.labels(object["template"]?["metadata"]?["labels"]))]
    }

    var controllerRevision: [Value] {
        var owner = "<none>"
        if let reference = object.controllerReference {
            let version = reference["apiVersion"]?.stringValue ?? ""
            let group = version.contains("/") ? "." + version.prefix { $0 != "/" } : ""
            owner = ((reference["kind"]?.stringValue ?? "") + group).lowercased() + "/" + (reference["name"]?.stringValue ?? "")
        }
        return [name, .string(owner), number(object["revision"]), age]
    }

    var autoscaler: [Value] {
        let target = spec["scaleTargetRef"]
        return [
            name, .string("\(Self.text(target?["kind"]))/\(Self.text(target?["name"]))"), .string(metrics),
            .string(spec["minReplicas"]?.intValue.map(String.init) ?? "<unset>"), .string(String(spec["maxReplicas"]?.intValue ?? 0)),
            number(status["currentReplicas"]), age,
        ]
    }

    private var metrics: String {
        let specs = spec["metrics"]?.elements ?? []
        let current = status["currentMetrics"]?.elements ?? []
        let texts = specs.enumerated().map { index, metric in Self.metric(metric, index < current.count ? current[index] : nil) }
        return Self.cut(texts, max: 2, separator: ", ", empty: "<none>")
    }

    private static func metric(_ metric: Value, _ present: Value?) -> String {
        let unknown = "<unknown>"
        func quantity(_ value: Value?) -> String {
            let shown = text(value)
            return shown.isEmpty ? unknown : shown
        }
        let (field, prefix): (String, String)
        switch metric["type"]?.stringValue {
        case "External": (field, prefix) = ("external", "")
        case "Pods": (field, prefix) = ("pods", "")
        case "Object": (field, prefix) = ("object", "")
        case "Resource": (field, prefix) = ("resource", text(metric["resource"]?["name"]) + ": ")
        case "ContainerResource": (field, prefix) = ("containerResource", text(metric["containerResource"]?["name"]) + ": ")
        default: return "<unknown type>"
        }
        let target = metric[field]?["target"]
        let now = present?[field]?["current"]
        if let wanted = target?["averageValue"] {
            let suffix = field == "external" || field == "object" ? " (avg)" : ""
            return "\(prefix)\(quantity(now?["averageValue"]))/\(text(wanted))\(suffix)"
        }
        if field == "resource" || field == "containerResource" {
            let shown = now?["averageUtilization"]?.intValue.map { "\($0)%" } ?? unknown
            let wanted = target?["averageUtilization"]?.intValue.map { "\($0)%" } ?? "<auto>"
            return "\(prefix)\(shown)/\(wanted)"
        }
        return "\(quantity(now?["value"]))/\(text(target?["value"]))"
    }

    var disruptionBudget: [Value] {
        func bound(_ value: Value?) -> Value { value == nil ? "N/A" : .string(Self.text(value)) }
        return [name, bound(spec["minAvailable"]), bound(spec["maxUnavailable"]), number(status["disruptionsAllowed"]), age]
    }
}
