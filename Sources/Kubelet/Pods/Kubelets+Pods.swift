import APIMachinery
import KubernetesObjects
import SimulationKernel

extension Kubelets {
    /// Takes a pod one step further.
    mutating func advance(_ uid: String, _ work: Work, in view: ClusterView) -> Plan {
        guard var record = pods[uid], let pod = view.get(.pods, namespace: record.key.namespace, name: record.key.name), pod.uid == uid else {
            return .done
        }
        var plan = Plan()
        switch work {
        case .deadline: fail(&record, reason: "DeadlineExceeded", message: "Pod was active on the node longer than the specified deadline", now: view.now)
        case .sandboxReady:
            record.hasSandbox = true
            if record.address.isEmpty {
                let isHost = pod["spec"]?["hostNetwork"]?.boolValue ?? false
                record.address = isHost ? nodes[record.node]?.internalIP ?? "" : addresses.allocate(onNode: record.node)
            }
            record.stage = .starting
        case .containerStarted(_, let index, let isInit): started(&record, index: index, isInit: isInit, pod: pod, now: view.now)
        default: break
        }
        if pod.isBeingDeleted {
            terminate(&record, pod: pod, work: work, now: view.now)
        } else if let phase = pod["status"]?["phase"]?.stringValue, phase == "Succeeded" || phase == "Failed", record.finalPhase == nil {
            finish(&record, phase: phase, now: view.now)
        } else {
            progress(&record, pod: pod, plan: &plan, in: view)
        }
        pods[uid] = record
        write(record, pod: pod, to: &plan, now: view.now)
        return plan
    }

    // MARK: Starting

    private mutating func progress(_ record: inout PodRecord, pod: Value, plan: inout Plan, in view: ClusterView) {
        switch record.stage {
        case .preparing:
            if record.hasSandbox { return }
            if let problem = PodDependencies.missingVolume(of: pod, in: view) {
                waitForObjects(record, pod: pod)
                warn(pod, reason: "FailedMount", message: problem, plan: &plan)
                return
            }
            schedule(.sandboxReady(record.uid), at: view.now + profile.sandboxTime)
        case .starting, .running: startContainers(&record, pod: pod, plan: &plan, in: view)
        case .terminating, .finished: break
        }
    }

    private mutating func startContainers(_ record: inout PodRecord, pod: Value, plan: inout Plan, in view: ClusterView) {
        // Init containers run one after another; a sidecar lets the next one start once it runs.
        let initSpecs = pod["spec"]?["initContainers"]?.elements ?? []
        for index in record.initContainers.indices {
            let isSidecar = initSpecs.indices.contains(index) && initSpecs[index]["restartPolicy"]?.stringValue == "Always"
            let container = record.initContainers[index]
            if isSidecar ? container.state.isRunning : container.isReady { continue }
            if case .waiting(let reason, _) = container.state, reason != "Starting" {
                start(&record, index: index, isInit: true, spec: initSpecs.indices.contains(index) ? initSpecs[index] : [:], pod: pod, in: view)
            }
            return
        }
        let specs = pod["spec"]?["containers"]?.elements ?? []
        for index in record.containers.indices where specs.indices.contains(index) {
            guard case .waiting(let reason, _) = record.containers[index].state, reason != "Starting" else { continue }
            start(&record, index: index, isInit: false, spec: specs[index], pod: pod, in: view)
        }
    }

    private mutating func start(_ record: inout PodRecord, index: Int, isInit: Bool, spec: Value, pod: Value, in view: ClusterView) {
        if let problem = PodDependencies.missingConfiguration(of: spec, namespace: pod.namespace, in: view) {
            let state = ContainerState.waiting(reason: "CreateContainerConfigError", message: problem)
            if isInit { record.initContainers[index].state = state } else { record.containers[index].state = state }
            waitForObjects(record, pod: pod)
            return
        }
        let waitingState = ContainerState.waiting(reason: "Starting", message: "")
        if isInit { record.initContainers[index].state = waitingState } else { record.containers[index].state = waitingState }
        schedule(.containerStarted(record.uid, container: index, isInit: isInit), at: view.now + profile.pullTimeMin + profile.startTime)
    }

    private mutating func started(_ record: inout PodRecord, index: Int, isInit: Bool, pod: Value, now: Instant) {
        func run(_ container: inout ContainerRecord, id: String) {
            container.state = .running(startedAt: now)
            container.containerID = id
            container.imageID = "docker.io/library/\(container.image)@sha256:" + id.dropFirst("containerd://".count)
            container.isStarted = true
            container.isReady = true
        }
        let id = newContainerID()
        if isInit, record.initContainers.indices.contains(index) {
            run(&record.initContainers[index], id: id)
            let isSidecar = pod["spec"]?["initContainers"]?[index]?["restartPolicy"]?.stringValue == "Always"
            if !isSidecar {
                record.initContainers[index].state = .terminated(exitCode: 0, reason: "Completed", message: "", startedAt: now, finishedAt: now)
                record.initContainers[index].isStarted = false
            }
        } else if record.containers.indices.contains(index) {
            run(&record.containers[index], id: id)
        }
        if record.containers.allSatisfy({ $0.state.isRunning }) { record.stage = .running }
    }

    /// Remembers which objects would let a pod go on, and looks again after a while.
    private mutating func waitForObjects(_ record: PodRecord, pod: Value) {
        var keys: Set<ObjectKey> = []
        func add(_ resource: GroupResource, _ name: Value?) {
            if let name = name?.stringValue { keys.insert(ObjectKey(resource, namespace: pod.namespace, name: name)) }
        }
        for volume in pod["spec"]?["volumes"]?.elements ?? [] {
            add(.configMaps, volume["configMap"]?["name"])
            add(.secrets, volume["secret"]?["secretName"])
            add(.persistentVolumeClaims, volume["persistentVolumeClaim"]?["claimName"])
            for part in volume["projected"]?["sources"]?.elements ?? [] {
                add(.configMaps, part["configMap"]?["name"])
                add(.secrets, part["secret"]?["name"])
            }
        }
        for container in (pod["spec"]?["initContainers"]?.elements ?? []) + (pod["spec"]?["containers"]?.elements ?? []) {
            for source in container["envFrom"]?.elements ?? [] {
                add(.configMaps, source["configMapRef"]?["name"])
                add(.secrets, source["secretRef"]?["name"])
            }
            for variable in container["env"]?.elements ?? [] {
                add(.configMaps, variable["valueFrom"]?["configMapKeyRef"]?["name"])
                add(.secrets, variable["valueFrom"]?["secretKeyRef"]?["name"])
            }
        }
        for key in keys { waiting[key.description, default: []].insert(record.uid) }
    }

    // MARK: Ending

    private mutating func terminate(_ record: inout PodRecord, pod: Value, work: Work, now: Instant) {
        switch record.stage {
        case .preparing where !record.hasSandbox: record.stage = .finished
        case .terminating(let until):
            if case .stopped = work, until <= now { end(&record, now: now) }
        case .finished: break
        default:
            let grace = Duration.seconds(pod.deletionGracePeriodSeconds ?? 30)
            let until = now + min(profile.stopTime, max(grace, .zero))
            record.stage = .terminating(until: until)
            schedule(.stopped(record.uid), at: until)
        }
    }

    private func end(_ record: inout PodRecord, now: Instant) {
        func stop(_ container: inout ContainerRecord, exitCode: Int, reason: String) {
            guard case .running(let startedAt) = container.state else { return }
            container.state = .terminated(exitCode: exitCode, reason: reason, message: "", startedAt: startedAt, finishedAt: now)
            container.isReady = false
            container.isStarted = false
        }
        for index in record.containers.indices { stop(&record.containers[index], exitCode: 0, reason: "Completed") }
        for index in record.initContainers.indices { stop(&record.initContainers[index], exitCode: 0, reason: "Completed") }
        record.stage = .finished
    }

    private func finish(_ record: inout PodRecord, phase: String, now: Instant) {
        record.finalPhase = phase
        end(&record, now: now)
    }

    private func fail(_ record: inout PodRecord, reason: String, message: String, now: Instant) {
        guard record.finalPhase == nil, record.stage != .finished else { return }
        record.verdict = (reason, message)
        finish(&record, phase: "Failed", now: now)
    }

    // MARK: Writing

    /// Writes the status when it changed, and the final deletion when the pod has ended.
    private mutating func write(_ record: PodRecord, pod: Value, to plan: inout Plan, now: Instant) {
        let hostIP = nodes[record.node]?.internalIP ?? ""
        let status = PodStatus.make(visible(record), pod: pod, hostIP: hostIP, now: now)
        if status != pod["status"] {
            var updated = pod
            updated["status"] = status
            updated["metadata", default: [:]]["resourceVersion"] = nil
            plan.add(.updateStatus(.pods, updated), ifRefused: .ignore)
        }
        if pod.isBeingDeleted, record.stage == .finished {
            plan.add(
                .delete(
                    ObjectKey(.pods, namespace: pod.namespace, name: pod.name), uid: pod.uid, gracePeriodSeconds: 0, propagation: nil),
                ifRefused: .ignore)
        }
    }

    /// A record as the status shows it: a container that is being started still waits.
    private func visible(_ record: PodRecord) -> PodRecord {
        var shown = record
        let reason = record.initContainers.allSatisfy(\.isReady) ? "ContainerCreating" : "PodInitializing"
        for index in shown.containers.indices {
            if case .waiting("Starting", _) = shown.containers[index].state { shown.containers[index].state = .waiting(reason: reason, message: "") }
        }
        for index in shown.initContainers.indices {
            if case .waiting("Starting", _) = shown.initContainers[index].state {
                shown.initContainers[index].state = .waiting(reason: "PodInitializing", message: "")
            }
        }
        return shown
    }

    private func warn(_ pod: Value, reason: String, message: String, plan: inout Plan) {
        guard profile.sendsEvents else { return }
        var draft = EventDraft(object: pod, type: .warning, reason: reason, message: message)
        draft.host = pod["spec"]?["nodeName"]?.stringValue ?? ""
        plan.add(.event(draft), ifRefused: .ignore)
    }
}
