/// A search of one expression in one text, match after match.
///
/// All threads of the search go over the text side by side, so that a byte costs no more than the expression is long. What they have
/// captured lies in one array for all, since a text may have as many matches as bytes.
///
/// - Source: R. Pike's machine, as told in R. Cox, "Regular Expression Matching: the Virtual Machine Approach", with POSIX's longest match.
package struct RegexSearch {
    private typealias Instruction = PosixRegex.Instruction

    /// The threads at one place of the text, first come first; each has `slots` captures.
    private struct Threads {
        var places: [Int] = []
        var captures: [Int32] = []

        mutating func removeAll() {
            places.removeAll(keepingCapacity: true)
            captures.removeAll(keepingCapacity: true)
        }
    }

    /// What is left to look at when a place leads on without reading.
    private enum Visit {
        case place(Int)
        case restore(slot: Int, Int32)
    }

    private let regex: PosixRegex
    private let text: [UInt8]
    /// Captures a thread keeps: begin and end of the whole and of each group, or none when only the question is asked whether there is a match.
    private let slots: Int
    private var current = Threads()
    private var next = Threads()
    private var visits: [Visit] = []
    /// For each place of the program, the number of the step in which it was last reached.
    private var marks: [Int]
    private var step = 0
    /// The captures of the thread that is followed.
    private var own: [Int32]
    private var best: [Int32]
    private var backReferenced: [Range<Int>?]?

    /// - Parameter keepsGroups: false when nobody asks where a match is.
    package init(_ regex: PosixRegex, in text: [UInt8], keepsGroups: Bool = true) {
        self.regex = regex
        self.text = text
        slots = keepsGroups ? regex.captureCount * 2 : 0
        marks = [Int](repeating: 0, count: regex.program.count)
        own = [Int32](repeating: -1, count: slots)
        best = own
    }

    /// The ranges of the match that was found: of the whole and of each group.
    package var match: [Range<Int>?] { backReferenced ?? PosixRegex.ranges(best) }

    /// The range of the match that was found.
    package var whole: Range<Int> { backReferenced.map { $0[0]! } ?? Int(best[0])..<Int(best[1]) }

    /// Looks for the first match that begins at an offset or after it.
    package mutating func find(from start: Int) -> Bool {
        guard start <= text.count else { return false }
        if regex.hasBackReferences {
            backReferenced = RegexBacktracker(regex: regex, text: text).search(from: start)
            return backReferenced != nil
        }
        var isFound = false
        var position = start
        current.removeAll()
        step += 1
        while true {
            if current.places.isEmpty {
                if isFound { break }
                if let first = regex.firstBytes {
                    while position < text.count, !first.contains(text[position]) { position += 1 }
                    if position == text.count { break }
                }
            }
            if !isFound {
                for slot in own.indices { own[slot] = -1 }
                follow(0, at: position)
            }
            if read(position, &isFound), slots == 0 { return true }
            position += 1
            if position > text.count { break }
            step += 1
            current.removeAll()
            for (index, place) in next.places.enumerated() {
                for slot in own.indices { own[slot] = next.captures[index * slots + slot] }
                if isFound, own[0] > best[0] { continue }
                follow(place, at: position)
            }
        }
        return isFound
    }

    /// Lets each thread read the byte at a position; true when one has come to the end of the expression.
    private mutating func read(_ position: Int, _ isFound: inout Bool) -> Bool {
        next.removeAll()
        let byte = position < text.count ? text[position] : nil
        for (index, place) in current.places.enumerated() {
            let goesOn: Bool
            switch regex.program[place] {
            case .byte(let wanted): goesOn = byte == wanted
            case .set(let set): goesOn = byte.map(set.contains) ?? false
            case .any: goesOn = byte != nil
            case .match:
                goesOn = false
                guard slots > 0 else { return true }
                let (low, high) = (current.captures[index * slots], current.captures[index * slots + 1])
                if !isFound || low < best[0] || (low == best[0] && high > best[1]) {
                    for slot in 0..<slots { best[slot] = current.captures[index * slots + slot] }
                }
                isFound = true
            default: goesOn = false
            }
            guard goesOn else { continue }
            next.places.append(place + 1)
            for slot in 0..<slots { next.captures.append(current.captures[index * slots + slot]) }
        }
        return isFound
    }

    /// Adds the threads that a place of the program leads to without reading a byte.
    private mutating func follow(_ place: Int, at position: Int) {
        visits.append(.place(place))
        while let visit = visits.popLast() {
            let place: Int
            switch visit {
            case .restore(let slot, let value):
                own[slot] = value
                continue
            case .place(let reached): place = reached
            }
            if marks[place] == step { continue }
            marks[place] = step
            switch regex.program[place] {
            case .jump(let target): visits.append(.place(target))
            case .split(let first, let second):
                visits.append(.place(second))
                visits.append(.place(first))
            case .save(let slot):
                if slots > 0 {
                    visits.append(.restore(slot: slot, own[slot]))
                    own[slot] = Int32(clamping: position)
                }
                visits.append(.place(place + 1))
            case .lineStart, .lineEnd, .wordEdge, .wordStart, .wordEnd:
                if PosixRegex.holds(regex.program[place], position, text) { visits.append(.place(place + 1)) }
            default:
                current.places.append(place)
                current.captures.append(contentsOf: own)
            }
        }
    }
}
