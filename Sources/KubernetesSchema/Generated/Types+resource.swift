// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let resourceTypes: StaticString = #"""
v1.AllocatedDeviceStatus
 conditions []meta.v1.Condition list=map(type)
 data Object
 device string required
 driver string required
 networkData resource.v1.NetworkDeviceData
 pool string required
 shareID string
v1.AllocationResult
 allocationTimestamp Time
 devices resource.v1.DeviceAllocationResult
 nodeSelector core.v1.NodeSelector
v1.CELDeviceSelector
 expression string required
v1.CapacityRequestPolicy
 default Quantity
 validRange resource.v1.CapacityRequestPolicyRange
 validValues []Quantity list=atomic
v1.CapacityRequestPolicyRange
 max Quantity
 min Quantity required
 step Quantity
v1.CapacityRequirements
 requests map:Quantity
v1.Counter
 value Quantity required
v1.CounterSet
 counters map:resource.v1.Counter required
 name string required
v1.Device
 allNodes bool
 allowMultipleAllocations bool
 attributes map:resource.v1.DeviceAttribute
 bindingConditions []string list=atomic
 bindingFailureConditions []string list=atomic
 bindsToNode bool
 capacity map:resource.v1.DeviceCapacity
 consumesCounters []resource.v1.DeviceCounterConsumption list=atomic
 name string required
 nodeAllocatableResourceMappings map:resource.v1.NodeAllocatableResourceMapping
 nodeName string
 nodeSelector core.v1.NodeSelector
 taints []resource.v1.DeviceTaint list=atomic
v1.DeviceAllocationConfiguration
 opaque resource.v1.OpaqueDeviceConfiguration
 requests []string list=atomic
 source string required
v1.DeviceAllocationResult
 config []resource.v1.DeviceAllocationConfiguration list=atomic
 results []resource.v1.DeviceRequestAllocationResult list=atomic
v1.DeviceAttribute
 bool bool
 bools []bool list=atomic
 int int64
 ints []int64 list=atomic
 string string
 strings []string list=atomic
 version string
 versions []string list=atomic
v1.DeviceCapacity
 requestPolicy resource.v1.CapacityRequestPolicy
 value Quantity required
v1.DeviceClaim
 config []resource.v1.DeviceClaimConfiguration list=atomic
 constraints []resource.v1.DeviceConstraint list=atomic
 requests []resource.v1.DeviceRequest list=atomic
v1.DeviceClaimConfiguration
 opaque resource.v1.OpaqueDeviceConfiguration
 requests []string list=atomic
v1.DeviceClass kind=resource.k8s.io/v1/DeviceClass
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec resource.v1.DeviceClassSpec required
v1.DeviceClassConfiguration
 opaque resource.v1.OpaqueDeviceConfiguration
v1.DeviceClassList kind=resource.k8s.io/v1/DeviceClassList
 apiVersion string
 items []resource.v1.DeviceClass required
 kind string
 metadata meta.v1.ListMeta
v1.DeviceClassSpec
 config []resource.v1.DeviceClassConfiguration list=atomic
 extendedResourceName string
 selectors []resource.v1.DeviceSelector list=atomic
v1.DeviceConstraint
 distinctAttribute string
 matchAttribute string
 requests []string list=atomic
v1.DeviceCounterConsumption
 counterSet string required
 counters map:resource.v1.Counter required
v1.DeviceRequest
 exactly resource.v1.ExactDeviceRequest
 firstAvailable []resource.v1.DeviceSubRequest list=atomic
 name string required
v1.DeviceRequestAllocationResult
 adminAccess bool
 bindingConditions []string list=atomic
 bindingFailureConditions []string list=atomic
 consumedCapacity map:Quantity
 device string required
 driver string required
 pool string required
 request string required
 shareID string
 tolerations []resource.v1.DeviceToleration list=atomic
v1.DeviceSelector
 cel resource.v1.CELDeviceSelector
v1.DeviceSubRequest
 allocationMode string
 capacity resource.v1.CapacityRequirements
 count int64
 deviceClassName string required
 name string required
 selectors []resource.v1.DeviceSelector list=atomic
 tolerations []resource.v1.DeviceToleration list=atomic
v1.DeviceTaint
 effect string required
 key string required
 timeAdded Time
 value string
v1.DeviceToleration
 effect string
 key string
 operator string
 tolerationSeconds int64
 value string
v1.ExactDeviceRequest
 adminAccess bool
 allocationMode string
 capacity resource.v1.CapacityRequirements
 count int64
 deviceClassName string required
 selectors []resource.v1.DeviceSelector list=atomic
 tolerations []resource.v1.DeviceToleration list=atomic
v1.NetworkDeviceData
 hardwareAddress string
 interfaceName string
 ips []string list=atomic
v1.NodeAllocatableResourceMapping
 allocationMultiplier Quantity
 capacityKey string
v1.OpaqueDeviceConfiguration
 driver string required
 parameters Object required
v1.ResourceClaim kind=resource.k8s.io/v1/ResourceClaim
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec resource.v1.ResourceClaimSpec required
 status resource.v1.ResourceClaimStatus
v1.ResourceClaimConsumerReference
 apiGroup string
 name string required
 resource string required
 uid string required
v1.ResourceClaimList kind=resource.k8s.io/v1/ResourceClaimList
 apiVersion string
 items []resource.v1.ResourceClaim required
 kind string
 metadata meta.v1.ListMeta
v1.ResourceClaimSpec
 devices resource.v1.DeviceClaim
v1.ResourceClaimStatus
 allocation resource.v1.AllocationResult
 devices []resource.v1.AllocatedDeviceStatus list=map(driver,device,pool,shareID)
 reservedFor []resource.v1.ResourceClaimConsumerReference list=map(uid) patch=merge(uid)
v1.ResourceClaimTemplate kind=resource.k8s.io/v1/ResourceClaimTemplate
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec resource.v1.ResourceClaimTemplateSpec required
v1.ResourceClaimTemplateList kind=resource.k8s.io/v1/ResourceClaimTemplateList
 apiVersion string
 items []resource.v1.ResourceClaimTemplate required
 kind string
 metadata meta.v1.ListMeta
v1.ResourceClaimTemplateSpec
 metadata meta.v1.ObjectMeta
 spec resource.v1.ResourceClaimSpec required
v1.ResourcePool
 generation int64 required
 name string required
 resourceSliceCount int64 required
v1.ResourceSlice kind=resource.k8s.io/v1/ResourceSlice
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec resource.v1.ResourceSliceSpec required
v1.ResourceSliceList kind=resource.k8s.io/v1/ResourceSliceList
 apiVersion string
 items []resource.v1.ResourceSlice required
 kind string
 metadata meta.v1.ListMeta
v1.ResourceSliceSpec
 allNodes bool
 devices []resource.v1.Device list=atomic
 driver string required
 nodeName string
 nodeSelector core.v1.NodeSelector
 perDeviceNodeSelection bool
 pool resource.v1.ResourcePool required
 sharedCounters []resource.v1.CounterSet list=atomic
v1alpha3.DeviceTaint
 effect string required
 key string required
 timeAdded Time
 value string
v1alpha3.DeviceTaintRule kind=resource.k8s.io/v1alpha3/DeviceTaintRule
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec resource.v1alpha3.DeviceTaintRuleSpec required
 status resource.v1alpha3.DeviceTaintRuleStatus
v1alpha3.DeviceTaintRuleList kind=resource.k8s.io/v1alpha3/DeviceTaintRuleList
 apiVersion string
 items []resource.v1alpha3.DeviceTaintRule required
 kind string
 metadata meta.v1.ListMeta
v1alpha3.DeviceTaintRuleSpec
 deviceSelector resource.v1alpha3.DeviceTaintSelector
 taint resource.v1alpha3.DeviceTaint required
v1alpha3.DeviceTaintRuleStatus
 conditions []meta.v1.Condition list=map(type) patch=merge(type)
v1alpha3.DeviceTaintSelector
 device string
 driver string
 pool string
v1alpha3.PoolStatus
 allocatedDevices int32
 availableDevices int32
 driver string required
 generation int64 required
 nodeName string
 poolName string required
 resourceSliceCount int32
 totalDevices int32
 unavailableDevices int32
 validationError string
v1alpha3.ResourcePoolStatusRequest kind=resource.k8s.io/v1alpha3/ResourcePoolStatusRequest
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta required
 spec resource.v1alpha3.ResourcePoolStatusRequestSpec required
 status resource.v1alpha3.ResourcePoolStatusRequestStatus
v1alpha3.ResourcePoolStatusRequestList kind=resource.k8s.io/v1alpha3/ResourcePoolStatusRequestList
 apiVersion string
 items []resource.v1alpha3.ResourcePoolStatusRequest required
 kind string
 metadata meta.v1.ListMeta
v1alpha3.ResourcePoolStatusRequestSpec
 driver string required
 limit int32
 poolName string
v1alpha3.ResourcePoolStatusRequestStatus
 conditions []meta.v1.Condition list=map(type) patch=merge(type)
 poolCount int32 required
 pools []resource.v1alpha3.PoolStatus list=atomic
v1beta1.AllocatedDeviceStatus
 conditions []meta.v1.Condition list=map(type)
 data Object
 device string required
 driver string required
 networkData resource.v1beta1.NetworkDeviceData
 pool string required
 shareID string
v1beta1.AllocationResult
 allocationTimestamp Time
 devices resource.v1beta1.DeviceAllocationResult
 nodeSelector core.v1.NodeSelector
v1beta1.BasicDevice
 allNodes bool
 allowMultipleAllocations bool
 attributes map:resource.v1beta1.DeviceAttribute
 bindingConditions []string list=atomic
 bindingFailureConditions []string list=atomic
 bindsToNode bool
 capacity map:resource.v1beta1.DeviceCapacity
 consumesCounters []resource.v1beta1.DeviceCounterConsumption list=atomic
 nodeAllocatableResourceMappings map:resource.v1beta1.NodeAllocatableResourceMapping
 nodeName string
 nodeSelector core.v1.NodeSelector
 taints []resource.v1beta1.DeviceTaint list=atomic
v1beta1.CELDeviceSelector
 expression string required
v1beta1.CapacityRequestPolicy
 default Quantity
 validRange resource.v1beta1.CapacityRequestPolicyRange
 validValues []Quantity list=atomic
v1beta1.CapacityRequestPolicyRange
 max Quantity
 min Quantity required
 step Quantity
v1beta1.CapacityRequirements
 requests map:Quantity
v1beta1.Counter
 value Quantity required
v1beta1.CounterSet
 counters map:resource.v1beta1.Counter required
 name string required
v1beta1.Device
 basic resource.v1beta1.BasicDevice
 name string required
v1beta1.DeviceAllocationConfiguration
 opaque resource.v1beta1.OpaqueDeviceConfiguration
 requests []string list=atomic
 source string required
v1beta1.DeviceAllocationResult
 config []resource.v1beta1.DeviceAllocationConfiguration list=atomic
 results []resource.v1beta1.DeviceRequestAllocationResult list=atomic
v1beta1.DeviceAttribute
 bool bool
 bools []bool list=atomic
 int int64
 ints []int64 list=atomic
 string string
 strings []string list=atomic
 version string
 versions []string list=atomic
v1beta1.DeviceCapacity
 requestPolicy resource.v1beta1.CapacityRequestPolicy
 value Quantity required
v1beta1.DeviceClaim
 config []resource.v1beta1.DeviceClaimConfiguration list=atomic
 constraints []resource.v1beta1.DeviceConstraint list=atomic
 requests []resource.v1beta1.DeviceRequest list=atomic
v1beta1.DeviceClaimConfiguration
 opaque resource.v1beta1.OpaqueDeviceConfiguration
 requests []string list=atomic
v1beta1.DeviceClass kind=resource.k8s.io/v1beta1/DeviceClass
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec resource.v1beta1.DeviceClassSpec required
v1beta1.DeviceClassConfiguration
 opaque resource.v1beta1.OpaqueDeviceConfiguration
v1beta1.DeviceClassList kind=resource.k8s.io/v1beta1/DeviceClassList
 apiVersion string
 items []resource.v1beta1.DeviceClass required
 kind string
 metadata meta.v1.ListMeta
v1beta1.DeviceClassSpec
 config []resource.v1beta1.DeviceClassConfiguration list=atomic
 extendedResourceName string
 selectors []resource.v1beta1.DeviceSelector list=atomic
v1beta1.DeviceConstraint
 distinctAttribute string
 matchAttribute string
 requests []string list=atomic
v1beta1.DeviceCounterConsumption
 counterSet string required
 counters map:resource.v1beta1.Counter required
v1beta1.DeviceRequest
 adminAccess bool
 allocationMode string
 capacity resource.v1beta1.CapacityRequirements
 count int64
 deviceClassName string
 firstAvailable []resource.v1beta1.DeviceSubRequest list=atomic
 name string required
 selectors []resource.v1beta1.DeviceSelector list=atomic
 tolerations []resource.v1beta1.DeviceToleration list=atomic
v1beta1.DeviceRequestAllocationResult
 adminAccess bool
 bindingConditions []string list=atomic
 bindingFailureConditions []string list=atomic
 consumedCapacity map:Quantity
 device string required
 driver string required
 pool string required
 request string required
 shareID string
 tolerations []resource.v1beta1.DeviceToleration list=atomic
v1beta1.DeviceSelector
 cel resource.v1beta1.CELDeviceSelector
v1beta1.DeviceSubRequest
 allocationMode string
 capacity resource.v1beta1.CapacityRequirements
 count int64
 deviceClassName string required
 name string required
 selectors []resource.v1beta1.DeviceSelector list=atomic
 tolerations []resource.v1beta1.DeviceToleration list=atomic
v1beta1.DeviceTaint
 effect string required
 key string required
 timeAdded Time
 value string
v1beta1.DeviceToleration
 effect string
 key string
 operator string
 tolerationSeconds int64
 value string
v1beta1.NetworkDeviceData
 hardwareAddress string
 interfaceName string
 ips []string list=atomic
v1beta1.NodeAllocatableResourceMapping
 allocationMultiplier Quantity
 capacityKey string
v1beta1.OpaqueDeviceConfiguration
 driver string required
 parameters Object required
v1beta1.ResourceClaim kind=resource.k8s.io/v1beta1/ResourceClaim
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec resource.v1beta1.ResourceClaimSpec required
 status resource.v1beta1.ResourceClaimStatus
v1beta1.ResourceClaimConsumerReference
 apiGroup string
 name string required
 resource string required
 uid string required
v1beta1.ResourceClaimList kind=resource.k8s.io/v1beta1/ResourceClaimList
 apiVersion string
 items []resource.v1beta1.ResourceClaim required
 kind string
 metadata meta.v1.ListMeta
v1beta1.ResourceClaimSpec
 devices resource.v1beta1.DeviceClaim
v1beta1.ResourceClaimStatus
 allocation resource.v1beta1.AllocationResult
 devices []resource.v1beta1.AllocatedDeviceStatus list=map(driver,device,pool,shareID)
 reservedFor []resource.v1beta1.ResourceClaimConsumerReference list=map(uid) patch=merge(uid)
v1beta1.ResourceClaimTemplate kind=resource.k8s.io/v1beta1/ResourceClaimTemplate
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec resource.v1beta1.ResourceClaimTemplateSpec required
v1beta1.ResourceClaimTemplateList kind=resource.k8s.io/v1beta1/ResourceClaimTemplateList
 apiVersion string
 items []resource.v1beta1.ResourceClaimTemplate required
 kind string
 metadata meta.v1.ListMeta
v1beta1.ResourceClaimTemplateSpec
 metadata meta.v1.ObjectMeta
 spec resource.v1beta1.ResourceClaimSpec required
v1beta1.ResourcePool
 generation int64 required
 name string required
 resourceSliceCount int64 required
v1beta1.ResourceSlice kind=resource.k8s.io/v1beta1/ResourceSlice
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec resource.v1beta1.ResourceSliceSpec required
v1beta1.ResourceSliceList kind=resource.k8s.io/v1beta1/ResourceSliceList
 apiVersion string
 items []resource.v1beta1.ResourceSlice required
 kind string
 metadata meta.v1.ListMeta
v1beta1.ResourceSliceSpec
 allNodes bool
 devices []resource.v1beta1.Device list=atomic
 driver string required
 nodeName string
 nodeSelector core.v1.NodeSelector
 perDeviceNodeSelection bool
 pool resource.v1beta1.ResourcePool required
 sharedCounters []resource.v1beta1.CounterSet list=atomic
v1beta2.AllocatedDeviceStatus
 conditions []meta.v1.Condition list=map(type)
 data Object
 device string required
 driver string required
 networkData resource.v1beta2.NetworkDeviceData
 pool string required
 shareID string
v1beta2.AllocationResult
 allocationTimestamp Time
 devices resource.v1beta2.DeviceAllocationResult
 nodeSelector core.v1.NodeSelector
v1beta2.CELDeviceSelector
 expression string required
v1beta2.CapacityRequestPolicy
 default Quantity
 validRange resource.v1beta2.CapacityRequestPolicyRange
 validValues []Quantity list=atomic
v1beta2.CapacityRequestPolicyRange
 max Quantity
 min Quantity required
 step Quantity
v1beta2.CapacityRequirements
 requests map:Quantity
v1beta2.Counter
 value Quantity required
v1beta2.CounterSet
 counters map:resource.v1beta2.Counter required
 name string required
v1beta2.Device
 allNodes bool
 allowMultipleAllocations bool
 attributes map:resource.v1beta2.DeviceAttribute
 bindingConditions []string list=atomic
 bindingFailureConditions []string list=atomic
 bindsToNode bool
 capacity map:resource.v1beta2.DeviceCapacity
 consumesCounters []resource.v1beta2.DeviceCounterConsumption list=atomic
 name string required
 nodeAllocatableResourceMappings map:resource.v1beta2.NodeAllocatableResourceMapping
 nodeName string
 nodeSelector core.v1.NodeSelector
 taints []resource.v1beta2.DeviceTaint list=atomic
v1beta2.DeviceAllocationConfiguration
 opaque resource.v1beta2.OpaqueDeviceConfiguration
 requests []string list=atomic
 source string required
v1beta2.DeviceAllocationResult
 config []resource.v1beta2.DeviceAllocationConfiguration list=atomic
 results []resource.v1beta2.DeviceRequestAllocationResult list=atomic
v1beta2.DeviceAttribute
 bool bool
 bools []bool list=atomic
 int int64
 ints []int64 list=atomic
 string string
 strings []string list=atomic
 version string
 versions []string list=atomic
v1beta2.DeviceCapacity
 requestPolicy resource.v1beta2.CapacityRequestPolicy
 value Quantity required
v1beta2.DeviceClaim
 config []resource.v1beta2.DeviceClaimConfiguration list=atomic
 constraints []resource.v1beta2.DeviceConstraint list=atomic
 requests []resource.v1beta2.DeviceRequest list=atomic
v1beta2.DeviceClaimConfiguration
 opaque resource.v1beta2.OpaqueDeviceConfiguration
 requests []string list=atomic
v1beta2.DeviceClass kind=resource.k8s.io/v1beta2/DeviceClass
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec resource.v1beta2.DeviceClassSpec required
v1beta2.DeviceClassConfiguration
 opaque resource.v1beta2.OpaqueDeviceConfiguration
v1beta2.DeviceClassList kind=resource.k8s.io/v1beta2/DeviceClassList
 apiVersion string
 items []resource.v1beta2.DeviceClass required
 kind string
 metadata meta.v1.ListMeta
v1beta2.DeviceClassSpec
 config []resource.v1beta2.DeviceClassConfiguration list=atomic
 extendedResourceName string
 selectors []resource.v1beta2.DeviceSelector list=atomic
v1beta2.DeviceConstraint
 distinctAttribute string
 matchAttribute string
 requests []string list=atomic
v1beta2.DeviceCounterConsumption
 counterSet string required
 counters map:resource.v1beta2.Counter required
v1beta2.DeviceRequest
 exactly resource.v1beta2.ExactDeviceRequest
 firstAvailable []resource.v1beta2.DeviceSubRequest list=atomic
 name string required
v1beta2.DeviceRequestAllocationResult
 adminAccess bool
 bindingConditions []string list=atomic
 bindingFailureConditions []string list=atomic
 consumedCapacity map:Quantity
 device string required
 driver string required
 pool string required
 request string required
 shareID string
 tolerations []resource.v1beta2.DeviceToleration list=atomic
v1beta2.DeviceSelector
 cel resource.v1beta2.CELDeviceSelector
v1beta2.DeviceSubRequest
 allocationMode string
 capacity resource.v1beta2.CapacityRequirements
 count int64
 deviceClassName string required
 name string required
 selectors []resource.v1beta2.DeviceSelector list=atomic
 tolerations []resource.v1beta2.DeviceToleration list=atomic
v1beta2.DeviceTaint
 effect string required
 key string required
 timeAdded Time
 value string
v1beta2.DeviceTaintRule kind=resource.k8s.io/v1beta2/DeviceTaintRule
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec resource.v1beta2.DeviceTaintRuleSpec required
 status resource.v1beta2.DeviceTaintRuleStatus
v1beta2.DeviceTaintRuleList kind=resource.k8s.io/v1beta2/DeviceTaintRuleList
 apiVersion string
 items []resource.v1beta2.DeviceTaintRule required
 kind string
 metadata meta.v1.ListMeta
v1beta2.DeviceTaintRuleSpec
 deviceSelector resource.v1beta2.DeviceTaintSelector
 taint resource.v1beta2.DeviceTaint required
v1beta2.DeviceTaintRuleStatus
 conditions []meta.v1.Condition list=map(type) patch=merge(type)
v1beta2.DeviceTaintSelector
 device string
 driver string
 pool string
v1beta2.DeviceToleration
 effect string
 key string
 operator string
 tolerationSeconds int64
 value string
v1beta2.ExactDeviceRequest
 adminAccess bool
 allocationMode string
 capacity resource.v1beta2.CapacityRequirements
 count int64
 deviceClassName string required
 selectors []resource.v1beta2.DeviceSelector list=atomic
 tolerations []resource.v1beta2.DeviceToleration list=atomic
v1beta2.NetworkDeviceData
 hardwareAddress string
 interfaceName string
 ips []string list=atomic
v1beta2.NodeAllocatableResourceMapping
 allocationMultiplier Quantity
 capacityKey string
v1beta2.OpaqueDeviceConfiguration
 driver string required
 parameters Object required
v1beta2.ResourceClaim kind=resource.k8s.io/v1beta2/ResourceClaim
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec resource.v1beta2.ResourceClaimSpec required
 status resource.v1beta2.ResourceClaimStatus
v1beta2.ResourceClaimConsumerReference
 apiGroup string
 name string required
 resource string required
 uid string required
v1beta2.ResourceClaimList kind=resource.k8s.io/v1beta2/ResourceClaimList
 apiVersion string
 items []resource.v1beta2.ResourceClaim required
 kind string
 metadata meta.v1.ListMeta
v1beta2.ResourceClaimSpec
 devices resource.v1beta2.DeviceClaim
v1beta2.ResourceClaimStatus
 allocation resource.v1beta2.AllocationResult
 devices []resource.v1beta2.AllocatedDeviceStatus list=map(driver,device,pool,shareID)
 reservedFor []resource.v1beta2.ResourceClaimConsumerReference list=map(uid) patch=merge(uid)
v1beta2.ResourceClaimTemplate kind=resource.k8s.io/v1beta2/ResourceClaimTemplate
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec resource.v1beta2.ResourceClaimTemplateSpec required
v1beta2.ResourceClaimTemplateList kind=resource.k8s.io/v1beta2/ResourceClaimTemplateList
 apiVersion string
 items []resource.v1beta2.ResourceClaimTemplate required
 kind string
 metadata meta.v1.ListMeta
v1beta2.ResourceClaimTemplateSpec
 metadata meta.v1.ObjectMeta
 spec resource.v1beta2.ResourceClaimSpec required
v1beta2.ResourcePool
 generation int64 required
 name string required
 resourceSliceCount int64 required
v1beta2.ResourceSlice kind=resource.k8s.io/v1beta2/ResourceSlice
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec resource.v1beta2.ResourceSliceSpec required
v1beta2.ResourceSliceList kind=resource.k8s.io/v1beta2/ResourceSliceList
 apiVersion string
 items []resource.v1beta2.ResourceSlice required
 kind string
 metadata meta.v1.ListMeta
v1beta2.ResourceSliceSpec
 allNodes bool
 devices []resource.v1beta2.Device list=atomic
 driver string required
 nodeName string
 nodeSelector core.v1.NodeSelector
 perDeviceNodeSelection bool
 pool resource.v1beta2.ResourcePool required
 sharedCounters []resource.v1beta2.CounterSet list=atomic

"""#
}
