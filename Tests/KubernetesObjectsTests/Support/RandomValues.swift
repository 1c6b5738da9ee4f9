@testable import KubernetesObjects

/// Draws random trees and texts from a seed.
struct RandomValues {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 33) % bound
    }

    mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

    static let texts = [
        "", "a", "yes", "no", "null", "~", "12", "0x1f", "1.5", "1e3", "- a", "a: b", "a:", ":", " a", "a ", "a\nb", "\n", "\na", "a\n\n", "é", "😀",
        "\u{2028}", "a\tb", "#", "a #b", "{}", "[", "*a", "!x", "2026-01-05", "1:30", "<<", ".inf", "---", "...", "?", "|", "it's", "\"q\"", "\\",
        "k10", "k9", "a\r\nb", "\u{1}", "\u{FEFF}", "x y z", "on", "y", "=", "%", "@", "`", "0b1", "+1", "_", ".", "日本", "a\u{85}b", "\u{7F}",
    ]

    mutating func text() -> String {
        if below(4) > 0 { return pick(Self.texts) }
        return (0..<below(60)).map { _ in pick(Self.texts) }.joined()
    }

    mutating func value(depth: Int = 0) -> Value {
        switch below(depth > 4 ? 6 : 10) {
        case 0: return .null
        case 1: return .bool(below(2) == 0)
        case 2: return .int(pick([0, 1, -1, .max, .min, 42, 1 << 40]))
        case 3: return Value(pick([1.5, 0.1, 1e21, 1e-7, -2.25, 123_456.789, 1e300]))
        case 4, 5: return .string(text())
        case 6, 7:
            let count = below(5)
            return .array((0..<count).map { _ in value(depth: depth + 1) })
        default:
            var fields = Fields()
            for _ in 0..<below(6) { fields[text()] = value(depth: depth + 1) }
            return .object(fields)
        }
    }

    mutating func bytes(_ alphabet: [String]) -> [UInt8] {
        var result: [UInt8] = []
        for _ in 0..<below(40) {
            if below(12) == 0 { result.append(UInt8(below(256))) } else { result += Array(pick(alphabet).utf8) }
        }
        return result
    }
}
