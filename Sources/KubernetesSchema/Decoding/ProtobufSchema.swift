import KubernetesObjects

/// The field numbers of Kubernetes' messages in protobuf.
///
/// - Shape: read once from the generated text. Types are written as `s` string, `i` integer, `b` boolean, `d` double,
///   `y` bytes, `w` list of strings in a message, `T` Time, `U` MicroTime, `D` Duration, `Q` Quantity, `I` IntOrString,
///   `R` raw JSON, `[` and a type for a list, `{` and a type for a map with text keys, else the name of a message.
///   `?` after a name: left out of JSON when zero. The name `+`: the message's fields stand in its parent's.
package struct ProtobufSchema: Sendable {
    package indirect enum Kind: Sendable {
        case string, integer, boolean, double, bytes, strings, time, microTime, duration, quantity, intOrString, raw
        case list(Kind)
        case map(Kind)
        case message(String)
    }

    package struct Field: Sendable {
        package var name: String
        package var kind: Kind
        package var isOmittedWhenZero: Bool
        /// Whether the message's fields stand in its parent's.
        package var isInline: Bool
    }

    private let lines: [Substring: Substring]

    package static let shared = ProtobufSchema()

    private init() {
        var lines: [Substring: Substring] = [:]
        for line in "\(GeneratedProtobufFields.text)".split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            lines[words[0]] = words.count > 1 ? words[1] : ""
        }
        self.lines = lines
    }

    /// The message of a kind; nil when it is not known.
    package func message(apiVersion: String, kind: String) -> String? {
        let parts = apiVersion.split(separator: "/")
        guard let version = parts.last else { return nil }
        let group = parts.count == 2 ? parts[0].prefix { $0 != "." } : "core"
        for name in ["\(group)/\(version).\(kind)", "meta/v1.\(kind)"] where lines[Substring(name)] != nil { return name }
        return nil
    }

    /// The fields of a message by number.
    package func fields(of message: String) -> [Int: Field] {
        var fields: [Int: Field] = [:]
        for word in lines[Substring(message)]?.split(separator: " ") ?? [] {
            let parts = word.split(separator: ":", maxSplits: 2)
            guard parts.count == 3, let number = Int(parts[0]) else { continue }
            let isOmitted = parts[1].hasSuffix("?")
            fields[number] = Field(
                name: String(isOmitted ? parts[1].dropLast() : parts[1]), kind: Self.kind(parts[2]), isOmittedWhenZero: isOmitted, isInline: parts[1] == "+")
        }
        return fields
    }

    private static func kind(_ text: Substring) -> Kind {
        if text.hasPrefix("[") { return .list(kind(text.dropFirst())) }
        if text.hasPrefix("{") { return .map(kind(text.dropFirst())) }
        switch text {
        case "s": return .string
        case "i": return .integer
        case "b": return .boolean
        case "d": return .double
        case "y": return .bytes
        case "w": return .strings
        case "T": return .time
        case "U": return .microTime
        case "D": return .duration
        case "Q": return .quantity
        case "I": return .intOrString
        case "R": return .raw
        default: return .message(String(text))
        }
    }
}
