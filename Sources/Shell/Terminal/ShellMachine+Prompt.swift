/// A shell that reads its commands one after another: at a prompt, or from its standard input.
struct PromptRun: Sendable {
    /// A command that is not complete yet.
    var text: [UInt8] = []
    /// The line that was read last, with its end.
    var line: [UInt8]?
    /// What has come of a line that is read byte by byte.
    var partial: [UInt8] = []
    var hasEnded = false
    var hasPrompted = false
    /// It shows prompts.
    var isInteractive: Bool
    /// Its lines come from a terminal's editor.
    var isEdited: Bool
}

extension ShellMachine {
    /// The longest command that may be typed over several lines.
    static let commandMax = 1 << 20

    /// Runs a shell without a script in a process of its own.
    mutating func startPrompt(name: String, options: ShellOptions, isInteractive: Bool, language: ShellLanguage, _ process: inout ShellProcess) {
        let isEdited = terminal != nil && process.descriptors[0] == .input
        let run = PromptRun(isInteractive: isInteractive || isEdited, isEdited: isEdited)
        var child = process
        child.state.scriptName = name
        child.state.language = language
        child.state.readsFile = false
        child.state.functions = [:]
        child.state.options = options
        child.state.depth += 1
        if child.state.depth > configuration.limits.depth {
            fail(.depth, "shells are nested more than \(configuration.limits.depth) deep", at: process.position)
            return
        }
        child.title = name
        for (name, variable) in child.state.variables where !variable.isExported { child.state.unset(name) }
        child.state.assign("OPTIND", "1")
        if run.isInteractive {
            if child.state["PS1"] == nil { child.state.assign("PS1", name.hasSuffix("bash") ? "\\u@\\h:\\w\\$ " : configuration.prompt) }
            if child.state["PS2"] == nil { child.state.assign("PS2", "> ") }
        }
        if process.frames.isEmpty, process.state.traps["EXIT"] == nil {
            child.state.traps = process.state.traps.filter { $0.value.isEmpty }
            child.state.isInteractive = run.isInteractive
            child.frames = [.prompt(run)]
            process = child
            return
        }
        guard let id = spawn([.prompt(run)], from: child, descriptors: process.descriptors) else { return }
        if let index = processes.firstIndex(where: { $0.id == id }) {
            processes[index].state.shellNumber = id
            processes[index].state.ignoresErrors = false
            processes[index].state.isInteractive = run.isInteractive
        }
        process.frames.append(.awaitProcess(id))
    }

    mutating func continuePrompt(_ started: PromptRun, _ process: inout ShellProcess) -> StepResult {
        var run = started
        if run.isInteractive, !run.hasPrompted {
            run.hasPrompted = true
            let text = Prompt.expand(process.state[run.text.isEmpty ? "PS1" : "PS2"] ?? "", process.state, configuration)
            if run.isEdited {
                terminal?.editor.begin(prompt: text)
                // What was typed while a command ran is typed again, into the line.
                let unread = Array(input[inputPosition...]) + (terminal?.line ?? [])
                terminal?.typed.insert(contentsOf: unread, at: 0)
                terminal?.line = []
                (input, inputPosition) = ([], 0)
            }
            process.frames.append(.prompt(run))
            emit(2, text, &process)
            return .progress
        }
        if run.line == nil, !run.hasEnded, !run.isEdited, !readLine(&run, process) {
            process.frames.append(.prompt(run))
            return .blocked
        }
        guard let line = run.line ?? (run.hasEnded ? [] : nil) else {
            process.frames.append(.prompt(run))
            return .blocked
        }
        run.line = nil
        run.hasPrompted = false
        if line.isEmpty, run.text.isEmpty {
            if run.isInteractive, run.isEdited { emit(2, Array(process.state.scriptName.hasSuffix("bash") ? "exit\n".utf8 : "\n".utf8), &process) }
            process.isExiting = true
            return .progress
        }
        run.text += line
        if run.text.count > Self.commandMax {
            fail(.buffer, "a command is longer than \(Self.commandMax) bytes", at: process.position)
            return .blocked
        }
        runCommand(&run, isLast: run.hasEnded, &process)
        return .progress
    }

    /// Runs what has been read when it is a whole command.
    private mutating func runCommand(_ run: inout PromptRun, isLast: Bool, _ process: inout ShellProcess) {
        switch Script.reading(run.text, language: process.state.language) {
        case .incomplete where !isLast: process.frames.append(.prompt(run))
        case .script(let script):
            run.text = []
            process.frames.append(.prompt(run))
            process.frames.append(.node(script.body))
        case .incomplete, .refused:
            var message = "syntax error: unexpected end of file"
            if case .refused(let error) = Script.reading(run.text, language: process.state.language) {
                message = run.isInteractive && process.state.language == .lenient ? "syntax error: \(error.message)" : error.words(process.state.language, inFile: false)
            }
            if process.state.language == .lenient { complain(message, &process) } else { emit(2, Array("\(process.state.scriptName): \(message)\n".utf8), &process) }
            process.state.lastStatus = 2
            run.text = []
            if run.isInteractive { process.frames.append(.prompt(run)) } else { exit(2, &process) }
        }
    }

    /// Reads a line byte by byte, so that what follows it is left to the commands; false when more must come.
    private mutating func readLine(_ run: inout PromptRun, _ process: ShellProcess) -> Bool {
        for _ in 0..<Self.commandMax {
            switch read(0, process, most: 1) {
            case .bytes(let bytes):
                run.partial += bytes
                guard bytes.last == 10 else { continue }
                run.line = run.partial
                run.partial = []
                return true
            case .end:
                run.hasEnded = true
                run.line = run.partial.isEmpty ? nil : run.partial
                run.partial = []
                return true
            case .blocked: return false
            }
        }
        return false
    }
}

/// The text of prompts.
enum Prompt {
    /// Fills in `\u`, `\h`, `\w` and the like, and variables.
    static func expand(_ text: String, _ state: ShellState, _ configuration: ShellConfiguration) -> [UInt8] {
        var result = ""
        var rest = text[...]
        let home = state["HOME"] ?? "/root"
        let directory = state.directory == home && home != "/" ? "~" : state.directory.hasPrefix(home + "/") && home != "/" ? "~" + state.directory.dropFirst(home.count) : state.directory
        while let character = rest.popFirst() {
            if character == "$", let first = rest.first, first == "{" || first == "_" || first.isLetter {
                let isBraced = first == "{"
                if isBraced { rest.removeFirst() }
                let name = rest.prefix { $0 == "_" || $0.isLetter || $0.isNumber }
                rest = rest.dropFirst(name.count)
                if isBraced, rest.first == "}" { rest.removeFirst() }
                result += state[String(name)] ?? ""
                continue
            }
            guard character == "\\", let letter = rest.popFirst() else {
                result.append(character)
                continue
            }
            switch letter {
            case "u": result += configuration.userName
            case "h": result += configuration.hostName.split(separator: ".").first.map(String.init) ?? ""
            case "H": result += configuration.hostName
            case "w": result += directory
            case "W": result += directory == "/" || directory == "~" ? directory : directory.split(separator: "/").last.map(String.init) ?? ""
            case "$": result += configuration.userName == "root" ? "#" : "$"
            case "n": result += "\n"
            case "e": result += "\u{1B}"
            case "s": result += "sh"
            case "[", "]": break
            default: result += "\\" + String(letter)
            }
        }
        return Array(result.utf8)
    }
}
