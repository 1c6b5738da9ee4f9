import APIMachinery
import KubernetesObjects
import SimulationKernel

/// The Node object that a kubelet registers and keeps up.
///
/// - Source: kubelet `nodestatus/setters.go` and `kubelet_node_status.go`.
enum NodeStatus {
    static func node(_ description: NodeDescription, podBlock: String?, now: Instant) -> Value {
        var labels = description.labels
        for (key, value) in [
            ("beta.kubernetes.io/arch", description.architecture), ("beta.kubernetes.io/os", "linux"),
            ("kubernetes.io/arch", description.architecture), ("kubernetes.io/hostname", description.name), ("kubernetes.io/os", "linux"),
        ] where labels[key] == nil { labels[key] = .string(value) }
        var spec: Value = [:]
        if let podBlock {
            spec["podCIDR"] = .string(podBlock)
            spec["podCIDRs"] = [.string(podBlock)]
        }
        if !description.providerID.isEmpty { spec["providerID"] = .string(description.providerID) }
        if !description.taints.isEmpty { spec["taints"] = .array(description.taints) }
        return [
            "apiVersion": "v1", "kind": "Node",
            "metadata": ["name": .string(description.name), "labels": .object(labels), "annotations": ["volumes.kubernetes.io/controller-managed-attach-detach": "true"]],
            "spec": spec, "status": status(description, isReady: true, now: now),
        ]
    }

    static func status(
        _ description: NodeDescription, isReady: Bool, pressure: NodePressure = NodePressure(), old: Value? = nil, now: Instant
    ) -> Value {
        func condition(_ type: String, _ status: String, _ reason: String, _ message: String) -> Value {
            let before = old?.condition(type)
            let since = before?["status"]?.stringValue == status ? before?["lastTransitionTime"]?.stringValue : nil
            return Self.condition(type, status, reason, message, now, since: since)
        }
        var addresses: [Value] = [["type": "InternalIP", "address": .string(description.internalIP)]]
        if !description.externalIP.isEmpty { addresses.append(["type": "ExternalIP", "address": .string(description.externalIP)]) }
        addresses.append(["type": "Hostname", "address": .string(description.name)])
        var status: Value = [
            "addresses": .array(addresses),
            "allocatable": resources(
                description, milliCPU: description.allocatableMilliCPU, memoryKiB: description.allocatableMemoryKiB,
                ephemeral: "\(max(description.ephemeralKiB * 1024 / 10 * 9 - 1 << 30, 0))"),
            "capacity": resources(
                description, milliCPU: description.milliCPU, memoryKiB: description.memoryKiB, ephemeral: "\(description.ephemeralKiB)Ki"),
            "conditions": .array([
                pressure.has(.memory)
                    ? condition("MemoryPressure", "True", "KubeletHasInsufficientMemory", "kubelet has insufficient memory available")
                    : condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
                pressure.has(.disk)
                    ? condition("DiskPressure", "True", "KubeletHasDiskPressure", "kubelet has disk pressure")
                    : condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
                pressure.has(.processes)
                    ? condition("PIDPressure", "True", "KubeletHasInsufficientPID", "kubelet has insufficient PID available")
                    : condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
                condition("Ready", isReady ? "True" : "False", "KubeletReady", "kubelet is posting ready status"),
            ]),
            "daemonEndpoints": ["kubeletEndpoint": ["Port": 10250]],
            "nodeInfo": [
                "architecture": .string(description.architecture), "bootID": .string(identifier(description.name, 1)),
                "containerRuntimeVersion": .string(description.containerRuntimeVersion), "kernelVersion": .string(description.kernelVersion),
                "kubeProxyVersion": "", "kubeletVersion": .string(description.kubeletVersion),
                "machineID": .string(identifier(description.name, 2).filter { $0 != "-" }), "operatingSystem": "linux",
                "osImage": .string(description.osImage), "systemUUID": .string(identifier(description.name, 3)),
            ],
        ]
        if let before = old?["status"] { keep(before, in: &status) }
        return status
    }

    /// Keeps what others write into a node's status. All can be had of the extended resources that they advertise.
    private static func keep(_ before: Value, in status: inout Value) {
        for (key, value) in before.fields ?? Fields() where status[key] == nil { status[key] = value }
        for (name, amount) in extended(before["capacity"]) where status["capacity"]?[name] == nil {
            for list in ["capacity", "allocatable"] { status[list, default: [:]][name] = amount }
        }
    }

    private static func extended(_ resources: Value?) -> [String: Value] {
        Dictionary((resources?.fields ?? Fields()).filter { $0.key.contains("/") }.map { ($0.key, $0.value) }) { $1 }
    }

    /// Whether extended resources were advertised, or taken back, that are not yet to be had, or still are.
    static func hasNewResources(_ node: Value) -> Bool {
        extended(node["status"]?["capacity"]) != extended(node["status"]?["allocatable"])
    }

    private static func resources(_ description: NodeDescription, milliCPU: Int, memoryKiB: Int, ephemeral: String) -> Value {
        var result: Value = [
            "cpu": .string(milliCPU % 1000 == 0 ? "\(milliCPU / 1000)" : "\(milliCPU)m"), "ephemeral-storage": .string(ephemeral),
            "memory": .string("\(memoryKiB)Ki"), "pods": .string("\(description.podsMax)"),
        ]
        if description.hasHugePages {
            result["hugepages-1Gi"] = "0"
            result["hugepages-2Mi"] = "0"
        }
        if description.gpus > 0 { result["nvidia.com/gpu"] = .string("\(description.gpus)") }
        return result
    }

    private static func condition(_ type: String, _ status: String, _ reason: String, _ message: String, _ now: Instant, since: String?) -> Value {
        [
            "type": .string(type), "status": .string(status), "lastHeartbeatTime": .string(now.rfc3339), "lastTransitionTime": .string(since ?? now.rfc3339),
            "reason": .string(reason), "message": .string(message),
        ]
    }

    /// An identifier that is always the same for a machine.
    private static func identifier(_ name: String, _ number: UInt64) -> String {
        var stream = RandomStream(seed: number, name: name)
        return stream.uuid()
    }

    static func lease(_ name: String, now: Instant) -> Value {
        [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": ["name": .string(name), "namespace": "kube-node-lease"],
            "spec": ["holderIdentity": .string(name), "leaseDurationSeconds": 40, "renewTime": .string(now.rfc3339Micro)],
        ]
    }
}
