/// Words: quoting, parameters, substitutions.
extension ScriptReader {
    /// Where the parts of a word stand, which decides what is special and where they end.
    enum Context: Equatable {
        case plain
        case doubleQuoted
        /// Inside `${name-…}`; ends before `}`.
        case braced(inQuotes: Bool)
        /// `${name/pattern/…`: ends before `/` or `}`.
        case pattern(inQuotes: Bool)
        case arithmetic
        case document

        var isQuoted: Bool {
            switch self {
            case .doubleQuoted, .document, .arithmetic, .braced(inQuotes: true), .pattern(inQuotes: true): true
            default: false
            }
        }
    }

    mutating func readWord() throws(ScriptSyntaxError) -> Word {
        let start = position
        let parts = try readParts(.plain)
        return Word(parts: parts, position: start)
    }

    /// Reads parts up to what ends them in this context, which is left in place.
    mutating func readParts(_ context: Context) throws(ScriptSyntaxError) -> [WordPart] {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthMax else { throw fail("words are nested too deeply") }
        var parts: [WordPart] = []
        var literal: [UInt8] = []
        let isQuoted = context.isQuoted
        func flush() {
            if !literal.isEmpty { parts.append(.text(String(decoding: literal, as: UTF8.self), isQuoted: isQuoted)) }
            literal = []
        }
        loop: while let current = byte() {
            switch context {
            case .plain: if Self.isMeta(current) { break loop }
            case .doubleQuoted: if current == 34 { break loop }
            case .braced: if current == 125 { break loop }
            case .pattern: if current == 125 || current == 47 { break loop }
            case .arithmetic, .document: break
            }
            switch current {
            case 92:
                guard let following = byte(1) else {
                    literal.append(92)
                    offset += 1
                    continue
                }
                if following == 10 {
                    offset += 1
                    advance()
                    continue
                }
                let isEscape: Bool
                switch context {
                case .doubleQuoted: isEscape = [36, 96, 34, 92].contains(following)
                case .braced(inQuotes: true), .pattern(inQuotes: true): isEscape = [36, 96, 34, 92, 125].contains(following)
                case .document, .arithmetic: isEscape = [36, 96, 92].contains(following)
                default: isEscape = true
                }
                if isEscape {
                    flush()
                    offset += 1
                    let width = Self.scalarWidth(following)
                    let end = min(offset + width, bytes.count)
                    parts.append(.text(String(decoding: bytes[offset..<end], as: UTF8.self), isQuoted: true))
                    offset = end
                } else {
                    literal.append(92)
                    offset += 1
                }
            case 39 where !isQuoted:
                flush()
                parts.append(.text(try readSingleQuoted(), isQuoted: true))
            case 34 where context != .doubleQuoted && context != .document:
                flush()
                offset += 1
                let inner = try readParts(.doubleQuoted)
                guard isByte("\"") else { throw fail("unterminated quoted string") }
                offset += 1
                if inner.isEmpty { parts.append(.text("", isQuoted: true)) } else { parts += inner }
            case 36:
                if isByte("'", 1), !isQuoted {
                    flush()
                    offset += 1
                    parts.append(.text(try readEscapedQuoted(), isQuoted: true))
                } else if isByte("\"", 1), !isQuoted {
                    offset += 1
                } else if let part = try readDollar(isQuoted: isQuoted) {
                    flush()
                    parts.append(part)
                } else {
                    literal.append(36)
                    offset += 1
                }
            case 96:
                flush()
                parts.append(.command(try readBackquoted(isQuoted: isQuoted), isQuoted: isQuoted))
            default:
                literal.append(current)
                advance()
            }
        }
        flush()
        return parts
    }

    private static func scalarWidth(_ lead: UInt8) -> Int { lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4 }

    private mutating func readSingleQuoted() throws(ScriptSyntaxError) -> String {
        let start = position
        offset += 1
        let begin = offset
        while let current = byte(), current != 39 { _ = current; advance() }
        guard byte() != nil else { throw fail("unterminated quoted string", at: start) }
        let text = String(decoding: bytes[begin..<offset], as: UTF8.self)
        offset += 1
        return text
    }

    /// `$'…'`: backslash escapes as in C.
    private mutating func readEscapedQuoted() throws(ScriptSyntaxError) -> String {
        let start = position
        offset += 1
        let begin = offset
        while let current = byte(), current != 39 {
            if current == 92 { advance() }
            advance()
        }
        guard byte() != nil, offset <= bytes.count else { throw fail("unterminated quoted string", at: start) }
        let raw = Array(bytes[begin..<offset])
        offset += 1
        return String(decoding: EscapeSequences.decode(raw, style: .ansi).bytes, as: UTF8.self)
    }

    private mutating func readBackquoted(isQuoted: Bool) throws(ScriptSyntaxError) -> ScriptNode {
        let start = position
        offset += 1
        var source: [UInt8] = []
        while let current = byte(), current != 96 {
            if current == 92, let following = byte(1), [36, 96, 92].contains(following) || (isQuoted && following == 34) {
                source.append(following)
                offset += 2
            } else {
                source.append(current)
                advance()
            }
        }
        guard byte() != nil else { throw fail("unterminated backquote", at: start) }
        offset += 1
        var inner = ScriptReader(bytes: source, line: start.line, depth: depth + 1, language: language)
        let node = try inner.readList(mayBeEmpty: true) { _ in false }
        guard case .end = try inner.peek() else { throw try inner.unexpected() }
        return node
    }

    /// Reads what follows a `$`; nil when the `$` stands for itself.
    private mutating func readDollar(isQuoted: Bool) throws(ScriptSyntaxError) -> WordPart? {
        let start = position
        guard let following = byte(1) else { return nil }
        if following == 40 {
            if isByte("(", 2), let end = arithmeticBody(from: offset + 3) {
                return .arithmetic(try readArithmetic(from: offset + 3, to: end), isQuoted: isQuoted)
            }
            var inner = self
            inner.offset += 2
            inner.buffered = nil
            inner.depth += 1
            let node = try inner.readList(mayBeEmpty: true) { _ in false }
            guard try inner.peekOperator() == ")" else { throw try inner.unexpected(insteadOf: "`)'") }
            (offset, line, lineStart, bodyEnds) = (inner.offset, inner.line, inner.lineStart, inner.bodyEnds)
            return .command(node, isQuoted: isQuoted)
        }
        if following == 123 {
            offset += 2
            let expansion = try readBraced(isQuoted: isQuoted, at: start)
            return .parameter(expansion, isQuoted: isQuoted)
        }
        let scalar = Unicode.Scalar(following)
        if "@*#?-$!0123456789".unicodeScalars.contains(scalar) {
            offset += 2
            return .parameter(
                ParameterExpansion(name: String(Character(scalar)), operation: .plain, position: start), isQuoted: isQuoted)
        }
        let name = nameAhead(from: offset + 1)
        if name.isEmpty { return nil }
        offset += 1 + name.utf8.count
        return .parameter(ParameterExpansion(name: name, operation: .plain, position: start), isQuoted: isQuoted)
    }

    func nameAhead(from start: Int) -> String {
        var end = start
        while end < bytes.count {
            let current = bytes[end]
            let isLetter = (65...90).contains(current) || (97...122).contains(current) || current == 95
            guard isLetter || (end > start && (48...57).contains(current)) else { break }
            end += 1
        }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    // MARK: Arithmetic

    /// The offset of the `))` that closes an arithmetic expression that begins at `start`; nil when there is none.
    func arithmeticBody(from start: Int) -> Int? {
        var level = 0
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case 40: level += 1
            case 41:
                if level == 0 { return index + 1 < bytes.count && bytes[index + 1] == 41 ? index : nil }
                level -= 1
            case 92: index += 1
            default: break
            }
            index += 1
        }
        return nil
    }

    mutating func readArithmetic(from start: Int, to end: Int, closing: Bool = true) throws(ScriptSyntaxError) -> Word {
        var inner = ScriptReader(bytes: Array(bytes[start..<end]), line: line, depth: depth)
        let word = Word(parts: try inner.readParts(.arithmetic), position: position)
        if closing {
            buffered = nil
            line += bytes[offset..<end].count { $0 == 10 }
            offset = end + 2
        }
        return word
    }
}
