// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let apiregistrationTypes: StaticString = #"""
v1.APIService kind=apiregistration.k8s.io/v1/APIService
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec apiregistration.v1.APIServiceSpec
 status apiregistration.v1.APIServiceStatus
v1.APIServiceCondition
 lastTransitionTime Time
 message string
 reason string
 status string required
 type string required
v1.APIServiceList kind=apiregistration.k8s.io/v1/APIServiceList
 apiVersion string
 items []apiregistration.v1.APIService required
 kind string
 metadata meta.v1.ListMeta
v1.APIServiceSpec
 caBundle bytes list=atomic
 group string
 groupPriorityMinimum int32 required
 insecureSkipTLSVerify bool
 service apiregistration.v1.ServiceReference
 version string
 versionPriority int32 required
v1.APIServiceStatus
 conditions []apiregistration.v1.APIServiceCondition list=map(type) patch=merge(type)
v1.ServiceReference
 name string
 namespace string
 port int32

"""#
}
