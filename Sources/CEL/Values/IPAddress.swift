import KubernetesObjects

/// An IPv4 or IPv6 address.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// Four or sixteen bytes.
    package var bytes: [UInt8]

    package var isIPv4: Bool { bytes.count == 4 }

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads an address; no zone, and no zeros before the numbers of IPv4.
    package init?(_ text: String) {
        if text.contains(":") {
            guard let parsed = Self.parseIPv6(text) else { return nil }
            bytes = parsed
        } else {
            guard let parsed = Self.parseIPv4(text[...]) else { return nil }
            bytes = parsed
        }
    }

    private static func parseIPv4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ $0 &- 0x30 < 10 }), part == "0" || !part.hasPrefix("0"),
                let byte = UInt8(part)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func parseIPv6(_ text: String) -> [UInt8]? {
        var head: [UInt8] = []
        var tail: [UInt8] = []
        func groups(_ text: Substring) -> [UInt8]? {
            if text.isEmpty { return [] }
            var result: [UInt8] = []
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            for (index, part) in parts.enumerated() {
                if index == parts.count - 1, part.contains(".") {
                    guard let last = parseIPv4(part) else { return nil }
                    result += last
                } else {
                    guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
                        let group = UInt16(part, radix: 16)
                    else { return nil }
                    result += [UInt8(group >> 8), UInt8(group & 255)]
                }
            }
            return result
        }
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return nil }
        guard let first = groups(halves[0]) else { return nil }
        head = first
        if halves.count == 2 {
            guard let second = groups(halves[1]), first.count + second.count <= 14 else { return nil }
            tail = second
            return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
        }
        return head.count == 16 ? head : nil
    }

    var isIPv4Mapped: Bool { bytes.count == 16 && bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 255 && bytes[11] == 255 }
    var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }
    var isLoopback: Bool { isIPv4 ? bytes[0] == 127 : bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1 }
    var isMulticast: Bool { isIPv4 ? bytes[0] & 0xF0 == 0xE0 : bytes[0] == 0xFF }
    var isLinkLocalMulticast: Bool { isIPv4 ? bytes[0] == 224 && bytes[1] == 0 && bytes[2] == 0 : bytes[0] == 0xFF && bytes[1] & 0x0F == 2 }
    var isLinkLocalUnicast: Bool { isIPv4 ? bytes[0] == 169 && bytes[1] == 254 : bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 }
    var isGlobalUnicast: Bool {
        !isUnspecified && !isLoopback && !isMulticast && !isLinkLocalUnicast && bytes != [255, 255, 255, 255]
    }

    /// The canonical text: `10.0.0.1`, `2001:db8::1`.
    package var description: String {
        if isIPv4 { return bytes.map { String($0) }.joined(separator: ".") }
        if isIPv4Mapped { return "::ffff:" + bytes[12...].map { String($0) }.joined(separator: ".") }
        let groups = (0..<8).map { UInt16(bytes[$0 * 2]) << 8 | UInt16(bytes[$0 * 2 + 1]) }
        var best = 0..<0
        var index = 0
        while index < 8 {
            var end = index
            while end < 8, groups[end] == 0 { end += 1 }
            if end - index > best.count, end - index > 1 { best = index..<end }
            index = max(end, index + 1)
        }
        func text(_ range: Range<Int>) -> String { groups[range].map { String($0, radix: 16) }.joined(separator: ":") }
        return best.isEmpty ? text(0..<8) : text(0..<best.lowerBound) + "::" + text(best.upperBound..<8)
    }
}

/// A block of addresses: `10.0.0.0/8`.
package struct IPBlock: Hashable, Sendable, CustomStringConvertible {
    package var address: IPAddress
    package var prefixLength: Int

    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(String(parts[0])), (1...3).contains(parts[1].utf8.count),
            parts[1].utf8.allSatisfy({ $0 &- 0x30 < 10 }), parts[1] == "0" || !parts[1].hasPrefix("0"), let length = Int(parts[1]),
            length <= address.bytes.count * 8
        else { return nil }
        self.address = address
        prefixLength = length
    }

    /// The block's first address.
    var masked: IPBlock {
        var copy = self
        for index in copy.address.bytes.indices {
            let bits = min(8, max(0, prefixLength - index * 8))
            copy.address.bytes[index] &= bits == 0 ? 0 : 0xFF << UInt8(8 - bits)
        }
        return copy
    }

    func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        var block = self
        block.address = other
        return block.masked.address == masked.address
    }

    func contains(_ other: IPBlock) -> Bool { contains(other.address) && other.prefixLength >= prefixLength }

    package var description: String { "\(address)/\(prefixLength)" }
}
