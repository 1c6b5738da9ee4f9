import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// Keeps pods with lasting names and claims, one an ordinal.
///
/// - Order: makes from the lowest ordinal up and removes from the highest down, one at a time unless the set is parallel.
/// - Source: kube-controller-manager `statefulset` of Kubernetes 1.36.
package struct StatefulSetController: Controller {
    package let name = "statefulset-controller"
    package let interests: [GroupResource] = [.statefulSets, .pods, .persistentVolumeClaims, .controllerRevisions]
    private var orphanPods = OrphanIndex()
    private var orphanRevisions = OrphanIndex()

    static let podTag = 21
    static let claimTag = 22

    package init() {}

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        switch event.key.resource {
        case .statefulSets: return ownKey(event)
        case .pods:
            orphanPods.note(event)
            var keys: [(key: ObjectKey, after: Duration)] = []
            for state in [event.object, event.old] {
                guard let reference = state?.controllerReference, reference["kind"]?.stringValue == "StatefulSet" else { continue }
                let key = ObjectKey(.statefulSets, namespace: event.key.namespace, name: reference["name"]?.stringValue ?? "")
                if !keys.contains(where: { $0.key == key }) { keys.append((key, .zero)) }
            }
            if let key = keys.first?.key, event.object.isPodReady, event.old?.isPodReady == false, let set = view.get(key), set.minReadySeconds > 0 {
                keys.append((key, .seconds(set.minReadySeconds + 1)))
            }
            if event.change != .deleted, event.object.controllerReference == nil {
                for set in view.list(.statefulSets, namespace: event.key.namespace)
                where CompiledSelector(set["spec"]?["selector"]).matches(event.object) {
                    keys.append((ObjectKey(.statefulSets, namespace: set.namespace, name: set.name), .zero))
                }
            }
            return keys
        case .controllerRevisions:
            orphanRevisions.note(event)
            // Adopted: the pass that waited for it goes on.
            guard event.old?.controllerReference == nil, event.change == .modified, let reference = event.object.controllerReference,
                reference["kind"]?.stringValue == "StatefulSet"
            else { return [] }
            return [(ObjectKey(.statefulSets, namespace: event.key.namespace, name: reference["name"]?.stringValue ?? ""), .zero)]
        default: return []
        }
    }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let set = view.get(key) else { return .done }
        let selector = CompiledSelector(set["spec"]?["selector"])
        let revisions = Claim(
            owner: set, apiVersion: "apps/v1", kind: "StatefulSet", selector: selector, resource: .controllerRevisions, controlled: [],
            orphans: orphanRevisions.orphans(.controllerRevisions, namespace: key.namespace, in: view))
        if revisions.isChanging { return revisions.plan }
        let claim = Claim(
            owner: set, apiVersion: "apps/v1", kind: "StatefulSet", selector: selector, resource: .pods,
            controlled: view.controlled(.pods, by: set.uid), orphans: orphanPods.orphans(.pods, namespace: key.namespace, in: view),
            isCandidate: { StatefulIdentity.parent(of: $0.name) == set.name })
        if claim.isChanging { return claim.plan }
        var pass = StatefulPass(set: set, pods: claim.owned, view: view)
        return pass.run()
    }

    package mutating func completed(
        _ action: PlannedAction, result: Result<Value, APIStatus>, for key: ObjectKey, in view: ClusterView
    ) -> [PlannedAction] {
        guard let set = view.get(key) else { return [] }
        let draft: EventDraft
        switch (action.tag, action.write, result) {
        case (Self.podTag, .create(_, let pod), .success):
            draft = EventDraft(object: set, type: .normal, reason: "SuccessfulCreate", message: "Create Pod \(pod.name) in StatefulSet \(set.name) successful")
        case (Self.podTag, .create(_, let pod), .failure(let status)):
            if status.isAlreadyExists || status.isNamespaceTerminating { return [] }
            draft = EventDraft(
                object: set, type: .warning, reason: "FailedCreate",
                message: "Create Pod \(pod.name) in StatefulSet \(set.name) failed error: \(status.message)")
        case (Self.podTag, .delete(let pod, _, _, _), .success):
            draft = EventDraft(object: set, type: .normal, reason: "SuccessfulDelete", message: "Delete Pod \(pod.name) in StatefulSet \(set.name) successful")
        case (Self.podTag, .delete(let pod, _, _, _), .failure(let status)):
            draft = EventDraft(
                object: set, type: .warning, reason: "FailedDelete",
                message: "Delete Pod \(pod.name) in StatefulSet \(set.name) failed error: \(status.message)")
        case (Self.claimTag, .create(_, let claim), .success):
            let pod = StatefulIdentity.podName(ofClaim: claim.name, set: set)
            draft = EventDraft(
                object: set, type: .normal, reason: "SuccessfulCreate",
                message: "Create Claim \(claim.name) Pod \(pod) in StatefulSet \(set.name) success")
        case (Self.claimTag, .create(_, let claim), .failure(let status)):
            if status.isAlreadyExists { return [] }
            // Told of the claim, and of the pod that is not made without it.
            let pod = StatefulIdentity.podName(ofClaim: claim.name, set: set)
            let told = [
                "Create Claim \(claim.name) for Pod \(pod) in StatefulSet \(set.name) failed error: \(status.message)",
                "Create Pod \(pod) in StatefulSet \(set.name) failed error: failed to create PVC \(claim.name): \(status.message)",
            ]
            return told.map {
                PlannedAction(
                    write: .event(EventDraft(object: set, type: .warning, reason: "FailedCreate", message: $0)), ifRefused: .ignore)
            }
        default: return []
        }
        return [PlannedAction(write: .event(draft), ifRefused: .ignore)]
    }
}
