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
    private var known: Set<String> = []

    static let leaseNamespace = "kube-node-lease"

    package init(gracePeriod: Duration) { self.gracePeriod = gracePeriod }

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .nodes {
            if event.isInitial { known.insert(event.key.name) }
            return ownKey(event)
        }
        guard event.key.namespace == Self.leaseNamespace, event.change != .deleted else { return [] }
        let key = ObjectKey(.nodes, name: event.key.name)
        return [(key, .zero), (key, gracePeriod + .seconds(1))]
    }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        var plan = Plan()
        guard let node = view.get(key) else {
            known.remove(key.name)
            return plan
        }
        if known.insert(key.name).inserted {
            plan.event(
                on: Self.reference(node), reason: "RegisteredNode",
                message: "Node \(key.name) event: Registered Node \(key.name) in Controller")
        }
        if let lease = view.get(.leases, namespace: Self.leaseNamespace, name: key.name),
            let renewed = lease["spec"]?["renewTime"]?.stringValue.flatMap({ Instant(rfc3339: $0) })
        {
            let left = renewed + gracePeriod - view.now
            if left < .zero {
                var current = node
                if markUnknown(&current, view.now) {
                    plan.add(.updateStatus(.nodes, current), ifRefused: .continuing)
                    plan.event(on: Self.reference(node), reason: "NodeNotReady", message: "Node \(key.name) status is now: NodeNotReady")
                    markPodsNotReady(on: key.name, view, &plan)
                }
            } else {
                plan.requeueAfter = left + .milliseconds(1)
            }
        }
        return plan
    }

    /// Events on nodes have the name as the UID, as the real controller writes them.
    static func reference(_ node: Value) -> Value {
        ["apiVersion": "v1", "kind": "Node", "metadata": ["name": .string(node.name), "uid": .string(node.uid)]]
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
            var condition = pod.condition("Ready") ?? [:]
            condition["status"] = "False"
            condition["lastTransitionTime"] = .string(view.now.rfc3339)
            var conditions = WorkloadConditions(pod, now: view.now)
            conditions.put(condition)
            var next = pod
            next["status", default: [:]]["conditions"] = conditions.value
            plan.add(.updateStatus(.pods, next), ifRefused: .ignore)
            plan.event(on: pod, type: .warning, reason: "NodeNotReady", message: "Node is not ready")
        }
    }
}
