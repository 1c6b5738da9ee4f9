/// Options and operands of a utility that takes single letters.
struct LetterOptions {
    var flags: Set<Character> = []
    var values: [Character: String] = [:]
    var operands: [String] = []
    /// A letter that is not known.
    var unknown: String?

    /// Reads `-abc`, `-n5`, `-n 5`, `--long=value` (names given in `long`).
    init(_ arguments: [String], flags known: String, values taking: String = "", long: [String: Character] = [:]) {
        var rest = arguments[...]
        while let first = rest.popFirst() {
            if first == "--" {
                operands += rest
                return
            }
            if first.hasPrefix("--") {
                let name = first.prefix { $0 != "=" }
                guard let letter = long[String(name)] else {
                    unknown = unknown ?? first
                    continue
                }
                if taking.contains(letter) {
                    if first.contains("=") { values[letter] = String(first.dropFirst(name.count + 1)) } else { values[letter] = rest.popFirst() ?? "" }
                } else {
                    flags.insert(letter)
                }
                continue
            }
            guard first.hasPrefix("-"), first.count > 1 else {
                operands.append(first)
                continue
            }
            var letters = first.dropFirst()
            while let letter = letters.popFirst() {
                if taking.contains(letter) {
                    values[letter] = letters.isEmpty ? rest.popFirst() ?? "" : String(letters)
                    break
                }
                if known.contains(letter) { flags.insert(letter) } else { unknown = unknown ?? String(letter) }
            }
        }
    }
}

/// A utility that works line by line, so that it can stand in a pipeline that never ends.
protocol LineTask: UtilityTask {
    var feed: LineFeed { get set }
    /// Prepares once; a status ends the utility at once.
    mutating func begin(_ io: inout UtilityIO) -> Int?
    /// Takes a line; a status ends the utility.
    mutating func take(_ line: [UInt8], hasNewline: Bool, _ io: inout UtilityIO) -> Int?
    mutating func end(_ io: inout UtilityIO) -> Int
    var hasBegun: Bool { get set }
}

extension LineTask {
    mutating func begin(_ io: inout UtilityIO) -> Int? { nil }
    mutating func end(_ io: inout UtilityIO) -> Int { feed.failed ? 1 : 0 }

    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        if !hasBegun {
            hasBegun = true
            if let status = begin(&io) { return .exit(status) }
        }
        for _ in 0..<2000 {
            switch feed.nextLine(&io) {
            case .line(let line, let hasNewline): if let status = take(line, hasNewline: hasNewline, &io) { return .exit(status) }
            case .needsInput: return .needsInput
            case .end: return .exit(end(&io))
            }
        }
        return .again
    }
}

/// `cat`, with `-n`.
struct CatTask: UtilityTask {
    let options: LetterOptions
    var feed: LineFeed
    var number = 0
    private var wasBlank = false

    init(arguments: [String]) {
        options = LetterOptions(arguments, flags: "nuvetAEbs")
        feed = LineFeed(options.operands)
    }

    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        if let unknown = options.unknown {
            io.complain("invalid option -- '\(unknown)'")
            return .exit(1)
        }
        if options.flags.isDisjoint(with: "nbeEAvts") { return pass(&io) }
        for _ in 0..<2000 {
            switch feed.nextLine(&io) {
            case .line(let line, let hasNewline):
                if options.flags.contains("s"), line.isEmpty {
                    if wasBlank { continue }
                    wasBlank = true
                } else {
                    wasBlank = false
                }
                if options.flags.contains("n") || (options.flags.contains("b") && !line.isEmpty) {
                    number += 1
                    let text = String(number)
                    io.print(String(repeating: " ", count: max(0, 6 - text.count)) + text + "\t")
                }
                io.output += visible(line)
                if options.flags.contains("e") || options.flags.contains("E") || options.flags.contains("A") { io.output.append(36) }
                if hasNewline { io.output.append(10) }
            case .needsInput: return .needsInput
            case .end: return .exit(feed.failed ? 1 : 0)
            }
        }
        return .again
    }
}

extension CatTask {
    /// Nothing is done to lines, so that bytes go on as they come.
    private mutating func pass(_ io: inout UtilityIO) -> UtilityOutcome {
        for _ in 0..<16 {
            switch feed.nextBlock(&io) {
            case .line(let block, _): io.output += block
            case .needsInput: return .needsInput
            case .end: return .exit(feed.failed ? 1 : 0)
            }
        }
        return .again
    }

    /// A line as `-v`, `-t`, `-e` and `-A` show it.
    private func visible(_ line: [UInt8]) -> [UInt8] {
        let showsTabs = options.flags.contains("t") || options.flags.contains("A")
        guard showsTabs || options.flags.contains("v") || options.flags.contains("e") else { return line }
        var result: [UInt8] = []
        for byte in line {
            var byte = byte
            if byte >= 128 {
                result += Array("M-".utf8)
                byte -= 128
            } else if byte == 9, !showsTabs {
                result.append(9)
                continue
            }
            if byte < 32 { result += [94, byte + 64] } else if byte == 127 { result += [94, 63] } else { result.append(byte) }
        }
        return result
    }
}

/// `head`, by lines or bytes.
struct HeadTask: UtilityTask {
    let options: LetterOptions
    var feed: LineFeed
    var taken = 0
    var held: [[UInt8]] = []
    var bytes: [UInt8] = []

    init(arguments: [String]) {
        options = LetterOptions(CountedArguments.modern(arguments), flags: "qv", values: "nc", long: ["--lines": "n", "--bytes": "c"])
        feed = LineFeed(options.operands)
    }

    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        let letter: Character = options.values["c"] != nil ? "c" : "n"
        guard options.unknown == nil, let count = CountedArguments.count(options.values[letter] ?? "10") else {
            io.complain(options.unknown.map { "invalid option -- '\($0)'" } ?? "invalid number of \(letter == "c" ? "bytes" : "lines"): '\(options.values[letter] ?? "")'")
            return .exit(1)
        }
        let showsNames = options.operands.count > 1
        for _ in 0..<2000 {
            if !showsNames, count >= 0, taken >= count { return .exit(0) }
            switch feed.nextLine(&io) {
            case .line(let line, let hasNewline):
                if feed.isNewFile {
                    feed.clearNewFile()
                    if showsNames { io.print("\(taken > 0 || !bytes.isEmpty ? "\n" : "")==> \(feed.current) <==\n") }
                    if showsNames { taken = 0 }
                }
                let whole = hasNewline ? line + [10] : line
                if letter == "c" {
                    if count < 0 { bytes += whole } else {
                        io.output += whole.prefix(max(0, count - taken))
                        taken += whole.count
                    }
                } else if count < 0 {
                    held.append(whole)
                    if held.count > -count { io.output += held.removeFirst() }
                } else if taken < count {
                    io.output += whole
                    taken += 1
                }
            case .needsInput: return .needsInput
            case .end:
                if letter == "c", count < 0 { io.output += bytes.dropLast(min(bytes.count, -count)) }
                return .exit(feed.failed ? 1 : 0)
            }
        }
        return .again
    }
}

/// Counts as head and tail take them.
enum CountedArguments {
    /// `-5` as `-n 5`.
    static func modern(_ arguments: [String]) -> [String] {
        guard let first = arguments.first, first.count > 1, first.hasPrefix("-"), first.dropFirst().allSatisfy({ ("0"..."9").contains($0) }) else { return arguments }
        return ["-n", String(first.dropFirst())] + arguments.dropFirst()
    }

    static func count(_ text: String) -> Int? {
        var digits = text
        var factor = 1
        if let last = text.last, let unit = ["k": 1024, "K": 1024, "M": 1 << 20, "b": 512][last] {
            digits.removeLast()
            factor = unit
        }
        guard let number = Int(digits.hasPrefix("+") ? String(digits.dropFirst()) : digits) else { return nil }
        return number.multipliedReportingOverflow(by: factor).overflow ? nil : number * factor
    }
}

/// `tail`, with `-f`, which looks for more every second.
struct TailTask: UtilityTask {
    let options: LetterOptions
    var feed: LineFeed
    var lines: [[UInt8]] = []
    var skipped = 0
    var isFollowing = false
    var offsets: [String: Int] = [:]

    init(arguments: [String]) {
        options = LetterOptions(CountedArguments.modern(arguments), flags: "fFqv", values: "ncs", long: ["--lines": "n", "--bytes": "c", "--follow": "f"])
        feed = LineFeed(options.operands)
    }

    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        if isFollowing { return follow(&io) }
        let letter: Character = options.values["c"] != nil ? "c" : "n"
        let text = options.values[letter] ?? "10"
        guard options.unknown == nil, let parsed = CountedArguments.count(text) else {
            io.complain(options.unknown.map { "invalid option -- '\($0)'" } ?? "invalid number of lines: '\(text)'")
            return .exit(1)
        }
        let fromStart = text.hasPrefix("+")
        let count = abs(parsed)
        for _ in 0..<2000 {
            switch feed.nextLine(&io) {
            case .line(let line, let hasNewline):
                let whole = hasNewline ? line + [10] : line
                if letter == "n", fromStart {
                    skipped += 1
                    if skipped >= count { io.output += whole }
                    continue
                }
                lines.append(whole)
                if letter == "n", lines.count > 2 * count + 1000 { lines.removeFirst(lines.count - count) }
            case .needsInput: return .needsInput
            case .end:
                if letter == "c" {
                    let all = Array(lines.joined())
                    io.output += fromStart ? Array(all.dropFirst(max(0, count - 1))) : Array(all.suffix(count))
                } else {
                    io.output += Array(lines.suffix(count).joined())
                }
                if options.flags.contains("f") || options.flags.contains("F"), !options.operands.isEmpty {
                    for name in options.operands { offsets[name] = (try? io.files.read(io.path(name)))?.count ?? 0 }
                    isFollowing = true
                    return .sleep(until: io.now &+ 1_000_000_000)
                }
                return .exit(feed.failed ? 1 : 0)
            }
        }
        return .again
    }

    private mutating func follow(_ io: inout UtilityIO) -> UtilityOutcome {
        for name in options.operands {
            guard case .file(let content)? = try? io.files.node(io.path(name)) else { continue }
            let seen = offsets[name] ?? 0
            if content.bytes.count < seen { offsets[name] = 0 }
            let start = min(offsets[name] ?? 0, content.bytes.count)
            io.output += content.bytes[start...]
            offsets[name] = content.bytes.count
        }
        return .sleep(until: io.now &+ 1_000_000_000)
    }
}

/// `tee`, with `-a`.
struct TeeTask: UtilityTask {
    let options: LetterOptions
    var hasBegun = false
    var failed = false

    init(arguments: [String]) { options = LetterOptions(arguments, flags: "ai", long: ["--append": "a"]) }

    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        for name in options.operands {
            do throws(FileError) {
                if !hasBegun, !options.flags.contains("a") { try io.files.write([], to: io.path(name)) }
                _ = try io.files.write(io.input, to: io.path(name), at: nil)
            } catch {
                if !failed { io.complain("\(name): \(error.code.rawValue)") }
                failed = true
            }
        }
        hasBegun = true
        io.output += io.input
        io.input = []
        return io.inputEnded ? .exit(failed ? 1 : 0) : .needsInput
    }
}
