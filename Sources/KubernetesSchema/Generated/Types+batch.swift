// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let batchTypes: StaticString = #"""
v1.CronJob kind=batch/v1/CronJob
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec batch.v1.CronJobSpec required
 status batch.v1.CronJobStatus
v1.CronJobList kind=batch/v1/CronJobList
 apiVersion string
 items []batch.v1.CronJob required
 kind string
 metadata meta.v1.ListMeta
v1.CronJobSpec
 concurrencyPolicy string
 failedJobsHistoryLimit int32
 jobTemplate batch.v1.JobTemplateSpec required
 schedule string required
 startingDeadlineSeconds int64
 successfulJobsHistoryLimit int32
 suspend bool
 timeZone string
v1.CronJobStatus
 active []core.v1.ObjectReference list=atomic
 lastScheduleTime Time
 lastSuccessfulTime Time
v1.Job kind=batch/v1/Job
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec batch.v1.JobSpec
 status batch.v1.JobStatus
v1.JobCondition
 lastProbeTime Time
 lastTransitionTime Time
 message string
 reason string
 status string required
 type string required
v1.JobList kind=batch/v1/JobList
 apiVersion string
 items []batch.v1.Job required
 kind string
 metadata meta.v1.ListMeta
v1.JobSpec
 activeDeadlineSeconds int64
 backoffLimit int32
 backoffLimitPerIndex int32
 completionMode string
 completions int32
 managedBy string
 manualSelector bool
 maxFailedIndexes int32
 parallelism int32
 podFailurePolicy batch.v1.PodFailurePolicy
 podReplacementPolicy string
 selector meta.v1.LabelSelector
 successPolicy batch.v1.SuccessPolicy
 suspend bool
 template core.v1.PodTemplateSpec required
 ttlSecondsAfterFinished int32
v1.JobStatus
 active int32
 completedIndexes string
 completionTime Time
 conditions []batch.v1.JobCondition list=atomic patch=merge(type)
 failed int32
 failedIndexes string
 ready int32
 startTime Time
 succeeded int32
 terminating int32
 uncountedTerminatedPods batch.v1.UncountedTerminatedPods
v1.JobTemplateSpec
 metadata meta.v1.ObjectMeta
 spec batch.v1.JobSpec
v1.PodFailurePolicy
 rules []batch.v1.PodFailurePolicyRule required list=atomic
v1.PodFailurePolicyOnExitCodesRequirement
 containerName string
 operator string required
 values []int32 required list=set
v1.PodFailurePolicyOnPodConditionsPattern
 status string
 type string required
v1.PodFailurePolicyRule
 action string required
 onExitCodes batch.v1.PodFailurePolicyOnExitCodesRequirement
 onPodConditions []batch.v1.PodFailurePolicyOnPodConditionsPattern list=atomic
v1.SuccessPolicy
 rules []batch.v1.SuccessPolicyRule required list=atomic
v1.SuccessPolicyRule
 succeededCount int32
 succeededIndexes string
v1.UncountedTerminatedPods
 failed []string list=set
 succeeded []string list=set

"""#
}
