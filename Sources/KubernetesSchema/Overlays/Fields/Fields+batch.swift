extension FieldTables {
    /// Jobs and CronJobs.
    static let batch: StaticString = #"""
v1.CronJobSpec
 pointer timeZone
 named concurrencyPolicy ConcurrencyPolicy Allow|Forbid|Replace
v1.JobCondition
 written lastProbeTime lastTransitionTime
 named status v1.ConditionStatus
 named type JobConditionType
v1.JobSpec
 pointer completionMode managedBy podReplacementPolicy
 named completionMode CompletionMode Indexed|NonIndexed
 named podReplacementPolicy PodReplacementPolicy Failed|TerminatingOrFailed
v1.JobStatus
 plain active failed succeeded
 pointer failedIndexes
v1.JobTemplateSpec
 written metadata spec
v1.PodFailurePolicyOnExitCodesRequirement
 pointer containerName
 named operator PodFailurePolicyOnExitCodesOperator In|NotIn
v1.PodFailurePolicyOnPodConditionsPattern
 named status v1.ConditionStatus
 named type v1.PodConditionType
v1.PodFailurePolicyRule
 named action PodFailurePolicyAction Count|FailIndex|FailJob|Ignore
v1.SuccessPolicyRule
 pointer succeededIndexes

"""#
}
