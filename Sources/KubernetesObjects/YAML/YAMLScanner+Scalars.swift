/// Plain, quoted and block scalars.
extension YAMLScanner {
    mutating func fetchPlainScalar() throws(YAMLFailure) {
        try savePossibleKey()
        isKeyAllowed = false
        let start = mark
        var text: [UInt8] = []
        var blanks: [UInt8] = []
        var breaks: [UInt8] = []
        var hasBreak = false
        let column = indent + 1
        while true {
            if isDocumentIndicator(UInt8(ascii: "-")) || isDocumentIndicator(UInt8(ascii: ".")) { break }
            if byte() == UInt8(ascii: "#") { break }
            while !isBlankOrEnd() {
                let byte = byte()
                if byte == UInt8(ascii: ":"), isBlankOrEnd(1) { break }
                if flowLevel > 0 {
                    if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "{")
                        || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "?")
                    {
                        break
                    }
                }
                if hasBreak {
                    appendFolded(breaks, to: &text)
                    breaks.removeAll(keepingCapacity: true)
                    blanks.removeAll(keepingCapacity: true)
                    hasBreak = false
                } else if !blanks.isEmpty {
                    text.append(contentsOf: blanks)
                    blanks.removeAll(keepingCapacity: true)
                }
                copy(to: &text)
            }
            guard isBlank() || (!isEnd() && breakLength() > 0) else { break }
            while isBlank() || (!isEnd() && breakLength() > 0) {
                if isBlank() {
                    if hasBreak, mark.column < column, byte() == 0x09 {
                        throw failure("found a tab character that violates indentation", context: start)
                    }
                    if hasBreak { advance() } else { copy(to: &blanks) }
                } else {
                    if !hasBreak { blanks.removeAll(keepingCapacity: true) }
                    copyLine(to: &breaks)
                    hasBreak = true
                }
            }
            if flowLevel == 0, mark.column < column { break }
        }
        emit(.scalar(GoText.string(text), .plain), at: start)
        if hasBreak { isKeyAllowed = true }
    }

    /// Joins lines: one line break becomes a space, of several the first is dropped.
    private func appendFolded(_ breaks: [UInt8], to text: inout [UInt8]) {
        if breaks.first == 0x0A {
            if breaks.count == 1 { text.append(0x20) } else { text.append(contentsOf: breaks.dropFirst()) }
        } else {
            text.append(contentsOf: breaks)
        }
    }

    mutating func fetchQuotedScalar(isSingle: Bool) throws(YAMLFailure) {
        try savePossibleKey()
        isKeyAllowed = false
        let start = mark
        let quote = byte()
        advance()
        var text: [UInt8] = []
        var blanks: [UInt8] = []
        var breaks: [UInt8] = []
        while true {
            if isDocumentIndicator(UInt8(ascii: "-")) || isDocumentIndicator(UInt8(ascii: ".")) {
                throw failure("found unexpected document indicator", context: start)
            }
            if isEnd() { throw failure("found unexpected end of stream", context: start) }
            var hasBreak = false
            while !isBlankOrEnd() {
                let byte = byte()
                if isSingle, byte == quote, self.byte(1) == quote {
                    text.append(quote)
                    advance()
                    advance()
                } else if byte == quote {
                    break
                } else if !isSingle, byte == UInt8(ascii: "\\") {
                    if breakLength(1) > 0 {
                        advance()
                        advanceLine()
                        hasBreak = true
                        break
                    }
                    try readEscape(to: &text, start: start)
                } else {
                    copy(to: &text)
                }
            }
            if byte() == quote { break }
            var isFolding = hasBreak
            blanks.removeAll(keepingCapacity: true)
            breaks.removeAll(keepingCapacity: true)
            while isBlank() || (!isEnd() && breakLength() > 0) {
                if isBlank() {
                    if isFolding { advance() } else { copy(to: &blanks) }
                } else {
                    blanks.removeAll(keepingCapacity: true)
                    copyLine(to: &breaks)
                    isFolding = true
                }
            }
            if isFolding {
                // After an escaped line break the following empty lines stand as they are.
                if hasBreak { text.append(contentsOf: breaks) } else { appendFolded(breaks, to: &text) }
            } else {
                text.append(contentsOf: blanks)
            }
        }
        advance()
        emit(.scalar(GoText.string(text), .quoted), at: start)
    }

    private mutating func readEscape(to text: inout [UInt8], start: YAMLMark) throws(YAMLFailure) {
        var digits = 0
        switch byte(1) {
        case UInt8(ascii: "0"): text.append(0)
        case UInt8(ascii: "a"): text.append(0x07)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "t"), 0x09: text.append(0x09)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "v"): text.append(0x0B)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "e"): text.append(0x1B)
        case 0x20: text.append(0x20)
        case UInt8(ascii: "\""): text.append(0x22)
        case UInt8(ascii: "'"): text.append(0x27)
        case UInt8(ascii: "\\"): text.append(0x5C)
        case UInt8(ascii: "N"): text.append(contentsOf: [0xC2, 0x85])
        case UInt8(ascii: "_"): text.append(contentsOf: [0xC2, 0xA0])
        case UInt8(ascii: "L"): text.append(contentsOf: [0xE2, 0x80, 0xA8])
        case UInt8(ascii: "P"): text.append(contentsOf: [0xE2, 0x80, 0xA9])
        case UInt8(ascii: "x"): digits = 2
        case UInt8(ascii: "u"): digits = 4
        case UInt8(ascii: "U"): digits = 8
        default: throw failure("found unknown escape character", context: start)
        }
        advance()
        advance()
        guard digits > 0 else { return }
        var code: UInt32 = 0
        for ahead in 0..<digits {
            guard let digit = hexValue(byte(ahead)) else { throw failure("did not find expected hexdecimal number", context: start) }
            code = code << 4 | UInt32(digit)
        }
        guard let scalar = Unicode.Scalar(code), let encoded = UTF8.encode(scalar) else {
            throw failure("found invalid Unicode character escape code", context: start)
        }
        text.append(contentsOf: encoded)
        for _ in 0..<digits { advance() }
    }

    mutating func fetchBlockScalar(isFolded: Bool) throws(YAMLFailure) {
        try removePossibleKey()
        isKeyAllowed = true
        let start = mark
        advance()
        var chomping = 0
        var increment = 0
        for _ in 0..<2 {
            let byte = byte()
            if chomping == 0, byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") {
                chomping = byte == UInt8(ascii: "+") ? 1 : -1
                advance()
            } else if increment == 0, byte &- UInt8(ascii: "0") < 10 {
                if byte == UInt8(ascii: "0") { throw failure("found an indentation indicator equal to 0", context: start) }
                increment = Int(byte - UInt8(ascii: "0"))
                advance()
            }
        }
        skipBlanks()
        if byte() == UInt8(ascii: "#") {
            while !isBreakOrEnd() { advance() }
        }
        guard isBreakOrEnd() else { throw failure("did not find expected comment or line break", context: start) }
        if !isEnd() { advanceLine() }

        var column = increment > 0 ? max(indent, 0) + increment : 0
        var text: [UInt8] = []
        var leadingBreak: [UInt8] = []
        var trailingBreaks: [UInt8] = []
        var wasBlank = false
        try skipBlockBreaks(&column, &trailingBreaks, start)
        while mark.column == column, !isEnd() {
            let isBlankLine = isBlank()
            if isFolded, !wasBlank, !isBlankLine, leadingBreak.first == 0x0A {
                if trailingBreaks.isEmpty { text.append(0x20) }
            } else {
                text.append(contentsOf: leadingBreak)
            }
            leadingBreak.removeAll(keepingCapacity: true)
            text.append(contentsOf: trailingBreaks)
            trailingBreaks.removeAll(keepingCapacity: true)
            wasBlank = isBlankLine
            while !isBreakOrEnd() { copy(to: &text) }
            if isEnd() { break }
            copyLine(to: &leadingBreak)
            try skipBlockBreaks(&column, &trailingBreaks, start)
        }
        if chomping != -1 { text.append(contentsOf: leadingBreak) }
        if chomping == 1 { text.append(contentsOf: trailingBreaks) }
        emit(.scalar(GoText.string(text), .block), at: start)
    }

    /// Skips indentation and empty lines; finds the indentation when it is not known yet.
    private mutating func skipBlockBreaks(_ column: inout Int, _ breaks: inout [UInt8], _ start: YAMLMark) throws(YAMLFailure) {
        var widest = 0
        while true {
            while column == 0 || mark.column < column, byte() == 0x20 { advance() }
            widest = max(widest, mark.column)
            if column == 0 || mark.column < column, byte() == 0x09 {
                throw failure("found a tab character where an indentation space is expected", context: start)
            }
            guard !isEnd(), breakLength() > 0 else { break }
            copyLine(to: &breaks)
        }
        if column == 0 { column = max(widest, indent + 1, 1) }
    }
}
