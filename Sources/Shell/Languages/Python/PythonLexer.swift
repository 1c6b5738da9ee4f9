/// A word of a Python program.
struct PythonToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case name, number, symbol
        /// A string; `isFormatted` for an f-string.
        case text(isFormatted: Bool)
        case newline, indent, dedent, end
    }

    var kind: Kind
    var text: String
    var line: Int
}

/// Why a program cannot be run.
enum PythonRefusal: Error, Hashable {
    /// Python itself would refuse it.
    case syntax(String, line: Int)
    /// Python would run it; this interpreter does not.
    case unsupported(String, line: Int)
}

/// Reads the words of a Python program.
///
/// - Source: The Python Language Reference, "Lexical analysis": a stack of indentations, lines joined in brackets.
struct PythonLexer {
    private let characters: [Character]
    private var index = 0
    private var line = 1
    private var depth = 0
    private var indents = [0]
    private var tokens: [PythonToken] = []

    private static let symbols = ["**=", "//=", ">>=", "<<=", "...", "**", "//", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", ":=", "->", "<<", ">>"]

    init(_ source: String) { characters = Array(source) }

    static func tokens(of source: String) throws(PythonRefusal) -> [PythonToken] {
        var lexer = PythonLexer(source)
        try lexer.read()
        return lexer.tokens
    }

    private func peek(_ offset: Int = 0) -> Character? { index + offset < characters.count ? characters[index + offset] : nil }
    private mutating func add(_ kind: PythonToken.Kind, _ text: String = "") { tokens.append(PythonToken(kind: kind, text: text, line: line)) }

    private mutating func read() throws(PythonRefusal) {
        var isLineStart = true
        while let character = peek() {
            if isLineStart, depth == 0 {
                isLineStart = false
                if try !readIndentation() { isLineStart = true; continue }
                continue
            }
            switch character {
            case "\n", "\r\n":
                if depth == 0 {
                    if tokens.last.map({ $0.kind != .newline && $0.kind != .indent && $0.kind != .dedent }) == true { add(.newline) }
                    isLineStart = true
                }
                line += 1
                index += 1
            case " ", "\t": index += 1
            case "#": while let next = peek(), !next.isNewline { _ = next; index += 1 }
            case "\\" where peek(1)?.isNewline == true:
                index += 2
                line += 1
            case _ where character.isNumber || character == "." && peek(1)?.isNumber == true: readNumber()
            case _ where character.isLetter || character == "_": try readNameOrText()
            case "\"", "'": try readText(prefix: "")
            default: try readSymbol(character)
            }
        }
        if depth > 0 { throw .syntax("'(' was never closed", line: line) }
        if let last = tokens.last, last.kind != .newline { add(.newline) }
        for _ in indents.dropFirst() { add(.dedent) }
        add(.end)
    }

    /// Compares a line's indentation with those around it; false for a line without words.
    private mutating func readIndentation() throws(PythonRefusal) -> Bool {
        var width = 0
        while let next = peek(), next == " " || next == "\t" {
            width = next == "\t" ? (width / 8 + 1) * 8 : width + 1
            index += 1
        }
        guard let next = peek() else { return true }
        if next.isNewline {
            index += 1
            line += 1
            return false
        }
        if next == "#" { return true }
        if width > indents[indents.count - 1] {
            if tokens.isEmpty { throw .syntax("unexpected indent", line: line) }
            indents.append(width)
            add(.indent)
        }
        while width < indents[indents.count - 1] {
            indents.removeLast()
            add(.dedent)
        }
        if width != indents[indents.count - 1] { throw .syntax("unindent does not match any outer indentation level", line: line) }
        return true
    }

    private mutating func readNumber() {
        let start = index
        while let next = peek(), next.isNumber || next.isLetter || next == "_" || next == "." || "+-".contains(next) && "eE".contains(characters[index - 1]) { index += 1 }
        add(.number, String(characters[start..<index]).filter { $0 != "_" })
    }

    private mutating func readNameOrText() throws(PythonRefusal) {
        let start = index
        while let next = peek(), next.isLetter || next.isNumber || next == "_" { index += 1 }
        let name = String(characters[start..<index])
        if let quote = peek(), quote == "\"" || quote == "'", ["f", "r", "b", "u", "fr", "rf"].contains(name.lowercased()) {
            if name.lowercased() == "b" { throw .unsupported("bytes", line: line) }
            return try readText(prefix: name.lowercased())
        }
        add(.name, name)
    }

    private mutating func readText(prefix: String) throws(PythonRefusal) {
        let quote = characters[index]
        let isLong = peek(1) == quote && peek(2) == quote
        let first = line
        index += isLong ? 3 : 1
        var text = ""
        while true {
            guard let next = peek(), isLong || !next.isNewline else { throw .syntax("unterminated string literal", line: first) }
            if next == quote, !isLong || peek(1) == quote && peek(2) == quote {
                index += isLong ? 3 : 1
                break
            }
            if next.isNewline { line += 1 }
            index += 1
            guard next == "\\", !prefix.contains("r"), let escaped = peek() else {
                text.append(next)
                continue
            }
            index += 1
            switch escaped {
            case "n": text.append("\n")
            case "t": text.append("\t")
            case "r": text.append("\r")
            case "0": text.append("\0")
            case "\\", "'", "\"": text.append(escaped)
            case "\n": line += 1
            case "x", "u":
                let digits = characters[index..<min(index + (escaped == "x" ? 2 : 4), characters.count)]
                guard let code = UInt32(String(digits), radix: 16), let scalar = UnicodeScalar(code) else { throw .syntax("(unicode error) truncated escape", line: line) }
                text.unicodeScalars.append(scalar)
                index += digits.count
            default: text += "\\\(escaped)"
            }
        }
        tokens.append(PythonToken(kind: .text(isFormatted: prefix.contains("f")), text: text, line: first))
    }

    private mutating func readSymbol(_ character: Character) throws(PythonRefusal) {
        for symbol in Self.symbols where characters[index...].starts(with: symbol) {
            add(.symbol, symbol)
            index += symbol.count
            return
        }
        guard "+-*/%()[]{}:;,.=<>@&|^~".contains(character) else { throw .syntax("invalid syntax", line: line) }
        if "([{".contains(character) { depth += 1 }
        if ")]}".contains(character) {
            guard depth > 0 else { throw .syntax("unmatched '\(character)'", line: line) }
            depth -= 1
        }
        add(.symbol, String(character))
        index += 1
    }
}
