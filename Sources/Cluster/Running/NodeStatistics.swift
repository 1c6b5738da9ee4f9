import APIMachinery
import KubernetesObjects
import SimulationKernel

/// What a kubelet tells of a node's use of resources, from what the metrics server has read last.
///
/// - Source: kubelet `stats/v1alpha1` and `metrics/resource`. Differs: file systems and network are left out.
struct NodeStatistics {
    let node: Value
    let store: Store
    let now: Instant

    private struct Use {
        var nanoCores: Int64
        var bytes: Int64

        init(_ usage: Value?) {
            nanoCores = Quantity(usage?["cpu"]).map { Int64($0.milliValue) * 1_000_000 } ?? 0
            bytes = Quantity(usage?["memory"]).map { Int64($0.value) } ?? 0
        }
    }

    private var pods: [Value] { store.list(.pods).filter { $0["spec"]?["nodeName"]?.stringValue == node.name && $0["status"]?["phase"]?.stringValue == "Running" } }

    private func containers(of pod: Value) -> [(name: String, use: Use)] {
        let metrics = store.get(.podMetrics, namespace: pod.namespace, name: pod.name)
        return (metrics?["containers"]?.elements ?? []).map { ($0["name"]?.stringValue ?? "", Use($0["usage"])) }
    }

    /// `/stats/summary`.
    var summary: Value {
        let use = Use(store.get(.nodeMetrics, name: node.name)?["usage"])
        return [
            "node": ["nodeName": .string(node.name), "startTime": .string(node["metadata"]?["creationTimestamp"]?.stringValue ?? ""), "cpu": cpu(use), "memory": memory(use)],
            "pods": .array(
                pods.map { pod in
                    [
                        "podRef": ["name": .string(pod.name), "namespace": .string(pod.namespace), "uid": .string(pod.uid)],
                        "startTime": pod["status"]?["startTime"] ?? .null,
                        "containers": .array(containers(of: pod).map { ["name": .string($0.name), "cpu": cpu($0.use), "memory": memory($0.use)] }),
                    ]
                }),
        ]
    }

    private func cpu(_ use: Use) -> Value { ["time": .string(now.rfc3339), "usageNanoCores": .int(use.nanoCores)] }
    private func memory(_ use: Use) -> Value { ["time": .string(now.rfc3339), "workingSetBytes": .int(use.bytes)] }

    /// `/metrics/resource`.
    var resourceMetrics: String {
        let use = Use(store.get(.nodeMetrics, name: node.name)?["usage"])
        var text = "# TYPE node_memory_working_set_bytes gauge\nnode_memory_working_set_bytes \(use.bytes)\n# TYPE container_memory_working_set_bytes gauge\n"
        for pod in pods {
            for container in containers(of: pod) {
                text += "container_memory_working_set_bytes{container=\"\(container.name)\",namespace=\"\(pod.namespace)\",pod=\"\(pod.name)\"} \(container.use.bytes)\n"
            }
        }
        return text
    }
}
