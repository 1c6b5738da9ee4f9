import KubernetesObjects

/// A label selector in kubectl's spelling, matched by the client.
struct SelectorMatcher {
    private enum Requirement {
        case oneOf(String, Set<String>)
        case noneOf(String, Set<String>)
        case present(String)
        case absent(String)
    }

    private var requirements: [Requirement] = []

    /// Reads `a=b,c!=d,e in (f,g),h,!i`; parts that make no sense match nothing.
    init(_ text: String) {
        for part in Self.parts(text) {
            let words = part.split(whereSeparator: \.isWhitespace).map(String.init)
            if words.count >= 3, words[1] == "in" || words[1] == "notin" {
                let list = words[2...].joined().drop { $0 == "(" }.prefix { $0 != ")" }.split(separator: ",").map(String.init)
                requirements.append(words[1] == "in" ? .oneOf(words[0], Set(list)) : .noneOf(words[0], Set(list)))
            } else if let range = part.range(of: "!=") {
                requirements.append(.noneOf(trimmed(String(part[..<range.lowerBound])), [trimmed(String(part[range.upperBound...]))]))
            } else if let range = part.range(of: "==") ?? part.range(of: "=") {
                requirements.append(.oneOf(trimmed(String(part[..<range.lowerBound])), [trimmed(String(part[range.upperBound...]))]))
            } else if part.hasPrefix("!") {
                requirements.append(.absent(trimmed(String(part.dropFirst()))))
            } else if !part.isEmpty {
                requirements.append(.present(part))
            }
        }
    }

    private static func parts(_ text: String) -> [String] {
        var parts: [String] = []
        var current = ""
        var depth = 0
        for letter in text {
            if letter == "(" { depth += 1 }
            if letter == ")" { depth -= 1 }
            if letter == ",", depth == 0 {
                parts.append(trimmed(current))
                current = ""
            } else {
                current.append(letter)
            }
        }
        return parts + [trimmed(current)]
    }

    func matches(_ labels: Fields) -> Bool {
        requirements.allSatisfy { requirement in
            switch requirement {
            case .oneOf(let key, let values): labels[key]?.stringValue.map { values.contains($0) } ?? false
            case .noneOf(let key, let values): labels[key]?.stringValue.map { !values.contains($0) } ?? true
            case .present(let key): labels[key] != nil
            case .absent(let key): labels[key] == nil
            }
        }
    }
}
