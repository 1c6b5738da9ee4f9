import KubernetesObjects

/// A label selector as requests carry it: `app=web,tier in (a,b),!x`.
struct LabelSelector: Sendable {
    enum Requirement: Sendable {
        case exists(String), missing(String)
        case isIn(String, [String]), notIn(String, [String])
        case greater(String, Int), less(String, Int)
    }
    var requirements: [Requirement] = []
    var isEverything: Bool { requirements.isEmpty }

    init(parsing text: String) throws {
        var parts: [String] = []
        var depth = 0
        var current = ""
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == ",", depth == 0 {
                parts.append(current)
                current = ""
            } else {
                current.append(character)
            }
        }
        parts.append(current)
        for part in parts {
            let term = part.trimmed
            if term.isEmpty { continue }
            if let list = Self.list(term, " notin ") {
                requirements.append(.notIn(list.key, list.values))
            } else if let list = Self.list(term, " in ") {
                requirements.append(.isIn(list.key, list.values))
            } else if let pair = Self.pair(term, "!=") {
                requirements.append(.notIn(pair.0, [pair.1]))
            } else if let pair = Self.pair(term, "==") ?? Self.pair(term, "=") {
                requirements.append(.isIn(pair.0, [pair.1]))
            } else if let pair = Self.pair(term, ">"), let number = Int(pair.1) {
                requirements.append(.greater(pair.0, number))
            } else if let pair = Self.pair(term, "<"), let number = Int(pair.1) {
                requirements.append(.less(pair.0, number))
            } else if term.hasPrefix("!") {
                requirements.append(.missing(String(term.dropFirst()).trimmed))
            } else {
                requirements.append(.exists(term))
            }
        }
    }

    private static func pair(_ text: String, _ sign: String) -> (String, String)? {
        let bytes = Array(text.utf8)
        let wanted = Array(sign.utf8)
        guard bytes.count >= wanted.count else { return nil }
        for start in 0...(bytes.count - wanted.count) where Array(bytes[start..<start + wanted.count]) == wanted {
            return (
                String(decoding: bytes[..<start], as: UTF8.self).trimmed,
                String(decoding: bytes[(start + wanted.count)...], as: UTF8.self).trimmed
            )
        }
        return nil
    }

    private static func list(_ text: String, _ word: String) -> (key: String, values: [String])? {
        guard let (key, rest) = pair(text, word) ?? pair(text, word.dropLast() + "("), text.hasSuffix(")") else { return nil }
        let inner = rest.hasPrefix("(") ? String(rest.dropFirst().dropLast()) : String(rest.dropLast())
        return (key, inner.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed })
    }

    func matches(_ labels: Fields) -> Bool {
        for requirement in requirements {
            switch requirement {
            case .exists(let key): if !labels.contains(key) { return false }
            case .missing(let key): if labels.contains(key) { return false }
            case .isIn(let key, let values):
                guard let value = labels[key]?.stringValue, values.contains(value) else { return false }
            case .notIn(let key, let values): if let value = labels[key]?.stringValue, values.contains(value) { return false }
            case .greater(let key, let bound):
                guard let value = labels[key]?.stringValue.flatMap({ Int($0) }), value > bound else { return false }
            case .less(let key, let bound):
                guard let value = labels[key]?.stringValue.flatMap({ Int($0) }), value < bound else { return false }
            }
        }
        return true
    }
}

/// A field selector as requests carry it: `status.phase=Running,metadata.name!=x`.
struct FieldSelector: Sendable {
    struct Failure: Error, CustomStringConvertible { var description: String }
    var requirements: [(field: String, value: String, isEqual: Bool)] = []

    init(parsing text: String) throws {
        for part in text.split(separator: ",") {
            let term = String(part).trimmed
            if term.isEmpty { continue }
            let bytes = Array(term.utf8)
            guard let sign = bytes.firstIndex(of: 61), sign > 0 else {
                throw Failure(description: "invalid selector: '\(text)'; can't understand '\(term)'")
            }
            let isEqual = bytes[sign - 1] != 33
            let start = sign + 1 < bytes.count && bytes[sign + 1] == 61 ? sign + 2 : sign + 1
            requirements.append(
                (
                    String(decoding: bytes[..<(isEqual ? sign : sign - 1)], as: UTF8.self), String(decoding: bytes[start...], as: UTF8.self),
                    isEqual
                ))
        }
    }
}

extension String {
    var trimmed: String {
        var view = self[...]
        while let first = view.first, first == " " || first == "\t" { view.removeFirst() }
        while let last = view.last, last == " " || last == "\t" { view.removeLast() }
        return String(view)
    }
}
