/// A basic or extended regular expression over bytes, as grep, sed and awk read them.
///
/// - Bounds: matching takes pattern × text steps; with back-references at most `backtrackMax` steps.
/// - Order: the leftmost match, and of those the longest.
/// - Source: POSIX regular expressions in the C locale, with GNU's `\+ \? \| \w \W \s \S \b \B \< \>`.
package struct PosixRegex: Sendable {
    enum Instruction: Sendable {
        case byte(UInt8)
        case set(ByteSet)
        case any
        case split(Int, Int)
        case jump(Int)
        case save(Int)
        case lineStart, lineEnd
        case wordEdge(isNegated: Bool), wordStart, wordEnd
        case backReference(Int)
        case match
    }

    static let backtrackMax = 200_000

    let program: [Instruction]
    let captureCount: Int
    let hasBackReferences: Bool
    /// The bytes that a match may begin with; nil when it may be empty or begin with any.
    let firstBytes: ByteSet?

    package struct SyntaxError: Error, Sendable { package var message: String }

    /// Reads a pattern.
    ///
    /// - Throws: what is wrong with it, in the words of `regerror`.
    package init(_ pattern: some Sequence<UInt8>, isExtended: Bool, ignoresCase: Bool = false) throws(SyntaxError) {
        var compiler = RegexCompiler(pattern: Array(pattern), isExtended: isExtended, ignoresCase: ignoresCase)
        let body = try compiler.readAlternatives(depth: 0)
        guard compiler.index == compiler.pattern.count else { throw SyntaxError(message: "Unmatched ) or \\)") }
        program = [.save(0)] + RegexCompiler.shifted(body, by: 1) + [.save(1), .match]
        captureCount = compiler.groups + 1
        hasBackReferences = compiler.hasBackReferences
        firstBytes = Self.firstBytes(of: program)
    }

    package init(_ pattern: String, isExtended: Bool, ignoresCase: Bool = false) throws(SyntaxError) {
        try self.init(Array(pattern.utf8), isExtended: isExtended, ignoresCase: ignoresCase)
    }

    /// Whether the text contains a match.
    package func isFound(in text: [UInt8]) -> Bool {
        if hasBackReferences { return firstMatch(in: text) != nil }
        var search = RegexSearch(self, in: text, keepsGroups: false)
        return search.find(from: 0)
    }

    /// The first match at or after an offset: ranges of the whole and of each group. For one match after another, a `RegexSearch` is cheaper.
    package func firstMatch(in text: [UInt8], from start: Int = 0) -> [Range<Int>?]? {
        var search = RegexSearch(self, in: text)
        return search.find(from: start) ? search.match : nil
    }

    /// The bytes that the places of a program read which are reached without reading one.
    private static func firstBytes(of program: [Instruction]) -> ByteSet? {
        var result = ByteSet()
        var (pending, seen) = ([0], Set<Int>())
        while let place = pending.popLast() {
            guard seen.insert(place).inserted else { continue }
            switch program[place] {
            case .byte(let byte): result.insert(byte)
            case .set(let set): result.formUnion(set)
            case .jump(let target): pending.append(target)
            case .split(let first, let second): pending += [first, second]
            case .save, .wordEdge, .wordStart, .wordEnd: pending.append(place + 1)
            case .any, .lineStart, .lineEnd, .backReference, .match: return nil
            }
        }
        return result
    }

    static func ranges(_ captures: [Int32]) -> [Range<Int>?] {
        var result: [Range<Int>?] = []
        for index in stride(from: 0, to: captures.count, by: 2) {
            let (low, high) = (captures[index], captures[index + 1])
            result.append(low >= 0 && high >= low ? Int(low)..<Int(high) : nil)
        }
        return result
    }

    static func holds(_ assertion: Instruction, _ position: Int, _ text: [UInt8]) -> Bool {
        func isWord(_ index: Int) -> Bool { index >= 0 && index < text.count && ByteClass.contains(text[index], name: "word") }
        return switch assertion {
        case .lineStart: position == 0
        case .lineEnd: position == text.count
        case .wordEdge(let isNegated): (isWord(position - 1) != isWord(position)) != isNegated
        case .wordStart: !isWord(position - 1) && isWord(position)
        case .wordEnd: isWord(position - 1) && !isWord(position)
        default: true
        }
    }
}

/// A set of bytes.
package struct ByteSet: Hashable, Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    package init() {}

    package static func == (left: ByteSet, right: ByteSet) -> Bool { left.words == right.words }
    package func hash(into hasher: inout Hasher) { hasher.combine(words.0); hasher.combine(words.1); hasher.combine(words.2); hasher.combine(words.3) }

    package func contains(_ byte: UInt8) -> Bool {
        let bit: UInt64 = 1 << UInt64(byte & 63)
        return switch byte >> 6 {
        case 0: words.0 & bit != 0
        case 1: words.1 & bit != 0
        case 2: words.2 & bit != 0
        default: words.3 & bit != 0
        }
    }

    package mutating func insert(_ byte: UInt8) {
        let bit: UInt64 = 1 << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    package mutating func formUnion(_ other: ByteSet) {
        words = (words.0 | other.words.0, words.1 | other.words.1, words.2 | other.words.2, words.3 | other.words.3)
    }

    package mutating func insert(class name: String) {
        for byte in UInt8.min...UInt8.max where ByteClass.contains(byte, name: name) { insert(byte) }
    }

    package var inverted: ByteSet {
        var copy = self
        copy.words = (~words.0, ~words.1, ~words.2, ~words.3)
        return copy
    }

    package mutating func foldCase() {
        for byte in UInt8(97)...122 where contains(byte) || contains(byte - 32) {
            insert(byte)
            insert(byte - 32)
        }
    }
}
