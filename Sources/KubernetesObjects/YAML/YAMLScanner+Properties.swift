/// Anchors, aliases, tags and directives.
extension YAMLScanner {
    mutating func fetchAnchor(isAlias: Bool) throws(YAMLFailure) {
        try savePossibleKey()
        isKeyAllowed = false
        let start = mark
        advance()
        let name = readWord()
        let isFollowedWell: Bool =
            switch byte() {
            case UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "%"),
                UInt8(ascii: "@"), UInt8(ascii: "`"):
                true
            default: isBlankOrEnd()
            }
        guard !name.isEmpty, isFollowedWell else {
            throw failure("did not find expected alphabetic or numeric character", context: start)
        }
        emit(isAlias ? .alias(name) : .anchor(name), at: start)
    }

    mutating func fetchTag() throws(YAMLFailure) {
        try savePossibleKey()
        isKeyAllowed = false
        let start = mark
        var handle: String
        var suffix: String
        if byte(1) == UInt8(ascii: "<") {
            handle = ""
            advance()
            advance()
            suffix = try readTagURI(after: "", isDirective: false, start: start)
            guard byte() == UInt8(ascii: ">") else { throw failure("did not find the expected '>'", context: start) }
            advance()
        } else {
            handle = try readTagHandle(isDirective: false, start: start)
            if handle.utf8.count > 1, handle.utf8.last == UInt8(ascii: "!") {
                suffix = try readTagURI(after: "", isDirective: false, start: start)
            } else {
                suffix = try readTagURI(after: handle, isDirective: false, start: start)
                handle = "!"
                if suffix.isEmpty { swap(&handle, &suffix) }
            }
        }
        guard isBlankOrEnd() else { throw failure("did not find expected whitespace or line break", context: start) }
        emit(.tag(handle: handle, suffix: suffix), at: start)
    }

    private mutating func readWord() -> String {
        let start = mark.offset
        while isWordByte(byte()) { advance() }
        return String(decoding: bytes[start..<mark.offset], as: UTF8.self)
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private mutating func readTagHandle(isDirective: Bool, start: YAMLMark) throws(YAMLFailure) -> String {
        guard byte() == UInt8(ascii: "!") else { throw failure("did not find expected '!'", context: start) }
        advance()
        var handle = "!" + readWord()
        if byte() == UInt8(ascii: "!") {
            advance()
            handle += "!"
        } else if isDirective, handle != "!" {
            throw failure("did not find expected '!'", context: start)
        }
        return handle
    }

    /// Reads a tag's URI. `head` is a handle that turned out to be the beginning of it.
    private mutating func readTagURI(after head: String, isDirective: Bool, start: YAMLMark) throws(YAMLFailure) -> String {
        var text = Array(head.utf8.dropFirst())
        var hasTag = !head.isEmpty
        while true {
            let byte = byte()
            switch byte {
            case UInt8(ascii: ";"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "&"),
                UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "$"), UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "~"),
                UInt8(ascii: "*"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: "["),
                UInt8(ascii: "]"):
                text.append(byte)
                advance()
            case _ where isWordByte(byte):
                text.append(byte)
                advance()
            case UInt8(ascii: "%"):
                guard let high = hexValue(self.byte(1)), let low = hexValue(self.byte(2)) else {
                    throw failure("did not find URI escaped octet", context: start)
                }
                text.append(high << 4 | low)
                for _ in 0..<3 { advance() }
            default:
                guard hasTag else { throw failure("did not find expected tag URI", context: start) }
                return GoText.string(text)
            }
            hasTag = true
        }
    }

    mutating func fetchDirective() throws(YAMLFailure) {
        unrollIndent(to: -1)
        try removePossibleKey()
        isKeyAllowed = false
        let start = mark
        advance()
        let name = readWord()
        guard !name.isEmpty else { throw failure("could not find expected directive name", context: start) }
        guard isBlankOrEnd() else { throw failure("found unexpected non-alphabetical character", context: start) }
        switch name {
        case "YAML":
            skipBlanks()
            let major = try readVersionNumber(start)
            guard byte() == UInt8(ascii: ".") else { throw failure("did not find expected digit or '.' character", context: start) }
            advance()
            emit(.versionDirective(major: major, minor: try readVersionNumber(start)), at: start)
        case "TAG":
            skipBlanks()
            let handle = try readTagHandle(isDirective: true, start: start)
            guard isBlank() else { throw failure("did not find expected whitespace", context: start) }
            skipBlanks()
            let prefix = try readTagURI(after: "", isDirective: true, start: start)
            guard isBlankOrEnd() else { throw failure("did not find expected whitespace or line break", context: start) }
            emit(.tagDirective(handle: handle, prefix: prefix), at: start)
        default: throw failure("found unknown directive name", context: start)
        }
        skipBlanks()
        if byte() == UInt8(ascii: "#") {
            while !isBreakOrEnd() { advance() }
        }
        guard isBreakOrEnd() else { throw failure("did not find expected comment or line break", context: start) }
        if !isEnd() { advanceLine() }
    }

    mutating func skipBlanks() {
        while isBlank() { advance() }
    }

    private mutating func readVersionNumber(_ start: YAMLMark) throws(YAMLFailure) -> Int {
        var number = 0
        var length = 0
        while byte() &- UInt8(ascii: "0") < 10 {
            length += 1
            if length > 2 { throw failure("found extremely long version number", context: start) }
            number = number * 10 + Int(byte() - UInt8(ascii: "0"))
            advance()
        }
        if length == 0 { throw failure("did not find expected version number", context: start) }
        return number
    }
}
