// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let schedulingTypes: StaticString = #"""
v1.PriorityClass kind=scheduling.k8s.io/v1/PriorityClass
 apiVersion string
 description string
 globalDefault bool
 kind string
 metadata meta.v1.ObjectMeta
 preemptionPolicy string
 value int32
v1.PriorityClassList kind=scheduling.k8s.io/v1/PriorityClassList
 apiVersion string
 items []scheduling.v1.PriorityClass required
 kind string
 metadata meta.v1.ListMeta
v1alpha2.BasicSchedulingPolicy
v1alpha2.GangSchedulingPolicy
 minCount int32 required
v1alpha2.PodGroup kind=scheduling.k8s.io/v1alpha2/PodGroup
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec scheduling.v1alpha2.PodGroupSpec required
 status scheduling.v1alpha2.PodGroupStatus
v1alpha2.PodGroupList kind=scheduling.k8s.io/v1alpha2/PodGroupList
 apiVersion string
 items []scheduling.v1alpha2.PodGroup required
 kind string
 metadata meta.v1.ListMeta
v1alpha2.PodGroupResourceClaim
 name string required
 resourceClaimName string
 resourceClaimTemplateName string
v1alpha2.PodGroupResourceClaimStatus
 name string required
 resourceClaimName string
v1alpha2.PodGroupSchedulingConstraints
 topology []scheduling.v1alpha2.TopologyConstraint list=atomic
v1alpha2.PodGroupSchedulingPolicy
 basic scheduling.v1alpha2.BasicSchedulingPolicy
 gang scheduling.v1alpha2.GangSchedulingPolicy
v1alpha2.PodGroupSpec
 disruptionMode string
 podGroupTemplateRef scheduling.v1alpha2.PodGroupTemplateReference
 priority int32
 priorityClassName string
 resourceClaims []scheduling.v1alpha2.PodGroupResourceClaim list=map(name) patch=merge,retainKeys(name)
 schedulingConstraints scheduling.v1alpha2.PodGroupSchedulingConstraints
 schedulingPolicy scheduling.v1alpha2.PodGroupSchedulingPolicy required
v1alpha2.PodGroupStatus
 conditions []meta.v1.Condition list=map(type) patch=merge(type)
 resourceClaimStatuses []scheduling.v1alpha2.PodGroupResourceClaimStatus list=map(name) patch=merge,retainKeys(name)
v1alpha2.PodGroupTemplate
 disruptionMode string
 name string required
 priority int32
 priorityClassName string
 resourceClaims []scheduling.v1alpha2.PodGroupResourceClaim list=map(name) patch=merge,retainKeys(name)
 schedulingConstraints scheduling.v1alpha2.PodGroupSchedulingConstraints
 schedulingPolicy scheduling.v1alpha2.PodGroupSchedulingPolicy required
v1alpha2.PodGroupTemplateReference
 workload scheduling.v1alpha2.WorkloadPodGroupTemplateReference
v1alpha2.TopologyConstraint
 key string required
v1alpha2.TypedLocalObjectReference
 apiGroup string
 kind string required
 name string required
v1alpha2.Workload kind=scheduling.k8s.io/v1alpha2/Workload
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec scheduling.v1alpha2.WorkloadSpec required
v1alpha2.WorkloadList kind=scheduling.k8s.io/v1alpha2/WorkloadList
 apiVersion string
 items []scheduling.v1alpha2.Workload required
 kind string
 metadata meta.v1.ListMeta
v1alpha2.WorkloadPodGroupTemplateReference
 podGroupTemplateName string required
 workloadName string required
v1alpha2.WorkloadSpec
 controllerRef scheduling.v1alpha2.TypedLocalObjectReference
 podGroupTemplates []scheduling.v1alpha2.PodGroupTemplate required list=map(name)

"""#
}
