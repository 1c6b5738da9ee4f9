// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let apiserverinternalTypes: StaticString = #"""
v1alpha1.ServerStorageVersion
 apiServerID string required
 decodableVersions []string required list=set
 encodingVersion string required
 servedVersions []string list=set
v1alpha1.StorageVersion kind=internal.apiserver.k8s.io/v1alpha1/StorageVersion
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta required
 spec apiserverinternal.v1alpha1.StorageVersionSpec
 status apiserverinternal.v1alpha1.StorageVersionStatus
v1alpha1.StorageVersionCondition
 lastTransitionTime Time
 message string required
 observedGeneration int64
 reason string required
 status string required
 type string required
v1alpha1.StorageVersionList kind=internal.apiserver.k8s.io/v1alpha1/StorageVersionList
 apiVersion string
 items []apiserverinternal.v1alpha1.StorageVersion required
 kind string
 metadata meta.v1.ListMeta
v1alpha1.StorageVersionSpec
v1alpha1.StorageVersionStatus
 commonEncodingVersion string
 conditions []apiserverinternal.v1alpha1.StorageVersionCondition list=map(type)
 storageVersions []apiserverinternal.v1alpha1.ServerStorageVersion list=map(apiServerID)

"""#
}
