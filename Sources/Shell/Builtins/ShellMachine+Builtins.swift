/// The commands that change the shell itself.
extension ShellMachine {
    typealias Builtin = @Sendable (inout ShellMachine, inout ShellProcess, [String]) -> Void

    static let builtins: [String: Builtin] = [
        ":": { _, process, _ in process.state.lastStatus = 0 },
        "break": { $0.leaveLoop($2, goesOn: false, &$1) },
        "continue": { $0.leaveLoop($2, goesOn: true, &$1) },
        "return": { $0.leaveFunction($2, &$1) },
        "exit": { machine, process, arguments in
            guard let first = arguments.first else { return machine.exit(process.state.lastStatus, &process) }
            guard let status = Int(first) else {
                machine.complain(.notNumeric(builtin: "exit", first), &process)
                return machine.exit(2, &process)
            }
            machine.exit(status, &process)
        },
        "eval": { $0.runText($2.joined(separator: " "), &$1) },
        ".": { $0.source($2, &$1) },
        "source": { $0.source($2, &$1) },
        "cd": { $0.changeDirectory($2, &$1) },
        "pwd": { machine, process, _ in machine.answer(process.state.directory + "\n", &process) },
        "export": { $0.declare("export", $2, &$1) },
        "readonly": { $0.declare("readonly", $2, &$1) },
        "local": { $0.declareLocal($2, isLocal: true, &$1) },
        "declare": { $0.declareLocal($2, &$1) },
        "typeset": { $0.declareLocal($2, &$1) },
        "unset": { $0.unset($2, &$1) },
        "set": { $0.set($2, &$1) },
        "shift": { $0.shift($2, &$1) },
        "trap": { $0.trap($2, &$1) },
        "wait": { $0.wait($2, &$1) },
        "read": { $0.read($2, &$1) },
        "getopts": { $0.getOption($2, &$1) },
        "kill": { $0.sendSignals($2, &$1) },
        "jobs": { machine, process, _ in machine.answer("", &process) },
        "umask": { $0.changeMask($2, &$1) },
        "ulimit": { machine, process, arguments in machine.answer(arguments.isEmpty || arguments.last?.hasPrefix("-") == true ? "unlimited\n" : "", &process) },
        "hash": { _, process, _ in process.state.lastStatus = 0 },
        "alias": { _, process, _ in process.state.lastStatus = 0 },
        "unalias": { _, process, _ in process.state.lastStatus = 0 },
        "shopt": { _, process, _ in process.state.lastStatus = 0 },
        "times": { machine, process, _ in machine.answer("0m0.00s 0m0.00s\n0m0.00s 0m0.00s\n", &process) },
        "let": { $0.evaluate($2, &$1) },
        "command": { $0.command($2, &$1) },
        "builtin": { $0.runArguments($2, &$1) },
        "type": { $0.type($2, &$1) },
        "which": { $0.type($2, isPathOnly: true, &$1) },
        "sh": { $0.shell("sh", $2, &$1) },
        "bash": { $0.shell("bash", $2, &$1) },
        "ash": { $0.shell("ash", $2, &$1) },
        "dash": { $0.shell("dash", $2, &$1) },
        "/bin/sh": { $0.shell("/bin/sh", $2, &$1) },
        "/bin/bash": { $0.shell("/bin/bash", $2, &$1) },
        "/bin/ash": { $0.shell("/bin/ash", $2, &$1) },
        "/usr/bin/bash": { $0.shell("/usr/bin/bash", $2, &$1) },
        "env": { $0.environment($2, &$1) },
        "/usr/bin/env": { $0.environment($2, &$1) },
        "nohup": { $0.runArguments($2, &$1) },
        "nice": { machine, process, arguments in machine.runArguments(Array(arguments.drop { $0.hasPrefix("-") }), &process) },
        "sudo": { machine, process, arguments in machine.notFound("sudo", &process) },
        "time": { $0.runArguments($2, &$1) },
        "timeout": { $0.timeout($2, &$1) },
    ]

    /// Prints text as a builtin's output and succeeds.
    mutating func answer(_ text: String, status: Int = 0, _ process: inout ShellProcess) {
        process.state.lastStatus = status
        emit(1, Array(text.utf8), &process)
        if status != 0 { checkError(&process) }
    }

    /// Complains and ends the builtin with a status.
    mutating func refuse(_ message: String, status: Int = 1, _ process: inout ShellProcess) {
        complain(message, &process)
        process.state.lastStatus = status
        checkError(&process)
    }

    /// Complains as the shell's language has it; one of POSIX's special builtins ends a shell that is not interactive.
    mutating func refuse(_ problem: ShellProblem, isSpecial: Bool = false, lenientStatus: Int = 1, _ process: inout ShellProcess) {
        complain(problem, &process)
        let isStrict = process.state.language == .ash || process.state.language == .dash
        process.state.lastStatus = process.state.language == .lenient ? lenientStatus : isStrict ? 2 : 1
        if isSpecial, isStrict, !unwind(&process, status: 2) { return exit(2, &process) }
        checkError(&process)
    }

    /// `umask`, in octal or as letters.
    mutating func changeMask(_ arguments: [String], _ process: inout ShellProcess) {
        guard let text = arguments.last, text != "-S" else {
            let mask = process.state.fileMask
            if arguments.first == "-S" {
                let parts = [("u", 6), ("g", 3), ("o", 0)].map { name, shift in
                    let bits = ~mask >> shift & 7
                    return "\(name)=" + (bits & 4 != 0 ? "r" : "") + (bits & 2 != 0 ? "w" : "") + (bits & 1 != 0 ? "x" : "")
                }
                return answer(parts.joined(separator: ",") + "\n", &process)
            }
            let octal = String(mask, radix: 8)
            return answer(String(repeating: "0", count: max(0, 4 - octal.count)) + octal + "\n", &process)
        }
        guard let mask = Int(text, radix: 8), mask <= 0o777 else { return refuse(.other("Illegal mode: \(text)", builtin: "umask"), &process) }
        process.state.fileMask = mask
        process.state.lastStatus = 0
    }

    // MARK: Control flow

    func leaveLoop(_ arguments: [String], goesOn: Bool, _ process: inout ShellProcess) {
        var levels = max(1, arguments.first.flatMap(Int.init) ?? 1)
        process.state.lastStatus = 0
        guard process.frames.contains(where: \.isLoop) else { return }
        while let frame = process.frames.last {
            if case .function = frame { return }
            if frame.isLoop {
                levels -= 1
                let isOutermost = !process.frames.dropLast().contains(where: \.isLoop)
                if levels == 0 || isOutermost {
                    if !goesOn {
                        process.frames.removeLast()
                    } else if case .loop(let condition, let body, let isUntil, _, _) = frame {
                        process.frames.removeLast()
                        process.frames.append(.loop(condition: condition, body: body, isUntil: isUntil, isInBody: true, status: 0))
                    }
                    return
                }
            }
            process.frames.removeLast()
            undo(frame, &process)
        }
    }

    func leaveFunction(_ arguments: [String], _ process: inout ShellProcess) {
        let status = arguments.first.flatMap(Int.init).map { $0 & 255 } ?? process.state.lastStatus
        while let frame = process.frames.popLast() {
            undo(frame, &process)
            switch frame {
            case .function, .sourced:
                process.state.lastStatus = status
                checkError(&process)
                return
            default: break
            }
        }
        exit(status, &process)
    }

    mutating func source(_ arguments: [String], _ process: inout ShellProcess) {
        guard let name = arguments.first else { return refuse(.other("filename argument required", builtin: "."), isSpecial: true, lenientStatus: 2, &process) }
        do throws(FileError) {
            let path = VirtualFileSystem.absolute(name, from: process.state.directory)
            let text = try files.read(path)
            runText(String(decoding: text, as: UTF8.self), &process, end: .sourced)
        } catch {
            refuse(.noScript(builtin: ".", name, error.code), isSpecial: true, lenientStatus: 2, &process)
        }
    }

    mutating func evaluate(_ arguments: [String], _ process: inout ShellProcess) {
        var evaluator = ArithmeticEvaluator(state: process.state)
        var last: Int64 = 0
        for argument in arguments {
            do throws(ArithmeticEvaluator.Failure) {
                last = try evaluator.evaluate(argument)
            } catch {
                return refuse(error.problem, &process)
            }
        }
        process.state = evaluator.state
        process.state.lastStatus = last != 0 ? 0 : 1
        checkError(&process)
    }

    // MARK: Running other commands

    mutating func command(_ arguments: [String], _ process: inout ShellProcess) {
        guard let first = arguments.first else {
            process.state.lastStatus = 0
            return
        }
        if first == "-v" || first == "-V" { return type(Array(arguments.dropFirst()), isPathOnly: true, showsBuiltins: true, &process) }
        let rest = first == "-p" || first == "--" ? Array(arguments.dropFirst()) : arguments
        guard let name = rest.first else { return }
        let saved = process.state.functions.removeValue(forKey: name)
        runArguments(rest, &process)
        if let saved { process.state.functions[name] = saved }
    }

    mutating func type(_ names: [String], isPathOnly: Bool = false, showsBuiltins: Bool = false, _ process: inout ShellProcess) {
        var text = ""
        var status = 0
        for name in names where !name.hasPrefix("-") {
            let isShell = ["sh", "bash", "ash", "dash", "env", "nohup", "nice", "timeout", "which"].contains(name)
            let isKnown = (Self.builtins[name] != nil && exists(name) && !process.state.language.lacks(name)) || process.state.functions[name] != nil
            if isKnown, isShell, process.state.functions[name] == nil {
                text += isPathOnly ? "/bin/\(name)\n" : "\(name) is /bin/\(name)\n"
            } else if isKnown, !isPathOnly || showsBuiltins {
                text += isPathOnly ? "\(name)\n" : "\(name) is a shell \(process.state.functions[name] != nil ? "function" : "builtin")\n"
            } else if let found = lookUp(name, process) {
                var path = name.contains("/") ? name : "/bin/\(name)"
                if case .script(let place, _) = found { path = place }
                if case .host = found { path = "/usr/local/bin/\(name)" }
                text += isPathOnly ? "\(path)\n" : "\(name) is \(path)\n"
            } else if isKnown {
                text += "/bin/\(name)\n"
            } else {
                let isStrict = process.state.language == .ash || process.state.language == .dash
                status = isPathOnly ? showsBuiltins && isStrict ? 127 : 1 : process.state.language == .bash ? 1 : 127
                if !isPathOnly {
                    switch process.state.language {
                    case .lenient: complain("\(name): not found", &process)
                    case .bash: complain(.other("\(name): not found", builtin: "type"), &process)
                    case .ash, .dash: text += "\(name): not found\n"
                    }
                }
            }
        }
        answer(text, status: status, &process)
    }

    /// `sh`, `sh -c text`, `sh file`.
    mutating func shell(_ name: String, _ arguments: [String], _ process: inout ShellProcess) {
        let language = configuration.language == .lenient && !name.hasSuffix("bash") ? .lenient : ShellLanguage.named(name) ?? configuration.language
        var options = ShellOptions()
        var rest = arguments[...]
        var isCommand = false
        var readsInput = false
        var isInteractive = false
        while let first = rest.first, first.count > 1, first.hasPrefix("-") || first.hasPrefix("+") {
            rest = rest.dropFirst()
            if first == "--" || first == "-" { break }
            if first.hasPrefix("--") { continue }
            for letter in first.dropFirst() {
                if letter == "c" { isCommand = true } else if letter == "s" { readsInput = true } else if letter == "i" { isInteractive = true } else if letter == "o" {
                    if let option = rest.first, let entry = ShellOptions.table.first(where: { $0.name == option }), option != "pipefail" || language.hasPipefail {
                        options[keyPath: entry.path] = true
                    } else {
                        return refuse(.illegalOption(builtin: name, "-o \(rest.first ?? "")"), lenientStatus: 2, &process)
                    }
                    rest = rest.dropFirst()
                } else if let entry = ShellOptions.table.first(where: { String($0.letter) == String(letter) }) {
                    options[keyPath: entry.path] = true
                }
            }
        }
        if isCommand {
            guard let text = rest.first else { return refuse("\(name): -c requires an argument", status: 2, &process) }
            let parameters = Array(rest.dropFirst())
            runScript(
                Array(text.utf8), name: parameters.first ?? name, arguments: Array(parameters.dropFirst()), title: ([name] + arguments).joined(separator: " "), options: options, language: language, readsFile: false, &process)
        } else if let file = rest.first, !readsInput {
            do throws(FileError) {
                let text = try files.read(VirtualFileSystem.absolute(file, from: process.state.directory))
                runScript(text, name: file, arguments: Array(rest.dropFirst()), options: options, language: language, &process)
            } catch {
                switch language {
                case .lenient: refuse("\(name): can't open '\(file)': \(error.code.rawValue)", status: 2, &process)
                case .ash, .dash:
                    emit(2, Array((language == .ash ? "\(name): can't open '\(file)': \(error.code.rawValue)\n" : "\(name): 0: cannot open \(file): No such file\n").utf8), &process)
                    process.state.lastStatus = 2
                    checkError(&process)
                case .bash:
                    emit(2, Array("\(name): \(file): \(error.code.rawValue)\n".utf8), &process)
                    process.state.lastStatus = 127
                    checkError(&process)
                }
            }
        } else {
            startPrompt(name: name, options: options, isInteractive: isInteractive, language: language, &process)
        }
    }

    mutating func environment(_ arguments: [String], _ process: inout ShellProcess) {
        var rest = arguments[...]
        var saved: [(name: String, variable: ShellState.Variable?)] = []
        var clears = false
        while let first = rest.first {
            if first == "-i" || first == "-" { clears = true } else if first == "-u", let name = rest.dropFirst().first {
                saved.append((name, process.state.variables[name]))
                process.state.unset(name)
                rest = rest.dropFirst()
            } else if first == "--" {
                rest = rest.dropFirst()
                break
            } else { break }
            rest = rest.dropFirst()
        }
        if clears {
            for (name, _) in process.state.environment {
                saved.append((name, process.state.variables[name]))
                process.state.unset(name)
            }
        }
        while let first = rest.first, let equals = first.firstIndex(of: "="), equals != first.startIndex {
            let name = String(first[..<equals])
            saved.append((name, process.state.variables[name]))
            process.state.export(name, String(first[first.index(after: equals)...]))
            rest = rest.dropFirst()
        }
        if rest.isEmpty {
            let text = process.state.environment.map { "\($0.name)=\($0.value)\n" }.joined()
            for (name, variable) in saved.reversed() { process.state.restore(name, variable) }
            return answer(text, &process)
        }
        process.frames.append(.restoreVariables(saved))
        runArguments(Array(rest), &process)
    }

    mutating func timeout(_ arguments: [String], _ process: inout ShellProcess) {
        var rest = arguments[...]
        var signal = "TERM"
        while let first = rest.first, first.hasPrefix("-") {
            rest = rest.dropFirst()
            if first == "-s" || first == "-k" || first == "-t" {
                if first == "-t" { break }
                if first == "-s", let name = rest.first.flatMap({ Self.signalName($0) }) { signal = name }
                rest = rest.dropFirst()
            }
        }
        guard let text = rest.first, let duration = SleepTask.nanoseconds(text) else { return refuse("timeout: invalid time interval '\(rest.first ?? "")'", status: 125, &process) }
        guard let child = spawn([.commands([Array(rest.dropFirst())], next: 0, worst: 0)], from: process, descriptors: process.descriptors) else { return }
        if let index = processes.firstIndex(where: { $0.id == child }) { processes[index].deadline = (now &+ duration, signal) }
        process.frames.append(.awaitTimeout(child))
    }
}

extension Frame {
    var isLoop: Bool {
        switch self {
        case .loop, .each, .counting: true
        default: false
        }
    }
}
