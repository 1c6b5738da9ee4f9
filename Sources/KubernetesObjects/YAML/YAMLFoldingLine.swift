/// Writes one scalar that may be folded over several lines.
///
/// - Source: the emitter of go-yaml v2: a single space that stands beyond the width becomes a line break.
struct FoldingLine {
    var bytes: [UInt8]
    /// Spaces before continuation lines; nil where lines must not be folded.
    let indent: Int?
    let widthMax: Int
    /// Characters on the current line.
    private var column = 0

    init(bytes: [UInt8], indent: Int?, widthMax: Int) {
        self.bytes = bytes
        self.indent = indent
        self.widthMax = widthMax
        var index = bytes.count
        while index > 0, bytes[index - 1] != 0x0A {
            index -= 1
            if bytes[index] & 0xC0 != 0x80 { column += 1 }
        }
    }

    /// Writes a text plain (nil), or in single or double quotes.
    mutating func write(_ text: String, style: UInt8?) {
        if let style { put(style) }
        switch style {
        case UInt8(ascii: "\""): writeEscaped(text)
        default: writeRaw(text, isQuoted: style != nil)
        }
        if let style { put(style) }
    }

    private mutating func writeRaw(_ text: String, isQuoted: Bool) {
        if indent == nil || column + text.utf8.count <= widthMax, !text.utf8.contains(0xE2) {
            for byte in text.utf8 {
                if isQuoted, byte == UInt8(ascii: "'") { put(byte) }
                put(byte)
            }
            return
        }
        let scalars = Array(text.unicodeScalars)
        var wasSpace = false
        var wasBreak = false
        for (index, scalar) in scalars.enumerated() {
            if scalar == " " {
                let isInside = !isQuoted || index > 0 && index < scalars.count - 1
                let isSingle = !wasSpace && !(index + 1 < scalars.count && scalars[index + 1] == " ")
                if indent != nil, isSingle, column > widthMax, isInside { fold() } else { put(0x20) }
                wasSpace = true
            } else if YAMLScalarWriter.isBreak(scalar) {
                append(scalar)
                column = 0
                wasBreak = true
            } else {
                if wasBreak { putIndent() }
                if isQuoted, scalar == "'" { put(UInt8(ascii: "'")) }
                append(scalar)
                wasSpace = false
                wasBreak = false
            }
        }
    }

    private mutating func writeEscaped(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        var wasSpace = false
        for (index, scalar) in scalars.enumerated() {
            if scalar == " " {
                if indent != nil, !wasSpace, column > widthMax, index > 0, index < scalars.count - 1 {
                    fold()
                    if scalars[index + 1] == " " { put(UInt8(ascii: "\\")) }
                } else {
                    put(0x20)
                }
                wasSpace = true
                continue
            }
            wasSpace = false
            let encoded = Array(String(scalar).utf8)
            let isPlain =
                scalar != "\"" && scalar != "\\" && !YAMLScalarWriter.isBreak(scalar)
                && encoded.withUnsafeBufferPointer { YAMLScalarWriter.isPrintable($0, 0) }
            if isPlain {
                append(scalar)
            } else {
                for byte in YAMLScalarWriter.escape(scalar).utf8 { put(byte) }
            }
        }
    }

    private mutating func put(_ byte: UInt8) {
        bytes.append(byte)
        if byte & 0xC0 != 0x80 { column += 1 }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        bytes.append(contentsOf: String(scalar).utf8)
        column += 1
    }

    private mutating func fold() {
        bytes.append(0x0A)
        column = 0
        putIndent()
    }

    private mutating func putIndent() {
        for _ in 0..<(indent ?? 0) { put(0x20) }
    }
}
