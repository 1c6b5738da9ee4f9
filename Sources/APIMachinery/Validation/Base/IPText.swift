import KubernetesObjects

/// IP addresses and prefixes as texts.
///
/// - Source: Go's `netip` through k8s.io/utils/net, which refuses leading zeros.
package enum IPText {
    static let message = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
    static let prefixMessage = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"

    /// The bytes of an IPv4 (4) or IPv6 (16) address; nil when the text is none.
    package static func bytes(_ text: String) -> [UInt8]? { text.contains(":") ? v6(text) : v4(Substring(text)) }

    package static func isValid(_ text: String) -> Bool { bytes(text) != nil }
    package static func isV6(_ text: String) -> Bool { text.contains(":") && isValid(text) }

    /// The address and the number of leading bits of `10.0.0.0/8`; nil when the text is no prefix.
    package static func prefix(_ text: String) -> (bytes: [UInt8], bits: Int)? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = bytes(String(parts[0])), let bits = Int(parts[1]), parts[1].utf8.allSatisfy(NameFormats.isDigit),
            parts[1].utf8.count == String(bits).utf8.count, bits >= 0, bits <= address.count * 8
        else { return nil }
        return (address, bits)
    }

    /// Whether an address lies in a prefix of its own family.
    package static func contains(_ prefix: (bytes: [UInt8], bits: Int), _ address: [UInt8]) -> Bool {
        guard prefix.bytes.count == address.count else { return false }
        for index in address.indices {
            let bits = min(8, max(0, prefix.bits - index * 8))
            let mask: UInt8 = bits == 0 ? 0 : ~UInt8(0) << UInt8(8 - bits)
            if address[index] & mask != prefix.bytes[index] & mask { return false }
        }
        return true
    }

    private static func v4(_ text: Substring) -> [UInt8]? {
        let parts = text.utf8.split(separator: 46, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var result: [UInt8] = []
        for part in parts {
            guard part.count >= 1, part.count <= 3, part.allSatisfy(NameFormats.isDigit), part.count == 1 || part.first != 48,
                let number = UInt8(String(part) ?? "")
            else { return nil }
            result.append(number)
        }
        return result
    }

    private static func v6(_ text: String) -> [UInt8]? {
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return nil }
        func groups(_ half: Substring) -> [UInt8]? {
            if half.isEmpty { return [] }
            var result: [UInt8] = []
            let parts = half.split(separator: ":", omittingEmptySubsequences: false)
            for (index, part) in parts.enumerated() {
                if part.contains("."), index == parts.count - 1 {
                    guard let tail = v4(part) else { return nil }
                    result += tail
                } else {
                    guard part.utf8.count >= 1, part.utf8.count <= 4, let number = UInt16(part, radix: 16), part.first != "+", part.first != "-"
                    else { return nil }
                    result += [UInt8(number >> 8), UInt8(number & 255)]
                }
            }
            return result
        }
        guard let head = groups(halves[0]) else { return nil }
        if halves.count == 1 { return head.count == 16 ? head : nil }
        guard let tail = groups(halves[1]), head.count + tail.count <= 14 else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }
}
