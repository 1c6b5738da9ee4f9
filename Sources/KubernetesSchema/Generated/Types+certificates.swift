// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let certificatesTypes: StaticString = #"""
v1.CertificateSigningRequest kind=certificates.k8s.io/v1/CertificateSigningRequest
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec certificates.v1.CertificateSigningRequestSpec required
 status certificates.v1.CertificateSigningRequestStatus
v1.CertificateSigningRequestCondition
 lastTransitionTime Time
 lastUpdateTime Time
 message string
 reason string
 status string required
 type string required
v1.CertificateSigningRequestList kind=certificates.k8s.io/v1/CertificateSigningRequestList
 apiVersion string
 items []certificates.v1.CertificateSigningRequest required
 kind string
 metadata meta.v1.ListMeta
v1.CertificateSigningRequestSpec
 expirationSeconds int32
 extra map:[]string
 groups []string list=atomic
 request bytes required
 signerName string required
 uid string
 usages []string list=atomic
 username string
v1.CertificateSigningRequestStatus
 certificate bytes
 conditions []certificates.v1.CertificateSigningRequestCondition list=map(type)
v1alpha1.ClusterTrustBundle kind=certificates.k8s.io/v1alpha1/ClusterTrustBundle
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec certificates.v1alpha1.ClusterTrustBundleSpec required
v1alpha1.ClusterTrustBundleList kind=certificates.k8s.io/v1alpha1/ClusterTrustBundleList
 apiVersion string
 items []certificates.v1alpha1.ClusterTrustBundle required
 kind string
 metadata meta.v1.ListMeta
v1alpha1.ClusterTrustBundleSpec
 signerName string
 trustBundle string required
v1beta1.ClusterTrustBundle kind=certificates.k8s.io/v1beta1/ClusterTrustBundle
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec certificates.v1beta1.ClusterTrustBundleSpec required
v1beta1.ClusterTrustBundleList kind=certificates.k8s.io/v1beta1/ClusterTrustBundleList
 apiVersion string
 items []certificates.v1beta1.ClusterTrustBundle required
 kind string
 metadata meta.v1.ListMeta
v1beta1.ClusterTrustBundleSpec
 signerName string
 trustBundle string required
v1beta1.PodCertificateRequest kind=certificates.k8s.io/v1beta1/PodCertificateRequest
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec certificates.v1beta1.PodCertificateRequestSpec required
 status certificates.v1beta1.PodCertificateRequestStatus
v1beta1.PodCertificateRequestList kind=certificates.k8s.io/v1beta1/PodCertificateRequestList
 apiVersion string
 items []certificates.v1beta1.PodCertificateRequest required
 kind string
 metadata meta.v1.ListMeta
v1beta1.PodCertificateRequestSpec
 maxExpirationSeconds int32
 nodeName string required
 nodeUID string required
 pkixPublicKey bytes
 podName string required
 podUID string required
 proofOfPossession bytes
 serviceAccountName string required
 serviceAccountUID string required
 signerName string required
 stubPKCS10Request bytes required
 unverifiedUserAnnotations map:string
v1beta1.PodCertificateRequestStatus
 beginRefreshAt Time
 certificateChain string
 conditions []meta.v1.Condition list=map(type) patch=merge(type)
 notAfter Time
 notBefore Time

"""#
}
