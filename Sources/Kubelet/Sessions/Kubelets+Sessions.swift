import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// Sessions that live across virtual time: `kubectl exec` with its streams, and `kubectl attach`.
///
/// - Bounds: `sessionsMax` sessions are open at once.
/// - Source: kubelet `pkg/kubelet/server` and the runtime's streaming server.
extension Kubelets {
    static let sessionsMax = 256

    /// Opens a session; a command begins at once and runs as the clock moves.
    ///
    /// - Throws: what a kubelet answers when the container does not run. An error without a reason is the kubelet's own text.
    package mutating func open(_ request: SessionRequest, in view: ClusterView) throws(APIStatus) -> SessionID {
        guard let uid = uids[request.pod], let record = pods[uid], let ref = record.ref(named: request.container),
            let pod = view.get(.pods, namespace: request.pod.namespace, name: request.pod.name), record[ref]?.state.isRunning == true
        else { throw APIStatus(code: 404, reason: "", message: "container not found (\"\(request.container)\")") }
        guard sessions.count < Self.sessionsMax else {
            throw APIStatus(code: 429, reason: "TooManyRequests", message: "more than \(Self.sessionsMax) sessions are open; close some first")
        }
        let id = SessionID(number: nextSession)
        nextSession += 1
        let key = ContainerKey(pod: uid, ref: ref)
        var session = ContainerSession(key: key)
        if request.command.isEmpty {
            let spec = pod.containerSpec(ref)
            session.endsInput = request.hasInput && spec["stdinOnce"]?.boolValue == true
        } else {
            touched.insert(key)
            start(&session, request, record, ref, pod, in: view)
            schedule(.session(uid, id), at: view.now, isPeriodic: true)
        }
        sessions[id] = session
        return id
    }

    private mutating func start(_ session: inout ContainerSession, _ request: SessionRequest, _ record: PodRecord, _ ref: ContainerRef, _ pod: Value, in view: ClusterView) {
        let image = plans[session.key]?.image ?? .unknown(record[ref]?.image ?? "")
        let first = request.command[0]
        if lacksProgram(first, image, record, ref, pod, in: view) {
            session.end = .failed(
                "failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed: unable to start container process: "
                    + ContainerPlan.notFound(first))
            return
        }
        var machine = machine(for: record, ref, request.command, pod.containerSpec(ref), pod, image, isInit: false, expands: false, in: view)
        machine.files = VirtualFileSystem()
        machine.now = view.now.nanoseconds
        if request.hasInput || request.isTerminal { machine.inputEnded = false }
        if request.isTerminal { machine.attach(Terminal()) }
        session.process = ContainerProcess(machine: machine)
    }

    // MARK: What comes in

    /// Adds to a session's standard input.
    package mutating func feed(_ bytes: [UInt8], to id: SessionID, now: Instant) {
        guard let session = sessions[id], session.end == nil else { return }
        if session.process != nil {
            sessions[id]!.process!.machine.feed(bytes)
            schedule(.session(session.key.pod, id), at: now, isPeriodic: true)
        } else if processes[session.key] != nil {
            processes[session.key]!.machine.feed(bytes)
            wake(session.key, now: now)
        }
    }

    /// Ends a session's standard input.
    package mutating func endInput(of id: SessionID, now: Instant) {
        guard let session = sessions[id], session.end == nil else { return }
        if session.process != nil {
            sessions[id]!.process!.machine.endInput()
            schedule(.session(session.key.pod, id), at: now, isPeriodic: true)
        } else if session.endsInput, processes[session.key] != nil {
            processes[session.key]!.machine.endInput()
            wake(session.key, now: now)
        }
    }

    /// Changes the size of a session's terminal, in cells.
    package mutating func resize(_ id: SessionID, rows: Int, columns: Int) {
        guard let session = sessions[id] else { return }
        if session.process != nil {
            sessions[id]!.process!.machine.resize(rows: rows, columns: columns)
        } else if processes[session.key] != nil {
            processes[session.key]!.machine.resize(rows: rows, columns: columns)
        }
    }

    /// Takes what a session has printed; nil when there is no such session.
    package mutating func takeOutput(of id: SessionID, now: Instant) -> SessionOutput? {
        guard let session = sessions[id] else { return nil }
        let unread = session.process?.machine.unreadInput ?? processes[session.key]?.machine.unreadInput ?? 0
        if !session.chunks.isEmpty {
            sessions[id]!.chunks = []
            sessions[id]!.outputBytes = 0
        }
        if session.isHeld {
            sessions[id]!.isHeld = false
            schedule(.session(session.key.pod, id), at: now, isPeriodic: true)
        }
        return SessionOutput(chunks: session.chunks, end: session.end, unreadInput: unread)
    }

    /// Whether a session has output or its end to be taken; nil when there is none.
    package func hasOutput(_ id: SessionID) -> Bool? { sessions[id].map { !$0.chunks.isEmpty || $0.end != nil } }

    /// Closes a session; a command in it ends as by a hang-up.
    package mutating func close(_ id: SessionID, now: Instant) {
        endInput(of: id, now: now)
        sessions[id] = nil
    }

    /// Lets the first process of a container look at what has come for it.
    mutating func wake(_ key: ContainerKey, now: Instant) {
        guard let record = pods[key.pod] else { return }
        schedule(.process(key.pod, key.ref, record[key.ref]?.run ?? 0), at: now, isPeriodic: true)
    }

    // MARK: Running

    /// Lets a session's command go on.
    mutating func runSession(_ id: SessionID, _ record: PodRecord, _ pod: Value, in view: ClusterView) {
        guard var session = sessions[id], session.end == nil, var process = session.process else { return }
        if session.outputBytes >= ContainerSession.outputMax {
            sessions[id]!.isHeld = true
            return
        }
        sessions[id]!.process = nil
        session.process = nil
        process.planned = nil
        for arrival in process.arrivals where arrival.at <= view.now { process.machine.resume(arrival.call, with: arrival.answer) }
        process.arrivals.removeAll { $0.at <= view.now }
        lendFiles(to: &process.machine, session.key, record, pod, in: view)
        let outcome = process.turn(profile, sharing: &commonAllowance, now: view.now, outputMax: ContainerSession.outputMax)
        takeFilesBack(from: &process.machine, session.key, node: record.node)
        deliver(process.machine.takeSignals(), from: session.key.ref, of: record, pod, in: view)
        for chunk in process.machine.takeOutput() { session.add(chunk) }
        var next: Instant?
        switch outcome {
        case .exited(let status):
            session.end = .exited(status)
            noteLastingChange()
        case .failed(let failure):
            session.add(ShellMachine.OutputChunk(stream: 2, bytes: Array("sh: \(failure.message)\n".utf8)))
            session.end = .exited(137)
        case .outOfSteps: next = process.nextTurn(after: view.now)
        case .suspended(let machineCalls, let wake):
            for call in machineCalls where !process.open.contains(call.id) {
                handle(call, of: &process, record, session.key.ref, pod, session: id, in: view)
            }
            next = [process.arrivals.map(\.at).min(), wake.map { max(Instant(nanoseconds: $0), view.now) }].compactMap { $0 }.min()
        }
        if session.end == nil { session.process = process }
        sessions[id] = session
        if let next, session.end == nil { schedule(.session(record.uid, id), at: next, isPeriodic: true) }
    }

    /// Whether a command can be run in a container: its image has it, or it was installed since.
    func hasProgram(_ name: String, _ image: ImageProfile, _ key: ContainerKey) -> Bool {
        if ContainerPlan.canRun(name, image) { return true }
        let base = name.split(separator: "/").last.map(String.init) ?? name
        guard let bytes = try? (processes[key]?.machine.files ?? keptFiles[key])?.read("/usr/bin/" + base) else { return false }
        return bytes.starts(with: InstalledPrograms.mark)
    }

    /// Whether a command cannot be started: it is no program of the image, and no file that the container or a volume has brought.
    mutating func lacksProgram(_ name: String, _ image: ImageProfile, _ record: PodRecord, _ ref: ContainerRef, _ pod: Value, in view: ClusterView) -> Bool {
        if hasProgram(name, image, ContainerKey(pod: record.uid, ref: ref)) { return false }
        guard image.commands?.isEmpty != true else { return true }
        var files = fileSystem(record, ref, pod, image, in: view)
        lendDisk(to: &files, node: record.node)
        defer { takeDisk(from: &files, node: record.node) }
        if !name.contains("/") {
            return !ShellMachine.commandDirectories.contains { files.exists("\($0)/\(name)") && !files.isDirectory("\($0)/\(name)") }
        }
        return !files.exists(VirtualFileSystem.absolute(name, from: pod.containerSpec(ref)["workingDir"]?.stringValue ?? image.directory))
    }

    /// The files of a container belong to its first process or are kept; whoever else runs in it borrows them.
    mutating func lendFiles(to machine: inout ShellMachine, _ key: ContainerKey, _ record: PodRecord, _ pod: Value, in view: ClusterView) {
        if processes[key] != nil {
            swap(&processes[key]!.machine.files, &machine.files)
        } else {
            let image = plans[key]?.image ?? .unknown(record[key.ref]?.image ?? "")
            machine.files = fileSystem(record, key.ref, pod, image, in: view)
            (keptFiles[key], unwrittenFiles[key]) = (nil, nil)
        }
        machine.files.kernel = machine.configuration.kernel
        lendDisk(to: &machine.files, node: record.node)
    }

    mutating func takeFilesBack(from machine: inout ShellMachine, _ key: ContainerKey, node: String) {
        takeDisk(from: &machine.files, node: node)
        if processes[key] != nil {
            swap(&processes[key]!.machine.files, &machine.files)
        } else {
            keptFiles[key] = machine.files
            machine.files = VirtualFileSystem()
        }
    }

    /// Brings the answer of the network to a session's command.
    mutating func resolve(_ call: ContainerCall, of id: SessionID, with outcome: NetworkOutcome, now: Instant) {
        guard sessions[id]?.process != nil else { return }
        let answer = call.command.render(outcome)
        let at = now + call.command.time(of: outcome)
        save(call.command, answer, directory: call.directory, in: call.key)
        sessions[id]!.process!.arrivals.append((at, call.machineCall, answer))
        schedule(.session(call.key.pod, id), at: at, isPeriodic: true)
    }

    /// Stores a body that a session's command was to write to a file of its container.
    mutating func save(_ command: NetworkCommand, _ answer: HostAnswer, directory: String, in key: ContainerKey) {
        guard let (path, bytes) = command.file(for: answer) else { return }
        let place = VirtualFileSystem.absolute(path, from: directory)
        let node = pods[key.pod]?.node ?? ""
        if var process = processes.removeValue(forKey: key) {
            lendDisk(to: &process.machine.files, node: node)
            try? process.machine.files.write(bytes, to: place)
            takeDisk(from: &process.machine.files, node: node)
            processes[key] = process
        } else if var files = keptFiles.removeValue(forKey: key) {
            lendDisk(to: &files, node: node)
            try? files.write(bytes, to: place)
            takeDisk(from: &files, node: node)
            keptFiles[key] = files
        }
    }

    // MARK: The container's own output and end

    /// Shows sessions that are attached to a container what it prints.
    mutating func show(_ chunk: ShellMachine.OutputChunk, of key: ContainerKey) {
        for id in attached(to: key) where sessions[id]!.outputBytes < ContainerSession.outputMax { sessions[id]!.add(chunk) }
    }

    private func attached(to key: ContainerKey) -> [SessionID] {
        sessions.isEmpty ? [] : sessions.filter { $0.value.key == key && $0.value.process == nil && $0.value.end == nil }.keys.sorted()
    }

    /// Ends the sessions of a container that has ended.
    mutating func endSessions(of key: ContainerKey) {
        guard !sessions.isEmpty else { return }
        for id in sessions.keys.sorted() where sessions[id]!.key == key && sessions[id]!.end == nil {
            sessions[id]!.end = sessions[id]!.process == nil ? .detached : .exited(137)
            sessions[id]!.process = nil
        }
    }

    /// Closes all sessions; the next one gets at least this number.
    package mutating func closeAllSessions(next: Int) {
        sessions = [:]
        nextSession = max(nextSession, next)
    }
}
