/// The commands of a sed script.
struct SedCommand: Sendable {
    enum Address: Sendable {
        case line(Int)
        case step(first: Int, by: Int)
        case last
        /// An empty pattern is the last one used.
        case match(PosixRegex?)
        /// `addr,+N`.
        case following(Int)
        /// `addr,~N`.
        case multiple(Int)
    }

    struct Substitution: Sendable {
        enum Piece: Sendable { case text([UInt8]), group(Int), upper, lower, upperOne, lowerOne, endCase }
        var regex: PosixRegex?
        var replacement: [Piece]
        var isGlobal = false
        var number = 1
        var prints = false
        var file: String?
    }

    var first: Address?
    var second: Address?
    var isNegated = false
    var letter: UInt8
    var text: [UInt8] = []
    var substitution: Substitution?
    var map: [UInt8]?
    /// Where `b`, `t`, `T` and `{` go on.
    var target = 0
    var status = 0
}

struct SedError: Error { var message: String }

/// Reads a sed script.
///
/// - Source: POSIX sed with GNU's one-line `a`, `i`, `c`, `0,/re/`, `addr,+N`, `first~step`, `I` and case conversion.
struct SedScriptReader {
    let bytes: [UInt8]
    let isExtended: Bool
    var index = 0
    var commands: [SedCommand] = []
    var labels: [String: Int] = [:]
    var jumps: [(command: Int, label: String)] = []
    var blocks: [Int] = []

    init(_ text: [UInt8], isExtended: Bool) {
        bytes = text
        self.isExtended = isExtended
    }

    private func peek() -> UInt8? { index < bytes.count ? bytes[index] : nil }
    private func failure(_ message: String) -> SedError { SedError(message: "-e expression #1, char \(index): \(message)") }
    private mutating func skipBlanks() { while let byte = peek(), byte == 32 || byte == 9 { _ = byte; index += 1 } }

    mutating func read() throws(SedError) -> [SedCommand] {
        while true {
            while let byte = peek(), byte == 32 || byte == 9 || byte == 10 || byte == 59 { _ = byte; index += 1 }
            guard let byte = peek() else { break }
            if byte == 35 {
                while let character = peek(), character != 10 { _ = character; index += 1 }
                continue
            }
            try readCommand()
        }
        guard blocks.isEmpty else { throw failure("unmatched `{'") }
        for (command, label) in jumps {
            if label.isEmpty { commands[command].target = commands.count } else {
                guard let place = labels[label] else { throw SedError(message: "can't find label for jump to `\(label)'") }
                commands[command].target = place
            }
        }
        return commands
    }

    private mutating func readCommand() throws(SedError) {
        var command = SedCommand(letter: 0)
        command.first = try readAddress(isSecond: false)
        skipBlanks()
        if command.first != nil, peek() == 44 {
            index += 1
            skipBlanks()
            guard let second = try readAddress(isSecond: true) else { throw failure("unexpected `,'") }
            command.second = second
        }
        skipBlanks()
        while peek() == 33 {
            command.isNegated = true
            index += 1
            skipBlanks()
        }
        guard let letter = peek() else { throw failure("missing command") }
        if case .line(0)? = command.first {
            guard case .match? = command.second else { throw failure("invalid usage of line address 0") }
        }
        index += 1
        command.letter = letter
        switch letter {
        case 123: blocks.append(commands.count)
        case 125:
            guard let open = blocks.popLast() else { throw failure("unexpected `}'") }
            commands[open].target = commands.count
            try endCommand()
            return
        case 58:
            skipBlanks()
            let start = index
            while let byte = peek(), byte != 10, byte != 59, byte != 32 { _ = byte; index += 1 }
            labels[String(decoding: bytes[start..<index], as: UTF8.self)] = commands.count
            return
        case 98, 116, 84:
            skipBlanks()
            let start = index
            while let byte = peek(), byte != 10, byte != 59, byte != 125 { _ = byte; index += 1 }
            var label = String(decoding: bytes[start..<index], as: UTF8.self)
            while label.hasSuffix(" ") { label.removeLast() }
            jumps.append((commands.count, label))
        case 115: command.substitution = try readSubstitution()
        case 121: command.map = try readMap()
        case 97, 105, 99: command.text = try readText()
        case 114, 119, 82, 87:
            skipBlanks()
            let start = index
            while let byte = peek(), byte != 10 { _ = byte; index += 1 }
            command.text = Array(bytes[start..<index])
        case 113, 81:
            skipBlanks()
            while let byte = peek(), (48...57).contains(byte) {
                command.status = min(command.status * 10 + Int(byte - 48), 255)
                index += 1
            }
            try endCommand()
        case 100, 68, 112, 80, 110, 78, 104, 72, 103, 71, 120, 61, 108, 122: try endCommand()
        default: throw failure("unknown command: `\(Character(Unicode.Scalar(letter)))'")
        }
        commands.append(command)
        guard commands.count <= 10_000 else { throw failure("script too long") }
    }

    private mutating func endCommand() throws(SedError) {
        skipBlanks()
        guard let byte = peek() else { return }
        guard byte == 10 || byte == 59 || byte == 125 || byte == 35 else { throw failure("extra characters after command") }
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let byte = peek(), (48...57).contains(byte) {
            value = min((value ?? 0) * 10 + Int(byte - 48), 1 << 40)
            index += 1
        }
        return value
    }

    private mutating func readAddress(isSecond: Bool) throws(SedError) -> SedCommand.Address? {
        guard let byte = peek() else { return nil }
        if byte == 36 {
            index += 1
            return .last
        }
        if isSecond, byte == 43 || byte == 126 {
            index += 1
            guard let value = number() else { throw failure("expected a number") }
            return byte == 43 ? .following(value) : .multiple(max(1, value))
        }
        if let value = number() {
            if peek() == 126 {
                index += 1
                return .step(first: value, by: number() ?? 0)
            }
            return .line(value)
        }
        guard byte == 47 || byte == 92 else { return nil }
        index += 1
        var delimiter: UInt8 = 47
        if byte == 92 {
            guard let custom = peek() else { throw failure("unterminated address regex") }
            delimiter = custom
            index += 1
        }
        let pattern = try readDelimited(delimiter, isPattern: true)
        var ignoresCase = false
        while let flag = peek(), flag == 73 || flag == 77 {
            ignoresCase = ignoresCase || flag == 73
            index += 1
        }
        return .match(try regex(pattern, ignoresCase))
    }

    private func regex(_ pattern: [UInt8], _ ignoresCase: Bool) throws(SedError) -> PosixRegex? {
        if pattern.isEmpty { return nil }
        do throws(PosixRegex.SyntaxError) { return try PosixRegex(pattern, isExtended: isExtended, ignoresCase: ignoresCase) } catch { throw failure(error.message) }
    }

    /// Reads up to an unescaped delimiter, which is passed. An escaped delimiter stands for itself.
    private mutating func readDelimited(_ delimiter: UInt8, isPattern: Bool) throws(SedError) -> [UInt8] {
        var result: [UInt8] = []
        var isInBrackets = false
        while let byte = peek() {
            index += 1
            if byte == 92, let following = peek() {
                index += 1
                if following == delimiter, !isInBrackets {
                    // In a pattern an escaped delimiter that is special keeps its backslash off.
                    result.append(following)
                } else if following == 10 {
                    result.append(10)
                } else {
                    result += [92, following]
                }
                continue
            }
            if isPattern {
                if byte == 91, !isInBrackets {
                    isInBrackets = true
                    result.append(byte)
                    if peek() == 94 { result.append(94); index += 1 }
                    if peek() == 93 { result.append(93); index += 1 }
                    continue
                }
                if byte == 93 { isInBrackets = false }
            }
            if byte == delimiter, !isInBrackets { return result }
            result.append(byte)
        }
        throw failure(isPattern ? "unterminated address regex" : "unterminated `s' command")
    }

    private mutating func readSubstitution() throws(SedError) -> SedCommand.Substitution {
        guard let delimiter = peek(), delimiter != 10, delimiter != 92 else { throw failure("unterminated `s' command") }
        index += 1
        let saved = index
        let pattern: [UInt8]
        do throws(SedError) { pattern = try readDelimited(delimiter, isPattern: true) } catch {
            index = saved
            throw failure("unterminated `s' command")
        }
        let replacement = try readDelimited(delimiter, isPattern: false)
        var result = SedCommand.Substitution(regex: nil, replacement: pieces(replacement))
        var ignoresCase = false
        flags: while let flag = peek() {
            switch flag {
            case 103: result.isGlobal = true
            case 112: result.prints = true
            case 105, 73: ignoresCase = true
            case 109, 77, 101: break
            case 49...57:
                result.number = number() ?? 1
                continue flags
            case 119:
                index += 1
                skipBlanks()
                let start = index
                while let byte = peek(), byte != 10 { _ = byte; index += 1 }
                result.file = String(decoding: bytes[start..<index], as: UTF8.self)
                break flags
            case 32, 9: break
            case 59, 10, 125, 35: break flags
            default: throw failure("unknown option to `s'")
            }
            index += 1
        }
        result.regex = try regex(pattern, ignoresCase)
        if let regex = result.regex {
            for piece in result.replacement {
                if case .group(let group) = piece, group >= regex.captureCount { throw failure("invalid reference \\\(group) on `s' command's RHS") }
            }
        }
        return result
    }

    private func pieces(_ text: [UInt8]) -> [SedCommand.Substitution.Piece] {
        var result: [SedCommand.Substitution.Piece] = []
        var literal: [UInt8] = []
        func flush() {
            if !literal.isEmpty { result.append(.text(literal)) }
            literal = []
        }
        var cursor = 0
        while cursor < text.count {
            let byte = text[cursor]
            cursor += 1
            if byte == 38 {
                flush()
                result.append(.group(0))
            } else if byte == 92, cursor < text.count {
                let following = text[cursor]
                cursor += 1
                switch following {
                case 48...57:
                    flush()
                    result.append(.group(Int(following - 48)))
                case 110: literal.append(10)
                case 116: literal.append(9)
                case 85, 76, 117, 108, 69:
                    flush()
                    result.append([85: .upper, 76: .lower, 117: .upperOne, 108: .lowerOne, 69: .endCase][Int(following)] ?? .endCase)
                default: literal.append(following)
                }
            } else {
                literal.append(byte)
            }
        }
        flush()
        return result
    }

    private mutating func readMap() throws(SedError) -> [UInt8] {
        guard let delimiter = peek() else { throw failure("unterminated `y' command") }
        index += 1
        func plain(_ text: [UInt8]) -> [UInt8] {
            var result: [UInt8] = []
            var cursor = 0
            while cursor < text.count {
                if text[cursor] == 92, cursor + 1 < text.count {
                    cursor += 1
                    result.append(text[cursor] == 110 ? 10 : text[cursor])
                } else {
                    result.append(text[cursor])
                }
                cursor += 1
            }
            return result
        }
        let source = plain(try readDelimited(delimiter, isPattern: false))
        let target = plain(try readDelimited(delimiter, isPattern: false))
        guard source.count == target.count else { throw failure("strings for `y' command are different lengths") }
        var map = Array(UInt8.min...UInt8.max)
        for (from, to) in zip(source, target) { map[Int(from)] = to }
        return map
    }

    /// The text of `a`, `i` and `c`: on the same line, or after `\` and a newline.
    private mutating func readText() throws(SedError) -> [UInt8] {
        skipBlanks()
        if peek() == 92 {
            index += 1
            skipBlanks()
            if peek() == 10 { index += 1 }
        }
        guard peek() != nil else { throw failure("expected \\ after `a', `c' or `i'") }
        var result: [UInt8] = []
        while let byte = peek() {
            index += 1
            if byte == 10 { break }
            if byte == 92, let following = peek() {
                index += 1
                result.append(following == 116 ? 9 : following)
            } else {
                result.append(byte)
            }
        }
        return result + [10]
    }
}
