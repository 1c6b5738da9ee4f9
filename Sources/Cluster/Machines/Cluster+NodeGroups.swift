import APIMachinery
import Autoscaling
import CloudModel
import Kubelet
import KubernetesObjects
import SimulationKernel

extension Cluster {
    /// Makes a node group known, or changes it: whoever scales finds it in the store.
    package mutating func set(_ group: MachineGroup, target: Int? = nil) {
        _ = components.with(NodeGroups.self, at: places.nodeGroups) { $0.set(group) }
        let stored = store.get(.nodeGroups, name: group.name).map { NodeGroup($0) }
        let now = now
        let listed = group.members.map { member in
            stored?.instances.first { $0.name == member.node }
                ?? NodeGroup.Instance(name: member.node, providerID: member.providerID, state: .creating, since: now)
        }
        let names = Set(group.members.map(\.node))
        let leaving = (stored?.instances ?? []).filter { $0.state == .deleting && !names.contains($0.name) }
        let object = NodeGroup(
            id: group.name, minimum: group.minimum, maximum: group.maximum, target: target ?? group.members.count, template: group.template,
            instances: listed + leaving, leaving: stored?.leaving ?? [], pricePerHour: group.pricePerHour)
        _ = api.perform(.publish(object.key, object.object), by: .admin, actor: "cloud", cause: nil)
        dispatchEvents()
    }

    /// Forgets a node group; its machines are its owner's to end.
    package mutating func removeNodeGroup(_ name: String) {
        _ = components.with(NodeGroups.self, at: places.nodeGroups) { $0.forget(name) }
        _ = api.perform(.publish(ObjectKey(.nodeGroups, name: name), nil), by: .admin, actor: "cloud", cause: nil)
        dispatchEvents()
    }

    /// The node groups as they stand, by name.
    package var nodeGroups: [NodeGroup] { NodeGroup.all(in: ClusterView(store: store, now: now)) }

    /// Starts and ends the machines that node groups asked for.
    mutating func carryOutMachineOrders() {
        guard components.with(NodeGroups.self, at: places.nodeGroups, { $0.hasOrders }) == true else { return }
        for order in components.with(NodeGroups.self, at: places.nodeGroups, { $0.takeOrders() }) ?? [] {
            switch order {
            case .start(let description): add(description)
            case .end(let node): remove(node: node)
            }
        }
    }

    /// An EKS cluster with its groups' sizes and machines as they are now.
    func refreshed(_ eks: EKSCluster) -> EKSCluster {
        var eks = eks
        var probe = components
        let started = probe.with(NodeGroups.self, at: places.nodeGroups) { $0.instances } ?? [:]
        for index in eks.groups.indices {
            let name = eks.groups[index].name
            guard let stored = store.get(.nodeGroups, name: MachineGroup.name(ofNodeGroup: name)).map({ NodeGroup($0) }) else { continue }
            eks.groups[index].desired = stored.target
            let names = Set(stored.instances.filter { $0.state != .deleting }.map(\.name))
            let kept = eks.instances.filter { $0.nodeGroup == name && names.contains($0.nodeName) }
            let known = Set(kept.map(\.nodeName))
            let new = stored.instances.compactMap { known.contains($0.name) || !names.contains($0.name) ? nil : started[$0.name] }
            eks.instances = eks.instances.filter { $0.nodeGroup != name } + kept + new
        }
        return eks
    }

    /// Makes the groups of EKS clusters known as they are, and forgets those that are no more.
    mutating func keepNodeGroups(of clusters: [EKSCluster], before: [EKSCluster]) {
        let gone = Set(before.flatMap { $0.groups.map(\.name) }).subtracting(clusters.flatMap { $0.groups.map(\.name) })
        for name in gone.sorted() { removeNodeGroup(MachineGroup.name(ofNodeGroup: name)) }
        for eks in clusters {
            for state in eks.groups {
                guard let config = eks.config.nodeGroups.first(where: { $0.name == state.name }) else { continue }
                let own = eks.instances.filter { $0.nodeGroup == state.name }
                // Whoever makes a group starts its first machines.
                let isKnown = store.get(.nodeGroups, name: MachineGroup.name(ofNodeGroup: state.name)) != nil
                guard isKnown || own.count >= state.desired else { continue }
                var group = MachineGroup(config, of: eks.config, members: own)
                (group.minimum, group.maximum) = (state.minimum, state.maximum)
                set(group, target: state.desired)
            }
        }
    }
}
