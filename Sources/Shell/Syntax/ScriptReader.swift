/// Reads a script into its tree.
///
/// - Invariants: `offset` never goes back except to the start of the buffered token.
/// - Bounds: nesting deeper than `depthMax` is a syntax error, so hostile input cannot exhaust the host's stack.
/// - Source: POSIX shell command language, with the everyday additions of bash (`[[ ]]`, `(( ))`, `<<<`, `&>`, `$'…'`).
struct ScriptReader {
    static let depthMax = 60

    enum Token {
        case word(Word)
        case op(String)
        case number(Int)
        case newline
        case end
    }

    let bytes: [UInt8]
    var offset: Int
    var line: Int
    var lineStart: Int
    var depth = 0
    /// Whose grammar it is.
    var language = ShellLanguage.lenient
    /// Ends of here-document bodies by the offset of the newline after which they stand.
    var bodyEnds: [Int: (offset: Int, lines: Int)] = [:]
    /// A here-document had no end.
    var hasOpenDocument = false
    var buffered: Token?
    var bufferedPosition = SourcePosition(line: 1, column: 1)

    init(bytes: [UInt8], offset: Int = 0, line: Int = 1, depth: Int = 0, language: ShellLanguage = .lenient) {
        self.language = language
        self.bytes = bytes
        self.offset = offset
        self.line = line
        self.depth = depth
        lineStart = offset
    }

    var position: SourcePosition { SourcePosition(line: line, column: max(1, offset - lineStart + 1)) }

    func fail(_ message: String, at position: SourcePosition? = nil) -> ScriptSyntaxError {
        ScriptSyntaxError(message: message, position: position ?? self.position)
    }

    func byte(_ ahead: Int = 0) -> UInt8? { offset + ahead < bytes.count ? bytes[offset + ahead] : nil }
    func isByte(_ scalar: Unicode.Scalar, _ ahead: Int = 0) -> Bool { byte(ahead) == UInt8(scalar.value) }

    /// Moves past one byte and keeps count of lines.
    mutating func advance() {
        if offset < bytes.count, bytes[offset] == 10 {
            let end = bodyEnds[offset]
            line += 1
            offset += 1
            if let end {
                offset = end.offset
                line += end.lines
            }
            lineStart = offset
        } else {
            offset += 1
        }
    }

    // MARK: Tokens

    mutating func peek() throws(ScriptSyntaxError) -> Token {
        if let buffered { return buffered }
        skipBlanks()
        bufferedPosition = position
        let token = try readToken()
        buffered = token
        return token
    }

    mutating func next() throws(ScriptSyntaxError) -> Token {
        let token = try peek()
        buffered = nil
        return token
    }

    mutating func skipBlanks() {
        while let current = byte() {
            if current == 32 || current == 9 || current == 13 {
                offset += 1
            } else if current == 92, isByte("\n", 1) {
                offset += 1
                advance()
            } else if current == 35 {
                while let character = byte(), character != 10 { _ = character; offset += 1 }
            } else {
                return
            }
        }
    }

    private static let operators = [
        "<<<", "&>>", "<<-", ";;&", "&&", "||", ";;", ";&", "<<", ">>", "<&", ">&", "<>", ">|", "&>", "|&", "&", "|", ";", "<", ">", "(", ")",
    ].map { Array($0.utf8) }

    private mutating func readToken() throws(ScriptSyntaxError) -> Token {
        guard let current = byte() else { return .end }
        if current == 10 {
            advance()
            return .newline
        }
        for candidate in Self.operators where current == candidate[0] && matches(candidate) {
            let text = String(decoding: candidate, as: UTF8.self)
            if language == .dash && ["&>", "&>>", "|&", ";&", ";;&"].contains(text) || language == .ash && text == "|&" { continue }
            if text == "<<<", !language.hasHereStrings { throw fail("unexpected redirection") }
            offset += candidate.count
            return .op(text)
        }
        if (48...57).contains(current) {
            var ahead = 0
            while let digit = byte(ahead), (48...57).contains(digit), ahead < 4 { _ = digit; ahead += 1 }
            if isByte("<", ahead) || isByte(">", ahead) {
                let number = Int(String(decoding: bytes[offset..<offset + ahead], as: UTF8.self)) ?? 0
                offset += ahead
                return .number(number)
            }
        }
        return .word(try readWord())
    }

    private func matches(_ candidate: [UInt8]) -> Bool {
        guard offset + candidate.count <= bytes.count else { return false }
        for index in candidate.indices where bytes[offset + index] != candidate[index] { return false }
        return true
    }

    static func isMeta(_ byte: UInt8) -> Bool {
        switch byte {
        case 32, 9, 10, 13, 59, 38, 124, 60, 62, 40, 41: true
        default: false
        }
    }

    // MARK: Reserved words

    mutating func peekReserved() throws(ScriptSyntaxError) -> String? {
        if case .word(let word) = try peek() { return word.bareText }
        return nil
    }

    mutating func peekOperator() throws(ScriptSyntaxError) -> String? {
        if case .op(let text) = try peek() { return text }
        return nil
    }

    mutating func expect(_ reserved: String) throws(ScriptSyntaxError) {
        guard try peekReserved() == reserved else { throw try unexpected(insteadOf: "`\(reserved)'") }
        _ = try next()
    }

    mutating func expectOperator(_ text: String) throws(ScriptSyntaxError) {
        guard try peekOperator() == text else { throw try unexpected(insteadOf: "`\(text)'") }
        _ = try next()
    }

    /// The error for the token that comes next.
    mutating func unexpected(insteadOf wanted: String? = nil) throws(ScriptSyntaxError) -> ScriptSyntaxError {
        let token = try peek()
        let shown =
            switch token {
            case .word(let word): "word `\(word.literalText ?? "$")'"
            case .op(let text): "`\(text)'"
            case .number(let number): "`\(number)'"
            case .newline: "newline"
            case .end: "end of file"
            }
        return fail("unexpected \(shown)" + (wanted.map { " (expecting \($0))" } ?? ""), at: bufferedPosition)
    }

    mutating func skipNewlines() throws(ScriptSyntaxError) {
        while case .newline = try peek() { _ = try next() }
    }
}

extension Script {
    /// Reads a script.
    ///
    /// - Throws: the first syntax error with its line and column.
    package init(parsing text: String, language: ShellLanguage = .lenient) throws(ScriptSyntaxError) {
        try self.init(parsing: Array(text.utf8), language: language)
    }

    package init(parsing bytes: [UInt8], language: ShellLanguage = .lenient) throws(ScriptSyntaxError) {
        var reader = ScriptReader(bytes: bytes, language: language)
        if bytes.contains(0) { throw reader.fail("the script is a binary file") }
        let body = try reader.readList(mayBeEmpty: true) { _ in false }
        guard case .end = try reader.peek() else { throw try reader.unexpected() }
        self.init(body: body)
    }

    /// What has been typed so far, as a shell at its prompt sees it.
    enum Reading {
        case script(Script)
        /// A quote, a here-document, a loop or the like is still open.
        case incomplete
        case refused(ScriptSyntaxError)
    }

    /// Reads commands of which more may follow.
    static func reading(_ bytes: [UInt8], language: ShellLanguage = .lenient) -> Reading {
        var reader = ScriptReader(bytes: bytes, language: language)
        do throws(ScriptSyntaxError) {
            if bytes.contains(0) { throw reader.fail("the script is a binary file") }
            let body = try reader.readList(mayBeEmpty: true) { _ in false }
            guard case .end = try reader.peek() else { throw try reader.unexpected() }
            if reader.hasOpenDocument || endsInContinuation(bytes) { return .incomplete }
            return .script(Script(body: body))
        } catch {
            return error.isIncomplete ? .incomplete : .refused(error)
        }
    }

    private static func endsInContinuation(_ bytes: [UInt8]) -> Bool {
        guard bytes.last == 10 else { return false }
        return bytes.dropLast().reversed().prefix { $0 == 92 }.count % 2 == 1
    }
}
