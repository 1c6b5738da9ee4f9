extension FieldTables {
    /// Webhook configurations and admission policies.
    static let admissionregistration: StaticString = #"""
v1.MatchResources
 pointer matchPolicy
 named matchPolicy MatchPolicyType Equivalent|Exact
v1.MutatingWebhook
 null sideEffects
 pointer failurePolicy matchPolicy reinvocationPolicy
 named failurePolicy FailurePolicyType Fail|Ignore
 named matchPolicy MatchPolicyType Equivalent|Exact
 named reinvocationPolicy ReinvocationPolicyType IfNeeded|Never
 named sideEffects SideEffectClass None|NoneOnDryRun|Some|Unknown
v1.Mutation
 named patchType PatchType
v1.MutatingAdmissionPolicySpec
 pointer failurePolicy
 named failurePolicy FailurePolicyType Fail|Ignore
 named reinvocationPolicy ReinvocationPolicyType
v1.NamedRuleWithOperations
 pointer scope
v1.ParamRef
 pointer parameterNotFoundAction
v1.RuleWithOperations
 pointer scope
v1.ServiceReference
 pointer path
v1.ValidatingAdmissionPolicyStatus
 plain observedGeneration
v1.ValidatingAdmissionPolicySpec
 pointer failurePolicy
 named failurePolicy FailurePolicyType Fail|Ignore
v1.ValidatingWebhook
 null sideEffects
 pointer failurePolicy matchPolicy
 named failurePolicy FailurePolicyType Fail|Ignore
 named matchPolicy MatchPolicyType Equivalent|Exact
 named sideEffects SideEffectClass None|NoneOnDryRun|Some|Unknown
v1.Validation
 pointer reason
 named reason types.StatusReason
v1.WebhookClientConfig
 pointer url

"""#
}
