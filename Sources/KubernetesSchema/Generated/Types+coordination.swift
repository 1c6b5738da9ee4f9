// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let coordinationTypes: StaticString = #"""
v1.Lease kind=coordination.k8s.io/v1/Lease
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec coordination.v1.LeaseSpec
v1.LeaseList kind=coordination.k8s.io/v1/LeaseList
 apiVersion string
 items []coordination.v1.Lease required
 kind string
 metadata meta.v1.ListMeta
v1.LeaseSpec
 acquireTime MicroTime
 holderIdentity string
 leaseDurationSeconds int32
 leaseTransitions int32
 preferredHolder string
 renewTime MicroTime
 strategy string
v1alpha2.LeaseCandidate kind=coordination.k8s.io/v1alpha2/LeaseCandidate
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec coordination.v1alpha2.LeaseCandidateSpec required
v1alpha2.LeaseCandidateList kind=coordination.k8s.io/v1alpha2/LeaseCandidateList
 apiVersion string
 items []coordination.v1alpha2.LeaseCandidate required
 kind string
 metadata meta.v1.ListMeta
v1alpha2.LeaseCandidateSpec
 binaryVersion string required
 emulationVersion string
 leaseName string required
 pingTime MicroTime
 renewTime MicroTime
 strategy string required
v1beta1.LeaseCandidate kind=coordination.k8s.io/v1beta1/LeaseCandidate
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec coordination.v1beta1.LeaseCandidateSpec required
v1beta1.LeaseCandidateList kind=coordination.k8s.io/v1beta1/LeaseCandidateList
 apiVersion string
 items []coordination.v1beta1.LeaseCandidate required
 kind string
 metadata meta.v1.ListMeta
v1beta1.LeaseCandidateSpec
 binaryVersion string required
 emulationVersion string
 leaseName string required
 pingTime MicroTime
 renewTime MicroTime
 strategy string required

"""#
}
