import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// All kubelets of a cluster: they register nodes and take the pods bound to them through their lives.
///
/// - Invariants: a pod's record exists from its binding to its deletion; every change of a record that shows in the status
///   is written once; a pod that is being deleted is removed only after its containers have stopped.
/// - Order: work is done in the order (due instant, arrival).
/// - Bounds: each event and each piece of work touches one pod or one node. What containers with a shell need (files,
///   processes, logs) exists only for those.
package struct Kubelets: Component {
    package var name: String { "kubelet" }
    package var user: UserInfo { UserInfo(name: "system:node", groups: ["system:nodes", "system:masters", "system:authenticated"]) }
    package var interests: [GroupResource] { [.pods, .nodes, .configMaps, .secrets, .persistentVolumeClaims, .persistentVolumes, .volumeAttachments, Self.snapshotContents] }

    /// One piece of work that becomes due. A container's work carries the start it belongs to.
    enum Work: Hashable, Sendable {
        case register(String)
        case heartbeat(String)
        /// Looks at a pod and does what can be done now.
        case sync(String)
        case sandboxReady(String)
        case pulled(String, ContainerRef, Int32)
        case started(String, ContainerRef, Int32)
        /// The container ends by itself.
        case ended(String, ContainerRef, Int32, code: Int)
        /// The time of grace is over.
        case killed(String, ContainerRef, Int32, code: Int)
        case probe(String, ContainerRef, Int32, ProbeState.Kind)
        case backOffShown(String, ContainerRef, Int32)
        case restart(String, ContainerRef, Int32)
        /// A process in the shell may go on.
        case process(String, ContainerRef, Int32)
        case stopSignal(String, ContainerRef, Int32, hookFailed: Bool)
        /// A command that somebody runs in a container may go on.
        case session(String, SessionID)
        case deadline(String)
        case refreshVolumes(String)
        /// The hook after the start has ended.
        case hooked(String, ContainerRef, Int32, failed: Bool)
        /// Asks again for the services that a container waits for.
        case dependencies(String, ContainerRef, Int32)
        /// Calls of a pod that were put off are made again.
        case postponed(String)
        case resized(String)
        /// Looks at what a node's pods use.
        case housekeeping(String)
        /// Makes the mirrors of static pods that are missing.
        case mirror(String)

        var pod: String? {
            switch self {
            case .register, .heartbeat, .housekeeping, .mirror: nil
            case .sync(let uid), .sandboxReady(let uid), .deadline(let uid), .refreshVolumes(let uid), .session(let uid, _), .resized(let uid),
                .postponed(let uid): uid
            case .pulled(let uid, _, _), .started(let uid, _, _), .ended(let uid, _, _, _), .killed(let uid, _, _, _), .probe(let uid, _, _, _),
                .backOffShown(let uid, _, _), .restart(let uid, _, _), .process(let uid, _, _), .stopSignal(let uid, _, _, _),
                .hooked(let uid, _, _, _), .dependencies(let uid, _, _): uid
            }
        }
    }

    package let profile: RuntimeProfile
    package var images: ImageCatalogue
    var nodes: [String: NodeRecord] = [:]
    /// By pod UID.
    var pods: [String: PodRecord] = [:]
    var uids: [NamespacedName: String] = [:]
    /// Pods that wait for an object, by that object, so that its arrival wakes them.
    var waiting: [String: Set<String>] = [:]
    /// Pods whose volumes show an object, by that object.
    var mounting: [String: Set<String>] = [:]
    var addresses: PodAddresses
    /// What containers do, for those that run and behave.
    var plans: [ContainerKey: RunningContainer] = [:]
    /// Containers whose process is in the shell.
    var processes: [ContainerKey: ContainerProcess] = [:]
    /// What all processes together may still compute.
    var commonAllowance = StepAllowance.ofCluster
    var logs: [ContainerKey: ContainerLog] = [:]
    var volumes = VolumeStore()
    /// The volumes of pods, by pod UID and volume name, and those that outlive pods.
    var podVolumes: [String: [String: VolumeID]] = [:]
    var lastingVolumes: [String: VolumeID] = [:]
    /// Calls of host commands by containers, for whoever runs the cluster.
    var calls: [Int: ContainerCall] = [:]
    var nextCall = 1
    /// What `exec` and `attach` have opened.
    var sessions: [SessionID: ContainerSession] = [:]
    package internal(set) var nextSession = 1
    var postponed: [(at: Instant, call: ContainerCall)] = []
    /// Files of containers without a process, once something was written to them.
    var keptFiles: [ContainerKey: VirtualFileSystem] = [:]
    /// Files of containers without a process that hold no written bytes: made once for each start, not at each request.
    var unwrittenFiles: [ContainerKey: VirtualFileSystem] = [:]
    /// What containers are told of Services, by namespace, as it was at the last start.
    var serviceVariables: [String: ServiceVariables] = [:]
    /// The IDs and full names of images that containers were started of.
    var imageIDs: [String: (id: String, name: String)] = [:]
    /// Volumes that are in memory.
    var memoryVolumes: Set<VolumeID> = []
    /// Static pods whose mirror was deleted, until they have a new one.
    var parked: [NamespacedName: PodRecord] = [:]
    /// What is wrong with pulls just now.
    package var pullFaults = PullFaults()
    /// Pulls under way.
    var pulls: [ContainerKey: PullReport] = [:]
    /// Containers whose files were changed by a command from outside, and those that were made to fail.
    var touched: Set<ContainerKey> = []
    var faulty: Set<ContainerKey> = []
    /// Counts what was done here by somebody who relies on its being kept, such as a command in a container that was answered.
    package private(set) var lastingChanges = 0
    /// Signs the tokens that pods find in their files, where the cluster has a key.
    package var tokens: PodTokens?
    var work = TimedQueue<Work>()
    var beats = TimedQueue<Work>()
    var nextContainer: UInt64 = 1

    /// Heartbeats of nodes: a kubelet renews its lease this often.
    static let leasePeriod: Duration = .seconds(10)

    package init(profile: RuntimeProfile, nodes: [NodeDescription], podBlock: String?, subnetPrefix: Int = 19, images: [Value] = [], now: Instant) {
        self.profile = profile
        self.images = ImageCatalogue(images: images)
        addresses = PodAddresses(overlayBlock: podBlock, subnetPrefix: subnetPrefix)
        for node in nodes { add(node, now: now) }
    }

    /// Starts a machine; its node appears when it has booted.
    package mutating func add(_ node: NodeDescription, now: Instant) {
        lastingChanges += 1
        nodes[node.name] = NodeRecord(description: node)
        addresses.add(node: node.name, internalIP: node.internalIP, interfacesMax: node.interfacesMax, addressesPerInterface: node.addressesPerInterface)
        work.add(.register(node.name), at: now + node.bootTime)
    }

    /// Stops or starts a kubelet without ending its machine's registration: what a broken node looks like.
    package mutating func setRunning(_ isRunning: Bool, node: String, now: Instant) {
        guard nodes[node] != nil, nodes[node]!.isStopped == isRunning else { return }
        lastingChanges += 1
        nodes[node]!.isStopped = !isRunning
        guard isRunning else { return }
        beats.add(.heartbeat(node), at: now)
        for record in pods.values.filter({ $0.node == node }).sorted(by: { $0.key < $1.key }) { work.add(.sync(record.uid), at: now) }
        let missed = nodes[node]!.missed
        nodes[node]!.missed = []
        for entry in missed { work.add(entry, at: now) }
    }

    /// Ends a machine for good; its pods' records go with it.
    package mutating func remove(node: String) {
        lastingChanges += 1
        nodes[node] = nil
        for record in parked.values.filter({ $0.node == node }).sorted(by: { $0.key < $1.key }) {
            parked[record.key] = nil
            pods[record.uid] = record
        }
        for uid in pods.values.filter({ $0.node == node }).sorted(by: { $0.key < $1.key }).map(\.uid) { forget(uid, now: nil) }
        addresses.remove(node: node)
    }

    package func description(ofNode name: String) -> NodeDescription? { nodes[name]?.description }

    // MARK: Component

    package mutating func observe(_ event: StoreEvent, in view: ClusterView) {
        // What was there before is taken over by `adopt`.
        if event.isInitial { return }
        switch event.key.resource {
        case .pods: observePod(event, in: view)
        case .nodes:
            if event.change == .deleted, nodes[event.key.name] != nil { remove(node: event.key.name) }
        case .volumeAttachments: wakeForAttachment(event, in: view)
        default:
            if event.key.resource == .persistentVolumes || event.key.resource == Self.snapshotContents { observeStorage(event, in: view) }
            let key = event.key.description
            if let known = mounting[key] { mounting[key] = known.filter { pods[$0] != nil } }
            for uid in (mounting[key] ?? []).sorted() { schedule(.refreshVolumes(uid), at: view.now + profile.volumeRefreshTime, isPeriodic: true) }
            guard event.change != .deleted, let uids = waiting.removeValue(forKey: key) else { return }
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
        guard let next = work.popDue(by: view.now) ?? beats.popDue(by: view.now) else { return (.done, nil) }
        switch next.entry {
        case .register(let node): return (register(node, in: view), nil)
        case .heartbeat(let node): return (heartbeat(node, in: view), nil)
        case .housekeeping(let node): return (housekeeping(node, in: view), nil)
        case .mirror(let node): return (mirrorStaticPods(ofNode: node, in: view), nil)
        default:
            guard let uid = next.entry.pod, let record = pods[uid] else { return (.done, nil) }
            if nodes[record.node]?.isStopped ?? true {
                nodes[record.node]?.missed.append(next.entry)
                return (.done, nil)
            }
            return (advance(uid, next.entry, in: view), pods[uid]?.cause ?? record.cause)
        }
    }

    /// Plans a piece of work; `isPeriodic` work does not keep a settling cluster waiting.
    mutating func schedule(_ entry: Work, at instant: Instant, isPeriodic: Bool = false) {
        if isPeriodic { beats.add(entry, at: instant) } else { work.add(entry, at: instant) }
    }

    // MARK: Records

    private mutating func observePod(_ event: StoreEvent, in view: ClusterView) {
        let pod = event.object
        guard let node = pod["spec"]?["nodeName"]?.stringValue, !node.isEmpty, nodes[node] != nil else { return }
        let uid = pod.uid
        if event.change == .deleted {
            if let record = pods[uid], record.isStatic, !record.isUnwanted, record.stage != .finished { park(uid, now: view.now) } else { forget(uid, now: view.now) }
            return
        }
        if pods[uid] == nil {
            if !parked.isEmpty, adopt(pod, node: node, now: view.now) { return }
            let phase = pod["status"]?["phase"]?.stringValue
            var record = PodRecord(pod, node: node, now: view.now)
            record.cause = event.cause
            if phase == "Succeeded" || phase == "Failed" {
                guard pod.isBeingDeleted else { return }
                record.stage = .finished
                record.finalPhase = phase
            } else if let refusal = refusal(of: pod, onNode: node, in: view) {
                record.verdict = refusal
            } else if let seconds = pod["spec"]?["activeDeadlineSeconds"]?.intValue {
                work.add(.deadline(uid), at: view.now + .seconds(min(seconds, 1 << 32)))
            }
            pods[uid] = record
            uids[record.key] = uid
            work.add(.sync(uid), at: view.now)
            return
        }
        // What the kubelet wrote itself needs no second look.
        if let old = event.old, old["spec"] == pod["spec"], old.isBeingDeleted == pod.isBeingDeleted,
            old.deletionGracePeriodSeconds == pod.deletionGracePeriodSeconds, !concernsKubelet(old: old, new: pod)
        {
            return
        }
        pods[uid]!.cause = event.cause
        work.add(.sync(uid), at: view.now)
    }

    /// A volume was attached: pods that wait for it go on.
    private mutating func wakeForAttachment(_ event: StoreEvent, in view: ClusterView) {
        guard event.object["status"]?["attached"]?.boolValue == true, let name = event.object["spec", "source", "persistentVolumeName"]?.stringValue else { return }
        for uid in (waiting.removeValue(forKey: ObjectKey(.persistentVolumes, name: name).description) ?? []).sorted() {
            pods[uid]?.cause = event.cause
            work.add(.sync(uid), at: view.now)
        }
    }

    /// Why a kubelet does not take a pod on; nil when it does.
    private func refusal(of pod: Value, onNode node: String, in view: ClusterView) -> PodVerdict? {
        if let refusal = Sysctls.refusal(of: pod) ?? pressureRefusal(of: pod, onNode: node) { return refusal }
        // A scheduler has looked at all the rest already.
        if pod.isConditionTrue("PodScheduled") || view.get(.nodes, name: node) == nil { return nil }
        return PodAdmission.refusal(of: pod, onNode: node, in: view)
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

    /// Drops what is kept of a pod; `now` is nil when its node goes with all its addresses.
    mutating func forget(_ uid: String, now: Instant?) {
        guard let record = pods.removeValue(forKey: uid) else { return }
        if uids[record.key] == uid { uids[record.key] = nil }
        if let now { freeAddress(record, now: now) } else { addresses.drop(record.address) }
        for ref in record.refs {
            let key = ContainerKey(pod: uid, ref: ref)
            plans[key] = nil
            processes[key] = nil
            logs[key] = nil
            pulls[key] = nil
            (keptFiles[key], unwrittenFiles[key]) = (nil, nil)
            touched.remove(key)
            faulty.remove(key)
            endSessions(of: key)
        }
        for volume in (podVolumes.removeValue(forKey: uid) ?? [:]).values where !lastingVolumes.values.contains(volume) {
            volumes.remove(volume)
            memoryVolumes.remove(volume)
        }
    }

    mutating func noteLastingChange() { lastingChanges += 1 }

    /// Gives a pod's address back; once it has ended another pod may get it.
    mutating func freeAddress(_ record: PodRecord, now: Instant) {
        guard !record.isAddressFree, !record.address.isEmpty, record.address != nodes[record.node]?.description.internalIP else { return }
        addresses.release(record.address, onNode: record.node, now: now)
    }

    /// 64 hexadecimal digits that are not used twice.
    mutating func newContainerID() -> String {
        var stream = RandomStream(seed: nextContainer, name: "container")
        nextContainer += 1
        return "containerd://" + Self.hexadecimal(&stream)
    }

    static func hexadecimal(_ stream: inout RandomStream) -> String {
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
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A container of a pod, by the pod's UID.
struct ContainerKey: Hashable, Sendable {
    var pod: String
    var ref: ContainerRef
}

/// A node and what its kubelet keeps.
struct NodeRecord: Sendable {
    var description: NodeDescription
    var isStopped = false
    /// Work that came due while the kubelet stood still.
    var missed: [Kubelets.Work] = []
    /// Images on the node's disk, and their sizes.
    var images: [String: Int] = [:]
    /// Pulls are done one after another: when the last one planned is done.
    var pullsUntil: Instant?
    var pressure = NodePressure()
}
