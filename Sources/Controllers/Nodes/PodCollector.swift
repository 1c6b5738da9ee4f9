import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Removes pods that nobody looks after any more: finished ones beyond a number, those of nodes that are gone, those that were
/// deleted before they had a node, and those that are being deleted on a node that is out of service.
///
/// - Order: of finished pods evicted ones first, then the oldest.
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
    static let outOfService = "node.kubernetes.io/out-of-service"

    package init(threshold: Int, period: Duration) {
        self.threshold = threshold
        self.period = period
    }

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .nodes {
            let isGone = event.change == .deleted
            guard isGone || (Self.isOutOfService(event.object) && event.old.map(Self.isOutOfService) != true) else { return [] }
            return view.pods(onNode: event.key.name).filter { isGone || $0.isBeingDeleted }.map {
                (ObjectKey(.pods, namespace: $0.namespace, name: $0.name), isGone ? Self.quarantine + period : period)
            }
        }
        let pod = event.object
        if event.change != .deleted, pod.isPodTerminal { finished.insert(event.key) } else if !finished.isEmpty { finished.remove(event.key) }
        if event.change == .deleted { return [] }
        var keys: [(key: ObjectKey, after: Duration)] = []
        if threshold > 0, finished.count > threshold { keys.append((Self.sweep, period)) }
        if pod.nodeName.isEmpty {
            if pod.isBeingDeleted { keys.append((event.key, period)) }
            return keys
        }
        let (isBound, isDoomed) = (event.old?.nodeName != pod.nodeName, pod.isBeingDeleted && event.old?.isBeingDeleted != true)
        guard isBound || isDoomed else { return keys }
        if let node = view.get(.nodes, name: pod.nodeName) {
            if pod.isBeingDeleted, Self.isOutOfService(node) { keys.append((event.key, period)) }
        } else if isBound {
            keys.append((event.key, Self.quarantine + period))
        }
        return keys
    }

    /// Whether a node is down for good, as somebody who knows says by a taint.
    private static func isOutOfService(_ node: Value) -> Bool {
        !node.isConditionTrue("Ready") && (node["spec"]?["taints"]?.elements ?? []).contains { $0["key"]?.stringValue == outOfService }
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        var plan = Plan()
        if key == Self.sweep {
            let surplus = finished.count - threshold
            let pods = finished.compactMap { view.get($0) }.sorted { left, right in
                let (one, other) = (Self.isEvicted(left), Self.isEvicted(right))
                if one != other { return one }
                return (left.creationTimestamp, left.name, left.namespace) < (right.creationTimestamp, right.name, right.namespace)
            }
            for pod in pods.prefix(max(0, surplus)) { remove(pod, view.now, &plan) }
            return plan
        }
        guard let pod = view.get(key) else { return plan }
        if pod.nodeName.isEmpty {
            if pod.isBeingDeleted { remove(pod, view.now, &plan) }
        } else if let node = view.get(.nodes, name: pod.nodeName) {
            if pod.isBeingDeleted, Self.isOutOfService(node) { remove(pod, view.now, &plan) }
        } else {
            remove(pod, isOrphaned: true, view.now, &plan)
        }
        return plan
    }

    private static func isEvicted(_ pod: Value) -> Bool { pod.podPhase == "Failed" && pod.statusString("reason") == "Evicted" }

    /// Marks a pod that has not ended as failed, so that its controller counts it so, and deletes it at once.
    private func remove(_ pod: Value, isOrphaned: Bool = false, _ now: Instant, _ plan: inout Plan) {
        if !pod.isPodTerminal {
            var failed =
                isOrphaned ? DisruptionTarget.mark(pod, reason: "DeletionByPodGC", message: "PodGC: node no longer exists", now: now) : pod
            failed["status", default: [:]]["phase"] = "Failed"
            plan.add(.updateStatus(.pods, failed), ifRefused: .ignore)
        }
        plan.add(
            .delete(ObjectKey(.pods, namespace: pod.namespace, name: pod.name), uid: pod.uid, gracePeriodSeconds: 0), ifRefused: .continuing)
    }
}
