/// A regular expression that is matched in time linear in the text, whoever wrote it.
///
/// - Bounds: a program of at most `instructionsMax` steps; repetition counts up to 1000. A search that takes more than `stepsMax`
///   steps, which only a very long text and a very long program together need, ends without a match.
/// - Source: the syntax and error texts of RE2 as Go's `regexp` has it: no back-references, no look-around; of several
///   matches the leftmost, and of those the one that the expression prefers.
public struct LinearPattern: Sendable {
    /// Why a text is no regular expression: ``error parsing regexp: missing closing ): `(a` ``.
    public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        public var message: String
        public var description: String { message }

        init(_ problem: String, _ part: String) { message = "error parsing regexp: \(problem): `\(part)`" }
    }

    static let instructionsMax = 50_000
    static let stepsMax = 50_000_000

    public let source: String
    let program: [Instruction]
    /// Capturing groups, the whole match not counted.
    public let groupCount: Int
    /// Steps of the matcher: matching takes at most so many for each character.
    public var programSize: Int { program.count }

    public init(_ source: String) throws(Failure) {
        self.source = source
        var parser = PatternParser(source)
        let tree = try parser.parse()
        var compiler = PatternCompiler()
        program = try compiler.compile(tree, source)
        groupCount = parser.groupCount
    }

    /// One step of the matcher.
    enum Instruction: Sendable {
        case character(PatternSet)
        case scalar(UInt32)
        /// Two ways to go on; the first is preferred.
        case split(Int, Int)
        case jump(Int)
        case assert(Assertion)
        case match
    }

    enum Assertion: Sendable { case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary }

    // MARK: Matching

    /// Whether the expression matches anywhere in a text.
    public func matches(_ text: String) -> Bool { find(in: Array(text.unicodeScalars), from: 0, wantsBounds: false) != nil }

    /// Whether the expression matches a whole text.
    public func matchesWhole(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        return find(in: scalars, from: 0, isWhole: true) != nil
    }

    /// The first match.
    public func first(in text: String) -> String? {
        let scalars = Array(text.unicodeScalars)
        return find(in: scalars, from: 0).map { Self.text(scalars[$0]) }
    }

    /// All matches that do not overlap, at most `limit` of them.
    public func all(in text: String, limit: Int = .max) -> [String] {
        let scalars = Array(text.unicodeScalars)
        var result: [String] = []
        var position = 0
        var previousEnd = -1
        while position <= scalars.count, result.count < limit, let range = find(in: scalars, from: position) {
            // An empty match right after a match does not count.
            if !range.isEmpty || range.lowerBound != previousEnd { result.append(Self.text(scalars[range])) }
            previousEnd = range.upperBound
            position = range.isEmpty ? range.upperBound + 1 : range.upperBound
        }
        return result
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// Threads of the matcher, in the order of preference, each state at most once.
    private struct Threads {
        var states: [(state: Int, start: Int)] = []
        var seen: [Int]

        init(count: Int) { seen = [Int](repeating: -1, count: count) }

        mutating func clear() { states.removeAll(keepingCapacity: true) }
    }

    func find(in text: [Unicode.Scalar], from begin: Int, isWhole: Bool = false, wantsBounds: Bool = true) -> Range<Int>? {
        var current = Threads(count: program.count)
        var next = Threads(count: program.count)
        var found: Range<Int>?
        var position = begin
        var pending: [Int] = []
        var steps = 0
        while true {
            if found == nil, !isWhole || position == begin { add(0, position, at: position, text, &current, &pending) }
            steps += current.states.count + 1
            if steps > Self.stepsMax { return found }
            if current.states.isEmpty, found != nil || isWhole { break }
            next.clear()
            let scalar = position < text.count ? text[position] : nil
            threads: for (state, start) in current.states {
                switch program[state] {
                case .scalar(let wanted):
                    if let scalar, scalar.value == wanted { add(state + 1, start, at: position + 1, text, &next, &pending) }
                case .character(let set):
                    if let scalar, set.contains(scalar.value) { add(state + 1, start, at: position + 1, text, &next, &pending) }
                case .match:
                    if isWhole, position != text.count { continue threads }
                    found = start..<position
                    if !wantsBounds { return found }
                    break threads
                default: break
                }
            }
            swap(&current, &next)
            position += 1
            if position > text.count { break }
        }
        return found
    }

    /// Adds a state and all that can be reached from it without reading.
    private func add(
        _ first: Int, _ start: Int, at position: Int, _ text: [Unicode.Scalar], _ threads: inout Threads, _ pending: inout [Int]
    ) {
        pending.append(first)
        while let state = pending.popLast() {
            guard threads.seen[state] != position else { continue }
            threads.seen[state] = position
            switch program[state] {
            case .jump(let target): pending.append(target)
            case .split(let preferred, let other):
                pending.append(other)
                pending.append(preferred)
            case .assert(let assertion): if holds(assertion, position, text) { pending.append(state + 1) }
            default: threads.states.append((state, start))
            }
        }
    }

    private func holds(_ assertion: Assertion, _ position: Int, _ text: [Unicode.Scalar]) -> Bool {
        func isWord(_ index: Int) -> Bool {
            guard text.indices.contains(index) else { return false }
            let value = text[index].value
            return (0x30...0x39).contains(value) || (0x41...0x5A).contains(value) || (0x61...0x7A).contains(value) || value == 0x5F
        }
        return switch assertion {
        case .textStart: position == 0
        case .textEnd: position == text.count
        case .lineStart: position == 0 || text[position - 1] == "\n"
        case .lineEnd: position == text.count || text[position] == "\n"
        case .wordBoundary: isWord(position - 1) != isWord(position)
        case .noWordBoundary: isWord(position - 1) == isWord(position)
        }
    }
}
