/// Turns a pattern into a program; targets of jumps are relative to the start of the piece until it is placed.
struct RegexCompiler {
    typealias Instruction = PosixRegex.Instruction
    static let programMax = 20_000
    static let depthMax = 50

    let pattern: [UInt8]
    let isExtended: Bool
    let ignoresCase: Bool
    var index = 0
    var groups = 0
    var hasBackReferences = false

    init(pattern: [UInt8], isExtended: Bool, ignoresCase: Bool) {
        self.pattern = pattern
        self.isExtended = isExtended
        self.ignoresCase = ignoresCase
    }

    static func shifted(_ code: [Instruction], by distance: Int) -> [Instruction] {
        code.map { instruction in
            switch instruction {
            case .split(let first, let second): .split(first + distance, second + distance)
            case .jump(let target): .jump(target + distance)
            default: instruction
            }
        }
    }

    private func ahead(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        return index + wanted.count <= pattern.count && pattern[index..<index + wanted.count].elementsEqual(wanted)
    }

    private func failure(_ message: String) -> PosixRegex.SyntaxError { PosixRegex.SyntaxError(message: message) }

    mutating func readAlternatives(depth: Int) throws(PosixRegex.SyntaxError) -> [Instruction] {
        guard depth <= Self.depthMax else { throw failure("Regular expression too big") }
        var code = try readBranch(depth: depth)
        while ahead(isExtended ? "|" : "\\|") {
            index += isExtended ? 1 : 2
            let other = try readBranch(depth: depth)
            code =
                [.split(1, code.count + 2)] + Self.shifted(code, by: 1) + [.jump(code.count + other.count + 2)]
                + Self.shifted(other, by: code.count + 2)
            guard code.count <= Self.programMax else { throw failure("Regular expression too big") }
        }
        return code
    }

    private mutating func readBranch(depth: Int) throws(PosixRegex.SyntaxError) -> [Instruction] {
        var code: [Instruction] = []
        var isStart = true
        while index < pattern.count {
            if ahead(isExtended ? "|" : "\\|") { break }
            if ahead(isExtended ? ")" : "\\)") {
                if depth > 0 { break }
                if !isExtended { throw failure("Unmatched ) or \\)") }
            }
            guard var piece = try readAtom(isStart: isStart, depth: depth) else { continue }
            let isAnchor = if case .lineStart? = piece.first, piece.count == 1 { true } else { false }
            isStart = false
            if isAnchor {
                code += piece
                if !isExtended { isStart = true }
                continue
            }
            while let (low, high) = try readRepetition() { piece = try repeated(piece, low, high) }
            code += Self.shifted(piece, by: code.count)
            guard code.count <= Self.programMax else { throw failure("Regular expression too big") }
        }
        return code
    }

    private mutating func readAtom(isStart: Bool, depth: Int) throws(PosixRegex.SyntaxError) -> [Instruction]? {
        let current = pattern[index]
        index += 1
        switch current {
        case 46: return [.any]
        case 91: return [.set(try readBracket())]
        case 94 where isExtended || isStart: return [.lineStart]
        case 36 where isExtended || index == pattern.count || ahead("\\)") || ahead("\\|"): return [.lineEnd]
        case 40 where isExtended: return try readGroup(depth: depth)
        case 42 where isStart: return literal(42)
        case 43 where isExtended && isStart, 63 where isExtended && isStart: return literal(current)
        case 92:
            guard index < pattern.count else { throw failure("Trailing backslash") }
            let following = pattern[index]
            index += 1
            switch following {
            case 40 where !isExtended: return try readGroup(depth: depth)
            case 49...57:
                hasBackReferences = true
                let number = Int(following - 48)
                guard number <= groups else { throw failure("Invalid back reference") }
                return [.backReference(number)]
            case 119, 87, 115, 83:
                var set = ByteSet()
                set.insert(class: following | 32 == 119 ? "word" : "space")
                return [.set(following < 97 ? set.inverted : set)]
            case 98: return [.wordEdge(isNegated: false)]
            case 66: return [.wordEdge(isNegated: true)]
            case 60: return [.wordStart]
            case 62: return [.wordEnd]
            case 110: return literal(10)
            case 116: return literal(9)
            default: return literal(following)
            }
        default: return literal(current)
        }
    }

    private func literal(_ byte: UInt8) -> [Instruction] {
        if ignoresCase, ByteClass.contains(byte, name: "alpha") {
            var set = ByteSet()
            set.insert(byte)
            set.foldCase()
            return [.set(set)]
        }
        return [.byte(byte)]
    }

    private mutating func readGroup(depth: Int) throws(PosixRegex.SyntaxError) -> [Instruction] {
        groups += 1
        let number = groups
        let inner = try readAlternatives(depth: depth + 1)
        guard ahead(isExtended ? ")" : "\\)") else { throw failure("Unmatched ( or \\(") }
        index += isExtended ? 1 : 2
        return [.save(number * 2)] + Self.shifted(inner, by: 1) + [.save(number * 2 + 1)]
    }

    private mutating func readBracket() throws(PosixRegex.SyntaxError) -> ByteSet {
        var set = ByteSet()
        var isNegated = false
        if index < pattern.count, pattern[index] == 94 {
            isNegated = true
            index += 1
        }
        var isFirst = true
        while true {
            guard index < pattern.count else { throw failure("Unmatched [, [^, [:, [., or [=") }
            var low = pattern[index]
            if low == 93, !isFirst {
                index += 1
                break
            }
            isFirst = false
            if low == 91, index + 1 < pattern.count, [58, 46, 61].contains(pattern[index + 1]) {
                let kind = pattern[index + 1]
                var end = index + 2
                while end + 1 < pattern.count, !(pattern[end] == kind && pattern[end + 1] == 93) { end += 1 }
                guard end + 1 < pattern.count else { throw failure("Unmatched [, [^, [:, [., or [=") }
                if kind == 58 {
                    set.insert(class: String(decoding: pattern[index + 2..<end], as: UTF8.self))
                } else {
                    for byte in pattern[index + 2..<end] { set.insert(byte) }
                }
                index = end + 2
                continue
            }
            index += 1
            if low == 92, index < pattern.count, [110, 116].contains(pattern[index]) {
                low = pattern[index] == 110 ? 10 : 9
                index += 1
            }
            if index + 1 < pattern.count, pattern[index] == 45, pattern[index + 1] != 93 {
                let high = pattern[index + 1]
                index += 2
                guard low <= high else { throw failure("Invalid range end") }
                for byte in low...high { set.insert(byte) }
            } else {
                set.insert(low)
            }
        }
        if ignoresCase { set.foldCase() }
        return isNegated ? set.inverted : set
    }

    /// The repetition that follows an atom: least and most, nil for no end.
    private mutating func readRepetition() throws(PosixRegex.SyntaxError) -> (Int, Int?)? {
        guard index < pattern.count else { return nil }
        if pattern[index] == 42 {
            index += 1
            return (0, nil)
        }
        let escape = isExtended ? 0 : 1
        if !isExtended {
            guard pattern[index] == 92, index + 1 < pattern.count else { return nil }
        }
        switch pattern[index + escape] {
        case 43:
            index += 1 + escape
            return (1, nil)
        case 63:
            index += 1 + escape
            return (0, 1)
        case 123:
            var cursor = index + 1 + escape
            func number() -> Int? {
                var value: Int?
                while cursor < pattern.count, (48...57).contains(pattern[cursor]) {
                    value = min((value ?? 0) * 10 + Int(pattern[cursor] - 48), 100_000)
                    cursor += 1
                }
                return value
            }
            let low = number()
            var high = low
            if cursor < pattern.count, pattern[cursor] == 44 {
                cursor += 1
                high = number()
            } else if low == nil {
                if isExtended { return nil }
                throw failure("Invalid preceding regular expression")
            }
            let close = isExtended ? "}" : "\\}"
            guard cursor + close.utf8.count <= pattern.count, pattern[cursor..<cursor + close.utf8.count].elementsEqual(close.utf8) else {
                if isExtended { return nil }
                throw failure("Unmatched \\{")
            }
            index = cursor + close.utf8.count
            if (low ?? 0) > 255 || (high ?? 0) > 255 { throw failure("Regular expression too big") }
            if let high, high < low ?? 0 { throw failure("Invalid content of \\{\\}") }
            return (low ?? 0, high)
        default: return nil
        }
    }

    private func repeated(_ piece: [Instruction], _ low: Int, _ high: Int?) throws(PosixRegex.SyntaxError) -> [Instruction] {
        guard piece.count * max(low, high ?? 1, 1) <= Self.programMax else { throw failure("Regular expression too big") }
        var code: [Instruction] = []
        for _ in 0..<low { code += Self.shifted(piece, by: code.count) }
        if let high {
            for _ in low..<max(high, low) {
                let start = code.count
                code.append(.split(start + 1, start + 1 + piece.count))
                code += Self.shifted(piece, by: start + 1)
            }
        } else {
            let start = code.count
            code.append(.split(start + 1, start + 2 + piece.count))
            code += Self.shifted(piece, by: start + 1)
            code.append(.jump(start))
        }
        return code
    }
}
