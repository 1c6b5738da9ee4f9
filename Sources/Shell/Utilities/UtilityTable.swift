/// A command that the shell has by itself.
package struct Utility: Sendable {
    var name: String
    var makeTask: @Sendable ([String]) -> any UtilityTask

    /// A utility that works in one go without standard input.
    static func plain(_ body: @escaping @Sendable (inout UtilityIO) -> Int) -> @Sendable ([String]) -> any UtilityTask {
        { _ in WholeInputTask(needsInput: { _ in false }, body: body) }
    }

    /// A utility that works once its input is complete, when it has no files to work on.
    static func whole(readsInput: @escaping @Sendable ([String]) -> Bool = Self.hasNoFiles, _ body: @escaping @Sendable (inout UtilityIO) -> Int) -> @Sendable ([String]) -> any UtilityTask {
        { _ in WholeInputTask(needsInput: readsInput, body: body) }
    }

    @Sendable static func hasNoFiles(_ arguments: [String]) -> Bool {
        let operands = arguments.filter { !$0.hasPrefix("-") || $0 == "-" }
        return operands.isEmpty || operands.contains("-")
    }
}

/// All utilities by name: data, so that the list can be printed and checked.
enum UtilityTable {
    static let all: [String: Utility] = {
        var table: [String: Utility] = [:]
        for group in [text, filters, entries, system] {
            for (name, make) in group { table[name] = Utility(name: name, makeTask: make) }
        }
        return table
    }()

    typealias Group = [(String, @Sendable ([String]) -> any UtilityTask)]

    static let text: Group = [
        ("echo", Utility.plain(PrintingUtilities.echo)), ("printf", Utility.plain(PrintingUtilities.printf)),
        ("seq", Utility.plain(PrintingUtilities.seq)), ("basename", Utility.plain(PrintingUtilities.basename)),
        ("dirname", Utility.plain(PrintingUtilities.dirname)), ("expr", Utility.plain(ExpressionUtility.run)),
        ("test", Utility.plain(TestUtility.test)), ("[", Utility.plain(TestUtility.bracket)), ("[[", Utility.plain(TestUtility.doubleBracket)),
        ("sort", Utility.whole(readsInput: SortUtility.readsInput, SortUtility.run)), ("wc", Utility.whole(TextUtilities.wc)),
        ("tac", Utility.whole(TextUtilities.tac)), ("base64", Utility.whole(TextUtilities.base64)),
        ("paste", Utility.whole(TextUtilities.paste)), ("diff", Utility.whole(readsInput: { $0.contains("-") }, DiffUtility.run)),
        ("cmp", Utility.whole(readsInput: { $0.contains("-") }, DiffUtility.cmp)),
        ("comm", Utility.whole(readsInput: { $0.contains("-") }, TextUtilities.comm)), ("column", Utility.whole(TextUtilities.column)),
        ("sha256sum", Utility.whole(DigestUtilities.sha256)), ("sha1sum", Utility.whole(DigestUtilities.sha1)), ("md5sum", Utility.whole(DigestUtilities.md5)), ("sha512sum", Utility.whole(DigestUtilities.sha512)),
        ("od", Utility.whole(readsInput: { LetterOptions($0, flags: "cxbdovh", values: "AtNjw").operands.isEmpty }, DumpUtilities.od)),
        ("hexdump", Utility.whole(readsInput: { LetterOptions($0, flags: "Cvx", values: "nse").operands.isEmpty }, DumpUtilities.hexdump)),
        ("hd", Utility.whole(DumpUtilities.hexdump)), ("xxd", Utility.whole(readsInput: { LetterOptions($0, flags: "prui", values: "lcgs").operands.isEmpty }, DumpUtilities.xxd)),
        ("strings", Utility.whole(readsInput: { LetterOptions($0, flags: "af", values: "n").operands.isEmpty }, DumpUtilities.strings)),
        ("split", Utility.whole(readsInput: { LetterOptions($0, flags: "d", values: "lba").operands.first.map { $0 == "-" } ?? true }, SplittingUtilities.split)),
        ("shuf", Utility.whole(readsInput: SplittingUtilities.shufReadsInput, SplittingUtilities.shuf)), ("factor", Utility.plain(SplittingUtilities.factor)),
        ("expand", Utility.whole(SplittingUtilities.expand)), ("envsubst", Utility.whole(readsInput: { _ in true }, SplittingUtilities.envsubst)),
        ("bc", Utility.whole(readsInput: { _ in true }, CalculatorUtility.bc)), ("dc", Utility.whole(readsInput: { $0.isEmpty }, CalculatorUtility.dc)),
        ("xargs", { XargsTask(arguments: $0) }), ("yes", { YesTask(text: $0.isEmpty ? "y" : $0.joined(separator: " ")) }),
    ]

    static let filters: Group = [
        ("cat", { CatTask(arguments: $0) }), ("less", { CatTask(arguments: $0) }), ("more", { CatTask(arguments: $0) }), ("head", { HeadTask(arguments: $0) }), ("tail", { TailTask(arguments: $0) }),
        ("tee", { TeeTask(arguments: $0) }), ("tr", { TrTask(arguments: $0) }), ("cut", { CutTask(arguments: $0) }),
        ("uniq", { UniqTask(arguments: $0) }), ("nl", { NumberTask(arguments: $0) }), ("rev", { RevTask(arguments: $0) }),
        ("fold", { FoldTask(arguments: $0) }), ("grep", { GrepTask(arguments: $0) }), ("egrep", { GrepTask(arguments: ["-E"] + $0) }),
        ("fgrep", { GrepTask(arguments: ["-F"] + $0) }), ("sed", { SedTask(arguments: $0) }), ("awk", { AwkTask(arguments: $0) }),
        ("gawk", { AwkTask(arguments: $0) }), ("mawk", { AwkTask(arguments: $0) }),
    ]

    static let entries: Group = [
        ("ls", Utility.plain(ListUtility.run)), ("mkdir", Utility.plain(EntryUtilities.mkdir)), ("rmdir", Utility.plain(EntryUtilities.rmdir)),
        ("rm", Utility.plain(EntryUtilities.rm)), ("cp", Utility.plain(EntryUtilities.cp)), ("mv", Utility.plain(EntryUtilities.mv)),
        ("ln", Utility.plain(EntryUtilities.ln)), ("touch", Utility.plain(EntryUtilities.touch)), ("chmod", Utility.plain(EntryUtilities.chmod)),
        ("chown", Utility.plain(EntryUtilities.chown)), ("chgrp", Utility.plain(EntryUtilities.chown)),
        ("readlink", Utility.plain(EntryUtilities.readlink)), ("realpath", Utility.plain(EntryUtilities.realpath)),
        ("mktemp", Utility.plain(EntryUtilities.mktemp)), ("truncate", Utility.plain(EntryUtilities.truncate)),
        ("dd", Utility.whole(readsInput: { arguments in !arguments.contains { $0.hasPrefix("if=") } }, EntryUtilities.dd)),
        ("stat", Utility.plain(ListUtility.stat)), ("du", Utility.plain(ListUtility.du)), ("df", Utility.plain(ListUtility.df)),
        ("find", { FindTask(arguments: $0) }), ("tar", { TarTask(arguments: $0) }), ("sync", Utility.plain { _ in 0 }),
        ("gzip", Utility.whole(GzipUtility.run)), ("gunzip", Utility.whole(GzipUtility.run)), ("zcat", Utility.whole(GzipUtility.run)),
        ("install", Utility.plain(EntryUtilities.install)), ("unlink", Utility.plain(EntryUtilities.rm)),
    ]

    static let system: Group = [
        ("true", Utility.plain { _ in 0 }), ("false", Utility.plain { _ in 1 }), ("sleep", { SleepTask(arguments: $0) }),
        ("date", Utility.plain(DateUtility.run)), ("hostname", Utility.plain(SystemUtilities.hostname)), ("dnsdomainname", Utility.plain(SystemUtilities.domainName)), ("id", Utility.plain(SystemUtilities.id)),
        ("whoami", Utility.plain(SystemUtilities.whoami)), ("uname", Utility.plain(SystemUtilities.uname)), ("arch", Utility.plain(SystemUtilities.arch)),
        ("printenv", Utility.plain(SystemUtilities.printenv)), ("ps", Utility.plain(ProcessUtilities.ps)), ("uptime", Utility.plain(SystemUtilities.uptime)),
        ("nproc", Utility.plain(SystemUtilities.nproc)), ("free", Utility.plain(SystemUtilities.free)), ("tty", Utility.plain(SystemUtilities.tty)),
        ("clear", Utility.plain(SystemUtilities.clear)), ("reset", Utility.plain(SystemUtilities.clear)), ("stty", Utility.plain(SystemUtilities.stty)),
        ("sysctl", Utility.plain(SystemUtilities.sysctl)), ("mount", Utility.plain(SystemUtilities.mount)), ("groups", Utility.plain(SystemUtilities.groups)), ("logname", Utility.plain(SystemUtilities.whoami)),
        ("ip", Utility.plain(NetworkStateUtilities.ip)), ("ifconfig", Utility.plain(NetworkStateUtilities.ifconfig)), ("route", Utility.plain(NetworkStateUtilities.route)),
        ("netstat", Utility.plain(NetworkStateUtilities.netstat)), ("ss", Utility.plain(NetworkStateUtilities.ss)), ("top", Utility.plain(NetworkStateUtilities.top)),
        ("pidof", Utility.plain(ProcessUtilities.pidof)), ("pgrep", Utility.plain(ProcessUtilities.pidof)),
        ("killall", Utility.plain(ProcessUtilities.killall)), ("pkill", Utility.plain(ProcessUtilities.killall)), ("nginx", Utility.plain(ProcessUtilities.nginx)),
        ("vi", Utility.plain(NetworkStateUtilities.editor)), ("vim", Utility.plain(NetworkStateUtilities.editor)), ("nano", Utility.plain(NetworkStateUtilities.editor)),
        ("apk", { PackageTask(arguments: $0) }), ("apt-get", { PackageTask(arguments: $0) }), ("apt", { PackageTask(arguments: $0) }), ("yum", { PackageTask(arguments: $0) }),
        ("dnf", { PackageTask(arguments: $0) }), ("microdnf", { PackageTask(arguments: $0) }), ("watch", { WatchTask(arguments: $0) }),
        ("perl", { PerlTask(arguments: $0) }), ("python", { PythonTask(arguments: $0) }), ("python3", { PythonTask(arguments: $0) }),
    ]
}

/// `sleep 5`, `sleep 1m 30s`, `sleep infinity`.
struct SleepTask: UtilityTask {
    let arguments: [String]
    var until: Int64?

    init(arguments: [String]) { self.arguments = arguments }

    /// The nanoseconds of `1.5`, `10s`, `2m`, `1h`, `1d`, `infinity`; nil for anything else.
    static func nanoseconds(_ text: String) -> Int64? {
        if text == "infinity" || text == "inf" { return 100 * 365 * 86_400 * 1_000_000_000 / 2 }
        var digits = text
        var unit = 1.0
        if let last = text.last, let factor = ["s": 1.0, "m": 60, "h": 3600, "d": 86_400][last] {
            unit = factor
            digits.removeLast()
        }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }), let number = Double(digits) else { return nil }
        return Int64(min(number * unit, 1.5e9) * 1e9)
    }

    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        if until != nil { return .exit(0) }
        guard !arguments.isEmpty else {
            io.complain("missing operand")
            return .exit(1)
        }
        var total: Int64 = 0
        for argument in arguments {
            guard let duration = Self.nanoseconds(argument) else {
                io.complain("invalid time interval '\(argument)'")
                return .exit(1)
            }
            total &+= duration
        }
        until = io.now &+ total
        return .sleep(until: io.now &+ total)
    }
}

/// `watch -n 5 COMMAND`: runs a command again and again.
struct WatchTask: UtilityTask {
    let arguments: [String]

    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        var rest = arguments[...]
        var interval = "2"
        while let first = rest.first, first.hasPrefix("-"), first.count > 1 {
            rest = rest.dropFirst()
            if first == "-n" || first == "--interval" { interval = rest.popFirst() ?? "2" } else if first.hasPrefix("-n") { interval = String(first.dropFirst(2)) }
        }
        guard !rest.isEmpty else {
            io.complain("missing command")
            return .exit(1)
        }
        return .run([["sh", "-c", "while true; do echo \"Every $0s: $*\"; eval \"$*\"; sleep \"$0\"; done", interval] + rest])
    }
}

/// `xargs`: arguments for a command from standard input.
struct XargsTask: UtilityTask {
    let arguments: [String]
    var collected: [UInt8] = []

    init(arguments: [String]) { self.arguments = arguments }

    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        collected += io.input
        io.input = []
        if !io.inputEnded { return .needsInput }
        var rest = arguments[...]
        var (most, replacement, separator, isQuiet) = (Int.max, String?.none, UInt8?.none, false)
        while let first = rest.first, first.hasPrefix("-"), first.count > 1 {
            rest = rest.dropFirst()
            func value(_ letters: Int = 2) -> String {
                if first.count > letters { return String(first.dropFirst(letters)) }
                defer { rest = rest.dropFirst() }
                return rest.first ?? ""
            }
            if first.hasPrefix("-n") || first.hasPrefix("-L") { most = max(1, Int(value()) ?? 1) } else if first.hasPrefix("-I") { replacement = value() } else if first.hasPrefix("-P") || first.hasPrefix("-s") { _ = value() } else if first == "-0" { separator = 0 } else if first.hasPrefix("-d") {
                separator = EscapeSequences.decode(Array(value().utf8), style: .ansi).bytes.first ?? 10
            } else if first == "-r" || first == "--no-run-if-empty" { isQuiet = true } else if first == "-t" || first == "-x" || first == "-p" {} else {
                io.complain("invalid option -- '\(first.dropFirst())'")
                return .exit(1)
            }
        }
        let command = rest.isEmpty ? ["echo"] : Array(rest)
        let items: [String]
        if let separator {
            items = collected.split(separator: separator, omittingEmptySubsequences: separator != 10).map { String(decoding: $0, as: UTF8.self) }.filter { !$0.isEmpty }
        } else if replacement != nil {
            items = collected.split(separator: 10).map { String(decoding: $0.drop { $0 == 32 || $0 == 9 }, as: UTF8.self) }
        } else {
            items = Self.words(collected)
        }
        if let replacement {
            return .run(items.map { item in command.map { $0.split(separator: replacement, omittingEmptySubsequences: false).joined(separator: item) } })
        }
        if items.isEmpty { return isQuiet ? .exit(0) : .run([command]) }
        var commands: [[String]] = []
        var start = 0
        while start < items.count {
            let end = min(items.count, most == .max ? items.count : start + most)
            commands.append(command + items[start..<end])
            start = end
        }
        return .run(commands)
    }

    /// Words separated by blanks, with quotes and backslashes.
    private static func words(_ text: [UInt8]) -> [String] {
        var result: [String] = []
        var word: [UInt8]?
        var quote: UInt8?
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            if let open = quote {
                if byte == open { quote = nil } else { word = (word ?? []) + [byte] }
            } else if byte == 34 || byte == 39 {
                quote = byte
                word = word ?? []
            } else if byte == 92, index < text.count {
                word = (word ?? []) + [text[index]]
                index += 1
            } else if byte == 32 || byte == 9 || byte == 10 {
                if let done = word { result.append(String(decoding: done, as: UTF8.self)) }
                word = nil
            } else if word != nil {
                word!.append(byte)
            } else {
                word = [byte]
            }
        }
        if let done = word { result.append(String(decoding: done, as: UTF8.self)) }
        return result
    }
}

/// `yes`: a line for ever, many at a time.
struct YesTask: UtilityTask {
    private let lines: [UInt8]

    init(text: String) {
        let line = Array(text.utf8) + [10]
        lines = [UInt8]((0..<max(8192 / line.count, 1)).map { _ in line }.joined())
    }

    mutating func resume(_ io: inout UtilityIO) -> UtilityOutcome {
        io.output = lines
        return .again
    }
}
