import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// What the pods of a node ask for as shares of what it has.
struct NodeUtilization: Hashable, Sendable {
    var cpu = 0.0
    var memory = 0.0

    /// The larger share decides.
    var value: Double { max(cpu, memory) }

    /// `{0.1 0.05 0 cpu 0.1}`: how Go prints it.
    var text: String {
        func number(_ value: Double) -> String { GoFloat.general(value) }
        return "{\(number(cpu)) \(number(memory)) 0 \(cpu >= memory ? "cpu" : "memory") \(number(value))}"
    }
}

/// A node that could go, and the pods that would have to move.
struct RemovableNode: Sendable {
    var node: String
    var group: String
    var pods: [Value]
    var utilization: NodeUtilization
    var isEmpty: Bool { pods.isEmpty }
}

/// Keeps watch over nodes that nobody needs and says which may go now.
///
/// - Order: nodes by name; empty ones before those with pods.
/// - Source: cluster-autoscaler `core/scaledown/planner`, `eligibility` and `unneeded`.
struct ScaleDownPlanner: Sendable {
    /// Since when each unneeded node has been so.
    private(set) var unneeded: [String: Instant] = [:]
    private(set) var removable: [RemovableNode] = []
    /// Why nodes stay, for the trace and for tests.
    private(set) var unremovable: [String: UnremovableReason] = [:]

    static let disabledAnnotation = "cluster-autoscaler.kubernetes.io/scale-down-disabled"

    /// Looks at all nodes of groups and finds those that could go, their pods finding room on the others.
    mutating func update(_ groups: [NodeGroup], leaving: Set<String>, in view: ClusterView, settings: ClusterAutoscalerSettings) {
        removable = []
        unremovable = [:]
        var candidates: [(node: Value, group: NodeGroup, utilization: NodeUtilization)] = []
        let groupOf = Dictionary(groups.flatMap { group in group.instances.map { ($0.name, group) } }, uniquingKeysWith: { first, _ in first })
        for node in view.list(.nodes) where !leaving.contains(node.name) && !node.hasTaint(ToBeDeleted.key) {
            guard let group = groupOf[node.name] else {
                unremovable[node.name] = .notAutoscaled
                continue
            }
            if node.annotation(Self.disabledAnnotation) == "true" {
                unremovable[node.name] = .scaleDownDisabledAnnotation
                continue
            }
            let utilization = Self.utilization(of: node, in: view, settings: settings)
            if node.isConditionTrue("Ready"), utilization.value >= settings.scaleDownUtilizationThreshold {
                unremovable[node.name] = .notUnderutilized
                continue
            }
            candidates.append((node, group, utilization))
        }
        find(candidates, leaving, view, settings)
        let names = Set(removable.map(\.node))
        unneeded = unneeded.filter { names.contains($0.key) }
        for name in names where unneeded[name] == nil { unneeded[name] = view.now }
    }

    /// Forgets what was found: a cluster that grew starts to count anew only for nodes that are needed again.
    mutating func forget(_ node: String) { unneeded[node] = nil }

    private mutating func find(
        _ candidates: [(node: Value, group: NodeGroup, utilization: NodeUtilization)], _ leaving: Set<String>, _ view: ClusterView,
        _ settings: ClusterAutoscalerSettings
    ) {
        guard !candidates.isEmpty else { return }
        var drainability = Drainability(view: view, settings: settings)
        var occupied: [RemovableNode] = []
        for (node, group, utilization) in candidates {
            switch drainability.podsToMove(from: node.name) {
            case .blocked(let reason): unremovable[node.name] = reason
            case .movable(let pods):
                let entry = RemovableNode(node: node.name, group: group.id, pods: pods, utilization: utilization)
                if entry.isEmpty { removable.append(entry) } else { occupied.append(entry) }
            }
        }
        guard !occupied.isEmpty else { return }
        // Nodes that were unneeded before come first, so that the choice does not go to and fro.
        occupied.sort { ((unneeded[$0.node] == nil ? 1 : 0), $0.node) < ((unneeded[$1.node] == nil ? 1 : 0), $1.node) }
        let going = Set(removable.map(\.node))
        var simulator = PlacementSimulator(view, leavingOut: leaving)
        var removed = going.union(leaving)
        // Pods that were moved to a node in the simulation move on when it goes too.
        var guests: [String: [PodInfo]] = [:]
        let ready = view.list(.nodes).filter { $0.isConditionTrue("Ready") && !$0.hasTaint(ToBeDeleted.key) }.map(\.name)
        for entry in occupied.prefix(settings.scaleDownNonEmptyCandidatesCount) {
            guard case .movable = drainability.podsToMove(from: entry.node) else {
                unremovable[entry.node] = .blockedByPod("", "NotEnoughPdb")
                continue
            }
            let before = simulator
            let destinations = ready.filter { $0 != entry.node && !removed.contains($0) }
            let guestsBefore = guests
            let movesAll = (entry.pods.map { PodInfo(Self.unbound($0)) } + (guests.removeValue(forKey: entry.node) ?? [])).allSatisfy { pod in
                simulator.take(pod)
                guard let place = simulator.placeOnFirst(pod, of: destinations) else { return false }
                guests[place, default: []].append(pod)
                return true
            }
            guard movesAll else {
                simulator = before
                guests = guestsBefore
                unremovable[entry.node] = .noPlaceToMovePods
                continue
            }
            drainability.charge(entry.pods)
            removed.insert(entry.node)
            removable.append(entry)
        }
    }

    private static func unbound(_ pod: Value) -> Value {
        var next = pod
        next["spec", "nodeName"] = nil
        return next
    }

    /// The nodes that may go now: unneeded for long enough, and their group not at its least.
    mutating func due(_ groups: [NodeGroup], in view: ClusterView, settings: ClusterAutoscalerSettings) -> [RemovableNode] {
        var spare = Dictionary(uniqueKeysWithValues: groups.map { ($0.id, $0.target - $0.minimum) })
        var result: [RemovableNode] = []
        for entry in removable {
            guard let since = unneeded[entry.node] else { continue }
            let isReady = view.get(.nodes, name: entry.node)?.isConditionTrue("Ready") ?? false
            guard view.now - since >= (isReady ? settings.scaleDownUnneededTime : settings.scaleDownUnreadyTime) else { continue }
            guard let left = spare[entry.group], left > 0 else {
                unremovable[entry.node] = .nodeGroupMinSizeReached
                continue
            }
            spare[entry.group] = left - 1
            result.append(entry)
        }
        return result
    }

    /// The shares of a node's CPU and memory that its pods ask for.
    static func utilization(of node: Value, in view: ClusterView, settings: ClusterAutoscalerSettings) -> NodeUtilization {
        let allocatable = node["status"]?["allocatable"]
        let (cpu, memory) = (ResourceAmount.milli(allocatable?["cpu"]), ResourceAmount.whole(allocatable?["memory"]))
        var (usedCPU, usedMemory): (Int64, Int64) = (0, 0)
        for pod in view.pods(onNode: node.name) {
            let phase = pod["status"]?["phase"]?.stringValue
            if phase == "Succeeded" || phase == "Failed" { continue }
            if settings.ignoresDaemonSetsUtilization, pod.controllerReference?["kind"]?.stringValue == "DaemonSet" { continue }
            let requests = PodRequests(podSpec: pod["spec"])
            usedCPU = clampedSum(usedCPU, requests.cpu)
            usedMemory = clampedSum(usedMemory, requests.memory)
        }
        return NodeUtilization(
            cpu: cpu > 0 ? Double(usedCPU) / Double(cpu) : 0, memory: memory > 0 ? Double(usedMemory) / Double(memory) : 0)
    }
}
