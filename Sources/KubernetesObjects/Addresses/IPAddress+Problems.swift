/// Why a text is no address or no range, in the words of Go's `netip`.
///
/// - Source: Go 1.26 `net/netip`, `ParseAddr` and `ParsePrefix`.
package enum AddressProblem {
    /// Why a text is no address; nil when it is one, with or without a zone.
    package static func address(_ text: String) -> String? {
        var reader = Reader(text: Array(text.utf8))
        guard let problem = reader.problem() else { return nil }
        let place = problem.at.map { " (at \(GoText.quoted($0)))" } ?? ""
        return "ParseAddr(\(GoText.quoted(text))): \(problem.message)\(place)"
    }

    /// Why a text is no range; nil when it is one.
    package static func range(_ text: String) -> String? {
        func told(_ problem: String) -> String { "netip.ParsePrefix(\(GoText.quoted(text))): \(problem)" }
        guard let slash = text.lastIndex(of: "/") else { return told("no '/'") }
        let start = String(text[..<slash])
        if let problem = address(start) { return told(problem) }
        if start.contains("%") { return told("IPv6 zones cannot be present in a prefix") }
        let bits = String(text[text.index(after: slash)...])
        let isOdd = bits.utf8.count > 1 && !(0x31...0x39).contains(bits.utf8.first ?? 0)
        guard !isOdd, !bits.isEmpty, bits.utf8.allSatisfy({ $0 &- 48 < 10 }), let length = Int(bits) else {
            return told("bad bits after slash: \(GoText.quoted(bits))")
        }
        return length > (start.contains(":") ? 128 : 32) ? told("prefix length out of range") : nil
    }

    private struct Problem {
        var message: String
        /// The rest of the text, where the problem is.
        var at: String?
    }

    private struct Reader {
        let text: [UInt8]

        private func rest(_ index: Int) -> String { String(decoding: text[index...], as: UTF8.self) }

        mutating func problem() -> Problem? {
            for byte in text {
                switch byte {
                case UInt8(ascii: "."): return fourNumbers(0..<text.count)
                case UInt8(ascii: ":"): return groups()
                case UInt8(ascii: "%"): return Problem(message: "missing IPv6 address")
                default: continue
                }
            }
            return Problem(message: "unable to parse IP")
        }

        /// Four decimal numbers with dots between them.
        private func fourNumbers(_ range: Range<Int>) -> Problem? {
            var (value, dots, digits) = (0, 0, 0)
            for index in range {
                let byte = text[index]
                if byte &- 48 < 10 {
                    if digits == 1, value == 0 { return Problem(message: "IPv4 field has octet with leading zero") }
                    value = value * 10 + Int(byte - 48)
                    digits += 1
                    if value > 255 { return Problem(message: "IPv4 field has value >255") }
                } else if byte == UInt8(ascii: ".") {
                    if index == range.lowerBound || index == range.upperBound - 1 || text[index - 1] == UInt8(ascii: ".") {
                        return Problem(message: "IPv4 field must have at least one digit", at: String(decoding: text[index..<range.upperBound], as: UTF8.self))
                    }
                    if dots == 3 { return Problem(message: "IPv4 address too long") }
                    dots += 1
                    (value, digits) = (0, 0)
                } else {
                    return Problem(message: "unexpected character", at: String(decoding: text[index..<range.upperBound], as: UTF8.self))
                }
            }
            return dots < 3 ? Problem(message: "IPv4 address too short") : nil
        }

        /// Groups of hexadecimal digits with colons between them, one row of zeros left out, the last two written as IPv4 perhaps.
        private func groups() -> Problem? {
            let colon = UInt8(ascii: ":")
            var end = text.count
            if let zone = text.firstIndex(of: UInt8(ascii: "%")) {
                if zone == text.count - 1 { return Problem(message: "zone must be a non-empty string") }
                end = zone
            }
            func left(_ index: Int) -> String { String(decoding: text[index..<end], as: UTF8.self) }
            var (index, count) = (0, 0)
            var hasGap = false
            if end >= 2, text[0] == colon, text[1] == colon {
                (hasGap, index) = (true, 2)
                if index == end { return nil }
            }
            while count < 8 {
                let start = index
                while index < end, Self.isHex(text[index]) {
                    if index - start > 3 { return Problem(message: "each group must have 4 or less digits", at: left(start)) }
                    index += 1
                }
                if index == start { return Problem(message: "each colon-separated field must have at least one digit", at: left(start)) }
                if index < end, text[index] == UInt8(ascii: ".") {
                    if !hasGap, count != 6 {
                        return Problem(message: "embedded IPv4 address must replace the final 2 fields of the address", at: left(start))
                    }
                    if count > 6 { return Problem(message: "too many hex fields to fit an embedded IPv4 at the end of the address", at: left(start)) }
                    if let problem = fourNumbers(start..<end) { return problem }
                    count += 2
                    index = end
                    break
                }
                count += 1
                if index == end { break }
                if text[index] != colon { return Problem(message: "unexpected character, want colon", at: left(index)) }
                if index == end - 1 { return Problem(message: "colon must be followed by more characters", at: left(index)) }
                index += 1
                if text[index] == colon {
                    if hasGap { return Problem(message: "multiple :: in address", at: left(index)) }
                    hasGap = true
                    index += 1
                    if index == end { break }
                }
            }
            if index != end { return Problem(message: "trailing garbage after address", at: left(index)) }
            if count < 8 { return hasGap ? nil : Problem(message: "address string too short") }
            return hasGap ? Problem(message: "the :: must expand to at least one field of zeros") : nil
        }

        private static func isHex(_ byte: UInt8) -> Bool { byte &- 48 < 10 || (byte | 0x20) &- 0x61 < 6 }
    }
}
