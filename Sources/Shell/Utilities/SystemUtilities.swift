/// Utilities that tell about the machine and its processes.
enum SystemUtilities {
    static func userName(_ number: Int) -> String {
        switch number {
        case 0: "root"
        case 65_534: "nobody"
        default: String(number)
        }
    }

    /// `hostname`, and what `/etc/hosts` says of it: its whole name, its domain, its addresses.
    @Sendable static func hostname(_ io: inout UtilityIO) -> Int {
        let letters = Set(io.arguments.filter { $0.hasPrefix("-") && !$0.hasPrefix("--") }.flatMap { $0.dropFirst() })
        func asks(_ letter: Character, _ words: String...) -> Bool { letters.contains(letter) || words.contains { io.arguments.contains("--" + $0) } }
        let entry = hostEntry(io)
        if asks("i", "ip-address") || asks("I", "all-ip-addresses") {
            io.printLine(entry?.first ?? io.hostName)
        } else if asks("f", "fqdn", "long") {
            io.printLine(entry?.dropFirst().first ?? io.hostName)
        } else if asks("d", "domain") {
            io.printLine(domain(entry))
        } else {
            io.printLine(asks("s", "short") ? String(io.hostName.prefix { $0 != "." }) : io.hostName)
        }
        return 0
    }

    /// `dnsdomainname`: the domain of the host's whole name.
    @Sendable static func domainName(_ io: inout UtilityIO) -> Int {
        io.printLine(domain(hostEntry(io)))
        return 0
    }

    private static func domain(_ entry: [String]?) -> String { (entry?.dropFirst().first).map { String($0.drop { $0 != "." }.dropFirst()) } ?? "" }

    /// The line of `/etc/hosts` that names this host: its address, its whole name, others.
    private static func hostEntry(_ io: UtilityIO) -> [String]? {
        let lines = String(decoding: (try? io.files.read("/etc/hosts")) ?? [], as: UTF8.self).split(separator: "\n")
        return lines.lazy.map { $0.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" }.map(String.init) }.first { $0.dropFirst().contains(io.hostName) }
    }

    @Sendable static func id(_ io: inout UtilityIO) -> Int {
        let (user, group, all) = (io.files.user, io.files.group, memberships(io))
        let letters = Set(io.arguments.filter { $0.hasPrefix("-") }.flatMap { $0.dropFirst() })
        func text(_ number: Int) -> String { letters.contains("n") ? userName(number) : String(number) }
        func shown(_ number: Int) -> String { number == 0 || number == 65_534 ? "\(number)(\(userName(number)))" : "\(number)" }
        if letters.contains("u") { io.printLine(text(user)) } else if letters.contains("g") { io.printLine(text(group)) } else if letters.contains("G") {
            io.printLine(all.map(text).joined(separator: " "))
        } else {
            io.printLine("uid=\(shown(user)) gid=\(shown(group)) groups=\(all.map(shown).joined(separator: ","))")
        }
        return 0
    }

    /// The groups of who runs it, its own among them.
    private static func memberships(_ io: UtilityIO) -> [Int] { io.files.groups.union([io.files.group]).sorted() }

    @Sendable static func groups(_ io: inout UtilityIO) -> Int {
        io.printLine(memberships(io).map(userName).joined(separator: " "))
        return 0
    }

    @Sendable static func whoami(_ io: inout UtilityIO) -> Int {
        if io.files.user != 0, io.files.user != 65_534 {
            io.complain("unknown uid \(io.files.user)")
            return 1
        }
        io.printLine(userName(io.files.user))
        return 0
    }

    @Sendable static func uname(_ io: inout UtilityIO) -> Int {
        let flags = Set(io.arguments.flatMap { $0.dropFirst() })
        let isAll = flags.contains("a")
        var parts: [String] = []
        if flags.isEmpty || isAll || flags.contains("s") { parts.append("Linux") }
        if isAll || flags.contains("n") { parts.append(io.hostName) }
        if isAll || flags.contains("r") { parts.append(io.files.kernel?.release ?? "6.12.0") }
        if isAll || flags.contains("v") { parts.append("#1 SMP") }
        if isAll || flags.contains("m") { parts.append("x86_64") }
        if isAll || flags.contains("o") { parts.append("Linux") }
        io.printLine(parts.joined(separator: " "))
        return 0
    }

    @Sendable static func arch(_ io: inout UtilityIO) -> Int {
        io.printLine("x86_64")
        return 0
    }

    @Sendable static func printenv(_ io: inout UtilityIO) -> Int {
        if io.arguments.isEmpty {
            for (name, value) in io.environment { io.printLine("\(name)=\(value)") }
            return 0
        }
        var status = 0
        for wanted in io.arguments {
            if let found = io.environment.first(where: { $0.name == wanted }) { io.printLine(found.value) } else { status = 1 }
        }
        return status
    }

    @Sendable static func uptime(_ io: inout UtilityIO) -> Int {
        io.printLine(" \(DateFormatter.format("%H:%M:%S", io.now)) up 1 day,  load average: 0.00, 0.00, 0.00")
        return 0
    }

    @Sendable static func nproc(_ io: inout UtilityIO) -> Int {
        let text = String(decoding: (try? io.files.read("/proc/cpuinfo")) ?? [], as: UTF8.self)
        io.printLine(String(max(1, text.split(separator: "\n").count { $0.hasPrefix("processor") })))
        return 0
    }

    @Sendable static func free(_ io: inout UtilityIO) -> Int {
        let total = (io.files.kernel ?? KernelFacts()).memoryBytes
        let (cached, used) = (total / 8, total / 8)
        let flags = Set(io.arguments.filter { $0.hasPrefix("-") }.flatMap { $0.dropFirst() })
        func shown(_ bytes: Int) -> String {
            let text = flags.contains("h") ? ListUtility.human(bytes, io.tools) + (io.tools == .busybox ? "" : bytes < 1024 ? "B" : "i") : String(bytes >> (flags.contains("g") ? 30 : flags.contains("m") ? 20 : 10))
            return String(repeating: " ", count: max(1, 12 - text.count)) + text
        }
        io.printLine("              total        used        free      shared  buff/cache   available")
        io.printLine("Mem:   " + [total, used, total - used - cached, 1 << 20, cached, total - used].map(shown).joined())
        io.printLine("Swap:  " + [0, 0, 0].map(shown).joined())
        return 0
    }

    /// `sysctl NAME`, `-n`, `-a`: what `/proc/sys` says, and nobody can set.
    @Sendable static func sysctl(_ io: inout UtilityIO) -> Int {
        let base = "/proc/sys/"
        let flags = Set(io.arguments.filter { $0.hasPrefix("-") }.flatMap { $0.dropFirst() })
        var names = io.arguments.filter { !$0.hasPrefix("-") }
        if flags.contains("a") { names = io.files.walk("/proc/sys").filter { !$0.node.isDirectory }.map { String($0.path.dropFirst(base.count)) } }
        var hasFailed = false
        func refuse(_ busybox: String, _ gnu: String) {
            io.complain(io.tools == .busybox ? busybox : gnu)
            hasFailed = true
        }
        for name in names {
            let parts = name.split(separator: "=", maxSplits: 1).map(String.init)
            let path = base + (parts.first ?? "").split { $0 == "." || $0 == "/" }.joined(separator: "/")
            let dotted = path.dropFirst(base.count).split(separator: "/").joined(separator: ".")
            guard let bytes = try? io.files.read(path) else {
                refuse("error: '\(dotted)' is an unknown key", "cannot stat \(path): No such file or directory")
                continue
            }
            if parts.count > 1 {
                refuse("error setting key '\(dotted)': Read-only file system", "setting key \"\(dotted)\": Read-only file system")
                continue
            }
            let value = String(decoding: bytes, as: UTF8.self).split(separator: "\n").joined()
            io.printLine(flags.contains("n") ? value : "\(dotted) = \(value)")
        }
        return hasFailed ? (io.tools == .busybox ? 1 : 255) : 0
    }

    @Sendable static func tty(_ io: inout UtilityIO) -> Int {
        io.printLine(io.terminal == nil ? "not a tty" : "/dev/pts/0")
        return io.terminal == nil ? 1 : 0
    }

    @Sendable static func clear(_ io: inout UtilityIO) -> Int {
        if io.terminal != nil { io.print("\u{1B}[H\u{1B}[J") }
        return 0
    }

    /// `stty`, as far as it is used on scripts' terminals: size, echo, raw and sane.
    @Sendable static func stty(_ io: inout UtilityIO) -> Int {
        guard var terminal = io.terminal else {
            io.complain("standard input: Not a tty")
            return 1
        }
        for argument in io.arguments {
            switch argument {
            case "size": io.printLine("\(terminal.rows) \(terminal.columns)")
            case "echo": terminal.echoes = true
            case "-echo": terminal.echoes = false
            case "icanon", "cooked": terminal.isCanonical = true
            case "-icanon": terminal.isCanonical = false
            case "isig": terminal.hasSignals = true
            case "-isig": terminal.hasSignals = false
            case "raw": (terminal.isCanonical, terminal.hasSignals) = (false, false)
            case "sane": (terminal.echoes, terminal.isCanonical, terminal.hasSignals) = (true, true, true)
            default: break
            }
        }
        if io.arguments.isEmpty || io.arguments == ["-a"] {
            io.printLine("speed 38400 baud; rows \(terminal.rows); columns \(terminal.columns);")
            io.printLine("\(terminal.isCanonical ? "" : "-")icanon \(terminal.hasSignals ? "" : "-")isig \(terminal.echoes ? "" : "-")echo")
        }
        io.terminal = terminal
        return 0
    }

    @Sendable static func mount(_ io: inout UtilityIO) -> Int {
        io.printLine("overlay on / type overlay (rw,relatime)")
        for point in io.files.mountPoints { io.printLine("/dev/vol on \(point) type ext4 (rw,relatime)") }
        return 0
    }
}
