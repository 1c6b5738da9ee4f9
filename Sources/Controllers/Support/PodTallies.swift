import APIMachinery
import KubernetesObjects
import SimulationKernel

/// The pods of each controller counted by what a status shows of them, kept up from the events of pods.
///
/// A pass over a ReplicaSet needs the numbers only; counting 150,000 pods at each of their changes would cost their square.
///
/// - Invariants: equals a count over the observed pods that have not finished, by the UID in their controller reference.
struct PodTallies: Sendable {
    /// Pods of one controller that have the same labels.
    struct Group: Sendable {
        let labels: Fields
        var active = 0
        var terminating = 0
        /// Active pods that are ready.
        var ready = 0
        /// Since when those are ready, where they say it; each moment with how many.
        var readySince: [Instant: Int] = [:]

        var isEmpty: Bool { active == 0 && terminating == 0 }
    }

    /// What one pod adds to a group.
    private struct Share: Equatable {
        var uid: String
        var labels: Fields
        var isTerminating: Bool
        var isReady: Bool
        var since: Instant?
    }

    /// The kind of the controllers that are counted for.
    let kind: String
    private var groups: [String: [Group]] = [:]

    init(kind: String) { self.kind = kind }

    /// The groups of a controller, in the order in which their labels first came up.
    func groups(of uid: String) -> [Group] { groups[uid] ?? [] }

    mutating func note(_ event: StoreEvent) {
        let before = event.old.flatMap(share)
        let after = event.change == .deleted ? nil : share(of: event.object)
        if before == after { return }
        if let before { count(before, by: -1) }
        if let after { count(after, by: 1) }
    }

    private func share(of pod: Value) -> Share? {
        guard let reference = pod.controllerReference, reference["kind"]?.stringValue == kind, let uid = reference["uid"]?.stringValue,
            !pod.isPodTerminal
        else { return nil }
        let isTerminating = pod.isBeingDeleted
        let ready = isTerminating ? nil : pod.condition("Ready")
        let isReady = ready?["status"]?.stringValue == "True"
        return Share(
            uid: uid, labels: pod.labels, isTerminating: isTerminating, isReady: isReady,
            since: isReady ? ready?["lastTransitionTime"]?.stringValue.flatMap { Instant(rfc3339: $0) } : nil)
    }

    private mutating func count(_ share: Share, by change: Int) {
        var list = groups.removeValue(forKey: share.uid) ?? []
        defer { groups[share.uid] = list.isEmpty ? nil : list }
        let index: Int
        if let known = list.firstIndex(where: { $0.labels == share.labels }) {
            index = known
        } else {
            index = list.count
            list.append(Group(labels: share.labels))
        }
        if share.isTerminating { list[index].terminating += change } else { list[index].active += change }
        if share.isReady {
            list[index].ready += change
            if let since = share.since {
                let left = list[index].readySince[since, default: 0] + change
                list[index].readySince[since] = left == 0 ? nil : left
            }
        }
        if list[index].isEmpty { list.remove(at: index) }
    }
}
