/// An IPv4 address.
package struct IPv4: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var value: UInt32

    package init(_ value: UInt32) { self.value = value }

    /// Reads dotted decimal; nil for anything else, leading zeros included.
    package init?(_ text: some StringProtocol) {
        var result: UInt32 = 0
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let byte = UInt8(part),
                part.utf8.count == 1 || part.utf8.first != 48
            else { return nil }
            result = result << 8 | UInt32(byte)
        }
        value = result
    }

    package var description: String { "\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)" }

    package static func < (left: IPv4, right: IPv4) -> Bool { left.value < right.value }
}

/// A block of IPv4 addresses.
package struct IPv4Block: Hashable, Sendable, CustomStringConvertible {
    /// The first address.
    package var base: IPv4
    /// 0 to 32.
    package var prefixLength: Int

    package init(base: IPv4, prefixLength: Int) {
        self.prefixLength = min(max(prefixLength, 0), 32)
        self.base = IPv4(base.value & Self.mask(self.prefixLength))
    }

    /// Reads `10.0.0.0/16`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let base = IPv4(parts[0]), let length = Int(parts[1]), (0...32).contains(length) else { return nil }
        self.init(base: base, prefixLength: length)
    }

    package func contains(_ address: IPv4) -> Bool { address.value & Self.mask(prefixLength) == base.value }

    /// How many addresses the block has.
    package var count: Int { 1 << (32 - prefixLength) }

    /// The address at an offset from the first; nil outside the block.
    package func address(at offset: Int) -> IPv4? {
        guard offset >= 0, offset < count else { return nil }
        return IPv4(base.value &+ UInt32(offset))
    }

    /// The block of a longer prefix at an index inside this one; nil when there is none.
    package func subblock(prefixLength length: Int, at index: Int) -> IPv4Block? {
        guard length >= prefixLength, length <= 32, index >= 0, index < 1 << (length - prefixLength) else { return nil }
        return IPv4Block(base: IPv4(base.value &+ UInt32(index) << UInt32(32 - length)), prefixLength: length)
    }

    package var description: String { "\(base)/\(prefixLength)" }

    private static func mask(_ length: Int) -> UInt32 { length == 0 ? 0 : ~0 << UInt32(32 - length) }
}
