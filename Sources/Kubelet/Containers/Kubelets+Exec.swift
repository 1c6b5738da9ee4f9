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
        return execute(command, record, ref, pod, input: input, limit: limit, in: view, resolve: resolve)
    }

    /// Runs a command to its end in virtual time that does not move the cluster's clock.
    mutating func execute(
        _ command: [String], _ record: PodRecord, _ ref: ContainerRef, _ pod: Value, input: [UInt8] = [], limit: Duration, in view: ClusterView,
        resolve: ((ContainerCall) -> NetworkOutcome)? = nil
    ) -> ExecResult {
        let key = ContainerKey(pod: record.uid, ref: ref)
        let image = plans[key]?.image ?? .unknown(record[ref]?.image ?? "")
        let spec = pod.containerSpec(ref)
        var result = ExecResult()
        if let first = command.first, !ContainerPlan.canRun(first, image), !first.hasPrefix("/") || image.commands?.isEmpty == true {
            result.errors = Array(
                "OCI runtime exec failed: exec failed: unable to start container process: exec: \"\(first)\": executable file not found in $PATH: unknown\n".utf8)
            result.status = 127
            return result
        }
        var machine = machine(for: record, ref, command, spec, pod, image, isInit: false, input: input, in: view)
        machine.configuration.limits.steps = 500_000
        machine.configuration.limits.outputBytes = 4 << 20
        swap(&machine.files.volumes, &volumes)
        defer { swap(&machine.files.volumes, &volumes) }
        var now = view.now
        var arrivals: [(at: Instant, call: Int, answer: HostAnswer)] = []
        var open: Set<Int> = []
        let deadline = view.now + limit
        loop: while true {
            machine.now = now.nanoseconds
            for arrival in arrivals where arrival.at <= now { machine.resume(arrival.call, with: arrival.answer) }
            arrivals.removeAll { $0.at <= now }
            switch machine.run(steps: 50_000) {
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
                    // Requests to the pod itself need the volumes back for a moment.
                    swap(&machine.files.volumes, &volumes)
                    var answer = localAnswer(network, record, pod, in: view)
                    swap(&machine.files.volumes, &volumes)
                    if answer == nil {
                        let outgoing = ContainerCall(
                            id: 0, pod: record.key, container: record[ref]?.name ?? "", node: record.node, address: record.address, command: network,
                            environment: call.environment, input: call.input, directory: call.directory, key: key, machineCall: call.id)
                        let outcome = resolve?(outgoing) ?? .failed(.timedOut, .seconds(1))
                        answer = (network.render(outcome), network.time(of: outcome))
                    }
                    if let (answer, time) = answer {
                        if let (path, bytes) = network.file(for: answer) { try? machine.files.write(bytes, to: VirtualFileSystem.absolute(path, from: call.directory)) }
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
        if processes[key] != nil { processes[key]!.machine.files = withoutVolumes(machine.files) } else { keep(withoutVolumes(machine.files), key) }
        return result
    }

    private func withoutVolumes(_ files: VirtualFileSystem) -> VirtualFileSystem {
        var copy = files
        copy.volumes = VolumeStore()
        return copy
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
            plans[ContainerKey(pod: uid, ref: ref)]?.fault = status
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

    /// Images that ran although nobody described them.
    package var unknownImages: [String] { images.unknownImages }
}
