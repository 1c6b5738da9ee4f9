import APIMachinery
import KubernetesObjects
import SimulationKernel

/// All kubelets of a cluster: they register nodes and take the pods bound to them through their lives.
///
/// - Invariants: a pod's record exists from its binding to its deletion; every change of a record that shows in the status
///   is written once; a pod that is being deleted is removed only after its containers have stopped.
/// - Order: work is done in the order (due instant, arrival).
/// - Bounds: each event and each piece of work touches one pod or one node.
package struct Kubelets: Component {
    package var name: String { "kubelet" }
    package var user: UserInfo { UserInfo(name: "system:node", groups: ["system:nodes", "system:masters", "system:authenticated"]) }
    package var interests: [GroupResource] { [.pods, .nodes, .configMaps, .secrets, .persistentVolumeClaims] }

    /// One piece of work that becomes due.
    enum Work: Hashable, Sendable {
        case register(String)
        case heartbeat(String)
        /// Looks at a pod and does what can be done now.
        case sync(String)
        case sandboxReady(String)
        case containerStarted(String, container: Int, isInit: Bool)
        case stopped(String)
        case deadline(String)
    }

    package let profile: RuntimeProfile
    var nodes: [String: NodeDescription] = [:]
    var stoppedNodes: Set<String> = []
    /// By pod UID.
    var pods: [String: PodRecord] = [:]
    var uids: [NamespacedName: String] = [:]
    /// Pods that wait for an object, by that object, so that its arrival wakes them.
    var waiting: [String: Set<String>] = [:]
    var addresses: PodAddresses
    private var work = TimedQueue<Work>()
    private var beats = TimedQueue<Work>()
    private var nextContainer: UInt64 = 1

    /// Heartbeats of nodes: a kubelet renews its lease this often.
    static let leasePeriod: Duration = .seconds(10)

    package init(profile: RuntimeProfile, nodes: [NodeDescription], podBlock: String?, now: Instant) {
        self.profile = profile
        addresses = PodAddresses(overlayBlock: podBlock)
        for node in nodes { add(node, now: now) }
    }

    /// Starts a machine; its node appears when it has booted.
    package mutating func add(_ node: NodeDescription, now: Instant) {
        nodes[node.name] = node
        addresses.add(node: node.name, internalIP: node.internalIP)
        work.add(.register(node.name), at: now + node.bootTime)
    }

    /// Stops or starts a kubelet without ending its machine's registration: what a broken node looks like.
    package mutating func setRunning(_ isRunning: Bool, node: String, now: Instant) {
        if isRunning {
            stoppedNodes.remove(node)
            beats.add(.heartbeat(node), at: now)
            for record in pods.values.filter({ $0.node == node }).sorted(by: { $0.key < $1.key }) { work.add(.sync(record.uid), at: now) }
        } else {
            stoppedNodes.insert(node)
        }
    }

    /// Ends a machine for good; its pods' records go with it.
    package mutating func remove(node: String) {
        nodes[node] = nil
        stoppedNodes.remove(node)
        for uid in pods.values.filter({ $0.node == node }).map(\.uid) { forget(uid) }
    }

    package func description(ofNode name: String) -> NodeDescription? { nodes[name] }

    // MARK: Component

    package mutating func observe(_ event: StoreEvent, in view: ClusterView) {
        switch event.key.resource {
        case .pods: observePod(event, in: view)
        case .nodes:
            if event.change == .deleted, nodes[event.key.name] != nil { remove(node: event.key.name) }
        default:
            guard event.change != .deleted, let uids = waiting.removeValue(forKey: event.key.description) else { return }
            for uid in uids.sorted() {
                pods[uid]?.cause = event.cause
                work.add(.sync(uid), at: view.now)
            }
        }
    }

    package mutating func nextWake() -> Wake? {
        guard let due = work.nextDue else { return beats.nextDue.map { Wake(at: $0, isPeriodic: true) } }
        if let beat = beats.nextDue, beat < due { return Wake(at: beat, isPeriodic: false) }
        return Wake(at: due, isPeriodic: false)
    }

    package mutating func step(in view: ClusterView) -> (plan: Plan, cause: TraceID?) {
        let next = work.popDue(by: view.now) ?? beats.popDue(by: view.now)
        guard let next else { return (.done, nil) }
        switch next.entry {
        case .register(let node): return (register(node, in: view), nil)
        case .heartbeat(let node): return (heartbeat(node, in: view), nil)
        case .sync(let uid), .sandboxReady(let uid), .stopped(let uid), .deadline(let uid), .containerStarted(let uid, _, _):
            guard let record = pods[uid], !stoppedNodes.contains(record.node) else { return (.done, nil) }
            return (advance(uid, next.entry, in: view), record.cause)
        }
    }

    mutating func schedule(_ entry: Work, at instant: Instant) { work.add(entry, at: instant) }

    // MARK: Nodes

    private mutating func register(_ name: String, in view: ClusterView) -> Plan {
        guard let description = nodes[name] else { return .done }
        var plan = Plan()
        let block = addresses.block(ofNode: name)
        if let node = view.get(.nodes, name: name) {
            var updated = node
            updated["status"] = NodeStatus.status(description, isReady: true, now: view.now)
            plan.add(.updateStatus(.nodes, updated), ifRefused: .ignore)
        } else {
            plan.add(.create(.nodes, NodeStatus.node(description, podBlock: block, now: view.now)), ifRefused: .ignore)
        }
        plan.add(.create(.leases, NodeStatus.lease(name, now: view.now)), ifRefused: .ignore)
        beats.add(.heartbeat(name), at: view.now + Self.leasePeriod)
        return plan
    }

    private mutating func heartbeat(_ name: String, in view: ClusterView) -> Plan {
        guard nodes[name] != nil, !stoppedNodes.contains(name), let node = view.get(.nodes, name: name) else { return .done }
        beats.add(.heartbeat(name), at: view.now + Self.leasePeriod)
        var plan = Plan()
        if var lease = view.get(.leases, namespace: "kube-node-lease", name: name) {
            lease["spec", "renewTime"] = .string(view.now.rfc3339Micro)
            plan.add(.update(.leases, lease), ifRefused: .ignore)
        } else {
            plan.add(.create(.leases, NodeStatus.lease(name, now: view.now)), ifRefused: .ignore)
        }
        if !node.isConditionTrue("Ready"), let description = nodes[name] {
            var updated = node
            updated["status"] = NodeStatus.status(description, isReady: true, now: view.now)
            plan.add(.updateStatus(.nodes, updated), ifRefused: .ignore)
        }
        return plan
    }

    // MARK: Records

    private mutating func observePod(_ event: StoreEvent, in view: ClusterView) {
        let pod = event.object
        guard let node = pod["spec"]?["nodeName"]?.stringValue, !node.isEmpty, nodes[node] != nil else { return }
        let uid = pod.uid
        if event.change == .deleted {
            forget(uid)
            return
        }
        if pods[uid] == nil {
            let phase = pod["status"]?["phase"]?.stringValue
            if phase == "Succeeded" || phase == "Failed" {
                if pod.isBeingDeleted {
                    pods[uid] = PodRecord(pod, node: node, now: view.now)
                    pods[uid]!.stage = .finished
                    uids[pods[uid]!.key] = uid
                    work.add(.sync(uid), at: view.now)
                }
                return
            }
            var record = PodRecord(pod, node: node, now: view.now)
            record.cause = event.cause
            pods[uid] = record
            uids[record.key] = uid
            work.add(.sync(uid), at: view.now)
            if let seconds = pod["spec"]?["activeDeadlineSeconds"]?.intValue { work.add(.deadline(uid), at: view.now + .seconds(seconds)) }
            return
        }
        // What the kubelet wrote itself needs no second look.
        let isOwnWrite = event.old.map { old in
            old["spec"] == pod["spec"] && old.isBeingDeleted == pod.isBeingDeleted && !concernsKubelet(old: old, new: pod)
        }
        if isOwnWrite == true { return }
        pods[uid]!.cause = event.cause
        work.add(.sync(uid), at: view.now)
    }

    /// Whether somebody else changed what a kubelet must react to: the phase, or conditions that gates look at.
    private func concernsKubelet(old: Value, new: Value) -> Bool {
        if old["metadata"]?["generation"] != new["metadata"]?["generation"] { return true }
        if old["status"]?["phase"] != new["status"]?["phase"] { return true }
        for gate in new["spec"]?["readinessGates"]?.elements ?? [] {
            let type = gate["conditionType"]?.stringValue ?? ""
            if old.condition(type) != new.condition(type) { return true }
        }
        return false
    }

    mutating func forget(_ uid: String) {
        guard let record = pods.removeValue(forKey: uid) else { return }
        if uids[record.key] == uid { uids[record.key] = nil }
        if !record.address.isEmpty { addresses.release(record.address, onNode: record.node) }
    }

    mutating func newContainerID() -> String {
        var stream = RandomStream(seed: nextContainer, name: "container")
        nextContainer += 1
        let digits = Array("0123456789abcdef".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64)
        for _ in 0..<4 {
            var word = stream.next()
            for _ in 0..<16 {
                bytes.append(digits[Int(word & 15)])
                word >>= 4
            }
        }
        return "containerd://" + String(decoding: bytes, as: UTF8.self)
    }
}
