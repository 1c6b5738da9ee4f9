import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// Marks nodes that are silent.
///
/// - Source: kube-controller-manager `nodelifecycle` of Kubernetes 1.36, `monitorNodeHealth`. Differs: silence is judged
///   by the node's Lease alone; a node without one is never silent.
package struct NodeLifecycleController: Controller {
    package let name = "node-controller"
    package let interests: [GroupResource] = [.nodes, .leases]
    package let isPeriodic = true
    private let gracePeriod: Duration
    /// The nodes that were told of, with their UIDs.
    private var known: [String: String] = [:]

    static let leaseNamespace = "kube-node-lease"

    package init(gracePeriod: Duration) { self.gracePeriod = gracePeriod }

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .nodes {
            if event.isInitial { known[event.key.name] = event.object.uid }
            return ownKey(event)
        }
        guard event.key.namespace == Self.leaseNamespace, event.change != .deleted else { return [] }
        let key = ObjectKey(.nodes, name: event.key.name)
        return [(key, .zero), (key, gracePeriod + .seconds(1))]
    }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        var plan = Plan()
        let node = view.get(key)
        if let uid = known[key.name], uid != node?.uid {
            known[key.name] = nil
            tell(Self.reference(key.name, uid), "RemovingNode", "Removing Node \(key.name) from Controller", &plan)
        }
        guard let node else { return plan }
        if known.updateValue(node.uid, forKey: key.name) == nil {
            tell(Self.reference(node), "RegisteredNode", "Registered Node \(key.name) in Controller", &plan)
        }
        if let lease = view.get(.leases, namespace: Self.leaseNamespace, name: key.name),
            let renewed = lease["spec"]?["renewTime"]?.stringValue.flatMap({ Instant(rfc3339: $0) })
        {
            let left = renewed + gracePeriod - view.now
            if left < .zero { silence(node, view, &plan) } else { plan.requeueAfter = left + .milliseconds(1) }
        }
        return plan
    }

    private func tell(_ node: Value, _ reason: String, _ message: String, _ plan: inout Plan) {
        plan.event(on: node, reason: reason, message: "Node \(node.name) event: \(message)")
    }

    /// Notes that nobody hears of a node any more, and what that means for its pods. A node that was not ready before is no news.
    private func silence(_ node: Value, _ view: ClusterView, _ plan: inout Plan) {
        var current = node
        guard markUnknown(&current, view.now) else { return }
        plan.add(.updateStatus(.nodes, current), ifRefused: .continuing)
        guard node.isConditionTrue("Ready") else { return }
        plan.event(on: Self.reference(node), reason: "NodeNotReady", message: "Node \(node.name) status is now: NodeNotReady")
        markPodsNotReady(on: node.name, view, &plan)
    }

    /// Events on nodes have the name as the UID, as the real controller writes them.
    static func reference(_ node: Value) -> Value { reference(node.name, node.uid) }

    private static func reference(_ name: String, _ uid: String) -> Value {
        ["apiVersion": "v1", "kind": "Node", "metadata": ["name": .string(name), "uid": .string(uid)]]
    }

    private func markUnknown(_ node: inout Value, _ now: Instant) -> Bool {
        var list = node["status"]?["conditions"]?.elements ?? []
        var changed = false
        for type in ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"] {
            let index = list.firstIndex { $0["type"]?.stringValue == type }
            if let index, list[index]["status"]?.stringValue == "Unknown" { continue }
            changed = true
            var condition: Value =
                index.map { list[$0] } ?? ["type": .string(type), "lastHeartbeatTime": .string(node.creationTimestamp)]
            condition["reason"] = index == nil ? "NodeStatusNeverUpdated" : "NodeStatusUnknown"
            condition["message"] = index == nil ? "Kubelet never posted node status." : "Kubelet stopped posting node status."
            condition["status"] = "Unknown"
            condition["lastTransitionTime"] = .string(now.rfc3339)
            if let index { list[index] = condition } else { list.append(condition) }
        }
        node["status", default: [:]]["conditions"] = .array(list)
        return changed
    }

    private func markPodsNotReady(on node: String, _ view: ClusterView, _ plan: inout Plan) {
        for pod in view.pods(onNode: node) where pod.isPodReady {
            var list = pod["status"]?["conditions"]?.elements ?? []
            guard let index = list.firstIndex(where: { $0["type"]?.stringValue == "Ready" }) else { continue }
            list[index]["status"] = "False"
            list[index]["lastTransitionTime"] = .string(view.now.rfc3339)
            var next = pod
            next["status", default: [:]]["conditions"] = .array(list)
            plan.add(.updateStatus(.pods, next), ifRefused: .ignore)
            plan.event(on: pod, type: .warning, reason: "NodeNotReady", message: "Node is not ready")
        }
    }
}
