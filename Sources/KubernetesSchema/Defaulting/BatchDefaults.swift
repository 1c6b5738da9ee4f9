import KubernetesObjects

/// Defaults of Jobs and CronJobs; the Job in a CronJob's template gets those of its pods only.
enum BatchDefaults {
    static let rules: [String: DefaultRule] = [
        "batch.v1.Job": .computed(readsMetadata: true, job),
        "batch.v1.CronJobSpec": .plain([
            "concurrencyPolicy": "Allow", "failedJobsHistoryLimit": 1, "successfulJobsHistoryLimit": 3, "suspend": false,
        ]),
        "batch.v1.PodFailurePolicyOnPodConditionsPattern": .plain(["status": "True"]),
    ]

    @Sendable private static func job(_ job: inout Value) {
        var spec = job["spec"] ?? [:]
        job["spec"] = .null
        if spec["completions"] == nil, spec["parallelism"] == nil { spec["completions"] = 1 }
        spec.setDefault("parallelism", 1)
        spec.setDefault("backoffLimit", spec["backoffLimitPerIndex"] == nil ? 6 : .int(Int64(Int32.max)))
        spec.setDefault("completionMode", "NonIndexed")
        spec.setDefault("suspend", false)
        spec.setDefault("manualSelector", false)
        spec.setDefault("podReplacementPolicy", spec["podFailurePolicy"] == nil ? "TerminatingOrFailed" : "Failed")
        if job.labels.isEmpty, let labels = spec["template"]?["metadata"]?["labels"], !labels.isEmptyValue {
            job["metadata", default: [:]]["labels"] = labels
        }
        job["spec"] = spec
    }
}
