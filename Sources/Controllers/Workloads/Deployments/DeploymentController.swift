import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// Rolls the pods of a Deployment from one template to the next by scaling its ReplicaSets.
///
/// - Order: the new ReplicaSet grows before old ones shrink; old ones shrink oldest first, unhealthy pods before healthy.
/// - Bounds: never more than `replicas + maxSurge` pods asked for, never fewer than `replicas - maxUnavailable` available by its own doing.
/// - Source: kube-controller-manager `deployment` of Kubernetes 1.36. Differs: several status writes of one pass are one;
///   the long deprecated rollback annotation is not read.
package struct DeploymentController: Controller {
    package let name = "deployment-controller"
    package let interests: [GroupResource] = [.deployments, .replicaSets, .pods]
    private var orphanSets = OrphanIndex()

    static let createSetTag = 11

    package init() {}

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        switch event.key.resource {
        case .deployments: return ownKey(event)
        case .replicaSets:
            orphanSets.note(event)
            return keys(forSet: event, in: view)
        case .pods where event.change == .deleted:
            // A Deployment with strategy Recreate waits for the last old pod to go.
            guard let key = Self.deployment(ofPod: event.object, in: view), let deployment = view.get(key),
                deployment["spec", "strategy", "type"]?.stringValue == "Recreate"
            else { return [] }
            return [(key, .zero)]
        default: return []
        }
    }

    private func keys(forSet event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        var keys: [(key: ObjectKey, after: Duration)] = []
        for state in [event.object, event.old] {
            guard let reference = state?.controllerReference, reference["kind"]?.stringValue == "Deployment" else { continue }
            let key = ObjectKey(.deployments, namespace: event.key.namespace, name: reference["name"]?.stringValue ?? "")
            if !keys.contains(where: { $0.key == key }) { keys.append((key, .zero)) }
        }
        if event.change != .deleted, event.object.controllerReference == nil {
            for deployment in view.list(.deployments, namespace: event.key.namespace)
            where CompiledSelector(deployment["spec", "selector"]).matches(event.object) {
                keys.append((ObjectKey(.deployments, namespace: event.key.namespace, name: deployment.name), .zero))
            }
        }
        return keys
    }

    static func deployment(ofPod pod: Value, in view: ClusterView) -> ObjectKey? {
        guard let owner = pod.controllerReference, owner["kind"]?.stringValue == "ReplicaSet", let name = owner["name"]?.stringValue,
            let set = view.get(.replicaSets, namespace: pod.namespace, name: name), set.uid == owner["uid"]?.stringValue,
            let top = set.controllerReference, top["kind"]?.stringValue == "Deployment", let topName = top["name"]?.stringValue
        else { return nil }
        return ObjectKey(.deployments, namespace: pod.namespace, name: topName)
    }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let deployment = view.get(key) else { return .done }
        let selector = CompiledSelector(deployment["spec", "selector"])
        if selector.isEmpty { return Self.refuseToSelectEverything(deployment) }
        let claim = Claim(
            owner: deployment, apiVersion: "apps/v1", kind: "Deployment", selector: selector, resource: .replicaSets,
            controlled: view.controlled(.replicaSets, by: deployment.uid),
            orphans: orphanSets.orphans(.replicaSets, namespace: key.namespace, in: view))
        if claim.isChanging { return claim.plan }
        var rollout = Rollout(deployment: deployment, sets: claim.owned, now: view.now)
        rollout.run { Self.hasRunningPods(of: claim.owned, besides: $0, in: view) }
        return rollout.finished()
    }

    private static func refuseToSelectEverything(_ deployment: Value) -> Plan {
        var plan = Plan()
        plan.event(
            on: deployment, type: .warning, reason: "SelectingAll",
            message: "This deployment is selecting all pods. A non-empty selector is required.")
        if deployment.statusInt("observedGeneration") < deployment.generation {
            var next = deployment
            next["status", default: [:]]["observedGeneration"] = Value(deployment.generation)
            plan.add(.updateStatus(.deployments, next))
        }
        return plan
    }

    /// Whether pods of other ReplicaSets than `newUID` are not finished yet.
    private static func hasRunningPods(of sets: [Value], besides newUID: String?, in view: ClusterView) -> Bool {
        for set in sets where set.uid != newUID {
            if set.statusInt("replicas") > 0 { return true }
            if view.controlled(.pods, by: set.uid).contains(where: { !$0.isPodTerminal }) { return true }
        }
        return false
    }

    package mutating func completed(
        _ action: PlannedAction, result: Result<Value, APIStatus>, for key: ObjectKey, in view: ClusterView
    ) -> [PlannedAction] {
        guard action.tag == Self.createSetTag, case .create(_, let wanted) = action.write, case .failure(let status) = result,
            var deployment = view.get(key)
        else { return [] }
        if status.isAlreadyExists {
            if let existing = view.get(.replicaSets, namespace: key.namespace, name: wanted.name), existing.controllerUID == deployment.uid,
                RolloutTemplates.areEqual(existing["spec", "template"], wanted["spec", "template"])
            {
                return []
            }
            let count = deployment.statusInt("collisionCount")
            deployment["status", default: [:]]["collisionCount"] = Value(count + 1)
            return [PlannedAction(write: .updateStatus(.deployments, deployment), ifRefused: .ignore)]
        }
        if status.isNamespaceTerminating { return [] }
        let message = "Failed to create new replica set \"\(wanted.name)\": \(status.message)"
        var actions: [PlannedAction] = []
        if Rollout.progressDeadline(of: deployment) != nil {
            var conditions = WorkloadConditions(deployment, hasUpdateTime: true, now: view.now)
            conditions.set("Progressing", status: "False", reason: "ReplicaSetCreateError", message: message)
            deployment["status", default: [:]]["conditions"] = conditions.value
            actions.append(PlannedAction(write: .updateStatus(.deployments, deployment), ifRefused: .ignore))
        }
        let event = EventDraft(object: deployment, type: .warning, reason: "ReplicaSetCreateError", message: message)
        return actions + [PlannedAction(write: .event(event), ifRefused: .ignore)]
    }
}
