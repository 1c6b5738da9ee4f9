import SimulationKernel

/// Gives pods their addresses.
///
/// - Shape: on an overlay every node has a /24 of the cluster's block; otherwise pods share their node's /19 subnet.
/// - Order: the lowest address that is free; an address is free again when its pod is gone.
/// - Bounds: on an overlay 254 a node; in a subnet what the node's network interfaces hold, where they are known, and what
///   the subnet has.
/// - Source: host-local IPAM; the Amazon VPC CNI plug-in: a whole interface's addresses are taken from the subnet when it is
///   attached, one spare interface is kept (`WARM_ENI_TARGET=1`), a freed address rests for 30 s.
package struct PodAddresses: Sendable {
    /// The first address of the overlay's block; nil for addresses of the nodes' subnets.
    let overlayBase: UInt32?
    /// How many bits of an address name its subnet.
    let subnetPrefix: Int
    static let restTime = Duration.seconds(30)
    private static let reservedBySubnet: UInt32 = 300

    struct NodePool: Sendable {
        var base: UInt32
        /// The machine's own address.
        var own: UInt32 = 0
        var next: UInt32
        /// Free addresses with the time from which they may be used, those to be used first at the end.
        var free: [(address: UInt32, from: Instant)] = []
        /// Interfaces that may be attached, and addresses each has for pods; 0 for no bounds.
        var interfacesMax: Int
        var perInterface: Int
        var interfaces = 0
        var inUse = 0
    }

    var pools: [String: NodePool] = [:]
    var overlayCount: UInt32 = 0
    /// Of each subnet, by its first address, the next offset that was never used.
    private var nextInSubnet: [UInt32: UInt32] = [:]
    var used: Set<UInt32> = []

    /// Reads a block such as `10.244.0.0/16`.
    package init(overlayBlock: String?, subnetPrefix: Int = 19) {
        self.subnetPrefix = min(max(subnetPrefix, 8), 30)
        overlayBase = overlayBlock.flatMap { block in block.split(separator: "/").first.flatMap { Self.number(String($0)) } }
    }

    /// Makes a node's addresses known.
    mutating func add(node: String, internalIP: String, interfacesMax: Int = 0, addressesPerInterface: Int = 0) {
        guard pools[node] == nil else { return }
        if let overlayBase {
            pools[node] = NodePool(base: overlayBase &+ overlayCount << 8, next: 2, interfacesMax: 0, perInterface: 0)
            overlayCount += 1
            return
        }
        let address = Self.number(internalIP) ?? 0xC0A8_0000
        used.insert(address)
        let isBounded = interfacesMax > 0 && addressesPerInterface > 1
        var pool = NodePool(
            base: address & (UInt32.max << UInt32(32 - subnetPrefix)), next: 0, interfacesMax: isBounded ? interfacesMax : 0,
            perInterface: isBounded ? addressesPerInterface - 1 : 0)
        pool.own = address
        if isBounded { attach(&pool) }
        pools[node] = pool
    }

    /// Takes a machine away, and its interfaces with all their addresses.
    mutating func remove(node: String) {
        guard let pool = pools.removeValue(forKey: node), overlayBase == nil else { return }
        for entry in pool.free { used.remove(entry.address) }
        used.remove(pool.own)
        nextInSubnet[pool.base] = nil
    }

    /// Gives up the address of a pod whose machine is gone.
    mutating func drop(_ text: String) { if let address = Self.number(text) { used.remove(address) } }

    /// The block of a node on an overlay, such as `10.244.3.0/24`.
    package func block(ofNode node: String) -> String? {
        guard overlayBase != nil, let pool = pools[node] else { return nil }
        return "\(Self.text(pool.base))/24"
    }

    /// An address for a pod; nil when the node has none left.
    mutating func allocate(onNode node: String, now: Instant) -> String? {
        guard var pool = pools[node] else { return nil }
        defer { pools[node] = pool }
        var address = Self.take(&pool, now: now)
        if address == nil {
            if pool.perInterface > 0 {
                attach(&pool)
                address = Self.take(&pool, now: now)
            } else if overlayBase != nil {
                guard pool.next < 255 else { return nil }
                address = pool.base &+ pool.next
                pool.next += 1
            } else {
                address = fresh(inSubnetOf: pool)
            }
        }
        guard let address else { return nil }
        used.insert(address)
        pool.inUse += 1
        // A spare interface is kept whole.
        if pool.perInterface > 0, pool.interfaces * pool.perInterface - pool.inUse < pool.perInterface { attach(&pool) }
        return Self.text(address)
    }

    mutating func release(_ text: String, onNode node: String, now: Instant) {
        guard let address = Self.number(text), used.contains(address), var pool = pools[node] else { return }
        if pool.perInterface == 0 { used.remove(address) }
        // An interface's addresses stay taken in the subnet while it is attached.
        pool.free.insert((address, pool.perInterface > 0 ? now + Self.restTime : now), at: 0)
        pool.inUse -= 1
        pools[node] = pool
    }

    private static func take(_ pool: inout NodePool, now: Instant) -> UInt32? {
        guard let index = pool.free.lastIndex(where: { $0.from <= now }) else { return nil }
        return pool.free.remove(at: index).address
    }

    /// Attaches an interface with all its addresses, where the machine and the subnet have room for one.
    private mutating func attach(_ pool: inout NodePool) {
        guard pool.interfaces < pool.interfacesMax else { return }
        var added: [UInt32] = []
        while added.count < pool.perInterface, let address = fresh(inSubnetOf: pool) {
            used.insert(address)
            added.append(address)
        }
        guard !added.isEmpty else { return }
        pool.interfaces += 1
        pool.free.insert(contentsOf: added.reversed().map { ($0, Instant(nanoseconds: .min)) }, at: 0)
    }

    private mutating func fresh(inSubnetOf pool: NodePool) -> UInt32? {
        let size: UInt32 = 1 << UInt32(32 - subnetPrefix)
        // Small subnets give all but the five that a VPC keeps for itself.
        var offset = nextInSubnet[pool.base] ?? (size > 1024 ? Self.reservedBySubnet : 4)
        while offset < size - 1, used.contains(pool.base &+ offset) { offset += 1 }
        nextInSubnet[pool.base] = offset + 1
        return offset < size - 1 ? pool.base &+ offset : nil
    }

    static func number(_ text: String) -> UInt32? {
        let bytes = text.split(separator: ".").compactMap { UInt8($0) }
        return bytes.count == 4 ? bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } : nil
    }

    private static func text(_ address: UInt32) -> String {
        "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
    }
}
