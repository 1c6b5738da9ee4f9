/// Gives pods their addresses.
///
/// - Shape: on an overlay every node has a /24 of the cluster's block; otherwise pods share their node's /19 subnet.
/// - Order: the lowest address that is free; an address is free again when its pod is gone.
package struct PodAddresses: Hashable, Sendable {
    /// The first address of the overlay's block; nil for addresses of the nodes' subnets.
    let overlayBase: UInt32?
    var nodeBase: [String: UInt32] = [:]
    var next: [String: UInt32] = [:]
    var free: [String: [UInt32]] = [:]
    var used: Set<UInt32> = []

    /// Reads a block such as `10.244.0.0/16`.
    package init(overlayBlock: String?) {
        overlayBase = overlayBlock.flatMap { block in
            let bytes = block.split(separator: "/").first?.split(separator: ".").compactMap { UInt8($0) } ?? []
            return bytes.count == 4 ? bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } : nil
        }
    }

    /// Makes a node's addresses known.
    mutating func add(node: String, internalIP: String) {
        guard nodeBase[node] == nil else { return }
        if let overlayBase {
            nodeBase[node] = overlayBase &+ UInt32(truncatingIfNeeded: nodeBase.count) << 8
        } else {
            let bytes = internalIP.split(separator: ".").compactMap { UInt8($0) }
            let address = bytes.count == 4 ? bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } : 0xC0A8_0000
            nodeBase[node] = address & 0xFFFF_E000
            used.insert(address)
        }
    }

    /// The block of a node on an overlay, such as `10.244.3.0/24`.
    package func block(ofNode node: String) -> String? {
        guard overlayBase != nil, let base = nodeBase[node] else { return nil }
        return "\(Self.text(base))/24"
    }

    mutating func allocate(onNode node: String) -> String {
        if let address = free[node]?.popLast() {
            used.insert(address)
            return Self.text(address)
        }
        let base = nodeBase[node] ?? 0x0AF4_0000
        var offset = next[node] ?? (overlayBase == nil ? 300 : 2)
        while used.contains(base &+ offset) { offset &+= 1 }
        next[node] = offset &+ 1
        used.insert(base &+ offset)
        return Self.text(base &+ offset)
    }

    mutating func release(_ text: String, onNode node: String) {
        let bytes = text.split(separator: ".").compactMap { UInt8($0) }
        guard bytes.count == 4 else { return }
        let address = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard used.remove(address) != nil else { return }
        free[node, default: []].insert(address, at: 0)
    }

    private static func text(_ address: UInt32) -> String {
        "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
    }
}
