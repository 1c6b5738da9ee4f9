import APIMachinery
import KubernetesObjects
import Scheduler

/// Whether a kubelet takes on a pod that no scheduler has looked at, because its `nodeName` was written into it.
///
/// - Order: resources, node affinity, ports, taints; the first that does not hold is told.
/// - Source: kubelet `lifecycle/predicate.go` and the eviction manager's `Admit`.
enum PodAdmission {
    static func refusal(of pod: Value, onNode name: String, in view: ClusterView) -> PodVerdict? {
        guard let node = view.get(.nodes, name: name) else { return nil }
        let isStatic = pod.annotation(StaticPods.sourceKey) == "file"
        let others = view.pods(onNode: name).filter { $0.uid != pod.uid && !Self.isOver($0) }
        if !isStatic, let verdict = shortage(pod, node, others) { return verdict }
        if !nodeAffinityMatches(podSpec: pod["spec"], node: node) {
            return failed("NodeAffinity", "node(s) didn't match Pod's node affinity/selector")
        }
        let wanted = hostPorts(pod)
        if !wanted.isEmpty, others.flatMap(hostPorts).contains(where: { taken in wanted.contains { $0.conflicts(with: taken) } }) {
            return failed("NodePorts", "node(s) didn't have free ports for the requested pod ports")
        }
        let tolerations = Toleration.list(ofPodSpec: pod["spec"])
        if !isStatic, Taint.list(ofNode: node).contains(where: { $0.effect == .noExecute && !tolerations.tolerates($0) }) {
            return failed("TaintToleration", "node(s) had taints that the pod didn't tolerate")
        }
        return nil
    }

    private static func failed(_ predicate: String, _ why: String) -> PodVerdict {
        .refused(reason: predicate, message: "Predicate \(predicate) failed: \(why)")
    }

    private static func shortage(_ pod: Value, _ node: Value, _ others: [Value]) -> PodVerdict? {
        let allocatable = node["status"]?["allocatable"]
        let room = allocatable?["pods"].flatMap { Quantity($0) }?.value ?? 110
        if others.count + 1 > room {
            return .refused(reason: "OutOfpods", message: "Node didn't have enough resource: pods, requested: 1, used: \(others.count), capacity: \(room)")
        }
        let wanted = amounts(pod)
        guard !wanted.isEmpty else { return nil }
        let used = others.map(amounts)
        for (name, amount) in wanted where amount > 0 {
            let capacity = ResourceAmount.of(name, allocatable?[name])
            let taken = used.reduce(Int64(0)) { clampedSum($0, $1.first { $0.name == name }?.amount ?? 0) }
            if clampedSum(taken, amount) > capacity {
                return .refused(reason: "OutOf\(name)", message: "Node didn't have enough resource: \(name), requested: \(amount), used: \(taken), capacity: \(capacity)")
            }
        }
        return nil
    }

    /// What a pod asks for, by resource: CPU in millicores, the rest in whole units.
    static func amounts(_ pod: Value) -> [(name: String, amount: Int64)] {
        let asked = PodRequests(podSpec: pod["spec"])
        return [("cpu", asked.cpu), ("memory", asked.memory), ("ephemeral-storage", asked.ephemeral)].filter { $0.1 > 0 }
            + asked.extended.map { ($0.name, $0.amount) }
    }

    /// A port of the node itself; one without an address has it on all of them.
    private struct HostPort {
        let address: String
        let protocolName: String
        let number: Int

        func conflicts(with other: HostPort) -> Bool {
            number == other.number && protocolName == other.protocolName
                && (address == other.address || address == "0.0.0.0" || other.address == "0.0.0.0")
        }
    }

    private static func hostPorts(_ pod: Value) -> [HostPort] {
        let sidecars = (pod["spec"]?["initContainers"]?.elements ?? []).filter { $0["restartPolicy"]?.stringValue == "Always" }
        let ports = ((pod["spec"]?["containers"]?.elements ?? []) + sidecars).flatMap { $0["ports"]?.elements ?? [] }
        return ports.compactMap { port in
            guard let number = port["hostPort"]?.intValue, number > 0 else { return nil }
            let address = port["hostIP"]?.stringValue ?? ""
            return HostPort(
                address: address.isEmpty ? "0.0.0.0" : address, protocolName: port["protocol"]?.stringValue ?? "TCP", number: number)
        }
    }

    static func isOver(_ pod: Value) -> Bool {
        let phase = pod["status"]?["phase"]?.stringValue
        return phase == "Succeeded" || phase == "Failed"
    }
}
