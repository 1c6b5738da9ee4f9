extension FieldTables {
    /// PodDisruptionBudgets.
    static let policy: StaticString = #"""
v1.PodDisruptionBudgetSpec
 pointer unhealthyPodEvictionPolicy
 named unhealthyPodEvictionPolicy UnhealthyPodEvictionPolicyType AlwaysAllow|IfHealthyBudget
v1.PodDisruptionBudgetStatus
 plain observedGeneration
 written currentHealthy desiredHealthy disruptionsAllowed expectedPods

"""#
}
