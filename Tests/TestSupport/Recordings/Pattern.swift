import Foundation

/// A regular expression with the few operations that the normalisation needs.
struct Pattern: @unchecked Sendable {
    private let expression: NSRegularExpression

    init(_ pattern: String) {
        expression = try! NSRegularExpression(pattern: pattern)
    }

    struct Match {
        let groups: [String?]
        let range: Range<String.Index>
        subscript(index: Int) -> String { groups[index] ?? "" }
    }

    func matches(in text: String) -> [Match] {
        expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).map { result in
            Match(
                groups: (0..<result.numberOfRanges).map { Range(result.range(at: $0), in: text).map { String(text[$0]) } },
                range: Range(result.range, in: text)!)
        }
    }

    func first(in text: String) -> Match? {
        guard let result = expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) else { return nil }
        return Match(
            groups: (0..<result.numberOfRanges).map { Range(result.range(at: $0), in: text).map { String(text[$0]) } },
            range: Range(result.range, in: text)!)
    }

    func isFound(in text: String) -> Bool { first(in: text) != nil }

    /// Whether the whole text matches.
    func isWhole(_ text: String) -> Bool { first(in: text).map { $0.range == text.startIndex..<text.endIndex } ?? false }

    func replace(in text: String, with template: (Match) -> String) -> String {
        let found = matches(in: text)
        if found.isEmpty { return text }
        var result = ""
        var position = text.startIndex
        for match in found {
            result += text[position..<match.range.lowerBound]
            result += template(match)
            position = match.range.upperBound
        }
        return result + text[position...]
    }

    func replace(in text: String, with replacement: String) -> String { replace(in: text) { _ in replacement } }

    static func escape(_ text: String) -> String { NSRegularExpression.escapedPattern(for: text) }
}
