/// How JSON is laid out.
public enum JSONLayout: Hashable, Sendable {
    /// No white space.
    case compact
    /// One field or element a line, indented by so many spaces a level; empty maps and lists stay `{}` and `[]`.
    case indented(by: Int)

    /// As `kubectl -o json` prints: four spaces.
    public static let pretty = JSONLayout.indented(by: 4)
}

extension Value {
    /// The value as JSON text.
    ///
    /// - Order: keys as they were written, or sorted by their bytes as Go sorts maps.
    /// - Source: Go's `encoding/json`: `<`, `>` and `&` are written as `\u003c` and so on unless `escapesHTML` is false.
    public func json(_ layout: JSONLayout = .compact, sortedKeys: Bool = false, escapesHTML: Bool = true) -> String {
        String(decoding: jsonBytes(layout, sortedKeys: sortedKeys, escapesHTML: escapesHTML), as: UTF8.self)
    }

    /// The value as the bytes of a JSON text.
    public func jsonBytes(_ layout: JSONLayout = .compact, sortedKeys: Bool = false, escapesHTML: Bool = true) -> [UInt8] {
        var writer = JSONWriter(sortedKeys: sortedKeys, escapesHTML: escapesHTML)
        switch layout {
        case .compact: writer.write(self)
        case .indented(let width): writer.write(self, width: max(0, width), level: 0)
        }
        return writer.bytes
    }
}

/// Appends JSON to a byte buffer.
struct JSONWriter {
    var bytes: [UInt8] = []
    let sortedKeys: Bool
    let escapesHTML: Bool

    init(sortedKeys: Bool, escapesHTML: Bool) {
        self.sortedKeys = sortedKeys
        self.escapesHTML = escapesHTML
        bytes.reserveCapacity(256)
    }

    mutating func write(_ value: Value) {
        switch value {
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            var isFirst = true
            for element in elements {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                write(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let fields):
            bytes.append(UInt8(ascii: "{"))
            var isFirst = true
            for (key, element) in sortedKeys ? fields.sorted() : fields {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                write(key)
                bytes.append(UInt8(ascii: ":"))
                write(element)
            }
            bytes.append(UInt8(ascii: "}"))
        default: writeScalar(value)
        }
    }

    mutating func write(_ value: Value, width: Int, level: Int) {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            bytes.append(UInt8(ascii: "["))
            var isFirst = true
            for element in elements {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                newLine(width * (level + 1))
                write(element, width: width, level: level + 1)
            }
            newLine(width * level)
            bytes.append(UInt8(ascii: "]"))
        case .object(let fields) where !fields.isEmpty:
            bytes.append(UInt8(ascii: "{"))
            var isFirst = true
            for (key, element) in sortedKeys ? fields.sorted() : fields {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                newLine(width * (level + 1))
                write(key)
                bytes.append(UInt8(ascii: ":"))
                bytes.append(UInt8(ascii: " "))
                write(element, width: width, level: level + 1)
            }
            newLine(width * level)
            bytes.append(UInt8(ascii: "}"))
        case .array: append("[]")
        case .object: append("{}")
        default: writeScalar(value)
        }
    }

    private mutating func newLine(_ spaces: Int) {
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<spaces { bytes.append(UInt8(ascii: " ")) }
    }

    private mutating func writeScalar(_ value: Value) {
        switch value {
        case .bool(true): append("true")
        case .bool(false): append("false")
        case .int(let integer): append(integer)
        case .number(let literal): append(literal.text)
        case .string(let text): write(text)
        default: append("null")
        }
    }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func append(_ integer: Int64) {
        if integer >= 0, integer < 10 {
            bytes.append(UInt8(ascii: "0") + UInt8(integer))
        } else {
            append(String(integer))
        }
    }

    /// Writes a string in quotes.
    mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var copy = text
        copy.withUTF8 { source in
            var start = 0
            var index = 0
            while index < source.count {
                let byte = source[index]
                if byte >= 0x20, byte < 0x80 {
                    if byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"),
                        !escapesHTML || (byte != UInt8(ascii: "<") && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "&"))
                    {
                        index += 1
                        continue
                    }
                } else if byte >= 0x80 {
                    // U+2028 and U+2029 end lines in JavaScript.
                    guard byte == 0xE2, index + 2 < source.count, source[index + 1] == 0x80, source[index + 2] & 0xFE == 0xA8 else {
                        index += 1
                        continue
                    }
                    bytes.append(contentsOf: source[start..<index])
                    append(source[index + 2] == 0xA8 ? "\\u2028" : "\\u2029")
                    index += 3
                    start = index
                    continue
                }
                bytes.append(contentsOf: source[start..<index])
                writeEscape(byte)
                index += 1
                start = index
            }
            bytes.append(contentsOf: source[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func writeEscape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        default: append("u" + GoText.hex(UInt32(byte), digits: 4))
        }
    }
}
