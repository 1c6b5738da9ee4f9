/// Signals: who gets them, and what they do.
extension ShellMachine {
    static let signalNumbers: [String: Int] = [
        "EXIT": 0, "HUP": 1, "INT": 2, "QUIT": 3, "KILL": 9, "USR1": 10, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15, "CHLD": 17, "CONT": 18, "STOP": 19,
    ]

    static func signalName(_ text: String) -> String? {
        var name = text.uppercased()
        if name.hasPrefix("SIG") { name.removeFirst(3) }
        if let number = Int(name) { return signalNumbers.first { $0.value == number }?.key }
        return signalNumbers[name] != nil ? name : nil
    }

    /// Brings a signal to a process: its trap runs, it is ignored, or it ends the process.
    func deliver(_ name: String, to process: inout ShellProcess) {
        guard let number = Self.signalNumbers[name], number != 0 else { return }
        if name != "KILL", let action = process.state.traps[name] {
            if !action.isEmpty { process.signals.append(name) }
            return
        }
        if name == "CHLD" || name == "CONT" || name == "STOP" { return }
        // Nothing inside can kill the first process of a container.
        if process.id == configuration.firstProcess, configuration.isInit { return }
        kill(128 + number, &process)
    }

    mutating func deliver(_ name: String, toProcessAt index: Int) {
        var target = processes[index]
        deliver(name, to: &target)
        processes[index] = target
    }

    /// Ends a process at once.
    func kill(_ status: Int, _ process: inout ShellProcess) {
        process.pending = []
        process.hasRunExitTrap = process.hasRunExitTrap || status == 137
        exit(status, &process)
    }

    /// Runs the trap of a signal that has come when the process is between commands; false while it is not.
    mutating func takeSignal(_ process: inout ShellProcess) -> Bool {
        switch process.frames.last {
        case .utility?, .host?, .awaitProcess?, .awaitPipeline?, .substitution?, .awaitTimeout?: return false
        case .wait?:
            // `wait` is interrupted by a trapped signal.
            process.frames.removeLast()
            process.state.lastStatus = 128 + (Self.signalNumbers[process.signals[0]] ?? 0)
        default: break
        }
        let name = process.signals.removeFirst()
        guard let action = process.state.traps[name], !action.isEmpty else { return true }
        process.frames.append(.status(process.state.lastStatus))
        runText(action, &process)
        return true
    }

    /// Sends a signal such as `TERM` to a process; to the first one when none is named.
    package mutating func signal(_ name: String, process id: Int? = nil) {
        guard let index = processes.firstIndex(where: { $0.id == id ?? configuration.firstProcess }) else { return }
        deliver(name, toProcessAt: index)
    }

    /// The signals that were sent to the configuration's `neighbours` since the last call.
    package mutating func takeSignals() -> [SentSignal] {
        defer { sent = [] }
        return sent
    }

    /// Sends a signal from a process to any that it can see; false when there is no such process. `EXIT` (0) only asks.
    mutating func send(_ name: String, to id: Int, from process: inout ShellProcess) -> Bool {
        if id == process.id {
            if name != "EXIT" { deliver(name, to: &process) }
        } else if let index = processes.firstIndex(where: { $0.id == id }) {
            if name != "EXIT" { deliver(name, toProcessAt: index) }
        } else if configuration.neighbours.contains(where: { $0.id == id }) {
            if name != "EXIT", sent.count < configuration.limits.processes { sent.append(SentSignal(process: id, name: name)) }
        } else {
            return false
        }
        return true
    }
}
