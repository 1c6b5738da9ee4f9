import APIMachinery
import KubernetesObjects
import SimulationKernel

/// What the autoscaler remembers of its node groups between scans: scale-ups under way, back-offs, machines without a node.
///
/// - Source: cluster-autoscaler `clusterstate/clusterstate.go` and `utils/backoff/exponential_backoff.go`.
struct ClusterState: Sendable {
    struct ScaleUpRequest: Hashable, Sendable {
        var increase: Int
        var at: Instant
        var expectedBy: Instant
    }

    struct BackOff: Hashable, Sendable {
        var duration: Duration
        var until: Instant
        var lastFailure: Instant
        var errorCode: String
        var errorMessage: String
    }

    /// How the machines of a group stand.
    struct Readiness: Hashable, Sendable {
        var registered = 0
        var ready = 0
        var unready = 0
        /// Registered and not ready yet, within the time that a node may take.
        var notStarted = 0
        var deleted = 0
        var unregistered = 0
        var longUnregistered = 0

        static func + (left: Readiness, right: Readiness) -> Readiness {
            Readiness(
                registered: left.registered + right.registered, ready: left.ready + right.ready, unready: left.unready + right.unready,
                notStarted: left.notStarted + right.notStarted, deleted: left.deleted + right.deleted,
                unregistered: left.unregistered + right.unregistered, longUnregistered: left.longUnregistered + right.longUnregistered)
        }
    }

    var requests: [String: ScaleUpRequest] = [:]
    var backOffs: [String: BackOff] = [:]
    private(set) var readiness: [String: Readiness] = [:]
    /// Groups and machines whose failure has been told of.
    private var toldFailures: Set<String> = []

    static let okUnreadyCount = 3
    static let maxUnreadyPercentage = 45
    /// A node may take this long to become ready after it was registered.
    static let maxNodeStartupTime: Duration = .seconds(900)

    /// What has to be told and done about groups since the last scan.
    struct Findings {
        var events: [(type: EventType, reason: String, message: String)] = []
        /// Machines that will never be nodes, by group.
        var removals: [String: [String]] = [:]
    }

    /// Takes in how things are now.
    mutating func update(_ groups: [NodeGroup], in view: ClusterView, settings: ClusterAutoscalerSettings) -> Findings {
        var findings = Findings()
        readiness = [:]
        for group in groups {
            let state = Self.readiness(of: group, in: view, settings: settings)
            readiness[group.id] = state
            noteErrors(group, view.now, settings, &findings)
            for instance in group.instances
            where instance.state == .creating && instance.errorCode.isEmpty && instance.since + settings.maxNodeProvisionTime <= view.now {
                findings.removals[group.id, default: []].append(instance.name)
                findings.events.append((.normal, "DeleteUnregistered", "Removed unregistered node \(instance.providerID)"))
            }
            guard let request = requests[group.id] else { continue }
            if group.target <= state.registered - state.notStarted {
                requests[group.id] = nil
                if let backOff = backOffs[group.id], backOff.until <= view.now { backOffs[group.id] = nil }
            } else if request.expectedBy <= view.now {
                let waited = GoDuration(nanoseconds: (view.now - request.at).nanoseconds).description
                findings.events.append(
                    (.warning, "ScaleUpTimedOut", "Nodes added to group \(group.id) failed to register within \(waited)"))
                requests[group.id] = nil
                registerFailure(group.id, code: "timeout", message: "", view.now, settings)
            }
        }
        let known = Set(groups.map(\.id))
        requests = requests.filter { known.contains($0.key) }
        backOffs = backOffs.filter { known.contains($0.key) && $0.value.lastFailure + settings.backOffResetTime > view.now }
        return findings
    }

    /// Machines that the cloud could not make: the group is left alone for a while, and they are taken off it.
    private mutating func noteErrors(_ group: NodeGroup, _ now: Instant, _ settings: ClusterAutoscalerSettings, _ findings: inout Findings) {
        let failed = group.instances.filter { !$0.errorCode.isEmpty && $0.state == .creating }
        guard let first = failed.first else { return }
        let new = failed.filter { toldFailures.insert("\(group.id)/\($0.name)").inserted }
        findings.removals[group.id, default: []] += failed.map(\.name)
        guard !new.isEmpty else { return }
        findings.events.append(
            (
                .warning, "ScaleUpFailed",
                "Failed adding \(new.count) nodes to group \(group.id) due to \(Self.errorClass(first.errorCode)).\(first.errorCode); source errors: \(first.errorMessage)"
            ))
        if toldFailures.count > 10_000 { toldFailures = Set(failed.map { "\(group.id)/\($0.name)" }) }
        requests[group.id] = nil
        registerFailure(group.id, code: first.errorCode, message: first.errorMessage, now, settings)
    }

    private static func errorClass(_ code: String) -> String {
        ["InsufficientInstanceCapacity", "VcpuLimitExceeded", "placeholder-cannot-be-fulfilled"].contains(code) ? "OutOfResource" : "Other"
    }

    mutating func registerScaleUp(_ group: String, increase: Int, _ now: Instant, _ settings: ClusterAutoscalerSettings) {
        let before = requests[group]?.increase ?? 0
        requests[group] = ScaleUpRequest(increase: before + increase, at: now, expectedBy: now + settings.maxNodeProvisionTime)
    }

    /// Leaves a group alone: five minutes after the first failure, twice as long after each one more.
    mutating func registerFailure(_ group: String, code: String, message: String, _ now: Instant, _ settings: ClusterAutoscalerSettings) {
        var duration = settings.initialBackOff
        if let before = backOffs[group] {
            duration = before.until < now ? min(before.duration * 2, settings.maxBackOff) : before.duration
        }
        backOffs[group] = BackOff(duration: duration, until: now + duration, lastFailure: now, errorCode: code, errorMessage: message)
    }

    func isBackedOff(_ group: String, _ now: Instant) -> Bool { backOffs[group].map { $0.until > now } ?? false }

    /// How many machines of a group are asked for and no ready node yet.
    func upcoming(_ group: NodeGroup) -> Int {
        let state = readiness[group.id] ?? Readiness()
        return max(group.target - state.ready - state.unready - state.longUnregistered, 0)
    }

    /// Whether so many nodes of a group, or of the cluster, are broken that adding more helps nobody.
    static func isHealthy(_ state: Readiness) -> Bool {
        let broken = state.unready + state.longUnregistered
        return broken <= okUnreadyCount || broken * 100 <= maxUnreadyPercentage * (state.registered + state.longUnregistered)
    }

    private static func readiness(of group: NodeGroup, in view: ClusterView, settings: ClusterAutoscalerSettings) -> Readiness {
        var state = Readiness()
        for instance in group.instances {
            guard let node = view.get(.nodes, name: instance.name) else {
                if instance.state == .creating || instance.state == .running {
                    if instance.since + settings.maxNodeProvisionTime <= view.now { state.longUnregistered += 1 } else { state.unregistered += 1 }
                }
                continue
            }
            state.registered += 1
            let created = node["metadata"]?["creationTimestamp"]?.stringValue.flatMap { Instant(rfc3339: $0) } ?? view.now
            if node.hasTaint(ToBeDeleted.key) || instance.state == .deleting {
                state.deleted += 1
            } else if node.isConditionTrue("Ready") {
                state.ready += 1
            } else if created + maxNodeStartupTime > view.now, node.condition("Ready")?["lastTransitionTime"]?.stringValue == node["metadata"]?["creationTimestamp"]?.stringValue {
                state.notStarted += 1
            } else {
                state.unready += 1
            }
        }
        return state
    }
}

/// The marks that the autoscaler puts on nodes.
///
/// - Source: cluster-autoscaler `utils/taints`.
enum ToBeDeleted {
    static let key = "ToBeDeletedByClusterAutoscaler"
    static let candidateKey = "DeletionCandidateOfClusterAutoscaler"

    static func marked(_ node: Value, key: String, effect: String, at now: Instant) -> Value {
        var next = node
        let taints = (node["spec"]?["taints"]?.elements ?? []).filter { $0["key"]?.stringValue != key }
        next["spec", "taints"] = .array(taints + [["key": .string(key), "value": .string(String(now.seconds)), "effect": .string(effect)]])
        return next
    }

    static func unmarked(_ node: Value, keys: Set<String>) -> Value {
        var next = node
        let taints = (node["spec"]?["taints"]?.elements ?? []).filter { !keys.contains($0["key"]?.stringValue ?? "") }
        next["spec", "taints"] = taints.isEmpty ? nil : .array(taints)
        return next
    }
}

extension Value {
    func hasTaint(_ key: String) -> Bool { (self["spec"]?["taints"]?.elements ?? []).contains { $0["key"]?.stringValue == key } }
}
