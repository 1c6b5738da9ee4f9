/// A piece of a statement.
struct SQLToken: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case word, quotedName, text, symbol }

    var kind: Kind
    /// As it is written; texts stand in single quotes.
    var written: String
    /// The space before it.
    var space: String

    /// In capitals, as keywords are compared; a quoted name is no keyword.
    var keyword: String { kind == .word ? written.uppercased() : "" }

    /// What a name names; a text's own words for a text.
    var name: String {
        switch kind {
        case .quotedName, .text: String(written.dropFirst().dropLast())
        default: written
        }
    }

    var isName: Bool { kind == .quotedName || kind == .word && (written.first.map { $0.isLetter || $0 == "_" } ?? false) }

    func isSymbol(_ text: String) -> Bool { kind == .symbol && written == text }
}

/// Cuts scripts into statements, and these into tokens.
struct SQLReader {
    private let characters: [Character]
    private var index = 0
    private let dialect: SQLDialect
    /// Whether the last statement ended with `\\G`, by which the client of MySQL shows each column in a line of its own.
    private(set) var endsVertically = false

    init(_ script: String, _ dialect: SQLDialect) {
        characters = Array(script)
        self.dialect = dialect
    }

    private func character(_ offset: Int = 0) -> Character? { index + offset < characters.count ? characters[index + offset] : nil }

    /// The next statement that is not empty; nil at the end.
    mutating func next() -> [SQLToken]? {
        endsVertically = false
        var tokens: [SQLToken] = []
        var space = ""
        func token(_ kind: SQLToken.Kind, _ written: String) {
            tokens.append(SQLToken(kind: kind, written: written, space: space))
            space = ""
        }
        while let first = character() {
            if first.isWhitespace {
                space.append(first)
                index += 1
            } else if first == "-" && character(1) == "-" || first == "#" && dialect == .mysql {
                while let next = character(), !next.isNewline { index += next == "\n" ? 0 : 1 }
                space += " "
            } else if first == "/", character(1) == "*" {
                index += 2
                while index < characters.count, !(character() == "*" && character(1) == "/") { index += 1 }
                index = min(index + 2, characters.count)
                space += " "
            } else if first == ";" {
                index += 1
                if !tokens.isEmpty { return tokens }
                space = ""
            } else if first == "\\", dialect == .mysql, let letter = character(1), letter == "G" || letter == "g" {
                index += 2
                endsVertically = letter == "G"
                if !tokens.isEmpty { return tokens }
                space = ""
            } else if first == "\\", tokens.isEmpty, dialect == .postgres {
                // A command of psql goes to the end of its line.
                var line = ""
                while let next = character(), !next.isNewline {
                    line.append(next)
                    index += 1
                }
                return [SQLToken(kind: .symbol, written: line, space: "")]
            } else if first == "'" || first == "\"" && dialect == .mysql {
                token(.text, text(first))
            } else if first == "\"" || first == "`" && dialect == .mysql {
                token(.quotedName, "\"" + quoted(first) + "\"")
            } else if first.isLetter || first == "_" || first.isNumber || first == "@" {
                var word = ""
                while let next = character(), next.isLetter || next.isNumber || "_$@".contains(next) || next == "." && word.first?.isNumber == true {
                    word.append(next)
                    index += 1
                }
                token(.word, word)
            } else if first == ":", character(1) == ":" {
                index += 2
                token(.symbol, "::")
            } else {
                index += 1
                token(.symbol, String(first))
            }
        }
        return tokens.isEmpty ? nil : tokens
    }

    /// A text, as SQLite writes it.
    private mutating func text(_ quote: Character) -> String {
        var result = "'"
        index += 1
        while let next = character() {
            index += 1
            if next == "\\", dialect == .mysql, let escaped = character() {
                index += 1
                let meant: [Character: String] = ["n": "\n", "t": "\t", "r": "\r", "0": ""]
                result += meant[escaped] ?? (escaped == "'" ? "''" : String(escaped))
            } else if next == quote {
                guard character() == quote else { break }
                index += 1
                result += quote == "'" ? "''" : "\""
            } else {
                result += next == "'" ? "''" : String(next)
            }
        }
        return result + "'"
    }

    private mutating func quoted(_ quote: Character) -> String {
        var result = ""
        index += 1
        while let next = character(), next != quote {
            if next != "\"" { result.append(next) }
            index += 1
        }
        index += 1
        return result
    }
}

extension [SQLToken] {
    /// The statement again.
    var sql: String { map { $0.space + $0.written }.joined() }

    /// Whether these keywords stand at a place.
    func has(_ keywords: String..., at start: Int = 0) -> Bool {
        count - start >= keywords.count && keywords.indices.allSatisfy { self[start + $0].keyword == keywords[$0] }
    }

    func contains(keyword: String) -> Bool { contains { $0.keyword == keyword } }

    /// The names that make up a qualified name at a place, and where it ends.
    func qualifiedName(at start: Int) -> (parts: [String], end: Int) {
        var (parts, index): ([String], Int) = ([], start)
        while index < count, self[index].isName {
            parts.append(self[index].name)
            guard index + 2 < count, self[index + 1].isSymbol("."), self[index + 2].isName else { return (parts, index + 1) }
            index += 2
        }
        return (parts, index)
    }

    /// The place after the bracket that belongs to the one at a place.
    func end(ofBracketAt start: Int) -> Int {
        var depth = 0
        for index in start..<count {
            if self[index].isSymbol("(") { depth += 1 }
            if self[index].isSymbol(")") {
                depth -= 1
                if depth == 0 { return index + 1 }
            }
        }
        return count
    }
}
