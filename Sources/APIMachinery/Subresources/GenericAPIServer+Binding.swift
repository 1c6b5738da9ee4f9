import KubernetesObjects
import KubernetesSchema

/// Binding a pod to a node.
///
/// - Source: `pkg/registry/core/pod/storage` `BindingREST`; admission plug-in PodTopologyLabels.
extension GenericAPIServer {
    static let copiedLabels = ["topology.kubernetes.io/zone", "topology.kubernetes.io/region"]

    /// Sets the node of a pod, adds the scheduled condition and copies the node's topology labels.
    mutating func bind(_ binding: Value, _ scope: inout RequestScope) throws(APIStatus) -> Value {
        let target = binding["target"]
        let node = target?["name"]?.stringValue ?? ""
        let kind = target?["kind"]?.stringValue ?? ""
        if !kind.isEmpty, kind != "Node" {
            throw refused(
                scope,
                .invalid(
                    kind: "Binding", group: "", name: scope.name,
                    [.notSupported("target.kind", .string(kind), supported: ["Node", "<empty>"])]))
        }
        if node.isEmpty {
            throw refused(scope, .invalid(kind: "Binding", group: "", name: scope.name, [.required("target.name")]))
        }
        let key = scope.key
        guard let pod = store.get(key) else { throw refused(scope, .notFound(.pods, name: scope.name)) }
        func conflict(_ reason: String) -> APIStatus { .conflict(GroupResource("pods/binding"), name: key.name, because: reason) }
        let uid = binding.uid
        if !uid.isEmpty, uid != pod.uid {
            throw refused(scope, conflict(scope.type.preconditionText(uid: uid, of: pod, key)))
        }
        if pod.isBeingDeleted { throw refused(scope, conflict("pod \(key.name) is being deleted, cannot be assigned to a host")) }
        let present = pod["spec"]?["nodeName"]?.stringValue ?? ""
        if !present.isEmpty { throw refused(scope, conflict("pod \(key.name) is already assigned to node \(goQuoted(present))")) }
        if !(pod["spec"]?["schedulingGates"]?.elements ?? []).isEmpty {
            throw refused(scope, conflict("pod \(key.name) has non-empty .spec.schedulingGates"))
        }
        var bound = pod
        bound["spec", default: [:]]["nodeName"] = .string(node)
        var metadata = bound["metadata"] ?? [:]
        bound["metadata"] = .null
        for (name, value) in binding.annotations { metadata["annotations", default: [:]][name] = value }
        copyTopology(of: node, into: &metadata)
        bound["metadata"] = metadata
        if bound["status"]?["nominatedNodeName"] != nil { bound["status", default: [:]]["nominatedNodeName"] = nil }
        setScheduled(&bound)
        if scope.isDryRun { return Self.success(code: 201) }
        put(bound, key, action: "bind", scope)
        return Self.success(code: 201)
    }

    /// Gives a pod the topology labels of its node.
    func copyTopology(of node: String, into metadata: inout Value) {
        guard let stored = store.get(.nodes, name: node) else { return }
        for label in Self.copiedLabels {
            if let value = stored.label(label) { metadata["labels", default: [:]][label] = .string(value) }
        }
    }

    private func setScheduled(_ pod: inout Value) {
        let condition: Value = [
            "type": "PodScheduled", "status": "True", "lastProbeTime": .null, "lastTransitionTime": stamp,
        ]
        var conditions = pod["status"]?["conditions"]?.elements ?? []
        if let place = conditions.firstIndex(where: { $0["type"]?.stringValue == "PodScheduled" }) {
            var updated = condition
            if conditions[place]["status"]?.stringValue == "True" { updated["lastTransitionTime"] = conditions[place]["lastTransitionTime"] }
            if let generation = conditions[place]["observedGeneration"] { updated["observedGeneration"] = generation }
            conditions[place] = updated
        } else {
            conditions.append(condition)
        }
        pod["status", default: [:]]["conditions"] = .array(conditions)
    }

    /// `{"kind":"Status",…,"status":"Success"}`.
    static func success(code: Int? = nil) -> Value {
        var status: Value = ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success"]
        if let code { status["code"] = Value(code) }
        return status
    }
}
