// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let policyTypes: StaticString = #"""
v1.Eviction kind=policy/v1/Eviction
 apiVersion string
 deleteOptions meta.v1.DeleteOptions
 kind string
 metadata meta.v1.ObjectMeta
v1.PodDisruptionBudget kind=policy/v1/PodDisruptionBudget
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec policy.v1.PodDisruptionBudgetSpec
 status policy.v1.PodDisruptionBudgetStatus
v1.PodDisruptionBudgetList kind=policy/v1/PodDisruptionBudgetList
 apiVersion string
 items []policy.v1.PodDisruptionBudget required
 kind string
 metadata meta.v1.ListMeta
v1.PodDisruptionBudgetSpec
 maxUnavailable IntOrString
 minAvailable IntOrString
 selector meta.v1.LabelSelector patch=replace
 unhealthyPodEvictionPolicy string
v1.PodDisruptionBudgetStatus
 conditions []meta.v1.Condition list=map(type) patch=merge(type)
 currentHealthy int32
 desiredHealthy int32
 disruptedPods map:Time
 disruptionsAllowed int32
 expectedPods int32
 observedGeneration int64

"""#
}
