// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let resources: StaticString = #"""
# v1
bindings v1/Binding namespaced create
componentstatuses v1/ComponentStatus cluster get,list,watch
configmaps v1/ConfigMap namespaced create,delete,deletecollection,get,list,patch,update,watch
endpoints v1/Endpoints namespaced create,delete,deletecollection,get,list,patch,update,watch
events v1/Event namespaced create,delete,deletecollection,get,list,patch,update,watch
limitranges v1/LimitRange namespaced create,delete,deletecollection,get,list,patch,update,watch
namespaces v1/Namespace cluster create,delete,get,list,patch,update,watch
 finalize v1/Namespace update
 status v1/Namespace get,patch,update
nodes v1/Node cluster create,delete,deletecollection,get,list,patch,update,watch
 proxy v1/NodeProxyOptions create,delete,get,patch,update
 status v1/Node get,patch,update
persistentvolumeclaims v1/PersistentVolumeClaim namespaced create,delete,deletecollection,get,list,patch,update,watch
 status v1/PersistentVolumeClaim get,patch,update
persistentvolumes v1/PersistentVolume cluster create,delete,deletecollection,get,list,patch,update,watch
 status v1/PersistentVolume get,patch,update
pods v1/Pod namespaced create,delete,deletecollection,get,list,patch,update,watch
 attach v1/PodAttachOptions create,get
 binding v1/Binding create
 ephemeralcontainers v1/Pod get,patch,update
 eviction policy/v1/Eviction create
 exec v1/PodExecOptions create,get
 log v1/Pod get
 portforward v1/PodPortForwardOptions create,get
 proxy v1/PodProxyOptions create,delete,get,patch,update
 resize v1/Pod get,patch,update
 status v1/Pod get,patch,update
podtemplates v1/PodTemplate namespaced create,delete,deletecollection,get,list,patch,update,watch
replicationcontrollers v1/ReplicationController namespaced create,delete,deletecollection,get,list,patch,update,watch
 scale autoscaling/v1/Scale get,patch,update
 status v1/ReplicationController get,patch,update
resourcequotas v1/ResourceQuota namespaced create,delete,deletecollection,get,list,patch,update,watch
 status v1/ResourceQuota get,patch,update
secrets v1/Secret namespaced create,delete,deletecollection,get,list,patch,update,watch
serviceaccounts v1/ServiceAccount namespaced create,delete,deletecollection,get,list,patch,update,watch
 token authentication.k8s.io/v1/TokenRequest create
services v1/Service namespaced create,delete,deletecollection,get,list,patch,update,watch
 proxy v1/ServiceProxyOptions create,delete,get,patch,update
 status v1/Service get,patch,update
# admissionregistration.k8s.io/v1
mutatingadmissionpolicies admissionregistration.k8s.io/v1/MutatingAdmissionPolicy cluster create,delete,deletecollection,get,list,patch,update,watch
mutatingadmissionpolicybindings admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding cluster create,delete,deletecollection,get,list,patch,update,watch
mutatingwebhookconfigurations admissionregistration.k8s.io/v1/MutatingWebhookConfiguration cluster create,delete,deletecollection,get,list,patch,update,watch
validatingadmissionpolicies admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy cluster create,delete,deletecollection,get,list,patch,update,watch
 status admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy get,patch,update
validatingadmissionpolicybindings admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding cluster create,delete,deletecollection,get,list,patch,update,watch
validatingwebhookconfigurations admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration cluster create,delete,deletecollection,get,list,patch,update,watch
# admissionregistration.k8s.io/v1alpha1
mutatingadmissionpolicies admissionregistration.k8s.io/v1alpha1/MutatingAdmissionPolicy cluster create,delete,deletecollection,get,list,patch,update,watch
mutatingadmissionpolicybindings admissionregistration.k8s.io/v1alpha1/MutatingAdmissionPolicyBinding cluster create,delete,deletecollection,get,list,patch,update,watch
# admissionregistration.k8s.io/v1beta1
mutatingadmissionpolicies admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicy cluster create,delete,deletecollection,get,list,patch,update,watch
mutatingadmissionpolicybindings admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicyBinding cluster create,delete,deletecollection,get,list,patch,update,watch
# apiextensions.k8s.io/v1
customresourcedefinitions apiextensions.k8s.io/v1/CustomResourceDefinition cluster create,delete,deletecollection,get,list,patch,update,watch
 status apiextensions.k8s.io/v1/CustomResourceDefinition get,patch,update
# apiregistration.k8s.io/v1
apiservices apiregistration.k8s.io/v1/APIService cluster create,delete,deletecollection,get,list,patch,update,watch
 status apiregistration.k8s.io/v1/APIService get,patch,update
# apps/v1
controllerrevisions apps/v1/ControllerRevision namespaced create,delete,deletecollection,get,list,patch,update,watch
daemonsets apps/v1/DaemonSet namespaced create,delete,deletecollection,get,list,patch,update,watch
 status apps/v1/DaemonSet get,patch,update
deployments apps/v1/Deployment namespaced create,delete,deletecollection,get,list,patch,update,watch
 scale autoscaling/v1/Scale get,patch,update
 status apps/v1/Deployment get,patch,update
replicasets apps/v1/ReplicaSet namespaced create,delete,deletecollection,get,list,patch,update,watch
 scale autoscaling/v1/Scale get,patch,update
 status apps/v1/ReplicaSet get,patch,update
statefulsets apps/v1/StatefulSet namespaced create,delete,deletecollection,get,list,patch,update,watch
 scale autoscaling/v1/Scale get,patch,update
 status apps/v1/StatefulSet get,patch,update
# authentication.k8s.io/v1
selfsubjectreviews authentication.k8s.io/v1/SelfSubjectReview cluster create
tokenreviews authentication.k8s.io/v1/TokenReview cluster create
# authorization.k8s.io/v1
localsubjectaccessreviews authorization.k8s.io/v1/LocalSubjectAccessReview namespaced create
selfsubjectaccessreviews authorization.k8s.io/v1/SelfSubjectAccessReview cluster create
selfsubjectrulesreviews authorization.k8s.io/v1/SelfSubjectRulesReview cluster create
subjectaccessreviews authorization.k8s.io/v1/SubjectAccessReview cluster create
# autoscaling/v1
horizontalpodautoscalers autoscaling/v1/HorizontalPodAutoscaler namespaced create,delete,deletecollection,get,list,patch,update,watch
 status autoscaling/v1/HorizontalPodAutoscaler get,patch,update
# autoscaling/v2
horizontalpodautoscalers autoscaling/v2/HorizontalPodAutoscaler namespaced create,delete,deletecollection,get,list,patch,update,watch
 status autoscaling/v2/HorizontalPodAutoscaler get,patch,update
# batch/v1
cronjobs batch/v1/CronJob namespaced create,delete,deletecollection,get,list,patch,update,watch
 status batch/v1/CronJob get,patch,update
jobs batch/v1/Job namespaced create,delete,deletecollection,get,list,patch,update,watch
 status batch/v1/Job get,patch,update
# certificates.k8s.io/v1
certificatesigningrequests certificates.k8s.io/v1/CertificateSigningRequest cluster create,delete,deletecollection,get,list,patch,update,watch
 approval certificates.k8s.io/v1/CertificateSigningRequest get,patch,update
 status certificates.k8s.io/v1/CertificateSigningRequest get,patch,update
# certificates.k8s.io/v1alpha1
clustertrustbundles certificates.k8s.io/v1alpha1/ClusterTrustBundle cluster create,delete,deletecollection,get,list,patch,update,watch
# certificates.k8s.io/v1beta1
clustertrustbundles certificates.k8s.io/v1beta1/ClusterTrustBundle cluster create,delete,deletecollection,get,list,patch,update,watch
podcertificaterequests certificates.k8s.io/v1beta1/PodCertificateRequest namespaced create,delete,deletecollection,get,list,patch,update,watch
 status certificates.k8s.io/v1beta1/PodCertificateRequest get,patch,update
# coordination.k8s.io/v1
leases coordination.k8s.io/v1/Lease namespaced create,delete,deletecollection,get,list,patch,update,watch
# coordination.k8s.io/v1alpha2
leasecandidates coordination.k8s.io/v1alpha2/LeaseCandidate namespaced create,delete,deletecollection,get,list,patch,update,watch
# coordination.k8s.io/v1beta1
leasecandidates coordination.k8s.io/v1beta1/LeaseCandidate namespaced create,delete,deletecollection,get,list,patch,update,watch
# discovery.k8s.io/v1
endpointslices discovery.k8s.io/v1/EndpointSlice namespaced create,delete,deletecollection,get,list,patch,update,watch
# events.k8s.io/v1
events events.k8s.io/v1/Event namespaced create,delete,deletecollection,get,list,patch,update,watch
# flowcontrol.apiserver.k8s.io/v1
flowschemas flowcontrol.apiserver.k8s.io/v1/FlowSchema cluster create,delete,deletecollection,get,list,patch,update,watch
 status flowcontrol.apiserver.k8s.io/v1/FlowSchema get,patch,update
prioritylevelconfigurations flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration cluster create,delete,deletecollection,get,list,patch,update,watch
 status flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration get,patch,update
# internal.apiserver.k8s.io/v1alpha1
storageversions internal.apiserver.k8s.io/v1alpha1/StorageVersion cluster create,delete,deletecollection,get,list,patch,update,watch
 status internal.apiserver.k8s.io/v1alpha1/StorageVersion get,patch,update
# networking.k8s.io/v1
ingressclasses networking.k8s.io/v1/IngressClass cluster create,delete,deletecollection,get,list,patch,update,watch
ingresses networking.k8s.io/v1/Ingress namespaced create,delete,deletecollection,get,list,patch,update,watch
 status networking.k8s.io/v1/Ingress get,patch,update
ipaddresses networking.k8s.io/v1/IPAddress cluster create,delete,deletecollection,get,list,patch,update,watch
networkpolicies networking.k8s.io/v1/NetworkPolicy namespaced create,delete,deletecollection,get,list,patch,update,watch
servicecidrs networking.k8s.io/v1/ServiceCIDR cluster create,delete,deletecollection,get,list,patch,update,watch
 status networking.k8s.io/v1/ServiceCIDR get,patch,update
# networking.k8s.io/v1beta1
ipaddresses networking.k8s.io/v1beta1/IPAddress cluster create,delete,deletecollection,get,list,patch,update,watch
servicecidrs networking.k8s.io/v1beta1/ServiceCIDR cluster create,delete,deletecollection,get,list,patch,update,watch
 status networking.k8s.io/v1beta1/ServiceCIDR get,patch,update
# node.k8s.io/v1
runtimeclasses node.k8s.io/v1/RuntimeClass cluster create,delete,deletecollection,get,list,patch,update,watch
# policy/v1
poddisruptionbudgets policy/v1/PodDisruptionBudget namespaced create,delete,deletecollection,get,list,patch,update,watch
 status policy/v1/PodDisruptionBudget get,patch,update
# rbac.authorization.k8s.io/v1
clusterrolebindings rbac.authorization.k8s.io/v1/ClusterRoleBinding cluster create,delete,deletecollection,get,list,patch,update,watch
clusterroles rbac.authorization.k8s.io/v1/ClusterRole cluster create,delete,deletecollection,get,list,patch,update,watch
rolebindings rbac.authorization.k8s.io/v1/RoleBinding namespaced create,delete,deletecollection,get,list,patch,update,watch
roles rbac.authorization.k8s.io/v1/Role namespaced create,delete,deletecollection,get,list,patch,update,watch
# resource.k8s.io/v1
deviceclasses resource.k8s.io/v1/DeviceClass cluster create,delete,deletecollection,get,list,patch,update,watch
resourceclaims resource.k8s.io/v1/ResourceClaim namespaced create,delete,deletecollection,get,list,patch,update,watch
 status resource.k8s.io/v1/ResourceClaim get,patch,update
resourceclaimtemplates resource.k8s.io/v1/ResourceClaimTemplate namespaced create,delete,deletecollection,get,list,patch,update,watch
resourceslices resource.k8s.io/v1/ResourceSlice cluster create,delete,deletecollection,get,list,patch,update,watch
# resource.k8s.io/v1alpha3
devicetaintrules resource.k8s.io/v1alpha3/DeviceTaintRule cluster create,delete,deletecollection,get,list,patch,update,watch
 status resource.k8s.io/v1alpha3/DeviceTaintRule get,patch,update
resourcepoolstatusrequests resource.k8s.io/v1alpha3/ResourcePoolStatusRequest cluster create,delete,deletecollection,get,list,patch,update,watch
 status resource.k8s.io/v1alpha3/ResourcePoolStatusRequest get,patch,update
# resource.k8s.io/v1beta1
deviceclasses resource.k8s.io/v1beta1/DeviceClass cluster create,delete,deletecollection,get,list,patch,update,watch
resourceclaims resource.k8s.io/v1beta1/ResourceClaim namespaced create,delete,deletecollection,get,list,patch,update,watch
 status resource.k8s.io/v1beta1/ResourceClaim get,patch,update
resourceclaimtemplates resource.k8s.io/v1beta1/ResourceClaimTemplate namespaced create,delete,deletecollection,get,list,patch,update,watch
resourceslices resource.k8s.io/v1beta1/ResourceSlice cluster create,delete,deletecollection,get,list,patch,update,watch
# resource.k8s.io/v1beta2
deviceclasses resource.k8s.io/v1beta2/DeviceClass cluster create,delete,deletecollection,get,list,patch,update,watch
devicetaintrules resource.k8s.io/v1beta2/DeviceTaintRule cluster create,delete,deletecollection,get,list,patch,update,watch
 status resource.k8s.io/v1beta2/DeviceTaintRule get,patch,update
resourceclaims resource.k8s.io/v1beta2/ResourceClaim namespaced create,delete,deletecollection,get,list,patch,update,watch
 status resource.k8s.io/v1beta2/ResourceClaim get,patch,update
resourceclaimtemplates resource.k8s.io/v1beta2/ResourceClaimTemplate namespaced create,delete,deletecollection,get,list,patch,update,watch
resourceslices resource.k8s.io/v1beta2/ResourceSlice cluster create,delete,deletecollection,get,list,patch,update,watch
# scheduling.k8s.io/v1
priorityclasses scheduling.k8s.io/v1/PriorityClass cluster create,delete,deletecollection,get,list,patch,update,watch
# scheduling.k8s.io/v1alpha2
podgroups scheduling.k8s.io/v1alpha2/PodGroup namespaced create,delete,deletecollection,get,list,patch,update,watch
 status scheduling.k8s.io/v1alpha2/PodGroup get,patch,update
workloads scheduling.k8s.io/v1alpha2/Workload namespaced create,delete,deletecollection,get,list,patch,update,watch
# storage.k8s.io/v1
csidrivers storage.k8s.io/v1/CSIDriver cluster create,delete,deletecollection,get,list,patch,update,watch
csinodes storage.k8s.io/v1/CSINode cluster create,delete,deletecollection,get,list,patch,update,watch
csistoragecapacities storage.k8s.io/v1/CSIStorageCapacity namespaced create,delete,deletecollection,get,list,patch,update,watch
storageclasses storage.k8s.io/v1/StorageClass cluster create,delete,deletecollection,get,list,patch,update,watch
volumeattachments storage.k8s.io/v1/VolumeAttachment cluster create,delete,deletecollection,get,list,patch,update,watch
 status storage.k8s.io/v1/VolumeAttachment get,patch,update
volumeattributesclasses storage.k8s.io/v1/VolumeAttributesClass cluster create,delete,deletecollection,get,list,patch,update,watch
# storage.k8s.io/v1beta1
volumeattributesclasses storage.k8s.io/v1beta1/VolumeAttributesClass cluster create,delete,deletecollection,get,list,patch,update,watch
# storagemigration.k8s.io/v1beta1
storageversionmigrations storagemigration.k8s.io/v1beta1/StorageVersionMigration cluster create,delete,deletecollection,get,list,patch,update,watch
 status storagemigration.k8s.io/v1beta1/StorageVersionMigration get,patch,update

"""#
}
