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

    /// Images that ran although nobody described them.
    package var unknownImages: [String] { images.unknownImages }
}
