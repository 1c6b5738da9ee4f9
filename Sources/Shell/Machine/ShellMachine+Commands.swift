/// Finding and running the command that a list of arguments names.
extension ShellMachine {
    /// Commands that may stand in a path such as `/bin/echo`.
    package static let commandDirectories = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]

    mutating func runArguments(_ arguments: [String], _ process: inout ShellProcess) {
        guard let name = arguments.first else {
            process.state.lastStatus = 0
            return
        }
        if process.frames.count > 5000 {
            fail(.depth, "commands are nested more than 5000 deep", at: process.position)
            return
        }
        if let body = process.state.functions[name] {
            guard enter(&process) else { return }
            process.frames.append(.function(positional: process.state.positional, locals: []))
            process.state.positional = Array(arguments.dropFirst())
            process.frames.append(.node(body))
            return
        }
        if let builtin = Self.builtins[name], !process.state.language.lacks(name), exists(name) {
            builtin(&self, &process, Array(arguments.dropFirst()))
            return
        }
        if let found = lookUp(name, process) {
            start(found, name: name, arguments, &process)
            return
        }
        notFound(name, &process)
    }

    /// Counts one more level of functions or scripts; false (and failed) when there are too many.
    mutating func enter(_ process: inout ShellProcess) -> Bool {
        process.state.depth += 1
        if process.state.depth > configuration.limits.depth {
            fail(.depth, "functions are nested more than \(configuration.limits.depth) deep", at: process.position)
            return false
        }
        return true
    }

    /// Whether the system has a command of this name: as its image says, or because it was installed.
    func exists(_ name: String) -> Bool {
        guard let available = configuration.isAvailable else { return configuration.unknownCommands == .plain || !["python", "python3"].contains(name) }
        let base = name.split(separator: "/").last.map(String.init) ?? name
        if available.contains(base) || Self.isPartOfShell(base) { return true }
        return Self.commandDirectories.contains { isInstalled("\($0)/\(base)") }
    }

    private func isInstalled(_ path: String) -> Bool {
        guard case .file(let content)? = try? files.node(path) else { return false }
        return content.bytes.starts(with: InstalledPrograms.mark)
    }

    /// Builtins that no system is without, as they change the shell itself.
    static func isPartOfShell(_ name: String) -> Bool {
        builtins[name] != nil && !["bash", "dash", "ash", "sh", "env", "nohup", "nice", "sudo", "timeout", "which", "time"].contains(name)
            || ["echo", "printf", "test", "[", "[[", "true", "false"].contains(name)
    }

    /// Who is to run a script, by its first line.
    struct Interpreter {
        var language: ShellLanguage?
        /// The program; nil for the shell that is there.
        var program: String?

        /// What is said when there is no such program.
        func problem(knows: (String) -> Bool) -> String? {
            guard let program, !knows(program) else { return nil }
            return "not found"
        }
    }

    static func interpreter(of text: [UInt8]) -> Interpreter {
        guard text.starts(with: [35, 33]) else { return Interpreter() }
        let line = String(decoding: text.dropFirst(2).prefix { $0 != 10 && $0 != 13 }, as: UTF8.self)
        var words = line.split(separator: " ").map(String.init)[...]
        if words.first?.hasSuffix("/env") == true { words = words.dropFirst().drop { $0.hasPrefix("-") } }
        guard let program = words.first?.split(separator: "/").last.map(String.init) else { return Interpreter() }
        return Interpreter(language: ShellLanguage.named(program), program: program)
    }

    enum FoundCommand {
        case host(String)
        case utility(Utility)
        case script(path: String, text: [UInt8])
        case notExecutable
    }

    func lookUp(_ name: String, _ process: ShellProcess) -> FoundCommand? {
        func known(_ base: String) -> FoundCommand? {
            guard exists(base), !process.state.language.lacks(base) else { return nil }
            if configuration.hostCommands[base] != nil { return .host(base) }
            if let utility = UtilityTable.all[base] { return .utility(utility) }
            return nil
        }
        if !name.contains("/") {
            if let found = known(name) { return found }
            let searchPath = process.state["PATH"] ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
            for directory in searchPath.split(separator: ":") {
                if let found = script(at: VirtualFileSystem.absolute(String(directory) + "/" + name, from: process.state.directory)) { return found }
            }
            return nil
        }
        let path = VirtualFileSystem.absolute(name, from: process.state.directory)
        if let found = script(at: path) { return found }
        let cut = path.lastIndex(of: "/") ?? path.startIndex
        if Self.commandDirectories.contains(String(path[..<cut])) { return known(String(path[path.index(after: cut)...])) }
        return nil
    }

    private func script(at path: String) -> FoundCommand? {
        let node = try? files.node(path)
        if case .directory? = node { return .notExecutable }
        guard case .file(let content)? = node, !content.bytes.starts(with: InstalledPrograms.mark) else { return nil }
        guard content.attributes.mode & 0o111 != 0 else { return .notExecutable }
        return .script(path: path, text: content.bytes)
    }

    private mutating func start(_ found: FoundCommand, name: String, _ arguments: [String], _ process: inout ShellProcess) {
        switch found {
        case .host(let host):
            var arguments = arguments
            arguments[0] = host
            let needsInput = configuration.hostCommands[host]?.reads(arguments) ?? false
            process.frames.append(.host(HostRun(arguments: arguments, needsInput: needsInput)))
        case .utility(let utility):
            let rest = readingDevice(utility.name, Array(arguments.dropFirst()), &process)
            // Reading a large file costs as much as many small steps.
            for file in rest.prefix(16) where !file.hasPrefix("-") {
                stepsUsed += files.fileSize(VirtualFileSystem.absolute(file, from: process.state.directory)) / 4096
            }
            process.frames.append(.utility(UtilityRun(name: utility.name, arguments: rest, task: utility.makeTask(rest))))
        case .script(let path, let text):
            guard enter(&process) else { return }
            process.state.depth -= 1
            let interpreter = Self.interpreter(of: text)
            if let problem = interpreter.problem(knows: { lookUp($0, process) != nil || Self.builtins[$0] != nil && exists($0) }) {
                complain(.other("\(name): \(problem)"), &process)
                process.state.lastStatus = 127
                checkError(&process)
                return
            }
            runScript(text, name: name.contains("/") ? name : path, arguments: Array(arguments.dropFirst()), language: interpreter.language, &process)
        case .notExecutable:
            complain(.permissionDenied(name), &process)
            process.state.lastStatus = 126
            checkError(&process)
        }
    }

    /// Runs a script in a process of its own, as a file that is executed or `sh file`.
    mutating func runScript(
        _ text: [UInt8], name: String, arguments: [String], title: String? = nil, options: ShellOptions = ShellOptions(), language: ShellLanguage? = nil, readsFile: Bool = true,
        _ process: inout ShellProcess
    ) {
        do throws(ScriptSyntaxError) {
            let script = try Script(parsing: text, language: language ?? process.state.language)
            var child = process
            child.state.positional = arguments
            child.state.scriptName = name
            child.state.language = language ?? process.state.language
            child.state.readsFile = readsFile
            child.state.functions = [:]
            child.state.options = options
            child.state.depth += 1
            child.state.isInteractive = false
            if child.state.depth > configuration.limits.depth {
                fail(.depth, "scripts are nested more than \(configuration.limits.depth) deep", at: process.position)
                return
            }
            child.title = title ?? ([name] + arguments).joined(separator: " ")
            for (name, variable) in child.state.variables where !variable.isExported { child.state.unset(name) }
            child.state.assign("OPTIND", "1")
            if process.frames.isEmpty, process.state.traps["EXIT"] == nil {
                // Nothing comes after it: the script takes the place of this process, as `exec` would have it.
                child.state.traps = process.state.traps.filter { $0.value.isEmpty }
                child.frames = [.node(script.body)]
                process = child
                return
            }
            guard let id = spawn([.node(script.body)], from: child, descriptors: process.descriptors) else { return }
            if let index = processes.firstIndex(where: { $0.id == id }) {
                processes[index].state.shellNumber = id
                processes[index].state.ignoresErrors = false
            }
            process.frames.append(.awaitProcess(id))
        } catch {
            let words = error.words(language ?? process.state.language, inFile: readsFile)
            var message = "\(name): \(words)\n"
            if words.contains("near unexpected token") {
                // A bash shows the line as well.
                let lines = text.split(separator: 10, omittingEmptySubsequences: false)
                let line = lines.indices.contains(error.position.line - 1) ? String(decoding: lines[error.position.line - 1], as: UTF8.self) : ""
                message += "\(name): \(readsFile ? "" : "-c: ")line \(error.position.line): `\(line)'\n"
            }
            emit(2, Array(message.utf8), &process)
            process.state.lastStatus = 2
            checkError(&process)
        }
    }

    /// Runs text in the present shell: `eval`, `.`, traps.
    mutating func runText(_ text: String, _ process: inout ShellProcess, end: Frame = .leave) {
        do throws(ScriptSyntaxError) {
            let script = try Script(parsing: text, language: process.state.language)
            guard enter(&process) else { return }
            process.frames.append(end)
            process.frames.append(.node(script.body))
        } catch {
            if process.state.language == .lenient { complain("\(error)", &process) } else {
                emit(2, Array("\(process.state.scriptName): \(error.words(process.state.language, inFile: process.state.readsFile))\n".utf8), &process)
            }
            process.state.lastStatus = 2
            if !unwind(&process, status: 2) { exit(2, &process) }
        }
    }

    mutating func notFound(_ name: String, _ process: inout ShellProcess) {
        switch configuration.unknownCommands {
        case .plain:
            complain(.notFound(name), &process)
        case .lab: complain("\(name): not available in labs", &process)
        }
        process.state.lastStatus = 127
        checkError(&process)
    }

    // MARK: Utilities and host commands

    /// What a shell prints with itself.
    private static let builtinWriters: Set<String> = ["echo", "printf", "pwd"]

    mutating func continueUtility(_ utility: UtilityRun, _ process: inout ShellProcess) -> StepResult {
        var run = utility
        var input: [UInt8] = []
        if let wake = process.wake {
            if wake > now {
                process.frames.append(.utility(run))
                return .blocked
            }
            process.wake = nil
        }
        if run.wantsInput, !run.inputEnded {
            switch read(0, process) {
            case .bytes(let bytes): input = bytes
            case .end: run.inputEnded = true
            case .blocked:
                process.frames.append(.utility(run))
                return .blocked
            }
        }
        var io = UtilityIO(
            name: run.name, arguments: run.arguments, files: VirtualFileSystem(), directory: process.state.directory,
            environment: process.state.environment, now: now)
        swap(&io.files, &files)
        io.files.now = now
        io.input = input
        io.inputEnded = run.inputEnded
        io.language = process.state.language
        io.tools = configuration.tools
        io.sockets = configuration.sockets
        io.files.creationMask = process.state.fileMask
        io.hostName = configuration.hostName
        io.userName = configuration.userName
        io.terminal = terminal
        if ProcessUtilities.names.contains(run.name) {
            (io.processes, io.process) = listedProcesses(by: process, running: ([run.name] + run.arguments).joined(separator: " "))
        }
        // Names of processes are looked up when a tool may ask for them.
        if io.files.kernel != nil, process.state.directory.hasPrefix("/proc") || run.arguments.contains(where: { $0.contains("proc") }) {
            let line = ([run.name] + run.arguments).joined(separator: " ")
            let seen = listedProcesses(by: process, running: line)
            (io.files.kernel!.processes, io.files.kernel!.own) = (seen.list, seen.own)
        }
        io.random = UInt64(bitPattern: now) &+ UInt64(stepsUsed)
        let outcome = run.task.resume(&io)
        swap(&io.files, &files)
        if let changed = io.terminal {
            terminal?.echoes = changed.echoes
            terminal?.isCanonical = changed.isCanonical
            terminal?.hasSignals = changed.hasSignals
        }
        process.hasWriteFailed = false
        process.writer = Self.builtinWriters.contains(run.name) ? "sh" : run.name
        // Errors go first: a tool that fails has usually printed nothing yet.
        emit(2, io.errors, &process)
        emit(1, io.output, &process)
        process.writer = "sh"
        if process.isExiting { return .progress }
        stepsUsed += (io.output.count + input.count) / 512 + io.work / UtilityIO.workPerStep
        for signal in io.signals { _ = send(signal.name, to: signal.process, from: &process) }
        if process.isExiting { return .progress }
        if process.hasWriteFailed {
            // A tool whose output cannot be written ends there.
            process.hasWriteFailed = false
            process.state.lastStatus = 1
            checkError(&process)
            return .progress
        }
        switch outcome {
        case .exit(let status):
            process.state.lastStatus = status & 255
            checkError(&process)
        case .needsInput:
            run.wantsInput = true
            process.frames.append(.utility(run))
        case .again: process.frames.append(.utility(run))
        case .sleep(let until):
            process.wake = max(until, now)
            process.frames.append(.utility(run))
        case .run(let commands):
            process.state.lastStatus = 0
            if run.name == "xargs" || run.name == "find" { process.frames.append(.commandStatus(of: run.name)) }
            process.frames.append(.commands(commands, next: 0, worst: 0))
        }
        return .progress
    }

    /// As how many steps a call of others counts: looking its host up and opening files takes that long.
    private static let stepsOfCall = 200

    mutating func continueHost(_ host: HostRun, _ process: inout ShellProcess) -> StepResult {
        var run = host
        if let call = run.call {
            guard let answer = answers.removeValue(forKey: call) else {
                process.frames.append(.host(run))
                return .blocked
            }
            process.state.lastStatus = answer.status & 255
            emit(1, answer.output, &process)
            emit(2, answer.errors, &process)
            if !process.isExiting { checkError(&process) }
            return .progress
        }
        if run.needsInput {
            switch read(0, process) {
            case .bytes(let bytes):
                run.input.append(bytes)
                run.inputBytes += bytes.count
                if run.inputBytes > configuration.limits.bufferBytes {
                    fail(.buffer, "\(run.arguments[0]) was given more than \(configuration.limits.bufferBytes) bytes of input", at: process.position)
                }
                process.frames.append(.host(run))
                return .progress
            case .blocked:
                process.frames.append(.host(run))
                return .blocked
            case .end: break
            }
        }
        let id = nextHandle
        nextHandle += 1
        stepsUsed += Self.stepsOfCall
        run.call = id
        calls[id] = HostCall(
            id: id, process: process.id, arguments: run.arguments, input: Array(run.input.joined()), environment: process.state.environment,
            directory: process.state.directory, position: process.position)
        process.frames.append(.host(run))
        return .progress
    }
}

extension ShellMachine {
    /// The names of all commands that the shell has by itself.
    package static var allNames: Set<String> { Set(builtins.keys.filter { !$0.contains("/") }).union(UtilityTable.all.keys) }

    /// Whether a command of this name can be run by the shell itself.
    package static func knows(_ name: String) -> Bool { builtins[name] != nil || UtilityTable.all[name] != nil }
}
