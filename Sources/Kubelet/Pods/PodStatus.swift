import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Writes `status` of a pod as a kubelet does.
///
/// - Source: kubelet `kubelet_pods.go`, `generateAPIPodStatus`, and `status/generate.go`.
enum PodStatus {
    /// The status of a pod, on top of what others have written there.
    static func make(_ record: PodRecord, pod: Value, hostIP: String, isBehaving: Bool = true, now: Instant) -> Value {
        var status = pod["status"] ?? [:]
        let generation = pod.generation
        let phase = self.phase(record, pod: pod)
        status["phase"] = .string(phase)
        if generation > 0 { status["observedGeneration"] = Value(generation) }
        status["conditions"] = .array(conditions(record, pod: pod, phase: phase, now: now))
        status["hostIP"] = .string(hostIP)
        status["hostIPs"] = [["ip": .string(hostIP)]]
        if !record.address.isEmpty {
            status["podIP"] = .string(record.address)
            status["podIPs"] = [["ip": .string(record.address)]]
        }
        status["startTime"] = record.startText
        if status["qosClass"] == nil { status["qosClass"] = .string(QualityOfService.of(pod["spec"] ?? [:])) }
        let totals = PodResources.totals(record, pod: pod)
        status["resources"] = totals.resources
        status["allocatedResources"] = totals.requests
        if let verdict = record.verdict, verdict.isRefusal {
            return refused(verdict, record, pod: pod, status)
        }
        if let verdict = record.verdict {
            status["reason"] = .string(verdict.reason)
            status["message"] = .string(verdict.message)
        }
        if !record.initContainers.isEmpty { status["initContainerStatuses"] = statuses(record.initContainers, list: "initContainers", pod: pod, isBehaving) }
        status["containerStatuses"] = statuses(record.containers, list: "containers", pod: pod, isBehaving)
        if !record.ephemeralContainers.isEmpty {
            status["ephemeralContainerStatuses"] = statuses(record.ephemeralContainers, list: "ephemeralContainers", pod: pod, isBehaving)
        }
        return status
    }

    /// The status of a pod that was never taken on.
    private static func refused(_ verdict: PodVerdict, _ record: PodRecord, pod: Value, _ full: Value) -> Value {
        var status = pod["status"] ?? [:]
        for field in ["phase", "observedGeneration", "startTime", "qosClass"] { status[field] = full[field] }
        status["phase"] = "Failed"
        status["reason"] = .string(verdict.reason)
        status["message"] = .string(verdict.message)
        return status
    }

    static func phase(_ record: PodRecord, pod: Value) -> String {
        if let final = record.finalPhase { return final }
        if record.restartOfAll != nil, record.stage == .active { return "Running" }
        if record.stage == .finished, pod.isBeingDeleted, !record.containers.isEmpty, record.containers.allSatisfy({ $0.state.isTerminated }) {
            // Nothing is restarted any more, whatever the policy says.
            return record.containers.allSatisfy { $0.state.exitCode == 0 } ? "Succeeded" : "Failed"
        }
        let policy = pod["spec"]?["restartPolicy"]?.stringValue ?? "Always"
        let states = record.containers.map(\.state)
        for (index, container) in record.initContainers.enumerated() {
            if let code = container.state.exitCode, code != 0, container.activity == .idle, !RestartRules.restarts(pod, .initial(index), code: code) { return "Failed" }
        }
        let isRestarting = record.containers.contains { $0.state.isTerminated && $0.activity != .idle }
        if !states.isEmpty, !isRestarting, states.allSatisfy(\.isTerminated), policy != "Always" || (pod.isBeingDeleted && record.stage == .finished) {
            let failed = states.contains { ($0.exitCode ?? 0) != 0 }
            if !failed { return "Succeeded" }
            if policy == "Never" || pod.isBeingDeleted { return "Failed" }
            return "Running"
        }
        let hasBegun = record.containers.contains { $0.state.isRunning || $0.state.isTerminated || $0.lastState != nil }
        let allBegun = record.containers.allSatisfy { $0.state.isRunning || $0.state.isTerminated || $0.lastState != nil }
        return hasBegun && allBegun ? "Running" : "Pending"
    }

    private static func statuses(_ records: [ContainerRecord], list: String, pod: Value, _ isBehaving: Bool) -> Value {
        let specs = pod["spec"]?[list]?.elements ?? []
        return .array(
            zip(records, specs).map { record, spec in
                var status = Value.object(Fields())
                status.reserveFields(12)
                status["name"] = .string(record.name)
                status["image"] = .string(isBehaving && !record.fullImage.isEmpty ? record.fullImage : record.image)
                status["imageID"] = .string(record.imageID)
                status["lastState"] = record.lastState?.value ?? [:]
                status["ready"] = .bool(record.isReady)
                status["restartCount"] = Value(record.restartCount)
                status["state"] = record.shownState.value
                status["started"] = .bool(record.isStarted && !record.isInHook)
                if record.isInHook { status["ready"] = false }
                if isBehaving, !record.containerID.isEmpty { status["user"] = user(record, spec, pod) }
                if !record.containerID.isEmpty { status["containerID"] = .string(record.containerID) }
                if !record.containerID.isEmpty {
                    let resources = record.resources.fields == nil ? spec["resources"] ?? [:] : record.resources
                    status["resources"] = PodResources.actual(resources)
                    if let requests = resources["requests"], !requests.isEmptyValue { status["allocatedResources"] = requests }
                }
                if let mounts = spec["volumeMounts"]?.elements, !mounts.isEmpty {
                    status["volumeMounts"] = .array(
                        mounts.map { mount in
                            var entry: Value = ["name": mount["name"] ?? "", "mountPath": mount["mountPath"] ?? ""]
                            if mount["readOnly"]?.boolValue == true {
                                entry["readOnly"] = true
                                entry["recursiveReadOnly"] = mount["recursiveReadOnly"] ?? "Disabled"
                            }
                            return entry
                        })
                }
                return status
            })
    }

    /// Whom the first process of a container runs as.
    private static func user(_ record: ContainerRecord, _ spec: Value, _ pod: Value) -> Value {
        let (own, shared) = (spec["securityContext"], pod["spec"]?["securityContext"])
        let group = own?["runAsGroup"]?.intValue ?? shared?["runAsGroup"]?.intValue ?? Int(record.group)
        var groups = [group]
        for more in [shared?["fsGroup"]].compactMap({ $0?.intValue }) + (shared?["supplementalGroups"]?.elements.compactMap(\.intValue) ?? []) where !groups.contains(more) {
            groups.append(more)
        }
        let user = own?["runAsUser"]?.intValue ?? shared?["runAsUser"]?.intValue ?? Int(record.user)
        return ["linux": ["uid": Value(user), "gid": Value(group), "supplementalGroups": .array(groups.map { Value($0) })]]
    }

    private static func conditions(_ record: PodRecord, pod: Value, phase: String, now: Instant) -> [Value] {
        let old = pod["status"]?["conditions"]?.elements ?? []
        let isOver = phase == "Succeeded" || phase == "Failed"
        let time = Value.string(now.rfc3339)
        let observed: Value? = pod.generation > 0 ? Value(pod.generation) : nil
        var result: [Value] = []
        result.reserveCapacity(5)
        func add(_ type: String, _ isTrue: Bool, reason: String = "", message: String = "") {
            let status = isTrue ? "True" : "False"
            let before = old.first { $0["type"]?.stringValue == type }
            let isSame = before?["status"]?.stringValue == status
            var condition = Fields()
            condition.reserveCapacity(7)
            condition.appendDistinct("type", .string(type))
            condition.appendDistinct("status", .string(status))
            condition.appendDistinct("lastProbeTime", .null)
            condition.appendDistinct("lastTransitionTime", isSame ? before?["lastTransitionTime"] ?? time : time)
            if let observed { condition.appendDistinct("observedGeneration", observed) }
            if !reason.isEmpty { condition.appendDistinct("reason", .string(reason)) }
            if !message.isEmpty { condition.appendDistinct("message", .string(message)) }
            result.append(.object(condition))
        }
        for resize in record.resizeConditions {
            add(resize.type, true, reason: resize.reason, message: resize.message)
            result[result.count - 1]["observedGeneration"] = Value(resize.generation)
        }
        if record.verdict?.isDisruption == true {
            add("DisruptionTarget", true, reason: "TerminationByKubelet", message: record.verdict?.message ?? "")
        }
        add("PodReadyToStartContainers", record.hasSandbox && !isOver)
        let uninitialised = record.initContainers.indices.filter { index in
            let container = record.initContainers[index]
            if pod.isSidecar(.initial(index)) { return !container.isStarted && !isOver }
            return container.state.exitCode != 0
        }.map { record.initContainers[$0].name }
        if isOver, phase == "Succeeded" {
            add("Initialized", true, reason: "PodCompleted")
        } else if uninitialised.isEmpty {
            add("Initialized", true)
        } else {
            add("Initialized", false, reason: "ContainersNotInitialized", message: "containers with incomplete status: [\(uninitialised.joined(separator: " "))]")
        }
        let sidecars = record.initContainers.indices.filter { pod.isSidecar(.initial($0)) }.map { record.initContainers[$0] }
        let unready = (sidecars + record.containers).filter { !$0.isReady || $0.isInHook }.map(\.name)
        let message = "containers with unready status: [\(unready.joined(separator: " "))]"
        let gates = (pod["spec"]?["readinessGates"]?.elements ?? []).compactMap { $0["conditionType"]?.stringValue }
        let closed = gates.filter { gate in old.first { $0["type"]?.stringValue == gate }?["status"]?.stringValue != "True" }
        if phase == "Succeeded" || phase == "Failed" {
            let reason = phase == "Succeeded" ? "PodCompleted" : "PodFailed"
            add("Ready", false, reason: reason)
            add("ContainersReady", false, reason: reason)
        } else if !unready.isEmpty {
            add("Ready", false, reason: "ContainersNotReady", message: message)
            add("ContainersReady", false, reason: "ContainersNotReady", message: message)
        } else {
            if closed.isEmpty {
                add("Ready", true)
            } else {
                let texts = closed.map { gate in
                    old.contains { $0["type"]?.stringValue == gate }
                        ? "the status of pod readiness gate \"\(gate)\" is not \"True\", but False"
                        : "corresponding condition of pod readiness gate \"\(gate)\" does not exist."
                }
                add("Ready", false, reason: "ReadinessGatesNotReady", message: texts.joined(separator: ", "))
            }
            add("ContainersReady", true)
        }
        if record.mayRestartAll {
            if isOver {
                add("AllContainersRestarting", false, reason: phase == "Succeeded" ? "PodCompleted" : "PodFailed")
            } else if case .killing = record.restartOfAll {
                add("AllContainersRestarting", true, reason: "RestartAllContainersStarted", message: "container exited with restart policy rule")
            } else {
                add("AllContainersRestarting", false)
            }
        }
        if var scheduled = old.first(where: { $0["type"]?.stringValue == "PodScheduled" }) {
            if let observed { scheduled["observedGeneration"] = observed }
            result.append(scheduled)
        } else {
            add("PodScheduled", true)
        }
        return result + old.filter { other in
            !result.contains { $0["type"] == other["type"] } && other["type"]?.stringValue?.hasPrefix("PodResize") != true
        }
    }
}
