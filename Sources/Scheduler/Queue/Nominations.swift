/// Pods that wait for others to leave a node, by the node that they wait for.
///
/// - Invariants: a pod is on one node at most; `guests` and `slots` agree.
/// - Order: the guests of a node come by UID.
struct Nominations: Sendable {
    private var slots: [String: Int] = [:]
    /// By slot; as long as the highest slot that ever had a guest asks for.
    private var guests: [[PodInfo]] = []
    /// How often the guests of a slot have changed.
    private var changes: [UInt64] = []

    var isEmpty: Bool { slots.isEmpty }

    mutating func add(_ pod: PodInfo, to slot: Int) {
        remove(pod.uid)
        slots[pod.uid] = slot
        while guests.count <= slot {
            guests.append([])
            changes.append(0)
        }
        changes[slot] += 1
        guests[slot].insert(pod, at: guests[slot].firstIndex { $0.uid > pod.uid } ?? guests[slot].count)
    }

    mutating func remove(_ uid: String) {
        guard !slots.isEmpty, let slot = slots.removeValue(forKey: uid) else { return }
        guests[slot].removeAll { $0.uid == uid }
        changes[slot] += 1
    }

    /// The node that a pod waits for.
    func slot(of uid: String) -> Int? { slots.isEmpty ? nil : slots[uid] }

    /// A number that grows whenever the guests of a node change.
    @inline(__always)
    func changes(of slot: Int) -> UInt64 { slot < changes.count ? changes[slot] : 0 }

    /// The guests of a node that a pod must leave room for: others that are at least as important.
    func guests(of slot: Int, before pod: PodInfo) -> [PodInfo] {
        guard slot < guests.count, !guests[slot].isEmpty else { return [] }
        return guests[slot].filter { $0.uid != pod.uid && $0.priority >= pod.priority }
    }
}
