/// Matches programs with back-references by trying one way after another.
struct RegexBacktracker {
    let regex: PosixRegex
    let text: [UInt8]

    func search(from start: Int) -> [Range<Int>?]? {
        var steps = 0
        guard start <= text.count else { return nil }
        for begin in start...text.count {
            if let captures = match(from: begin, &steps) { return PosixRegex.ranges(captures) }
            if steps > PosixRegex.backtrackMax { return nil }
        }
        return nil
    }

    private func match(from begin: Int, _ steps: inout Int) -> [Int32]? {
        var pending: [(Int, Int, [Int32])] = [(0, begin, [Int32](repeating: -1, count: regex.captureCount * 2))]
        var best: [Int32]?
        while var (counter, position, captures) = pending.popLast() {
            run: while true {
                steps += 1
                if steps > PosixRegex.backtrackMax || pending.count > 10_000 { return best }
                switch regex.program[counter] {
                case .byte(let byte):
                    guard position < text.count, text[position] == byte else { break run }
                    position += 1
                case .set(let set):
                    guard position < text.count, set.contains(text[position]) else { break run }
                    position += 1
                case .any:
                    guard position < text.count else { break run }
                    position += 1
                case .split(let first, let second):
                    pending.append((second, position, captures))
                    counter = first
                    continue run
                case .jump(let target):
                    counter = target
                    continue run
                case .save(let slot): captures[slot] = Int32(clamping: position)
                case .backReference(let number):
                    let (low, high) = (Int(captures[number * 2]), Int(captures[number * 2 + 1]))
                    guard low >= 0, high >= low, position + high - low <= text.count,
                        text[low..<high].elementsEqual(text[position..<position + high - low])
                    else { break run }
                    position += high - low
                case .match:
                    if best.map({ captures[1] > $0[1] }) ?? true { best = captures }
                    break run
                default:
                    guard PosixRegex.holds(regex.program[counter], position, text) else { break run }
                }
                counter += 1
            }
        }
        return best
    }
}
