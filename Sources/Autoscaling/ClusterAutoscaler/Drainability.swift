import APIMachinery
import KubernetesObjects
import SimulationKernel

/// What stands against taking a node away.
enum UnremovableReason: Hashable, Sendable {
    case scaleDownDisabledAnnotation
    case notUnderutilized
    case notAutoscaled
    case nodeGroupMinSizeReached
    case unreadyNotAllowed
    case noPlaceToMovePods
    /// A pod must not be moved: which and why.
    case blockedByPod(String, String)
}

/// Says which pods of a node would have to move, and whether they may.
///
/// - Order: the first rule that speaks of a pod decides.
/// - Source: cluster-autoscaler `simulator/drainability/rules` and `simulator/drain.go`.
struct Drainability {
    let view: ClusterView
    let settings: ClusterAutoscalerSettings
    /// How many more pods may go, by budget; taken from as nodes are planned.
    private var budgets: [(object: Value, selector: LabelSelector, allowed: Int)]

    static let safeToEvict = "cluster-autoscaler.kubernetes.io/safe-to-evict"
    static let safeLocalVolumes = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes"
    /// A pod that should have been gone for this long is not waited for.
    static let longTerminating: Duration = .seconds(30)

    init(view: ClusterView, settings: ClusterAutoscalerSettings) {
        self.view = view
        self.settings = settings
        budgets = view.list(.podDisruptionBudgets).compactMap { budget in
            guard let selector = budget["spec"]?["selector"], !selector.isNull else { return nil }
            return (budget, LabelSelector(object: selector), budget["status"]?["disruptionsAllowed"]?.intValue ?? 0)
        }
    }

    enum Outcome {
        case movable([Value])
        case blocked(UnremovableReason)
    }

    /// The pods of a node that must find another place; those of DaemonSets and of the kubelet itself need not.
    func podsToMove(from node: String) -> Outcome {
        var pods: [Value] = []
        for pod in view.pods(onNode: node) {
            switch rule(for: pod) {
            case .skip: continue
            case .move: pods.append(pod)
            case .block(let reason): return .blocked(.blockedByPod("\(pod.namespace)/\(pod.name)", reason))
            }
        }
        for budget in budgets {
            let affected = pods.filter { $0.namespace == budget.object.namespace && budget.selector.matches($0.labels) }
            if affected.count > budget.allowed, let first = affected.first {
                return .blocked(.blockedByPod("\(first.namespace)/\(first.name)", "NotEnoughPdb"))
            }
        }
        return .movable(pods)
    }

    /// Counts pods that are planned to go against their budgets.
    mutating func charge(_ pods: [Value]) {
        for index in budgets.indices {
            let budget = budgets[index]
            budgets[index].allowed -= pods.count { $0.namespace == budget.object.namespace && budget.selector.matches($0.labels) }
        }
    }

    private enum Rule {
        case skip
        case move
        case block(String)
    }

    private func rule(for pod: Value) -> Rule {
        if pod.annotation("kubernetes.io/config.mirror") != nil { return .skip }
        if pod.isBeingDeleted, isLongTerminating(pod) { return .skip }
        let owner = pod.controllerReference
        let ownerKind = owner?["kind"]?.stringValue ?? ""
        if ownerKind == "DaemonSet" { return .skip }
        let phase = pod["status"]?["phase"]?.stringValue
        if phase == "Succeeded" || phase == "Failed" { return .skip }
        if pod.annotation(Self.safeToEvict) == "true" { return .move }
        if owner == nil || !isOwnerThere(pod, owner!, ownerKind) { return .block("NotReplicated") }
        if settings.skipNodesWithSystemPods, pod.namespace == "kube-system", !hasBudget(pod) { return .block("UnmovableKubeSystemPod") }
        if pod.annotation(Self.safeToEvict) == "false" { return .block("NotSafeToEvictAnnotation") }
        if settings.skipNodesWithLocalStorage, hasBlockingLocalStorage(pod) { return .block("LocalStorageRequested") }
        return .move
    }

    private func isLongTerminating(_ pod: Value) -> Bool {
        guard let at = pod["metadata"]?["deletionTimestamp"]?.stringValue.flatMap({ Instant(rfc3339: $0) }) else { return false }
        return at + Self.longTerminating < view.now
    }

    private func isOwnerThere(_ pod: Value, _ owner: Value, _ kind: String) -> Bool {
        let resources: [String: GroupResource] = [
            "ReplicaSet": .replicaSets, "ReplicationController": .replicationControllers, "Job": .jobs, "StatefulSet": .statefulSets,
        ]
        guard let resource = resources[kind] else { return !settings.skipNodesWithCustomControllerPods }
        return view.get(resource, namespace: pod.namespace, name: owner["name"]?.stringValue ?? "") != nil
    }

    private func hasBudget(_ pod: Value) -> Bool {
        budgets.contains { $0.object.namespace == pod.namespace && $0.selector.matches(pod.labels) }
    }

    private func hasBlockingLocalStorage(_ pod: Value) -> Bool {
        let safe = Set((pod.annotation(Self.safeLocalVolumes) ?? "").split(separator: ",").map { $0.trimmingSpaces })
        return (pod["spec"]?["volumes"]?.elements ?? []).contains { volume in
            if safe.contains(volume["name"]?.stringValue ?? "") { return false }
            if let scratch = volume["emptyDir"] { return scratch["medium"]?.stringValue != "Memory" }
            return volume["hostPath"] != nil
        }
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
