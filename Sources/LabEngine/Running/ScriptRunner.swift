import APIMachinery
import Cluster
import Eksctl
import Grading
import KubernetesObjects
import Shell
import SimulationKernel

/// Runs a command script in the in-process shell, with `kubectl` and `eksctl` against a cluster.
///
/// - Bounds: steps, calls, output and virtual time by `limits`; nothing runs on the host.
struct ScriptRunner {
    static let directory = "/work"

    let session: ClusterSession
    var limits = SubmissionLimits()
    var system: VirtualFileSystem

    init(session: ClusterSession, files: [(path: String, bytes: [UInt8])], limits: SubmissionLimits = SubmissionLimits()) {
        self.session = session
        self.limits = limits
        system = .standard()
        try? system.makeDirectory(Self.directory, intermediates: true)
        for file in files { system.install(file.bytes, at: Self.directory + "/" + file.path) }
    }

    struct Outcome {
        var status = 0
        var output = ""
        var errors = ""
        var problems: [SubmissionProblem] = []
        var commanded: [CommandedObject] = []
        /// The ClusterConfig files that eksctl was given.
        var configs: [String] = []
    }

    mutating func run(_ text: String, name: String) -> Outcome {
        var outcome = Outcome()
        let script: Script
        do throws(ScriptSyntaxError) {
            script = try Script(parsing: text)
        } catch {
            let place = FilePosition(file: name, line: error.position.line, column: error.position.column)
            outcome.problems.append(SubmissionProblem(.syntax, at: place, "syntax error: \(error.message)"))
            outcome.status = 2
            return outcome
        }
        var configuration = ShellConfiguration()
        configuration.limits.steps = limits.scriptStepsMax
        configuration.limits.outputBytes = limits.scriptOutputBytesMax
        configuration.unknownCommands = .lab
        for command in ["kubectl", "eksctl"] { configuration.hostCommands[command] = HostCommand() }
        configuration.isAvailable = Self.available.union(configuration.hostCommands.keys)
        var machine = ShellMachine(
            script: script, name: name, environment: [("HOME", Self.directory), ("PATH", "/usr/bin:/bin"), ("KUBECONFIG", "")],
            directory: Self.directory, files: system, configuration: configuration)
        let (deadline, earlier) = (session.now + limits.scriptTimeMax, session.timeLimit)
        session.timeLimit = session.elapsed + limits.scriptTimeMax
        defer { session.timeLimit = earlier }
        var calls = 0
        running: while true {
            machine.now = session.now.nanoseconds
            let state = machine.run()
            collect(&machine, into: &outcome)
            switch state {
            case .exited(let status):
                outcome.status = status
                break running
            case .failed(let failure):
                let place = FilePosition(file: name, line: failure.position.line, column: failure.position.column)
                outcome.problems.append(SubmissionProblem(.limit, at: place, failure.message))
                outcome.status = 1
                break running
            case .outOfSteps: continue
            case .suspended(let waiting, let wake):
                for call in waiting {
                    calls += 1
                    let place = FilePosition(file: name, line: call.position.line, column: call.position.column)
                    guard calls <= limits.scriptCallsMax else {
                        outcome.problems.append(
                            SubmissionProblem(.limit, at: place, "the script calls kubectl and eksctl more than \(limits.scriptCallsMax) times: does it loop for ever?"))
                        outcome.status = 1
                        break running
                    }
                    answer(call, of: &machine, at: place, into: &outcome)
                }
                if session.now >= deadline {
                    outcome.problems.append(late(name))
                    outcome.status = 1
                    break running
                }
                guard waiting.isEmpty else { continue }
                guard let wake else { break running }
                let pause = Duration.nanoseconds(max(wake - session.now.nanoseconds, 1))
                guard session.now + pause <= deadline else {
                    outcome.problems.append(late(name))
                    outcome.status = 1
                    break running
                }
                session.advance(by: pause)
            }
        }
        system = machine.files
        return outcome
    }

    private func late(_ name: String) -> SubmissionProblem {
        SubmissionProblem(
            .limit, at: FilePosition(file: name, line: 0),
            "the script takes more than \(LabDuration.text(limits.scriptTimeMax)) of the cluster's time: does it wait for something that never comes?")
    }

    /// What a script may use besides kubectl and eksctl: the shell's own words and utilities that only look at text.
    static let available: Set<String> = [
        "echo", "printf", "cat", "grep", "sleep", "true", "false", "test", "[", ":", "cd", "pwd", "set", "unset", "export", "readonly", "local",
        "read", "shift", "eval", "exit", "return", "break", "continue", "trap", "wait", "command", "type", "source", ".", "seq", "head", "tail", "wc",
        "sort", "uniq", "cut", "tr", "sed", "awk", "tee", "date", "env", "ls", "mkdir", "touch", "basename", "dirname", "expr", "xargs", "let",
        "sh", "bash", "dash", "ash", "timeout", "nohup", "nice", "which", "time", "sudo", "base64", "envsubst",
    ]

    private func collect(_ machine: inout ShellMachine, into outcome: inout Outcome) {
        for chunk in machine.takeOutput() {
            let text = String(decoding: chunk.bytes, as: UTF8.self)
            if chunk.stream == 1 { outcome.output += text } else { outcome.errors += text }
        }
    }

    // MARK: Calls

    private func answer(_ call: HostCall, of machine: inout ShellMachine, at place: FilePosition, into outcome: inout Outcome) {
        let before = (revision: session.cluster.store.revision, time: session.now)
        let answer: HostAnswer
        let files = ShellFiles(machine.files, directory: call.directory)
        switch call.arguments.first {
        case "kubectl": answer = kubectl(call, files: files)
        default: answer = eksctl(call, files: files)
        }
        machine.files = files.system
        machine.resume(call.id, with: answer)
        note(since: before.revision, took: session.now != before.time, at: place, into: &outcome)
        for refusal in HugeWorkloads(session: session, podsMax: limits.podsMax).refuse() {
            outcome.problems.append(LabRun.problem(refusal, at: place, limits))
        }
        // A failed command is told even when the script goes on, for it is most often the reason of what follows.
        if answer.status != 0, !answer.errors.isEmpty, outcome.problems.count < 50 {
            let said = String(decoding: answer.errors, as: UTF8.self).split(separator: "\n").prefix(3).joined(separator: " ")
            outcome.problems.append(SubmissionProblem(.warning, at: place, said))
        }
    }

    private func kubectl(_ call: HostCall, files: ShellFiles) -> HostAnswer {
        KubectlBridge.run(Array(call.arguments.dropFirst()), session: session, files: files, input: call.input)
    }

    private func eksctl(_ call: HostCall, files: ShellFiles) -> HostAnswer {
        let output = TextBuffer()
        let errors = TextBuffer()
        let environment = EksctlEnvironment(
            writeOutput: { output.text += $0 }, writeError: { errors.text += $0 },
            readFile: { path in (try? files.read(path)).map { String(decoding: $0, as: UTF8.self) } },
            standardInput: { String(decoding: call.input, as: UTF8.self) })
        var eksctl = Eksctl(account: session, environment: environment)
        let status = eksctl.run(Array(call.arguments.dropFirst()))
        return HostAnswer(output: output.text, errors: errors.text, status: Int(status))
    }

    /// Remembers which line made or changed which object.
    private func note(since revision: UInt64, took time: Bool, at place: FilePosition, into outcome: inout Outcome) {
        guard let changes = session.cluster.store.changes(after: revision) else { return }
        for event in changes where event.change != .deleted {
            // While time passes, controllers write too; what a person made has no owner.
            if time, event.change != .added || !event.object.ownerReferences.isEmpty { continue }
            if ["Event", "EndpointSlice", "Endpoints", "Lease"].contains(event.object.kind) { continue }
            outcome.commanded.append(
                CommandedObject(kind: event.object.kind, namespace: event.object.namespace, name: event.object.name, position: place))
        }
    }
}
