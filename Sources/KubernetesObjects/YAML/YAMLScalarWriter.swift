/// Writes texts as YAML scalars: plain where that is safe, else quoted, or as a `|` block when they have several lines.
///
/// - Source: the emitter of go-yaml v2. A character beyond U+FFFF, or one that cannot be printed, forces double quotes.
enum YAMLScalarWriter {
    /// What the characters of a text permit.
    struct Analysis {
        var allowsPlain = true
        var allowsSingleQuotes = true
        var allowsBlock = true
        var hasLineFeed = false
    }

    /// Lines are folded at the first space beyond this column.
    private static let widthMax = 80

    /// Writes a value, or a key after `?`; continuation lines are indented by `indent`.
    static func write(_ text: String, indent: Int, to bytes: inout [UInt8]) {
        let analysis = analyse(text)
        if analysis.hasLineFeed, analysis.allowsBlock { return block(text, indent: indent, to: &bytes) }
        inline(text, analysis, indent: indent, to: &bytes)
    }

    /// Writes a key of one line.
    ///
    /// - Differs: `<<` is quoted, because plain it would be read as a merge.
    static func writeKey(_ text: String, to bytes: inout [UInt8]) {
        if text == "<<" { return bytes.append(contentsOf: "\"<<\"".utf8) }
        inline(text, analyse(text), indent: nil, to: &bytes)
    }

    private static func inline(_ text: String, _ analysis: Analysis, indent: Int?, to bytes: inout [UInt8]) {
        let style: UInt8? =
            if analysis.hasLineFeed || !isText(text) {
                UInt8(ascii: "\"")
            } else if analysis.allowsPlain {
                nil
            } else if analysis.allowsSingleQuotes {
                UInt8(ascii: "'")
            } else {
                UInt8(ascii: "\"")
            }
        if style == nil, indent == nil || !text.utf8.contains(0x20) { return bytes.append(contentsOf: text.utf8) }
        var line = FoldingLine(bytes: bytes, indent: indent, widthMax: widthMax)
        bytes = []
        line.write(text, style: style)
        bytes = line.bytes
    }

    /// Whether the text, written plain, would be read as text.
    private static func isText(_ text: String) -> Bool {
        switch YAMLScalar.resolve(text) {
        case .string: !isBase60(text)
        default: false
        }
    }

    /// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`, a number in YAML 1.1.
    private static func isBase60(_ text: String) -> Bool {
        guard let first = text.utf8.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") || first &- 0x30 < 10,
            text.utf8.contains(UInt8(ascii: ":"))
        else { return false }
        var rest = Array(text.utf8)[...]
        if !(first &- 0x30 < 10) { rest = rest.dropFirst() }
        guard let digit = rest.first, digit &- 0x30 < 10 else { return false }
        rest = rest.drop { $0 &- 0x30 < 10 || $0 == UInt8(ascii: "_") }
        var groups = 0
        while rest.first == UInt8(ascii: ":") {
            rest = rest.dropFirst()
            let digits = rest.prefix { $0 &- 0x30 < 10 }
            guard digits.count == 1 || digits.count == 2 && digits.first ?? 0 < UInt8(ascii: "6") else { return false }
            rest = rest.dropFirst(digits.count)
            groups += 1
        }
        guard groups > 0 else { return false }
        if rest.first == UInt8(ascii: ".") { rest = rest.dropFirst().drop { $0 &- 0x30 < 10 || $0 == UInt8(ascii: "_") } }
        return rest.isEmpty
    }

    // MARK: Analysis

    static func analyse(_ text: String) -> Analysis {
        var copy = text
        return copy.withUTF8 { bytes in isPlainWord(bytes) ? Analysis() : analyse(bytes) }
    }

    /// The common case: letters, digits and the signs that never mean anything.
    private static func isPlainWord(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !bytes.isEmpty, bytes[0] != UInt8(ascii: "-"), bytes[0] != UInt8(ascii: ".") else { return false }
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "_"):
                continue
            default: return false
            }
        }
        return true
    }

    private static func analyse(_ bytes: UnsafeBufferPointer<UInt8>) -> Analysis {
        var result = Analysis()
        guard !bytes.isEmpty else {
            result.allowsBlock = false
            return result
        }
        var blockIndicators = false
        var special = false
        var breaks = false
        var leadingSpace = false, leadingBreak = false, trailingSpace = false, trailingBreak = false
        var breakSpace = false, spaceBreak = false
        var previousSpace = false, previousBreak = false
        var precededByWhite = true
        if bytes.count >= 3, bytes[0] == bytes[1], bytes[1] == bytes[2], bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: ".") {
            blockIndicators = true
        }
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let width = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
            let next = index + width
            let followedByWhite = next >= bytes.count || bytes[next] == 0x20 || bytes[next] == 0x09
            if index == 0 {
                switch byte {
                case UInt8(ascii: "#"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"),
                    UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "'"),
                    UInt8(ascii: "\""), UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "`"):
                    blockIndicators = true
                case UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "-"):
                    if followedByWhite { blockIndicators = true }
                default: break
                }
            } else if byte == UInt8(ascii: ":") {
                if followedByWhite { blockIndicators = true }
            } else if byte == UInt8(ascii: "#"), precededByWhite {
                blockIndicators = true
            }
            let isBreak = isBreak(bytes, index)
            if !isPrintable(bytes, index) { special = true }
            if byte == 0x0A { result.hasLineFeed = true }
            if byte == 0x20 {
                if index == 0 { leadingSpace = true }
                if next == bytes.count { trailingSpace = true }
                if previousBreak { breakSpace = true }
                previousSpace = true
                previousBreak = false
            } else if isBreak {
                breaks = true
                if index == 0 { leadingBreak = true }
                if next >= bytes.count { trailingBreak = true }
                if previousSpace { spaceBreak = true }
                previousSpace = false
                previousBreak = true
            } else {
                previousSpace = false
                previousBreak = false
            }
            precededByWhite = byte == 0x20 || byte == 0x09 || isBreak
            index = next
        }
        if leadingSpace || leadingBreak || trailingSpace || trailingBreak { result.allowsPlain = false }
        if trailingSpace { result.allowsBlock = false }
        if breakSpace {
            result.allowsPlain = false
            result.allowsSingleQuotes = false
        }
        if spaceBreak || special {
            result.allowsPlain = false
            result.allowsSingleQuotes = false
            result.allowsBlock = false
        }
        if breaks || blockIndicators { result.allowsPlain = false }
        return result
    }

    static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    private static func isBreak(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        switch bytes[index] {
        case 0x0A, 0x0D: true
        case 0xC2: index + 1 < bytes.count && bytes[index + 1] == 0x85
        case 0xE2: index + 2 < bytes.count && bytes[index + 1] == 0x80 && bytes[index + 2] & 0xFE == 0xA8
        default: false
        }
    }

    static func isPrintable(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        let byte = bytes[index]
        if byte < 0x80 { return byte == 0x0A || byte >= 0x20 && byte <= 0x7E }
        func at(_ ahead: Int) -> UInt8 { index + ahead < bytes.count ? bytes[index + ahead] : 0 }
        switch byte {
        case 0xC2: return at(1) >= 0xA0
        case 0xC3..<0xED: return true
        case 0xED: return at(1) < 0xA0
        case 0xEE: return true
        case 0xEF: return !(at(1) == 0xBB && at(2) == 0xBF) && !(at(1) == 0xBF && (at(2) == 0xBE || at(2) == 0xBF))
        default: return false
        }
    }

    // MARK: Styles

    private static func block(_ text: String, indent: Int, to bytes: inout [UInt8]) {
        let scalars = Array(text.unicodeScalars)
        bytes.append(UInt8(ascii: "|"))
        if let first = scalars.first, first == " " || isBreak(first) { bytes.append(UInt8(ascii: "2")) }
        if let last = scalars.last, !isBreak(last) {
            bytes.append(UInt8(ascii: "-"))
        } else if scalars.count == 1 || scalars.count > 1 && isBreak(scalars[scalars.count - 2]) {
            bytes.append(UInt8(ascii: "+"))
        }
        bytes.append(0x0A)
        var isAtLineStart = true
        for scalar in scalars {
            if isBreak(scalar) {
                bytes.append(contentsOf: scalar == "\n" ? [0x0A] : Array(String(scalar).utf8))
                isAtLineStart = true
            } else {
                if isAtLineStart { bytes.append(contentsOf: repeatElement(0x20, count: indent)) }
                isAtLineStart = false
                bytes.append(contentsOf: String(scalar).utf8)
            }
        }
    }

    static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x00: "\\0"
        case 0x07: "\\a"
        case 0x08: "\\b"
        case 0x09: "\\t"
        case 0x0A: "\\n"
        case 0x0B: "\\v"
        case 0x0C: "\\f"
        case 0x0D: "\\r"
        case 0x1B: "\\e"
        case 0x22: "\\\""
        case 0x5C: "\\\\"
        case 0x85: "\\N"
        case 0xA0: "\\_"
        case 0x2028: "\\L"
        case 0x2029: "\\P"
        case ...0xFF: "\\x" + GoText.hex(scalar.value, digits: 2).uppercased()
        case ...0xFFFF: "\\u" + GoText.hex(scalar.value, digits: 4).uppercased()
        default: "\\U" + GoText.hex(scalar.value, digits: 8).uppercased()
        }
    }
}
