import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Takes a pod one step further: what became due is done, then what can be done next is begun, then the status is written.
extension Kubelets {
    mutating func advance(_ uid: String, _ entry: Work, in view: ClusterView) -> Plan {
        guard var record = pods[uid], let pod = view.get(.pods, namespace: record.key.namespace, name: record.key.name), pod.uid == uid else {
            return .done
        }
        let before = record
        var plan = Plan()
        func isCurrent(_ ref: ContainerRef, _ run: Int32) -> Bool { record[ref]?.run == run }
        switch entry {
        case .register, .heartbeat, .housekeeping, .mirror: return .done
        case .sync: break
        case .deadline:
            if record.finalPhase == nil, record.stage != .finished {
                let message = "Pod was active on the node longer than the specified deadline"
                fail(&record, pod, PodVerdict(reason: "DeadlineExceeded", message: message), &plan, in: view)
            }
        case .sandboxReady: sandboxReady(&record, pod, &plan, now: view.now)
        case .pulled(_, let ref, let run): if isCurrent(ref, run) { pulled(&record, ref, pod, &plan, in: view) }
        case .started(_, let ref, let run): if isCurrent(ref, run) { started(&record, ref, pod, &plan, in: view) }
        case .ended(_, let ref, let run, let code), .killed(_, let ref, let run, let code):
            if isCurrent(ref, run), record[ref]?.state.isRunning == true { ended(&record, ref, code: code, pod, &plan, in: view) }
        case .probe(_, let ref, let run, let kind):
            guard isCurrent(ref, run), record[ref]?.activity == .running else { return .done }
            if !probe(&record, ref, kind, pod, &plan, in: view) {
                pods[uid] = record
                return plan
            }
        case .backOffShown(_, let ref, let run): if isCurrent(ref, run) { showBackOff(&record, ref, pod, &plan, in: view) }
        case .restart(_, let ref, let run):
            if isCurrent(ref, run), record[ref]?.activity == .backingOff { record.change(ref) { $0.activity = .idle } }
        case .process(_, let ref, let run):
            guard isCurrent(ref, run), record[ref]?.state.isRunning == true else { return .done }
            guard let code = runProcess(record, ref, pod, in: view) else { return .done }
            ended(&record, ref, code: code, pod, &plan, in: view)
        case .stopSignal(_, let ref, let run, let hookFailed):
            guard isCurrent(ref, run) else { return .done }
            if hookFailed { event(pod, .warning, "FailedPreStopHook", "PreStopHook failed", &plan, container: ref) }
            signal(&record, ref, pod, &plan, in: view)
        case .session(_, let id):
            runSession(id, record, pod, in: view)
            return .done
        case .hooked(_, let ref, let run, let failed): if isCurrent(ref, run) { hooked(&record, ref, pod, failed: failed, &plan, in: view) }
        case .dependencies(_, let ref, let run):
            if isCurrent(ref, run), record[ref]?.state.isRunning == true { askDependencies(record, ref, now: view.now) }
            return .done
        case .postponed:
            callAgain(now: view.now)
            return .done
        case .resized: resized(&record, pod, &plan, in: view)
        case .refreshVolumes:
            refreshVolumes(of: record, pod, in: view)
            return .done
        }
        reconcile(&record, pod, &plan, in: view)
        if record.stage == .finished, !record.isAddressFree {
            freeAddress(record, now: view.now)
            record.isAddressFree = true
        }
        pods[uid] = record
        // The status is made of the record and of what others write to the pod: where neither changed, it says the same.
        if let made = record.made, record.shows(sameAs: before), made == pod["status"], made["observedGeneration"]?.intValue ?? 0 == pod.generation,
            !pod.isBeingDeleted
        {
            return plan
        }
        write(record, pod: pod, to: &plan, now: view.now)
        return plan
    }

    private mutating func reconcile(_ record: inout PodRecord, _ pod: Value, _ plan: inout Plan, in view: ClusterView) {
        if record.stage == .finished { return }
        if record.isStatic, !record.isUnwanted, pod.isBeingDeleted {
            // What was deleted is the mirror; the pod runs on and gets a new one.
            plan.add(.delete(ObjectKey(.pods, namespace: pod.namespace, name: pod.name), uid: pod.uid, gracePeriodSeconds: 0, propagation: nil), ifRefused: .ignore)
        } else if record.isUnwanted, !pod.isBeingDeleted {
            terminate(&record, pod, grace: pod["spec"]?["terminationGracePeriodSeconds"]?.intValue, &plan, in: view)
        } else if pod.isBeingDeleted {
            terminate(&record, pod, grace: pod.deletionGracePeriodSeconds, &plan, in: view)
        } else if let phase = pod["status"]?["phase"]?.stringValue, phase == "Succeeded" || phase == "Failed", record.finalPhase == nil {
            finish(&record, phase: phase, now: view.now)
        } else if let verdict = record.verdict, record.finalPhase == nil {
            fail(&record, pod, verdict, &plan, in: view)
        } else {
            progress(&record, pod, &plan, in: view)
        }
    }

    // MARK: Starting

    private mutating func progress(_ record: inout PodRecord, _ pod: Value, _ plan: inout Plan, in view: ClusterView) {
        switch record.stage {
        case .preparing:
            if record.isSandboxComing { return }
            if let problem = PodDependencies.missingVolume(of: pod, in: view) {
                waitForObjects(record, pod: pod)
                event(pod, .warning, "FailedMount", problem, &plan)
                schedule(.sync(record.uid), at: view.now + profile.retryPeriod, isPeriodic: true)
                return
            }
            if profile.imagesBehave, !areVolumesReady(record, pod, &plan, in: view) { return }
            record.isSandboxComing = true
            schedule(.sandboxReady(record.uid), at: view.now + profile.sandboxTime)
        case .active: startContainers(&record, pod, &plan, in: view)
        case .terminating, .finished: break
        }
    }

    /// Whether all volumes can be mounted; what hinders it is told and waited for.
    private mutating func areVolumesReady(_ record: PodRecord, _ pod: Value, _ plan: inout Plan, in view: ClusterView) -> Bool {
        guard pod["spec"]?["volumes"]?.isEmptyValue == false else { return true }
        var readiness = VolumeReadiness.of(pod, node: record.node, in: view)
        if case .ready = readiness, let problem = hostPathProblem(pod, node: record.node) { readiness = .failed(reason: "FailedMount", message: problem) }
        switch readiness {
        case .ready: return true
        case .waiting(let keys):
            waitForObjects(record, pod: pod)
            for key in keys { waiting[key.description, default: []].insert(record.uid) }
        case .failed(let reason, let message):
            waitForObjects(record, pod: pod)
            event(pod, .warning, reason, message, &plan)
        }
        schedule(.sync(record.uid), at: view.now + profile.retryPeriod, isPeriodic: true)
        return false
    }

    private mutating func sandboxReady(_ record: inout PodRecord, _ pod: Value, _ plan: inout Plan, now: Instant) {
        guard record.stage == .preparing else { return }
        if record.address.isEmpty {
            let isHost = pod["spec"]?["hostNetwork"]?.boolValue ?? false
            guard let address = isHost ? nodes[record.node]?.description.internalIP ?? "" : addresses.allocate(onNode: record.node, now: now) else {
                withoutAddress(&record, pod, &plan, now: now)
                return
            }
            record.address = address
        }
        record.hasSandbox = true
        record.stage = .active
    }

    /// The network plug-in has no address: the sandbox is tried again until there is one.
    private mutating func withoutAddress(_ record: inout PodRecord, _ pod: Value, _ plan: inout Plan, now: Instant) {
        let sandbox = newContainerID().split(separator: "/").last.map(String.init) ?? ""
        let isOverlay = addresses.overlayBase != nil
        let plugin = isOverlay ? "bridge" : "aws-cni"
        let cause = isOverlay ? "failed to allocate for range 0: no IP addresses available in range set" : "add cmd: failed to assign an IP address to container"
        event(
            pod, .warning, "FailedCreatePodSandBox",
            "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"\(sandbox)\": plugin type=\"\(plugin)\" name=\"\(plugin)\" failed (add): \(cause)",
            &plan)
        record.isSandboxComing = false
        schedule(.sync(record.uid), at: now + profile.retryPeriod, isPeriodic: true)
    }

    /// Begins what may begin: init containers one after another, then the others together.
    private mutating func startContainers(_ record: inout PodRecord, _ pod: Value, _ plan: inout Plan, in view: ClusterView) {
        guard restartOfAllIsDone(&record, pod, &plan, in: view) else { return }
        noteNewContainers(&record, pod)
        noteResize(&record, pod, &plan, in: view)
        noteImages(&record, pod, &plan, in: view)
        for index in record.ephemeralContainers.indices where record.ephemeralContainers[index].activity == .idle {
            if !record.ephemeralContainers[index].state.isTerminated { begin(&record, .ephemeral(index), pod, &plan, in: view) }
        }
        for index in record.initContainers.indices {
            let ref = ContainerRef.initial(index)
            let container = record.initContainers[index]
            if pod.isSidecar(ref) {
                if container.activity == .idle, !hasEnded(record, pod) { begin(&record, ref, pod, &plan, in: view) }
                if container.state.isRunning, container.isStarted { continue }
                if hasRunOnce(record) { continue }
                return
            }
            if container.state.exitCode == 0 { continue }
            if let code = container.state.exitCode, container.activity == .idle, !RestartRules.restarts(pod, ref, code: code) {
                if record.finalPhase == nil { settle(&record, pod, phase: "Failed", &plan, in: view) }
                return
            }
            if container.activity == .idle { begin(&record, ref, pod, &plan, in: view) }
            return
        }
        for index in record.containers.indices {
            let ref = ContainerRef.regular(index)
            let container = record.containers[index]
            guard container.activity == .idle, mayStart(container, pod, ref) else { continue }
            begin(&record, ref, pod, &plan, in: view)
        }
        if record.finalPhase == nil, hasEnded(record, pod) {
            let failed = record.containers.contains { $0.state.exitCode ?? 0 != 0 }
            settle(&record, pod, phase: failed ? "Failed" : "Succeeded", &plan, in: view)
        }
    }

    private func mayStart(_ container: ContainerRecord, _ pod: Value, _ ref: ContainerRef) -> Bool {
        guard let code = container.state.exitCode else { return true }
        return RestartRules.restarts(pod, ref, code: code)
    }

    /// Whether all containers have ended for good.
    private func hasEnded(_ record: PodRecord, _ pod: Value) -> Bool {
        guard !record.containers.isEmpty else { return false }
        return record.containers.indices.allSatisfy { index in
            let container = record.containers[index]
            return container.state.isTerminated && container.activity == .idle && !mayStart(container, pod, .regular(index))
        }
    }

    private func hasRunOnce(_ record: PodRecord) -> Bool { record.containers.contains { $0.run > $0.firstRun } }

    /// Takes in ephemeral containers that were added to the pod.
    private func noteNewContainers(_ record: inout PodRecord, _ pod: Value) {
        guard let specs = pod["spec"]?["ephemeralContainers"]?.elements, specs.count > record.ephemeralContainers.count else { return }
        for spec in specs[record.ephemeralContainers.count...] {
            record.ephemeralContainers.append(
                ContainerRecord(
                    name: spec["name"]?.stringValue ?? "", image: spec["image"]?.stringValue ?? "",
                    state: .waiting(reason: "ContainerCreating", message: "")))
        }
    }

    /// Stops a container whose image was changed; it begins again with the new one.
    private mutating func noteImages(_ record: inout PodRecord, _ pod: Value, _ plan: inout Plan, in view: ClusterView) {
        for ref in record.refs {
            guard let container = record[ref], let image = pod.containerSpec(ref)["image"]?.stringValue, image != container.image else { continue }
            record.change(ref) { $0.image = image }
            guard container.activity == .running else { continue }
            stop(
                &record, ref, pod, grace: pod["spec"]?["terminationGracePeriodSeconds"]?.intValue ?? 30,
                because: "Container \(container.name) definition changed, will be restarted", &plan, in: view)
        }
    }

    /// Remembers which objects would let a pod go on.
    func waitForObjectsOf(_ record: PodRecord, pod: Value, _ waiting: inout [String: Set<String>]) {
        for key in PodDependencies.objects(of: pod) { waiting[key.description, default: []].insert(record.uid) }
    }

    mutating func waitForObjects(_ record: PodRecord, pod: Value) { waitForObjectsOf(record, pod: pod, &waiting) }

    // MARK: Writing

    /// Writes the status when it changed, and the final deletion when the pod has ended.
    private mutating func write(_ record: PodRecord, pod: Value, to plan: inout Plan, now: Instant) {
        let hostIP = nodes[record.node]?.description.internalIP ?? ""
        let status = PodStatus.make(record, pod: pod, hostIP: hostIP, isBehaving: profile.imagesBehave, now: now)
        pods[record.uid]?.made = status
        if status != pod["status"] {
            var updated = pod
            updated["status"] = status
            updated["metadata", default: [:]]["resourceVersion"] = nil
            plan.add(.updateStatus(.pods, updated), ifRefused: .ignore)
        }
        if pod.isBeingDeleted || record.isUnwanted, record.stage == .finished {
            plan.add(.delete(ObjectKey(.pods, namespace: pod.namespace, name: pod.name), uid: pod.uid, gracePeriodSeconds: 0, propagation: nil), ifRefused: .ignore)
        }
    }

    /// Sends an event on a pod or on one of its containers.
    func event(_ pod: Value, _ type: EventType, _ reason: String, _ message: String, _ plan: inout Plan, container ref: ContainerRef? = nil) {
        guard profile.sendsEvents else { return }
        var draft = EventDraft(object: pod, type: type, reason: reason, message: message)
        draft.host = pod["spec"]?["nodeName"]?.stringValue ?? ""
        if let ref { draft.fieldPath = "spec.\(ref.list){\(pod.containerSpec(ref)["name"]?.stringValue ?? "")}" }
        plan.add(.event(draft), ifRefused: .ignore)
    }
}
