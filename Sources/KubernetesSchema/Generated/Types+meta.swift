// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let metaTypes: StaticString = #"""
v1.APIGroup kind=v1/APIGroup
 apiVersion string
 kind string
 name string required
 preferredVersion meta.v1.GroupVersionForDiscovery
 serverAddressByClientCIDRs []meta.v1.ServerAddressByClientCIDR list=atomic
 versions []meta.v1.GroupVersionForDiscovery required list=atomic
v1.APIGroupList kind=v1/APIGroupList
 apiVersion string
 groups []meta.v1.APIGroup required list=atomic
 kind string
v1.APIResource
 categories []string list=atomic
 group string
 kind string required
 name string required
 namespaced bool required
 shortNames []string list=atomic
 singularName string required
 storageVersionHash string
 verbs []string required
 version string
v1.APIResourceList kind=v1/APIResourceList
 apiVersion string
 groupVersion string required
 kind string
 resources []meta.v1.APIResource required list=atomic
v1.APIVersions kind=v1/APIVersions
 apiVersion string
 kind string
 serverAddressByClientCIDRs []meta.v1.ServerAddressByClientCIDR required list=atomic
 versions []string required list=atomic
v1.Condition
 lastTransitionTime Time required
 message string required
 observedGeneration int64
 reason string required
 status string required
 type string required
v1.DeleteOptions kind=*
 apiVersion string
 dryRun []string list=atomic
 gracePeriodSeconds int64
 ignoreStoreReadErrorWithClusterBreakingPotential bool
 kind string
 orphanDependents bool
 preconditions meta.v1.Preconditions
 propagationPolicy string
v1.FieldSelectorRequirement
 key string required
 operator string required
 values []string list=atomic
v1.GroupResource
 group string required
 resource string required
v1.GroupVersionForDiscovery
 groupVersion string required
 version string required
v1.LabelSelector atomic
 matchExpressions []meta.v1.LabelSelectorRequirement list=atomic
 matchLabels map:string
v1.LabelSelectorRequirement
 key string required
 operator string required
 values []string list=atomic
v1.ListMeta
 continue string
 remainingItemCount int64
 resourceVersion string
 selfLink string
 shardInfo meta.v1.ShardInfo
v1.ManagedFieldsEntry
 apiVersion string
 fieldsType string
 fieldsV1 Fields
 manager string
 operation string
 subresource string
 time Time
v1.ObjectMeta
 annotations map:string
 creationTimestamp Time
 deletionGracePeriodSeconds int64
 deletionTimestamp Time
 finalizers []string list=set patch=merge
 generateName string
 generation int64
 labels map:string
 managedFields []meta.v1.ManagedFieldsEntry list=atomic
 name string
 namespace string
 ownerReferences []meta.v1.OwnerReference list=map(uid) patch=merge(uid)
 resourceVersion string
 selfLink string
 uid string
v1.OwnerReference atomic
 apiVersion string required
 blockOwnerDeletion bool
 controller bool
 kind string required
 name string required
 uid string required
v1.Preconditions
 resourceVersion string
 uid string
v1.ServerAddressByClientCIDR
 clientCIDR string required
 serverAddress string required
v1.ShardInfo
 selector string required
v1.Status kind=v1/Status
 apiVersion string
 code int32
 details meta.v1.StatusDetails
 kind string
 message string
 metadata meta.v1.ListMeta
 reason string
 status string
v1.StatusCause
 field string
 message string
 reason string
v1.StatusDetails
 causes []meta.v1.StatusCause list=atomic
 group string
 kind string
 name string
 retryAfterSeconds int32
 uid string
v1.WatchEvent kind=*
 object Object required
 type string required

"""#
}
