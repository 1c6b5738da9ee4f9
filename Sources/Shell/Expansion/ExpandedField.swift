/// A field while it is being built: its characters, and for each whether it was quoted.
struct ExpandedField {
    var characters: [(character: Character, isQuoted: Bool)] = []
    /// True once something quoted, even if empty, is part of it: the field stays although it is empty.
    var isKept = false

    var text: String { String(characters.map(\.character)) }
    var isEmpty: Bool { characters.isEmpty && !isKept }

    mutating func append(_ text: String, isQuoted: Bool) {
        characters.reserveCapacity(characters.count + text.utf8.count)
        for character in text { characters.append((character, isQuoted)) }
        if isQuoted { isKept = true }
    }

    var pattern: GlobPattern { GlobPattern(characters) }
}

/// Braces: `{a,b}` and `{1..5}` make several words of one.
///
/// - Source: bash; unquoted braces only.
/// - Bounds: 10,000 words.
enum BraceExpansion {
    static func expand(_ word: Word) -> [Word] {
        guard word.parts.contains(where: { if case .text(let text, isQuoted: false) = $0 { text.contains("{") } else { false } }) else { return [word] }
        // Only words that are wholly literal in and around the braces are expanded.
        guard word.parts.count == 1, case .text(let text, _) = word.parts[0] else { return expandPart(word) }
        let texts = expand(Array(text), depth: 0)
        if texts.count <= 1 { return [word] }
        return texts.map { Word(parts: [.text(String($0), isQuoted: false)], position: word.position) }
    }

    /// Expands the first literal part that has complete braces in it, keeping the parts around it.
    private static func expandPart(_ word: Word) -> [Word] {
        for (index, part) in word.parts.enumerated() {
            guard case .text(let text, isQuoted: false) = part, text.contains("{") else { continue }
            let texts = expand(Array(text), depth: 0)
            if texts.count <= 1 { continue }
            return texts.map { piece in
                var copy = word
                copy.parts[index] = .text(String(piece), isQuoted: false)
                return copy
            }
        }
        return [word]
    }

    private static func expand(_ text: [Character], depth: Int) -> [[Character]] {
        guard depth < 8, let open = text.firstIndex(of: "{") else { return [text] }
        var level = 0
        var commas: [Int] = []
        var close: Int?
        for index in open..<text.count {
            if text[index] == "{" { level += 1 }
            if text[index] == "}" {
                level -= 1
                if level == 0 {
                    close = index
                    break
                }
            }
            if text[index] == ",", level == 1 { commas.append(index) }
        }
        guard let close else { return [text] }
        let inner = Array(text[open + 1..<close])
        var choices: [[Character]]
        if commas.isEmpty {
            guard let range = sequence(String(inner)) else { return [text] }
            choices = range.map(Array.init)
        } else {
            choices = []
            var start = open + 1
            for comma in commas + [close] {
                choices += expand(Array(text[start..<comma]), depth: depth + 1)
                start = comma + 1
            }
        }
        let tails = expand(Array(text[(close + 1)...]), depth: depth + 1)
        guard choices.count * tails.count <= 10_000 else { return [text] }
        return choices.flatMap { choice in tails.map { Array(text[..<open]) + choice + $0 } }
    }

    private static func sequence(_ text: String) -> [String]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 || parts.count == 5, parts[1].isEmpty else { return nil }
        if let low = Int(parts[0]), let high = Int(parts[2]) {
            var step = parts.count == 5 ? abs(Int(parts[4]) ?? 1) : 1
            if step == 0 { step = 1 }
            let (distance, overflow) = high.subtractingReportingOverflow(low)
            guard !overflow, abs(distance) / step < 10_000 else { return nil }
            return stride(from: low, through: high, by: low <= high ? step : -step).map(String.init)
        }
        guard parts.count == 3, parts[0].utf8.count == 1, parts[2].utf8.count == 1, let low = parts[0].utf8.first, let high = parts[2].utf8.first else { return nil }
        return stride(from: Int(low), through: Int(high), by: low <= high ? 1 : -1).map { String(Character(Unicode.Scalar(UInt8($0)))) }
    }
}
