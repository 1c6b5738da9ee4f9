// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let rbacTypes: StaticString = #"""
v1.AggregationRule
 clusterRoleSelectors []meta.v1.LabelSelector list=atomic
v1.ClusterRole kind=rbac.authorization.k8s.io/v1/ClusterRole
 aggregationRule rbac.v1.AggregationRule
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 rules []rbac.v1.PolicyRule list=atomic
v1.ClusterRoleBinding kind=rbac.authorization.k8s.io/v1/ClusterRoleBinding
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 roleRef rbac.v1.RoleRef required
 subjects []rbac.v1.Subject list=atomic
v1.ClusterRoleBindingList kind=rbac.authorization.k8s.io/v1/ClusterRoleBindingList
 apiVersion string
 items []rbac.v1.ClusterRoleBinding required
 kind string
 metadata meta.v1.ListMeta
v1.ClusterRoleList kind=rbac.authorization.k8s.io/v1/ClusterRoleList
 apiVersion string
 items []rbac.v1.ClusterRole required
 kind string
 metadata meta.v1.ListMeta
v1.PolicyRule
 apiGroups []string list=atomic
 nonResourceURLs []string list=atomic
 resourceNames []string list=atomic
 resources []string list=atomic
 verbs []string required list=atomic
v1.Role kind=rbac.authorization.k8s.io/v1/Role
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 rules []rbac.v1.PolicyRule list=atomic
v1.RoleBinding kind=rbac.authorization.k8s.io/v1/RoleBinding
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 roleRef rbac.v1.RoleRef required
 subjects []rbac.v1.Subject list=atomic
v1.RoleBindingList kind=rbac.authorization.k8s.io/v1/RoleBindingList
 apiVersion string
 items []rbac.v1.RoleBinding required
 kind string
 metadata meta.v1.ListMeta
v1.RoleList kind=rbac.authorization.k8s.io/v1/RoleList
 apiVersion string
 items []rbac.v1.Role required
 kind string
 metadata meta.v1.ListMeta
v1.RoleRef atomic
 apiGroup string
 kind string required
 name string required
v1.Subject atomic
 apiGroup string
 kind string required
 name string required
 namespace string

"""#
}
