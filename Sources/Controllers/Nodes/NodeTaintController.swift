import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Puts the taints on nodes that their conditions and cordons ask for, and takes them off again.
///
/// - Source: kube-controller-manager `nodelifecycle` of Kubernetes 1.36, `doNoScheduleTaintingPass` and
///   `doNoExecuteTaintingPass`.
/// - Bounds: one node of a zone in ten seconds gets a taint that evicts, one in a hundred seconds while a large zone is mostly
///   silent, none while a small one is. While no node of any zone answers, none has one.
package struct NodeTaintController: Controller {
    package let name = "node-taint-controller"
    package var user: UserInfo { .controller("node-controller") }
    package let interests: [GroupResource] = [.nodes]
    package let isPeriodic = true
    /// When the last node of each zone got a taint that evicts.
    private var lastEviction: [String: Instant] = [:]
    /// How long after a refusal the zones are looked at again: `--node-monitor-period`.
    private static let period = Duration.seconds(5)

    private var zones = ZoneCounts()

    package init() {}

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        let wereAllSilent = zones.areAllSilent
        zones.note(event)
        if zones.areAllSilent != wereAllSilent { return view.list(.nodes).map { (ObjectKey(.nodes, name: $0.name), .zero) } }
        return event.change == .deleted ? [] : ownKey(event)
    }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let node = view.get(key) else { return .done }
        var plan = Plan()
        var taints = wantedTaints(node, view.now)
        let present = node["spec"]?["taints"]?.elements ?? []
        if zones.areAllSilent {
            taints.removeAll(where: Self.evicts)
        } else if let added = taints.first(where: Self.evicts), !present.contains(where: Self.evicts), let wait = waitForZone(node, view) {
            taints.removeAll { Self.isSame($0, added) }
            plan.requeueAfter = wait
        }
        if taints == present { return plan }
        plan.add(.patch(key, .merge, ["spec": ["taints": taints.isEmpty ? .null : .array(taints)]]), ifRefused: .continuing)
        return plan
    }

    private static func evicts(_ taint: Value) -> Bool {
        taint["effect"]?.stringValue == "NoExecute" && [notReady, unreachable].contains(taint["key"]?.stringValue ?? "")
    }

    private static func isSame(_ left: Value, _ right: Value) -> Bool { left["key"] == right["key"] && left["effect"] == right["effect"] }

    /// How long a node has to wait for its turn to be evicted; nil when it is its turn now.
    private mutating func waitForZone(_ node: Value, _ view: ClusterView) -> Duration? {
        let zone = ZoneDisruption.zone(of: node)
        // A zone none of whose nodes counts keeps the normal rate.
        let (state, size) = zones.state(of: zone) ?? (.normal, 1)
        guard let interval = state.interval(zoneSize: size) else { return Self.period }
        if let last = lastEviction[zone], last + interval > view.now { return last + interval - view.now }
        lastEviction[zone] = view.now
        return nil
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
