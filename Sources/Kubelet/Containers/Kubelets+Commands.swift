import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// Commands that run to their end in virtual time that does not move the cluster's clock.
extension Kubelets {
    /// Begins a command in a container. It goes on by `proceed`, and what it asks of others is answered by `answer`.
    ///
    /// - Throws: what a kubelet answers when the container does not run.
    package mutating func begin(
        _ command: [String], pod name: NamespacedName, container: String, input: [UInt8] = [], limit: Duration = .seconds(3600), in view: ClusterView
    ) throws(APIStatus) -> ContainerCommand {
        guard let uid = uids[name], let record = pods[uid], let ref = record.ref(named: container),
            let pod = view.get(.pods, namespace: name.namespace, name: name.name)
        else { throw .internalError("error executing command in container: container not found (\"\(container)\")") }
        guard record[ref]?.state.isRunning == true else {
            if record[ref]?.state.isTerminated == true { throw .badRequest("cannot exec into a container in a completed pod; current phase is \(PodStatus.phase(record, pod: pod))") }
            throw .internalError("unable to upgrade connection: container not found (\"\(container)\")")
        }
        touched.insert(ContainerKey(pod: uid, ref: ref))
        noteLastingChange()
        return self.command(command, record, ref, pod, input: input, limit: limit, in: view)
    }

    /// Runs a command of the kubelet's own to its end: nothing that it asks of others is answered.
    mutating func execute(
        _ line: [String], _ record: PodRecord, _ ref: ContainerRef, _ pod: Value, expands: Bool = false, limit: Duration, in view: ClusterView
    ) -> ExecResult {
        var command = command(line, record, ref, pod, expands: expands, limit: limit, in: view)
        proceed(&command, in: view)
        while let call = command.calls.first {
            answer(call, of: &command, with: .failed(.timedOut, .seconds(1)), in: view)
            if command.calls.isEmpty { proceed(&command, in: view) }
        }
        return command.result
    }

    private mutating func command(
        _ line: [String], _ record: PodRecord, _ ref: ContainerRef, _ pod: Value, expands: Bool = false, input: [UInt8] = [], limit: Duration, in view: ClusterView
    ) -> ContainerCommand {
        let key = ContainerKey(pod: record.uid, ref: ref)
        let image = plans[key]?.image ?? .unknown(record[ref]?.image ?? "")
        var machine = machine(for: record, ref, line, pod.containerSpec(ref), pod, image, isInit: false, expands: expands, input: input, in: view)
        machine.files = VirtualFileSystem()
        machine.configuration.limits.steps = max(commonAllowance.steps(upTo: 500_000, at: view.now), 5_000)
        machine.configuration.limits.outputBytes = 4 << 20
        var command = ContainerCommand(machine: machine, key: key, record: record, pod: pod, now: view.now, deadline: view.now + limit)
        if let first = line.first, lacksProgram(first, image, record, ref, pod, in: view) {
            command.result.errors = Array(
                "OCI runtime exec failed: exec failed: unable to start container process: \(ContainerPlan.notFound(first)): unknown\n".utf8)
            command.result.status = 127
            command.isDone = true
        }
        return command
    }

    /// Lets a command run until it has ended or asks something of others.
    package mutating func proceed(_ command: inout ContainerCommand, in view: ClusterView) {
        while !command.isDone, command.calls.isEmpty {
            if step(&command, in: view) { end(&command, in: view) }
        }
    }

    /// One turn of a command; whether it was the last.
    private mutating func step(_ command: inout ContainerCommand, in view: ClusterView) -> Bool {
        let (key, record) = (command.key, command.record)
        command.machine.now = command.now.nanoseconds
        for arrival in command.arrivals where arrival.at <= command.now { command.machine.resume(arrival.call, with: arrival.answer) }
        command.arrivals.removeAll { $0.at <= command.now }
        // Between its turns the files are back with the container: what it asks of its own pod may change them.
        lendFiles(to: &command.machine, key, record, command.pod, in: view)
        let outcome = command.machine.run(steps: 50_000)
        takeFilesBack(from: &command.machine, key, node: record.node)
        deliver(command.machine.takeSignals(), from: key.ref, of: record, command.pod, in: view)
        var wake: Int64?
        switch outcome {
        case .exited(let status):
            command.result.status = status
            return true
        case .failed(let failure):
            command.result.errors += Array("\(failure.message)\n".utf8)
            command.result.status = 137
            return true
        case .outOfSteps: command.now += .milliseconds(100)
        case .suspended(let asked, let woken):
            wake = woken
            for call in asked where command.open.insert(call.id).inserted { take(call, of: &command, in: view) }
            // What is asked of others may be answered before anything else happens.
            if !command.calls.isEmpty { return false }
            guard let next = Self.next(command, wake), next <= command.deadline else { return giveUp(&command) }
            command.now = max(next, command.now)
        }
        return command.now > command.deadline ? giveUp(&command) : false
    }

    private static func next(_ command: ContainerCommand, _ wake: Int64?) -> Instant? {
        [command.arrivals.map(\.at).min(), wake.map { Instant(nanoseconds: $0) }].compactMap { $0 }.min()
    }

    private func giveUp(_ command: inout ContainerCommand) -> Bool {
        command.result.timedOut = true
        command.result.status = 137
        command.now = command.deadline
        return true
    }

    /// Answers a call inside the pod, or leaves it to others.
    private mutating func take(_ call: HostCall, of command: inout ContainerCommand, in view: ClusterView) {
        let (key, record) = (command.key, command.record)
        var network = NetworkCommand(call.arguments, environment: call.environment, input: call.input)
        if case .resolve = network.action {
            network.nameServer = nameServer(of: command.pod, in: view)
            network.lookupForm = plans[key]?.image.lookupForm ?? .bind
        }
        if let (answer, time) = localAnswer(network, input: call.input, record, command.pod, in: view) {
            save(network, answer, directory: call.directory, in: key)
            command.arrivals.append((command.now + time, call.id, answer))
            return
        }
        command.calls.append(
            ContainerCall(
                id: 0, pod: record.key, container: record[key.ref]?.name ?? "", node: record.node, address: record.address, command: network, environment: call.environment,
                input: call.input, directory: call.directory, key: key, machineCall: call.id))
    }

    /// Brings a command the answer to what it asked.
    package mutating func answer(_ call: ContainerCall, of command: inout ContainerCommand, with outcome: NetworkOutcome, in view: ClusterView) {
        command.calls.removeAll { $0.machineCall == call.machineCall }
        let answer = call.command.render(outcome)
        save(call.command, answer, directory: call.directory, in: call.key)
        command.arrivals.append((command.now + call.command.time(of: outcome), call.machineCall, answer))
        // Its container may be gone by what it asked for.
        if pods[command.key.pod] == nil {
            command.result.status = 137
            end(&command, in: view)
        }
    }

    private mutating func end(_ command: inout ContainerCommand, in view: ClusterView) {
        commonAllowance.spend(command.machine.stepsUsed)
        for chunk in command.machine.takeOutput() { if chunk.stream == 1 { command.result.output += chunk.bytes } else { command.result.errors += chunk.bytes } }
        command.result.time = command.now - view.now
        command.calls = []
        command.isDone = true
        let key = command.key
        watchUsage(ofNode: command.record.node, now: view.now)
        // What holds nothing need not be weighed.
        if keptFiles[key]?.usedBytes == 0 { unwrittenFiles[key] = keptFiles.removeValue(forKey: key) }
    }
}
