import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// Fills ClusterRoles that collect the rules of others.
///
/// - Order: rules of the collected roles by role name, each rule once.
/// - Source: kube-controller-manager `clusterroleaggregation`.
package struct RoleAggregationController: Controller {
    package let name = "clusterrole-aggregation-controller"
    package let interests: [GroupResource] = [.clusterRoles]
    /// It may write rules that it does not have itself.
    package var user: UserInfo { .apiServer }

    /// The roles that collect rules.
    private var collecting: Set<ObjectKey> = []

    package init() {}

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.change != .deleted, event.object["aggregationRule"]?.isNull == false {
            collecting.insert(event.key)
        } else {
            collecting.remove(event.key)
        }
        return collecting.sorted { $0.name < $1.name }.map { ($0, .zero) }
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let role = view.get(key), let selectors = role["aggregationRule"]?["clusterRoleSelectors"]?.elements else { return .done }
        let compiled = selectors.map { CompiledSelector($0) }
        var rules: [Value] = []
        for other in view.list(.clusterRoles) where other.name != key.name && compiled.contains(where: { $0.matches(other) }) {
            for rule in other["rules"]?.elements ?? [] where !rules.contains(rule) { rules.append(rule) }
        }
        if rules == (role["rules"]?.elements ?? []) { return .done }
        var plan = Plan()
        plan.add(.patch(key, .merge, ["rules": rules.isEmpty ? .null : .array(rules)]), ifRefused: .continuing)
        return plan
    }
}
