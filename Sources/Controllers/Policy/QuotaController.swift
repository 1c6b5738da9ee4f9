import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Writes into ResourceQuotas what a namespace uses of them.
///
/// - Source: kube-controller-manager `resourcequota`. Differs: recounts at every change of a counted object.
package struct QuotaController: Controller {
    package let name = "resourcequota-controller"
    package let interests: [GroupResource] = [.everything]

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .resourceQuotas, event.change == .deleted { return [] }
        let namespace = event.key.namespace
        if namespace.isEmpty || event.key.resource == .events || view.store.count(.resourceQuotas, namespace: namespace) == 0 { return [] }
        if event.change == .modified, let old = event.old, old["spec"] == event.object["spec"], old.podPhase == event.object.podPhase,
            old.isBeingDeleted == event.object.isBeingDeleted
        {
            return []
        }
        return view.list(.resourceQuotas, namespace: namespace).map { (ObjectKey(.resourceQuotas, namespace: namespace, name: $0.name), .zero) }
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let quota = view.get(key), let hard = quota["spec"]?["hard"] else { return .done }
        let used = Value.object(QuotaEvaluator.used(of: quota, in: view.store, now: view.now))
        if quota["status"]?["hard"] == hard, quota["status"]?["used"] == used { return .done }
        var next = quota
        next["status"] = ["hard": hard, "used": used]
        var plan = Plan()
        plan.add(.updateStatus(.resourceQuotas, next), ifRefused: .continuing)
        return plan
    }
}
