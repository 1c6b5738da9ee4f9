// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let admissionregistrationTypes: StaticString = #"""
v1.ApplyConfiguration
 expression string
v1.AuditAnnotation
 key string required
 valueExpression string required
v1.ExpressionWarning
 fieldRef string required
 warning string required
v1.JSONPatch
 expression string
v1.MatchCondition
 expression string required
 name string required
v1.MatchResources atomic
 excludeResourceRules []admissionregistration.v1.NamedRuleWithOperations list=atomic
 matchPolicy string
 namespaceSelector meta.v1.LabelSelector
 objectSelector meta.v1.LabelSelector
 resourceRules []admissionregistration.v1.NamedRuleWithOperations list=atomic
v1.MutatingAdmissionPolicy kind=admissionregistration.k8s.io/v1/MutatingAdmissionPolicy
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec admissionregistration.v1.MutatingAdmissionPolicySpec
v1.MutatingAdmissionPolicyBinding kind=admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec admissionregistration.v1.MutatingAdmissionPolicyBindingSpec
v1.MutatingAdmissionPolicyBindingList kind=admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBindingList
 apiVersion string
 items []admissionregistration.v1.MutatingAdmissionPolicyBinding required
 kind string
 metadata meta.v1.ListMeta
v1.MutatingAdmissionPolicyBindingSpec
 matchResources admissionregistration.v1.MatchResources
 paramRef admissionregistration.v1.ParamRef
 policyName string
v1.MutatingAdmissionPolicyList kind=admissionregistration.k8s.io/v1/MutatingAdmissionPolicyList
 apiVersion string
 items []admissionregistration.v1.MutatingAdmissionPolicy required
 kind string
 metadata meta.v1.ListMeta
v1.MutatingAdmissionPolicySpec
 failurePolicy string
 matchConditions []admissionregistration.v1.MatchCondition list=map(name) patch=merge(name)
 matchConstraints admissionregistration.v1.MatchResources
 mutations []admissionregistration.v1.Mutation list=atomic
 paramKind admissionregistration.v1.ParamKind
 reinvocationPolicy string
 variables []admissionregistration.v1.Variable list=atomic
v1.MutatingWebhook
 admissionReviewVersions []string required list=atomic
 clientConfig admissionregistration.v1.WebhookClientConfig required
 failurePolicy string
 matchConditions []admissionregistration.v1.MatchCondition list=map(name) patch=merge(name)
 matchPolicy string
 name string required
 namespaceSelector meta.v1.LabelSelector
 objectSelector meta.v1.LabelSelector
 reinvocationPolicy string
 rules []admissionregistration.v1.RuleWithOperations list=atomic
 sideEffects string required
 timeoutSeconds int32
v1.MutatingWebhookConfiguration kind=admissionregistration.k8s.io/v1/MutatingWebhookConfiguration
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 webhooks []admissionregistration.v1.MutatingWebhook list=map(name) patch=merge(name)
v1.MutatingWebhookConfigurationList kind=admissionregistration.k8s.io/v1/MutatingWebhookConfigurationList
 apiVersion string
 items []admissionregistration.v1.MutatingWebhookConfiguration required
 kind string
 metadata meta.v1.ListMeta
v1.Mutation
 applyConfiguration admissionregistration.v1.ApplyConfiguration
 jsonPatch admissionregistration.v1.JSONPatch
 patchType string required
v1.NamedRuleWithOperations atomic
 apiGroups []string list=atomic
 apiVersions []string list=atomic
 operations []string list=atomic
 resourceNames []string list=atomic
 resources []string list=atomic
 scope string
v1.ParamKind atomic
 apiVersion string
 kind string
v1.ParamRef atomic
 name string
 namespace string
 parameterNotFoundAction string
 selector meta.v1.LabelSelector
v1.RuleWithOperations
 apiGroups []string list=atomic
 apiVersions []string list=atomic
 operations []string list=atomic
 resources []string list=atomic
 scope string
v1.ServiceReference
 name string required
 namespace string required
 path string
 port int32
v1.TypeChecking
 expressionWarnings []admissionregistration.v1.ExpressionWarning list=atomic
v1.ValidatingAdmissionPolicy kind=admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec admissionregistration.v1.ValidatingAdmissionPolicySpec
 status admissionregistration.v1.ValidatingAdmissionPolicyStatus
v1.ValidatingAdmissionPolicyBinding kind=admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec required
v1.ValidatingAdmissionPolicyBindingList kind=admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBindingList
 apiVersion string
 items []admissionregistration.v1.ValidatingAdmissionPolicyBinding required
 kind string
 metadata meta.v1.ListMeta
v1.ValidatingAdmissionPolicyBindingSpec
 matchResources admissionregistration.v1.MatchResources
 paramRef admissionregistration.v1.ParamRef
 policyName string required
 validationActions []string required list=set
v1.ValidatingAdmissionPolicyList kind=admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyList
 apiVersion string
 items []admissionregistration.v1.ValidatingAdmissionPolicy required
 kind string
 metadata meta.v1.ListMeta
v1.ValidatingAdmissionPolicySpec
 auditAnnotations []admissionregistration.v1.AuditAnnotation list=atomic
 failurePolicy string
 matchConditions []admissionregistration.v1.MatchCondition list=map(name) patch=merge(name)
 matchConstraints admissionregistration.v1.MatchResources
 paramKind admissionregistration.v1.ParamKind
 validations []admissionregistration.v1.Validation list=atomic
 variables []admissionregistration.v1.Variable list=map(name) patch=merge(name)
v1.ValidatingAdmissionPolicyStatus
 conditions []meta.v1.Condition list=map(type)
 observedGeneration int64
 typeChecking admissionregistration.v1.TypeChecking
v1.ValidatingWebhook
 admissionReviewVersions []string required list=atomic
 clientConfig admissionregistration.v1.WebhookClientConfig required
 failurePolicy string
 matchConditions []admissionregistration.v1.MatchCondition list=map(name) patch=merge(name)
 matchPolicy string
 name string required
 namespaceSelector meta.v1.LabelSelector
 objectSelector meta.v1.LabelSelector
 rules []admissionregistration.v1.RuleWithOperations list=atomic
 sideEffects string required
 timeoutSeconds int32
v1.ValidatingWebhookConfiguration kind=admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 webhooks []admissionregistration.v1.ValidatingWebhook list=map(name) patch=merge(name)
v1.ValidatingWebhookConfigurationList kind=admissionregistration.k8s.io/v1/ValidatingWebhookConfigurationList
 apiVersion string
 items []admissionregistration.v1.ValidatingWebhookConfiguration required
 kind string
 metadata meta.v1.ListMeta
v1.Validation
 expression string required
 message string
 messageExpression string
 reason string
v1.Variable atomic
 expression string required
 name string required
v1.WebhookClientConfig
 caBundle bytes
 service admissionregistration.v1.ServiceReference
 url string
v1alpha1.ApplyConfiguration
 expression string
v1alpha1.JSONPatch
 expression string
v1alpha1.MatchCondition
 expression string required
 name string required
v1alpha1.MatchResources atomic
 excludeResourceRules []admissionregistration.v1alpha1.NamedRuleWithOperations list=atomic
 matchPolicy string
 namespaceSelector meta.v1.LabelSelector
 objectSelector meta.v1.LabelSelector
 resourceRules []admissionregistration.v1alpha1.NamedRuleWithOperations list=atomic
v1alpha1.MutatingAdmissionPolicy kind=admissionregistration.k8s.io/v1alpha1/MutatingAdmissionPolicy
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec admissionregistration.v1alpha1.MutatingAdmissionPolicySpec
v1alpha1.MutatingAdmissionPolicyBinding kind=admissionregistration.k8s.io/v1alpha1/MutatingAdmissionPolicyBinding
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec admissionregistration.v1alpha1.MutatingAdmissionPolicyBindingSpec
v1alpha1.MutatingAdmissionPolicyBindingList kind=admissionregistration.k8s.io/v1alpha1/MutatingAdmissionPolicyBindingList
 apiVersion string
 items []admissionregistration.v1alpha1.MutatingAdmissionPolicyBinding required
 kind string
 metadata meta.v1.ListMeta
v1alpha1.MutatingAdmissionPolicyBindingSpec
 matchResources admissionregistration.v1alpha1.MatchResources
 paramRef admissionregistration.v1alpha1.ParamRef
 policyName string
v1alpha1.MutatingAdmissionPolicyList kind=admissionregistration.k8s.io/v1alpha1/MutatingAdmissionPolicyList
 apiVersion string
 items []admissionregistration.v1alpha1.MutatingAdmissionPolicy required
 kind string
 metadata meta.v1.ListMeta
v1alpha1.MutatingAdmissionPolicySpec
 failurePolicy string
 matchConditions []admissionregistration.v1alpha1.MatchCondition list=map(name) patch=merge(name)
 matchConstraints admissionregistration.v1alpha1.MatchResources
 mutations []admissionregistration.v1alpha1.Mutation list=atomic
 paramKind admissionregistration.v1alpha1.ParamKind
 reinvocationPolicy string
 variables []admissionregistration.v1alpha1.Variable list=atomic
v1alpha1.Mutation
 applyConfiguration admissionregistration.v1alpha1.ApplyConfiguration
 jsonPatch admissionregistration.v1alpha1.JSONPatch
 patchType string required
v1alpha1.NamedRuleWithOperations atomic
 apiGroups []string list=atomic
 apiVersions []string list=atomic
 operations []string list=atomic
 resourceNames []string list=atomic
 resources []string list=atomic
 scope string
v1alpha1.ParamKind atomic
 apiVersion string
 kind string
v1alpha1.ParamRef atomic
 name string
 namespace string
 parameterNotFoundAction string
 selector meta.v1.LabelSelector
v1alpha1.Variable
 expression string required
 name string required
v1beta1.ApplyConfiguration
 expression string
v1beta1.JSONPatch
 expression string
v1beta1.MatchCondition
 expression string required
 name string required
v1beta1.MatchResources atomic
 excludeResourceRules []admissionregistration.v1beta1.NamedRuleWithOperations list=atomic
 matchPolicy string
 namespaceSelector meta.v1.LabelSelector
 objectSelector meta.v1.LabelSelector
 resourceRules []admissionregistration.v1beta1.NamedRuleWithOperations list=atomic
v1beta1.MutatingAdmissionPolicy kind=admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicy
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec admissionregistration.v1beta1.MutatingAdmissionPolicySpec
v1beta1.MutatingAdmissionPolicyBinding kind=admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicyBinding
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec admissionregistration.v1beta1.MutatingAdmissionPolicyBindingSpec
v1beta1.MutatingAdmissionPolicyBindingList kind=admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicyBindingList
 apiVersion string
 items []admissionregistration.v1beta1.MutatingAdmissionPolicyBinding required
 kind string
 metadata meta.v1.ListMeta
v1beta1.MutatingAdmissionPolicyBindingSpec
 matchResources admissionregistration.v1beta1.MatchResources
 paramRef admissionregistration.v1beta1.ParamRef
 policyName string
v1beta1.MutatingAdmissionPolicyList kind=admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicyList
 apiVersion string
 items []admissionregistration.v1beta1.MutatingAdmissionPolicy required
 kind string
 metadata meta.v1.ListMeta
v1beta1.MutatingAdmissionPolicySpec
 failurePolicy string
 matchConditions []admissionregistration.v1beta1.MatchCondition list=map(name) patch=merge(name)
 matchConstraints admissionregistration.v1beta1.MatchResources
 mutations []admissionregistration.v1beta1.Mutation list=atomic
 paramKind admissionregistration.v1beta1.ParamKind
 reinvocationPolicy string
 variables []admissionregistration.v1beta1.Variable list=atomic
v1beta1.Mutation
 applyConfiguration admissionregistration.v1beta1.ApplyConfiguration
 jsonPatch admissionregistration.v1beta1.JSONPatch
 patchType string required
v1beta1.NamedRuleWithOperations atomic
 apiGroups []string list=atomic
 apiVersions []string list=atomic
 operations []string list=atomic
 resourceNames []string list=atomic
 resources []string list=atomic
 scope string
v1beta1.ParamKind atomic
 apiVersion string
 kind string
v1beta1.ParamRef atomic
 name string
 namespace string
 parameterNotFoundAction string
 selector meta.v1.LabelSelector
v1beta1.Variable atomic
 expression string required
 name string required

"""#
}
