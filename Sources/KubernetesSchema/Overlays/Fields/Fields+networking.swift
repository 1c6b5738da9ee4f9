extension FieldTables {
    /// Ingresses and NetworkPolicies.
    static let networking: StaticString = #"""
v1.HTTPIngressPath
 null pathType
 named pathType PathType Exact|ImplementationSpecific|Prefix
v1.IngressClassParametersReference
 pointer apiGroup namespace scope
v1.IngressPortStatus
 pointer error
 named protocol v1.Protocol SCTP|TCP|UDP
v1.IngressServiceBackend
 written port
v1.IngressSpec
 pointer ingressClassName
v1.IngressStatus
 written loadBalancer
v1.NetworkPolicyPort
 pointer protocol
 named protocol v1.Protocol SCTP|TCP|UDP
v1.NetworkPolicySpec
 written podSelector
 named policyTypes []PolicyType Egress|Ingress
v1.ServiceBackendPort
 plain number

"""#
}
