/// A program of jq, read.
indirect enum JqFilter: Sendable {
    case identity
    case everything
    case field(JqFilter, JqFilter)
    case index(JqFilter, JqFilter)
    case slice(JqFilter, JqFilter?, JqFilter?)
    case each(JqFilter)
    case attempt(JqFilter)
    case literal(JqValue)
    /// Texts and the filters between them, with the format that each result is written in.
    case text([Piece], format: String)
    case array(JqFilter?)
    case object([(key: JqFilter, value: JqFilter)])
    case pipe(JqFilter, JqFilter)
    case comma(JqFilter, JqFilter)
    case binary(String, JqFilter, JqFilter)
    case negate(JqFilter)
    case conditional(JqFilter, JqFilter, JqFilter?)
    case bind(JqFilter, String, JqFilter)
    case variable(String)
    case call(String, [JqFilter])
    case reduce(JqFilter, String, JqFilter, JqFilter)
    case assign(String, JqFilter, JqFilter)

    enum Piece: Sendable {
        case text(String)
        case filter(JqFilter)
    }
}

struct JqError: Error {
    var message: String
    /// Whether the program itself cannot be read.
    var isSyntax = false
}

/// Reads a program.
///
/// - Bounds: nesting deeper than 100 is an error.
struct JqParser {
    private enum Token: Equatable {
        case symbol(String)
        case name(String)
        case field(String)
        case variable(String)
        case format(String)
        case number(Double)
        /// A string with the places of what is put into it.
        case string([String], [String])
        case end
    }

    private let characters: [Character]
    private var position = 0
    private var token = Token.end
    private var depth = 0

    init(_ text: String) { characters = Array(text) }

    static func parse(_ text: String) throws(JqError) -> JqFilter {
        var parser = JqParser(text)
        try parser.advance()
        if parser.token == .end { return .identity }
        let filter = try parser.pipe()
        guard parser.token == .end else { throw parser.unexpected() }
        return filter
    }

    private func unexpected() -> JqError {
        let shown =
            switch token {
            case .end: "end of file"
            case .symbol(let text), .name(let text): text
            case .field(let text): "." + text
            case .variable(let text): "$" + text
            case .format(let text): "@" + text
            case .number(let number): JqValue.text(of: number)
            case .string: "QQSTRING_START"
            }
        return JqError(message: "syntax error, unexpected \(shown)", isSyntax: true)
    }

    private func isLetter(_ character: Character) -> Bool { character.isLetter || character == "_" }

    private mutating func advance() throws(JqError) {
        while position < characters.count {
            if characters[position].isWhitespace { position += 1 } else if characters[position] == "#" {
                while position < characters.count, characters[position] != "\n" { position += 1 }
            } else { break }
        }
        guard position < characters.count else {
            token = .end
            return
        }
        let first = characters[position]
        if first == "\"" {
            token = try string()
            return
        }
        func word(from start: Int) -> String {
            var end = start
            while end < characters.count, isLetter(characters[end]) || characters[end].isNumber || (characters[end] == ":" && end + 2 < characters.count && characters[end + 1] == ":") { end += 1 }
            return String(characters[start..<end])
        }
        if first == ".", position + 1 < characters.count, isLetter(characters[position + 1]) {
            let name = word(from: position + 1)
            position += 1 + name.count
            token = .field(name)
            return
        }
        if first == "$" || first == "@" {
            let name = word(from: position + 1)
            position += 1 + name.count
            token = first == "$" ? .variable(name) : .format(name)
            return
        }
        if isLetter(first) {
            let name = word(from: position)
            position += name.count
            token = .name(name)
            return
        }
        if first.isNumber || (first == "." && position + 1 < characters.count && characters[position + 1].isNumber) {
            var end = position
            while end < characters.count, characters[end].isNumber || ".eE".contains(characters[end]) || ("+-".contains(characters[end]) && "eE".contains(characters[end - 1])) { end += 1 }
            guard let number = Double(String(characters[position..<end])) else { throw JqError(message: "syntax error, invalid numeric literal", isSyntax: true) }
            position = end
            token = .number(number)
            return
        }
        for symbol in ["?//", "//=", "|=", "+=", "-=", "*=", "/=", "==", "!=", "<=", ">=", "//", "..", "and", "|", ",", ".", "[", "]", "{", "}", "(", ")", ":", ";", "=", "<", ">", "+", "-", "*", "/", "%", "?"] {
            let letters = Array(symbol)
            if position + letters.count <= characters.count, Array(characters[position..<position + letters.count]) == letters {
                position += letters.count
                token = .symbol(symbol)
                return
            }
        }
        throw JqError(message: "syntax error, unexpected INVALID_CHARACTER", isSyntax: true)
    }

    private mutating func string() throws(JqError) -> Token {
        position += 1
        var (texts, filters) = ([""], [String]())
        while position < characters.count, characters[position] != "\"" {
            if characters[position] == "\\", position + 1 < characters.count {
                let letter = characters[position + 1]
                if letter == "(" {
                    var (end, level) = (position + 2, 1)
                    while end < characters.count, level > 0 {
                        if characters[end] == "(" { level += 1 } else if characters[end] == ")" { level -= 1 }
                        end += 1
                    }
                    filters.append(String(characters[position + 2..<max(position + 2, end - 1)]))
                    texts.append("")
                    position = end
                    continue
                }
                if letter == "u", position + 6 <= characters.count, let code = UInt32(String(characters[position + 2..<position + 6]), radix: 16) {
                    texts[texts.count - 1].append(Character(UnicodeScalar(code) ?? "\u{FFFD}"))
                    position += 6
                    continue
                }
                texts[texts.count - 1].append(["n": "\n", "t": "\t", "r": "\r"][letter] ?? letter)
                position += 2
                continue
            }
            texts[texts.count - 1].append(characters[position])
            position += 1
        }
        guard position < characters.count else { throw JqError(message: "syntax error, unexpected end of file", isSyntax: true) }
        position += 1
        return .string(texts, filters)
    }

    private mutating func take(_ symbol: String) throws(JqError) -> Bool {
        guard token == .symbol(symbol) else { return false }
        try advance()
        return true
    }

    private mutating func expect(_ symbol: String) throws(JqError) { guard try take(symbol) else { throw unexpected() } }

    private mutating func takeName(_ name: String) throws(JqError) -> Bool {
        guard token == .name(name) else { return false }
        try advance()
        return true
    }

    private mutating func expectName(_ name: String) throws(JqError) { guard try takeName(name) else { throw unexpected() } }

    // MARK: Precedence, the loosest first

    private mutating func pipe() throws(JqError) -> JqFilter {
        depth += 1
        defer { depth -= 1 }
        if depth > 100 { throw JqError(message: "syntax error, the program is nested too deeply", isSyntax: true) }
        let left = try comma()
        if try takeName("as") {
            guard case .variable(let name) = token else { throw unexpected() }
            try advance()
            try expect("|")
            return .bind(left, name, try pipe())
        }
        return try take("|") ? .pipe(left, try pipe()) : left
    }

    private mutating func comma() throws(JqError) -> JqFilter {
        var left = try alternative()
        while try take(",") { left = .comma(left, try alternative()) }
        return left
    }

    private mutating func alternative() throws(JqError) -> JqFilter {
        let left = try assignment()
        return try take("//") ? .binary("//", left, try alternative()) : left
    }

    private mutating func assignment() throws(JqError) -> JqFilter {
        let left = try disjunction()
        for symbol in ["=", "|=", "+=", "-=", "*=", "/=", "//="] where token == .symbol(symbol) {
            try advance()
            return .assign(symbol, left, try alternative())
        }
        return left
    }

    private mutating func disjunction() throws(JqError) -> JqFilter {
        var left = try conjunction()
        while try takeName("or") { left = .binary("or", left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws(JqError) -> JqFilter {
        var left = try comparison()
        while try takeName("and") { left = .binary("and", left, try comparison()) }
        return left
    }

    private mutating func comparison() throws(JqError) -> JqFilter {
        let left = try sum()
        for symbol in ["==", "!=", "<=", ">=", "<", ">"] where token == .symbol(symbol) {
            try advance()
            return .binary(symbol, left, try sum())
        }
        return left
    }

    private mutating func sum() throws(JqError) -> JqFilter {
        var left = try product()
        while token == .symbol("+") || token == .symbol("-") {
            let symbol = token == .symbol("+") ? "+" : "-"
            try advance()
            left = .binary(symbol, left, try product())
        }
        return left
    }

    private mutating func product() throws(JqError) -> JqFilter {
        var left = try postfix()
        while true {
            var found: String?
            for symbol in ["*", "/", "%"] where token == .symbol(symbol) { found = symbol }
            guard let found else { return left }
            try advance()
            left = .binary(found, left, try postfix())
        }
    }

    private mutating func postfix() throws(JqError) -> JqFilter {
        var term = try primary()
        while true {
            if case .field(let name) = token {
                try advance()
                term = .field(term, .literal(.string(name)))
            } else if token == .symbol("[") {
                try advance()
                term = try subscripted(term)
            } else if token == .symbol("?") {
                try advance()
                term = .attempt(term)
            } else if token == .symbol("."), position < characters.count, characters[position] == "[" || characters[position] == "\"" {
                try advance()
                if case .string = token { term = .field(term, try primary()) }
            } else {
                return term
            }
        }
    }

    /// What follows `[` after a term.
    private mutating func subscripted(_ term: JqFilter) throws(JqError) -> JqFilter {
        if try take("]") { return .each(term) }
        if try take(":") {
            let end = try pipe()
            try expect("]")
            return .slice(term, nil, end)
        }
        let start = try pipe()
        if try take(":") {
            if try take("]") { return .slice(term, start, nil) }
            let end = try pipe()
            try expect("]")
            return .slice(term, start, end)
        }
        try expect("]")
        return .index(term, start)
    }

    private mutating func primary() throws(JqError) -> JqFilter {
        depth += 1
        defer { depth -= 1 }
        if depth > 100 { throw JqError(message: "syntax error, the program is nested too deeply", isSyntax: true) }
        let current = token
        try advance()
        switch current {
        case .number(let number): return .literal(.number(number))
        case .string(let texts, let filters): return try text(texts, filters, format: "text")
        case .format(let name):
            if case .string(let texts, let filters) = token {
                try advance()
                return try text(texts, filters, format: name)
            }
            return .call("@" + name, [])
        case .field(let name): return .field(.identity, .literal(.string(name)))
        case .variable(let name): return .variable(name)
        case .symbol("."):
            if case .string = token { return .field(.identity, try primary()) }
            if token == .symbol("[") {
                try advance()
                return try subscripted(.identity)
            }
            return .identity
        case .symbol(".."): return .everything
        case .symbol("-"): return .negate(try postfix())
        case .symbol("("):
            let inner = try pipe()
            try expect(")")
            return inner
        case .symbol("["):
            if try take("]") { return .array(nil) }
            let inner = try pipe()
            try expect("]")
            return .array(inner)
        case .symbol("{"): return try object()
        case .name("if"):
            let condition = try pipe()
            try expectName("then")
            let yes = try pipe()
            return try otherwise(condition, yes)
        case .name("try"): return .attempt(try postfix())
        case .name("reduce"):
            let source = try postfix()
            try expectName("as")
            guard case .variable(let name) = token else { throw unexpected() }
            try advance()
            try expect("(")
            let start = try pipe()
            try expect(";")
            let step = try pipe()
            try expect(")")
            return .reduce(source, name, start, step)
        case .name("null"): return .literal(.null)
        case .name("true"): return .literal(.bool(true))
        case .name("false"): return .literal(.bool(false))
        case .name(let name):
            var arguments: [JqFilter] = []
            if try take("(") {
                repeat { arguments.append(try pipe()) } while try take(";")
                try expect(")")
            }
            return .call(name, arguments)
        default:
            token = current
            throw unexpected()
        }
    }

    private mutating func otherwise(_ condition: JqFilter, _ yes: JqFilter) throws(JqError) -> JqFilter {
        if try takeName("elif") {
            let next = try pipe()
            try expectName("then")
            return .conditional(condition, yes, try otherwise(next, try pipe()))
        }
        if try takeName("else") {
            let no = try pipe()
            try expectName("end")
            return .conditional(condition, yes, no)
        }
        try expectName("end")
        return .conditional(condition, yes, nil)
    }

    private func text(_ texts: [String], _ filters: [String], format: String) throws(JqError) -> JqFilter {
        if filters.isEmpty { return .literal(.string(texts[0])) }
        var pieces: [JqFilter.Piece] = [.text(texts[0])]
        for (index, source) in filters.enumerated() {
            guard depth + index < 100 else { throw JqError(message: "syntax error, the program is nested too deeply", isSyntax: true) }
            pieces.append(.filter(try JqParser.parse(source)))
            pieces.append(.text(texts[index + 1]))
        }
        return .text(pieces, format: format)
    }

    private mutating func object() throws(JqError) -> JqFilter {
        var entries: [(key: JqFilter, value: JqFilter)] = []
        if try take("}") { return .object([]) }
        repeat {
            let key: JqFilter
            var short: JqFilter?
            switch token {
            case .name(let name):
                key = .literal(.string(name))
                short = .field(.identity, key)
                try advance()
            case .variable(let name):
                key = .literal(.string(name))
                short = .variable(name)
                try advance()
            case .string:
                key = try primary()
                short = .field(.identity, key)
            case .symbol("("):
                try advance()
                key = try pipe()
                try expect(")")
            default: throw unexpected()
            }
            if try take(":") {
                var value = try alternative()
                while token == .symbol("|") {
                    try advance()
                    value = .pipe(value, try alternative())
                }
                entries.append((key, value))
            } else if let short {
                entries.append((key, short))
            } else {
                throw unexpected()
            }
        } while try take(",")
        try expect("}")
        return .object(entries)
    }
}
