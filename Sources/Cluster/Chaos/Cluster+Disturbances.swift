import APIMachinery
import Kubelet
import KubernetesObjects
import SimulationKernel

extension Cluster {
    /// Disturbs the cluster from outside, as chaos in a lab or a person at the machines does.
    package mutating func apply(_ disturbance: Disturbance) {
        let now = now
        // Some of it shows in no stored object, and yet it must outlive this process.
        ownLastingChanges += 1
        func onKubelets(_ cluster: inout Cluster, _ change: (inout Kubelets) -> Void) {
            _ = cluster.components.with(Kubelets.self, at: cluster.places.kubelets) { change(&$0) }
        }
        switch disturbance {
        case .stopNode(let name): setKubelet(ofNode: name, isRunning: false)
        case .startNode(let name): setKubelet(ofNode: name, isRunning: true)
        case .removeNode(let name): remove(node: name)
        case .drainNode(let name):
            cordon(name, true)
            _ = components.with(NodeDrains.self, at: places.drains) { $0.start(name, now: now) }
        case .uncordonNode(let name):
            _ = components.with(NodeDrains.self, at: places.drains) { $0.stop(name) }
            cordon(name, false)
        case .fill(let signal, let name): onKubelets(&self) { $0.setPressure(signal, true, node: name, now: now) }
        case .free(let signal, let name): onKubelets(&self) { $0.setPressure(signal, false, node: name, now: now) }
        case .cutZone(let zone): setZone(zone, isCut: true)
        case .healZone(let zone): setZone(zone, isCut: false)
        case .killPod(let namespace, let name):
            _ = try? api.delete(
                ObjectKey(.pods, namespace: namespace, name: name), gracePeriodSeconds: 0, by: .admin, actor: "chaos", cause: nil)
            dispatchEvents()
        case .killContainer(let namespace, let pod, let container):
            let name = NamespacedName(namespace: namespace, name: pod)
            onKubelets(&self) { $0.kill(pod: name, container: container.isEmpty ? nil : container, now: now) }
        case .slowPulls(let factor, let node): onKubelets(&self) { $0.pullFaults.slow(by: factor, node: node) }
        case .failPulls(let image, let node): onKubelets(&self) { $0.pullFaults.fail(image, node: node) }
        case .healPulls: onKubelets(&self) { $0.pullFaults = PullFaults() }
        case .jump(let length): jump(by: length)
        }
    }

    private mutating func cordon(_ name: String, _ isCordoned: Bool) {
        guard var node = store.get(.nodes, name: name) else { return }
        node["spec", default: [:]]["unschedulable"] = isCordoned ? true : nil
        _ = try? api.update(.nodes, node, by: .admin, actor: "chaos")
        dispatchEvents()
    }

    /// The zones of the nodes that there are, sorted.
    package var zones: [String] {
        Set(store.list(.nodes).compactMap { $0.label("topology.kubernetes.io/zone") }).sorted()
    }

    private mutating func setZone(_ zone: String, isCut: Bool) {
        if isCut { cutZones.insert(zone) } else { cutZones.remove(zone) }
        for node in store.list(.nodes) where node.label("topology.kubernetes.io/zone") == zone {
            setKubelet(ofNode: node.name, isRunning: !isCut)
        }
    }

    /// Whether a pod runs where nothing is reached.
    func isCutOff(_ pod: NamespacedName) -> Bool {
        guard !cutZones.isEmpty, let node = store.get(.pods, namespace: pod.namespace, name: pod.name)?["spec"]?["nodeName"]?.stringValue,
            let zone = store.get(.nodes, name: node)?.label("topology.kubernetes.io/zone")
        else { return false }
        return cutZones.contains(zone)
    }
}
