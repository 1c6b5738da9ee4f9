import APIMachinery
import KubernetesObjects

/// `kubectl autoscale`.
enum AutoscaleCommand {
    static let command = Command(
        name: "autoscale", summary: "Auto-scale a deployment, replica set, stateful set, or replication controller",
        usage: "(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY] [flags]",
        flags: SharedFlags.filename("the object") + Creation.flags.filter { $0.name != "validate" && $0.name != "field-manager" } + [
            SharedFlags.fieldManager("kubectl-autoscale"), SharedFlags.record, FlagSpec("min", kind: .int, fallback: "-1", "Fewest pods."),
            FlagSpec("max", kind: .int, fallback: "-1", "Most pods."), FlagSpec("name", "Name of the autoscaler; the target's by default."),
            FlagSpec("cpu", "Target CPU: a percentage of the request such as 70%, or an amount such as 500m."),
            FlagSpec("memory", "Target memory: a percentage of the request, or an amount such as 200Mi."),
            FlagSpec(
                "cpu-percent", kind: .int, fallback: "-1",
                deprecated: "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).",
                "Target CPU in percent of the request."),
        ],
        requiredFlags: ["max"], run: { (invocation) throws(Failure) in try run(invocation) })

    private static let targets: Set = ["ReplicationController", "Deployment", "ReplicaSet", "StatefulSet"]

    private static func run(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let (minimum, maximum) = (flags.int("min"), flags.int("max"))
        if maximum < 1 { throw Failure("--max=MAXPODS is required and must be at least 1, max: \(maximum)") }
        if maximum < minimum { throw Failure("--max=MAXPODS must be larger or equal to --min=MINPODS, max: \(maximum), min: \(minimum)") }
        if flags.isSet("cpu"), flags.isSet("cpu-percent") { throw Failure("--cpu and --cpu-percent are mutually exclusive") }
        var metrics: [Value] = []
        if flags.isSet("cpu-percent"), flags.int("cpu-percent") >= 0 {
            metrics.append(try metric("cpu", "\(flags.int("cpu-percent"))%"))
        } else if !flags.string("cpu").isEmpty {
            metrics.append(try metric("cpu", flags.string("cpu")))
        }
        if !flags.string("memory").isEmpty { metrics.append(try metric("memory", flags.string("memory"))) }
        // What a file names need not be there yet.
        let found = try ResourceQuery(invocation, arguments: invocation.arguments).find(invocation)
        if found.infos.isEmpty, found.failures.isEmpty { throw Failure("no objects passed to autoscale") }
        let failures = found.visiting { (info) throws(Failure) in
            if !targets.contains(info.entry.kind) {
                throw Failure("cannot autoscale a \(info.entry.kind): could not find scale subresource for \(info.entry.printedResource) in discovery information")
            }
            let name = flags.string("name").isEmpty ? info.name : flags.string("name")
            var spec: Value = [
                "scaleTargetRef": ["kind": .string(info.entry.kind), "name": .string(info.name), "apiVersion": .string(info.entry.apiVersion)]
            ]
            if minimum > 0 { spec["minReplicas"] = Value(minimum) }
            spec["maxReplicas"] = Value(maximum)
            if !metrics.isEmpty { spec["metrics"] = .array(metrics) }
            var object: Value = [
                "kind": "HorizontalPodAutoscaler", "apiVersion": "autoscaling/v2",
                "metadata": try Creation.metadata(invocation, name: name), "spec": spec,
            ]
            if try invocation.dryRun == .client { object["status"] = ["desiredReplicas": 0, "currentMetrics": .null] }
            try Creation.create(
                object, GroupResource("horizontalpodautoscalers", group: "autoscaling"), failing: nil, operation: "autoscaled", annotating: .whenSent,
                invocation)
        }
        if let failure = Failure.aggregate(failures) { throw failure }
    }

    private static func metric(_ resource: String, _ text: String) throws(Failure) -> Value {
        var target: Value
        if text.hasSuffix("%") {
            guard let percentage = Int(text.dropLast()) else { throw Failure("invalid percentage format for \(resource): \(text)") }
            if percentage <= 0 { throw Failure("invalid percentage value: \(percentage)") }
            target = ["type": "Utilization", "averageUtilization": Value(percentage)]
        } else {
            guard let amount = ResourceAmount(text) else { throw Failure("invalid \(resource) resource: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'") }
            if amount.milli <= 0 { throw Failure("invalid \(resource) value: \(text) must be greater than 0") }
            target = ["type": "AverageValue", "averageValue": .string(text)]
        }
        return ["type": "Resource", "resource": ["name": .string(resource), "target": target]]
    }
}
