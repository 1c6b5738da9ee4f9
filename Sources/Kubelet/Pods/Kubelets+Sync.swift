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
        case .register, .heartbeat: return .done
        case .sync: break
        case .deadline:
            if record.finalPhase == nil, record.stage != .finished {
                let message = "Pod was active on the node longer than the specified deadline"
                event(pod, .normal, "DeadlineExceeded", message, &plan)
                fail(&record, pod, reason: "DeadlineExceeded", message: message, &plan, in: view)
            }
        case .sandboxReady: sandboxReady(&record, pod)
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
        case .stopSignal(_, let ref, let run):
            guard isCurrent(ref, run) else { return .done }
            signal(&record, ref, pod, &plan, in: view)
        case .session(_, let id):
            runSession(id, record, pod, in: view)
            return .done
        case .refreshVolumes:
            refreshVolumes(of: record, pod, in: view)
            return .done
        }
        reconcile(&record, pod, &plan, in: view)
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
        if pod.isBeingDeleted {
            terminate(&record, pod, grace: pod.deletionGracePeriodSeconds, &plan, in: view)
        } else if let phase = pod["status"]?["phase"]?.stringValue, phase == "Succeeded" || phase == "Failed", record.finalPhase == nil {
            finish(&record, phase: phase, now: view.now)
        } else if let verdict = record.verdict, record.finalPhase == nil {
            event(pod, .warning, verdict.reason, verdict.message, &plan)
            fail(&record, pod, reason: verdict.reason, message: verdict.message, &plan, in: view)
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
            record.isSandboxComing = true
            schedule(.sandboxReady(record.uid), at: view.now + profile.sandboxTime)
        case .active: startContainers(&record, pod, &plan, in: view)
        case .terminating, .finished: break
        }
    }

    private mutating func sandboxReady(_ record: inout PodRecord, _ pod: Value) {
        guard record.stage == .preparing else { return }
        record.hasSandbox = true
        record.stage = .active
        if record.address.isEmpty {
            let isHost = pod["spec"]?["hostNetwork"]?.boolValue ?? false
            record.address = isHost ? nodes[record.node]?.description.internalIP ?? "" : addresses.allocate(onNode: record.node)
        }
    }

    /// Begins what may begin: init containers one after another, then the others together.
    private mutating func startContainers(_ record: inout PodRecord, _ pod: Value, _ plan: inout Plan, in view: ClusterView) {
        noteNewContainers(&record, pod)
        noteResize(&record, pod)
        noteImages(&record, pod, &plan, in: view)
        for index in record.ephemeralContainers.indices where record.ephemeralContainers[index].activity == .idle {
            if !record.ephemeralContainers[index].state.isTerminated { begin(&record, .ephemeral(index), pod, &plan, in: view) }
        }
        let policy = pod["spec"]?["restartPolicy"]?.stringValue ?? "Always"
        for index in record.initContainers.indices {
            let ref = ContainerRef.initial(index)
            let container = record.initContainers[index]
            if pod.isSidecar(ref) {
                if container.activity == .idle, !hasEnded(record, pod, policy) { begin(&record, ref, pod, &plan, in: view) }
                if container.state.isRunning, container.isStarted { continue }
                if hasRunOnce(record) { continue }
                return
            }
            if container.state.exitCode == 0 { continue }
            if container.state.isTerminated, policy == "Never" {
                if record.finalPhase == nil { settle(&record, pod, phase: "Failed", &plan, in: view) }
                return
            }
            if container.activity == .idle { begin(&record, ref, pod, &plan, in: view) }
            return
        }
        for index in record.containers.indices {
            let ref = ContainerRef.regular(index)
            let container = record.containers[index]
            guard container.activity == .idle, mayStart(container, restartPolicy(ref, pod, policy)) else { continue }
            begin(&record, ref, pod, &plan, in: view)
        }
        if record.finalPhase == nil, hasEnded(record, pod, policy) {
            let failed = record.containers.contains { $0.state.exitCode ?? 0 != 0 }
            settle(&record, pod, phase: failed ? "Failed" : "Succeeded", &plan, in: view)
        }
    }

    /// The policy for one container: its own, or the pod's.
    func restartPolicy(_ ref: ContainerRef, _ pod: Value, _ policy: String) -> String {
        if pod.isSidecar(ref) { return "Always" }
        return pod.containerSpec(ref)["restartPolicy"]?.stringValue ?? policy
    }

    private func mayStart(_ container: ContainerRecord, _ policy: String) -> Bool {
        guard let code = container.state.exitCode else { return true }
        return policy == "Always" || (policy == "OnFailure" && code != 0)
    }

    /// Whether all containers have ended for good.
    private func hasEnded(_ record: PodRecord, _ pod: Value, _ policy: String) -> Bool {
        guard !record.containers.isEmpty else { return false }
        return record.containers.indices.allSatisfy { index in
            let container = record.containers[index]
            return container.state.isTerminated && container.activity == .idle && !mayStart(container, restartPolicy(.regular(index), pod, policy))
        }
    }

    private func hasRunOnce(_ record: PodRecord) -> Bool { record.containers.contains { $0.run > 0 } }

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

    /// Takes in resources that were changed in place.
    private func noteResize(_ record: inout PodRecord, _ pod: Value) {
        for index in record.containers.indices {
            let spec = pod.containerSpec(.regular(index))
            if let resources = spec["resources"], resources != record.containers[index].resources { record.containers[index].resources = resources }
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
        let status = PodStatus.make(record, pod: pod, hostIP: hostIP, now: now)
        pods[record.uid]?.made = status
        if status != pod["status"] {
            var updated = pod
            updated["status"] = status
            updated["metadata", default: [:]]["resourceVersion"] = nil
            plan.add(.updateStatus(.pods, updated), ifRefused: .ignore)
        }
        if pod.isBeingDeleted, record.stage == .finished {
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
