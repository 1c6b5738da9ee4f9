/// `grep` in its everyday forms.
struct GrepTask: UtilityTask {
    private var flags: Set<Character> = []
    private var patterns: [String] = []
    private var patternFiles: [String] = []
    private var files: [String] = []
    private var (before, after) = (0, 0)
    private var most = Int.max
    private var problem: String?

    private var feed = LineFeed([])
    private var regexes: [PosixRegex] = []
    private var hasBegun = false
    private var number = 0
    private var matches = 0
    private var total = 0
    private var held: [(number: Int, line: [UInt8])] = []
    private var trailing = 0
    private var lastShown = 0
    private var name = ""
    private var failed = false

    init(arguments: [String]) {
        var rest = arguments[...]
        var pattern: String?
        let long: [String: Character] = [
            "--ignore-case": "i", "--invert-match": "v", "--count": "c", "--line-number": "n", "--quiet": "q", "--silent": "q", "--only-matching": "o",
            "--extended-regexp": "E", "--fixed-strings": "F", "--word-regexp": "w", "--line-regexp": "x", "--files-with-matches": "l", "--recursive": "r",
            "--no-filename": "h", "--with-filename": "H", "--no-messages": "s", "--perl-regexp": "P", "--line-buffered": "u", "--text": "a",
        ]
        while let first = rest.popFirst() {
            if first == "--" {
                files += rest
                break
            }
            if first.hasPrefix("--") {
                let name = String(first.prefix { $0 != "=" })
                let value = first.contains("=") ? String(first.dropFirst(name.count + 1)) : nil
                switch name {
                case "--regexp": patterns.append(value ?? rest.popFirst() ?? "")
                case "--max-count": most = Int(value ?? rest.popFirst() ?? "") ?? .max
                case "--after-context": after = Int(value ?? rest.popFirst() ?? "") ?? 0
                case "--before-context": before = Int(value ?? rest.popFirst() ?? "") ?? 0
                case "--context":
                    after = Int(value ?? "2") ?? 2
                    before = after
                case "--color", "--colour": break
                default: if let letter = long[name] { flags.insert(letter) } else { problem = "unrecognized option '\(first)'" }
                }
                continue
            }
            guard first.hasPrefix("-"), first.count > 1 else {
                files.append(first)
                continue
            }
            var letters = first.dropFirst()
            while let letter = letters.popFirst() {
                if "efmABC".contains(letter) {
                    let value = letters.isEmpty ? rest.popFirst() ?? "" : String(letters)
                    letters = ""
                    switch letter {
                    case "e": patterns.append(value)
                    case "f": patternFiles.append(value)
                    case "m": most = Int(value) ?? .max
                    default:
                        if letter != "B" { after = min(Int(value) ?? 0, 100_000) }
                        if letter != "A" { before = min(Int(value) ?? 0, 100_000) }
                    }
                } else if "ivcnqoEFGwxlLrRhHsaPuz".contains(letter) {
                    flags.insert(letter == "R" ? "r" : letter)
                } else if letter.isNumber, let context = Int(String(letter) + letters) {
                    (before, after) = (context, context)
                    letters = ""
                } else {
                    problem = "invalid option -- '\(letter)'"
                }
            }
        }
        if patterns.isEmpty, patternFiles.isEmpty {
            if files.isEmpty { problem = problem ?? "no pattern given" } else { pattern = files.removeFirst() }
        }
        if let pattern { patterns.append(pattern) }
    }

    private mutating func begin(_ io: inout UtilityIO) -> Int? {
        if let problem {
            io.complain(problem)
            return 2
        }
        for file in patternFiles {
            guard let bytes = io.readFile(file) else { return 2 }
            patterns += bytes.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
        }
        let isExtended = flags.contains("E") || flags.contains("P")
        for pattern in patterns.flatMap({ $0.split(separator: "\n", omittingEmptySubsequences: false) }) {
            var text = String(pattern)
            if flags.contains("P") { text = text.split(separator: "\\d", omittingEmptySubsequences: false).joined(separator: "[0-9]") }
            if flags.contains("F") { text = String(text.flatMap { "\\.[]*^$".contains($0) ? ["\\", $0] : [$0] }) }
            if flags.contains("w") { text = isExtended ? "\\b(\(text))\\b" : "\\b\\(\(text)\\)\\b" }
            if flags.contains("x") { text = isExtended ? "^(\(text))$" : "^\\(\(text)\\)$" }
            do throws(PosixRegex.SyntaxError) {
                regexes.append(try PosixRegex(text, isExtended: isExtended, ignoresCase: flags.contains("i")))
            } catch {
                io.complain(error.message)
                return 2
            }
        }
        if flags.contains("r") {
            files = (files.isEmpty ? ["."] : files).flatMap { base in
                io.files.walk(io.path(base)).compactMap { entry in
                    guard case .file = entry.node else { return nil }
                    let root = io.path(base)
                    let tail = entry.path.hasPrefix(root) ? String(entry.path.dropFirst(root.count)) : entry.path
                    return tail.isEmpty ? base : (base.hasSuffix("/") ? String(base.dropLast()) : base) + (tail.hasPrefix("/") ? tail : "/" + tail)
                }
            }
            if files.isEmpty { return 1 }
        }
        feed = LineFeed(files)
        return nil
    }

    private var showsNames: Bool { (files.count > 1 || flags.contains("r") || flags.contains("H")) && !flags.contains("h") }

    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        if !hasBegun {
            hasBegun = true
            if let status = begin(&io) { return .exit(status) }
        }
        for _ in 0..<1000 {
            switch feed.nextLine(&io) {
            case .line(let line, _):
                if feed.isNewFile {
                    feed.clearNewFile()
                    finishFile(&io)
                    name = feed.current == "-" ? "(standard input)" : feed.current
                    (number, matches, lastShown, trailing, held) = (0, 0, 0, 0, [])
                }
                if matches >= most, trailing == 0, files.count <= 1 {
                    finishFile(&io)
                    return .exit(total > 0 ? 0 : 1)
                }
                if take(line, &io) { return .exit(0) }
            case .needsInput: return .needsInput
            case .end:
                if name.isEmpty { name = files.last ?? "(standard input)" }
                finishFile(&io, isLast: true)
                if feed.failed { return .exit(total > 0 && flags.contains("q") ? 0 : 2) }
                return .exit((total > 0) != flags.contains("L") ? 0 : 1)
            }
        }
        return .again
    }

    private mutating func finishFile(_ io: inout UtilityIO, isLast: Bool = false) {
        guard !name.isEmpty else { return }
        if flags.contains("c"), !flags.contains("q") { io.printLine((showsNames ? "\(name):" : "") + String(matches)) }
        if flags.contains("l"), matches > 0 { io.printLine(name) }
        if flags.contains("L"), matches == 0 { io.printLine(name) }
    }

    /// True when nothing more is to be known.
    private mutating func take(_ line: [UInt8], _ io: inout UtilityIO) -> Bool {
        number += 1
        let isMatch = matches < most && regexes.contains { $0.isFound(in: line) } != flags.contains("v")
        if isMatch {
            matches += 1
            total += 1
            if flags.contains("q") { return true }
        }
        if flags.contains("c") || flags.contains("l") || flags.contains("L") { return false }
        if flags.contains("o") {
            if isMatch, !flags.contains("v") { showParts(line, &io) }
            return false
        }
        if isMatch {
            for entry in held { show(entry.line, entry.number, separator: "-", &io) }
            held = []
            show(line, number, separator: ":", &io)
            trailing = after
        } else if trailing > 0 {
            trailing -= 1
            show(line, number, separator: "-", &io)
        } else if before > 0 {
            held.append((number, line))
            if held.count > before { held.removeFirst() }
        }
        return false
    }

    private mutating func show(_ line: [UInt8], _ number: Int, separator: String, _ io: inout UtilityIO) {
        if before > 0 || after > 0, lastShown > 0, number > lastShown + 1 { io.printLine("--") }
        lastShown = number
        if showsNames { io.print(name + separator) }
        if flags.contains("n") { io.print("\(number)\(separator)") }
        io.output += line + [10]
    }

    private func showParts(_ line: [UInt8], _ io: inout UtilityIO) {
        var start = 0
        var searches = regexes.map { RegexSearch($0, in: line) }
        while start <= line.count {
            var best: Range<Int>?
            for index in searches.indices where searches[index].find(from: start) {
                let found = searches[index].whole
                if let current = best, (current.lowerBound, -current.upperBound) <= (found.lowerBound, -found.upperBound) { continue }
                best = found
            }
            guard let range = best else { return }
            if range.isEmpty {
                start = range.upperBound + 1
                continue
            }
            if showsNames { io.print(name + ":") }
            if flags.contains("n") { io.print("\(number):") }
            io.output += line[range] + [10]
            start = range.upperBound
        }
    }
}
