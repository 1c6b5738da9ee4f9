/// A shell with its processes, pipes and files: a value that runs for a number of steps and can be put aside at any time.
///
/// - Invariants: processes run in the order of their numbers, each for a few steps in turn, so that equal machines with
///   equal answers do equal things. A process waits for nothing but what stands in its last frame.
/// - Bounds: `ShellConfiguration.limits`; passing one ends the machine with a `ShellFailure`.
package struct ShellMachine: Sendable {
    /// How things stand after `run`.
    package enum Outcome: Sendable {
        case exited(Int)
        /// Nothing can go on: calls wait for their answers, or sleepers for a moment, or both.
        case suspended(calls: [HostCall], wake: Int64?)
        case outOfSteps
        case failed(ShellFailure)
    }

    static let quantum = 40

    package var configuration: ShellConfiguration
    package var files: VirtualFileSystem
    /// Nanoseconds since 1970; whoever runs the machine sets it.
    package var now: Int64 = 0
    package internal(set) var stepsUsed = 0
    package internal(set) var failure: ShellFailure?

    var processes: [ShellProcess] = []
    /// How many processes run in it.
    package var processCount: Int { processes.count }
    var pipes: [Int: ShellPipe] = [:]
    var openFiles: [Int: OpenFile] = [:]
    var captures: [Int: [UInt8]] = [:]
    /// Statuses of processes that ended and were not waited for.
    var ended: [Int: Int] = [:]
    var calls: [Int: HostCall] = [:]
    var answers: [Int: HostAnswer] = [:]
    var nextProcess: Int
    /// Signals to processes that are not the machine's own.
    var sent: [SentSignal] = []
    var nextHandle = 1
    var pipesChanged = false
    var input: [UInt8] = []
    var inputPosition = 0
    package var inputEnded = true
    /// Lines that are put before complaints; empty for a container's shell.
    var scriptName: String
    var outputBytes = 0
    /// The terminal at which somebody sits, if any.
    var terminal: Terminal?
    private var chunks: [OutputChunk] = []
    private var chunkBytes = 0

    /// Bytes written to standard output (1) or error (2).
    package struct OutputChunk: Sendable {
        package var stream: Int
        package var bytes: [UInt8]

        package init(stream: Int, bytes: [UInt8]) {
            self.stream = stream
            self.bytes = bytes
        }
    }

    /// Makes a machine that runs a script.
    ///
    /// - `name` is `$0`, `arguments` are `$1` and so on; `environment` is exported.
    package init(
        script: Script, name: String = "sh", arguments: [String] = [], environment: [(name: String, value: String)] = [],
        directory: String = "/", files: VirtualFileSystem, configuration: ShellConfiguration = ShellConfiguration(), input: [UInt8] = []
    ) {
        self.init(name: name, arguments: arguments, environment: environment, directory: directory, files: files, configuration: configuration, input: input)
        processes[0].frames = [.node(script.body)]
    }

    /// Makes a machine that runs one command with its arguments, as a container without a shell does.
    package init(
        command: [String], environment: [(name: String, value: String)] = [], directory: String = "/", files: VirtualFileSystem,
        configuration: ShellConfiguration = ShellConfiguration(), input: [UInt8] = []
    ) {
        self.init(name: "sh", arguments: [], environment: environment, directory: directory, files: files, configuration: configuration, input: input)
        processes[0].frames = [.commands([command], next: 0, worst: 0)]
        processes[0].title = command.joined(separator: " ")
    }

    private init(
        name: String, arguments: [String], environment: [(name: String, value: String)], directory: String, files: VirtualFileSystem,
        configuration: ShellConfiguration, input: [UInt8]
    ) {
        self.files = files
        self.configuration = configuration
        self.input = input
        scriptName = name
        nextProcess = configuration.firstProcess + 1
        var state = ShellState()
        for (name, value) in environment { state.export(name, value) }
        state.scriptName = name
        state.language = configuration.language
        state.positional = arguments
        state.directory = directory
        state.assign("OPTIND", "1")
        state.shellNumber = configuration.firstProcess
        processes = [ShellProcess(id: configuration.firstProcess, parent: 0, state: state, descriptors: [0: .input, 1: .console(1), 2: .console(2)])]
        processes[0].title = name
    }

    /// The state of the first process, such as its variables and directory.
    package var mainState: ShellState {
        get { processes.first?.state ?? ShellState() }
        set { if !processes.isEmpty { processes[0].state = newValue } }
    }

    // MARK: Input, output, answers

    /// What was written since the last call.
    package mutating func takeOutput() -> [OutputChunk] {
        defer { (chunks, chunkBytes) = ([], 0) }
        return chunks
    }

    /// Adds to the output; what goes to a terminal gets its line ends unless it has them (`isCooked`).
    mutating func write(_ bytes: [UInt8], toConsole stream: Int, isCooked: Bool = false) {
        let bytes = terminal == nil || isCooked ? bytes : Terminal.cooked(bytes)
        let stream = terminal == nil ? stream : 1
        if let last = chunks.indices.last, chunks[last].stream == stream {
            chunks[last].bytes += bytes
        } else {
            chunks.append(OutputChunk(stream: stream, bytes: bytes))
        }
        outputBytes += bytes.count
        chunkBytes += bytes.count
        if let most = configuration.limits.outputBytes, outputBytes > most {
            fail(.output, "the script printed more than \(most) bytes", at: SourcePosition(line: 0, column: 0))
        }
    }

    /// Answers a call; an answer to a call whose process is gone is dropped.
    package mutating func resume(_ call: Int, with answer: HostAnswer) {
        guard calls.removeValue(forKey: call) != nil else { return }
        answers[call] = answer
    }

    mutating func fail(_ code: ShellFailure.Code, _ message: String, at position: SourcePosition) {
        if failure == nil { failure = ShellFailure(code: code, message: message, position: position) }
    }

    // MARK: Running

    /// Runs until the script ends, nothing can go on, `steps` are used, or `outputMax` bytes wait to be taken.
    package mutating func run(steps: Int = .max, outputMax: Int = .max) -> Outcome {
        let allowed = steps > Int.max - stepsUsed ? Int.max : stepsUsed + steps
        files.now = now
        // Keys reach what is running, so that ^C ends a loop that never waits.
        if stepsUsed > 0 { _ = takeKeys() }
        while true {
            if let failure { return .failed(failure) }
            guard let first = processes.first, first.id == configuration.firstProcess else { return .exited(ended[configuration.firstProcess] ?? 0) }
            if pipesChanged { countPipeEnds() }
            var hasProgressed = false
            var index = 0
            while index < processes.count {
                var process = ShellProcess(id: 0, parent: 0, state: ShellState(), descriptors: [:])
                swap(&process, &processes[index])
                let id = process.id
                var turns = 0
                var isFinished = false
                turn: while turns < Self.quantum, failure == nil, chunkBytes < outputMax {
                    switch step(&process) {
                    case .progress: turns += 1
                    case .blocked: break turn
                    case .finished:
                        turns += 1
                        isFinished = true
                        break turn
                    }
                }
                stepsUsed += turns
                if turns > 0 { hasProgressed = true }
                if isFinished {
                    processes.removeAll { $0.id == 0 }
                    ended[id] = process.state.lastStatus
                    if ended.count > 1000, let oldest = ended.keys.min() { ended[oldest] = nil }
                    pipesChanged = true
                    if id == configuration.firstProcess { return .exited(process.state.lastStatus) }
                } else {
                    swap(&process, &processes[index])
                    index += 1
                }
                if let failure { return .failed(failure) }
            }
            if let most = configuration.limits.steps, stepsUsed > most {
                fail(.steps, "the script was stopped after \(most) steps; does it loop for ever?", at: processes.first?.position ?? SourcePosition(line: 1, column: 1))
                continue
            }
            if stepsUsed >= allowed || chunkBytes >= outputMax { return .outOfSteps }
            if !hasProgressed, !pipesChanged, takeKeys() { continue }
            if !hasProgressed, !pipesChanged { return .suspended(calls: calls.values.sorted { $0.id < $1.id }, wake: nextWake) }
        }
    }

    /// The next moment at which a sleeper or a deadline is due.
    package var nextWake: Int64? {
        var earliest: Int64?
        for process in processes {
            for moment in [process.wake, process.deadline?.at] {
                if let moment { earliest = min(earliest ?? moment, moment) }
            }
        }
        return earliest
    }

    /// Counts the ends of every pipe that processes hold, and drops what nobody holds.
    private mutating func countPipeEnds() {
        pipesChanged = false
        for key in pipes.keys {
            pipes[key]!.readers = 0
            pipes[key]!.writers = 0
        }
        var openHandles: Set<Int> = []
        func count(_ descriptor: Descriptor, _ pipes: inout [Int: ShellPipe]) {
            switch descriptor {
            case .pipeRead(let id): pipes[id]?.readers += 1
            case .pipeWrite(let id): pipes[id]?.writers += 1
            case .file(let id): openHandles.insert(id)
            default: break
            }
        }
        for process in processes {
            for descriptor in process.descriptors.values { count(descriptor, &pipes) }
            for (descriptor, _) in process.pending { count(descriptor, &pipes) }
            for frame in process.frames {
                if case .restoreDescriptors(let saved) = frame {
                    for descriptor in saved.values { if let descriptor { count(descriptor, &pipes) } }
                }
            }
        }
        pipes = pipes.filter { $0.value.readers > 0 || $0.value.writers > 0 }
        if openFiles.count > 64 { openFiles = openFiles.filter { openHandles.contains($0.key) } }
    }
}
