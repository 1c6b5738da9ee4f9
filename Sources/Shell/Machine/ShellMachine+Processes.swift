/// The processes of a machine as others see them.
extension ShellMachine {
    /// The machine's processes, in the order of their numbers.
    package var processList: [ProcessEntry] { processes.filter { $0.id != 0 }.flatMap(entries).sorted { $0.id < $1.id } }

    /// All that a process sees that runs a program which lists processes, and the number of that program.
    func listedProcesses(by process: ShellProcess, running line: String) -> (list: [ProcessEntry], own: Int) {
        let own = entries(process, running: line)
        let others = processes.filter { $0.id != 0 }.flatMap(entries)
        return ((configuration.neighbours + others + own).sorted { $0.id < $1.id }, own.last?.id ?? process.id)
    }

    private func entries(of process: ShellProcess) -> [ProcessEntry] {
        guard case .utility(let run)? = process.frames.last else { return [ProcessEntry(id: process.id, parent: process.parent, title: process.title)] }
        var rest = process
        rest.frames.removeLast()
        return entries(rest, running: ([run.name] + run.arguments).joined(separator: " "))
    }

    /// A process and the program that it waits for; a shell with nothing to do after that program has become it.
    private func entries(_ process: ShellProcess, running line: String) -> [ProcessEntry] {
        if process.frames.isEmpty, process.state.traps["EXIT"] == nil { return [ProcessEntry(id: process.id, parent: process.parent, title: line)] }
        // The number of a program is not kept: it lies beyond those of the shells.
        return [
            ProcessEntry(id: process.id, parent: process.parent, title: process.title),
            ProcessEntry(id: nextProcess + process.id - configuration.firstProcess, parent: process.id, title: line),
        ]
    }
}
