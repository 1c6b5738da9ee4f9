import KubernetesObjects

/// The numbers of a node that every filter and score looks at. Plain words, so that a pass over all nodes is a walk over memory.
package struct NodeNumbers: Sendable {
    package var cpu: Int64 = 0
    package var memory: Int64 = 0
    package var ephemeral: Int64 = 0
    package var podsMax: Int64 = 0
    package var usedCPU: Int64 = 0
    package var usedMemory: Int64 = 0
    package var usedEphemeral: Int64 = 0
    package var pods: Int64 = 0
    /// What is used when containers that ask for nothing count with an assumed amount.
    package var assumedCPU: Int64 = 0
    package var assumedMemory: Int64 = 0
    package var flags: Flags = []

    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// The node object exists; a slot without it holds pods of a node that is gone or not seen yet.
        package static let exists = Flags(rawValue: 1)
        package static let unschedulable = Flags(rawValue: 2)
        /// Has taints NoSchedule or NoExecute.
        package static let repels = Flags(rawValue: 4)
        /// Has taints PreferNoSchedule.
        package static let deters = Flags(rawValue: 8)
    }

    mutating func add(_ requests: PodRequests) {
        usedCPU = clampedSum(usedCPU, requests.cpu)
        usedMemory = clampedSum(usedMemory, requests.memory)
        usedEphemeral = clampedSum(usedEphemeral, requests.ephemeral)
        assumedCPU = clampedSum(assumedCPU, requests.assumedCPU)
        assumedMemory = clampedSum(assumedMemory, requests.assumedMemory)
        pods += 1
    }

    mutating func subtract(_ requests: PodRequests) {
        usedCPU = clampedSum(usedCPU, -requests.cpu)
        usedMemory = clampedSum(usedMemory, -requests.memory)
        usedEphemeral = clampedSum(usedEphemeral, -requests.ephemeral)
        assumedCPU = clampedSum(assumedCPU, -requests.assumedCPU)
        assumedMemory = clampedSum(assumedMemory, -requests.assumedMemory)
        pods -= 1
    }
}

/// What is known of a node besides its numbers.
package struct NodeDetail: Sendable {
    package var name: String
    package var labels: [String: String] = [:]
    package var taints: [Taint] = []
    /// Allocatable and used amounts of resources other than CPU, memory and storage.
    package var extended: [String: Int64] = [:]
    package var usedExtended: [String: Int64] = [:]
    package var ports: [PodInfo.HostPort] = []
    /// Sizes of the images that are on the node, by every name.
    package var images: [String: Int64] = [:]
    package var pods: [PodInfo] = []
}

/// Nodes in numbered slots, and the order in which they are tried.
///
/// - Invariants: a node keeps its slot while it or a pod of it is known; `order` has every existing node once.
///   Whoever changes a slot's numbers or pods calls `touch`.
/// - Order: zones take turns, nodes of a zone in the order in which they came, as the real scheduler's node tree has them.
package struct NodeTable: Sendable {
    package private(set) var slots: [String: Int] = [:]
    package var numbers: [NodeNumbers] = []
    package var details: [NodeDetail] = []
    package private(set) var order: [Int32] = []
    /// For each slot a number that grows whenever its numbers or pods change; never 0.
    private(set) var versions: [UInt64] = []
    private var free: [Int] = []
    private var zones: [String] = []
    private var zoneMembers: [String: [Int32]] = [:]
    private var zoneOf: [Int: String] = [:]
    private var orderIsStale = false

    package var count: Int { zoneOf.count }

    package init() {}

    /// The slot of a name, made when there is none.
    mutating func slot(_ name: String) -> Int {
        if let slot = slots[name] { return slot }
        if let slot = free.popLast() {
            numbers[slot] = NodeNumbers()
            details[slot] = NodeDetail(name: name)
            touch(slot)
            slots[name] = slot
            return slot
        }
        numbers.append(NodeNumbers())
        details.append(NodeDetail(name: name))
        versions.append(1)
        slots[name] = numbers.count - 1
        return numbers.count - 1
    }

    /// Makes it known that the numbers or pods of a slot change.
    mutating func touch(_ slot: Int) { versions[slot] += 1 }

    /// Gives the slot back when neither the node nor a pod of it is left.
    mutating func releaseIfEmpty(_ slot: Int) {
        guard !numbers[slot].flags.contains(.exists), details[slot].pods.isEmpty, slots[details[slot].name] == slot else { return }
        slots[details[slot].name] = nil
        free.append(slot)
    }

    mutating func join(_ slot: Int, zone: String) {
        if zoneOf[slot] == zone { return }
        leave(slot)
        zoneOf[slot] = zone
        if zoneMembers[zone] == nil { zones.append(zone) }
        zoneMembers[zone, default: []].append(Int32(slot))
        orderIsStale = true
    }

    mutating func leave(_ slot: Int) {
        guard let zone = zoneOf.removeValue(forKey: slot) else { return }
        zoneMembers[zone]?.removeAll { $0 == Int32(slot) }
        if zoneMembers[zone]?.isEmpty == true {
            zoneMembers[zone] = nil
            zones.removeAll { $0 == zone }
        }
        orderIsStale = true
    }

    mutating func refreshOrder() {
        guard orderIsStale else { return }
        orderIsStale = false
        order.removeAll(keepingCapacity: true)
        let lists = zones.map { zoneMembers[$0] ?? [] }
        var index = 0
        while order.count < zoneOf.count {
            for list in lists where index < list.count { order.append(list[index]) }
            index += 1
        }
    }
}
