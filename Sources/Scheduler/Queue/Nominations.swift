/// Pods that wait for others to leave a node, by the node that they wait for.
///
/// - Invariants: a pod is on one node at most; `guests` and `slots` agree.
/// - Order: the guests of a node come by UID.
struct Nominations: Sendable {
    private var slots: [String: Int] = [:]
    private var guests: [Int: [PodInfo]] = [:]

    var isEmpty: Bool { slots.isEmpty }

    mutating func add(_ pod: PodInfo, to slot: Int) {
        remove(pod.uid)
        slots[pod.uid] = slot
        var list = guests.removeValue(forKey: slot) ?? []
        list.insert(pod, at: list.firstIndex { $0.uid > pod.uid } ?? list.count)
        guests[slot] = list
    }

    mutating func remove(_ uid: String) {
        guard let slot = slots.removeValue(forKey: uid), var list = guests.removeValue(forKey: slot) else { return }
        list.removeAll { $0.uid == uid }
        if !list.isEmpty { guests[slot] = list }
    }

    /// The guests of a node that a pod must leave room for: others that are at least as important.
    func guests(of slot: Int, before pod: PodInfo) -> [PodInfo] {
        guard let list = guests[slot] else { return [] }
        return list.filter { $0.uid != pod.uid && $0.priority >= pod.priority }
    }
}
