import APIMachinery
import KubernetesObjects
import SimulationKernel

/// What a container uses at one moment.
package struct ContainerUsage: Hashable, Sendable {
    package var name: String
    package var milliCPU: Int
    package var memoryBytes: Int

    package init(name: String, milliCPU: Int, memoryBytes: Int) {
        self.name = name
        self.milliCPU = milliCPU
        self.memoryBytes = memoryBytes
    }
}

/// What a running pod uses.
package struct PodUsage: Hashable, Sendable {
    package var pod: NamespacedName
    package var node: String
    package var containers: [ContainerUsage]

    package init(pod: NamespacedName, node: String, containers: [ContainerUsage]) {
        self.pod = pod
        self.node = node
        self.containers = containers
    }
}

/// Turns readings of the kubelets into `PodMetrics` and `NodeMetrics` objects.
///
/// - Units: CPU in nanocores as the real server writes it (`4210765n`), memory in KiB.
/// - Source: metrics-server 0.7: resolution 15 s; a pod has metrics after its second reading.
package struct MetricsServer: Sendable {
    package static let resolution: Duration = .seconds(15)

    private var seen: [NamespacedName: Instant] = [:]

    package init() {}

    /// When each pod was first read, as it is kept.
    package var memory: Value {
        .array(seen.keys.sorted().map { [.string($0.namespace), .string($0.name), .int(seen[$0]!.nanoseconds)] })
    }

    package mutating func recall(_ memory: Value) {
        for entry in memory.elements {
            let pod = NamespacedName(namespace: entry[0]?.stringValue ?? "", name: entry[1]?.stringValue ?? "")
            seen[pod] = Instant(nanoseconds: Int64(entry[2]?.intValue ?? 0))
        }
    }

    /// The objects to put and (nil) to remove so that the metrics API says what was read at `now`.
    package mutating func publish(_ usages: [PodUsage], view: ClusterView) -> [(key: ObjectKey, object: Value?)] {
        var writes: [(key: ObjectKey, object: Value?)] = []
        var nodes: [String: (cpu: Int, memory: Int)] = [:]
        var current: [NamespacedName: Instant] = [:]
        for usage in usages {
            let cpu = usage.containers.reduce(Int(0)) { $0 + $1.milliCPU }
            let memory = usage.containers.reduce(Int(0)) { $0 + $1.memoryBytes }
            nodes[usage.node, default: (0, 0)].cpu += cpu
            nodes[usage.node, default: (0, 0)].memory += memory
            current[usage.pod] = seen[usage.pod] ?? view.now
            guard seen[usage.pod] != nil else { continue }
            let labels = view.get(.pods, namespace: usage.pod.namespace, name: usage.pod.name)?.labels ?? Fields()
            var metadata: Value = ["name": .string(usage.pod.name), "namespace": .string(usage.pod.namespace)]
            if !labels.isEmpty { metadata["labels"] = .object(labels) }
            writes.append(
                (ObjectKey(.podMetrics, namespace: usage.pod.namespace, name: usage.pod.name), [
                    "apiVersion": "metrics.k8s.io/v1beta1", "kind": "PodMetrics", "metadata": metadata,
                    "timestamp": .string(view.now.rfc3339), "window": "15s",
                    "containers": .array(
                        usage.containers.map { ["name": .string($0.name), "usage": Self.usage(cpu: $0.milliCPU, memory: $0.memoryBytes)] }),
                ]))
        }
        for gone in seen.keys.filter({ current[$0] == nil }).sorted() where view.get(.podMetrics, namespace: gone.namespace, name: gone.name) != nil {
            writes.append((ObjectKey(.podMetrics, namespace: gone.namespace, name: gone.name), nil))
        }
        seen = current
        for node in view.list(.nodes) {
            let sum = nodes[node.name] ?? (0, 0)
            writes.append(
                (ObjectKey(.nodeMetrics, name: node.name), [
                    "apiVersion": "metrics.k8s.io/v1beta1", "kind": "NodeMetrics",
                    "metadata": ["name": .string(node.name), "labels": .object(node.labels)],
                    "timestamp": .string(view.now.rfc3339), "window": "15s",
                    // What the operating system and the kubelet use themselves.
                    "usage": Self.usage(cpu: sum.cpu + 40, memory: sum.memory + 400 << 20),
                ]))
        }
        return writes
    }

    private static func usage(cpu: Int, memory: Int) -> Value {
        ["cpu": .string(cpu == 0 ? "0" : "\(cpu * 1_000_000)n"), "memory": .string("\(memory >> 10)Ki")]
    }
}
