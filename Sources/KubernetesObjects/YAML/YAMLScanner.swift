/// Turns the bytes of one YAML document into tokens.
///
/// A key that stands on one line is only recognised by the `:` after it, so
/// the scanner remembers where a key could have begun and inserts the key token
/// there afterwards; `tokens` holds those that may still move.
///
/// - Invariants: `indents` grows strictly; `possibleKeys` has one entry for the block context and one for each open flow
///   collection, with token numbers that never fall from bottom to top.
/// - Bounds: linear; nesting beyond `maxDepth` is an error.
/// - Source: YAML 1.1 as libyaml and go-yaml v2 scan it, with their messages.
struct YAMLScanner {
    /// A place where a key may have begun.
    struct PossibleKey {
        var isPossible = false
        var isRequired = false
        var tokenNumber = 0
        var mark = YAMLMark()
    }

    let bytes: UnsafeBufferPointer<UInt8>
    let maxDepth: Int
    var mark = YAMLMark()
    var tokens: [YAMLToken] = []
    var head = 0
    /// Tokens handed out so far.
    var tokensTaken = 0
    var indent = -1
    var indents: [Int] = []
    var flowLevel = 0
    var isKeyAllowed = true
    var possibleKeys: [PossibleKey] = [PossibleKey()]
    var hasEnded = false

    init(bytes: UnsafeBufferPointer<UInt8>, maxDepth: Int) {
        self.bytes = bytes
        self.maxDepth = maxDepth
    }

    // MARK: Handing out tokens

    /// The next token, which stays.
    mutating func peek() throws(YAMLFailure) -> YAMLToken {
        while true {
            if head < tokens.count, try !mayHeadBecomeKey() { return tokens[head] }
            if hasEnded, head < tokens.count { return tokens[head] }
            try fetch()
        }
    }

    /// Drops the token that `peek` returned.
    mutating func skip() {
        head += 1
        tokensTaken += 1
        if head == tokens.count {
            tokens.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 256, head * 2 > tokens.count {
            tokens.removeFirst(head)
            head = 0
        }
    }

    /// Whether a `:` further on could still put a key token before the next token.
    private mutating func mayHeadBecomeKey() throws(YAMLFailure) -> Bool {
        var low = 0
        var high = possibleKeys.count
        while low < high {
            let middle = (low + high) / 2
            if possibleKeys[middle].tokenNumber < tokensTaken { low = middle + 1 } else { high = middle }
        }
        while low < possibleKeys.count, possibleKeys[low].tokenNumber == tokensTaken {
            if try isValid(low) { return true }
            low += 1
        }
        return false
    }

    // MARK: Possible keys

    /// Whether the possible key at an index can still become one: it must stay on one line of at most 1024 characters.
    mutating func isValid(_ index: Int) throws(YAMLFailure) -> Bool {
        let key = possibleKeys[index]
        guard key.isPossible else { return false }
        if key.mark.line < mark.line || key.mark.offset + 1024 < mark.offset {
            if key.isRequired { throw failure("could not find expected ':'", context: key.mark) }
            possibleKeys[index].isPossible = false
            return false
        }
        return true
    }

    mutating func savePossibleKey() throws(YAMLFailure) {
        guard isKeyAllowed else { return }
        let isRequired = flowLevel == 0 && indent == mark.column
        try removePossibleKey()
        possibleKeys[possibleKeys.count - 1] = PossibleKey(
            isPossible: true, isRequired: isRequired, tokenNumber: tokensTaken + tokens.count - head, mark: mark)
    }

    mutating func removePossibleKey() throws(YAMLFailure) {
        let last = possibleKeys.count - 1
        if possibleKeys[last].isPossible {
            if possibleKeys[last].isRequired { throw failure("could not find expected ':'", context: possibleKeys[last].mark) }
            possibleKeys[last].isPossible = false
        }
    }

    // MARK: Indentation

    mutating func rollIndent(to column: Int, _ kind: YAMLToken.Kind, at mark: YAMLMark, beforeToken number: Int? = nil) throws(YAMLFailure) {
        guard flowLevel == 0, indent < column else { return }
        indents.append(indent)
        indent = column
        if indents.count > maxDepth { throw failure("exceeded max depth of \(maxDepth)", context: self.mark) }
        let token = YAMLToken(kind: kind, start: mark)
        if let number { tokens.insert(token, at: head + number - tokensTaken) } else { tokens.append(token) }
    }

    mutating func unrollIndent(to column: Int) {
        guard flowLevel == 0 else { return }
        while indent > column, let outer = indents.popLast() {
            tokens.append(YAMLToken(kind: .blockEnd, start: mark))
            indent = outer
        }
    }

    // MARK: Bytes

    @inline(__always) func byte(_ ahead: Int = 0) -> UInt8 {
        let index = mark.offset + ahead
        return index < bytes.count ? bytes[index] : 0
    }

    @inline(__always) func isBlank(_ ahead: Int = 0) -> Bool {
        let byte = byte(ahead)
        return byte == 0x20 || byte == 0x09
    }

    /// The length of the line break here, or 0.
    @inline(__always) func breakLength(_ ahead: Int = 0) -> Int {
        switch byte(ahead) {
        case 0x0A: 1
        case 0x0D: byte(ahead + 1) == 0x0A ? 2 : 1
        case 0xC2: byte(ahead + 1) == 0x85 ? 2 : 0
        case 0xE2: byte(ahead + 1) == 0x80 && byte(ahead + 2) & 0xFE == 0xA8 ? 3 : 0
        default: 0
        }
    }

    @inline(__always) func isEnd(_ ahead: Int = 0) -> Bool { mark.offset + ahead >= bytes.count || byte(ahead) == 0 }
    @inline(__always) func isBreakOrEnd(_ ahead: Int = 0) -> Bool { isEnd(ahead) || breakLength(ahead) > 0 }
    @inline(__always) func isBlankOrEnd(_ ahead: Int = 0) -> Bool { isBlank(ahead) || isBreakOrEnd(ahead) }

    /// Moves over one character that is no line break.
    @inline(__always) mutating func advance() {
        mark.offset += 1
        mark.column += 1
        while mark.offset < bytes.count, bytes[mark.offset] & 0xC0 == 0x80 { mark.offset += 1 }
    }

    /// Moves over a line break.
    mutating func advanceLine() {
        mark.offset += max(1, breakLength())
        mark.line += 1
        mark.column = 0
    }

    /// Copies one character that is no line break.
    @inline(__always) mutating func copy(to text: inout [UInt8]) {
        let start = mark.offset
        advance()
        if mark.offset == start + 1 {
            text.append(bytes[start])
        } else {
            text.append(contentsOf: bytes[start..<mark.offset])
        }
    }

    /// Copies a line break; those of YAML 1.1 other than U+2028 and U+2029 become a line feed.
    mutating func copyLine(to text: inout [UInt8]) {
        if byte() == 0xE2 {
            text.append(contentsOf: bytes[mark.offset..<min(bytes.count, mark.offset + 3)])
        } else {
            text.append(0x0A)
        }
        advanceLine()
    }

    /// `---` or `...` at the start of a line, followed by white space.
    func isDocumentIndicator(_ character: UInt8) -> Bool {
        mark.column == 0 && byte() == character && byte(1) == character && byte(2) == character && isBlankOrEnd(3)
    }

    func failure(_ problem: String, context: YAMLMark? = nil) -> YAMLFailure {
        YAMLFailure(problem: problem, mark: mark, context: context, isScannerError: true)
    }

    mutating func emit(_ kind: YAMLToken.Kind, at start: YAMLMark) { tokens.append(YAMLToken(kind: kind, start: start)) }
}
