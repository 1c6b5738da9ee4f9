import KubernetesObjects

/// Values as texts.
enum CELText {
    /// Seconds with a fraction: `90s`, `1.5s`.
    static func duration(_ nanoseconds: Int64) -> String {
        let magnitude = nanoseconds.magnitude
        var text = (nanoseconds < 0 ? "-" : "") + String(magnitude / 1_000_000_000)
        let rest = magnitude % 1_000_000_000
        if rest != 0 {
            var digits = String(rest + 1_000_000_000).dropFirst()
            while digits.last == "0" { digits.removeLast() }
            text += ".\(digits)"
        }
        return text + "s"
    }

    /// A double as `string(x)` gives it.
    static func double(_ value: Double) -> String { GoFloat.general(value).replacing("+Inf", with: "+Inf") }

    /// A text as `strings.quote` gives it.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{07}": result += "\\a"
            case "\u{08}": result += "\\b"
            case "\u{0C}": result += "\\f"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0B}": result += "\\v"
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// A value as the `%s` of `format` gives it.
    static func plain(_ value: CELValue) -> String? {
        switch value {
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .int(let number): return String(number)
        case .uint(let number): return String(number)
        case .double(let number):
            return number.isNaN ? "NaN" : number.isInfinite ? (number < 0 ? "-Infinity" : "Infinity") : GoFloat.fixed(number)
        case .string(let text): return text
        case .bytes(let bytes): return GoText.string(bytes)
        case .timestamp(let time): return time.description
        case .duration(let nanoseconds): return duration(nanoseconds)
        case .type(let type): return type.runtimeName
        case .list(let list):
            var parts: [String] = []
            for element in list {
                guard let text = plain(element) else { return nil }
                parts.append(text)
            }
            return "[" + parts.joined(separator: ", ") + "]"
        case .map(let map):
            var parts: [String] = []
            for (key, element) in map {
                guard let name = plain(key), let text = plain(element) else { return nil }
                parts.append("\(name): \(text)")
            }
            return "{" + parts.sorted().joined(separator: ", ") + "}"
        case .quantity(let quantity): return quantity.description
        default: return nil
        }
    }
}
