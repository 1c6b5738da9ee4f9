import KubernetesObjects

/// Compares a partial tree with a whole one.
///
/// - Shape: every field of the pattern must be in the object; null in the pattern means that the field must be absent.
///   Lists of maps match by their merge key, else each element of the pattern must match some element; lists of
///   plain values must be equal. Quantities are equal when their amounts are.
package struct PatternMatcher: Sendable {
    /// The identifying fields of the list at a path (fields only).
    let mergeKeys: @Sendable ([String]) -> [String]?
    private let say: Speech

    package init(_ say: Speech = Speech("en"), mergeKeys: @escaping @Sendable ([String]) -> [String]? = { _ in nil }) {
        self.say = say
        self.mergeKeys = mergeKeys
    }

    /// What is not as the pattern wants it; empty when the object matches.
    package func differences(of actual: Value?, from pattern: Value) -> [Difference] {
        var result: [Difference] = []
        compare(actual, pattern, steps: [], label: "", fields: [], into: &result)
        return result
    }

    package func matches(_ actual: Value?, _ pattern: Value) -> Bool { differences(of: actual, from: pattern).isEmpty }

    private func compare(
        _ actual: Value?, _ pattern: Value, steps: [PathStep], label: String, fields: [String], into result: inout [Difference]
    ) {
        func differs(_ expected: String, _ found: String) {
            result.append(Difference(path: label, steps: steps, expected: expected, actual: found))
        }
        switch pattern {
        case .null:
            if let actual, !actual.isNull { differs(absent, Brief.text(actual)) }
        case .object(let wanted):
            guard let actual, !actual.isNull else {
                // Say which leaves are missing rather than print a whole tree.
                if wanted.isEmpty { return differs(aMap, absent) }
                for (key, value) in wanted {
                    compare(nil, value, steps: steps + [.key(key)], label: Self.join(label, key), fields: fields + [key], into: &result)
                }
                return
            }
            guard actual.fields != nil else { return differs(aMap, Brief.text(actual)) }
            for (key, value) in wanted {
                compare(actual[key], value, steps: steps + [.key(key)], label: Self.join(label, key), fields: fields + [key], into: &result)
            }
        case .array(let wanted):
            guard let actual, case .array(let elements) = actual else {
                return differs(Brief.text(pattern), actual.map { Brief.text($0) } ?? absent)
            }
            guard wanted.contains(where: { $0.fields != nil }) else {
                if elements != wanted { differs(Brief.text(pattern), Brief.text(actual)) }
                return
            }
            compareMaps(elements, wanted, steps: steps, label: label, fields: fields, into: &result)
        default:
            guard let actual else { return differs(Brief.text(pattern), absent) }
            if actual == pattern || Self.areEqualQuantities(actual, pattern, fields) { return }
            differs(Brief.text(pattern), Brief.text(actual))
        }
    }

    private var absent: String { say("absent", "없음") }
    private var aMap: String { say("a map", "맵") }

    private func compareMaps(
        _ elements: [Value], _ wanted: [Value], steps: [PathStep], label: String, fields: [String], into result: inout [Difference]
    ) {
        var taken: Set<Int> = []
        for pattern in wanted {
            let keys = (mergeKeys(fields) ?? ["name"]).filter { pattern[$0] != nil }
            let identity = keys.map { "\($0)=\(Brief.plain(pattern[$0]!))" }.joined(separator: ",")
            var best: (index: Int, differences: [Difference])?
            for (index, element) in elements.enumerated() where !taken.contains(index) {
                if !keys.isEmpty, keys.contains(where: { element[$0] != pattern[$0] }) { continue }
                var found: [Difference] = []
                let name = identity.isEmpty ? "\(label)[\(index)]" : "\(label)[\(identity)]"
                compare(element, pattern, steps: steps + [.index(index)], label: name, fields: fields, into: &found)
                if best.map({ found.count < $0.differences.count }) ?? true { best = (index, found) }
                if found.isEmpty { break }
            }
            if let best {
                taken.insert(best.index)
                result += best.differences
            } else {
                let present = elements.map { element in keys.first.flatMap { element[$0] }.map(Brief.plain) ?? Brief.text(element) }
                result.append(
                    Difference(
                        path: identity.isEmpty ? label : "\(label)[\(identity)]", steps: steps, expected: Brief.text(pattern),
                        actual: elements.isEmpty ? say("an empty list", "빈 목록") : say("only", "다음뿐:") + " " + present.joined(separator: ", ")))
            }
        }
    }

    private static func join(_ label: String, _ key: String) -> String {
        let plain = key.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || ($0 >= 65 && $0 <= 90) || ($0 >= 97 && $0 <= 122) || $0 == 45 || $0 == 95 }
        if !plain { return "\(label)['\(key)']" }
        return label.isEmpty ? key : "\(label).\(key)"
    }

    private static let quantityFields: Set = ["requests", "limits", "capacity", "allocatable", "hard", "used", "averageValue", "sizeLimit"]

    /// `500m` and `0.5` are the same amount, where amounts stand.
    private static func areEqualQuantities(_ left: Value, _ right: Value, _ fields: [String]) -> Bool {
        guard fields.contains(where: quantityFields.contains) else { return false }
        guard let a = Quantity(Brief.plain(left)), let b = Quantity(Brief.plain(right)) else { return false }
        return a == b
    }
}

/// Values in a few words.
package enum Brief {
    /// A value as flow YAML, cut after `limit` characters.
    package static func text(_ value: Value, limit: Int = 80) -> String {
        let text = render(value, budget: limit * 2)
        return text.count > limit ? text.prefix(limit - 1) + "…" : text
    }

    /// A value without quotes.
    package static func plain(_ value: Value) -> String { value.stringValue ?? render(value, budget: 200) }

    private static func render(_ value: Value, budget: Int) -> String {
        switch value {
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .int(let number): return "\(number)"
        case .number(let literal): return literal.text
        case .string(let text): return text.isEmpty ? "\"\"" : looksPlain(text) ? text : "\"\(text)\""
        case .array(let elements):
            var parts: [String] = []
            var used = 0
            for element in elements {
                if used > budget { parts.append("…"); break }
                parts.append(render(element, budget: budget - used))
                used += parts.last!.count
            }
            return "[" + parts.joined(separator: ", ") + "]"
        case .object(let fields):
            var parts: [String] = []
            var used = 0
            for (key, element) in fields {
                if used > budget { parts.append("…"); break }
                parts.append("\(key): " + render(element, budget: budget - used))
                used += parts.last!.count
            }
            return "{" + parts.joined(separator: ", ") + "}"
        }
    }

    /// Whether a text cannot be mistaken for a number or a word of YAML.
    private static func looksPlain(_ text: String) -> Bool {
        if ["true", "false", "null", "yes", "no"].contains(text) || Double(text) != nil { return false }
        return !text.contains { $0 == "\n" || $0 == "\"" || $0 == "," || $0 == "{" || $0 == "}" || $0 == "[" || $0 == "]" }
    }
}
