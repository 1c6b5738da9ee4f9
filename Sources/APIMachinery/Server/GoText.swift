import KubernetesObjects

/// A string as Go's `%q` prints it.
///
/// - Source: Go `strconv.Quote`.
package func goQuoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        case "\r": result += "\\r"
        case "\u{07}": result += "\\a"
        case "\u{08}": result += "\\b"
        case "\u{0c}": result += "\\f"
        case "\u{0b}": result += "\\v"
        default:
            if scalar.value < 0x20 || scalar.value == 0x7f {
                result += "\\x" + hex(scalar.value, digits: 2)
            } else if scalar.value >= 0x80, !scalar.properties.isPrintableInGo {
                result += scalar.value > 0xffff ? "\\U" + hex(scalar.value, digits: 8) : "\\u" + hex(scalar.value, digits: 4)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
    return result + "\""
}

extension Unicode.Scalar.Properties {
    fileprivate var isPrintableInGo: Bool {
        switch generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator: false
        default: true
        }
    }
}

private func hex(_ number: UInt32, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}

/// A tree as Go's `encoding/json` writes it: compact, keys in their stored order, `<`, `>` and `&` escaped.
package func compactJSON(_ value: Value, sortedKeys: Bool = false) -> String {
    var text = ""
    appendJSON(value, sortedKeys, to: &text)
    return text
}

private func appendJSON(_ value: Value, _ sortedKeys: Bool, to text: inout String) {
    switch value {
    case .null: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .int(let number): text += String(number)
    case .number(let literal): text += literal.text
    case .string(let string): appendJSONString(string, to: &text)
    case .array(let list):
        text += "["
        for (index, element) in list.enumerated() {
            if index > 0 { text += "," }
            appendJSON(element, sortedKeys, to: &text)
        }
        text += "]"
    case .object(let fields):
        text += "{"
        for (index, entry) in (sortedKeys ? fields.sorted() : fields).enumerated() {
            if index > 0 { text += "," }
            appendJSONString(entry.key, to: &text)
            text += ":"
            appendJSON(entry.value, sortedKeys, to: &text)
        }
        text += "}"
    }
}

private func appendJSONString(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "\n": text += "\\n"
        case "\t": text += "\\t"
        case "\r": text += "\\r"
        case "\u{08}": text += "\\b"
        case "\u{0c}": text += "\\f"
        case "<", ">", "&", "\u{2028}", "\u{2029}": text += "\\u" + hex(scalar.value, digits: 4)
        default:
            if scalar.value < 0x20 { text += "\\u" + hex(scalar.value, digits: 4) } else { text.unicodeScalars.append(scalar) }
        }
    }
    text += "\""
}
