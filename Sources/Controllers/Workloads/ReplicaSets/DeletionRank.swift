import KubernetesObjects
import SimulationKernel

/// Which pods of a set are the least loss.
///
/// - Order: without a node; pending before unknown before running; not ready; cheaper by `pod-deletion-cost`;
///   on a node with more related pods; ready for less time; more restarts; younger; UID. Times are compared on a
///   logarithmic scale, so that pods of about one age go in no special order.
/// - Source: kube-controller-manager `ActivePodsWithRanks`, with LogarithmicScaleDown.
struct DeletionRank {
    struct Entry {
        let pod: Value
        let isAssigned: Bool
        let phase: Int
        let isReady: Bool
        let cost: Int
        let related: Int
        let readySince: Instant?
        let restarts: Int
        let created: Instant
        let uid: String
    }

    private var entries: [Entry]
    private let now: Instant

    init(pods: [Value], related: [Value], now: Instant) {
        self.now = now
        var perNode: [String: Int] = [:]
        for pod in related { perNode[pod.nodeName, default: 0] += 1 }
        entries = pods.map { pod in
            let phase: Int
            switch pod.podPhase {
            case "Pending": phase = 0
            case "Unknown": phase = 1
            default: phase = 2
            }
            let restarts = (pod["status"]?["containerStatuses"]?.elements ?? []).map { $0["restartCount"]?.intValue ?? 0 }.max() ?? 0
            return Entry(
                pod: pod, isAssigned: !pod.nodeName.isEmpty, phase: phase, isReady: pod.isPodReady,
                cost: pod.annotation("controller.kubernetes.io/pod-deletion-cost").flatMap { Int($0) } ?? 0,
                related: perNode[pod.nodeName] ?? 0, readySince: pod.podReadySince, restarts: restarts, created: pod.created, uid: pod.uid)
        }
    }

    func leastUseful(_ count: Int) -> [Value] {
        if count >= entries.count { return entries.map(\.pod) }
        return entries.sorted(by: goesBefore).prefix(count).map(\.pod)
    }

    private func goesBefore(_ left: Entry, _ right: Entry) -> Bool {
        if left.isAssigned != right.isAssigned { return !left.isAssigned }
        if left.phase != right.phase { return left.phase < right.phase }
        if left.isReady != right.isReady { return !left.isReady }
        if left.cost != right.cost { return left.cost < right.cost }
        if left.related != right.related { return left.related > right.related }
        if left.isReady, right.isReady, let one = left.readySince, let other = right.readySince, one != other {
            let (oneAge, otherAge) = (magnitude(now - one), magnitude(now - other))
            return oneAge == otherAge ? left.uid < right.uid : oneAge < otherAge
        }
        if left.restarts != right.restarts { return left.restarts > right.restarts }
        if left.created != right.created {
            let (oneAge, otherAge) = (magnitude(now - left.created), magnitude(now - right.created))
            return oneAge == otherAge ? left.uid < right.uid : oneAge < otherAge
        }
        return left.uid < right.uid
    }

    /// The binary logarithm of an age in nanoseconds, -1 for none.
    private func magnitude(_ age: Duration) -> Int {
        let nanoseconds = age.nanoseconds
        return nanoseconds <= 0 ? -1 : 63 - nanoseconds.leadingZeroBitCount
    }
}
