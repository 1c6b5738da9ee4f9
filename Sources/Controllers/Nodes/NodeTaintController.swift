import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Puts the taints on nodes that their conditions and cordons ask for, and takes them off again.
///
/// - Source: kube-controller-manager `nodelifecycle` of Kubernetes 1.36, `doNoScheduleTaintingPass` and
///   `doNoExecuteTaintingPass`. Differs: not rate limited by zone.
package struct NodeTaintController: Controller {
    package let name = "node-taint-controller"
    package var user: UserInfo { .controller("node-controller") }
    package let interests: [GroupResource] = [.nodes]

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        event.change == .deleted ? [] : ownKey(event)
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let node = view.get(key) else { return .done }
        let taints = wantedTaints(node, view.now)
        if taints == (node["spec"]?["taints"]?.elements ?? []) { return .done }
        var plan = Plan()
        plan.add(.patch(key, .merge, ["spec": ["taints": taints.isEmpty ? .null : .array(taints)]]), ifRefused: .continuing)
        return plan
    }

    /// Condition, the status that counts, and the taint it asks for.
    private static let pressureTaints = [
        ("MemoryPressure", "node.kubernetes.io/memory-pressure"), ("DiskPressure", "node.kubernetes.io/disk-pressure"),
        ("NetworkUnavailable", "node.kubernetes.io/network-unavailable"), ("PIDPressure", "node.kubernetes.io/pid-pressure"),
    ]
    static let notReady = "node.kubernetes.io/not-ready"
    static let unreachable = "node.kubernetes.io/unreachable"
    static let unschedulable = "node.kubernetes.io/unschedulable"

    private func wantedTaints(_ node: Value, _ now: Instant) -> [Value] {
        var wanted: [(key: String, effect: String)] = []
        for (condition, taint) in Self.pressureTaints where node.isConditionTrue(condition) { wanted.append((taint, "NoSchedule")) }
        switch node.condition("Ready")?["status"]?.stringValue {
        case "False": wanted += [(Self.notReady, "NoSchedule"), (Self.notReady, "NoExecute")]
        case "Unknown": wanted += [(Self.unreachable, "NoSchedule"), (Self.unreachable, "NoExecute")]
        default: break
        }
        if node["spec"]?["unschedulable"]?.boolValue == true { wanted.append((Self.unschedulable, "NoSchedule")) }
        let managed = Set(Self.pressureTaints.map(\.1) + [Self.notReady, Self.unreachable, Self.unschedulable])
        let hasReady = node.condition("Ready") != nil
        var taints = (node["spec"]?["taints"]?.elements ?? []).filter { taint in
            let key = taint["key"]?.stringValue ?? ""
            if !managed.contains(key) { return true }
            // A node that has not reported yet keeps the taint that it was registered with.
            if !hasReady, key == Self.notReady { return true }
            return wanted.contains { $0.key == key && $0.effect == taint["effect"]?.stringValue }
        }
        for (key, effect) in wanted
        where !taints.contains(where: { $0["key"]?.stringValue == key && $0["effect"]?.stringValue == effect }) {
            taints.append(["key": .string(key), "effect": .string(effect), "timeAdded": .string(now.rfc3339)])
        }
        return taints
    }
}
