extension Descriptions {
    static let policyTable: StaticString = #"""
policy.v1.PodDisruptionBudget Says how many pods of a group must stay up when pods are evicted.
policy.v1.PodDisruptionBudgetSpec The group and its bounds.
 maxUnavailable How many pods may be down; a number or a percentage.
 minAvailable How many pods must be up; a number or a percentage.
 selector The pods of the group.
 unhealthyPodEvictionPolicy Whether pods that are not ready may always be evicted.
rbac.v1.Role What may be done in one namespace.
 rules What may be done.
rbac.v1.ClusterRole What may be done in all namespaces and with cluster-wide objects.
 aggregationRule Other roles whose rules are gathered here.
 rules What may be done.
rbac.v1.PolicyRule Some verbs on some resources.
 apiGroups The groups of the resources; "" is the core group.
 nonResourceURLs Paths that are no resources.
 resourceNames The only names allowed; all when empty.
 resources The resources, by plural.
 verbs What may be done with them.
rbac.v1.RoleBinding Gives a role to users, groups or service accounts in one namespace.
 roleRef The role that is given; cannot change.
 subjects Who gets it.
rbac.v1.ClusterRoleBinding Gives a role to users, groups or service accounts everywhere.
 roleRef The role that is given; cannot change.
 subjects Who gets it.
scheduling.v1.PriorityClass A name for a priority of pods.
 description When to use the class.
 globalDefault Whether pods without a class get this one.
 preemptionPolicy Whether its pods may push out others.
 value The priority; higher numbers go first.
coordination.v1.Lease A lock that its holder renews.
apiextensions.v1.CustomResourceDefinition Adds a new kind of objects to the API.
apiextensions.v1.CustomResourceDefinitionSpec The new kind.
 conversion How objects get from one version to another.
 group The group of the new kind.
 names What the new kind is called.
 scope Whether its objects are in namespaces.
 versions Its versions and their schemas.
admissionregistration.v1.ValidatingAdmissionPolicy Expressions that a request must satisfy.
admissionregistration.v1.ValidatingAdmissionPolicyBinding Puts a validating policy to use.
admissionregistration.v1.ValidatingWebhookConfiguration Servers that are asked whether a request may pass.
admissionregistration.v1.MutatingWebhookConfiguration Servers that may change a request.
certificates.v1.CertificateSigningRequest Asks for a certificate to be signed.

"""#
}
