// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let networkingTypes: StaticString = #"""
v1.HTTPIngressPath
 backend networking.v1.IngressBackend required
 path string
 pathType string required
v1.HTTPIngressRuleValue
 paths []networking.v1.HTTPIngressPath required list=atomic
v1.IPAddress kind=networking.k8s.io/v1/IPAddress
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec networking.v1.IPAddressSpec required
v1.IPAddressList kind=networking.k8s.io/v1/IPAddressList
 apiVersion string
 items []networking.v1.IPAddress required
 kind string
 metadata meta.v1.ListMeta
v1.IPAddressSpec
 parentRef networking.v1.ParentReference required
v1.IPBlock
 cidr string required
 except []string list=atomic
v1.Ingress kind=networking.k8s.io/v1/Ingress
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec networking.v1.IngressSpec
 status networking.v1.IngressStatus
v1.IngressBackend
 resource core.v1.TypedLocalObjectReference
 service networking.v1.IngressServiceBackend
v1.IngressClass kind=networking.k8s.io/v1/IngressClass
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec networking.v1.IngressClassSpec
v1.IngressClassList kind=networking.k8s.io/v1/IngressClassList
 apiVersion string
 items []networking.v1.IngressClass required
 kind string
 metadata meta.v1.ListMeta
v1.IngressClassParametersReference
 apiGroup string
 kind string required
 name string required
 namespace string
 scope string
v1.IngressClassSpec
 controller string
 parameters networking.v1.IngressClassParametersReference
v1.IngressList kind=networking.k8s.io/v1/IngressList
 apiVersion string
 items []networking.v1.Ingress required
 kind string
 metadata meta.v1.ListMeta
v1.IngressLoadBalancerIngress
 hostname string
 ip string
 ports []networking.v1.IngressPortStatus list=atomic
v1.IngressLoadBalancerStatus
 ingress []networking.v1.IngressLoadBalancerIngress list=atomic
v1.IngressPortStatus
 error string
 port int32 required
 protocol string required
v1.IngressRule
 host string
 http networking.v1.HTTPIngressRuleValue
v1.IngressServiceBackend
 name string required
 port networking.v1.ServiceBackendPort
v1.IngressSpec
 defaultBackend networking.v1.IngressBackend
 ingressClassName string
 rules []networking.v1.IngressRule list=atomic
 tls []networking.v1.IngressTLS list=atomic
v1.IngressStatus
 loadBalancer networking.v1.IngressLoadBalancerStatus
v1.IngressTLS
 hosts []string list=atomic
 secretName string
v1.NetworkPolicy kind=networking.k8s.io/v1/NetworkPolicy
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec networking.v1.NetworkPolicySpec
v1.NetworkPolicyEgressRule
 ports []networking.v1.NetworkPolicyPort list=atomic
 to []networking.v1.NetworkPolicyPeer list=atomic
v1.NetworkPolicyIngressRule
 from []networking.v1.NetworkPolicyPeer list=atomic
 ports []networking.v1.NetworkPolicyPort list=atomic
v1.NetworkPolicyList kind=networking.k8s.io/v1/NetworkPolicyList
 apiVersion string
 items []networking.v1.NetworkPolicy required
 kind string
 metadata meta.v1.ListMeta
v1.NetworkPolicyPeer
 ipBlock networking.v1.IPBlock
 namespaceSelector meta.v1.LabelSelector
 podSelector meta.v1.LabelSelector
v1.NetworkPolicyPort
 endPort int32
 port IntOrString
 protocol string
v1.NetworkPolicySpec
 egress []networking.v1.NetworkPolicyEgressRule list=atomic
 ingress []networking.v1.NetworkPolicyIngressRule list=atomic
 podSelector meta.v1.LabelSelector
 policyTypes []string list=atomic
v1.ParentReference
 group string
 name string required
 namespace string
 resource string required
v1.ServiceBackendPort atomic
 name string
 number int32
v1.ServiceCIDR kind=networking.k8s.io/v1/ServiceCIDR
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec networking.v1.ServiceCIDRSpec
 status networking.v1.ServiceCIDRStatus
v1.ServiceCIDRList kind=networking.k8s.io/v1/ServiceCIDRList
 apiVersion string
 items []networking.v1.ServiceCIDR required
 kind string
 metadata meta.v1.ListMeta
v1.ServiceCIDRSpec
 cidrs []string list=atomic
v1.ServiceCIDRStatus
 conditions []meta.v1.Condition list=map(type) patch=merge(type)
v1beta1.IPAddress kind=networking.k8s.io/v1beta1/IPAddress
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec networking.v1beta1.IPAddressSpec required
v1beta1.IPAddressList kind=networking.k8s.io/v1beta1/IPAddressList
 apiVersion string
 items []networking.v1beta1.IPAddress required
 kind string
 metadata meta.v1.ListMeta
v1beta1.IPAddressSpec
 parentRef networking.v1beta1.ParentReference required
v1beta1.ParentReference
 group string
 name string required
 namespace string
 resource string required
v1beta1.ServiceCIDR kind=networking.k8s.io/v1beta1/ServiceCIDR
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec networking.v1beta1.ServiceCIDRSpec
 status networking.v1beta1.ServiceCIDRStatus
v1beta1.ServiceCIDRList kind=networking.k8s.io/v1beta1/ServiceCIDRList
 apiVersion string
 items []networking.v1beta1.ServiceCIDR required
 kind string
 metadata meta.v1.ListMeta
v1beta1.ServiceCIDRSpec
 cidrs []string list=atomic
v1beta1.ServiceCIDRStatus
 conditions []meta.v1.Condition list=map(type) patch=merge(type)

"""#
}
