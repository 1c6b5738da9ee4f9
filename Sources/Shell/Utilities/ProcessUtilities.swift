/// Utilities that list processes and send them signals: ps, pidof, pgrep, killall, pkill, and a server's own `-s`.
enum ProcessUtilities {
    /// Those that are given the processes.
    static let names: Set<String> = ["ps", "top", "pidof", "pgrep", "killall", "pkill", "nginx"]

    /// `ps` as busybox has it, and as procps has it with and without options.
    @Sendable static func ps(_ io: inout UtilityIO) -> Int {
        let user = SystemUtilities.userName(io.files.user)
        func right(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
        func left(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
        if io.tools == .busybox {
            io.printLine("PID   USER     TIME  COMMAND")
            for process in io.processes { io.printLine("\(right(String(process.id), 5)) \(left(user, 9))0:00 \(process.title)") }
            return 0
        }
        let options = io.arguments.joined().filter { $0 != "-" }
        if options.contains("u") {
            io.printLine("USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND")
            for process in io.processes { io.printLine("\(left(user, 8)) \(right(String(process.id), 7))  0.0  0.0   4340  2900 ?        Ss   00:00   0:00 \(process.title)") }
        } else if options.contains("f") {
            io.printLine("UID          PID    PPID  C STIME TTY          TIME CMD")
            for process in io.processes {
                io.printLine("\(left(user, 8)) \(right(String(process.id), 7)) \(right(String(process.parent), 7))  0 00:00 ?        00:00:00 \(process.title)")
            }
        } else {
            io.printLine("    PID TTY          TIME CMD")
            for process in io.processes { io.printLine("\(right(String(process.id), 7)) ?        00:00:00 \(programName(process))") }
        }
        return 0
    }

    /// `pidof` and `pgrep`.
    @Sendable static func pidof(_ io: inout UtilityIO) -> Int {
        let found = matches(io, exactly: io.name == "pidof").filter { $0.id != io.process }
        if found.isEmpty { return 1 }
        if io.name == "pgrep" { for process in found { io.printLine(String(process.id)) } } else { io.printLine(found.map { String($0.id) }.reversed().joined(separator: " ")) }
        return 0
    }

    /// `killall` and `pkill`.
    @Sendable static func killall(_ io: inout UtilityIO) -> Int {
        var signal = "TERM"
        for argument in io.arguments where argument.hasPrefix("-") {
            if let name = ShellMachine.signalName(String(argument.dropFirst())) { signal = name }
        }
        let found = matches(io, exactly: io.name == "killall").filter { $0.id != io.process }
        guard !found.isEmpty else {
            for name in names(io) where io.name == "killall" { io.complain(io.tools == .busybox ? "\(name): no process killed" : "\(name): no process found") }
            return 1
        }
        io.signals = found.map { SentSignal(process: $0.id, name: signal) }
        return 0
    }

    /// `nginx`: its version, the test of its configuration, and signals to the server that runs.
    @Sendable static func nginx(_ io: inout UtilityIO) -> Int {
        let version = io.environment.first { $0.name == "NGINX_VERSION" }?.value ?? "1.29.4"
        let arguments = io.arguments
        if arguments.contains("-v") || arguments.contains("-V") {
            io.errors += Array("nginx version: nginx/\(version)\n".utf8)
            return 0
        }
        if arguments.contains("-t") || arguments.contains("-T") {
            return test(&io)
        }
        guard let place = arguments.firstIndex(of: "-s"), place + 1 < arguments.count else {
            io.errors += Array("nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n".utf8)
            return 1
        }
        let signals = ["stop": "TERM", "quit": "QUIT", "reload": "HUP", "reopen": "USR1"]
        guard let signal = signals[arguments[place + 1]] else {
            io.errors += Array("nginx: invalid option: \"-s \(arguments[place + 1])\"\n".utf8)
            return 1
        }
        guard let master = io.processes.first(where: { $0.title.hasPrefix("nginx: master") }) else {
            io.errors += Array("nginx: [error] open() \"/run/nginx.pid\" failed (2: No such file or directory)\n".utf8)
            return 1
        }
        if signal == "HUP" {
            do throws(NginxProblem) { _ = try NginxConfiguration(files: io.files) } catch {
                complain(error, &io)
                return 1
            }
        }
        if signal == "HUP" { io.errors += Array("nginx: [notice] signal process started\n".utf8) }
        io.signals = [SentSignal(process: master.id, name: signal)]
        return 0
    }

    /// `nginx -t` and `-T`: reads the configuration, and with `-T` shows its main file.
    private static func test(_ io: inout UtilityIO) -> Int {
        let path = io.arguments.firstIndex(of: "-c").flatMap { io.arguments.dropFirst($0 + 1).first } ?? NginxConfiguration.mainFile
        do throws(NginxProblem) {
            let nginx = try NginxConfiguration(path, files: io.files)
            for warning in nginx.warnings { io.errors += Array("nginx: [warn] \(warning)\n".utf8) }
            io.errors += Array("nginx: the configuration file \(path) syntax is ok\nnginx: configuration file \(path) test is successful\n".utf8)
            if io.arguments.contains("-T"), let bytes = try? io.files.read(path) { io.output += Array("# configuration file \(path):\n".utf8) + bytes }
            return 0
        } catch {
            complain(error, &io)
            io.errors += Array("nginx: configuration file \(path) test failed\n".utf8)
            return 1
        }
    }

    /// A mistake in the configuration goes to the error log, which is standard error, and to standard error itself.
    private static func complain(_ problem: NginxProblem, _ io: inout UtilityIO) {
        io.errors += Array("\(DateFormatter.format("%Y/%m/%d %H:%M:%S", io.now)) [emerg] \(io.process)#\(io.process): \(problem.message)\nnginx: [emerg] \(problem.message)\n".utf8)
    }

    private static func names(_ io: UtilityIO) -> [String] { io.arguments.filter { !$0.hasPrefix("-") } }

    /// The processes that the arguments name: by their program, or with `-f` by their whole command line.
    private static func matches(_ io: UtilityIO, exactly: Bool) -> [ProcessEntry] {
        let names = names(io)
        let isWhole = !exactly && io.arguments.contains("-f")
        return io.processes.filter { process in
            let program = programName(process)
            return names.contains { isWhole ? process.title.contains($0) : exactly ? program == $0 : program.contains($0) }
        }
    }

    /// The program of a process: the last part of its first word.
    private static func programName(_ process: ProcessEntry) -> String {
        let first = process.title.split(separator: " ").first.map(String.init) ?? ""
        return first.split(separator: "/").last.map { $0.hasSuffix(":") ? String($0.dropLast()) : String($0) } ?? first
    }
}
