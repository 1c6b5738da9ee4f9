import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// Keeps one pod on every node that a DaemonSet is for.
///
/// - Bounds: `burstMax` creations and deletions a pass.
/// - Source: kube-controller-manager `daemon` of Kubernetes 1.36.
package struct DaemonSetController: Controller {
    package let name = "daemonset-controller"
    package let interests: [GroupResource] = [.daemonSets, .pods, .nodes, .controllerRevisions]
    private var orphanPods = OrphanIndex()
    private var orphanRevisions = OrphanIndex()
    /// Failed pods that were removed, by set and node: when, and the delay before the next may be.
    private var failures: [String: (last: Instant, delay: Duration)] = [:]

    static let burstMax = 250

    package init() {}

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        switch event.key.resource {
        case .daemonSets: return ownKey(event)
        case .pods:
            orphanPods.note(event)
            var keys: [(key: ObjectKey, after: Duration)] = []
            for state in [event.object, event.old] {
                guard let reference = state?.controllerReference, reference["kind"]?.stringValue == "DaemonSet" else { continue }
                let key = ObjectKey(.daemonSets, namespace: event.key.namespace, name: reference["name"]?.stringValue ?? "")
                if !keys.contains(where: { $0.key == key }) { keys.append((key, .zero)) }
            }
            if let key = keys.first?.key, event.object.isPodReady, event.old?.isPodReady == false, let set = view.get(key), set.minReadySeconds > 0 {
                keys.append((key, .seconds(set.minReadySeconds + 1)))
            }
            if event.change != .deleted, event.object.controllerReference == nil {
                for set in view.list(.daemonSets, namespace: event.key.namespace)
                where CompiledSelector(set["spec"]?["selector"]).matches(event.object) {
                    keys.append((ObjectKey(.daemonSets, namespace: set.namespace, name: set.name), .zero))
                }
            }
            return keys
        case .nodes:
            if let old = event.old, event.change == .modified, old.labels == event.object.labels,
                old["spec"]?["taints"] == event.object["spec"]?["taints"], old["spec"]?["unschedulable"] == event.object["spec"]?["unschedulable"]
            {
                return []
            }
            return view.list(.daemonSets).map { (ObjectKey(.daemonSets, namespace: $0.namespace, name: $0.name), .zero) }
        case .controllerRevisions:
            orphanRevisions.note(event)
            // Adopted: the pass that waited for it goes on.
            guard event.old?.controllerReference == nil, event.change == .modified, let reference = event.object.controllerReference,
                reference["kind"]?.stringValue == "DaemonSet"
            else { return [] }
            return [(ObjectKey(.daemonSets, namespace: event.key.namespace, name: reference["name"]?.stringValue ?? ""), .zero)]
        default: return []
        }
    }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let set = view.get(key) else { return .done }
        let selector = CompiledSelector(set["spec"]?["selector"])
        if selector.isEmpty {
            var plan = Plan()
            plan.event(
                on: set, type: .warning, reason: "SelectingAll",
                message: "This daemon set is selecting all pods. A non-empty selector is required.")
            return plan
        }
        if set.isBeingDeleted { return .done }
        let revisions = Claim(
            owner: set, apiVersion: "apps/v1", kind: "DaemonSet", selector: selector, resource: .controllerRevisions, controlled: [],
            orphans: orphanRevisions.orphans(.controllerRevisions, namespace: key.namespace, in: view))
        if revisions.isChanging { return revisions.plan }
        let claim = Claim(
            owner: set, apiVersion: "apps/v1", kind: "DaemonSet", selector: selector, resource: .pods,
            controlled: view.controlled(.pods, by: set.uid), orphans: orphanPods.orphans(.pods, namespace: key.namespace, in: view))
        if claim.isChanging { return claim.plan }
        var pass = DaemonPass(set: set, pods: claim.owned, view: view, failures: failures)
        let plan = pass.run()
        failures = pass.failures
        return plan
    }

    package mutating func completed(
        _ action: PlannedAction, result: Result<Value, APIStatus>, for key: ObjectKey, in view: ClusterView
    ) -> [PlannedAction] {
        guard let set = view.get(key) else { return [] }
        return PodCreation.event(for: action, result: result, owner: set).map { [$0] } ?? []
    }
}
