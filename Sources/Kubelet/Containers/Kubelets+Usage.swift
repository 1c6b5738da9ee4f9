import APIMachinery
import KubernetesObjects
import SimulationKernel

/// What containers use.
extension Kubelets {
    /// The pods that run, by name, with their nodes.
    package var runningPods: [(pod: NamespacedName, node: String)] {
        pods.values.filter { $0.containers.contains { $0.state.isRunning } }.map { ($0.key, $0.node) }.sorted { $0.0 < $1.0 }
    }

    /// What requests cost a container, what it uses by itself, and how many it has served; nil while it does not run.
    package func work(ofPod name: NamespacedName, container: Int, now: Instant) -> (cost: ImageProfile.Cost, busyMilliCPU: Int64, served: Int)? {
        guard let uid = uids[name], let running = plans[ContainerKey(pod: uid, ref: .regular(container))] else { return nil }
        var cost = running.image.cost
        cost.idleMemoryBytes = max(cost.idleMemoryBytes, running.memoryBytes)
        return (cost, running.busyMilliCPU + running.meter.thousandths(at: now), running.served)
    }

    /// Notes what requests hold of a container's memory: its node runs low by it as by anything else.
    package mutating func setLoadMemory(_ bytes: Int64, ofPod name: NamespacedName, container: Int, now: Instant) {
        guard let uid = uids[name], let record = pods[uid] else { return }
        let key = ContainerKey(pod: uid, ref: .regular(container))
        guard let before = plans[key]?.loadBytes, before != bytes else { return }
        plans[key]!.loadBytes = max(bytes, 0)
        watchUsage(ofNode: record.node, now: now)
    }

    /// The CPU that a container takes while its image starts up, in millicores; 0 when it has.
    package func startUpMilliCPU(ofPod name: NamespacedName, container: Int, now: Instant) -> Int {
        guard let uid = uids[name], let running = plans[ContainerKey(pod: uid, ref: .regular(container))],
            running.startedAt + running.image.startup > now
        else { return 0 }
        return Int(running.image.cost.startupMilliCPU)
    }
}
