import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Keeps each node's CSINode: which drivers can mount there, and how many volumes of each.
///
/// - Shape: keys are of nodes.
/// - Source: kubelet `csi_plugin.go` and `nodeinfomanager`; done here since a driver's pod on a node is an object like any other.
package struct DriverRegistrationController: Controller {
    package let name = "csi-node-registrar"
    package var user: UserInfo { UserInfo(name: "system:node", groups: ["system:nodes", "system:masters", "system:authenticated"]) }
    package let interests: [GroupResource] = [.nodes, .csiDrivers, .csiNodes, .pods]

    let drivers: [StorageDriver]
    private let daemonSets: Set<String>

    package init(drivers: [StorageDriver]) {
        self.drivers = drivers
        daemonSets = Set(drivers.map(\.daemonSet))
    }

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        switch event.key.resource {
        case .nodes: return event.change == .added && view.store.count(.csiDrivers) > 0 ? ownKey(event) : []
        case .csiNodes: return event.change == .deleted ? [(ObjectKey(.nodes, name: event.key.name), .zero)] : []
        case .csiDrivers: return view.list(.nodes).map { (ObjectKey(.nodes, name: $0.name), .zero) }
        default:
            guard event.key.namespace == "kube-system", !event.object.nodeName.isEmpty,
                let owner = event.object.controllerReference, owner["kind"]?.stringValue == "DaemonSet", daemonSets.contains(owner["name"]?.stringValue ?? "")
            else { return [] }
            return [(ObjectKey(.nodes, name: event.object.nodeName), .zero)]
        }
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let node = view.get(key), !node.isBeingDeleted else { return .done }
        let zone = node.label("topology.kubernetes.io/zone")
        let present = drivers.filter { DriverState.isOnNode($0, node: node.name, in: view) }
        let entries = present.map { driver -> Value in
            var entry: Value = ["name": .string(driver.name), "nodeID": .string(Self.identifier(of: node)), "topologyKeys": .null]
            if driver.isZonal, zone != nil {
                entry["topologyKeys"] = ["kubernetes.io/os", "topology.kubernetes.io/zone"]
            }
            if let count = driver.volumesPerNode { entry["allocatable"] = ["count": Value(count)] }
            return entry
        }
        var plan = Plan()
        if var stored = view.get(.csiNodes, name: key.name) {
            guard (stored["spec"]?["drivers"]?.elements ?? []) != entries else { return .done }
            stored["spec", "drivers"] = .array(entries)
            plan.add(.update(.csiNodes, stored), ifRefused: .continuing)
        } else if !entries.isEmpty {
            plan.add(
                .create(
                    .csiNodes,
                    [
                        "apiVersion": "storage.k8s.io/v1", "kind": "CSINode",
                        "metadata": ["name": .string(key.name), "ownerReferences": [["apiVersion": "v1", "kind": "Node", "name": .string(key.name), "uid": .string(node.uid)]]],
                        "spec": ["drivers": .array(entries)],
                    ]), ifRefused: .continuing)
        }
        return plan
    }

    /// The machine's own name where it has one: `i-0123…`.
    private static func identifier(of node: Value) -> String {
        node["spec"]?["providerID"]?.stringValue?.split(separator: "/").last.map(String.init) ?? node.name
    }
}
