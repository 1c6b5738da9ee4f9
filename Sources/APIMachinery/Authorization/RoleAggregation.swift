import KubernetesObjects

/// The rules that aggregated cluster roles take from others.
package enum RoleAggregation {
    /// The rules of a ClusterRole with an `aggregationRule`; nil when it has none.
    ///
    /// - Order: roles by name for each selector, each rule once.
    package static func rules(for role: Value, in store: Store) -> [Value]? {
        guard let selectors = role["aggregationRule"]?.list("clusterRoleSelectors"), !selectors.isEmpty else { return nil }
        var result: [Value] = []
        for selector in selectors {
            for other in store.list(.clusterRoles)
            where other.name != role.name && LabelSelectorValidation.matches(selector, other.labels) {
                for rule in other.list("rules") where !result.contains(rule) { result.append(rule) }
            }
        }
        return result
    }
}
