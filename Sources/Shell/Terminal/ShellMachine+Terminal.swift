/// A machine with a terminal: who gets the keys, and what ^C does.
extension ShellMachine {
    /// Gives the machine a terminal: standard input comes from its keys and all output goes to stream 1.
    package mutating func attach(_ terminal: Terminal) {
        self.terminal = terminal
        inputEnded = false
        for index in processes.indices { processes[index].state.export("TERM", "xterm") }
    }

    /// Changes the terminal's size, in cells.
    package mutating func resize(rows: Int, columns: Int) { terminal?.resize(rows: rows, columns: columns) }

    /// Adds to standard input: keys for a terminal, bytes otherwise.
    package mutating func feed(_ bytes: [UInt8]) {
        guard let room = terminal.map({ Terminal.typedMax - $0.typed.count }) else {
            if inputPosition > 0, inputPosition == input.count {
                input = []
                inputPosition = 0
            }
            input += bytes
            return
        }
        terminal!.typed += bytes.prefix(max(room, 0))
        if bytes.count > room { write([7], toConsole: 1) }
    }

    /// Bytes of standard input that nobody has read.
    package var unreadInput: Int { input.count - inputPosition + (terminal?.typed.count ?? 0) }

    /// Says that no more input comes.
    package mutating func endInput() { inputEnded = true }

    /// Brings keys to whoever reads them; false when nothing came of it for a process.
    mutating func takeKeys() -> Bool {
        guard terminal != nil else { return false }
        if let index = processes.firstIndex(where: { $0.isAtPrompt }) { return takeKeys(atPromptOf: index) }
        while !terminal!.typed.isEmpty {
            var shown: [UInt8] = []
            let effect = terminal!.takeKey(terminal!.typed.removeFirst(), &shown)
            if !shown.isEmpty { write(shown, toConsole: 1, isCooked: true) }
            switch effect {
            case .none: continue
            case .input(let bytes): input += bytes
            case .end: terminal!.ends += 1
            case .signal(let name):
                (input, inputPosition) = ([], 0)
                interrupt(name)
            }
            return true
        }
        return false
    }

    private mutating func takeKeys(atPromptOf index: Int) -> Bool {
        guard case .prompt(var run)? = processes[index].frames.last else { return false }
        var hasChanged = false
        var shown: [UInt8] = []
        while !hasChanged, !terminal!.typed.isEmpty {
            switch terminal!.editor.take(terminal!.typed.removeFirst(), &shown) {
            case .none: continue
            case .line(let line): run.line = line + [10]
            case .end: run.hasEnded = true
            case .interrupt:
                run.text = []
                run.hasPrompted = false
                processes[index].state.lastStatus = 130
            }
            hasChanged = true
        }
        if !hasChanged, inputEnded, terminal!.typed.isEmpty {
            run.hasEnded = true
            hasChanged = true
        }
        if !shown.isEmpty { write(shown, toConsole: 1, isCooked: true) }
        if hasChanged { processes[index].frames[processes[index].frames.count - 1] = .prompt(run) }
        return hasChanged
    }

    /// Sends a signal of the keyboard to all that runs in the foreground.
    ///
    /// A shell with a prompt gives up what it does and shows its prompt again, unless another shell stands before it.
    package mutating func interrupt(_ name: String) {
        let shells = Set(processes.filter(\.hasPrompt).map(\.id))
        var remaining: [ShellProcess] = []
        remaining.reserveCapacity(processes.count)
        for process in processes {
            var process = process
            if !process.isBackground, process.state.traps[name] != nil || !process.hasPrompt {
                deliver(name, to: &process)
            } else if !process.isBackground, !process.isAtPrompt, !process.waits(forAnyOf: shells) {
                if name == "INT", unwind(&process, status: 130) { write([10], toConsole: 1) }
            }
            remaining.append(process)
        }
        processes = remaining
        pipesChanged = true
    }

    /// Takes a shell with a prompt back to it, whatever it was doing; false for a process without one.
    mutating func unwind(_ process: inout ShellProcess, status: Int) -> Bool {
        guard process.hasPrompt else { return false }
        while let frame = process.frames.last {
            if case .prompt(var run) = frame {
                run.hasPrompted = false
                run.text = []
                process.frames[process.frames.count - 1] = .prompt(run)
                break
            }
            process.frames.removeLast()
            if case .host(let run) = frame, let call = run.call { calls[call] = nil }
            undo(frame, &process)
        }
        process.wake = nil
        process.pending = []
        process.isExiting = false
        process.state.lastStatus = status
        return true
    }
}

extension ShellProcess {
    /// Whether it is a shell that reads commands from a person or a stream.
    var hasPrompt: Bool { frames.contains { if case .prompt = $0 { true } else { false } } }

    /// Whether it is a shell that waits for a line from its terminal.
    var isAtPrompt: Bool {
        if case .prompt(let run)? = frames.last { run.isEdited && run.hasPrompted && run.line == nil && !run.hasEnded } else { false }
    }

    func waits(forAnyOf others: Set<Int>) -> Bool {
        switch frames.last {
        case .awaitProcess(let child)?: others.contains(child)
        case .awaitPipeline(let children, _)?: children.contains { others.contains($0) }
        default: false
        }
    }
}
