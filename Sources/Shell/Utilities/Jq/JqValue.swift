/// A value of JSON, as jq works on it. The order of an object's keys is kept.
///
/// - Bounds: nesting deeper than `depthMax` is refused.
indirect enum JqValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// The number, and how it was written where it was read.
    case number(Double, text: String?)
    case string(String)
    case array([JqValue])
    case object([(key: String, value: JqValue)])

    static let depthMax = 200

    static func == (left: JqValue, right: JqValue) -> Bool { order(left, right) == 0 }

    static func number(_ value: Double) -> JqValue { .number(value, text: nil) }

    var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    var isTrue: Bool {
        switch self {
        case .null, .bool(false): false
        default: true
        }
    }

    subscript(key: String) -> JqValue {
        guard case .object(let entries) = self else { return .null }
        return entries.last { $0.key == key }?.value ?? .null
    }

    /// An object with a key set or replaced.
    func setting(_ key: String, _ value: JqValue) -> JqValue {
        var entries: [(key: String, value: JqValue)] = []
        if case .object(let present) = self { entries = present }
        if let index = entries.firstIndex(where: { $0.key == key }) { entries[index].value = value } else { entries.append((key, value)) }
        return .object(entries)
    }

    private var rank: Int {
        switch self {
        case .null: 0
        case .bool(false): 1
        case .bool(true): 2
        case .number: 3
        case .string: 4
        case .array: 5
        case .object: 6
        }
    }

    /// jq's order over all values: negative, 0 or positive.
    static func order(_ left: JqValue, _ right: JqValue) -> Int {
        if left.rank != right.rank { return left.rank - right.rank }
        switch (left, right) {
        case (.number(let a, _), .number(let b, _)): return a < b ? -1 : a > b ? 1 : 0
        case (.string(let a), .string(let b)): return a == b ? 0 : a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars) ? -1 : 1
        case (.array(let a), .array(let b)):
            for (one, other) in zip(a, b) {
                let found = order(one, other)
                if found != 0 { return found }
            }
            return a.count - b.count
        case (.object(let a), .object(let b)):
            let (first, second) = (a.map(\.key).sorted(), b.map(\.key).sorted())
            if first != second { return first.lexicographicallyPrecedes(second) ? -1 : 1 }
            for key in first {
                let found = order(left[key], right[key])
                if found != 0 { return found }
            }
            return 0
        default: return 0
        }
    }

    // MARK: Printing

    static func text(of number: Double) -> String {
        if number == number.rounded(), abs(number) < 1e17 { return String(Int64(number)) }
        return "\(number)"
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case "\u{8}": result += "\\b"
            case "\u{C}": result += "\\f"
            default:
                if scalar.value < 32 || scalar.value == 127 {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }

    /// - `indent` is nil for one line.
    func text(indent: Int?, sorts: Bool = false, depth: Int = 0) -> String {
        let (open, close) = indent.map { ("\n" + String(repeating: " ", count: $0 * (depth + 1)), "\n" + String(repeating: " ", count: $0 * depth)) } ?? ("", "")
        switch self {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .number(let value, let text): return text ?? Self.text(of: value)
        case .string(let text): return Self.quoted(text)
        case .array(let values):
            if values.isEmpty { return "[]" }
            return "[" + values.map { open + $0.text(indent: indent, sorts: sorts, depth: depth + 1) }.joined(separator: ",") + close + "]"
        case .object(let entries):
            if entries.isEmpty { return "{}" }
            let ordered = sorts ? entries.sorted { $0.key < $1.key } : entries
            return "{" + ordered.map { open + Self.quoted($0.key) + (indent == nil ? ":" : ": ") + $0.value.text(indent: indent, sorts: sorts, depth: depth + 1) }.joined(separator: ",") + close + "}"
        }
    }
}

/// Reads values of JSON one after another.
struct JqReader {
    struct Failure: Error { var message: String }

    let bytes: [UInt8]
    var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func skip() { while index < bytes.count, [32, 9, 10, 13].contains(bytes[index]) { index += 1 } }

    /// The next value; nil at the end.
    mutating func next() throws(Failure) -> JqValue? {
        skip()
        return index < bytes.count ? try value(depth: 0) : nil
    }

    private func failure(_ message: String) -> Failure {
        let line = bytes[..<min(index, bytes.count)].count { $0 == 10 } + 1
        let column = index - (bytes[..<min(index, bytes.count)].lastIndex(of: 10).map { $0 + 1 } ?? 0)
        return Failure(message: "parse error: \(message) at line \(line), column \(column)")
    }

    private mutating func value(depth: Int) throws(Failure) -> JqValue {
        if depth > JqValue.depthMax { throw failure("Exceeds depth limit for parsing") }
        skip()
        guard index < bytes.count else { throw failure("Unfinished JSON term") }
        switch bytes[index] {
        case 123:
            index += 1
            var entries: [(key: String, value: JqValue)] = []
            skip()
            if take(125) { return .object([]) }
            while true {
                skip()
                guard index < bytes.count, bytes[index] == 34 else { throw failure("Object keys must be strings") }
                let key = try string()
                skip()
                guard take(58) else { throw failure("Objects must consist of key:value pairs") }
                let value = try value(depth: depth + 1)
                if let place = entries.firstIndex(where: { $0.key == key }) { entries[place].value = value } else { entries.append((key, value)) }
                skip()
                if take(44) { continue }
                guard take(125) else { throw failure(index < bytes.count ? "Expected separator between values" : "Unfinished JSON term") }
                return .object(entries)
            }
        case 91:
            index += 1
            var values: [JqValue] = []
            skip()
            if take(93) { return .array([]) }
            while true {
                values.append(try value(depth: depth + 1))
                skip()
                if take(44) { continue }
                guard take(93) else { throw failure(index < bytes.count ? "Expected separator between values" : "Unfinished JSON term") }
                return .array(values)
            }
        case 34: return .string(try string())
        default:
            let start = index
            while index < bytes.count, ![32, 9, 10, 13, 44, 58, 91, 93, 123, 125, 34].contains(bytes[index]) { index += 1 }
            let word = String(decoding: bytes[start..<index], as: UTF8.self)
            switch word {
            case "null": return .null
            case "true": return .bool(true)
            case "false": return .bool(false)
            default:
                guard let number = Double(word), number.isFinite, word.first?.isNumber == true || word.first == "-" else { throw failure("Invalid literal") }
                return .number(number, text: number == number.rounded() && abs(number) < 1e17 ? nil : word)
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func string() throws(Failure) -> String {
        index += 1
        var result: [UInt8] = []
        while index < bytes.count, bytes[index] != 34 {
            if bytes[index] != 92 {
                result.append(bytes[index])
                index += 1
                continue
            }
            guard index + 1 < bytes.count else { break }
            let letter = bytes[index + 1]
            index += 2
            switch letter {
            case 110: result.append(10)
            case 116: result.append(9)
            case 114: result.append(13)
            case 98: result.append(8)
            case 102: result.append(12)
            case 117:
                guard var code = hexadecimal() else { throw failure("Invalid escape") }
                if (0xD800..<0xDC00).contains(code), index + 1 < bytes.count, bytes[index] == 92, bytes[index + 1] == 117 {
                    index += 2
                    guard let low = hexadecimal() else { throw failure("Invalid escape") }
                    code = 0x10000 + (code - 0xD800) << 10 + (low &- 0xDC00)
                }
                result += Array(String(Character(UnicodeScalar(code) ?? "\u{FFFD}")).utf8)
            default: result.append(letter)
            }
        }
        guard index < bytes.count else { throw failure("Unfinished string") }
        index += 1
        return String(decoding: result, as: UTF8.self)
    }

    private mutating func hexadecimal() -> UInt32? {
        guard index + 4 <= bytes.count, let code = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16) else { return nil }
        index += 4
        return code
    }
}
