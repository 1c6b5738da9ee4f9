import APIMachinery
import KubernetesObjects
import SimulationKernel

extension Kubelets {
    /// The ports that the running containers of a pod listen on, or (`isListening` false) will once they have started.
    package func listening(pod name: NamespacedName, in view: ClusterView) -> [(container: String, ports: [Int], isListening: Bool)] {
        guard let uid = uids[name], let record = pods[uid], let pod = view.get(.pods, namespace: name.namespace, name: name.name) else { return [] }
        var result: [(container: String, ports: [Int], isListening: Bool)] = []
        for ref in record.refs where record[ref]?.state.isRunning == true {
            let spec = pod.containerSpec(ref)
            let key = ContainerKey(pod: uid, ref: ref)
            let container = spec["name"]?.stringValue ?? ""
            guard let running = plans[key] else {
                // Without behaviour a container serves the ports that it declares.
                result.append((container, (spec["ports"]?.elements ?? []).compactMap { $0["containerPort"]?.intValue }, true))
                continue
            }
            let isListening = view.now - running.startedAt >= running.image.startup
            switch running.plan {
            case .server(let ports, _, _, _): result.append((container, ports.sorted(), isListening))
            case .shell: result.append((container, (processes[key]?.listening ?? []).sorted(), true))
            default: result.append((container, [], true))
            }
        }
        return result
    }
}
