import KubernetesObjects

/// An object as kubectl writes one that it read into Go's types: structures that are no pointers stand there even when they are empty.
///
/// - Shape: only what `set` and `rollout` work on: workloads, pods, services, bindings.
/// - Source: k8s.io/api 0.36, fields of structure type without a pointer, and numbers without `omitempty`.
enum TypedForm {
    static func of(_ object: Value) -> Value {
        var copy = object
        switch object.kind {
        case "Pod": complete(podSpec: &copy, ["spec"])
        case "Deployment":
            complete(template: &copy, ["spec", "template"])
            add(&copy, ["spec", "strategy"], [:])
        case "ReplicaSet", "ReplicationController": complete(template: &copy, ["spec", "template"])
        case "DaemonSet", "StatefulSet":
            complete(template: &copy, ["spec", "template"])
            add(&copy, ["spec", "updateStrategy"], [:])
            if object.kind == "StatefulSet" { each(&copy, ["spec", "volumeClaimTemplates"], complete(claim:)) }
        case "Job": complete(template: &copy, ["spec", "template"])
        case "CronJob":
            add(&copy, ["spec", "jobTemplate", "metadata"], [:])
            complete(template: &copy, ["spec", "jobTemplate", "spec", "template"])
        case "Service": add(&copy, ["status", "loadBalancer"], [:])
        default: return object
        }
        add(&copy, ["status"], [:])
        for field in counts[object.kind] ?? [] { add(&copy, ["status", field], 0) }
        return copy
    }

    /// Numbers of the status that are written even when they are 0.
    private static let counts = [
        "ReplicaSet": ["replicas"], "ReplicationController": ["replicas"], "StatefulSet": ["availableReplicas", "replicas"],
        "DaemonSet": ["currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady"],
    ]

    private static func complete(template object: inout Value, _ path: [String]) {
        add(&object, path + ["metadata"], [:])
        complete(podSpec: &object, path + ["spec"])
    }

    private static func complete(podSpec object: inout Value, _ path: [String]) {
        for list in ["containers", "initContainers", "ephemeralContainers"] {
            each(&object, path + [list]) { container in
                add(&container, ["resources"], [:])
                each(&container, ["env"]) { variable in
                    if variable["valueFrom", "resourceFieldRef"] != nil { add(&variable, ["valueFrom", "resourceFieldRef", "divisor"], "0") }
                }
            }
        }
    }

    private static func complete(claim: inout Value) {
        add(&claim, ["metadata"], [:])
        add(&claim, ["spec", "resources"], [:])
        add(&claim, ["status"], [:])
    }

    private static func add(_ object: inout Value, _ path: [String], _ value: Value) {
        if object[path: path].map(\.isNull) ?? true { object[path: path] = value }
    }

    private static func each(_ object: inout Value, _ path: [String], _ change: (inout Value) -> Void) {
        guard var list = object[path: path]?.arrayValue else { return }
        for index in list.indices { change(&list[index]) }
        object[path: path] = .array(list)
    }
}
