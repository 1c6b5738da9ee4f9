import KubernetesObjects

/// Prints a value as KYAML: YAML in flow style, every string in double quotes.
///
/// - Source: KEP-5295, sigs.k8s.io/yaml `kyaml`.
enum KYAML {
    static func text(_ value: Value) -> String {
        var result = "---\n"
        write(value, indent: 0, into: &result)
        return result + "\n"
    }

    private static func write(_ value: Value, indent: Int, into result: inout String) {
        let pad = String(repeating: " ", count: indent)
        switch value {
        case .object(let fields):
            if fields.isEmpty {
                result += "{}"
                return
            }
            result += "{\n"
            for (key, item) in fields.sorted() {
                result += "\(pad)  \(plainKey(key) ? key : quoted(key)): "
                write(item, indent: indent + 2, into: &result)
                result += ",\n"
            }
            result += pad + "}"
        case .array(let list):
            if list.isEmpty {
                result += "[]"
                return
            }
            writeList(list, indent: indent, into: &result)
        case .string(let text): result += string(text, indent: indent)
        case .null: result += "null"
        case .bool(let flag): result += flag ? "true" : "false"
        case .int(let number): result += String(number)
        case .number(let literal): result += literal.text
        }
    }

    /// Lists of maps and of lists cuddle their brackets; lists of plain values have one a line.
    private static func writeList(_ list: [Value], indent: Int, into result: inout String) {
        let pad = String(repeating: " ", count: indent)
        let cuddles = list.allSatisfy {
            switch $0 {
            case .object(let fields): !fields.isEmpty
            case .array(let inner): !inner.isEmpty
            default: false
            }
        }
        if cuddles {
            result += "["
            for (index, item) in list.enumerated() {
                if index > 0 { result += ", " }
                write(item, indent: indent, into: &result)
            }
            result += "]"
            return
        }
        result += "[\n"
        for item in list {
            result += pad + "  "
            write(item, indent: indent + 2, into: &result)
            result += ",\n"
        }
        result += pad + "]"
    }

    /// A string on one line, or folded after each line end when it has some.
    private static func string(_ text: String, indent: Int) -> String {
        guard text.contains("\n") else { return quoted(text) }
        let pad = String(repeating: " ", count: indent + 2)
        var result = "\"\\\n"
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let isLast = index == lines.count - 1
            let body = String(goQuoted(String(line)).dropFirst().dropLast())
            if isLast {
                result += line.isEmpty ? "\(pad)\"" : "\(pad) \(leading(body))\\\n\(pad)\""
            } else {
                result += "\(pad) \(leading(body))\\n\\\n"
            }
        }
        return result
    }

    /// A blank at the beginning of a folded line must be escaped.
    private static func leading(_ body: String) -> String { body.hasPrefix(" ") ? "\\" + body : body }

    private static func quoted(_ text: String) -> String { goQuoted(text) }

    private static func plainKey(_ key: String) -> Bool {
        guard let first = key.utf8.first, (first | 32) >= 97 && (first | 32) <= 122 || first == 95 else { return false }
        let reserved: Set = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        if reserved.contains(key.lowercased()) { return false }
        return key.utf8.allSatisfy {
            ($0 >= 48 && $0 <= 57) || (($0 | 32) >= 97 && ($0 | 32) <= 122) || $0 == 95 || $0 == 45 || $0 == 46 || $0 == 47
        }
    }
}
