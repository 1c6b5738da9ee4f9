extension GoText {
    /// A value as Go's `%v` prints it: `map[a:1 b:[x y]]`, `<nil>`.
    public static func plain(_ value: Value) -> String {
        switch value {
        case .null: "<nil>"
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .number(let literal): GoFloat.general(literal.doubleValue)
        case .string(let text): text
        case .array(let elements): "[" + elements.map { plain($0) }.joined(separator: " ") + "]"
        case .object(let fields): "map[" + fields.sorted().map { "\($0.key):\(plain($0.value))" }.joined(separator: " ") + "]"
        }
    }

    /// The Go type of a decoded value, as `%T` prints it.
    public static func typeName(_ value: Value) -> String {
        switch value {
        case .null: "<nil>"
        case .bool: "bool"
        case .int: "int64"
        case .number: "float64"
        case .string: "string"
        case .array: "[]interface {}"
        case .object: "map[string]interface {}"
        }
    }

    /// Reads a Go string literal in single or double quotes; nil when its escapes are wrong.
    static func unquoted(_ literal: String) -> String? {
        let scalars = Array(literal.unicodeScalars)
        guard scalars.count >= 2, let quote = scalars.first, quote == scalars.last, quote == "\"" || quote == "'" else { return nil }
        var bytes: [UInt8] = []
        var index = 1
        let end = scalars.count - 1
        let simple: [Unicode.Scalar: UInt8] = [
            "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 0x5C, "'": 0x27, "\"": 0x22,
        ]
        while index < end {
            let scalar = scalars[index]
            index += 1
            if scalar == quote { return nil }
            guard scalar == "\\" else {
                bytes.append(contentsOf: String(scalar).utf8)
                continue
            }
            guard index < end else { return nil }
            let escape = scalars[index]
            index += 1
            if let byte = simple[escape] {
                if (escape == "'" || escape == "\""), escape != quote { return nil }
                bytes.append(byte)
                continue
            }
            let length: Int
            var radix: UInt32 = 16
            switch escape {
            case "x": length = 2
            case "u": length = 4
            case "U": length = 8
            case "0"..."7":
                length = 3
                radix = 8
                index -= 1
            default: return nil
            }
            guard index + length <= end else { return nil }
            var code: UInt32 = 0
            for digit in scalars[index..<index + length] {
                guard digit.isASCII, let value = hexValue(UInt8(digit.value)), UInt32(value) < radix else { return nil }
                code = code &* radix &+ UInt32(value)
            }
            index += length
            if escape == "u" || escape == "U" {
                guard let decoded = Unicode.Scalar(code) else { return nil }
                bytes.append(contentsOf: String(decoded).utf8)
            } else {
                guard code < 256 else { return nil }
                bytes.append(UInt8(code))
            }
        }
        return string(bytes)
    }
}
