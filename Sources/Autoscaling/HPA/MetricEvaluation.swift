import APIMachinery
import KubernetesObjects
import Scheduler

/// What one entry of `spec.metrics` says.
struct MetricOutcome {
    var proposal: ReplicaProposal
    /// How events name the metric: `cpu resource utilization (percentage of request)`.
    var name: String
    /// The entry of `status.currentMetrics`.
    var status: Value
}

/// Why one entry of `spec.metrics` could not be computed.
struct MetricProblem: Error {
    /// `FailedGetResourceMetric`: the reason of the condition and of the event.
    var reason: String
    /// The error itself: the event's message.
    var message: String
    /// The error as the list of invalid metrics quotes it.
    var wrapped: String
}

/// Computes one metric of an autoscaler.
///
/// - Source: kube-controller-manager `podautoscaler/horizontal.go`, `computeStatusFor…Metric`.
struct MetricEvaluation {
    var calculator: ReplicaCalculator
    var namespace: String
    var current: Int
    var statusReplicas: Int
    var selector: LabelSelector
    var tolerances: Tolerances

    func evaluate(_ spec: Value) throws(MetricProblem) -> MetricOutcome {
        switch spec["type"]?.stringValue {
        case "Resource": return try resource(spec["resource"] ?? [:], container: nil)
        case "ContainerResource":
            let source = spec["containerResource"] ?? [:]
            return try resource(source, container: source["container"]?.stringValue ?? "")
        case "Pods": return try pods(spec["pods"] ?? [:])
        case "Object": return try object(spec["object"] ?? [:])
        case "External": return try external(spec["external"] ?? [:])
        default:
            let message = "unknown metric source type \"\(spec["type"]?.stringValue ?? "")\""
            throw MetricProblem(reason: "InvalidMetricSourceType", message: message, wrapped: message)
        }
    }

    private func resource(_ source: Value, container: String?) throws(MetricProblem) -> MetricOutcome {
        let name = source["name"]?.stringValue ?? ""
        let target = source["target"] ?? [:]
        func problem(_ message: String) -> MetricProblem {
            container == nil
                ? MetricProblem(
                    reason: "FailedGetResourceMetric", message: message, wrapped: "failed to get \(name) resource metric value: \(message)")
                : MetricProblem(
                    reason: "FailedGetContainerResourceMetric", message: message, wrapped: "failed to get \(name) container metric value: \(message)")
        }
        var currentValue: Value = [:]
        let proposal: ReplicaProposal
        let label: String
        if let average = quantity(target["averageValue"]) {
            do {
                let usage = try calculator.resourceUsage(name, container: container, namespace: namespace, selector: selector)
                proposal = try calculator.forAverage(
                    current: current, targetMilli: average, resource: name, metric: usage, tolerances: tolerances, namespace: namespace,
                    selector: selector)
            } catch { throw problem("failed to get \(name) usage: \(error.message)") }
            label = "\(name) resource"
        } else if let utilization = target["averageUtilization"]?.intValue {
            do {
                proposal = try calculator.forUtilization(
                    current: current, target: utilization, resource: name, container: container, tolerances: tolerances, namespace: namespace,
                    selector: selector)
            } catch { throw problem("failed to get \(name) utilization: \(error.message)") }
            currentValue["averageUtilization"] = Value(proposal.utilization ?? 0)
            label = "\(name) \(container == nil ? "" : "container ")resource utilization (percentage of request)"
        } else {
            throw problem("invalid resource metric source: neither an average utilization target nor an average value (usage) target was set")
        }
        currentValue["averageValue"] = text(proposal.milliValue, isMemory: name == "memory")
        var status: Value = ["name": .string(name), "current": currentValue]
        if let container { status["container"] = .string(container) }
        let type = container == nil ? "Resource" : "ContainerResource"
        return MetricOutcome(
            proposal: proposal, name: label, status: ["type": .string(type), container == nil ? "resource" : "containerResource": status])
    }

    private func pods(_ source: Value) throws(MetricProblem) -> MetricOutcome {
        let name = source["metric"]?["name"]?.stringValue ?? ""
        do throws(MetricsFailure) {
            let usage: [String: PodMetric]
            do { usage = try calculator.metrics.pods(metric: name, namespace: namespace, selector: selector) } catch {
                throw MetricsFailure("unable to get metric \(name): \(error.message)")
            }
            let proposal = try calculator.forAverage(
                current: current, targetMilli: quantity(source["target"]?["averageValue"]) ?? 0, resource: nil, metric: usage,
                tolerances: tolerances, namespace: namespace, selector: selector)
            return MetricOutcome(
                proposal: proposal, name: "pods metric \(name)",
                status: ["type": "Pods", "pods": ["metric": source["metric"] ?? [:], "current": ["averageValue": text(proposal.milliValue)]]])
        } catch {
            throw MetricProblem(reason: "FailedGetPodsMetric", message: error.message, wrapped: "failed to get pods metric value: \(error.message)")
        }
    }

    private func object(_ source: Value) throws(MetricProblem) -> MetricOutcome {
        let name = source["metric"]?["name"]?.stringValue ?? ""
        let described = source["describedObject"] ?? [:]
        let kind = described["kind"]?.stringValue ?? ""
        do throws(MetricsFailure) {
            let usage: Int
            do { usage = try calculator.metrics.object(metric: name, namespace: namespace, kind: kind, name: described["name"]?.stringValue ?? "") } catch {
                throw MetricsFailure("unable to get metric \(name): \(kind) on \(namespace) \(described["name"]?.stringValue ?? "")/\(error.message)")
            }
            let (proposal, current) = try value(of: usage, target: source["target"] ?? [:])
            return MetricOutcome(
                proposal: proposal, name: "\(kind) metric \(name)",
                status: ["type": "Object", "object": ["metric": source["metric"] ?? [:], "describedObject": described, "current": current]])
        } catch {
            throw MetricProblem(reason: "FailedGetObjectMetric", message: error.message, wrapped: "failed to get object metric value: \(error.message)")
        }
    }

    private func external(_ source: Value) throws(MetricProblem) -> MetricOutcome {
        let name = source["metric"]?["name"]?.stringValue ?? ""
        let wanted = source["metric"]?["selector"]
        do throws(MetricsFailure) {
            let values: [Int]
            do {
                values = try calculator.metrics.external(metric: name, namespace: namespace, selector: LabelSelector(object: wanted ?? [:]))
            } catch {
                throw MetricsFailure("unable to get external metric \(namespace)/\(name)/\(Self.printed(wanted)): \(error.message)")
            }
            let (proposal, current) = try value(of: values.reduce(0, &+), target: source["target"] ?? [:])
            return MetricOutcome(
                proposal: proposal, name: "external metric \(name)(\(Self.printed(wanted)))",
                status: ["type": "External", "external": ["metric": source["metric"] ?? [:], "current": current]])
        } catch {
            throw MetricProblem(
                reason: "FailedGetExternalMetric", message: error.message, wrapped: "failed to get \(name) external metric value: \(error.message)")
        }
    }

    /// A metric that is not of pods, against a target value or an average over the replicas.
    private func value(of usage: Int, target: Value) throws(MetricsFailure) -> (ReplicaProposal, Value) {
        if let average = quantity(target["averageValue"]) {
            let proposal = calculator.forAverageOverReplicas(
                current: current, statusReplicas: statusReplicas, targetMilli: average, usageMilli: usage, tolerances: tolerances)
            return (proposal, ["averageValue": text(proposal.milliValue)])
        }
        guard let wanted = quantity(target["value"]) else {
            throw MetricsFailure("invalid metric source: neither a value target nor an average value target was set")
        }
        let proposal = try calculator.forValue(
            current: current, targetMilli: wanted, usageMilli: usage, tolerances: tolerances, namespace: namespace, selector: selector)
        return (proposal, ["value": text(proposal.milliValue)])
    }

    private func quantity(_ value: Value?) -> Int? {
        if let number = value?.intValue { return number &* 1000 }
        return value?.stringValue.flatMap { Quantity($0) }.map { Int($0.milliValue) }
    }

    private func text(_ milliValue: Int, isMemory: Bool = false) -> Value {
        .string(Quantity(milliValue: Int64(milliValue)).description)
    }

    private static func printed(_ selector: Value?) -> String {
        guard let selector, !selector.isNull else { return "nil" }
        return LabelSelector.goText(selector)
    }
}
