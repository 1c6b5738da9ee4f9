/// How much a script may use before it is stopped with an error that says so.
package struct ShellLimits: Sendable {
    /// Steps in all; about one for each command, loop turn or expansion. Nil for no limit.
    package var steps: Int? = 2_000_000
    /// Bytes written to standard output and error in all. Nil for no limit.
    package var outputBytes: Int? = 16 << 20
    package var variableBytes = 4 << 20
    /// Processes alive at once: stages of pipelines, subshells, background jobs.
    package var processes = 128
    /// Nesting of functions, `eval`, `.` and `sh -c`.
    package var depth = 100
    /// Bytes that a command substitution, an expansion or the input of one command may have.
    package var bufferBytes = 8 << 20

    package init() {}

    /// For a process in a container: it may run and print for ever.
    package static var container: ShellLimits {
        var limits = ShellLimits()
        limits.steps = nil
        limits.outputBytes = nil
        return limits
    }
}

/// What stopped a script that was not its own end: a limit that was passed.
package struct ShellFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable { case steps, output, variables, processes, depth, buffer }

    package var code: Code
    package var message: String
    package var position: SourcePosition

    package var description: String { "line \(position.line): \(message)" }
}

/// How a shell takes commands it does not know, and how it says so.
package enum UnknownCommandStyle: Sendable {
    /// `sh: NAME: not found`
    case plain
    /// `SCRIPT:LINE: NAME: not available in labs`
    case lab
}

/// What a machine is set up with.
package struct ShellConfiguration: Sendable {
    package var limits = ShellLimits()
    package var unknownCommands = UnknownCommandStyle.plain
    /// Commands that leave the shell: their calls come out of `ShellMachine.run` and are answered with `resume`.
    package var hostCommands: [String: HostCommand] = [:]
    package var hostName = "localhost"
    package var userName = "root"
    /// The number of the machine's first process.
    package var firstProcess = 1
    /// Processes beside the machine's own: those of the container in which a command is run.
    package var neighbours: [ProcessEntry] = []
    /// True for the first process of a container: signals without a trap do nothing to it, as Linux has it for PID 1.
    package var isInit = false
    /// Commands that exist; nil for all that the shell has. Lets an image without `curl` be without it.
    package var isAvailable: Set<String>?
    /// The prompt of an interactive `sh`; `bash` has its own.
    package var prompt = "\\w \\$ "
    /// The language of `sh`.
    package var language = ShellLanguage.lenient
    package var tools = ToolFlavour.gnu
    /// What the kernel tells; nil for a shell without one.
    package var kernel: KernelFacts?
    /// What listens on the machine, in the order of ports.
    package var sockets: [ListeningSocket] = []

    package init() {}
}

/// A process as `ps` lists it.
package struct ProcessEntry: Hashable, Sendable {
    package var id: Int
    package var parent: Int
    /// Its command line.
    package var title: String

    package init(id: Int, parent: Int, title: String) {
        self.id = id
        self.parent = parent
        self.title = title
    }
}

/// A signal on its way to a process.
package struct SentSignal: Hashable, Sendable {
    package var process: Int
    /// Its name without `SIG`.
    package var name: String
}

/// A port that a program listens on.
package struct ListeningSocket: Sendable {
    package var port: Int
    package var program: String

    package init(port: Int, program: String) {
        self.port = port
        self.program = program
    }
}

/// A command that is answered by whoever runs the machine.
package struct HostCommand: Sendable {
    /// Whether it reads its standard input when it is called by this line, the command's name first.
    let reads: @Sendable ([String]) -> Bool

    package init(_ reads: @escaping @Sendable ([String]) -> Bool = Self.asksForInput) { self.reads = reads }

    /// Whether an argument stands for standard input: `-`, `-f-`, `-i`, `--stdin`, `@-`.
    @Sendable package static func asksForInput(_ line: [String]) -> Bool {
        line.dropFirst().contains { argument in
            ["-", "-i", "-it", "-ti", "--stdin", "@-", "/dev/stdin", "-f-"].contains(argument) || argument.hasSuffix("=-") || argument.hasSuffix("@-")
        }
    }
}

/// A call of a host command that waits for its answer.
package struct HostCall: Sendable, Identifiable {
    package var id: Int
    package var process: Int
    /// The command's name first.
    package var arguments: [String]
    package var input: [UInt8]
    package var environment: [(name: String, value: String)]
    package var directory: String
    package var position: SourcePosition
}

/// The answer to a `HostCall`.
package struct HostAnswer: Sendable {
    package var output: [UInt8]
    package var errors: [UInt8]
    package var status: Int
    /// What the command was to write to a file; whoever answers writes it.
    package var savedBody: [UInt8]?

    package init(output: [UInt8] = [], errors: [UInt8] = [], status: Int = 0) {
        self.output = output
        self.errors = errors
        self.status = status
    }

    package init(output: String, errors: String = "", status: Int = 0) {
        self.init(output: Array(output.utf8), errors: Array(errors.utf8), status: status)
    }
}
