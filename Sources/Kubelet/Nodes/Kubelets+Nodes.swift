import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Registration and heartbeats of nodes.
extension Kubelets {
    mutating func register(_ name: String, in view: ClusterView) -> Plan {
        guard let description = nodes[name]?.description else { return .done }
        var plan = Plan()
        let block = addresses.block(ofNode: name)
        if let node = view.get(.nodes, name: name) {
            var updated = node
            updated["status"] = NodeStatus.status(description, isReady: true, old: node, now: view.now)
            plan.add(.updateStatus(.nodes, updated), ifRefused: .ignore)
        } else {
            plan.add(.create(.nodes, NodeStatus.node(description, podBlock: block, now: view.now)), ifRefused: .ignore)
        }
        plan.add(.create(.leases, NodeStatus.lease(name, now: view.now)), ifRefused: .ignore)
        if profile.sendsEvents {
            for (reason, message) in [
                ("Starting", "Starting kubelet."), ("NodeHasSufficientMemory", "Node \(name) status is now: NodeHasSufficientMemory"),
                ("NodeHasNoDiskPressure", "Node \(name) status is now: NodeHasNoDiskPressure"),
                ("NodeHasSufficientPID", "Node \(name) status is now: NodeHasSufficientPID"), ("NodeReady", "Node \(name) status is now: NodeReady"),
            ] { event(onNode: name, .normal, reason, message, &plan) }
        }
        schedule(.heartbeat(name), at: view.now + Self.leasePeriod, isPeriodic: true)
        if !description.staticPods.isEmpty { schedule(.mirror(name), at: view.now) }
        return plan
    }

    mutating func heartbeat(_ name: String, in view: ClusterView) -> Plan {
        guard let record = nodes[name], !record.isStopped, let node = view.get(.nodes, name: name) else { return .done }
        schedule(.heartbeat(name), at: view.now + Self.leasePeriod, isPeriodic: true)
        var plan = Plan()
        if var lease = view.get(.leases, namespace: "kube-node-lease", name: name) {
            lease["spec", "renewTime"] = .string(view.now.rfc3339Micro)
            plan.add(.update(.leases, lease), ifRefused: .ignore)
        } else {
            plan.add(.create(.leases, NodeStatus.lease(name, now: view.now)), ifRefused: .ignore)
        }
        if !node.isConditionTrue("Ready") || differs(node, record) || NodeStatus.hasNewResources(node) {
            var updated = node
            updated["status"] = NodeStatus.status(record.description, isReady: true, pressure: record.pressure, old: node, now: view.now)
            plan.add(.updateStatus(.nodes, updated), ifRefused: .ignore)
        }
        return plan
    }

    private func differs(_ node: Value, _ record: NodeRecord) -> Bool {
        node.isConditionTrue("MemoryPressure") != record.pressure.has(.memory) || node.isConditionTrue("DiskPressure") != record.pressure.has(.disk)
            || node.isConditionTrue("PIDPressure") != record.pressure.has(.processes)
    }

    func event(onNode name: String, _ type: EventType, _ reason: String, _ message: String, _ plan: inout Plan) {
        guard profile.sendsEvents else { return }
        var draft = EventDraft(
            object: ["apiVersion": "v1", "kind": "Node", "metadata": ["name": .string(name), "uid": .string(name)]], type: type, reason: reason,
            message: message)
        draft.host = name
        plan.add(.event(draft), ifRefused: .ignore)
    }
}
