/// What a regular expression is made of.
indirect enum PatternNode {
    case empty
    case scalar(UInt32)
    case set(PatternSet)
    case assert(LinearPattern.Assertion)
    case concatenation([PatternNode])
    case alternation([PatternNode])
    case repetition(PatternNode, min: Int, max: Int?, isGreedy: Bool)
}

/// Reads the syntax of RE2.
struct PatternParser {
    private let input: [Unicode.Scalar]
    private var position = 0
    private(set) var groupCount = 0
    private var ignoresCase = false
    private var isMultiline = false
    private var dotMatchesNewline = false
    private var isUngreedy = false
    private var depth = 0

    private static let depthMax = 500

    init(_ source: String) { input = Array(source.unicodeScalars) }

    mutating func parse() throws(LinearPattern.Failure) -> PatternNode {
        let node = try alternation()
        if position < input.count { throw LinearPattern.Failure("unexpected )", text(0..<input.count)) }
        return node
    }

    private func text(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: input[range])
        return String(view)
    }

    private func peek(_ ahead: Int = 0) -> Unicode.Scalar? { position + ahead < input.count ? input[position + ahead] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek() == scalar else { return false }
        position += 1
        return true
    }

    private mutating func alternation() throws(LinearPattern.Failure) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.depthMax { throw LinearPattern.Failure("expression nests too deeply", text(0..<input.count)) }
        var branches = [try concatenation()]
        while take("|") { branches.append(try concatenation()) }
        return branches.count == 1 ? branches[0] : .alternation(branches)
    }

    private mutating func concatenation() throws(LinearPattern.Failure) -> PatternNode {
        var parts: [PatternNode] = []
        while let scalar = peek(), scalar != "|", scalar != ")" {
            let start = position
            guard let atom = try atom() else { continue }
            parts.append(try repetitions(of: atom, from: start))
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .concatenation(parts)
    }

    private mutating func repetitions(of atom: PatternNode, from start: Int) throws(LinearPattern.Failure) -> PatternNode {
        var node = atom
        var lastOperator: Int?
        while let scalar = peek() {
            let operatorStart = position
            let bounds: (Int, Int?)
            switch scalar {
            case "*": bounds = (0, nil)
            case "+": bounds = (1, nil)
            case "?": bounds = (0, 1)
            case "{":
                guard let counted = try counts() else { return node }
                bounds = counted
                position -= 1
            default: return node
            }
            position += 1
            var isGreedy = !isUngreedy
            if take("?") { isGreedy.toggle() }
            if let lastOperator { throw LinearPattern.Failure("invalid nested repetition operator", text(lastOperator..<position)) }
            lastOperator = operatorStart
            node = .repetition(node, min: bounds.0, max: bounds.1, isGreedy: isGreedy)
        }
        return node
    }

    /// Reads `{n}`, `{n,}` or `{n,m}`; nil when the brace stands for itself.
    private mutating func counts() throws(LinearPattern.Failure) -> (Int, Int?)? {
        let start = position
        var cursor = position + 1
        func number() -> Int? {
            var value: Int?
            while cursor < input.count, (0x30...0x39).contains(input[cursor].value) {
                value = min((value ?? 0) * 10 + Int(input[cursor].value - 0x30), 100_000)
                cursor += 1
            }
            return value
        }
        guard let low = number() else { return nil }
        var high: Int? = low
        if cursor < input.count, input[cursor] == "," {
            cursor += 1
            high = number()
        }
        guard cursor < input.count, input[cursor] == "}" else { return nil }
        position = cursor + 1
        if low > 1000 || (high ?? 0) > 1000 || high.map({ $0 < low }) ?? false {
            throw LinearPattern.Failure("invalid repeat count", text(start..<position))
        }
        return (low, high)
    }

    private func literal(_ value: UInt32) -> PatternNode {
        if ignoresCase {
            let set = PatternSet([value...value], ignoresCase: true)
            if set.ranges.count > 1 || set.ranges.first?.count ?? 1 > 1 { return .set(set) }
        }
        return .scalar(value)
    }

    /// Reads one unit; nil when it was only a change of flags.
    private mutating func atom() throws(LinearPattern.Failure) -> PatternNode? {
        guard let scalar = peek() else { return nil }
        switch scalar {
        case "*", "+", "?":
            throw LinearPattern.Failure("missing argument to repetition operator", String(Character(scalar)))
        case "{":
            if try counts() != nil { throw LinearPattern.Failure("missing argument to repetition operator", "{") }
            position += 1
            return literal(scalar.value)
        case ".":
            position += 1
            return .set(dotMatchesNewline ? PatternSet([0...0x10FFFF]) : PatternSet([0...0x09, 0x0B...0x10FFFF]))
        case "^":
            position += 1
            return .assert(isMultiline ? .lineStart : .textStart)
        case "$":
            position += 1
            return .assert(isMultiline ? .lineEnd : .textEnd)
        case "(": return try group()
        case "[": return .set(try bracket())
        case "\\": return try escape()
        default:
            position += 1
            return literal(scalar.value)
        }
    }

    // MARK: Groups

    private mutating func group() throws(LinearPattern.Failure) -> PatternNode? {
        let start = position
        position += 1
        let saved = (ignoresCase, isMultiline, dotMatchesNewline, isUngreedy)
        if take("?") {
            if peek() == "P" || peek() == "<" {
                if take("P"), peek() != "<" { throw LinearPattern.Failure("invalid or unsupported Perl syntax", text(start..<min(position + 1, input.count))) }
                position += 1
                if peek() == "=" || peek() == "!" { throw LinearPattern.Failure("invalid or unsupported Perl syntax", text(start..<position)) }
                let nameStart = position
                while let scalar = peek(), scalar != ">" { _ = scalar; position += 1 }
                let name = text(nameStart..<position)
                guard take(">") else { throw LinearPattern.Failure("invalid named capture", text(start..<input.count)) }
                guard !name.isEmpty, name.unicodeScalars.allSatisfy({ PatternSet(PatternSet.word).contains($0.value) }) else {
                    throw LinearPattern.Failure("invalid named capture", text(start..<position))
                }
                groupCount += 1
            } else if try flags(start) {
                return nil
            }
        } else {
            groupCount += 1
        }
        let node = try alternation()
        guard take(")") else { throw LinearPattern.Failure("missing closing )", text(0..<input.count)) }
        (ignoresCase, isMultiline, dotMatchesNewline, isUngreedy) = saved
        return node
    }

    /// Reads flags; true when they stand alone, false when a group follows.
    private mutating func flags(_ start: Int) throws(LinearPattern.Failure) -> Bool {
        var isOn = true
        while let scalar = peek() {
            position += 1
            switch scalar {
            case "i": ignoresCase = isOn
            case "m": isMultiline = isOn
            case "s": dotMatchesNewline = isOn
            case "U": isUngreedy = isOn
            case "-" where isOn: isOn = false
            case ":": return false
            case ")": return true
            default: throw LinearPattern.Failure("invalid or unsupported Perl syntax", text(start..<position))
            }
        }
        throw LinearPattern.Failure("missing closing )", text(0..<input.count))
    }

    // MARK: Classes and escapes

    private mutating func bracket() throws(LinearPattern.Failure) -> PatternSet {
        let start = position
        position += 1
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while true {
            guard let scalar = peek() else { throw LinearPattern.Failure("missing closing ]", text(start..<input.count)) }
            if scalar == "]", !isFirst { break }
            isFirst = false
            if scalar == "[", peek(1) == ":" {
                var cursor = position + 2
                while cursor + 1 < input.count, !(input[cursor] == ":" && input[cursor + 1] == "]") { cursor += 1 }
                if cursor + 1 < input.count {
                    var name = text(position + 2..<cursor)
                    let isInverse = name.hasPrefix("^")
                    if isInverse { name.removeFirst() }
                    guard let known = PatternSet.posix[name] else {
                        throw LinearPattern.Failure("invalid character class range", text(position..<cursor + 2))
                    }
                    ranges += isInverse ? PatternSet(known, isNegated: true).ranges : known
                    position = cursor + 2
                    continue
                }
            }
            if scalar == "\\", let perl = try classEscape() {
                ranges += perl
                continue
            }
            let rangeStart = position
            let low = try classCharacter()
            if peek() == "-", let next = peek(1), next != "]" {
                position += 1
                let high = try classCharacter()
                guard low <= high else { throw LinearPattern.Failure("invalid character class range", text(rangeStart..<position)) }
                ranges.append(low...high)
            } else {
                ranges.append(low...low)
            }
        }
        position += 1
        return PatternSet(ranges, isNegated: isNegated, ignoresCase: ignoresCase)
    }

    private mutating func classCharacter() throws(LinearPattern.Failure) -> UInt32 {
        guard let scalar = peek() else { throw LinearPattern.Failure("missing closing ]", text(0..<input.count)) }
        if scalar == "\\" { return try escapedCharacter() }
        position += 1
        return scalar.value
    }

    /// Reads `\d`, `\pL` and their like; nil when the escape is another one.
    private mutating func classEscape() throws(LinearPattern.Failure) -> [ClosedRange<UInt32>]? {
        guard let scalar = peek(1) else { return nil }
        let start = position
        switch scalar {
        case "d", "D", "s", "S", "w", "W":
            position += 2
            let base = scalar == "d" || scalar == "D" ? PatternSet.digits : scalar == "s" || scalar == "S" ? PatternSet.space : PatternSet.word
            return scalar.properties.isUppercase ? PatternSet(base, isNegated: true).ranges : base
        case "p", "P":
            position += 2
            var name: String
            if take("{") {
                let nameStart = position
                while let next = peek(), next != "}" { _ = next; position += 1 }
                name = text(nameStart..<position)
                guard take("}") else { throw LinearPattern.Failure("invalid character class range", text(start..<input.count)) }
            } else {
                name = peek().map { String(Character($0)) } ?? ""
                position = min(position + 1, input.count)
            }
            var isNegated = scalar == "P"
            if name.hasPrefix("^") {
                isNegated.toggle()
                name.removeFirst()
            }
            guard let ranges = name == "Any" ? [0...0x10FFFF] : PatternSet.unicode(name) else {
                throw LinearPattern.Failure("invalid character class range", text(start..<position))
            }
            return isNegated ? PatternSet(ranges, isNegated: true).ranges : ranges
        default: return nil
        }
    }

    private mutating func escape() throws(LinearPattern.Failure) -> PatternNode {
        guard let scalar = peek(1) else { throw LinearPattern.Failure("trailing backslash at end of expression", "") }
        switch scalar {
        case "A":
            position += 2
            return .assert(.textStart)
        case "z":
            position += 2
            return .assert(.textEnd)
        case "b":
            position += 2
            return .assert(.wordBoundary)
        case "B":
            position += 2
            return .assert(.noWordBoundary)
        case "Q":
            position += 2
            var parts: [PatternNode] = []
            while let next = peek() {
                if next == "\\", peek(1) == "E" {
                    position += 2
                    break
                }
                parts.append(literal(next.value))
                position += 1
            }
            return .concatenation(parts)
        default:
            if let ranges = try classEscape() { return .set(PatternSet(ranges, ignoresCase: ignoresCase)) }
            return literal(try escapedCharacter())
        }
    }

    private mutating func escapedCharacter() throws(LinearPattern.Failure) -> UInt32 {
        let start = position
        guard let scalar = peek(1) else { throw LinearPattern.Failure("trailing backslash at end of expression", "") }
        position += 2
        switch scalar {
        case "a": return 7
        case "f": return 12
        case "n": return 10
        case "r": return 13
        case "t": return 9
        case "v": return 11
        case "0"..."7":
            var value = scalar.value - 0x30
            if scalar != "0" {
                guard let next = peek(), (0x30...0x37).contains(next.value) else {
                    throw LinearPattern.Failure("invalid escape sequence", text(start..<position))
                }
            }
            for _ in 0..<2 {
                guard let next = peek(), (0x30...0x37).contains(next.value) else { break }
                value = value * 8 + next.value - 0x30
                position += 1
            }
            return value
        case "x":
            var value: UInt32 = 0
            if take("{") {
                var digits = 0
                while let next = peek(), next.isASCII, let digit = hexValue(UInt8(next.value)) {
                    value = min(value &* 16 &+ UInt32(digit), 0x110000)
                    digits += 1
                    position += 1
                }
                guard digits > 0, take("}"), value <= 0x10FFFF else {
                    throw LinearPattern.Failure("invalid escape sequence", text(start..<min(position + 1, input.count)))
                }
                return value
            }
            for _ in 0..<2 {
                guard let next = peek(), next.isASCII, let digit = hexValue(UInt8(next.value)) else {
                    throw LinearPattern.Failure("invalid escape sequence", text(start..<min(position + 1, input.count)))
                }
                value = value * 16 + UInt32(digit)
                position += 1
            }
            return value
        default:
            let isPunctuation = scalar.isASCII && !PatternSet(PatternSet.word).contains(scalar.value)
            guard isPunctuation || scalar == "_" else { throw LinearPattern.Failure("invalid escape sequence", text(start..<position)) }
            return scalar.value
        }
    }
}
