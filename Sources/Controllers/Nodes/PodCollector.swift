import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Removes pods that nobody looks after any more: finished ones beyond a number, those of nodes that are gone,
/// and those that were deleted before they had a node.
///
/// - Source: kube-controller-manager `podgc` of Kubernetes 1.36. Differs: pods are looked at when something happens
///   to them or their node, after the delays that the real one's rounds have.
package struct PodCollector: Controller {
    package let name = "pod-garbage-collector"
    package let interests: [GroupResource] = [.pods, .nodes]
    private let threshold: Int
    private let period: Duration
    private var finished: Set<ObjectKey> = []

    static let quarantine = Duration.seconds(40)
    static let sweep = ObjectKey(.pods, namespace: "", name: "*")

    package init(threshold: Int, period: Duration) {
        self.threshold = threshold
        self.period = period
    }

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .nodes {
            guard event.change == .deleted else { return [] }
            return view.pods(onNode: event.key.name).map { (ObjectKey(.pods, namespace: $0.namespace, name: $0.name), Self.quarantine + period) }
        }
        let pod = event.object
        if event.change != .deleted, pod.isPodTerminal { finished.insert(event.key) } else if !finished.isEmpty { finished.remove(event.key) }
        if event.change == .deleted { return [] }
        if threshold > 0, finished.count > threshold { return [(Self.sweep, period)] }
        if pod.nodeName.isEmpty { return pod.isBeingDeleted ? [(event.key, period)] : [] }
        if event.old?.nodeName != pod.nodeName, view.get(.nodes, name: pod.nodeName) == nil { return [(event.key, Self.quarantine + period)] }
        return []
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        var plan = Plan()
        if key == Self.sweep {
            let surplus = finished.count - threshold
            let pods = finished.compactMap { view.get($0) }.sorted {
                ($0.creationTimestamp, $0.namespace, $0.name) < ($1.creationTimestamp, $1.namespace, $1.name)
            }
            for pod in pods.prefix(max(0, surplus)) { remove(pod, &plan) }
            return plan
        }
        guard let pod = view.get(key) else { return plan }
        if pod.nodeName.isEmpty {
            if pod.isBeingDeleted { remove(pod, &plan) }
            return plan
        }
        guard view.get(.nodes, name: pod.nodeName) == nil else { return plan }
        if !pod.isPodTerminal {
            var failed = DisruptionTarget.mark(pod, reason: "DeletionByPodGC", message: "PodGC: node no longer exists", now: view.now)
            failed["status", default: [:]]["phase"] = "Failed"
            plan.add(.updateStatus(.pods, failed), ifRefused: .ignore)
        }
        remove(pod, &plan)
        return plan
    }

    private func remove(_ pod: Value, _ plan: inout Plan) {
        plan.add(
            .delete(ObjectKey(.pods, namespace: pod.namespace, name: pod.name), uid: pod.uid, gracePeriodSeconds: 0), ifRefused: .continuing)
    }
}
