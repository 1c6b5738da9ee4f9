import APIMachinery
import KubernetesObjects
import Scheduler
import Shell
import SimulationKernel

/// Watches what pods use of their node, ends those that pass their own limits, and evicts pods when the node runs low.
///
/// - Bounds: a node is looked at only while something on it can grow: a shell that writes files, a program with memory of
///   its own, or what a lab fills it with.
/// - Source: kubelet `eviction/eviction_manager.go`: local storage limits first, then the first signal below its threshold,
///   one pod at a time.
extension Kubelets {
    /// Plans looks at a node until nothing on it can grow any more.
    mutating func watchUsage(ofNode name: String, now: Instant) {
        guard profile.imagesBehave, nodes[name]?.pressure.isWatched == false else { return }
        nodes[name]!.pressure.isWatched = true
        schedule(.housekeeping(name), at: now + NodePressure.period, isPeriodic: true)
    }

    /// Fills a node from outside of its pods, or takes that away: of a disk nothing is left, of the rest half of what must stay free.
    package mutating func setPressure(_ signal: NodePressure.Signal, _ isSet: Bool, node name: String, now: Instant) {
        guard let record = nodes[name] else { return }
        noteLastingChange()
        if isSet {
            let capacity = NodePressure.capacity(signal, record.description)
            let left = signal == .disk ? 0 : NodePressure.threshold(signal, record.description) / 2
            nodes[name]!.pressure.outside[signal] = max(capacity - inside(usage(ofNode: name), signal, name) - left, 0)
        } else {
            nodes[name]!.pressure.outside[signal] = nil
        }
        if signal == .disk {
            nodes[name]!.pressure.diskLeft = isSet ? 0 : nil
            nodes[name]!.pressure.nextCollection = isSet ? now + NodePressure.collectionPeriod : nil
            nodes[name]!.pressure.hasCollectionFailed = false
        }
        nodes[name]!.pressure.isWatched = true
        schedule(.housekeeping(name), at: now, isPeriodic: false)
    }

    // MARK: Usage

    /// What the pods of a node use of it, and of its disk the images too.
    private func inside(_ used: [(uid: String, usage: PodUsageOnNode)], _ signal: NodePressure.Signal, _ name: String) -> Int64 {
        let images = signal == .disk ? nodes[name]?.images.values.reduce(0, +) ?? 0 : 0
        return used.reduce(Int64(images)) { $0 + $1.usage.amount(signal) }
    }

    private func usage(ofNode name: String) -> [(uid: String, usage: PodUsageOnNode)] {
        pods.values.filter { $0.node == name && $0.finalPhase == nil && $0.stage != .finished }.sorted { $0.key < $1.key }.map { ($0.uid, usage(of: $0)) }
    }

    private func usage(of record: PodRecord) -> PodUsageOnNode {
        var total = PodUsageOnNode()
        for ref in record.refs where record[ref]?.state.isRunning == true {
            let key = ContainerKey(pod: record.uid, ref: ref)
            guard let running = plans[key] else { continue }
            let memory = max(running.image.cost.idleMemoryBytes, running.memoryBytes) + running.loadBytes
            let disk = Int64(processes[key]?.machine.files.usedBytes ?? keptFiles[key]?.usedBytes ?? 0)
            total.memory += memory
            total.disk += disk
            total.processes += Int64(processes[key]?.machine.processCount ?? 1)
            total.containers.append((record[ref]?.name ?? "", memory, disk))
        }
        for id in (podVolumes[record.uid] ?? [:]).values {
            guard let volume = volumes[id], !lastingVolumes.values.contains(id) else { continue }
            if memoryVolumes.contains(id) { total.memory += Int64(volume.usedBytes) } else { total.disk += Int64(volume.usedBytes) }
        }
        return total
    }

    /// Whether something of a pod can grow by itself.
    private func canGrow(_ record: PodRecord) -> Bool {
        record.refs.contains { ref in
            let key = ContainerKey(pod: record.uid, ref: ref)
            return processes[key] != nil || keptFiles[key] != nil || (plans[key].map { $0.memoryBytes + $0.loadBytes } ?? 0) > 0
        }
    }

    // MARK: Looking

    /// One look at a node.
    mutating func housekeeping(_ name: String, in view: ClusterView) -> Plan {
        guard let record = nodes[name] else { return .done }
        nodes[name]!.pressure.isWatched = false
        guard !record.isStopped else { return .done }
        var plan = Plan()
        let used = usage(ofNode: name)
        for (uid, usage) in used {
            guard let record = pods[uid], let pod = view.get(.pods, namespace: record.key.namespace, name: record.key.name), pod.uid == uid,
                let message = storageExcess(usage, record, pod)
            else { continue }
            evict(uid, message: message, now: view.now)
        }
        collectImagesIfDue(name, used, &plan, now: view.now)
        evictForPressure(name, used.filter { pods[$0.uid]?.verdict == nil }, &plan, in: view)
        let isBusy = !(nodes[name]?.pressure.outside.isEmpty ?? true) || !(nodes[name]?.pressure.lastBad.isEmpty ?? true)
        if isBusy || used.contains(where: { pods[$0.uid].map(canGrow) ?? false }) { watchUsage(ofNode: name, now: view.now) }
        return plan
    }

    private func available(_ signal: NodePressure.Signal, _ name: String, _ used: [(uid: String, usage: PodUsageOnNode)]) -> Int64 {
        guard let record = nodes[name] else { return 0 }
        return NodePressure.capacity(signal, record.description) - (record.pressure.outside[signal] ?? 0) - inside(used, signal, name)
    }

    /// Looks through the images of a full disk every five minutes, as a kubelet does.
    private mutating func collectImagesIfDue(_ name: String, _ used: [(uid: String, usage: PodUsageOnNode)], _ plan: inout Plan, now: Instant) {
        guard let record = nodes[name], let due = record.pressure.nextCollection, due <= now else { return }
        nodes[name]!.pressure.nextCollection = now + NodePressure.collectionPeriod
        let collection = ImageCollection(capacity: NodePressure.capacity(.disk, record.description), available: available(.disk, name, used))
        guard collection.isDue else {
            nodes[name]!.pressure.hasCollectionFailed = false
            return
        }
        let freed = deleteUnusedImages(ofNode: name, atLeast: collection.wanted)
        guard let message = collection.complaint(freed: freed) else {
            nodes[name]!.pressure.hasCollectionFailed = false
            return
        }
        event(onNode: name, .warning, "FreeDiskSpaceFailed", message, &plan)
        // A kubelet says so of itself when it happens again.
        if record.pressure.hasCollectionFailed { event(onNode: name, .warning, "ImageGCFailed", message, &plan) }
        nodes[name]!.pressure.hasCollectionFailed = true
    }

    private mutating func evict(_ uid: String, message: String, now: Instant) {
        guard pods[uid]?.verdict == nil else { return }
        pods[uid]!.verdict = .evicted(message: message)
        schedule(.sync(uid), at: now)
    }

    /// What a pod's own limits say of what it has written; nil while it keeps to them.
    private func storageExcess(_ usage: PodUsageOnNode, _ record: PodRecord, _ pod: Value) -> String? {
        for volume in pod["spec"]?["volumes"]?.elements ?? [] {
            guard let limit = Quantity(volume["emptyDir"]?["sizeLimit"]), !limit.isZero, let name = volume["name"]?.stringValue,
                let id = podVolumes[record.uid]?[name], let bytes = volumes[id]?.usedBytes, Int64(bytes) > limit.value
            else { continue }
            return "Usage of EmptyDir volume \"\(name)\" exceeds the limit \"\(limit.description)\". "
        }
        var limits: Int64 = 0
        for ref in record.refs where ref.kind == .regular {
            guard let limit = Quantity(pod.containerSpec(ref)["resources"]?["limits"]?["ephemeral-storage"]) else { continue }
            limits += limit.value
            let name = record[ref]?.name ?? ""
            if let used = usage.containers.first(where: { $0.name == name }), used.disk > limit.value {
                return "Container \(name) exceeded its local ephemeral storage limit \"\(limit.description)\". "
            }
        }
        if limits > 0, usage.disk > limits {
            return "Pod ephemeral local storage usage exceeds the total limit of containers \(Quantity(limits, format: .binarySI).description). "
        }
        return nil
    }

    private mutating func evictForPressure(_ name: String, _ used: [(uid: String, usage: PodUsageOnNode)], _ plan: inout Plan, in view: ClusterView) {
        guard let description = nodes[name]?.description, var pressure = nodes[name]?.pressure else { return }
        let before = pressure.lastBad
        var starved: (signal: NodePressure.Signal, available: Int64)?
        for signal in NodePressure.Signal.allCases {
            let available = available(signal, name, used)
            if signal == .disk, pressure.diskLeft != nil { pressure.diskLeft = Int(max(available, 0)) }
            if available < NodePressure.threshold(signal, description) {
                pressure.lastBad[signal] = view.now
                if starved == nil { starved = (signal, available) }
            } else if let last = pressure.lastBad[signal], view.now - last >= NodePressure.transition {
                pressure.lastBad[signal] = nil
            }
        }
        nodes[name]!.pressure = pressure
        if Set(before.keys) != Set(pressure.lastBad.keys) {
            schedule(.heartbeat(name), at: view.now)
            for signal in NodePressure.Signal.allCases where pressure.has(signal) != (before[signal] != nil) {
                let reason = pressure.has(signal) ? signal.badReason : signal.goodReason
                event(onNode: name, .normal, reason, "Node \(name) status is now: \(reason)", &plan)
            }
        }
        guard let (signal, available) = starved else { return }
        event(onNode: name, .warning, "EvictionThresholdMet", "Attempting to reclaim \(signal.resource)", &plan)
        // What nobody needs goes before any pod does.
        if signal == .disk, available + deleteUnusedImages(ofNode: name) >= NodePressure.threshold(.disk, description) { return }
        let candidates = used.compactMap { uid, usage -> (uid: String, usage: PodUsageOnNode, pod: Value)? in
            guard let record = pods[uid], let pod = view.get(.pods, namespace: record.key.namespace, name: record.key.name), pod.uid == uid else { return nil }
            return Self.isCritical(pod) ? nil : (uid, usage, pod)
        }
        guard let victim = candidates.min(by: { EvictionRank.isFirst(($0.pod, $0.usage), ($1.pod, $1.usage), signal) }) else { return }
        evict(victim.uid, message: message(signal, available, description, victim.usage, victim.pod), now: view.now)
    }

    /// Static pods and those that a system cannot do without are never evicted.
    static func isCritical(_ pod: Value) -> Bool {
        if pod.annotation(StaticPods.sourceKey) == "file" { return true }
        return (pod["spec"]?["priority"]?.intValue ?? 0) >= 2_000_000_000
    }

    private func message(_ signal: NodePressure.Signal, _ available: Int64, _ node: NodeDescription, _ usage: PodUsageOnNode, _ pod: Value) -> String {
        var text = "The node was low on resource: \(signal.resource). "
        text += "Threshold quantity: \(NodePressure.text(signal, NodePressure.threshold(signal, node))), available: \(Self.shown(signal, available)). "
        guard signal != .processes else { return text }
        for container in usage.containers {
            let spec = (pod["spec"]?["containers"]?.elements ?? []).first { $0["name"]?.stringValue == container.name }
            let request = Quantity(spec?["resources"]?["requests"]?[signal.resource])
            let amount = signal == .memory ? container.memory : container.disk
            guard amount > request?.value ?? 0 else { continue }
            text += "Container \(container.name) was using \(Self.shown(signal, amount)), request is \(request?.description ?? "0"), has larger consumption of \(signal.resource). "
        }
        return text
    }

    /// Memory and disk in kibibytes, as a kubelet measures them.
    private static func shown(_ signal: NodePressure.Signal, _ amount: Int64) -> String {
        amount <= 0 ? "0" : signal == .processes ? "\(max(amount, 0))" : "\(max(amount, 0) / 1024)Ki"
    }

    /// Refuses a pod that comes to a node under pressure.
    func pressureRefusal(of pod: Value, onNode name: String) -> PodVerdict? {
        guard let pressure = nodes[name]?.pressure, !pressure.lastBad.isEmpty, !Self.isCritical(pod) else { return nil }
        if Set(pressure.lastBad.keys) == [.memory] {
            if QualityOfService.of(pod["spec"] ?? [:]) != "BestEffort" { return nil }
            let pressureTaint = Taint(key: "node.kubernetes.io/memory-pressure", effect: .noSchedule)
            if Toleration.list(ofPodSpec: pod["spec"]).tolerates(pressureTaint) { return nil }
        }
        let conditions = NodePressure.Signal.allCases.filter(pressure.has).map {
            switch $0 {
            case .memory: "MemoryPressure"
            case .disk: "DiskPressure"
            case .processes: "PIDPressure"
            }
        }
        return .refused(reason: "Evicted", message: "The node had condition: [\(conditions.joined(separator: " "))]. ")
    }
}

/// In which order pods are evicted.
///
/// - Source: kubelet `rankMemoryPressure`, `rankDiskPressureFunc`, `rankPIDPressure`.
enum EvictionRank {
    /// Pods over their requests come first, then those of lower priority, then those furthest over; ties by name.
    static func isFirst(_ left: (pod: Value, usage: PodUsageOnNode), _ right: (pod: Value, usage: PodUsageOnNode), _ signal: NodePressure.Signal) -> Bool {
        func excess(_ entry: (pod: Value, usage: PodUsageOnNode)) -> Int64 {
            let asked = PodRequests(podSpec: entry.pod["spec"])
            switch signal {
            case .memory: return entry.usage.memory - asked.memory
            case .disk: return entry.usage.disk - asked.ephemeral
            case .processes: return entry.usage.processes
            }
        }
        let (a, b) = (excess(left), excess(right))
        if signal != .processes, (a > 0) != (b > 0) { return a > 0 }
        let (p, q) = (left.pod["spec"]?["priority"]?.intValue ?? 0, right.pod["spec"]?["priority"]?.intValue ?? 0)
        if p != q { return p < q }
        if a != b { return a > b }
        return (left.pod.namespace, left.pod.name) < (right.pod.namespace, right.pod.name)
    }
}
