/// The forms of `${…}`.
extension ScriptReader {
    /// Reads from after `${` to after `}`.
    mutating func readBraced(isQuoted: Bool, at start: SourcePosition) throws(ScriptSyntaxError) -> ParameterExpansion {
        var isLength = false
        if isByte("#"), let following = byte(1), following != 125, !(isOperator(following) && !isByte("#", 1) && byte(2) != 125) {
            isLength = true
            offset += 1
        }
        let isIndirect = language.hasArrays && isByte("!") && !nameAhead(from: offset + 1).isEmpty
        if isIndirect { offset += 1 }
        var name = nameAhead(from: offset)
        if name.isEmpty, let current = byte() {
            if (48...57).contains(current) {
                var end = offset
                while end < bytes.count, (48...57).contains(bytes[end]), end - offset < 6 { end += 1 }
                name = String(decoding: bytes[offset..<end], as: UTF8.self)
            } else if "@*#?-$!".utf8.contains(current) {
                name = String(Character(Unicode.Scalar(current)))
            }
        }
        guard !name.isEmpty else { throw fail("bad substitution", at: start) }
        offset += name.utf8.count
        let subscripted = try readSubscript(at: start)
        if isLength {
            guard isByte("}") else { throw fail("bad substitution", at: start) }
            offset += 1
            return ParameterExpansion(name: name, operation: .length, position: start, subscripted: subscripted)
        }
        let operation = try readOperation(isQuoted: isQuoted, at: start)
        guard isByte("}") else { throw fail("bad substitution", at: start) }
        offset += 1
        return ParameterExpansion(name: name, operation: operation, position: start, subscripted: subscripted, isIndirect: isIndirect)
    }

    /// Reads `[…]` after a name.
    private mutating func readSubscript(at start: SourcePosition) throws(ScriptSyntaxError) -> ParameterExpansion.Subscript? {
        guard language.hasArrays, isByte("[") else { return nil }
        var end = offset + 1
        var level = 0
        while end < bytes.count, level > 0 || bytes[end] != 93 {
            if bytes[end] == 91 || bytes[end] == 123 { level += 1 }
            if bytes[end] == 93 || bytes[end] == 125 { level -= 1 }
            guard level >= 0 else { throw fail("bad substitution", at: start) }
            end += 1
        }
        guard end < bytes.count, end > offset + 1 else { throw fail("bad substitution", at: start) }
        let inside = Array(bytes[offset + 1..<end])
        offset = end + 1
        if inside == [64] || inside == [42] { return .all(isAt: inside == [64]) }
        var inner = ScriptReader(bytes: inside, line: line, depth: depth, language: language)
        return .key(Word(parts: try inner.readParts(.braced(inQuotes: false)), position: start))
    }

    private func isOperator(_ byte: UInt8) -> Bool { "-=?+%#:/".utf8.contains(byte) }

    private mutating func operand(_ isQuoted: Bool, _ context: ((Bool) -> Context)? = nil) throws(ScriptSyntaxError) -> Word {
        let start = position
        return Word(parts: try readParts(context?(isQuoted) ?? .braced(inQuotes: isQuoted)), position: start)
    }

    private mutating func readOperation(isQuoted: Bool, at start: SourcePosition) throws(ScriptSyntaxError) -> ParameterExpansion.Operation {
        guard let current = byte() else { throw fail("unterminated `${'", at: start) }
        if current == 125 { return .plain }
        var treatsEmpty = false
        if current == 58 {
            guard let following = byte(1) else { throw fail("bad substitution", at: start) }
            guard "-=?+".utf8.contains(following) else { return try readSubstring() }
            treatsEmpty = true
            offset += 1
        }
        let selector = byte() ?? 0
        offset += 1
        switch selector {
        case 45: return .fallback(try operand(isQuoted), treatsEmptyAsUnset: treatsEmpty)
        case 61: return .assign(try operand(isQuoted), treatsEmptyAsUnset: treatsEmpty)
        case 63: return .require(try operand(isQuoted), treatsEmptyAsUnset: treatsEmpty)
        case 43: return .alternative(try operand(isQuoted), treatsEmptyAsUnset: treatsEmpty)
        case 35, 37:
            let isLongest = byte() == selector
            if isLongest { offset += 1 }
            // Quotes around the whole expansion do not quote the pattern.
            let pattern = try operand(false)
            return selector == 35 ? .removePrefix(pattern, isLongest: isLongest) : .removeSuffix(pattern, isLongest: isLongest)
        case 47:
            var isAll = false
            var anchor: Character?
            if isByte("/") {
                isAll = true
                offset += 1
            } else if isByte("#") || isByte("%") {
                anchor = isByte("#") ? "#" : "%"
                offset += 1
            }
            let pattern = try operand(false) { .pattern(inQuotes: $0) }
            var replacement = Word(parts: [], position: position)
            if isByte("/") {
                offset += 1
                replacement = try operand(isQuoted)
            }
            return .replace(pattern, with: replacement, anchor: anchor, isAll: isAll)
        case 94, 44:
            let isAll = byte() == selector
            if isAll { offset += 1 }
            return .changeCase(isUpper: selector == 94, isAll: isAll)
        default: throw fail("bad substitution", at: start)
        }
    }

    /// `:offset` and `:offset:length`.
    private mutating func readSubstring() throws(ScriptSyntaxError) -> ParameterExpansion.Operation {
        func piece(_ reader: inout ScriptReader) throws(ScriptSyntaxError) -> Word {
            let start = reader.position
            var end = reader.offset
            var level = 0
            while end < reader.bytes.count {
                let current = reader.bytes[end]
                if level == 0, current == 125 || current == 58 { break }
                if current == 40 || current == 123 { level += 1 }
                if current == 41 || current == 125 { level -= 1 }
                end += 1
            }
            var inner = ScriptReader(bytes: Array(reader.bytes[reader.offset..<end]), line: reader.line, depth: reader.depth)
            reader.offset = end
            return Word(parts: try inner.readParts(.arithmetic), position: start)
        }
        offset += 1
        let from = try piece(&self)
        guard isByte(":") else { return .substring(offset: from, length: nil) }
        offset += 1
        return .substring(offset: from, length: try piece(&self))
    }
}
