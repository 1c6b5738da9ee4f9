import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// Taking over what runs, as kubelets do that were started anew: containers go on, what was not finished begins again.
///
/// - Source: kubelet `kubelet.go`, `HandlePodAdditions` after a restart: the runtime's containers and the stored status are the truth.
extension Kubelets {
    /// Takes in counters and parts of a saved cluster, and then the nodes and pods that its objects tell of.
    ///
    /// - Bounds: one pass over all pods; nothing is written here.
    package mutating func adopt(counters: Value, parts: (String) -> Value?, names: [String], in view: ClusterView) {
        if let saved = counters["containers"]?.stringValue.flatMap({ UInt64($0) }) { nextContainer = max(nextContainer, saved) }
        if let saved = counters["calls"]?.intValue { nextCall = max(nextCall, saved) }
        for name in names where name.hasPrefix("volumes/") {
            guard let saved = parts(name), let root = saved["root"].flatMap({ FileTree.directory($0) }) else { continue }
            let kept = String(name.dropFirst("volumes/".count))
            lastingVolumes[kept] = volumes.add(Volume(root: root, capacityBytes: saved["capacity"]?.intValue, isOnDisk: kept.hasPrefix("host/")))
        }
        if let faults = parts("pullFaults") { pullFaults = PullFaults(faults) }
        let saved = parts("nodes") ?? [:]
        adoptNodes(saved, in: view)
        let waits = saved["waits"] ?? [:]
        for pod in view.list(.pods) {
            guard let node = pod["spec"]?["nodeName"]?.stringValue, nodes[node] != nil else { continue }
            adopt(pod, node: node, part: parts("pods/\(pod.uid)") ?? [:], waits: waits, in: view)
        }
    }

    // MARK: Nodes

    private mutating func adoptNodes(_ saved: Value, in view: ClusterView) {
        let described = nodes
        nodes = [:]
        work = TimedQueue()
        beats = TimedQueue()
        addresses.recall(saved["addresses"] ?? [:])
        for entry in saved["machines"]?.elements ?? [] {
            guard let description = entry["description"].flatMap({ NodeDescription($0) }) else { continue }
            var record = NodeRecord(description: description)
            record.isStopped = entry["stopped"]?.boolValue ?? false
            if let pressure = entry["pressure"] { record.pressure = NodePressure(pressure) }
            for (image, size) in entry["images"]?.fields ?? Fields() { record.images[image] = size.intValue ?? 0 }
            adopt(record, registersAt: entry["registers"]?.intValue.map { Instant(nanoseconds: Int64($0)) }, in: view)
            if entry["pressure"] != nil { watchUsage(ofNode: description.name, now: view.now) }
        }
        // Without a part, the profile's machines are there whose nodes are.
        if saved["machines"] == nil {
            for name in described.keys.sorted() where view.get(.nodes, name: name) != nil { adopt(described[name]!, registersAt: nil, in: view) }
        }
    }

    private mutating func adopt(_ record: NodeRecord, registersAt: Instant?, in view: ClusterView) {
        let name = record.description.name
        nodes[name] = record
        addresses.add(
            node: name, internalIP: record.description.internalIP, interfacesMax: record.description.interfacesMax,
            addressesPerInterface: record.description.addressesPerInterface)
        guard view.get(.nodes, name: name) != nil, registersAt == nil else {
            work.add(.register(name), at: max(registersAt ?? view.now, view.now))
            return
        }
        if record.isStopped { return }
        let lease = view.get(.leases, namespace: "kube-node-lease", name: name)
        let renewed = lease?["spec"]?["renewTime"]?.stringValue.flatMap { Instant(rfc3339: $0) }
        beats.add(.heartbeat(name), at: max((renewed ?? view.now) + Self.leasePeriod, view.now))
        if !record.description.staticPods.isEmpty { work.add(.mirror(name), at: view.now) }
    }

    // MARK: Pods

    private mutating func adopt(_ pod: Value, node: String, part: Value, waits: Value, in view: ClusterView) {
        let status = pod["status"] ?? [:]
        let started = status["startTime"]?.stringValue.flatMap { Instant(rfc3339: $0) }
        var record = PodRecord(pod, node: node, now: started ?? view.now)
        let uid = record.uid
        record.address = status["podIP"]?.stringValue ?? ""
        takeStatuses(&record, pod)
        let hasBegun = record.refs.contains { record[$0]?.containerID.isEmpty == false }
        record.hasSandbox = !record.address.isEmpty || hasBegun
        record.stage = record.hasSandbox ? .active : .preparing
        if record.mayRestartAll, pod.isConditionTrue("AllContainersRestarting") { record.restartOfAll = .killing(until: view.now) }
        let phase = status["phase"]?.stringValue
        if phase == "Succeeded" || phase == "Failed" {
            if let reason = status["reason"]?.stringValue, !reason.isEmpty {
                record.verdict = PodVerdict(reason: reason, message: status["message"]?.stringValue ?? "")
                record.verdict?.isRefusal = status["containerStatuses"] == nil
            }
            record.finalPhase = phase
            // Its sidecars may still be on their way out.
            record.stage = record.refs.contains { record[$0]?.state.isRunning == true } ? .terminating : .finished
        }
        // A pod that has ended gave its address back: another may have it by now.
        record.isAddressFree = record.stage == .finished
        if !record.isAddressFree, !record.address.isEmpty, record.address != nodes[node]?.description.internalIP {
            addresses.adopt(record.address, onNode: node)
        }
        pods[uid] = record
        uids[record.key] = uid
        takePart(part, record, pod)
        defer { if record.stage != .finished || pod.isBeingDeleted { work.add(.sync(uid), at: view.now) } }
        guard record.stage != .finished else { return }
        if pod.isBeingDeleted, record.stage == .active {
            record.stage = .terminating
            record.killAt = pod["metadata"]?["deletionTimestamp"]?.stringValue.flatMap { Instant(rfc3339: $0) } ?? view.now
        } else if let seconds = pod["spec"]?["activeDeadlineSeconds"]?.intValue {
            work.add(.deadline(uid), at: max(record.startTime + .seconds(min(seconds, 1 << 32)), view.now))
        }
        for ref in record.refs { resume(&record, ref, pod, part, waits["\(uid)/\(ref.list)/\(ref.index)"] ?? [:], in: view) }
        pods[uid] = record
    }

    /// Takes in the containers' statuses as the pod has them.
    private func takeStatuses(_ record: inout PodRecord, _ pod: Value) {
        let debuggers = pod["spec"]?["ephemeralContainers"]?.elements ?? []
        record.ephemeralContainers = debuggers.map {
            ContainerRecord(
                name: $0["name"]?.stringValue ?? "", image: $0["image"]?.stringValue ?? "", state: .waiting(reason: "ContainerCreating", message: ""))
        }
        for ref in record.refs {
            let list =
                switch ref.kind {
                case .sidecarOrInit: "initContainerStatuses"
                case .regular: "containerStatuses"
                case .ephemeral: "ephemeralContainerStatuses"
                }
            let name = record[ref]?.name
            guard let status = (pod["status"]?[list]?.elements ?? []).first(where: { $0["name"]?.stringValue == name }) else { continue }
            record.change(ref) {
                if let state = ContainerState(status["state"]) { $0.state = state }
                $0.lastState = ContainerState(status["lastState"])
                $0.restartCount = status["restartCount"]?.intValue ?? 0
                $0.isReady = status["ready"]?.boolValue ?? false
                $0.isStarted = status["started"]?.boolValue ?? false
                $0.containerID = status["containerID"]?.stringValue ?? ""
                $0.imageID = status["imageID"]?.stringValue ?? ""
                if !$0.containerID.isEmpty { $0.fullImage = status["image"]?.stringValue ?? "" }
                if !$0.containerID.isEmpty { $0.run = Int32(truncatingIfNeeded: $0.restartCount) &+ 1 }
            }
        }
    }

    /// Takes in what containers left on the node.
    private mutating func takePart(_ part: Value, _ record: PodRecord, _ pod: Value) {
        for (name, saved) in part["volumes"]?.fields ?? Fields() {
            guard let root = saved["root"].flatMap({ FileTree.directory($0) }) else { continue }
            let spec = (pod["spec"]?["volumes"]?.elements ?? []).first { $0["name"]?.stringValue == name }
            let isInMemory = spec?["emptyDir"]?["medium"]?.stringValue == "Memory"
            let id = volumes.add(Volume(root: root, capacityBytes: saved["capacity"]?.intValue, isOnDisk: !isInMemory))
            podVolumes[record.uid, default: [:]][name] = id
            if isInMemory { memoryVolumes.insert(id) }
        }
        for (name, saved) in part["logs"]?.fields ?? Fields() {
            if let ref = record.ref(named: name) { logs[ContainerKey(pod: record.uid, ref: ref)] = ContainerLog(saved) }
        }
    }
}

extension ContainerState {
    /// Reads a state of a container's status; nil when there is none.
    init?(_ value: Value?) {
        func instant(_ value: Value?) -> Instant { value?.stringValue.flatMap { Instant(rfc3339: $0) } ?? Instant(seconds: 0) }
        if let running = value?["running"] {
            self = .running(startedAt: instant(running["startedAt"]))
        } else if let ended = value?["terminated"] {
            self = .terminated(
                exitCode: ended["exitCode"]?.intValue ?? 0, reason: ended["reason"]?.stringValue ?? "", message: ended["message"]?.stringValue ?? "",
                startedAt: instant(ended["startedAt"]), finishedAt: instant(ended["finishedAt"]), containerID: ended["containerID"]?.stringValue ?? "")
        } else if let waiting = value?["waiting"] {
            self = .waiting(reason: waiting["reason"]?.stringValue ?? "", message: waiting["message"]?.stringValue ?? "")
        } else {
            return nil
        }
    }
}
