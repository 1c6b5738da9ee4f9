/// Text as Go's standard library writes it.
public enum GoText {
    /// A string in double quotes, as `%q` prints it.
    public static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars { appendEscaped(scalar, quote: "\"", to: &result) }
        return result + "\""
    }

    /// A character in single quotes, as `%q` prints a rune.
    public static func quotedRune(_ scalar: Unicode.Scalar) -> String {
        var result = "'"
        appendEscaped(scalar, quote: "'", to: &result)
        return result + "'"
    }

    static func appendEscaped(_ scalar: Unicode.Scalar, quote: Unicode.Scalar, to result: inout String) {
        switch scalar {
        case quote, "\\":
            result += "\\"
            result.unicodeScalars.append(scalar)
        case "\u{07}": result += "\\a"
        case "\u{08}": result += "\\b"
        case "\u{0C}": result += "\\f"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case "\u{0B}": result += "\\v"
        default:
            if isPrintable(scalar) {
                result.unicodeScalars.append(scalar)
            } else if scalar.value < 0x80 {
                result += "\\x" + hex(scalar.value, digits: 2)
            } else if scalar.value < 0x10000 {
                result += "\\u" + hex(scalar.value, digits: 4)
            } else {
                result += "\\U" + hex(scalar.value, digits: 8)
            }
        }
    }

    /// Whether Go's `strconv.IsPrint` holds: letters, marks, numbers, punctuation, symbols and the ASCII space.
    public static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value >= 0x20 }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator: return false
        default: return true
        }
    }

    /// A number in lower-case hexadecimal, padded with zeros.
    public static func hex(_ number: UInt32, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// Bytes as text; every byte that is not UTF-8 becomes one U+FFFD, as Go does.
    public static func string(_ bytes: some Collection<UInt8>) -> String {
        if let valid = String(validating: bytes, as: UTF8.self) { return valid }
        var result = String.UnicodeScalarView()
        var decoder = ByteDecoder(Array(bytes))
        while let scalar = decoder.next() { result.append(scalar) }
        return String(result)
    }

    /// Decodes UTF-8 one scalar at a time, one replacement character for each wrong byte.
    private struct ByteDecoder {
        let bytes: [UInt8]
        var position = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        mutating func next() -> Unicode.Scalar? {
            guard position < bytes.count else { return nil }
            let first = bytes[position]
            let length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
            if length > 0, position + length <= bytes.count,
                let text = String(validating: bytes[position..<position + length], as: UTF8.self),
                let scalar = text.unicodeScalars.first
            {
                position += length
                return scalar
            }
            position += 1
            return "\u{FFFD}"
        }
    }
}
