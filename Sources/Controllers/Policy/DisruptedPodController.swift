import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// Takes back an announced disruption of a pod that did not come, and says when a pod has more than one budget.
///
/// - Source: the part of kube-controller-manager `disruption` of Kubernetes 1.36 that works on pods: `syncStalePodDisruption`
///   and `getPdbForPod`.
package struct DisruptedPodController: Controller {
    package let name = "disrupted-pod-controller"
    package var user: UserInfo { .controller("disruption-controller") }
    package let interests: [GroupResource] = [.pods]
    /// Most pods that carry the condition are gone soon: nothing waits for the others.
    package let isPeriodic = true

    /// How long a pod may carry the condition DisruptionTarget without being deleted.
    static let staleAfter = Duration.seconds(120)

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.change == .deleted { return [] }
        if !event.isInitial {
            if view.store.count(.podDisruptionBudgets, namespace: event.key.namespace) > 1, event.old?.labels != event.object.labels { return ownKey(event) }
            // A new pod has no conditions that matter here.
            if event.change == .added { return [] }
        }
        return Self.recheck(event.object, now: view.now).map { [(event.key, $0)] } ?? []
    }

    /// When a pod is to be looked at because of its condition; nil when it has none.
    private static func recheck(_ pod: Value, now: Instant) -> Duration? {
        guard !pod.isBeingDeleted, let condition = pod.condition("DisruptionTarget"), condition["status"]?.stringValue == "True", !pod.isPodTerminal,
            let since = condition["lastTransitionTime"]?.stringValue.flatMap({ Instant(rfc3339: $0) })
        else { return nil }
        return max(since + staleAfter - now, .zero)
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let pod = view.get(key) else { return .done }
        var plan = Plan()
        let budgets = view.list(.podDisruptionBudgets, namespace: pod.namespace).filter { CompiledSelector($0["spec"]?["selector"]).matches(pod) }
        if budgets.count > 1 {
            var draft = EventDraft(
                object: pod, type: .warning, reason: "MultiplePodDisruptionBudgets",
                message: "Pod \"\(pod.namespace)\"/\"\(pod.name)\" matches multiple PodDisruptionBudgets.  Chose \"\(budgets[0].name)\" arbitrarily.")
            draft.component = "controllermanager"
            plan.add(.event(draft), ifRefused: .ignore)
        }
        guard let left = Self.recheck(pod, now: view.now) else { return plan }
        if left > .zero {
            plan.requeueAfter = left
            return plan
        }
        var condition: Value = ["type": "DisruptionTarget", "status": "False", "lastProbeTime": .null, "lastTransitionTime": .string(view.now.rfc3339)]
        if pod.generation > 0 { condition["observedGeneration"] = Value(pod.generation) }
        var list = pod["status"]?["conditions"]?.elements ?? []
        if let index = list.firstIndex(where: { $0["type"]?.stringValue == "DisruptionTarget" }) { list[index] = condition }
        var next = pod
        next["status", default: [:]]["conditions"] = .array(list)
        plan.add(.updateStatus(.pods, next), ifRefused: .continuing)
        return plan
    }
}
