/// A piece of a Python program.
struct PythonToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case name, number, symbol, newline, indent, dedent, end
        /// A text with its escapes resolved; the pieces of one that is formatted are in `text` as they are written.
        case text(isFormatted: Bool)
    }

    var kind: Kind
    var text: String
    var line: Int
}

/// Why a program cannot be run here.
struct PythonRefusal: Error { var message: String }

/// Cuts a Python program into tokens, with its indentation.
///
/// - Source: "Lexical analysis" of the Python reference.
struct PythonReader {
    private let characters: [Character]
    private var index = 0
    private var line = 1
    private var depth = 0
    private var indents = [0]
    private var tokens: [PythonToken] = []

    static func tokens(_ source: String) throws(PythonRefusal) -> [PythonToken] {
        var reader = PythonReader(characters: Array(source))
        try reader.read()
        return reader.tokens
    }

    private init(characters: [Character]) { self.characters = characters }

    private func character(_ offset: Int = 0) -> Character? { index + offset < characters.count ? characters[index + offset] : nil }
    private mutating func add(_ kind: PythonToken.Kind, _ text: String = "") { tokens.append(PythonToken(kind: kind, text: text, line: line)) }

    private func isExponent(_ letter: Character) -> Bool { letter == "e" && (character(1)?.isNumber == true || ["-", "+"].contains(character(1)) && character(2)?.isNumber == true) }

    private static let symbols = ["**=", "//=", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "**", "//", "->", ":="]

    private mutating func read() throws(PythonRefusal) {
        try indent()
        while let next = character() {
            if next == "\n" || next == "\r\n" {
                index += 1
                if depth == 0, let last = tokens.last, ![.newline, .indent, .dedent].contains(last.kind) { add(.newline) }
                line += 1
                if depth == 0 { try indent() }
            } else if next == " " || next == "\t" {
                index += 1
            } else if next == "#" {
                while let next = character(), !next.isNewline { index += 1 }
            } else if next == "\\", character(1)?.isNewline == true {
                index += 2
                line += 1
            } else if let prefix = textPrefix() {
                try text(prefix)
            } else if next.isLetter || next == "_" {
                var name = ""
                while let next = character(), next.isLetter || next.isNumber || next == "_" {
                    name.append(next)
                    index += 1
                }
                add(.name, name)
            } else if next.isNumber || next == "." && character(1)?.isNumber == true {
                var number = ""
                while let next = character(), next.isNumber || next == "." || next == "_" || isExponent(next) || (next == "-" || next == "+") && number.last == "e" {
                    if next != "_" { number.append(next) }
                    index += 1
                }
                add(.number, number)
            } else {
                let symbol = Self.symbols.first { symbol in symbol.enumerated().allSatisfy { character($0) == $1 } } ?? String(next)
                if "([{".contains(symbol) { depth += 1 }
                if ")]}".contains(symbol) { depth = max(depth - 1, 0) }
                index += symbol.count
                add(.symbol, symbol)
            }
        }
        if let last = tokens.last, ![.newline, .dedent].contains(last.kind) { add(.newline) }
        for _ in indents.dropFirst() { add(.dedent) }
        add(.end)
    }

    /// Reads the space before a line's first word; empty lines have none.
    private mutating func indent() throws(PythonRefusal) {
        var width = 0
        while let next = character(), next == " " || next == "\t" {
            width += next == "\t" ? 8 - width % 8 : 1
            index += 1
        }
        guard let next = character(), !next.isNewline, next != "#" else { return }
        if width > indents[indents.count - 1] {
            indents.append(width)
            add(.indent)
        }
        while width < indents[indents.count - 1] {
            indents.removeLast()
            add(.dedent)
        }
        guard width == indents[indents.count - 1], indents.count < 50 else { throw PythonRefusal(message: "this indentation") }
    }

    /// The letters before a text's quote; nil when no text begins here.
    private func textPrefix() -> String? {
        var prefix = ""
        while let next = character(prefix.count), "rRfFbBuU".contains(next), prefix.count < 2 { prefix.append(next) }
        guard let quote = character(prefix.count), quote == "'" || quote == "\"" else { return nil }
        return prefix.lowercased()
    }

    private mutating func text(_ prefix: String) throws(PythonRefusal) {
        index += prefix.count
        let quote = characters[index]
        let isLong = character(1) == quote && character(2) == quote
        index += isLong ? 3 : 1
        let (begin, isRaw, isFormatted) = (line, prefix.contains("r"), prefix.contains("f"))
        guard !prefix.contains("b") else { throw PythonRefusal(message: "bytes") }
        var result = ""
        while true {
            guard let next = character(), isLong || !next.isNewline else { throw PythonRefusal(message: "a text without an end") }
            if next == quote, !isLong || character(1) == quote && character(2) == quote { break }
            if next.isNewline { line += 1 }
            if next == "\\", !isRaw, let escaped = character(1) {
                let meant: [Character: String] = ["n": "\n", "t": "\t", "r": "\r", "0": "\0", "\\": "\\", "'": "'", "\"": "\"", "\n": ""]
                guard !"xuUN".contains(escaped) else { throw PythonRefusal(message: "the escape \\\(escaped)") }
                result += meant[escaped] ?? "\\\(escaped)"
                index += 2
            } else {
                result.append(next)
                index += 1
            }
        }
        index += isLong ? 3 : 1
        tokens.append(PythonToken(kind: .text(isFormatted: isFormatted), text: result, line: begin))
    }
}
