import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// Keeps the live pods of a ReplicaSet, or of a ReplicationController, at `spec.replicas`.
///
/// - Order: deletes the least useful pods first (`DeletionRank`), ties by UID.
/// - Bounds: `burstMax` writes a pass; the rest wait for the next. The first refused creation ends the pass.
/// - Source: kube-controller-manager `replicaset` of Kubernetes 1.36. Differs: creations go one by one instead of
///   in batches that double, so no expectations are needed.
package struct ReplicaSetController: Controller {
    /// The two kinds that are kept alike.
    package enum Kind: Sendable {
        case replicaSet, replicationController

        var resource: GroupResource { self == .replicaSet ? .replicaSets : .replicationControllers }
        var apiVersion: String { self == .replicaSet ? "apps/v1" : "v1" }
        var name: String { self == .replicaSet ? "ReplicaSet" : "ReplicationController" }
    }

    static let burstMax = 500

    package let kind: Kind
    package var name: String { kind == .replicaSet ? "replicaset-controller" : "replication-controller" }
    package var interests: [GroupResource] { [kind.resource, .pods] }
    private var orphanPods = OrphanIndex()
    private var tallies: PodTallies

    package init(_ kind: Kind = .replicaSet) {
        self.kind = kind
        tallies = PodTallies(kind: kind.name)
    }

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        guard event.key.resource == .pods else { return ownKey(event) }
        orphanPods.note(event)
        tallies.note(event)
        var keys: [(key: ObjectKey, after: Duration)] = []
        for state in [event.object, event.old] {
            guard let reference = state?.controllerReference, reference["kind"]?.stringValue == kind.name else { continue }
            let key = ObjectKey(kind.resource, namespace: event.key.namespace, name: reference["name"]?.stringValue ?? "")
            if !keys.contains(where: { $0.key == key }) { keys.append((key, .zero)) }
        }
        if let first = keys.first, event.change == .modified, becameReady(event), let set = view.get(first.key), set.minReadySeconds > 0 {
            keys.append((first.key, .seconds(set.minReadySeconds + 1)))
        }
        if event.change != .deleted, event.object.controllerReference == nil { keys += adopters(of: event, in: view) }
        return keys
    }

    private func becameReady(_ event: StoreEvent) -> Bool { event.object.isPodReady && event.old?.isPodReady == false }

    private func adopters(of event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        var keys: [(key: ObjectKey, after: Duration)] = []
        for set in view.list(kind.resource, namespace: event.key.namespace) where selector(of: set).matches(event.object) {
            keys.append((ObjectKey(kind.resource, namespace: set.namespace, name: set.name), .zero))
        }
        return keys
    }

    private func selector(of set: Value) -> CompiledSelector {
        kind == .replicaSet ? CompiledSelector(set["spec"]?["selector"]) : CompiledSelector(labels: set["spec"]?["selector"])
    }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let set = view.get(key) else { return .done }
        let selector = selector(of: set)
        let groups = tallies.groups(of: set.uid)
        let claim = claim(set, selector, groups, in: view)
        if claim.isChanging { return claim.plan }
        let owned = groups.filter { selector.matches($0.labels) }
        var plan = Plan()
        var problem: String?
        if !set.isBeingDeleted { manage(set, owned.reduce(0) { $0 + $1.active }, selector, in: view, &plan, &problem) }
        let status = ReplicaSetStatus(set, pods: owned, kind: kind, now: view.now)
        if let next = status.update(failure: problem.map { ("FailedCreate", $0) }) { plan.add(.updateStatus(kind.resource, next)) }
        if let wait = status.untilAvailable { plan.requeueAfter = wait }
        return plan
    }

    /// What is to be let go or adopted. The pods themselves are looked at only when the labels of some do not match.
    private func claim(_ set: Value, _ selector: CompiledSelector, _ groups: [PodTallies.Group], in view: ClusterView) -> Claim {
        let controlled = groups.allSatisfy { selector.matches($0.labels) } ? [] : view.controlled(.pods, by: set.uid)
        return Claim(
            owner: set, apiVersion: kind.apiVersion, kind: kind.name, selector: selector, resource: .pods, controlled: controlled,
            orphans: orphanPods.orphans(.pods, namespace: set.namespace, in: view), isCandidate: { !$0.isPodTerminal })
    }

    private func manage(
        _ set: Value, _ count: Int, _ selector: CompiledSelector, in view: ClusterView, _ plan: inout Plan, _ problem: inout String?
    ) {
        let surplus = count - set.specReplicas
        if surplus < 0 {
            let reference = set.controllerReference(apiVersion: kind.apiVersion, kind: kind.name)
            let pod = PodCreation.pod(from: set["spec"]?["template"], owner: set, reference: reference)
            if pod.labels.isEmpty {
                problem = "unable to create pods, no labels"
                return
            }
            for _ in 0..<min(-surplus, Self.burstMax) { PodCreation.planCreation(pod, in: &plan) }
        } else if surplus > 0 {
            let active = view.controlled(.pods, by: set.uid).filter { $0.isPodActive && selector.matches($0) }
            let rank = DeletionRank(pods: active, related: kind == .replicaSet ? related(to: set, in: view) : active, now: view.now)
            for pod in rank.leastUseful(min(surplus, Self.burstMax)) { PodCreation.planDeletion(pod, in: &plan) }
        }
    }

    /// The active pods of all ReplicaSets of one Deployment: pods that share a node with others of them go first.
    private func related(to set: Value, in view: ClusterView) -> [Value] {
        guard let owner = set.controllerUID else { return view.controlled(.pods, by: set.uid).filter(\.isPodActive) }
        return view.controlled(.replicaSets, by: owner).flatMap { view.controlled(.pods, by: $0.uid).filter(\.isPodActive) }
    }

    package mutating func completed(
        _ action: PlannedAction, result: Result<Value, APIStatus>, for key: ObjectKey, in view: ClusterView
    ) -> [PlannedAction] {
        guard let set = view.get(key) else { return [] }
        var actions: [PlannedAction] = []
        if let event = PodCreation.event(for: action, result: result, owner: set) { actions.append(event) }
        guard case .failure(let refusal) = result, action.tag == PodCreation.createTag, !refusal.isNamespaceTerminating else { return actions }
        let status = ReplicaSetStatus(set, pods: tallies.groups(of: set.uid), kind: kind, now: view.now)
        if let next = status.update(failure: ("FailedCreate", refusal.message)) {
            actions.append(PlannedAction(write: .updateStatus(kind.resource, next), ifRefused: .ignore))
        }
        return actions
    }
}
