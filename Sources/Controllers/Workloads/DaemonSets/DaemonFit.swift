import KubernetesObjects
import Scheduler

/// On which nodes pods of a DaemonSet should run, and may go on running.
///
/// - Source: kube-controller-manager `NodeShouldRunDaemonPod`, `AddOrUpdateDaemonPodTolerations`.
struct DaemonFit {
    private let selection: NodeSelection?
    private let tolerations: [Toleration]
    private let nodeName: String

    init(template: Value?) {
        let spec = template?["spec"]
        selection = NodeSelection(podSpec: spec)
        nodeName = spec?["nodeName"]?.stringValue ?? ""
        tolerations = Toleration.list(ofPodSpec: spec) + Self.added(to: spec).map { Toleration($0) }
    }

    func decide(_ node: Value) -> (shouldRun: Bool, mayContinue: Bool) {
        if !nodeName.isEmpty, nodeName != node.name { return (false, false) }
        if let selection, !selection.matches(name: node.name, labels: stringMap(node["metadata"]?["labels"])) { return (false, false) }
        let taints = Taint.list(ofNode: node)
        if taints.contains(where: { $0.effect != .preferNoSchedule && !tolerations.tolerates($0) }) {
            let evicts = taints.contains { $0.effect == .noExecute && !tolerations.tolerates($0) }
            return (false, !evicts)
        }
        return (true, true)
    }

    /// What every daemon pod tolerates.
    static func added(to spec: Value?) -> [Value] {
        func toleration(_ key: String, _ effect: String) -> Value {
            ["key": .string("node.kubernetes.io/" + key), "operator": "Exists", "effect": .string(effect)]
        }
        var list = [
            toleration("not-ready", "NoExecute"), toleration("unreachable", "NoExecute"), toleration("disk-pressure", "NoSchedule"),
            toleration("memory-pressure", "NoSchedule"), toleration("pid-pressure", "NoSchedule"), toleration("unschedulable", "NoSchedule"),
        ]
        if spec?["hostNetwork"]?.boolValue == true { list.append(toleration("network-unavailable", "NoSchedule")) }
        return list
    }

    /// A template's spec for one node: its tolerations, and the node by name.
    static func podSpec(_ template: Value?, node: String) -> Value {
        var spec = template?["spec"] ?? [:]
        var tolerations = spec["tolerations"]?.elements ?? []
        for toleration in added(to: spec) {
            let same = tolerations.firstIndex {
                $0["key"] == toleration["key"] && $0["effect"] == toleration["effect"] && ($0["operator"] ?? "Equal") == toleration["operator"]
                    && ($0["value"] ?? "") == ""
            }
            if let same { tolerations[same] = toleration } else { tolerations.append(toleration) }
        }
        spec["tolerations"] = .array(tolerations)
        let byName: Value = ["key": "metadata.name", "operator": "In", "values": [.string(node)]]
        let path = ["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"]
        var terms = spec[path: path]?["nodeSelectorTerms"]?.elements ?? []
        if terms.isEmpty { terms = [["matchFields": [byName]]] } else {
            for index in terms.indices { terms[index]["matchFields"] = [byName] }
        }
        spec.set(["nodeSelectorTerms": .array(terms)], at: path)
        return spec
    }
}
