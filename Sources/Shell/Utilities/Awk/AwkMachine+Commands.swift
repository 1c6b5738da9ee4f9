/// Files and commands that a program reads line by line or writes to.
extension AwkMachine {
    /// Takes the next line of a file or of what a command prints: 1, 0 at the end, -1 when there is no such file.
    mutating func nextLine(of source: String, isCommand: Bool, into target: AwkExpression?, _ io: inout UtilityIO) throws(AwkError) -> AwkValue {
        let key = (isCommand ? "|" : "<") + source
        if sources[key] == nil {
            let bytes: [UInt8]
            if isCommand {
                bytes = NestedCommand.run(source, &io).output
            } else {
                guard let read = try? io.files.read(io.path(source)) else { return .of(-1) }
                bytes = read
            }
            sources[key] = TextUtilities.lines(bytes).reversed()
        }
        guard let line = sources[key]?.popLast() else { return .of(0) }
        let text = String(decoding: line, as: UTF8.self)
        if let target { try store(target, .input(text), &io) } else { setRecord(text, counts: isCommand) }
        return .of(1)
    }

    /// Runs the commands that lines were piped to, or the one that is closed.
    mutating func closePipes(_ name: String? = nil, _ io: inout UtilityIO) {
        for (command, bytes) in piped where name == nil || command == name {
            let result = NestedCommand.run(command, input: bytes, &io)
            io.output += result.output
        }
        piped.removeAll { name == nil || $0.command == name }
    }
}

/// A command that a utility runs to its end at once, in a shell of its own over the same files.
///
/// - Bounds: `stepsMax`; a command that waits for time or for the network is given up with status 1.
enum NestedCommand {
    static let stepsMax = 200_000

    static func run(_ text: String, input: [UInt8] = [], _ io: inout UtilityIO) -> (output: [UInt8], status: Int) {
        guard let script = try? Script(parsing: text, language: io.language) else {
            io.errors += Array("sh: syntax error in '\(text)'\n".utf8)
            return ([], 2)
        }
        var configuration = ShellConfiguration()
        configuration.limits.steps = stepsMax
        configuration.hostName = io.hostName
        configuration.userName = io.userName
        configuration.tools = io.tools
        configuration.language = io.language
        var machine = ShellMachine(script: script, environment: io.environment, directory: io.directory, files: VirtualFileSystem(), configuration: configuration, input: input)
        machine.now = io.now
        swap(&machine.files, &io.files)
        defer { swap(&machine.files, &io.files) }
        var output: [UInt8] = []
        let outcome = machine.run(steps: stepsMax)
        for chunk in machine.takeOutput() { if chunk.stream == 1 { output += chunk.bytes } else { io.errors += chunk.bytes } }
        if case .exited(let status) = outcome { return (output, status) }
        io.errors += Array("sh: '\(text)' did not end at once\n".utf8)
        return (output, 1)
    }
}
