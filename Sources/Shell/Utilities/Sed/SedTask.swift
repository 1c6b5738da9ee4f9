/// `sed`, line by line.
///
/// - Bounds: 10,000 commands for one line, after which it stops with an error; a script that jumps for ever does not hang.
struct SedTask: UtilityTask {
    static let commandsMax = 1_000_000

    var scripts: [[UInt8]] = []
    var scriptFiles: [String] = []
    var files: [String] = []
    var (isQuiet, isExtended, isSeparate) = (false, false, false)
    var suffix: String?
    var problem: String?

    var commands: [SedCommand] = []
    var feed = LineFeed([])
    var pending: [String] = []
    var hasBegun = false
    var pattern: [UInt8] = []
    var patternEnds = true
    var hold: [UInt8] = []
    var number = 0
    var active: [Int: Int] = [:]
    var appended: [UInt8] = []
    var lastRegex: PosixRegex?
    var written: Set<String> = []
    var inPlace: (path: String, output: [UInt8])?
    var outcome: Int?
    var missing = false
    /// Where an `n` or `N` that waits for input goes on.
    var resumeAt: Int?
    var substituted = false

    init(arguments: [String]) {
        var rest = arguments[...]
        while let first = rest.popFirst() {
            switch first {
            case "-n", "--quiet", "--silent": isQuiet = true
            case "-E", "-r", "--regexp-extended": isExtended = true
            case "-s", "--separate": isSeparate = true
            case "-u", "-z", "--posix", "--unbuffered": break
            case "-i", "--in-place": suffix = ""
            case "-e", "--expression": scripts.append(Array((rest.popFirst() ?? "").utf8))
            case "-f", "--file": scriptFiles.append(rest.popFirst() ?? "")
            case "--":
                files += rest
                rest = []
            case _ where first.hasPrefix("--expression="): scripts.append(Array(first.dropFirst(13).utf8))
            case _ where first.hasPrefix("-i"): suffix = String(first.dropFirst(2))
            case _ where first.hasPrefix("-") && first.count > 2 && first.dropFirst().allSatisfy({ "nErsie".contains($0) }):
                var letters = Array(first.dropFirst())
                if letters.last == "e" {
                    letters.removeLast()
                    rest = (["-e"] + rest)[...]
                }
                rest = (letters.map { "-\($0)" } + rest)[...]
            case _ where first.hasPrefix("-") && first.count > 1: problem = "unknown option -- '\(first.dropFirst())'"
            default: files.append(first)
            }
        }
        if scripts.isEmpty, scriptFiles.isEmpty {
            if files.isEmpty { problem = problem ?? "no script given" } else { scripts = [Array(files.removeFirst().utf8)] }
        }
    }

    mutating func begin(_ io: inout UtilityIO) -> Int? {
        if let problem {
            io.complain(problem)
            return 1
        }
        for file in scriptFiles {
            guard let bytes = io.readFile(file) else { return 1 }
            scripts.append(bytes)
        }
        do throws(SedError) {
            var reader = SedScriptReader(Array(scripts.joined(separator: [10])), isExtended: isExtended)
            commands = try reader.read()
        } catch {
            io.complain(error.message)
            return 1
        }
        if suffix != nil {
            pending = files
            return openNext(&io) ? nil : (missing ? 2 : 0)
        }
        feed = LineFeed(files)
        return nil
    }

    /// Goes on to the next file that is edited in place.
    mutating func openNext(_ io: inout UtilityIO) -> Bool {
        closeInPlace(&io)
        while !pending.isEmpty {
            let name = pending.removeFirst()
            guard io.files.exists(io.path(name)), !io.files.isDirectory(io.path(name)) else {
                io.complain(io.files.isDirectory(io.path(name)) ? "couldn't edit \(name): not a regular file" : "can't read \(name): No such file or directory")
                missing = true
                continue
            }
            feed = LineFeed([name])
            inPlace = (io.path(name), [])
            number = 0
            active = [:]
            return true
        }
        return false
    }

    mutating func closeInPlace(_ io: inout UtilityIO) {
        guard let edited = inPlace else { return }
        inPlace = nil
        do throws(FileError) {
            if let suffix, !suffix.isEmpty { try io.files.write(io.files.read(edited.path), to: edited.path + suffix) }
            try io.files.write(edited.output, to: edited.path)
        } catch {
            io.complain("couldn't write \(edited.path): \(error.code.rawValue)")
            missing = true
        }
    }

    mutating func emit(_ bytes: [UInt8], _ io: inout UtilityIO) {
        if inPlace != nil { inPlace!.output += bytes } else { io.output += bytes }
    }

    mutating func printPattern(_ io: inout UtilityIO) { emit(pattern + (patternEnds ? [10] : []), &io) }

    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        if !hasBegun {
            hasBegun = true
            if let status = begin(&io) { return .exit(status) }
        }
        for _ in 0..<500 {
            if io.isTired { return .again }
            if let outcome {
                closeInPlace(&io)
                return .exit(outcome)
            }
            if let place = resumeAt {
                // An `n` or `N` had no line yet.
                switch nextLine(&io) {
                case .needsInput: return .needsInput
                case .end:
                    resumeAt = nil
                    if commands[place].letter == 78 || !isQuiet { if !isQuiet { printPattern(&io) } }
                    endCycle(&io, prints: false)
                    continue
                case .line(let line, let ends):
                    resumeAt = nil
                    if commands[place].letter == 110 {
                        if !isQuiet { printPattern(&io) }
                        flushAppended(&io)
                        pattern = line
                    } else {
                        pattern += [10] + line
                    }
                    patternEnds = ends
                    number += 1
                    guard run(from: place + 1, &io) else { return .needsInput }
                    continue
                }
            }
            switch nextLine(&io) {
            case .needsInput: return .needsInput
            case .end:
                if suffix != nil, openNext(&io) { continue }
                return .exit(feed.failed || missing ? 2 : 0)
            case .line(let line, let ends):
                pattern = line
                patternEnds = ends
                number += 1
                substituted = false
                guard run(from: 0, &io) else { return .needsInput }
            }
        }
        return .again
    }

    var ahead: (line: [UInt8], ends: Bool)?

    mutating func nextLine(_ io: inout UtilityIO) -> LineFeed.Next {
        // `$` needs to know whether a line is the last, so one is read ahead when any address asks for it.
        if let held = ahead {
            ahead = nil
            return .line(held.line, hasNewline: held.ends)
        }
        return feed.nextLine(&io)
    }

    mutating func isLastLine(_ io: inout UtilityIO) -> Bool {
        if ahead != nil { return false }
        switch feed.nextLine(&io) {
        case .line(let line, let ends):
            ahead = (line, ends)
            return false
        case .end: return true
        case .needsInput: return feed.isAtEnd(&io) ?? true
        }
    }

    mutating func endCycle(_ io: inout UtilityIO, prints: Bool) {
        if prints, !isQuiet { printPattern(&io) }
        flushAppended(&io)
    }

    mutating func flushAppended(_ io: inout UtilityIO) {
        if !appended.isEmpty {
            if !patternEnds { emit([10], &io) }
            emit(appended, &io)
            appended = []
        }
    }

    mutating func matches(_ address: SedCommand.Address, _ io: inout UtilityIO) -> Bool {
        switch address {
        case .line(let wanted): return number == wanted
        case .step(let first, let by): return by == 0 ? number == first : number >= first && (number - first) % by == 0
        case .last: return isLastLine(&io)
        case .match(let regex):
            guard let regex = regex ?? lastRegex else { return false }
            lastRegex = regex
            return regex.isFound(in: pattern)
        case .following, .multiple: return false
        }
    }

    mutating func selects(_ index: Int, _ io: inout UtilityIO) -> Bool {
        let command = commands[index]
        guard let first = command.first else { return true }
        guard let second = command.second else { return matches(first, &io) }
        if let end = active[index] {
            // `end` is the last line of the range, or -1 while a pattern or `$` must end it.
            if end >= 0 {
                if number >= end { active[index] = nil }
                return number <= end
            }
            if matches(second, &io) { active[index] = nil }
            return true
        }
        if case .line(0) = first {
            guard number == 1 else { return false }
            if !matches(second, &io) { active[index] = -1 }
            return true
        }
        guard matches(first, &io) else { return false }
        switch second {
        case .line(let end): if end > number { active[index] = end }
        case .following(let count): if count > 0 { active[index] = number + count }
        case .multiple(let by): if number % by != 0 { active[index] = (number / by + 1) * by }
        case .last: if !isLastLine(&io) { active[index] = -1 }
        default: active[index] = -1
        }
        return true
    }

    /// Runs commands on the pattern space; false when a command waits for the next line of input.
    mutating func run(from start: Int, _ io: inout UtilityIO) -> Bool {
        var index = start
        var budget = Self.commandsMax
        defer { io.work += Self.commandsMax - budget }
        while index < commands.count {
            // A command on a long text counts as many.
            budget -= 1 + (pattern.count + hold.count) / 1024
            if budget < 0 {
                io.complain("stopped after \(Self.commandsMax) commands for one line")
                outcome = 4
                return true
            }
            let command = commands[index]
            guard selects(index, &io) != command.isNegated else {
                index = command.letter == 123 ? command.target : index + 1
                continue
            }
            index += 1
            switch command.letter {
            case 123: break
            case 61: emit(Array("\(number)\n".utf8), &io)
            case 97: appended += command.text
            case 105: emit(command.text, &io)
            case 99:
                let isRange = command.second != nil && !command.isNegated
                if !isRange || active[index - 1] == nil { emit(command.text, &io) }
                endCycle(&io, prints: false)
                return true
            case 98:
                index = command.target
            case 116, 84:
                if substituted == (command.letter == 116) { index = command.target }
                substituted = false
            case 100:
                endCycle(&io, prints: false)
                return true
            case 68:
                guard let end = pattern.firstIndex(of: 10) else {
                    endCycle(&io, prints: false)
                    return true
                }
                pattern.removeFirst(end + 1)
                flushAppended(&io)
                index = 0
            case 112: printPattern(&io)
            case 80: emit(Array(pattern.prefix { $0 != 10 }) + [10], &io)
            case 108: emit(Array((String(decoding: pattern, as: UTF8.self) + "$\n").utf8), &io)
            case 122: pattern = []
            case 103: pattern = hold
            case 71: pattern += [10] + hold
            case 104: hold = pattern
            case 72: hold += [10] + pattern
            case 120: swap(&pattern, &hold)
            case 113, 81:
                endCycle(&io, prints: command.letter == 113)
                outcome = command.status
                return true
            case 110, 78:
                switch nextLine(&io) {
                case .line(let line, let ends):
                    if command.letter == 110 {
                        if !isQuiet { printPattern(&io) }
                        flushAppended(&io)
                        pattern = line
                    } else {
                        pattern += [10] + line
                    }
                    patternEnds = ends
                    number += 1
                case .needsInput:
                    resumeAt = index - 1
                    return false
                case .end:
                    endCycle(&io, prints: true)
                    return true
                }
            case 115:
                budget -= pattern.count / 16
                budget -= substitute(command, &io) / 4
            case 121: if let map = command.map { pattern = pattern.map { map[Int($0)] } }
            case 114: appended += (try? io.files.read(io.path(String(decoding: command.text, as: UTF8.self)))) ?? []
            case 119: write(pattern + [10], to: String(decoding: command.text, as: UTF8.self), &io)
            default: break
            }
            if hold.count + pattern.count > 1 << 24 {
                io.complain("out of memory")
                outcome = 4
                return true
            }
        }
        endCycle(&io, prints: true)
        return true
    }

    mutating func write(_ bytes: [UInt8], to name: String, _ io: inout UtilityIO) {
        if name == "/dev/stdout" { return emit(bytes, &io) }
        let path = io.path(name)
        if written.insert(path).inserted { try? io.files.write([], to: path) }
        _ = try? io.files.write(bytes, to: path, at: nil)
    }
}
