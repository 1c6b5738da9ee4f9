/// Pods that wait for others to leave a node, by the node that they wait for.
///
/// - Invariants: a pod is on one node at most; `guests` and `slots` agree.
/// - Order: the guests of a node come by UID.
struct Nominations: Sendable {
    private var slots: [String: Int] = [:]
    /// By slot; as long as the highest slot that ever had a guest asks for.
    private var guests: [[PodInfo]] = []

    var isEmpty: Bool { slots.isEmpty }

    mutating func add(_ pod: PodInfo, to slot: Int) {
        remove(pod.uid)
        slots[pod.uid] = slot
        while guests.count <= slot { guests.append([]) }
        guests[slot].insert(pod, at: guests[slot].firstIndex { $0.uid > pod.uid } ?? guests[slot].count)
    }

    mutating func remove(_ uid: String) {
        guard !slots.isEmpty, let slot = slots.removeValue(forKey: uid) else { return }
        guests[slot].removeAll { $0.uid == uid }
    }

    /// The guests of a node that a pod must leave room for: others that are at least as important.
    func guests(of slot: Int, before pod: PodInfo) -> [PodInfo] {
        guard slot < guests.count, !guests[slot].isEmpty else { return [] }
        return guests[slot].filter { $0.uid != pod.uid && $0.priority >= pod.priority }
    }
}
