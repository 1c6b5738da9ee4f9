import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Probes of containers.
///
/// - Source: kubelet `prober/worker.go` and `probe/*`.
extension Kubelets {
    /// What a probe found.
    enum ProbeFinding {
        case success
        case failure(String)
    }

    /// While a container is young and not yet ready, a settling cluster waits for its probes.
    static let awaitedProbeTime: Duration = .seconds(120)

    /// Plans the next run of a probe.
    mutating func scheduleProbe(_ record: PodRecord, _ ref: ContainerRef, _ kind: ProbeState.Kind, _ spec: Value, isFirst: Bool, now: Instant) {
        guard let container = record[ref], case .running(let startedAt) = container.state, let probe = spec[kind.field] else { return }
        let period = Duration.seconds(max(1, min(probe["periodSeconds"]?.intValue ?? 10, 86_400)))
        let initial = Duration.seconds(max(0, min(probe["initialDelaySeconds"]?.intValue ?? 0, 86_400)))
        let due = isFirst ? max(startedAt + initial + .milliseconds(600), now) : now + period
        let isAwaited = kind != .liveness && !container.isReady && due - startedAt < Self.awaitedProbeTime + initial
        let isFailing = kind == .liveness && (container.probes.first { $0.kind == kind }?.failures ?? 0) > 0
        schedule(.probe(record.uid, ref, container.run, kind), at: due, isPeriodic: !(isAwaited || isFailing) || container.restartCount > 3)
    }

    /// Runs a probe; whether something changed that the status shows.
    mutating func probe(
        _ record: inout PodRecord, _ ref: ContainerRef, _ kind: ProbeState.Kind, _ pod: Value, _ plan: inout Plan, in view: ClusterView
    ) -> Bool {
        let spec = pod.containerSpec(ref)
        guard record[ref]?.isInHook != true else { return false }
        guard let probe = spec[kind.field], let index = record[ref]?.probes.firstIndex(where: { $0.kind == kind }), let container = record[ref] else { return false }
        if record.stage == .terminating, kind != .readiness { return false }
        let finding = run(probe, record, ref, spec, pod, in: view)
        var state = container.probes[index]
        switch finding {
        case .success:
            state.successes += 1
            state.failures = 0
        case .failure(let message):
            state.failures += 1
            state.successes = 0
            event(pod, .warning, "Unhealthy", "\(kind.word) probe failed: \(message)", &plan, container: ref)
        }
        record.change(ref) { $0.probes[index] = state }
        let needed = kind == .readiness ? max(1, probe["successThreshold"]?.intValue ?? 1) : 1
        let allowed = max(1, probe["failureThreshold"]?.intValue ?? 3)
        var changed = false
        switch kind {
        case .startup:
            if state.successes >= needed {
                record.change(ref) {
                    $0.isStarted = true
                    $0.isReady = !$0.probes.contains { $0.kind == .readiness }
                }
                for other in container.probes where other.kind != .startup { scheduleProbe(record, ref, other.kind, spec, isFirst: true, now: view.now) }
                return true
            }
            if state.failures >= allowed {
                restart(&record, ref, because: "Container \(container.name) failed startup probe, will be restarted", probe, pod, &plan, in: view)
                return true
            }
        case .liveness:
            if state.failures >= allowed {
                restart(&record, ref, because: "Container \(container.name) failed liveness probe, will be restarted", probe, pod, &plan, in: view)
                return true
            }
        case .readiness:
            let isReady = state.successes >= needed ? true : state.failures >= allowed ? false : container.isReady
            if isReady != container.isReady {
                record.change(ref) { $0.isReady = isReady }
                changed = true
            }
        }
        if !isSteady(probe, finding, record, ref, state, needed) { scheduleProbe(record, ref, kind, spec, isFirst: false, now: view.now) }
        return changed
    }

    /// Whether a probe that succeeded will go on to succeed until something is done to the container: it need not be run again.
    private func isSteady(_ probe: Value, _ finding: ProbeFinding, _ record: PodRecord, _ ref: ContainerRef, _ state: ProbeState, _ needed: Int) -> Bool {
        guard case .success = finding, state.successes >= needed, probe["exec"] == nil, let running = plans[ContainerKey(pod: record.uid, ref: ref)],
            case .server(_, let routes, _, _) = running.plan, running.fault == nil, running.nginx == nil, !routes.contains(where: { $0.late != nil }), running.image.root.isEmpty || probe["httpGet"] == nil || running.image.name == "nginx"
        else { return false }
        return podVolumes[record.uid] == nil
    }

    private mutating func restart(
        _ record: inout PodRecord, _ ref: ContainerRef, because message: String, _ probe: Value, _ pod: Value, _ plan: inout Plan, in view: ClusterView
    ) {
        let grace = probe["terminationGracePeriodSeconds"]?.intValue ?? pod["spec"]?["terminationGracePeriodSeconds"]?.intValue ?? 30
        record.change(ref) { $0.probes = [] }
        stop(&record, ref, pod, grace: max(grace, 1), because: message, &plan, in: view)
    }

    private mutating func run(_ probe: Value, _ record: PodRecord, _ ref: ContainerRef, _ spec: Value, _ pod: Value, in view: ClusterView) -> ProbeFinding {
        let timeout = Duration.seconds(max(1, min(probe["timeoutSeconds"]?.intValue ?? 1, 3600)))
        if let command = probe["exec"]?["command"]?.elements.compactMap(\.stringValue) {
            let result = execute(command, record, ref, pod, expands: true, limit: timeout, in: view)
            if result.timedOut { return .failure("command timed out: \"\(command.joined(separator: " "))\" timed out after \(GoDuration(nanoseconds: timeout.nanoseconds))") }
            return result.status == 0 ? .success : .failure(result.text)
        }
        if let http = probe["httpGet"] {
            guard let port = port(http["port"], spec) else { return .failure("port not found") }
            let scheme = (http["scheme"]?.stringValue ?? "HTTP").lowercased()
            let path = http["path"]?.stringValue ?? "/"
            let host = http["host"]?.stringValue ?? record.address
            let url = "\(scheme)://\(host):\(port)\(path.hasPrefix("/") ? path : "/" + path)"
            let headers = [("User-Agent", "kube-probe/1.36")] + (http["httpHeaders"]?.elements ?? []).map { ($0["name"]?.stringValue ?? "", $0["value"]?.stringValue ?? "") }
            let answer = answer(
                ContainerRequest(path: path, host: host, port: port, headers: headers, client: nodes[record.node]?.description.internalIP ?? ""), record, pod, in: view)
            switch settled(answer, record, pod, in: view) {
            case .refused, .passed: return .failure("Get \"\(url)\": dial tcp \(host):\(port): connect: connection refused")
            case .response(let status, _, _, let latency):
                if latency > timeout { return .failure("Get \"\(url)\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)") }
                return (200..<400).contains(status) ? .success : .failure("HTTP probe failed with statuscode: \(status)")
            }
        }
        if let tcp = probe["tcpSocket"] {
            guard let port = port(tcp["port"], spec) else { return .failure("port not found") }
            let host = tcp["host"]?.stringValue ?? record.address
            if listener(record, port: port, pod: pod, now: view.now)?.running.fault != 0, listener(record, port: port, pod: pod, now: view.now) != nil { return .success }
            return .failure("dial tcp \(host):\(port): connect: connection refused")
        }
        if let grpc = probe["grpc"] {
            let port = grpc["port"]?.intValue ?? 0
            guard let running = listener(record, port: port, pod: pod, now: view.now)?.running, running.fault != 0 else {
                return .failure("timeout: failed to connect service \"\(record.address):\(port)\" within \(GoDuration(nanoseconds: timeout.nanoseconds)): context deadline exceeded")
            }
            let arguments = (spec["args"]?.elements ?? []).compactMap(\.stringValue)
            let services = arguments.first.flatMap { running.image.subcommands[$0] }?.health ?? running.image.healthServices
            return health(running.image, services, of: grpc["service"]?.stringValue ?? "")
        }
        return .success
    }

    /// What a server of an image says of a service by the health protocol of gRPC.
    private func health(_ image: ImageProfile, _ services: [String: String]?, of service: String) -> ProbeFinding {
        // Of an image that nobody described the best is assumed.
        guard image.isKnown else { return .success }
        guard let services else {
            return .failure("error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health")
        }
        guard let status = services[service] else { return .failure("error: health rpc probe failed: rpc error: code = NotFound desc = unknown service") }
        return status == "SERVING" ? .success : .failure("service unhealthy (responded with \"\(status)\")")
    }

    private func port(_ value: Value?, _ spec: Value) -> Int? {
        if let number = value?.intValue { return number }
        guard let name = value?.stringValue else { return nil }
        return (spec["ports"]?.elements ?? []).first { $0["name"]?.stringValue == name }?["containerPort"]?.intValue ?? Int(name)
    }

    // MARK: Hooks

    /// Runs the hook after a start. The container is shown as running, and probed, once the hook has ended.
    mutating func runPostStart(_ record: inout PodRecord, _ ref: ContainerRef, _ spec: Value, _ pod: Value, in view: ClusterView) {
        guard let hook = spec["lifecycle"]?["postStart"] else { return }
        record.change(ref) { $0.isInHook = true }
        let (problem, time) = run(hook: hook, record, ref, spec, pod, limit: .seconds(600), in: view)
        if let problem, !problem.isEmpty { log([problem], ContainerKey(pod: record.uid, ref: ref), in: view) }
        schedule(.hooked(record.uid, ref, record[ref]?.run ?? 0, failed: problem != nil), at: view.now + time)
    }

    /// The hook after the start has ended: when it failed, the container is killed for it.
    mutating func hooked(_ record: inout PodRecord, _ ref: ContainerRef, _ pod: Value, failed: Bool, _ plan: inout Plan, in view: ClusterView) {
        guard let container = record[ref], container.isInHook, container.state.isRunning else { return }
        record.change(ref) { $0.isInHook = false }
        guard container.activity == .running else { return }
        if failed {
            event(pod, .warning, "FailedPostStartHook", "PostStartHook failed", &plan, container: ref)
            stop(&record, ref, pod, grace: pod["spec"]?["terminationGracePeriodSeconds"]?.intValue ?? 30, because: "FailedPostStartHook", &plan, in: view)
            return
        }
        let spec = pod.containerSpec(ref)
        let hasStartup = container.probes.contains { $0.kind == .startup }
        for probe in container.probes where probe.kind == .startup || !hasStartup { scheduleProbe(record, ref, probe.kind, spec, isFirst: true, now: view.now) }
    }

    /// Runs the hook before a stop: how long it takes, and whether it fails; nil when there is none.
    mutating func runPreStop(
        _ record: PodRecord, _ ref: ContainerRef, _ pod: Value, limit: Duration, in view: ClusterView
    ) -> (time: Duration, hasFailed: Bool)? {
        let spec = pod.containerSpec(ref)
        guard let hook = spec["lifecycle"]?["preStop"] else { return nil }
        let (problem, time) = run(hook: hook, record, ref, spec, pod, limit: limit, in: view)
        return (time, problem != nil)
    }

    private mutating func run(
        hook: Value, _ record: PodRecord, _ ref: ContainerRef, _ spec: Value, _ pod: Value, limit: Duration, in view: ClusterView
    ) -> (problem: String?, time: Duration) {
        if let seconds = hook["sleep"]?["seconds"]?.intValue { return (nil, .seconds(max(0, min(seconds, 1 << 32)))) }
        if let command = hook["exec"]?["command"]?.elements.compactMap(\.stringValue) {
            let result = execute(command, record, ref, pod, limit: limit, in: view)
            return (result.status == 0 && !result.timedOut ? nil : result.text, result.time)
        }
        if let http = hook["httpGet"], let port = port(http["port"], spec) {
            let host = http["host"]?.stringValue ?? ""
            let request = ContainerRequest(path: http["path"]?.stringValue ?? "/", host: host.isEmpty ? record.address : host, port: port)
            switch settled(answer(request, record, pod, in: view), record, pod, in: view) {
            case .refused, .passed: return ("Get \"http://\(record.address):\(port)\(request.path)\": dial tcp \(record.address):\(port): connect: connection refused", .milliseconds(1))
            case .response(_, _, _, let latency): return (nil, latency)
            }
        }
        return (nil, .milliseconds(5))
    }
}
