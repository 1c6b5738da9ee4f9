// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let storageTypes: StaticString = #"""
v1.CSIDriver kind=storage.k8s.io/v1/CSIDriver
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec storage.v1.CSIDriverSpec required
v1.CSIDriverList kind=storage.k8s.io/v1/CSIDriverList
 apiVersion string
 items []storage.v1.CSIDriver required
 kind string
 metadata meta.v1.ListMeta
v1.CSIDriverSpec
 attachRequired bool
 fsGroupPolicy string
 nodeAllocatableUpdatePeriodSeconds int64
 podInfoOnMount bool
 preventPodSchedulingIfMissing bool
 requiresRepublish bool
 seLinuxMount bool
 serviceAccountTokenInSecrets bool
 storageCapacity bool
 tokenRequests []storage.v1.TokenRequest list=atomic
 volumeLifecycleModes []string list=set
v1.CSINode kind=storage.k8s.io/v1/CSINode
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec storage.v1.CSINodeSpec required
v1.CSINodeDriver
 allocatable storage.v1.VolumeNodeResources
 name string required
 nodeID string required
 topologyKeys []string list=atomic
v1.CSINodeList kind=storage.k8s.io/v1/CSINodeList
 apiVersion string
 items []storage.v1.CSINode required
 kind string
 metadata meta.v1.ListMeta
v1.CSINodeSpec
 drivers []storage.v1.CSINodeDriver required list=map(name) patch=merge(name)
v1.CSIStorageCapacity kind=storage.k8s.io/v1/CSIStorageCapacity
 apiVersion string
 capacity Quantity
 kind string
 maximumVolumeSize Quantity
 metadata meta.v1.ObjectMeta
 nodeTopology meta.v1.LabelSelector
 storageClassName string required
v1.CSIStorageCapacityList kind=storage.k8s.io/v1/CSIStorageCapacityList
 apiVersion string
 items []storage.v1.CSIStorageCapacity required
 kind string
 metadata meta.v1.ListMeta
v1.StorageClass kind=storage.k8s.io/v1/StorageClass
 allowVolumeExpansion bool
 allowedTopologies []core.v1.TopologySelectorTerm list=atomic
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 mountOptions []string list=atomic
 parameters map:string
 provisioner string required
 reclaimPolicy string
 volumeBindingMode string
v1.StorageClassList kind=storage.k8s.io/v1/StorageClassList
 apiVersion string
 items []storage.v1.StorageClass required
 kind string
 metadata meta.v1.ListMeta
v1.TokenRequest
 audience string required
 expirationSeconds int64
v1.VolumeAttachment kind=storage.k8s.io/v1/VolumeAttachment
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec storage.v1.VolumeAttachmentSpec required
 status storage.v1.VolumeAttachmentStatus
v1.VolumeAttachmentList kind=storage.k8s.io/v1/VolumeAttachmentList
 apiVersion string
 items []storage.v1.VolumeAttachment required
 kind string
 metadata meta.v1.ListMeta
v1.VolumeAttachmentSource
 inlineVolumeSpec core.v1.PersistentVolumeSpec
 persistentVolumeName string
v1.VolumeAttachmentSpec
 attacher string required
 nodeName string required
 source storage.v1.VolumeAttachmentSource required
v1.VolumeAttachmentStatus
 attachError storage.v1.VolumeError
 attached bool required
 attachmentMetadata map:string
 detachError storage.v1.VolumeError
v1.VolumeAttributesClass kind=storage.k8s.io/v1/VolumeAttributesClass
 apiVersion string
 driverName string required
 kind string
 metadata meta.v1.ObjectMeta
 parameters map:string
v1.VolumeAttributesClassList kind=storage.k8s.io/v1/VolumeAttributesClassList
 apiVersion string
 items []storage.v1.VolumeAttributesClass required
 kind string
 metadata meta.v1.ListMeta
v1.VolumeError
 errorCode int32
 message string
 time Time
v1.VolumeNodeResources
 count int32
v1beta1.VolumeAttributesClass kind=storage.k8s.io/v1beta1/VolumeAttributesClass
 apiVersion string
 driverName string required
 kind string
 metadata meta.v1.ObjectMeta
 parameters map:string
v1beta1.VolumeAttributesClassList kind=storage.k8s.io/v1beta1/VolumeAttributesClassList
 apiVersion string
 items []storage.v1beta1.VolumeAttributesClass required
 kind string
 metadata meta.v1.ListMeta

"""#
}
