/// An IPv4 or IPv6 address.
///
/// - Source: Go's `netip` without zones, which refuses zeros before the numbers of IPv4.
package struct IPAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let isIPv4: Bool
    /// All bits: the lower 32 of an IPv4 address.
    package let bits: UInt128

    /// How many bits an address of this family has.
    package var width: Int { isIPv4 ? 32 : 128 }

    package init(bits: UInt128, isIPv4: Bool) {
        self.bits = bits
        self.isIPv4 = isIPv4
    }

    /// Reads `10.0.0.1` or `2001:db8::1`.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        if bytes.contains(Self.colon) {
            guard let bits = Self.parseIPv6(bytes[...]) else { return nil }
            self.init(bits: bits, isIPv4: false)
        } else {
            guard let bits = Self.parseIPv4(bytes[...]) else { return nil }
            self.init(bits: UInt128(bits), isIPv4: true)
        }
    }

    /// Reads also `010.0.0.1`, as decimal numbers: what servers once took.
    package init?(loose text: some StringProtocol) {
        self.init(text.split(separator: ".", omittingEmptySubsequences: false).map { Self.withoutZeros($0) }.joined(separator: "."))
    }

    /// The digits of a number without the zeros before them; what is no number stays.
    static func withoutZeros(_ digits: some StringProtocol) -> String {
        guard digits.utf8.count > 1, digits.utf8.allSatisfy({ $0 &- 48 < 10 }) else { return String(digits) }
        let rest = digits.drop { $0 == "0" }
        return rest.isEmpty ? "0" : String(rest)
    }

    package static func < (left: IPAddress, right: IPAddress) -> Bool {
        left.isIPv4 == right.isIPv4 ? left.bits < right.bits : left.isIPv4
    }

    /// The canonical text: `10.0.0.1`, and RFC 5952 for IPv6.
    package var description: String {
        if isIPv4 { return Self.dotted(bits) }
        if isIPv4Mapped { return "::ffff:" + Self.dotted(bits) }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * $0)) }
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

    private static func dotted(_ bits: UInt128) -> String {
        let number = UInt32(truncatingIfNeeded: bits)
        return "\(number >> 24).\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
    }

    // MARK: Kinds

    /// Whether it is an IPv6 address that only wraps an IPv4 one.
    package var isIPv4Mapped: Bool { !isIPv4 && bits >> 32 == 0xFFFF }

    /// The IPv4 address that an IPv6 one wraps; itself otherwise.
    package var unwrapped: IPAddress { isIPv4Mapped ? IPAddress(bits: bits & 0xFFFF_FFFF, isIPv4: true) : self }

    package var isUnspecified: Bool { bits == 0 }
    package var isLoopback: Bool { isIPv4 ? bits >> 24 == 127 : bits == 1 }
    package var isMulticast: Bool { isIPv4 ? bits >> 28 == 0xE : bits >> 120 == 0xFF }
    package var isLinkLocalMulticast: Bool { isIPv4 ? bits >> 8 == 0xE00000 : bits >> 120 == 0xFF && bits >> 112 & 0xF == 2 }
    package var isLinkLocalUnicast: Bool { isIPv4 ? bits >> 16 == 0xA9FE : bits >> 118 == 0x3FA }
    package var isGlobalUnicast: Bool {
        !isUnspecified && !isLoopback && !isMulticast && !isLinkLocalUnicast && !(isIPv4 && bits == 0xFFFF_FFFF)
    }

    // MARK: Reading

    private static let colon = UInt8(ascii: ":")
    private static let dot = UInt8(ascii: ".")

    private static func parseIPv4(_ text: ArraySlice<UInt8>) -> UInt32? {
        let parts = text.split(separator: dot, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var result: UInt32 = 0
        for part in parts {
            guard let byte = number(part, max: 255) else { return nil }
            result = result << 8 | UInt32(byte)
        }
        return result
    }

    private static func parseIPv6(_ text: ArraySlice<UInt8>) -> UInt128? {
        guard let gap = text.indices.first(where: { text[$0] == colon && $0 + 1 < text.endIndex && text[$0 + 1] == colon }) else {
            guard let groups = groups(text), groups.count == 8 else { return nil }
            return joined(groups)
        }
        guard let head = groups(text[..<gap], isLast: false), let tail = groups(text[(gap + 2)...]), head.count + tail.count < 8 else { return nil }
        return joined(head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail)
    }

    private static func joined(_ groups: [UInt16]) -> UInt128 { groups.reduce(0) { $0 << 16 | UInt128($1) } }

    /// The groups on one side of `::`; the last two of an address may be written as an IPv4 one.
    private static func groups(_ text: ArraySlice<UInt8>, isLast: Bool = true) -> [UInt16]? {
        if text.isEmpty { return [] }
        var result: [UInt16] = []
        let parts = text.split(separator: colon, omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if isLast, index == parts.count - 1, part.contains(dot) {
                guard let last = parseIPv4(part) else { return nil }
                result += [UInt16(last >> 16), UInt16(last & 0xFFFF)]
            } else {
                guard (1...4).contains(part.count) else { return nil }
                var group: UInt16 = 0
                for byte in part {
                    guard let digit = hexDigit(byte) else { return nil }
                    group = group << 4 | digit
                }
                result.append(group)
            }
        }
        return result
    }

    private static func hexDigit(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    /// A decimal number of at most three digits without leading zeros.
    static func number(_ digits: ArraySlice<UInt8>, max: Int) -> Int? {
        guard (1...3).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0"), digits.allSatisfy({ $0 &- 48 < 10 })
        else { return nil }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        return number <= max ? number : nil
    }
}
