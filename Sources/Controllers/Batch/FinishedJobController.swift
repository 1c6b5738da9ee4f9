import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Deletes Jobs some time after they have finished.
///
/// - Source: kube-controller-manager `ttlafterfinished`.
package struct FinishedJobController: Controller {
    package let name = "ttl-after-finished-controller"
    package let interests: [GroupResource] = [.jobs]

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        event.change != .deleted && event.object.specInt("ttlSecondsAfterFinished") != nil ? ownKey(event) : []
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let job = view.get(key), !job.isBeingDeleted, let seconds = job.specInt("ttlSecondsAfterFinished"), JobPass.isFinished(job) else { return .done }
        let condition = job.isConditionTrue("Complete") ? job.condition("Complete") : job.condition("Failed")
        guard let finished = condition?["lastTransitionTime"]?.stringValue.flatMap({ Instant(rfc3339: $0) }) else { return .done }
        var plan = Plan()
        let left = finished + .seconds(max(0, seconds)) - view.now
        if left > .zero {
            plan.requeueAfter = left
        } else {
            plan.add(.delete(key, uid: job.uid, propagation: .foreground), ifRefused: .continuing)
        }
        return plan
    }
}
