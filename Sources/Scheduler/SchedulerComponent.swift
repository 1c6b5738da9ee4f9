import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Gives every pod of its profile a node.
///
/// - Invariants: one pod a step; a pod that was given a node counts on it from then on, before the API server says so.
/// - Order: by priority, then by waiting time; equal nodes are drawn from a seeded stream.
/// - Source: kube-scheduler of Kubernetes 1.36 with its default profile. Differs: filters, scores and binding of a pod
///   take no time.
package struct SchedulerComponent: Component {
    package let profile: SchedulerProfile
    package var name: String { profile.name }
    package var user: UserInfo { .scheduler }
    package let interests: [GroupResource] = [
        .pods, .nodes, .namespaces, .services, .persistentVolumeClaims, .persistentVolumes, .storageClasses, .csiNodes, .podDisruptionBudgets,
    ]

    package internal(set) var cache = SchedulerCache()
    var queue = SchedulingQueue()
    private var spreading = DefaultSpreading()
    private var random: RandomStream
    private var nextStart = 0
    var now = Instant(nanoseconds: 0)
    /// Pods that have a node and wait for their volumes.
    var waitingForVolumes: [String: (pod: PodInfo, node: String, since: Instant)] = [:]
    var nominated = Nominations()
    /// What is known of nodes for pods that none took.
    var refused = RefusedPasses()
    var current: PodInfo?

    static let flushInterval = Duration.seconds(30)
    static let unschedulableMax = Duration.seconds(300)
    static let volumeBindingMax = Duration.seconds(600)
    static let bindTag = 1

    package init(profile: SchedulerProfile = SchedulerProfile(), seed: UInt64 = 0) {
        self.profile = profile
        random = RandomStream(seed: seed, name: "scheduler/\(profile.name)")
    }

    package var memory: Value { ["random": .string(String(random.saved)), "start": Value(nextStart)] }

    package mutating func recall(_ memory: Value) {
        if let saved = memory["random"]?.stringValue.flatMap({ UInt64($0) }) { random.restore(saved) }
        nextStart = memory["start"]?.intValue ?? 0
    }

    /// How many pods wait for a node.
    package var pendingCount: Int { queue.count }

    // MARK: Hearing

    package mutating func observe(_ event: StoreEvent, in view: ClusterView) {
        now = view.now
        switch event.key.resource {
        case .pods: observePod(event)
        case .nodes: observeNode(event)
        case .namespaces:
            cache.setNamespace(event.key.name, labels: event.change == .deleted ? nil : stringMap(event.object["metadata"]?["labels"]))
        case .services: spreading.note(event)
        case .persistentVolumeClaims, .persistentVolumes, .storageClasses, .csiNodes:
            queue.retry(now: now) { $0.waitsForVolumes || !$0.reasons.isDisjoint(with: Self.volumeReasons) }
            if !waitingForVolumes.isEmpty { volumesChanged = true }
        default: break
        }
    }

    var volumesChanged = false

    static let volumeReasons: Verdict = [
        .tooManyVolumes, .volumeNode, .volumeBinding, .volumeZone, .volumeMissing, .claimInUse, .diskConflict,
    ]
    static let removalReasons: Verdict = [
        .cpu, .memory, .ephemeral, .extended, .tooManyPods, .ports, .diskConflict, .tooManyVolumes, .spread, .podAntiAffinity,
        .existingAntiAffinity, .claimInUse,
    ]

    private mutating func observePod(_ event: StoreEvent) {
        let object = event.object
        let uid = object.uid
        if event.change == .deleted {
            forget(uid)
            return
        }
        let node = object["spec"]?["nodeName"]?.stringValue ?? ""
        if node.isEmpty {
            let scheduler = object["spec"]?["schedulerName"]?.stringValue ?? "default-scheduler"
            guard scheduler == profile.name else { return }
            let pod = PodInfo(object)
            if pod.isTerminal || pod.isTerminating {
                if waitingForVolumes[uid] != nil { forget(uid) }
                queue.remove(uid)
                return
            }
            let wasKnown = queue.entries[uid] != nil
            queue.update(pod, now: now)
            if wasKnown, let old = event.old, old.generation != object.generation || old.labels != object.labels {
                queue.retry(now: now) { $0.pod.uid == uid }
            }
            return
        }
        if let old = event.old, let known = cache.pods[uid], cache.nodes.details[known.slot].name == node, known.pod.nodeName == node,
            old.generation == object.generation, old.isBeingDeleted == object.isBeingDeleted, old.labels == object.labels,
            Self.isTerminal(old) == Self.isTerminal(object)
        {
            return
        }
        let pod = PodInfo(object, known: cache.pods[uid]?.pod.sharesSpec(of: event) == true ? cache.pods[uid]?.pod : nil)
        if pod.isTerminal {
            forget(uid)
            return
        }
        queue.remove(uid)
        nominated.remove(uid)
        cache.place(pod, on: node)
        helpWaiting(addition: pod)
    }

    private static func isTerminal(_ pod: Value) -> Bool {
        let phase = pod["status"]?["phase"]?.stringValue
        return phase == "Succeeded" || phase == "Failed"
    }

    mutating func forget(_ uid: String) {
        queue.remove(uid)
        nominated.remove(uid)
        waitingForVolumes[uid] = nil
        guard cache.pods[uid] != nil else { return }
        cache.removePod(uid: uid)
        queue.retry(now: now) { $0.canBeHelpedByRemoval && !$0.reasons.isDisjoint(with: Self.removalReasons) }
    }

    /// A pod that was placed can be what others want to be near, or fill the emptiest domain.
    private mutating func helpWaiting(addition pod: PodInfo) {
        guard queue.hasHopefuls else { return }
        queue.retry(now: now) { [cache] entry in
            if entry.reasons.contains(.podAffinity), entry.pod.affinity.contains(where: { cache.covers($0, pod) }) { return true }
            return entry.reasons.contains(.spread) && entry.pod.key.namespace == pod.key.namespace
                && entry.pod.spread.contains { $0.selector.matches(pod.labels) }
        }
    }

    private mutating func observeNode(_ event: StoreEvent) {
        if event.change == .deleted {
            cache.removeNode(event.key.name)
            queue.retry(now: now) { $0.reasons.contains(.spread) }
            return
        }
        let before = cache.generation
        let slot = cache.nodes.slots[event.key.name]
        let old = slot.map { (cache.nodes.numbers[$0], cache.nodes.details[$0].extended) }
        cache.setNode(event.object)
        guard queue.hasUnschedulable, let new = cache.nodes.slots[event.key.name] else { return }
        let numbers = cache.nodes.numbers[new]
        let grew =
            old.map {
                numbers.cpu > $0.0.cpu || numbers.memory > $0.0.memory || numbers.ephemeral > $0.0.ephemeral || numbers.podsMax > $0.0.podsMax
                    || cache.nodes.details[new].extended != $0.1
            } ?? true
        guard grew || cache.generation != before else { return }
        queue.retry(now: now) { [cache] entry in
            let pod = entry.pod
            if numbers.flags.contains(.unschedulable) { return false }
            if let selection = pod.selection, !selection.matches(name: cache.nodes.details[new].name, labels: cache.nodes.details[new].labels) {
                return false
            }
            if numbers.flags.contains(.repels),
                cache.nodes.details[new].taints.contains(where: { $0.effect != .preferNoSchedule && !pod.tolerations.tolerates($0) })
            {
                return false
            }
            return cache.fitVerdict(pod, numbers, new).isEmpty
        }
    }

    package mutating func nextWake() -> Wake? {
        if volumesChanged { return Wake(at: now) }
        if let due = queue.nextDue(now: now) { return Wake(at: due) }
        if let since = waitingForVolumes.values.map(\.since).min() { return Wake(at: since + Self.volumeBindingMax, isPeriodic: true) }
        if let refused = queue.oldestRefusal() { return Wake(at: refused + Self.unschedulableMax + Self.flushInterval, isPeriodic: true) }
        return nil
    }

    // MARK: Scheduling

    package mutating func step(in view: ClusterView) -> (plan: Plan, cause: TraceID?) {
        now = view.now
        current = nil
        if let plan = bindWaiting(view) { return (plan, nil) }
        if let oldest = queue.oldestRefusal(), oldest + Self.unschedulableMax <= now {
            queue.retry(now: now) { [now] in $0.refusedAt + Self.unschedulableMax <= now }
        }
        guard let pod = queue.pop(now: now) else { return (.done, nil) }
        guard let object = view.get(.pods, namespace: pod.key.namespace, name: pod.key.name), object.uid == pod.uid else {
            queue.remove(pod.uid)
            return (.done, nil)
        }
        return (schedule(pod, object, view), nil)
    }

    private mutating func schedule(_ pod: PodInfo, _ object: Value, _ view: ClusterView) -> Plan {
        cache.nodes.refreshOrder()
        var report = FitReport(nodeCount: cache.nodes.count)
        if cache.nodes.count == 0 { return refuse(pod, object, "no nodes available to schedule pods", reasons: [], helps: false, volumes: false) }
        if let names = pod.selection?.onlyNames, names.isEmpty {
            report.beforehand = "pod affinity terms conflict"
            report.afterwards = "not found"
            return refuse(pod, object, report.message, reasons: [], helps: false, volumes: false)
        }
        var cycle = cache.prepare(pod, profile)
        switch cache.volumeNeeds(of: pod, in: view) {
        case .none: break
        case .needs(let needs): cycle.volumes = needs
        case .refused(let reason):
            report.beforehand = reason
            report.afterwards = "not found"
            return refuse(pod, object, report.message, reasons: [], helps: false, volumes: true)
        }
        var pass = refused.take(for: cycle, cache)
        let (feasible, refusals) = filter(cycle, &pass)
        defer { if let pass { refused.put(pass) } }
        guard !feasible.isEmpty else {
            if pass == nil { pass = remembered(cycle, refusals) }
            return makeRoom(cycle, object, refusals, &pass, &report, view)
        }
        let slot = choose(cycle, feasible, view)
        return assign(cycle, object, slot, view)
    }

    /// The nodes that take the pod, up to as many as are enough, and why others do not.
    mutating func filter(_ cycle: SchedulingCycle, _ pass: inout RefusedPass?) -> (feasible: [Int32], refusals: [(slot: Int32, verdict: Verdict)]) {
        var feasible: [Int32] = []
        var refusals: [(slot: Int32, verdict: Verdict)] = []
        if let slot = cache.nodes.slots[cycle.pod.nominatedNode], cache.nodes.numbers[slot].flags.contains(.exists),
            verdict(cycle, slot).isEmpty
        {
            return ([Int32(slot)], [])
        }
        if let only = cycle.onlySlots {
            for slot in only {
                let verdict = verdict(cycle, slot)
                if verdict.isEmpty { feasible.append(Int32(slot)) } else { refusals.append((Int32(slot), verdict)) }
            }
            return (feasible, refusals)
        }
        let order = cache.nodes.order
        let wanted = profile.feasibleNodesWanted(of: order.count)
        feasible.reserveCapacity(wanted)
        if pass != nil { refusals.reserveCapacity(order.count) }
        var looked = 0
        var index = nextStart < order.count ? nextStart : 0
        let hasNominated = !nominated.isEmpty
        let ownSlot = nominated.slot(of: cycle.pod.uid)
        while looked < order.count, feasible.count < wanted {
            let slot = order[index]
            let verdict: Verdict
            let stamp = cache.stamp(of: Int(slot), nominated)
            if let known = pass?.verdict(Int(slot), at: stamp), Int(slot) != ownSlot {
                verdict = known
            } else {
                verdict = hasNominated ? self.verdict(cycle, Int(slot)) : cache.verdict(cycle, Int(slot))
                if Int(slot) != ownSlot { pass?.note(verdict, Int(slot), at: stamp) }
            }
            if verdict.isEmpty { feasible.append(slot) } else { refusals.append((slot, verdict)) }
            looked += 1
            index += 1
            if index == order.count { index = 0 }
        }
        nextStart = index
        return (feasible, refusals)
    }

    /// The refusals of a pass over all nodes for those that ask next; nil for pods whose answers depend on more than a node's own state.
    func remembered(_ cycle: SchedulingCycle, _ refusals: [(slot: Int32, verdict: Verdict)]) -> RefusedPass? {
        guard let needs = RefusedPass.Needs(cycle) else { return nil }
        var pass = RefusedPass(needs, generation: cache.generation, slots: cache.nodes.numbers.count)
        let ownSlot = nominated.slot(of: cycle.pod.uid)
        for (slot, verdict) in refusals where Int(slot) != ownSlot { pass.note(verdict, Int(slot), at: cache.stamp(of: Int(slot), nominated)) }
        return pass
    }

    /// The verdict that counts pods that wait for the node as if they were on it, and the one that does not.
    private mutating func verdict(_ cycle: SchedulingCycle, _ slot: Int) -> Verdict {
        let plain = cache.verdict(cycle, slot)
        if !plain.isEmpty { return plain }
        let guests = nominated.guests(of: slot, before: cycle.pod)
        if guests.isEmpty { return plain }
        guard cycle.asksForResourcesOnly else { return cache.verdict(cycle, slot, with: guests) }
        var numbers = cache.nodes.numbers[slot]
        for guest in guests { numbers.add(guest.requests) }
        return cache.fitVerdict(cycle.pod, numbers, slot)
    }

    private mutating func choose(_ cycle: SchedulingCycle, _ feasible: [Int32], _ view: ClusterView) -> Int {
        if feasible.count == 1 { return Int(feasible[0]) }
        var soft = cycle.pod.spread.filter { !$0.isRequired }
        var needsAllKeys = true
        if cycle.pod.spread.isEmpty, profile.spreadsByDefault {
            soft = spreading.constraints(for: cycle.pod, in: view)
            needsAllKeys = false
        }
        let scores = cache.scores(cycle, feasible, profile, soft: soft, needsAllKeys: needsAllKeys)
        var best = scores[0]
        var chosen = feasible[0]
        var ties = 1
        for index in 1..<scores.count {
            if scores[index] > best {
                best = scores[index]
                chosen = feasible[index]
                ties = 1
            } else if scores[index] == best {
                ties += 1
                if random.below(ties) == 0 { chosen = feasible[index] }
            }
        }
        return Int(chosen)
    }
}
