import KubernetesObjects

/// Whether bytes are JSON, with Go's words for why they are not.
///
/// - Source: Go `encoding/json` syntax errors.
enum JSONProblem {
    /// The first error; nil when the bytes are a JSON object.
    static func first(in bytes: [UInt8]) -> String? {
        var index = 0
        func skipBlanks() { while index < bytes.count, [32, 9, 10, 13].contains(bytes[index]) { index += 1 } }
        func end() -> String { "unexpected end of JSON input" }
        func bad(_ context: String) -> String {
            let shown = bytes[index] < 128 ? "'\(Character(Unicode.Scalar(bytes[index])))'" : "'\\u00\(String(bytes[index], radix: 16))'"
            return "invalid character \(shown) \(context)"
        }
        func value(_ depth: Int) -> String? {
            skipBlanks()
            guard index < bytes.count, depth < 1000 else { return end() }
            switch bytes[index] {
            case 123:
                index += 1
                skipBlanks()
                if index < bytes.count, bytes[index] == 125 { index += 1; return nil }
                while true {
                    skipBlanks()
                    guard index < bytes.count else { return end() }
                    guard bytes[index] == 34 else { return bad("looking for beginning of object key string") }
                    if let problem = string() { return problem }
                    skipBlanks()
                    guard index < bytes.count else { return end() }
                    guard bytes[index] == 58 else { return bad("after object key") }
                    index += 1
                    if let problem = value(depth + 1) { return problem }
                    skipBlanks()
                    guard index < bytes.count else { return end() }
                    if bytes[index] == 125 { index += 1; return nil }
                    guard bytes[index] == 44 else { return bad("after object key:value pair") }
                    index += 1
                }
            case 91:
                index += 1
                skipBlanks()
                if index < bytes.count, bytes[index] == 93 { index += 1; return nil }
                while true {
                    if let problem = value(depth + 1) { return problem }
                    skipBlanks()
                    guard index < bytes.count else { return end() }
                    if bytes[index] == 93 { index += 1; return nil }
                    guard bytes[index] == 44 else { return bad("after array element") }
                    index += 1
                }
            case 34: return string()
            case 45, 48...57:
                while index < bytes.count, NameFormats.isDigit(bytes[index]) || [45, 43, 46, 69, 101].contains(bytes[index]) { index += 1 }
                return nil
            default:
                for word in ["true", "false", "null"] where bytes[index...].starts(with: word.utf8) {
                    index += word.utf8.count
                    return nil
                }
                return bad("looking for beginning of value")
            }
        }
        func string() -> String? {
            index += 1
            while index < bytes.count {
                if bytes[index] == 92 { index += 2; continue }
                if bytes[index] == 34 { index += 1; return nil }
                index += 1
            }
            return end()
        }
        if let problem = value(0) { return problem }
        skipBlanks()
        if index < bytes.count { return bad("after top-level value") }
        return nil
    }
}
