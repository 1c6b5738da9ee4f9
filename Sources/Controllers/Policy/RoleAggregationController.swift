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

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        view.list(.clusterRoles).filter { $0["aggregationRule"]?.isNull == false }.map { (ObjectKey(.clusterRoles, name: $0.name), .zero) }
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
