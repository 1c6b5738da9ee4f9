import KubernetesObjects

/// Texts as Go's `%q` and `encoding/json` write them: what messages of the API server quote values with.
package enum GoQuoting {
    private static let hex = Array("0123456789abcdef")

    /// A string in double quotes with Go's escapes.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{07}": result += "\\a"
            case "\u{08}": result += "\\b"
            case "\u{0c}": result += "\\f"
            case "\u{0b}": result += "\\v"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7f {
                    result += "\\x" + digits(scalar.value, 2)
                } else if !isPrintable(scalar) {
                    result += scalar.value > 0xffff ? "\\U" + digits(scalar.value, 8) : "\\u" + digits(scalar.value, 4)
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }

    /// Compact JSON with keys in their order in the tree.
    ///
    /// - Source: Go's `encoding/json`, which also escapes `<`, `>` and `&`.
    package static func json(_ value: Value) -> String {
        switch value {
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .int(let number): return String(number)
        case .number(let literal): return literal.text
        case .string(let text): return jsonString(text)
        case .array(let elements): return "[" + elements.map(json).joined(separator: ",") + "]"
        case .object(let fields): return "{" + fields.map { jsonString($0.key) + ":" + json($0.value) }.joined(separator: ",") + "}"
        }
    }

    private static func jsonString(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{08}": result += "\\b"
            case "\u{0c}": result += "\\f"
            case "<", ">", "&", "\u{2028}", "\u{2029}": result += "\\u" + digits(scalar.value, 4)
            default:
                if scalar.value < 0x20 {
                    result += "\\u" + digits(scalar.value, 4)
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }

    private static func digits(_ number: UInt32, _ count: Int) -> String {
        String((0..<count).reversed().map { hex[Int((number >> UInt32($0 * 4)) & 15)] })
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == " " { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator: return false
        default: return true
        }
    }
}
