import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// Deletes pods from nodes with a NoExecute taint that they do not tolerate, or no longer.
///
/// - Invariants: `scheduled` has the pods whose time is running, with the moment at which it began.
/// - Source: kube-controller-manager `tainteviction` of Kubernetes 1.36.
package struct TaintEvictionController: Controller {
    package let name = "taint-eviction-controller"
    package let interests: [GroupResource] = [.pods, .nodes]
    private var scheduled: [ObjectKey: (began: Instant, due: Instant)] = [:]

    package init() {}

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .pods {
            if event.change == .deleted {
                scheduled[event.key] = nil
                return []
            }
            let node = event.object.nodeName
            guard !node.isEmpty, event.old?.nodeName != node || event.old?["spec"]?["tolerations"] != event.object["spec"]?["tolerations"],
                scheduled[event.key] != nil || view.get(.nodes, name: node).map(Self.hasEvictingTaints) == true
            else { return [] }
            return ownKey(event)
        }
        guard event.change != .deleted else { return [] }
        let (before, now) = (event.old.map(Self.evictingTaints) ?? [], Self.evictingTaints(event.object))
        guard before != now else { return [] }
        return view.pods(onNode: event.key.name).map { (ObjectKey(.pods, namespace: $0.namespace, name: $0.name), .zero) }
    }

    private static func evictingTaints(_ node: Value) -> [Taint] { Taint.list(ofNode: node).filter { $0.effect == .noExecute } }
    private static func hasEvictingTaints(_ node: Value) -> Bool { !evictingTaints(node).isEmpty }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        var plan = Plan()
        guard let pod = view.get(key), !pod.nodeName.isEmpty, !pod.isBeingDeleted, let node = view.get(.nodes, name: pod.nodeName) else {
            scheduled[key] = nil
            return plan
        }
        let taints = Self.evictingTaints(node)
        if taints.isEmpty {
            cancel(key, pod, &plan)
            return plan
        }
        let tolerations = Toleration.list(ofPodSpec: pod["spec"])
        var used: [Toleration] = []
        for taint in taints {
            guard let match = tolerations.first(where: { $0.tolerates(taint) }) else {
                evict(key, pod, view.now, &plan)
                return plan
            }
            used.append(match)
        }
        guard let seconds = used.compactMap(\.seconds).min() else {
            cancel(key, pod, &plan)
            return plan
        }
        let began = scheduled[key]?.began ?? view.now
        let due = began + .seconds(max(0, seconds))
        if due <= view.now {
            evict(key, pod, view.now, &plan)
        } else {
            scheduled[key] = (began, due)
            plan.requeueAfter = due - view.now
        }
        return plan
    }

    private mutating func cancel(_ key: ObjectKey, _ pod: Value, _ plan: inout Plan) {
        guard scheduled.removeValue(forKey: key) != nil else { return }
        plan.event(on: pod, reason: "TaintManagerEviction", message: "Cancelling deletion of Pod \(key.namespace)/\(key.name)")
    }

    private mutating func evict(_ key: ObjectKey, _ pod: Value, _ now: Instant, _ plan: inout Plan) {
        scheduled[key] = nil
        plan.event(on: pod, reason: "TaintManagerEviction", message: "Marking for deletion Pod \(key.namespace)/\(key.name)")
        plan.add(
            .updateStatus(
                .pods,
                DisruptionTarget.mark(
                    pod, reason: "DeletionByTaintManager", message: "Taint manager: deleting due to NoExecute taint", now: now)), ifRefused: .ignore)
        plan.add(.delete(key, uid: pod.uid), ifRefused: .continuing)
    }
}

/// The condition that says why a pod is taken away.
enum DisruptionTarget {
    /// The pod with the condition.
    static func mark(_ pod: Value, reason: String, message: String, now: Instant) -> Value {
        var condition: Value = [
            "type": "DisruptionTarget", "status": "True", "reason": .string(reason), "message": .string(message), "lastProbeTime": .null,
            "lastTransitionTime": .string(now.rfc3339),
        ]
        if pod.generation > 0 { condition["observedGeneration"] = Value(pod.generation) }
        var conditions = WorkloadConditions(pod, now: now)
        conditions.put(condition)
        var next = pod
        next["status", default: [:]]["conditions"] = conditions.value
        return next
    }
}
