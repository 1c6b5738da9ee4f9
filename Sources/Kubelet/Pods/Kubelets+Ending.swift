import APIMachinery
import KubernetesObjects
import SimulationKernel

/// How containers and pods end, and when containers are started again.
///
/// - Source: kubelet `kuberuntime_manager.go` (`doBackOff`, `killContainersWithSyncResult`), `pod_workers.go`.
extension Kubelets {
    static let restartBackOffFirst: Duration = .seconds(10)
    static let restartBackOffMax: Duration = .seconds(300)
    /// A container that ran this long begins again with the first wait.
    static let restartBackOffReset: Duration = .seconds(600)

    /// A container has ended.
    mutating func ended(_ record: inout PodRecord, _ ref: ContainerRef, code: Int, _ pod: Value, _ plan: inout Plan, in view: ClusterView) {
        guard case .running(let startedAt)? = record[ref]?.state else { return }
        let reason = record[ref].map { $0.endReason.isEmpty ? (code == 0 ? "Completed" : "Error") : $0.endReason } ?? ""
        let key = ContainerKey(pod: record.uid, ref: ref)
        let message = terminationMessage(key, pod.containerSpec(ref), code: code)
        record.change(ref) {
            $0.state = .terminated(exitCode: code, reason: reason, message: message, startedAt: startedAt, finishedAt: view.now, containerID: $0.containerID)
            $0.isReady = ref.kind == .sidecarOrInit && code == 0
            $0.isStarted = false
            $0.isInHook = false
            $0.probes = []
            $0.activity = .idle
            $0.endReason = ""
        }
        if case .exit(_, _, let lines)? = plans[key]?.plan { log(lines, key, in: view) }
        plans[key] = nil
        processes[key] = nil
        endSessions(of: key)
        afterEnd(&record, ref, code: code, pod, &plan, in: view)
    }

    /// Decides what comes after an end: a restart now, a restart after a wait, or nothing.
    mutating func afterEnd(_ record: inout PodRecord, _ ref: ContainerRef, code: Int, _ pod: Value, _ plan: inout Plan, in view: ClusterView) {
        if record.stage == .terminating || record.finalPhase != nil {
            record.change(ref) { $0.activity = .idle }
            if record.stage == .terminating { terminationGoesOn(&record, pod, &plan, in: view) }
            return
        }
        if record.restartOfAll != nil || RestartRules.restartsAll(pod, ref, code: code) {
            return restartAll(&record, because: ref, in: view)
        }
        let restarts = RestartRules.restarts(pod, ref, code: code)
        guard restarts else {
            record.change(ref) { $0.activity = .idle }
            return
        }
        let current = record[ref]?.backOff
        let run = record[ref]?.run ?? 0
        if let current, view.now - current.since <= Self.restartBackOffReset {
            // The wait counts from the end; what is shown changes with the kubelet's next look.
            record.change(ref) { $0.activity = .backingOff }
            let isPeriodic = (record[ref]?.restartCount ?? 0) >= 3
            schedule(.backOffShown(record.uid, ref, run), at: view.now + .seconds(1), isPeriodic: isPeriodic)
            schedule(.restart(record.uid, ref, run), at: view.now + current.wait, isPeriodic: isPeriodic)
            record.change(ref) {
                $0.backOff = (min(current.wait * 2, Self.restartBackOffMax), view.now + current.wait)
                $0.heldFor = current.wait
            }
        } else {
            record.change(ref) {
                $0.backOff = (Self.restartBackOffFirst, view.now)
                $0.activity = .backingOff
            }
            schedule(.restart(record.uid, ref, run), at: view.now + .milliseconds(700))
        }
    }

    /// Shows that a container or its image is being waited for.
    mutating func showBackOff(_ record: inout PodRecord, _ ref: ContainerRef, _ pod: Value, _ plan: inout Plan, in view: ClusterView) {
        guard let container = record[ref], container.activity == .backingOff else { return }
        if case .waiting("ErrImagePull", let reason) = container.state {
            let message = "Back-off pulling image \"\(container.image)\""
            event(pod, .normal, "BackOff", message, &plan, container: ref)
            event(pod, .warning, "Failed", "Error: ImagePullBackOff", &plan, container: ref)
            record.change(ref) { $0.state = .waiting(reason: "ImagePullBackOff", message: "\(message): ErrImagePull: \(reason)") }
        } else if container.backOff != nil, container.state.isTerminated || container.state.hasFailedToRun {
            let wait = container.heldFor
            let subject = "restarting failed container=\(container.name) pod=\(record.key.name)_\(record.key.namespace)(\(record.uid))"
            event(
                pod, .warning, "BackOff", "Back-off restarting failed container \(container.name) in pod \(record.key.name)_\(record.key.namespace)(\(record.uid))",
                &plan, container: ref)
            record.change(ref) {
                if $0.state.isTerminated { $0.lastState = $0.state }
                $0.state = .waiting(reason: "CrashLoopBackOff", message: "back-off \(GoDuration(nanoseconds: wait.nanoseconds)) \(subject)")
            }
        }
    }

    // MARK: Pods

    /// The containers decided the pod's end: the sidecars follow.
    mutating func settle(_ record: inout PodRecord, _ pod: Value, phase: String, _ plan: inout Plan, in view: ClusterView) {
        record.finalPhase = phase
        let running = record.refs.filter { record[$0]?.state.isRunning == true }
        if running.isEmpty {
            record.stage = .finished
            return
        }
        record.stage = .terminating
        for ref in running { stop(&record, ref, pod, grace: pod["spec"]?["terminationGracePeriodSeconds"]?.intValue ?? 30, &plan, in: view) }
    }

    /// The phase was written by somebody else: all ends at once.
    func finish(_ record: inout PodRecord, phase: String, now: Instant) {
        record.finalPhase = phase
        for ref in record.refs {
            record.change(ref) {
                guard case .running(let startedAt) = $0.state else { return }
                $0.state = .terminated(exitCode: 0, reason: "Completed", message: "", startedAt: startedAt, finishedAt: now, containerID: $0.containerID)
                $0.isReady = false
                $0.isStarted = false
                $0.activity = .idle
            }
        }
        record.stage = .finished
    }

    /// Ends a pod for a reason of the kubelet's own.
    mutating func fail(_ record: inout PodRecord, _ pod: Value, _ verdict: PodVerdict, _ plan: inout Plan, in view: ClusterView) {
        guard record.finalPhase == nil, record.stage != .finished else { return }
        record.verdict = verdict
        event(pod, verdict.reason == "DeadlineExceeded" ? .normal : .warning, verdict.reason, verdict.eventMessage, &plan)
        if verdict.isImmediate { killAll(&record, now: view.now) }
        if !profile.imagesBehave || verdict.isRefusal {
            finish(&record, phase: "Failed", now: view.now)
            return
        }
        settle(&record, pod, phase: "Failed", &plan, in: view)
    }

    /// Kills what runs without any grace.
    private mutating func killAll(_ record: inout PodRecord, now: Instant) {
        for ref in record.refs {
            guard let container = record[ref], case .running(let startedAt) = container.state else { continue }
            let key = ContainerKey(pod: record.uid, ref: ref)
            (plans[key], processes[key]) = (nil, nil)
            record.change(ref) {
                $0.state = .terminated(exitCode: 137, reason: "Error", message: "", startedAt: startedAt, finishedAt: now, containerID: $0.containerID)
                ($0.isReady, $0.isStarted, $0.isInHook) = (false, false, false)
                $0.probes = []
                $0.activity = .idle
            }
        }
    }

    /// Begins or goes on with a deletion.
    mutating func terminate(_ record: inout PodRecord, _ pod: Value, grace: Int?, _ plan: inout Plan, in view: ClusterView) {
        switch record.stage {
        case .preparing where !record.hasSandbox: record.stage = .finished
        case .terminating:
            // A shorter time of grace than before is kept to.
            let killAt = view.now + .seconds(max(grace ?? 30, 0))
            if let before = record.killAt, killAt < before {
                record.killAt = killAt
                for ref in record.refs where record[ref]?.activity == .stopping {
                    schedule(.killed(record.uid, ref, record[ref]?.run ?? 0, code: 137), at: killAt)
                }
            }
            terminationGoesOn(&record, pod, &plan, in: view)
        case .finished: break
        default:
            record.stage = .terminating
            let seconds = max(grace ?? 30, 0)
            record.killAt = view.now + .seconds(min(seconds, 1 << 32))
            // Sidecars go after the others.
            let regular = record.refs.filter { !pod.isSidecar($0) && record[$0]?.state.isRunning == true }
            for ref in regular { stop(&record, ref, pod, grace: seconds, &plan, in: view) }
            terminationGoesOn(&record, pod, &plan, in: view)
        }
    }

    /// Stops the sidecars once the others are gone, the last one first; ends when nothing runs.
    mutating func terminationGoesOn(_ record: inout PodRecord, _ pod: Value, _ plan: inout Plan, in view: ClusterView) {
        let running = record.refs.filter { record[$0]?.state.isRunning == true }
        if running.isEmpty {
            record.stage = .finished
            return
        }
        guard running.allSatisfy({ pod.isSidecar($0) }), !running.contains(where: { record[$0]?.activity == .stopping }), let last = running.last else { return }
        let left = record.killAt.map { Int(($0 - view.now).inSeconds) } ?? 30
        stop(&record, last, pod, grace: max(left, 2), &plan, in: view)
    }

    /// Tells a container to stop: the hook first, then the signal, then at the end of the grace the kill.
    mutating func stop(
        _ record: inout PodRecord, _ ref: ContainerRef, _ pod: Value, grace: Int, because message: String? = nil, _ plan: inout Plan, in view: ClusterView
    ) {
        guard let container = record[ref], container.state.isRunning, container.activity != .stopping else { return }
        let keepsReady = record.stage == .terminating && ref.kind == .regular
        record.change(ref) {
            $0.activity = .stopping
            $0.isReady = $0.isReady && keepsReady
        }
        event(pod, .normal, "Killing", message ?? "Stopping container \(container.name)", &plan, container: ref)
        let limit = Duration.seconds(max(grace, 0))
        var killAt = view.now + limit
        if grace > 0 {
            let hook = profile.imagesBehave ? runPreStop(record, ref, pod, limit: limit, in: view) : nil
            let signalAt = view.now + min(hook?.time ?? .zero, limit)
            // What is left after a hook is two seconds at least.
            if hook != nil { killAt = max(killAt, signalAt + .seconds(2)) }
            schedule(.stopSignal(record.uid, ref, container.run, hookFailed: hook?.hasFailed ?? false), at: signalAt)
        }
        schedule(.killed(record.uid, ref, container.run, code: 137), at: killAt)
    }

    /// The signal reaches the container.
    mutating func signal(_ record: inout PodRecord, _ ref: ContainerRef, _ pod: Value, _ plan: inout Plan, in view: ClusterView) {
        guard let container = record[ref], container.state.isRunning else { return }
        let key = ContainerKey(pod: record.uid, ref: ref)
        if processes[key] != nil {
            if let code = signalProcess(record, ref, pod, in: view) { ended(&record, ref, code: code, pod, &plan, in: view) }
            return
        }
        // A server closes; what does nothing ends by the signal, and a shell's `sleep` as first process ignores it.
        let code = if case .idle? = plans[key]?.plan { 2 } else { 0 }
        schedule(.ended(record.uid, ref, container.run, code: profile.imagesBehave ? code : 0), at: view.now + profile.stopTime)
    }
}
