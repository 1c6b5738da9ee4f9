/// Finding the next token, and the tokens that are made of indicators.
extension YAMLScanner {
    /// Scans at least one more token.
    mutating func fetch() throws(YAMLFailure) {
        skipToToken()
        unrollIndent(to: mark.column)
        if isEnd() { return try fetchStreamEnd() }
        let byte = byte()
        if mark.column == 0 {
            if byte == UInt8(ascii: "%") { return try fetchDirective() }
            if isDocumentIndicator(UInt8(ascii: "-")) { return try fetchDocumentIndicator(.documentStart) }
            if isDocumentIndicator(UInt8(ascii: ".")) { return try fetchDocumentIndicator(.documentEnd) }
        }
        switch byte {
        case UInt8(ascii: "["): return try fetchFlowStart(.flowSequenceStart)
        case UInt8(ascii: "{"): return try fetchFlowStart(.flowMappingStart)
        case UInt8(ascii: "]"): return try fetchFlowEnd(.flowSequenceEnd)
        case UInt8(ascii: "}"): return try fetchFlowEnd(.flowMappingEnd)
        case UInt8(ascii: ","): return try fetchFlowEntry()
        case UInt8(ascii: "-") where isBlankOrEnd(1): return try fetchBlockEntry()
        case UInt8(ascii: "?") where flowLevel > 0 || isBlankOrEnd(1): return try fetchKey()
        case UInt8(ascii: ":") where flowLevel > 0 || isBlankOrEnd(1): return try fetchValue()
        case UInt8(ascii: "*"): return try fetchAnchor(isAlias: true)
        case UInt8(ascii: "&"): return try fetchAnchor(isAlias: false)
        case UInt8(ascii: "!"): return try fetchTag()
        case UInt8(ascii: "|") where flowLevel == 0: return try fetchBlockScalar(isFolded: false)
        case UInt8(ascii: ">") where flowLevel == 0: return try fetchBlockScalar(isFolded: true)
        case UInt8(ascii: "'"): return try fetchQuotedScalar(isSingle: true)
        case UInt8(ascii: "\""): return try fetchQuotedScalar(isSingle: false)
        default: break
        }
        if canStartPlain(byte) { return try fetchPlainScalar() }
        throw failure("found character that cannot start any token", context: mark)
    }

    private func canStartPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"),
            UInt8(ascii: "#"), UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"), UInt8(ascii: ">"),
            UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "`"):
            false
        case UInt8(ascii: "-"): !isBlank(1)
        case UInt8(ascii: "?"), UInt8(ascii: ":"): flowLevel == 0 && !isBlankOrEnd(1)
        default: true
        }
    }

    /// Skips white space, comments and line breaks. A tab may not stand where indentation could make a key.
    private mutating func skipToToken() {
        if mark.offset == 0, byte() == 0xEF, byte(1) == 0xBB, byte(2) == 0xBF { mark.offset = 3 }
        while true {
            while byte() == 0x20 || ((flowLevel > 0 || !isKeyAllowed) && byte() == 0x09) { advance() }
            if byte() == UInt8(ascii: "#") {
                while !isBreakOrEnd() { advance() }
            }
            guard !isEnd(), breakLength() > 0 else { return }
            advanceLine()
            if flowLevel == 0 { isKeyAllowed = true }
        }
    }

    private mutating func fetchStreamEnd() throws(YAMLFailure) {
        if mark.column != 0 {
            mark.column = 0
            mark.line += 1
        }
        unrollIndent(to: -1)
        try removePossibleKey()
        isKeyAllowed = false
        hasEnded = true
        emit(.streamEnd, at: mark)
    }

    private mutating func fetchDocumentIndicator(_ kind: YAMLToken.Kind) throws(YAMLFailure) {
        unrollIndent(to: -1)
        try removePossibleKey()
        isKeyAllowed = false
        let start = mark
        for _ in 0..<3 { advance() }
        emit(kind, at: start)
    }

    private mutating func fetchFlowStart(_ kind: YAMLToken.Kind) throws(YAMLFailure) {
        try savePossibleKey()
        possibleKeys.append(PossibleKey(tokenNumber: tokensTaken + tokens.count - head))
        flowLevel += 1
        if flowLevel > maxDepth { throw failure("exceeded max depth of \(maxDepth)", context: mark) }
        isKeyAllowed = true
        let start = mark
        advance()
        emit(kind, at: start)
    }

    private mutating func fetchFlowEnd(_ kind: YAMLToken.Kind) throws(YAMLFailure) {
        try removePossibleKey()
        if flowLevel > 0 {
            flowLevel -= 1
            possibleKeys.removeLast()
        }
        isKeyAllowed = false
        let start = mark
        advance()
        emit(kind, at: start)
    }

    private mutating func fetchFlowEntry() throws(YAMLFailure) {
        try removePossibleKey()
        isKeyAllowed = true
        let start = mark
        advance()
        emit(.flowEntry, at: start)
    }

    private mutating func fetchBlockEntry() throws(YAMLFailure) {
        if flowLevel == 0 {
            guard isKeyAllowed else { throw failure("block sequence entries are not allowed in this context", context: mark) }
            try rollIndent(to: mark.column, .blockSequenceStart, at: mark)
        }
        try removePossibleKey()
        isKeyAllowed = true
        let start = mark
        advance()
        emit(.blockEntry, at: start)
    }

    private mutating func fetchKey() throws(YAMLFailure) {
        if flowLevel == 0 {
            guard isKeyAllowed else { throw failure("mapping keys are not allowed in this context", context: mark) }
            try rollIndent(to: mark.column, .blockMappingStart, at: mark)
        }
        try removePossibleKey()
        isKeyAllowed = flowLevel == 0
        let start = mark
        advance()
        emit(.key, at: start)
    }

    private mutating func fetchValue() throws(YAMLFailure) {
        let last = possibleKeys.count - 1
        if try isValid(last) {
            let key = possibleKeys[last]
            tokens.insert(YAMLToken(kind: .key, start: key.mark), at: head + key.tokenNumber - tokensTaken)
            try rollIndent(to: key.mark.column, .blockMappingStart, at: key.mark, beforeToken: key.tokenNumber)
            possibleKeys[last].isPossible = false
            isKeyAllowed = false
        } else {
            if flowLevel == 0 {
                guard isKeyAllowed else { throw failure("mapping values are not allowed in this context", context: mark) }
                try rollIndent(to: mark.column, .blockMappingStart, at: mark)
            }
            isKeyAllowed = flowLevel == 0
        }
        let start = mark
        advance()
        emit(.value, at: start)
    }
}
