/// Redirections and here-documents.
extension ScriptReader {
    /// Reads a redirection if one comes next.
    mutating func readRedirection() throws(ScriptSyntaxError) -> Redirection? {
        var descriptor: Int?
        _ = try peek()
        let start = bufferedPosition
        if case .number(let number) = try peek() {
            _ = try next()
            descriptor = number
        }
        guard let text = try peekOperator() else { return nil }
        let kind: Redirection.Kind
        switch text {
        case "<": kind = .read
        case ">": kind = .write
        case ">>": kind = .append
        case ">|": kind = .clobber
        case "<>": kind = .readWrite
        case "<&": kind = .duplicateInput
        case ">&": kind = .duplicateOutput
        case "&>": kind = .both
        case "&>>": kind = .bothAppend
        case "<<", "<<-", "<<<": kind = .document
        default: return nil
        }
        _ = try next()
        guard case .word(var target) = try peek() else { throw try unexpected(insteadOf: "a word after `\(text)'") }
        if text == "<<" || text == "<<-" {
            target = try readDocument(delimiter: target, stripsTabs: text == "<<-")
        } else if text == "<<<" {
            target.parts = target.parts.map(\.quoted)
            target.parts.append(.text("\n", isQuoted: true))
        }
        _ = try next()
        return Redirection(kind: kind, descriptor: descriptor, target: target, position: start)
    }

    /// Reads the body of a here-document that stands after the present line.
    private mutating func readDocument(delimiter: Word, stripsTabs: Bool) throws(ScriptSyntaxError) -> Word {
        guard let end = delimiter.literalText else { throw fail("the delimiter of a here-document cannot be expanded") }
        let isQuoted = delimiter.parts.contains { part in if case .text(_, isQuoted: true) = part { true } else { false } }
        var newline = offset
        while newline < bytes.count, bytes[newline] != 10 { newline += 1 }
        let previous = bodyEnds[newline]
        var cursor = previous?.offset ?? newline + 1
        var lines = previous?.lines ?? 0
        let firstLine = line + 1 + lines
        let wanted = Array(end.utf8)
        var body: [UInt8] = []
        var isClosed = false
        while cursor < bytes.count {
            var stop = cursor
            while stop < bytes.count, bytes[stop] != 10 { stop += 1 }
            var start = cursor
            if stripsTabs { while start < stop, bytes[start] == 9 { start += 1 } }
            cursor = min(stop + 1, bytes.count)
            lines += 1
            if bytes[start..<stop].elementsEqual(wanted) {
                isClosed = true
                break
            }
            body += bytes[start..<stop]
            body.append(10)
        }
        if !isClosed { hasOpenDocument = true }
        bodyEnds[newline] = (cursor, lines)
        if isQuoted { return Word(parts: [.text(String(decoding: body, as: UTF8.self), isQuoted: true)], position: delimiter.position) }
        var inner = ScriptReader(bytes: body, line: firstLine, depth: depth)
        let parts = try inner.readParts(.document)
        return Word(parts: parts.isEmpty ? [.text("", isQuoted: true)] : parts, position: delimiter.position)
    }
}

extension WordPart {
    /// The same part as if it stood in double quotes.
    var quoted: WordPart {
        switch self {
        case .text(let text, _): .text(text, isQuoted: true)
        case .parameter(let expansion, _): .parameter(expansion, isQuoted: true)
        case .command(let node, _): .command(node, isQuoted: true)
        case .arithmetic(let word, _): .arithmetic(word, isQuoted: true)
        }
    }
}
