import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Evicts the pods of nodes that are being drained until they are gone.
///
/// - Order: each five seconds all pods that are still there, by name, as `kubectl drain` retries.
/// - Bounds: gives a node up after an hour.
/// - Source: kubectl `drain` with `--ignore-daemonsets --delete-emptydir-data --force`.
struct NodeDrains: Component {
    let name = "drain"
    let user = UserInfo.admin
    let interests: [GroupResource] = []

    private var queue = TimedQueue<String>()
    private var until: [String: Instant] = [:]

    static let retry: Duration = .seconds(5)
    static let limit: Duration = .seconds(3600)

    mutating func start(_ node: String, now: Instant) {
        if until[node] == nil { queue.add(node, at: now) }
        until[node] = now + Self.limit
    }

    mutating func stop(_ node: String) { until[node] = nil }

    mutating func observe(_ event: StoreEvent, in view: ClusterView) {}

    mutating func nextWake() -> Wake? { queue.nextDue.map { Wake(at: $0) } }

    mutating func step(in view: ClusterView) -> (plan: Plan, cause: TraceID?) {
        guard let node = queue.popDue(by: view.now)?.entry, let limit = until[node] else { return (.done, nil) }
        var plan = Plan()
        let pods = view.pods(onNode: node).filter { pod in
            pod.controllerReference?["kind"]?.stringValue != "DaemonSet" && pod.annotation("kubernetes.io/config.mirror") == nil
        }.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
        guard !pods.isEmpty, view.now < limit, view.get(.nodes, name: node) != nil else {
            until[node] = nil
            return (.done, nil)
        }
        for pod in pods where !pod.isBeingDeleted {
            plan.add(
                .createSubresource(
                    ObjectKey(.pods, namespace: pod.namespace, name: pod.name), subresource: "eviction",
                    ["apiVersion": "policy/v1", "kind": "Eviction", "metadata": ["name": .string(pod.name), "namespace": .string(pod.namespace)]]),
                ifRefused: .ignore)
        }
        queue.add(node, at: view.now + Self.retry)
        return (plan, nil)
    }
}
