import APIMachinery
import KubernetesObjects
import SimulationKernel

extension Kubelets {
    // MARK: Faults

    /// Ends a container at once, as `kill -9` or the kernel's memory killer would.
    package mutating func kill(pod name: NamespacedName, container: String?, code: Int = 137, reason: String = "", now: Instant) {
        guard let uid = uids[name], var record = pods[uid] else { return }
        for ref in record.refs where container == nil || record[ref]?.name == container {
            guard record[ref]?.state.isRunning == true else { continue }
            record.change(ref) { $0.endReason = reason }
            schedule(.killed(uid, ref, record[ref]?.run ?? 0, code: code), at: now)
        }
        pods[uid] = record
    }

    /// Makes a container answer every request with a status, or (0) refuse it; nil makes it well again.
    package mutating func setFault(_ status: Int?, pod name: NamespacedName, container: String?, now: Instant) {
        guard let uid = uids[name], let record = pods[uid] else { return }
        for ref in record.refs where container == nil || record[ref]?.name == container {
            let key = ContainerKey(pod: uid, ref: ref)
            plans[key]?.fault = status
            if status == nil { faulty.remove(key) } else { faulty.insert(key) }
            noteLastingChange()
            for state in record[ref]?.probes ?? [] { schedule(.probe(uid, ref, record[ref]?.run ?? 0, state.kind), at: now) }
        }
    }

    // MARK: Usage

    /// The pods that run, by name, with their nodes.
    package var runningPods: [(pod: NamespacedName, node: String)] {
        pods.values.filter { $0.containers.contains { $0.state.isRunning } }.map { ($0.key, $0.node) }.sorted { $0.0 < $1.0 }
    }

    /// What requests cost a container, what it uses by itself, and how many it has served; nil while it does not run.
    package func work(ofPod name: NamespacedName, container: Int) -> (cost: ImageProfile.Cost, busyMilliCPU: Int64, served: Int)? {
        guard let uid = uids[name], let running = plans[ContainerKey(pod: uid, ref: .regular(container))] else { return nil }
        var cost = running.image.cost
        cost.idleMemoryBytes = max(cost.idleMemoryBytes, running.memoryBytes)
        return (cost, running.busyMilliCPU, running.served)
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

    /// Images that ran although nobody described them.
    package var unknownImages: [String] { images.unknownImages }
}
