/// In which order a mapping's keys are written.
public enum KeyOrder: Hashable, Sendable {
    /// As `kubectl -o yaml`: letters after digits and signs, numbers inside keys by their value.
    case sorted
    /// As the value has them.
    case kept
}

extension Value {
    /// The value as YAML, as `kubectl -o yaml` prints it.
    ///
    /// - Shape: two spaces a level, lists not indented under their key, `{}` and `[]` when empty, texts of several lines as `|`
    ///   blocks, a line feed at the end.
    /// - Source: go-yaml v2 as used by sigs.k8s.io/yaml: lines are folded at the first space after column 80.
    public func yaml(_ order: KeyOrder = .sorted) -> String {
        var writer = YAMLWriter(order: order)
        writer.document(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

/// Appends YAML to a byte buffer.
struct YAMLWriter {
    var bytes: [UInt8] = []
    let order: KeyOrder

    init(order: KeyOrder) {
        self.order = order
        bytes.reserveCapacity(512)
    }

    mutating func document(_ value: Value) {
        switch value {
        case .object(let fields) where !fields.isEmpty: mapping(fields, indent: 0, isFirstInline: true)
        case .array(let elements) where !elements.isEmpty: sequence(elements, indent: 0, isFirstInline: true)
        default:
            scalarOrEmpty(value, indent: 2)
            endLine()
        }
    }

    // MARK: Collections

    /// Writes the pairs at an indentation; the first one goes where the cursor is when `isFirstInline`.
    private mutating func mapping(_ fields: Fields, indent: Int, isFirstInline: Bool) {
        var isInline = isFirstInline
        for (key, value) in order == .sorted ? Self.naturallySorted(fields) : Array(fields) {
            if !isInline { spaces(indent) }
            isInline = false
            if Self.isSimpleKey(key) {
                YAMLScalarWriter.writeKey(key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                switch value {
                case .object(let inner) where !inner.isEmpty:
                    endLine()
                    mapping(inner, indent: indent + 2, isFirstInline: false)
                case .array(let elements) where !elements.isEmpty:
                    endLine()
                    sequence(elements, indent: indent, isFirstInline: false)
                default:
                    bytes.append(0x20)
                    scalarOrEmpty(value, indent: indent + 2)
                    endLine()
                }
            } else {
                bytes.append(contentsOf: [UInt8(ascii: "?"), 0x20])
                YAMLScalarWriter.write(key, indent: indent + 2, to: &bytes)
                endLine()
                spaces(indent)
                bytes.append(UInt8(ascii: ":"))
                nested(value, indent: indent)
            }
        }
    }

    private mutating func sequence(_ elements: [Value], indent: Int, isFirstInline: Bool) {
        var isInline = isFirstInline
        for element in elements {
            if !isInline { spaces(indent) }
            isInline = false
            bytes.append(UInt8(ascii: "-"))
            nested(element, indent: indent)
        }
    }

    /// Writes a value after `-` or `:`, on the same line as far as it can.
    private mutating func nested(_ value: Value, indent: Int) {
        bytes.append(0x20)
        switch value {
        case .object(let fields) where !fields.isEmpty: mapping(fields, indent: indent + 2, isFirstInline: true)
        case .array(let elements) where !elements.isEmpty: sequence(elements, indent: indent + 2, isFirstInline: true)
        default:
            scalarOrEmpty(value, indent: indent + 2)
            endLine()
        }
    }

    private mutating func scalarOrEmpty(_ value: Value, indent: Int) {
        switch value {
        case .null: append("null")
        case .bool(let flag): append(flag ? "true" : "false")
        case .int(let integer): append(String(integer))
        case .number(let literal): append(Self.number(literal))
        case .string(let text): YAMLScalarWriter.write(text, indent: indent, to: &bytes)
        case .array: append("[]")
        case .object: append("{}")
        }
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
    private mutating func spaces(_ count: Int) { bytes.append(contentsOf: repeatElement(0x20, count: count)) }

    /// Ends the line, unless a block has ended it already.
    private mutating func endLine() {
        if bytes.last != 0x0A { bytes.append(0x0A) }
    }

    /// Integers keep their digits, also those written `2.0`; other numbers are printed as Go's `%g` does.
    private static func number(_ literal: NumberLiteral) -> String {
        let isInteger = literal.text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || $0 &- UInt8(ascii: "0") < 10 }
        if isInteger { return literal.text }
        let value = literal.doubleValue
        if let integer = Int64(exactly: value) { return String(integer) }
        return value.isFinite ? GoFloat.general(value) : literal.text
    }

    // MARK: Keys

    /// Longer keys, and keys of several lines, are written after `?`.
    private static func isSimpleKey(_ key: String) -> Bool {
        key.utf8.count <= 128 && !key.utf8.contains { $0 == 0x0A || $0 == 0x0D } && !key.unicodeScalars.contains { YAMLScalarWriter.isBreak($0) }
    }

    private static func naturallySorted(_ fields: Fields) -> [Fields.Element] {
        if fields.count < 2 { return Array(fields) }
        var isSorted = true
        for index in 1..<fields.count where !naturallyPrecedes(fields[index - 1].key, fields[index].key) {
            isSorted = false
            break
        }
        return isSorted ? Array(fields) : fields.sorted { naturallyPrecedes($0.key, $1.key) }
    }

    /// The order of go-yaml v2's keys.
    static func naturallyPrecedes(_ left: String, _ right: String) -> Bool {
        var leftCopy = left
        var rightCopy = right
        let quick: Bool? = leftCopy.withUTF8 { a in
            rightCopy.withUTF8 { b in
                var index = 0
                while index < a.count, index < b.count, a[index] == b[index] { index += 1 }
                if index == a.count || index == b.count { return a.count < b.count }
                func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
                if a[index] < 0x80, b[index] < 0x80 {
                    let leftIsLetter = isLetter(a[index]), rightIsLetter = isLetter(b[index])
                    if leftIsLetter && rightIsLetter { return a[index] < b[index] }
                    if leftIsLetter || rightIsLetter { return rightIsLetter }
                }
                return nil
            }
        }
        if let quick { return quick }
        return naturallyPrecedes(Array(left.unicodeScalars), Array(right.unicodeScalars))
    }

    private static func naturallyPrecedes(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Bool {
        var index = 0
        while index < a.count, index < b.count, a[index] == b[index] { index += 1 }
        guard index < a.count, index < b.count else { return a.count < b.count }
        let leftIsLetter = a[index].properties.isAlphabetic, rightIsLetter = b[index].properties.isAlphabetic
        if leftIsLetter && rightIsLetter { return a[index] < b[index] }
        if leftIsLetter || rightIsLetter { return rightIsLetter }
        func isDigit(_ scalar: Unicode.Scalar) -> Bool { (UInt32(48)...57).contains(scalar.value) }
        var leftNumber: Int64 = 0
        var rightNumber: Int64 = 0
        if a[index] == "0" || b[index] == "0" {
            var back = index - 1
            while back >= 0, isDigit(a[back]) {
                if a[back] != "0" {
                    leftNumber = 1
                    rightNumber = 1
                    break
                }
                back -= 1
            }
        }
        var leftEnd = index
        while leftEnd < a.count, isDigit(a[leftEnd]) {
            leftNumber = leftNumber &* 10 &+ Int64(a[leftEnd].value - 48)
            leftEnd += 1
        }
        var rightEnd = index
        while rightEnd < b.count, isDigit(b[rightEnd]) {
            rightNumber = rightNumber &* 10 &+ Int64(b[rightEnd].value - 48)
            rightEnd += 1
        }
        if leftNumber != rightNumber { return leftNumber < rightNumber }
        if leftEnd != rightEnd { return leftEnd < rightEnd }
        return a[index] < b[index]
    }
}
