import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// How a container goes on under a kubelet that was started anew.
extension Kubelets {
    /// How many rounds of a process are done again to find where it stands; beyond them it goes on from the present.
    static let repeatedRoundsMax = 200

    /// Takes a container up where its status says it stands.
    mutating func resume(_ record: inout PodRecord, _ ref: ContainerRef, _ pod: Value, _ part: Value, _ wait: Value, in view: ClusterView) {
        guard let container = record[ref] else { return }
        let isEnding = record.stage == .terminating
        if let saved = wait["wait"]?.intValue, let since = wait["since"]?.intValue {
            record.change(ref) {
                $0.backOff = (.nanoseconds(Int64(saved)), Instant(nanoseconds: Int64(since)))
                $0.heldFor = .nanoseconds(Int64(wait["heldFor"]?.intValue ?? 0))
            }
        }
        if let pull = wait["pull"]?.intValue { record.change(ref) { $0.pullBackOff = .nanoseconds(Int64(pull)) } }
        let due = wait["restart"]?.intValue.map { Instant(nanoseconds: Int64($0)) }
        switch container.state {
        case .running(let startedAt): resumeRunning(&record, ref, pod, part, since: startedAt, in: view)
        case .terminated(let code, _, _, _, let finishedAt, _):
            guard RestartRules.restarts(pod, ref, code: code), !isEnding else { return }
            restartLater(&record, ref, at: due ?? finishedAt + Self.restartBackOffFirst, isShown: false, in: view)
        case .waiting(let reason, _):
            guard !isEnding, !["ContainerCreating", "PodInitializing", ""].contains(reason) else { return }
            if reason == "CreateContainerConfigError" { waitForObjects(record, pod: pod) }
            if record[ref]?.run == 0 { record.change(ref) { $0.run = 1 } }
            let shown = Self.shownWait(of: container)
            if let shown, record[ref]?.backOff == nil { record.change(ref) { $0.backOff = (min(shown.wait * 2, Self.restartBackOffMax), shown.end) } }
            restartLater(&record, ref, at: due ?? shown?.end ?? view.now + profile.retryPeriod, isShown: reason != "ErrImagePull", in: view)
        }
    }

    /// The wait that the status tells of, and when it is over.
    private static func shownWait(of container: ContainerRecord) -> (wait: Duration, end: Instant)? {
        guard case .waiting("CrashLoopBackOff", let message) = container.state,
            case .terminated(_, _, _, _, let finishedAt, _)? = container.lastState
        else { return nil }
        let words = message.split(separator: " ")
        let shown = words.count > 1 ? GoDuration(String(words[1])).map { Duration.nanoseconds($0.nanoseconds) } : nil
        let wait = shown ?? restartBackOffFirst
        return (wait, finishedAt + wait)
    }

    private mutating func restartLater(_ record: inout PodRecord, _ ref: ContainerRef, at due: Instant, isShown: Bool, in view: ClusterView) {
        record.change(ref) { $0.activity = .backingOff }
        let run = record[ref]?.run ?? 0
        let isPeriodic = (record[ref]?.restartCount ?? 0) >= 2 || record[ref]?.pullBackOff.map { $0 > .seconds(10) } ?? false
        if !isShown, due > view.now + .seconds(1) { schedule(.backOffShown(record.uid, ref, run), at: view.now + .seconds(1), isPeriodic: isPeriodic) }
        schedule(.restart(record.uid, ref, run), at: max(due, view.now), isPeriodic: isPeriodic)
    }

    // MARK: Running containers

    private mutating func resumeRunning(_ record: inout PodRecord, _ ref: ContainerRef, _ pod: Value, _ part: Value, since startedAt: Instant, in view: ClusterView) {
        let spec = pod.containerSpec(ref)
        let run = record[ref]?.run ?? 1
        record.change(ref) { $0.activity = .running }
        if profile.imagesBehave { resumeBehaviour(&record, ref, pod, part, since: startedAt, in: view) }
        if record.stage == .terminating {
            record.change(ref) { $0.activity = .stopping }
            schedule(.killed(record.uid, ref, run, code: 137), at: max(record.killAt ?? view.now, view.now))
            schedule(.stopSignal(record.uid, ref, run, hookFailed: false), at: view.now)
            return
        }
        guard profile.runsProbes else { return }
        let kinds = ProbeState.Kind.allCases.filter { spec[$0.field] != nil }
        record.change(ref) { $0.probes = kinds.map { ProbeState(kind: $0) } }
        let isStarting = kinds.contains(.startup) && record[ref]?.isStarted == false
        for kind in kinds where isStarting == (kind == .startup) { resumeProbe(record, ref, kind, spec, since: startedAt, now: view.now) }
    }

    /// A probe keeps to its period over a restart.
    private mutating func resumeProbe(_ record: PodRecord, _ ref: ContainerRef, _ kind: ProbeState.Kind, _ spec: Value, since startedAt: Instant, now: Instant) {
        let period = Duration.seconds(max(1, min(spec[kind.field]?["periodSeconds"]?.intValue ?? 10, 86_400))).nanoseconds
        let initial = Duration.seconds(max(0, min(spec[kind.field]?["initialDelaySeconds"]?.intValue ?? 0, 86_400)))
        let first = startedAt + initial + .milliseconds(600)
        let passed = max((now - first).nanoseconds, -1)
        let due = passed < 0 ? first : first + .nanoseconds((passed / period + 1) * period)
        let isReady = record[ref]?.isReady ?? false
        schedule(.probe(record.uid, ref, record[ref]?.run ?? 0, kind), at: due, isPeriodic: kind == .liveness || isReady)
    }

    /// Finds again what a container does.
    private mutating func resumeBehaviour(_ record: inout PodRecord, _ ref: ContainerRef, _ pod: Value, _ part: Value, since startedAt: Instant, in view: ClusterView) {
        let spec = pod.containerSpec(ref)
        let key = ContainerKey(pod: record.uid, ref: ref)
        let run = record[ref]?.run ?? 1
        let name = record[ref]?.name ?? ""
        let kept = part["environments"]?[name]?.elements.map { (name: $0["name"]?.stringValue ?? "", value: $0["value"]?.stringValue ?? "") }
        var running = makeRunning(record, ref, spec, pod, kept: kept, in: view)
        running.startedAt = startedAt
        running.fault = part["faults"]?[name]?.intValue
        if running.fault != nil { faulty.insert(key) }
        running = configured(running, record, ref, pod, in: view)
        // A server that runs keeps the settings that it was started with.
        if running.redis != nil { running.redis = RedisConfiguration(given: Dictionary((part["settings"]?[name]?.fields ?? Fields()).map { ($0.0, $0.1.stringValue ?? "") }, uniquingKeysWith: { $1 })) }
        // What serves already has found what it waits for.
        if record[ref]?.isReady == true { for index in running.awaited.indices { running.awaited[index].isAnswered = true } }
        plans[key] = running
        record.change(ref) { ($0.user, $0.group) = (Int32(truncatingIfNeeded: running.image.user), Int32(truncatingIfNeeded: running.image.user)) }
        if running.awaited.contains(where: { !$0.isAnswered }) { schedule(.dependencies(record.uid, ref, run), at: view.now) }
        if running.memoryBytes > 0 { watchUsage(ofNode: record.node, now: view.now) }
        let listens = startedAt + running.image.startup
        if listens > view.now { schedule(.sync(record.uid), at: listens) }
        if let limit = Quantity(spec["resources"]?["limits"]?["memory"]), running.memoryBytes > limit.value {
            record.change(ref) { $0.endReason = "OOMKilled" }
            schedule(.ended(record.uid, ref, run, code: 137), at: max(startedAt + .seconds(1), view.now))
        }
        if case .exit(let code, let after, _) = running.plan { schedule(.ended(record.uid, ref, run, code: code), at: max(startedAt + after, view.now)) }
        let saved = part["files"]?[name].flatMap { FileTree.directory($0) }
        if saved != nil { touched.insert(key) }
        if case .shell(let line) = running.plan {
            resumeProcess(record, ref, line, pod, running.image, files: saved, since: startedAt, in: view)
        } else if let saved {
            var files = fileSystem(record, ref, pod, running.image, in: view)
            files.root = saved
            keptFiles[key] = files
        }
    }

    /// Does again what a process has done, on copies of its volumes and without its output, until it stands where it stood.
    ///
    /// - Bounds: `repeatedRoundsMax`; a process that asks the network begins its question again at present.
    private mutating func resumeProcess(
        _ record: PodRecord, _ ref: ContainerRef, _ line: [String], _ pod: Value, _ image: ImageProfile, files: FileDirectory?, since startedAt: Instant,
        in view: ClusterView
    ) {
        let key = ContainerKey(pod: record.uid, ref: ref)
        var machine = machine(for: record, ref, line, pod.containerSpec(ref), pod, image, isInit: true, in: view)
        machine.files.volumes = volumes
        var process = ContainerProcess(machine: machine)
        var time = startedAt
        // What it did then was paid for then.
        var past = StepAllowance.ofCluster
        repeating: for _ in 0..<Self.repeatedRoundsMax {
            let outcome = process.turn(profile, sharing: &past, now: time)
            _ = process.machine.takeOutput()
            switch outcome {
            case .exited, .failed: break repeating
            case .outOfSteps: time = process.nextTurn(after: time)
            case .suspended(let calls, let wake):
                guard calls.isEmpty, let wake else { break repeating }
                time = max(Instant(nanoseconds: wake), time)
            }
            if time >= view.now { break }
        }
        process.machine.files.volumes = VolumeStore()
        if let files { process.machine.files.root = files }
        process.isWatched = ref.kind == .sidecarOrInit && !pod.isSidecar(ref) || pod["spec"]?["restartPolicy"]?.stringValue ?? "Always" != "Always"
        let due = max(time, view.now)
        process.planned = due
        processes[key] = process
        watchUsage(ofNode: record.node, now: view.now)
        let isAwaited = process.isWatched && view.now - startedAt < .seconds(300)
        schedule(.process(record.uid, ref, record[ref]?.run ?? 0), at: due, isPeriodic: !isAwaited)
    }
}
