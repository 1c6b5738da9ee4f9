/// The `s` command.
extension SedTask {
    /// Does the command to the pattern space; returns how many matches there were.
    mutating func substitute(_ command: SedCommand, _ io: inout UtilityIO) -> Int {
        guard let plan = command.substitution, let regex = plan.regex ?? lastRegex else { return 0 }
        lastRegex = regex
        var result: [UInt8] = []
        var (start, copied, count) = (0, 0, 0)
        var lastEnd = -1
        var search = RegexSearch(regex, in: pattern)
        while search.find(from: start) {
            let whole = search.whole
            if whole.isEmpty, whole.lowerBound == lastEnd {
                start = whole.upperBound + 1
                continue
            }
            count += 1
            if count >= plan.number {
                result += pattern[copied..<whole.lowerBound]
                Self.replace(plan.replacement, search.match, pattern, &result)
                copied = whole.upperBound
                if !plan.isGlobal { break }
            }
            lastEnd = whole.upperBound
            start = whole.isEmpty ? whole.upperBound + 1 : whole.upperBound
            if result.count > 1 << 24 { break }
        }
        guard count >= plan.number else { return count }
        pattern = result + pattern[min(copied, pattern.count)...]
        substituted = true
        if plan.prints { printPattern(&io) }
        if let file = plan.file { write(pattern + [10], to: file, &io) }
        return count
    }

    /// Adds what stands for a match.
    private static func replace(_ pieces: [SedCommand.Substitution.Piece], _ match: [Range<Int>?], _ text: [UInt8], _ result: inout [UInt8]) {
        var (caseMode, once): (Int, Int) = (0, 0)
        func add(_ bytes: some Sequence<UInt8>) {
            for byte in bytes {
                var mode = caseMode
                if once != 0 { (mode, once) = (once, 0) }
                let isUpper = (65...90).contains(byte)
                let isLower = (97...122).contains(byte)
                result.append(mode > 0 && isLower ? byte - 32 : mode < 0 && isUpper ? byte + 32 : byte)
            }
        }
        for piece in pieces {
            switch piece {
            case .text(let bytes): add(bytes)
            case .group(let number): if number < match.count, let range = match[number] { add(text[range]) }
            case .upper: caseMode = 1
            case .lower: caseMode = -1
            case .upperOne: once = 1
            case .lowerOne: once = -1
            case .endCase: (caseMode, once) = (0, 0)
            }
        }
    }
}
