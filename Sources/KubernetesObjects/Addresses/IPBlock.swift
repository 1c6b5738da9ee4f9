/// A range of addresses with a common beginning: `10.0.0.0/8`.
package struct IPBlock: Hashable, Sendable, CustomStringConvertible {
    /// The address as it was written, which need not be the first.
    package let address: IPAddress
    /// How many leading bits the addresses share.
    package let prefixLength: Int

    /// A block of that many leading bits; of the family's width where there are more.
    package init(address: IPAddress, prefixLength: Int) {
        self.address = address
        self.prefixLength = min(max(prefixLength, 0), address.width)
    }

    /// Reads `10.0.0.0/8` or `2001:db8::/64`.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(parts[0]), let length = IPAddress.number(Array(parts[1].utf8)[...], max: address.width)
        else { return nil }
        self.init(address: address, prefixLength: length)
    }

    /// Reads also zeros before numbers, as `IPAddress(loose:)` does.
    package init?(loose text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(loose: parts[0]) else { return nil }
        self.init("\(address)/\(IPAddress.withoutZeros(parts[1]))")
    }

    /// The first address.
    package var first: IPAddress { IPAddress(bits: address.bits & mask, isIPv4: address.isIPv4) }

    /// The block written with its first address.
    package var masked: IPBlock { IPBlock(address: first, prefixLength: prefixLength) }

    /// How many addresses the block has, as far as an `Int` can say.
    package var count: Int {
        let free = address.width - prefixLength
        return free >= Int.bitWidth - 1 ? .max : 1 << free
    }

    /// The address at an offset from the first; nil outside the block.
    package func address(at offset: Int) -> IPAddress? {
        guard offset >= 0, offset < count else { return nil }
        return IPAddress(bits: first.bits + UInt128(offset), isIPv4: address.isIPv4)
    }

    package func contains(_ other: IPAddress) -> Bool {
        other.isIPv4 == address.isIPv4 && (other.bits ^ address.bits) & mask == 0
    }

    /// Whether all of another block lies in this one.
    package func contains(_ other: IPBlock) -> Bool { other.prefixLength >= prefixLength && contains(other.address) }

    package func overlaps(_ other: IPBlock) -> Bool { contains(other) || other.contains(self) }

    package var description: String { "\(address)/\(prefixLength)" }

    private var mask: UInt128 { prefixLength == 0 ? 0 : ~0 << UInt128(address.width - prefixLength) }
}
