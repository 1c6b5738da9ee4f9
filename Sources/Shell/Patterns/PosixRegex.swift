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
    /// The byte every match begins with, if there is one.
    let firstByte: UInt8?

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
        if case .byte(let byte) = program[1] { firstByte = byte } else { firstByte = nil }
    }

    package init(_ pattern: String, isExtended: Bool, ignoresCase: Bool = false) throws(SyntaxError) {
        try self.init(Array(pattern.utf8), isExtended: isExtended, ignoresCase: ignoresCase)
    }

    /// Whether the text contains a match.
    package func isFound(in text: [UInt8]) -> Bool { firstMatch(in: text) != nil }

    /// The first match at or after an offset: ranges of the whole and of each group.
    package func firstMatch(in text: [UInt8], from start: Int = 0) -> [Range<Int>?]? {
        if hasBackReferences { return RegexBacktracker(regex: self, text: text).search(from: start) }
        return search(text, from: start)
    }

    private struct RegexThread {
        var counter: Int
        var captures: [Int32]
    }

    private func search(_ text: [UInt8], from start: Int) -> [Range<Int>?]? {
        var current: [RegexThread] = []
        var next: [RegexThread] = []
        var marks = [Int](repeating: -1, count: program.count)
        var best: [Int32]?
        var position = start
        let blank = [Int32](repeating: -1, count: captureCount * 2)
        while true {
            if current.isEmpty {
                if best != nil { break }
                if let firstByte {
                    while position < text.count, text[position] != firstByte { position += 1 }
                    if position >= text.count { break }
                }
            }
            if best == nil { add(0, blank, position, text, &current, &marks) }
            next.removeAll(keepingCapacity: true)
            for thread in current {
                switch program[thread.counter] {
                case .byte(let wanted):
                    if position < text.count, text[position] == wanted { next.append(RegexThread(counter: thread.counter + 1, captures: thread.captures)) }
                case .set(let set):
                    if position < text.count, set.contains(text[position]) { next.append(RegexThread(counter: thread.counter + 1, captures: thread.captures)) }
                case .any:
                    if position < text.count { next.append(RegexThread(counter: thread.counter + 1, captures: thread.captures)) }
                case .match:
                    if let found = best {
                        if thread.captures[0] < found[0] || (thread.captures[0] == found[0] && thread.captures[1] > found[1]) { best = thread.captures }
                    } else {
                        best = thread.captures
                    }
                default: break
                }
            }
            position += 1
            if position > text.count { break }
            current.removeAll(keepingCapacity: true)
            for thread in next {
                if let best, thread.captures[0] > best[0] { continue }
                add(thread.counter, thread.captures, position, text, &current, &marks)
            }
        }
        return best.map(Self.ranges)
    }

    static func ranges(_ captures: [Int32]) -> [Range<Int>?] {
        var result: [Range<Int>?] = []
        for index in stride(from: 0, to: captures.count, by: 2) {
            let (low, high) = (captures[index], captures[index + 1])
            result.append(low >= 0 && high >= low ? Int(low)..<Int(high) : nil)
        }
        return result
    }

    /// Adds the threads that a place in the program leads to without reading a byte.
    private func add(_ counter: Int, _ captures: [Int32], _ position: Int, _ text: [UInt8], _ list: inout [RegexThread], _ marks: inout [Int]) {
        var pending: [(Int, [Int32])] = [(counter, captures)]
        while let (place, saved) = pending.popLast() {
            if marks[place] == position { continue }
            marks[place] = position
            switch program[place] {
            case .jump(let target): pending.append((target, saved))
            case .split(let first, let second):
                pending.append((second, saved))
                pending.append((first, saved))
            case .save(let slot):
                var copy = saved
                copy[slot] = Int32(clamping: position)
                pending.append((place + 1, copy))
            case .lineStart, .lineEnd, .wordEdge, .wordStart, .wordEnd:
                if Self.holds(program[place], position, text) { pending.append((place + 1, saved)) }
            default: list.append(RegexThread(counter: place, captures: saved))
            }
        }
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
