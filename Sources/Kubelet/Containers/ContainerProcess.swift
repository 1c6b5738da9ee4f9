import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// A container's process in the shell.
struct ContainerProcess: Sendable {
    var machine: ShellMachine
    /// Calls that were handed out and are not answered yet.
    var open: Set<Int> = []
    /// Answers that arrive later: when, for which call of the machine.
    var arrivals: [(at: Instant, call: Int, answer: HostAnswer)] = []
    /// Ports it listens on, by `nc -l` and the like.
    var listening: Set<Int> = []
    /// It is expected to end, as a Job's or an init container's: a settling cluster waits for it.
    var isWatched = false
    /// A wake is planned for this instant.
    var planned: Instant?
    var allowance = StepAllowance.ofProcess
    /// Its last turn was as short as turns become: the next comes later.
    private var isSlowed = false
    /// Its last turn was shorter than its processor would have let it be.
    private var isShortened = false
    private var pace = RequestPace()
    /// Since when it is held up.
    private var heldSince: Instant?

    static let turnTime: Duration = .milliseconds(200)
    static let slowTurnTime: Duration = .seconds(2)

    init(machine: ShellMachine) { self.machine = machine }

    /// Lets its machine run for a turn, with what is left to it and to all.
    ///
    /// - Parameter outputMax: bytes of unread output at which it stops.
    mutating func turn(
        _ profile: RuntimeProfile, sharing common: inout StepAllowance, now: Instant, outputMax: Int = .max
    ) -> ShellMachine.Outcome {
        // A signal may have ended the wait before its time.
        if let since = heldSince { pace.lose(now - since) }
        heldSince = nil
        let whole = max(profile.processStepsPerSecond / 5, 100)
        let own = allowance.steps(upTo: whole, at: now)
        let steps = common.steps(upTo: own, at: now)
        (isSlowed, isShortened) = (steps <= StepAllowance.turnMin, steps < whole)
        let used = machine.stepsUsed
        machine.now = now.nanoseconds
        let outcome = machine.run(steps: steps, outputMax: outputMax)
        allowance.spend(machine.stepsUsed - used)
        common.spend(machine.stepsUsed - used)
        return outcome
    }

    /// When a process that has more to do goes on: after its turn, or when something in it is due before that.
    func nextTurn(after now: Instant) -> Instant {
        let end = now + (isSlowed ? Self.slowTurnTime : Self.turnTime)
        guard let wake = machine.nextWake, wake > now.nanoseconds else { return end }
        return min(Instant(nanoseconds: wake), end)
    }

    /// Takes note of a turn that ran out of steps.
    ///
    /// - Returns: whether it computes in the meantime. One that has little to do beside asking others and waiting for them does
    ///   not: it is held up only because a simulated processor is dear.
    mutating func noteEndOfSteps(at now: Instant) -> Bool {
        guard isShortened else { return true }
        heldSince = now
        return !pace.hasAsked(within: ContainerProcess.slowTurnTime * 5, of: now)
    }

    /// For how many requests the one that it makes now stands.
    mutating func requestWeight(at now: Instant) -> Int { pace.weight(at: now) }
}

/// How often a process would make requests if it had all the steps that it wants.
///
/// A loop of requests that is held up to spare the real machine goes on loading what it asks as much as before: each of its
/// requests then stands for as many as would have been made in the time that it was held up.
struct RequestPace: Hashable, Sendable {
    static let weightMax = 1_000

    private var lastRequest: Instant?
    /// The time since the last request in which it was held up.
    private var lost: Duration = .zero

    mutating func lose(_ time: Duration) { lost += time }

    mutating func weight(at now: Instant) -> Int {
        defer { (lastRequest, lost) = (now, .zero) }
        guard let lastRequest, lost > .zero else { return 1 }
        let passed = (now - lastRequest).nanoseconds
        let own = max(passed - lost.nanoseconds, 1_000_000)
        return min(max(Int((passed + own / 2) / own), 1), Self.weightMax)
    }

    func hasAsked(within time: Duration, of now: Instant) -> Bool { lastRequest.map { now - $0 <= time } ?? false }
}

/// A call of a command that reaches out of a container, for whoever runs the cluster.
package struct ContainerCall: Sendable, Identifiable {
    package var id: Int
    package var pod: NamespacedName
    package var container: String
    package var node: String
    package var address: String
    package var command: NetworkCommand
    package var environment: [(name: String, value: String)]
    package var input: [UInt8]
    package var directory: String
    /// When it was made.
    package var askedAt = Instant(nanoseconds: 0)
    /// For how many calls it stands: a process that is held up asks less often than it would.
    package var weight = 1
    /// The container and its process's own number of the call.
    var key: ContainerKey
    var machineCall: Int
    /// The session whose command asks; nil for the container's own process.
    var session: SessionID?

    /// What tells the call of a load generator from all others.
    package var loadName: String { "\(pod)/\(container)/\(session.map { "\($0.number)-" } ?? "")\(machineCall)" }
}

extension Kubelets {
    static var hostCommands: [String: HostCommand] {
        Dictionary(uniqueKeysWithValues: NetworkCommand.names.map { ($0, HostCommand(NetworkCommand.readsInput)) })
    }

    /// What listens in a pod, as `ss` shows it.
    private func sockets(_ record: PodRecord) -> [ListeningSocket] {
        var result: [ListeningSocket] = []
        for ref in record.refs where record[ref]?.state.isRunning == true {
            let key = ContainerKey(pod: record.uid, ref: ref)
            guard let running = plans[key] else { continue }
            var ports = processes[key]?.listening ?? []
            if case .server(let served, _, _, _) = running.plan { ports.formUnion(served) }
            let program = running.image.name
            result += ports.sorted().map { ListeningSocket(port: $0, program: program) }
        }
        return result.sorted { $0.port < $1.port }
    }

    /// A shell in a container.
    ///
    /// - `expands`: `$(NAME)` in the command, as in those of the pod's spec.
    mutating func machine(
        for record: PodRecord, _ ref: ContainerRef, _ line: [String], _ spec: Value, _ pod: Value, _ image: ImageProfile, isInit: Bool, expands: Bool = true,
        input: [UInt8] = [], in view: ClusterView
    ) -> ShellMachine {
        var configuration = ShellConfiguration()
        configuration.limits = .container
        configuration.hostCommands = Self.hostCommands
        configuration.hostName = ContainerEnvironment.hostName(pod)
        let others = processes(of: record, seenFrom: ref, pod).filter { !isInit || $0.ref != ref }.flatMap(\.list)
        configuration.firstProcess = isInit ? Self.firstProcess(of: ref, record, pod) : (others.map(\.id).max() ?? 1) + 6
        configuration.isInit = isInit && configuration.firstProcess == 1
        configuration.neighbours = others
        if let commands = image.commands { configuration.isAvailable = commands }
        if let system = image.system { (configuration.language, configuration.tools) = (system.language, system.tools) }
        configuration.sockets = sockets(record)
        configuration.prompt = image.prompt(ofImage: record[ref]?.image ?? "")
        let directory = spec["workingDir"]?.stringValue ?? image.directory
        let known = environment(record, ref, spec, pod, image, in: view)
        let table = Dictionary(known.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        var files = fileSystem(record, ref, pod, image, in: view)
        let first = ProcessEntry(id: configuration.firstProcess, parent: 0, title: line.joined(separator: " "))
        let facts = kernelFacts(record, ref, pod, files, known, others: (others + [first]).sorted { $0.id < $1.id }, in: view)
        (files.kernel, configuration.kernel) = (facts, facts)
        if files.user != 0 { configuration.userName = String(files.user) }
        return ShellMachine(
            command: expands ? line.map { ContainerEnvironment.expand($0, table) } : line, environment: known, directory: directory, files: files,
            configuration: configuration, input: input)
    }

    /// Lets a container's process go on; its exit code when it has ended.
    mutating func runProcess(_ record: PodRecord, _ ref: ContainerRef, _ pod: Value, in view: ClusterView) -> Int? {
        let key = ContainerKey(pod: record.uid, ref: ref)
        guard var process = processes.removeValue(forKey: key) else { return nil }
        process.planned = nil
        let due = process.arrivals.filter { $0.at <= view.now }
        process.arrivals.removeAll { $0.at <= view.now }
        for arrival in due { process.machine.resume(arrival.call, with: arrival.answer) }
        lendDisk(to: &process.machine.files, node: record.node)
        let outcome = process.turn(profile, sharing: &commonAllowance, now: view.now)
        takeDisk(from: &process.machine.files, node: record.node)
        for chunk in process.machine.takeOutput() {
            logs[key, default: ContainerLog()].append(chunk.bytes, stream: chunk.stream, now: view.now)
            show(chunk, of: key)
        }
        switch outcome {
        case .exited(let status):
            logs[key]?.close(now: view.now)
            keep(process.machine.files, key)
            processes[key] = process
            return status
        case .failed(let failure):
            logs[key, default: ContainerLog()].add("sh: \(failure.message)", stream: 2, now: view.now)
            processes[key] = process
            return 137
        case .outOfSteps:
            let next = process.nextTurn(after: view.now)
            plans[key]?.meter.note(isBusy: process.noteEndOfSteps(at: view.now), at: view.now)
            plan(&process, record, ref, at: next, isPeriodic: true)
        case .suspended(let machineCalls, let wake):
            plans[key]?.meter.note(isBusy: false, at: view.now)
            for call in machineCalls where !process.open.contains(call.id) { handle(call, of: &process, record, ref, pod, in: view) }
            var next = process.arrivals.map(\.at).min()
            if let wake {
                let instant = Instant(nanoseconds: wake)
                next = min(next ?? instant, instant)
            }
            if let next {
                let age = plans[key].map { view.now - $0.startedAt } ?? .zero
                plan(&process, record, ref, at: max(next, view.now), isPeriodic: !(process.isWatched && age < .seconds(300)))
            }
        }
        processes[key] = process
        return nil
    }

    private mutating func plan(_ process: inout ContainerProcess, _ record: PodRecord, _ ref: ContainerRef, at instant: Instant, isPeriodic: Bool) {
        if let planned = process.planned, planned <= instant { return }
        process.planned = instant
        schedule(.process(record.uid, ref, record[ref]?.run ?? 0), at: instant, isPeriodic: isPeriodic)
    }

    /// Answers a call inside the pod, or hands it out.
    mutating func handle(
        _ call: HostCall, of process: inout ContainerProcess, _ record: PodRecord, _ ref: ContainerRef, _ pod: Value, session: SessionID? = nil,
        in view: ClusterView
    ) {
        process.open.insert(call.id)
        var command = NetworkCommand(call.arguments, environment: call.environment, input: call.input)
        if case .resolve = command.action {
            command.nameServer = nameServer(of: pod, in: view)
            command.lookupForm = plans[ContainerKey(pod: record.uid, ref: ref)]?.image.lookupForm ?? .bind
        }
        if case .listen(let port) = command.action {
            process.listening.insert(port)
            if session != nil { processes[ContainerKey(pod: record.uid, ref: ref)]?.listening.insert(port) }
            return
        }
        // A program of this container that is asked may change the container's files, which the process holds.
        let key = ContainerKey(pod: record.uid, ref: ref)
        if session == nil { processes[key] = process }
        let local = localAnswer(command, input: call.input, record, pod, in: view)
        if session == nil, let returned = processes.removeValue(forKey: key) { process = returned }
        if let (answer, time) = local {
            if session == nil {
                save(command, &process.machine.files, answer, directory: call.directory, node: record.node)
            } else {
                save(command, answer, directory: call.directory, in: ContainerKey(pod: record.uid, ref: ref))
            }
            process.arrivals.append((view.now + time, call.id, answer))
            return
        }
        let id = nextCall
        nextCall += 1
        calls[id] = ContainerCall(
            id: id, pod: record.key, container: record[ref]?.name ?? "", node: record.node, address: record.address, command: command,
            environment: call.environment, input: call.input, directory: call.directory, askedAt: view.now, weight: process.requestWeight(at: view.now),
            key: ContainerKey(pod: record.uid, ref: ref), machineCall: call.id, session: session)
    }

    /// A file as the program of a call sees it.
    package func file(_ path: String, of call: ContainerCall) -> [UInt8]? {
        guard var files = processes[call.key]?.machine.files ?? keptFiles[call.key] ?? unwrittenFiles[call.key] else { return nil }
        files.volumes = volumes
        return try? files.read(path)
    }

    /// Puts a call off: it is made again after a while.
    package mutating func postpone(_ call: ContainerCall, by delay: Duration = .seconds(2), now: Instant) {
        guard processes[call.key] != nil || call.session != nil, pods[call.key.pod] != nil else { return }
        postponed.append((now + delay, call))
        let age = now - call.askedAt
        schedule(.postponed(call.key.pod), at: now + delay, isPeriodic: age > .seconds(300))
    }

    /// Makes the calls again whose time has come.
    mutating func callAgain(now: Instant) {
        let due = postponed.filter { $0.at <= now }
        postponed.removeAll { $0.at <= now }
        for entry in due where processes[entry.call.key] != nil || entry.call.session.map({ sessions[$0]?.process != nil }) == true {
            var call = entry.call
            call.id = nextCall
            nextCall += 1
            calls[call.id] = call
        }
    }

    /// What can be answered without leaving the pod: requests to itself, and commands that are no requests.
    mutating func localAnswer(_ command: NetworkCommand, input: [UInt8], _ record: PodRecord, _ pod: Value, in view: ClusterView) -> (HostAnswer, Duration)? {
        switch command.action {
        case .immediate(let answer): return (answer, .milliseconds(5))
        case .report: return (LoadReport.vegeta(input), .milliseconds(5))
        case .http(let url, let method, let headers, let body):
            guard let parts = URLParts(url) else { return (command.render(.failed(.noSuchHost, .zero)), .zero) }
            guard parts.isLoopback || parts.host == record.address else { return nil }
            let request = ContainerRequest(method: method, path: parts.path, host: parts.host, port: parts.port, headers: headers, body: .text(body), client: "127.0.0.1")
            switch answer(request, record, pod, in: view) {
            case .passed: return nil
            case .refused: return (command.render(.failed(.refused, .milliseconds(1))), .milliseconds(1))
            case .response(let status, let headers, let body, let latency):
                return (command.render(.http(status: status, headers: headers, body: body.text, latency: latency)), latency)
            }
        case .connect(let host, let port):
            guard host == "localhost" || host.hasPrefix("127.") || host == record.address else { return nil }
            let isOpen = listener(record, port: port, pod: pod, now: view.now) != nil
            return (command.render(isOpen ? .connected(.milliseconds(1)) : .failed(.refused, .milliseconds(1))), .milliseconds(1))
        default: return nil
        }
    }

    /// Stores a body that the command was to write to a file.
    private mutating func save(_ command: NetworkCommand, _ files: inout VirtualFileSystem, _ answer: HostAnswer, directory: String, node: String) {
        guard let (path, bytes) = command.file(for: answer) else { return }
        lendDisk(to: &files, node: node)
        defer { takeDisk(from: &files, node: node) }
        try? files.write(bytes, to: VirtualFileSystem.absolute(path, from: directory))
    }

    // MARK: Calls that leave the pod

    /// Whether containers wait for answers from outside.
    package var hasPendingCalls: Bool { !calls.isEmpty }

    /// Takes the calls that wait for an answer, oldest first. Each is to be answered with `resolve`.
    package mutating func takeCalls() -> [ContainerCall] {
        defer { calls = [:] }
        return calls.values.sorted { $0.id < $1.id }
    }

    /// Answers a call; what the command prints reaches its container after the outcome's time.
    package mutating func resolve(_ call: ContainerCall, with outcome: NetworkOutcome, now: Instant) {
        if let session = call.session { return resolve(call, of: session, with: outcome, now: now) }
        if call.machineCall < 0 { return dependencyAnswered(call, outcome, now: now) }
        guard var process = processes[call.key], let record = pods[call.key.pod] else { return }
        processes[call.key] = nil
        let answer = call.command.render(outcome)
        save(call.command, &process.machine.files, answer, directory: call.directory, node: record.node)
        let at = now + call.command.time(of: outcome)
        process.arrivals.append((at, call.machineCall, answer))
        let age = plans[call.key].map { now - $0.startedAt } ?? .zero
        plan(&process, record, call.key.ref, at: at, isPeriodic: !(process.isWatched && age < .seconds(300)))
        processes[call.key] = process
    }

    // MARK: Signals

    /// Sends TERM to a process; its exit code when it ended at once.
    mutating func signalProcess(_ record: PodRecord, _ ref: ContainerRef, _ pod: Value, in view: ClusterView) -> Int? {
        let key = ContainerKey(pod: record.uid, ref: ref)
        processes[key]?.machine.signal(pod.containerSpec(ref)["lifecycle"]?["stopSignal"]?.stringValue.map { String($0.dropFirst(3)) } ?? "TERM")
        return runProcess(record, ref, pod, in: view)
    }

    mutating func keep(_ files: VirtualFileSystem, _ key: ContainerKey) { if files.usedBytes > 0 { keptFiles[key] = files } }
}
