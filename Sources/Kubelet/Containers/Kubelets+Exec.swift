import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// What a command in a container came to.
package struct ExecResult: Sendable {
    package var output: [UInt8] = []
    package var errors: [UInt8] = []
    package var status = 0
    package var timedOut = false
    /// Virtual time it took.
    package var time: Duration = .zero

    /// What it printed, errors after output, without the last line end.
    package var text: String {
        var text = String(decoding: output + errors, as: UTF8.self)
        while text.hasSuffix("\n") { text.removeLast() }
        return text
    }
}

extension Kubelets {
    /// Runs a command in a container, as `kubectl exec` does.
    ///
    /// - `resolve` answers requests that leave the pod; without it they fail.
    /// - Throws: what a kubelet answers when the container does not run.
    package mutating func exec(
        pod name: NamespacedName, container: String, command: [String], input: [UInt8] = [], limit: Duration = .seconds(3600), in view: ClusterView,
        resolve: ((ContainerCall) -> NetworkOutcome)? = nil
    ) throws(APIStatus) -> ExecResult {
        guard let uid = uids[name], let record = pods[uid], let ref = record.ref(named: container),
            let pod = view.get(.pods, namespace: name.namespace, name: name.name)
        else { throw .internalError("error executing command in container: container not found (\"\(container)\")") }
        guard record[ref]?.state.isRunning == true else {
            if record[ref]?.state.isTerminated == true { throw .badRequest("cannot exec into a container in a completed pod; current phase is \(PodStatus.phase(record, pod: pod))") }
            throw .internalError("unable to upgrade connection: container not found (\"\(container)\")")
        }
        touched.insert(ContainerKey(pod: uid, ref: ref))
        noteLastingChange()
        return execute(command, record, ref, pod, input: input, limit: limit, in: view, resolve: resolve)
    }

    /// Runs a command to its end in virtual time that does not move the cluster's clock.
    mutating func execute(
        _ command: [String], _ record: PodRecord, _ ref: ContainerRef, _ pod: Value, expands: Bool = false, input: [UInt8] = [], limit: Duration,
        in view: ClusterView, resolve: ((ContainerCall) -> NetworkOutcome)? = nil
    ) -> ExecResult {
        let key = ContainerKey(pod: record.uid, ref: ref)
        let image = plans[key]?.image ?? .unknown(record[ref]?.image ?? "")
        let spec = pod.containerSpec(ref)
        var result = ExecResult()
        if let first = command.first, !hasProgram(first, image, key), !first.hasPrefix("/") || image.commands?.isEmpty == true {
            result.errors = Array(
                "OCI runtime exec failed: exec failed: unable to start container process: exec: \"\(first)\": executable file not found in $PATH: unknown\n".utf8)
            result.status = 127
            return result
        }
        var machine = machine(for: record, ref, command, spec, pod, image, isInit: false, expands: expands, input: input, in: view)
        machine.files = VirtualFileSystem()
        machine.configuration.limits.steps = 500_000
        machine.configuration.limits.outputBytes = 4 << 20
        var now = view.now
        var arrivals: [(at: Instant, call: Int, answer: HostAnswer)] = []
        var open: Set<Int> = []
        let deadline = view.now + limit
        loop: while true {
            machine.now = now.nanoseconds
            for arrival in arrivals where arrival.at <= now { machine.resume(arrival.call, with: arrival.answer) }
            arrivals.removeAll { $0.at <= now }
            // Between its turns the files are back with the container: what it asks of its own pod may change them.
            lendFiles(to: &machine, key, record, pod, in: view)
            let outcome = machine.run(steps: 50_000)
            takeFilesBack(from: &machine, key, node: record.node)
            deliver(machine.takeSignals(), from: ref, of: record, pod, in: view)
            switch outcome {
            case .exited(let status):
                result.status = status
                break loop
            case .failed(let failure):
                result.errors += Array("\(failure.message)\n".utf8)
                result.status = 137
                break loop
            case .outOfSteps: now += .milliseconds(100)
            case .suspended(let machineCalls, let wake):
                for call in machineCalls where open.insert(call.id).inserted {
                    let network = NetworkCommand(call.arguments, environment: call.environment)
                    var answer = localAnswer(network, input: call.input, record, pod, in: view)
                    if answer == nil {
                        let outgoing = ContainerCall(
                            id: 0, pod: record.key, container: record[ref]?.name ?? "", node: record.node, address: record.address, command: network,
                            environment: call.environment, input: call.input, directory: call.directory, key: key, machineCall: call.id)
                        let outcome = resolve?(outgoing) ?? .failed(.timedOut, .seconds(1))
                        answer = (network.render(outcome), network.time(of: outcome))
                    }
                    if let (answer, time) = answer {
                        save(network, answer, directory: call.directory, in: key)
                        arrivals.append((now + time, call.id, answer))
                    }
                }
                let next = [arrivals.map(\.at).min(), wake.map { Instant(nanoseconds: $0) }].compactMap { $0 }.min()
                guard let next, next <= deadline else {
                    result.timedOut = true
                    result.status = 137
                    now = deadline
                    break loop
                }
                now = max(next, now)
            }
            if now > deadline {
                result.timedOut = true
                result.status = 137
                break
            }
        }
        for chunk in machine.takeOutput() { if chunk.stream == 1 { result.output += chunk.bytes } else { result.errors += chunk.bytes } }
        result.time = now - view.now
        watchUsage(ofNode: record.node, now: view.now)
        // What holds nothing need not be weighed.
        if keptFiles[key]?.usedBytes == 0 { unwrittenFiles[key] = keptFiles.removeValue(forKey: key) }
        return result
    }

    // MARK: Faults

    /// Ends a container at once, as `kill -9` or the kernel's memory killer would.
    package mutating func kill(pod name: NamespacedName, container: String?, code: Int = 137, reason: String = "", now: Instant) {
        guard let uid = uids[name], var record = pods[uid] else { return }
        for ref in record.refs where container == nil || record[ref]?.name == container {
            guard record[ref]?.state.isRunning == true else { continue }
            record.change(ref) { $0.endReason = reason }
            schedule(.killed(uid, ref, record[ref]?.run ?? 0, code: code), at: now)
        }
        pods[uid] = record
    }

    /// Makes a container answer every request with a status, or (0) refuse it; nil makes it well again.
    package mutating func setFault(_ status: Int?, pod name: NamespacedName, container: String?, now: Instant) {
        guard let uid = uids[name], let record = pods[uid] else { return }
        for ref in record.refs where container == nil || record[ref]?.name == container {
            let key = ContainerKey(pod: uid, ref: ref)
            plans[key]?.fault = status
            if status == nil { faulty.remove(key) } else { faulty.insert(key) }
            noteLastingChange()
            for state in record[ref]?.probes ?? [] { schedule(.probe(uid, ref, record[ref]?.run ?? 0, state.kind), at: now) }
        }
    }

    // MARK: Usage

    /// The pods that run, by name, with their nodes.
    package var runningPods: [(pod: NamespacedName, node: String)] {
        pods.values.filter { $0.containers.contains { $0.state.isRunning } }.map { ($0.key, $0.node) }.sorted { $0.0 < $1.0 }
    }

    /// What requests cost a container, what it uses by itself, and how many it has served; nil while it does not run.
    package func work(ofPod name: NamespacedName, container: Int) -> (cost: ImageProfile.Cost, busyMilliCPU: Int64, served: Int)? {
        guard let uid = uids[name], let running = plans[ContainerKey(pod: uid, ref: .regular(container))] else { return nil }
        var cost = running.image.cost
        cost.idleMemoryBytes = max(cost.idleMemoryBytes, running.memoryBytes)
        return (cost, running.busyMilliCPU, running.served)
    }

    /// Notes what requests hold of a container's memory: its node runs low by it as by anything else.
    package mutating func setLoadMemory(_ bytes: Int64, ofPod name: NamespacedName, container: Int, now: Instant) {
        guard let uid = uids[name], let record = pods[uid] else { return }
        let key = ContainerKey(pod: uid, ref: .regular(container))
        guard let before = plans[key]?.loadBytes, before != bytes else { return }
        plans[key]!.loadBytes = max(bytes, 0)
        watchUsage(ofNode: record.node, now: now)
    }

    /// The CPU that a container takes while its image starts up, in millicores; 0 when it has.
    package func startUpMilliCPU(ofPod name: NamespacedName, container: Int, now: Instant) -> Int {
        guard let uid = uids[name], let running = plans[ContainerKey(pod: uid, ref: .regular(container))],
            running.startedAt + running.image.startup > now
        else { return 0 }
        return Int(running.image.cost.startupMilliCPU)
    }

    /// Images that ran although nobody described them.
    package var unknownImages: [String] { images.unknownImages }
}
