import APIMachinery
import KubernetesObjects
import SimulationKernel

extension Describer {
    private func count(_ key: String) -> Int { status[key]?.intValue ?? 0 }

    func deployment() throws(Failure) -> String {
        var text = new
        text.field("Name", object.name)
        text.field("Namespace", object.namespace)
        text.field("CreationTimestamp", rfc1123(object["metadata", "creationTimestamp"]))
        text.labels("Labels", object.labels)
        text.annotations("Annotations", object.annotations)
        text.field("Selector", selectorText(spec["selector"]))
        text.field(
            "Replicas",
            "\(spec["replicas"]?.intValue ?? 1) desired | \(count("updatedReplicas")) updated | \(count("replicas")) total | \(count("availableReplicas")) available | \(count("unavailableReplicas")) unavailable"
        )
        text.field("StrategyType", spec["strategy", "type"]?.stringValue ?? "")
        text.field("MinReadySeconds", "\(spec["minReadySeconds"]?.intValue ?? 0)")
        if let rolling = spec["strategy", "rollingUpdate"] {
            text.field(
                "RollingUpdateStrategy",
                "\(rolling["maxUnavailable"].map(goText) ?? "<nil>") max unavailable, \(rolling["maxSurge"].map(goText) ?? "<nil>") max surge")
        }
        text.podTemplate(spec["template"])
        conditionTable(&text)
        let sets = try? ReplicaSetHistory(invocation, deployment: object)
        if let sets, !sets.all.isEmpty {
            text.field("OldReplicaSets", Self.printed(sets.old))
            text.field("NewReplicaSet", Self.printed(sets.new.map { [$0] } ?? []))
        }
        return try finish(text)
    }

    private static func printed(_ sets: [Value]) -> String {
        if sets.isEmpty { return "<none>" }
        return sets.map {
            "\($0.name) (\($0["status", "replicas"]?.intValue ?? 0)/\($0["spec", "replicas"]?.intValue ?? 0) replicas created)"
        }.joined(separator: ", ")
    }

    private func conditionTable(_ text: inout DescribeText) {
        let conditions = status["conditions"]?.elements ?? []
        if conditions.isEmpty { return }
        text.line(0, "Conditions:\n  Type\tStatus\tReason")
        text.line(1, "----\t------\t------")
        for condition in conditions {
            text.line(
                1,
                "\(condition["type"]?.stringValue ?? "") \t\(condition["status"]?.stringValue ?? "")\t\(condition["reason"]?.stringValue ?? "")"
            )
        }
    }

    func replicaSet() throws(Failure) -> String {
        var text = new
        text.field("Name", object.name)
        text.field("Namespace", object.namespace)
        text.field("Selector", formatSelector(spec["selector"]))
        text.labels("Labels", object.labels)
        text.annotations("Annotations", object.annotations)
        if let controlledBy { text.field("Controlled By", controlledBy) }
        text.field("Replicas", "\(count("replicas")) current / \(spec["replicas"]?.intValue ?? 0) desired")
        do throws(Failure) {
            text.field("Pods Status", try podStatus(selector: spec["selector"]))
        } catch {
            text.field("Pods Status", "error in fetching pods: \(error.plainText)")
        }
        text.podTemplate(spec["template"])
        conditionTable(&text)
        return try finish(text)
    }

    func replicationController() throws(Failure) -> String {
        var text = new
        text.field("Name", object.name)
        text.field("Namespace", object.namespace)
        text.field("Selector", formatLabels(spec["selector"]?.fields))
        text.labels("Labels", object.labels)
        text.annotations("Annotations", object.annotations)
        text.field("Replicas", "\(count("replicas")) current / \(spec["replicas"]?.intValue ?? 0) desired")
        text.field("Pods Status", try podStatus(selector: ["matchLabels": spec["selector"] ?? [:]]))
        text.podTemplate(spec["template"])
        conditionTable(&text)
        return try finish(text)
    }

    func statefulSet() throws(Failure) -> String {
        var text = new
        text.field("Name", object.name)
        text.field("Namespace", object.namespace)
        text.field("CreationTimestamp", rfc1123(object["metadata", "creationTimestamp"]))
        text.field("Selector", selectorText(spec["selector"]))
        text.labels("Labels", object.labels)
        text.annotations("Annotations", object.annotations)
        text.field("Replicas", "\(spec["replicas"]?.intValue ?? 0) desired | \(count("replicas")) total")
        text.field("Update Strategy", spec["updateStrategy", "type"]?.stringValue ?? "")
        if let rolling = spec["updateStrategy", "rollingUpdate"], let partition = rolling["partition"]?.intValue {
            text.field("Partition", "\(partition)", level: 1)
            if let unavailable = rolling["maxUnavailable"] { text.field("MaxUnavailable", goText(unavailable), level: 1) }
        }
        text.field("Pods Status", try podStatus(selector: spec["selector"]))
        text.podTemplate(spec["template"])
        text.claimTemplates(spec["volumeClaimTemplates"]?.elements ?? [])
        return try finish(text)
    }

    func daemonSet() throws(Failure) -> String {
        var text = new
        text.field("Name", object.name)
        text.field("Namespace", object.namespace)
        text.field("Selector", selectorText(spec["selector"]))
        text.field("Node-Selector", formatLabels(spec["template", "spec", "nodeSelector"]?.fields))
        text.labels("Labels", object.labels)
        text.annotations("Annotations", object.annotations)
        text.line(0, "Desired Number of Nodes Scheduled: \(count("desiredNumberScheduled"))")
        text.line(0, "Current Number of Nodes Scheduled: \(count("currentNumberScheduled"))")
        text.line(0, "Number of Nodes Scheduled with Up-to-date Pods: \(count("updatedNumberScheduled"))")
        text.line(0, "Number of Nodes Scheduled with Available Pods: \(count("numberAvailable"))")
        text.line(0, "Number of Nodes Misscheduled: \(count("numberMisscheduled"))")
        text.field("Pods Status", try podStatus(selector: spec["selector"]))
        text.podTemplate(spec["template"])
        return try finish(text)
    }

    func job() throws(Failure) -> String {
        var text = new
        text.field("Name", object.name)
        text.field("Namespace", object.namespace)
        text.field("Selector", selectorText(spec["selector"]))
        text.labels("Labels", object.labels)
        text.annotations("Annotations", object.annotations)
        if let controlledBy { text.field("Controlled By", controlledBy) }
        if let parallelism = spec["parallelism"] { text.field("Parallelism", goText(parallelism)) }
        text.field("Completions", spec["completions"].map(goText) ?? "<unset>")
        for (title, key) in [
            ("Completion Mode", "completionMode"), ("Suspend", "suspend"), ("Backoff Limit", "backoffLimit"),
            ("TTL Seconds After Finished", "ttlSecondsAfterFinished"),
        ] {
            if let value = spec[key] { text.field(title, goText(value)) }
        }
        if let start = status["startTime"] { text.field("Start Time", rfc1123(start)) }
        if let end = status["completionTime"] { text.field("Completed At", rfc1123(end)) }
        if let start = instant(status["startTime"]), let end = instant(status["completionTime"]) { text.field("Duration", humanDuration(end - start)) }
        if let deadline = spec["activeDeadlineSeconds"]?.intValue { text.field("Active Deadline Seconds", "\(deadline)s") }
        let ready = status["ready"]?.intValue.map { " (\($0) Ready)" } ?? ""
        text.field("Pods Statuses", "\(count("active")) Active\(ready) / \(count("succeeded")) Succeeded / \(count("failed")) Failed")
        if spec["completionMode"]?.stringValue == "Indexed" {
            text.field("Completed Indexes", Self.cut(status["completedIndexes"]?.stringValue ?? ""))
        }
        text.podTemplate(spec["template"])
        return try finish(text)
    }

    /// A list of indexes, cut after the first comma past 50 letters.
    private static func cut(_ indexes: String) -> String {
        if indexes.isEmpty { return "<none>" }
        guard indexes.count > 50 else { return indexes }
        let after = indexes.dropFirst(50)
        guard let comma = after.firstIndex(of: ",") else { return indexes }
        return indexes[...comma] + "..."
    }

    func cronJob() throws(Failure) -> String {
        var text = new
        text.head(object)
        text.field("Schedule", spec["schedule"]?.stringValue ?? "")
        text.field("Concurrency Policy", spec["concurrencyPolicy"]?.stringValue ?? "")
        text.field("Suspend", spec["suspend"]?.boolValue.map { $0 ? "True" : "False" } ?? "<unset>")
        text.field("Time Zone", spec["timeZone"]?.stringValue ?? "<unset>")
        text.field("Successful Job History Limit", spec["successfulJobsHistoryLimit"].map(goText) ?? "<unset>")
        text.field("Failed Job History Limit", spec["failedJobsHistoryLimit"].map(goText) ?? "<unset>")
        text.field("Starting Deadline Seconds", spec["startingDeadlineSeconds"].map { goText($0) + "s" } ?? "<unset>")
        let job = spec["jobTemplate", "spec"] ?? [:]
        text.field("Selector", job["selector"].map(selectorText) ?? "<unset>")
        text.field("Parallelism", job["parallelism"].map(goText) ?? "<unset>")
        text.field("Completions", job["completions"].map(goText) ?? "<unset>")
        if let deadline = job["activeDeadlineSeconds"] { text.field("Active Deadline Seconds", goText(deadline) + "s") }
        text.podTemplate(job["template"])
        text.field("Last Schedule Time", status["lastScheduleTime"].map(rfc1123) ?? "<unset>")
        let active = (status["active"]?.elements ?? []).compactMap { $0["name"]?.stringValue }
        text.field("Active Jobs", active.isEmpty ? "<none>" : active.joined(separator: ", "))
        return try finish(text)
    }

    func autoscaler() throws(Failure) -> String {
        var text = new
        text.head(object)
        text.field("CreationTimestamp", rfc1123(object["metadata", "creationTimestamp"]))
        let target = spec["scaleTargetRef"] ?? [:]
        let kind = target["kind"]?.stringValue ?? ""
        text.field("Reference", "\(kind)/\(target["name"]?.stringValue ?? "")")
        if spec["targetCPUUtilizationPercentage"] != nil || object.apiVersion == "autoscaling/v1" {
            if let percentage = spec["targetCPUUtilizationPercentage"] {
                text.field("Target CPU utilization", goText(percentage) + "%")
                text.field("Current CPU utilization", (status["currentCPUUtilizationPercentage"].map(goText) ?? "<unknown>") + "%")
            }
        } else {
            text.field("Metrics", "( current / target )")
            for (index, metric) in (spec["metrics"]?.elements ?? []).enumerated() {
                self.metric(metric, status["currentMetrics"]?[index], &text)
            }
        }
        text.field("Min replicas", spec["minReplicas"].map(goText) ?? "<unset>")
        text.field("Max replicas", spec["maxReplicas"].map(goText) ?? "0")
        if let behavior = spec["behavior"] {
            text.line(0, "Behavior:")
            direction("Scale Up", behavior["scaleUp"], &text)
            direction("Scale Down", behavior["scaleDown"], &text)
        }
        text.field("\(kind) pods", "\(count("currentReplicas")) current / \(count("desiredReplicas")) desired")
        if object.apiVersion != "autoscaling/v1" {
            text.conditions(object, columns: [("Type", "type"), ("Status", "status"), ("Reason", "reason"), ("Message", "message")])
        }
        return try finish(text)
    }

    private func direction(_ title: String, _ rules: Value?, _ text: inout DescribeText) {
        guard let rules else { return }
        text.line(1, "\(title):")
        if let window = rules["stabilizationWindowSeconds"] { text.line(2, "Stabilization Window: \(goText(window)) seconds") }
        let policies = rules["policies"]?.elements ?? []
        if policies.isEmpty { return }
        text.line(2, "Select Policy: \(rules["selectPolicy"]?.stringValue ?? "Max")")
        text.line(2, "Policies:")
        for policy in policies {
            text.line(
                3,
                "- Type: \(policy["type"]?.stringValue ?? "")\tValue: \(policy["value"].map(goText) ?? "0")\tPeriod: \(policy["periodSeconds"].map(goText) ?? "0") seconds"
            )
        }
    }

    private func metric(_ metric: Value, _ current: Value?, _ text: inout DescribeText) {
        let type = metric["type"]?.stringValue ?? ""
        let key = type.prefix(1).lowercased() + type.dropFirst()
        let source = metric[key] ?? [:]
        let now = current?[key]?["current"]
        let target = source["target"] ?? [:]
        func known(_ field: String) -> String { now?[field].map(goText) ?? "<unknown>" }
        let name = source["metric", "name"]?.stringValue ?? ""
        switch type {
        case "External":
            let average = target["averageValue"] != nil
            let field = average ? "averageValue" : "value"
            text.line(1, "\(goQuoted(name)) (target \(average ? "average " : "")value):\t\(known(field)) / \(target[field].map(goText) ?? "")")
        case "Pods": text.line(1, "\(goQuoted(name)) on pods:\t\(known("averageValue")) / \(target["averageValue"].map(goText) ?? "")")
        case "Object":
            let average = target["type"]?.stringValue == "AverageValue"
            let field = average ? "averageValue" : "value"
            let described = source["describedObject"] ?? [:]
            text.line(
                1,
                "\"\(name)\" on \(described["kind"]?.stringValue ?? "")/\(described["name"]?.stringValue ?? "") (target \(average ? "average " : "")value):\t\(known(field)) / \(target[field].map(goText) ?? "")"
            )
        case "Resource", "ContainerResource":
            let of = type == "ContainerResource" ? " of container \"\(source["container"]?.stringValue ?? "")\"" : ""
            let begin = "resource \(source["name"]?.stringValue ?? "")\(of) on pods"
            if let average = target["averageValue"] {
                text.line(1, "\(begin):\t\(known("averageValue")) / \(goText(average))")
            } else {
                let utilization = now?["averageUtilization"].map { "\(goText($0))% (\(known("averageValue")))" } ?? "<unknown>"
                let wanted = target["averageUtilization"].map { goText($0) + "%" } ?? "<auto>"
                text.line(1, "\(begin)  (as a percentage of request):\t\(utilization) / \(wanted)")
            }
        default: text.line(1, "<unknown metric type \(goQuoted(type))>")
        }
    }

    func disruptionBudget() throws(Failure) -> String {
        var text = new
        text.field("Name", object.name)
        text.field("Namespace", object.namespace)
        if let minimum = spec["minAvailable"] {
            text.field("Min available", goText(minimum))
        } else if let maximum = spec["maxUnavailable"] {
            text.field("Max unavailable", goText(maximum))
        }
        text.field("Selector", spec["selector"].map(formatSelector) ?? "<unset>")
        text.line(0, "Status:")
        text.field("Allowed disruptions", "\(count("disruptionsAllowed"))", level: 2)
        text.field("Current", "\(count("currentHealthy"))", level: 2)
        text.field("Desired", "\(count("desiredHealthy"))", level: 2)
        text.field("Total", "\(count("expectedPods"))", level: 2)
        return try finish(text)
    }
}
