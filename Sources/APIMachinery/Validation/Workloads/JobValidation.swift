import KubernetesObjects

/// What is wrong with Jobs and CronJobs.
///
/// - Source: kubernetes `pkg/apis/batch/validation`, v1.36.
enum JobValidation {
    static let maxParallelismIndexed = 100_000

    // MARK: Job

    static func job(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        if old == nil { generatedSelector(object, into: &errors) }
        let spec = object["spec"] ?? [:]
        jobSpec(spec, at: .spec, into: &errors)
        selector(spec, at: .spec, into: &errors)
        if let old { return changes(spec, old, into: &errors) }
        if spec.text("completionMode") == "Indexed", let completions = spec.int("completions"), completions > 0 {
            let host = "\(object.name)-\(completions - 1)"
            if !NameFormats.dns1123Label(host).isEmpty {
                errors.invalid(.metadata / "name", object.name, "will not able to create pod with invalid DNS label: \(host)")
            }
        }
    }

    private static func generatedSelector(_ job: Value, into errors: inout FieldErrors) {
        guard job["spec"]?.flag("manualSelector") != true else { return }
        let labels = job["spec", "template", "metadata", "labels"]?.fields ?? Fields()
        for (key, want) in [
            ("controller-uid", job.uid), ("job-name", job.name), ("batch.kubernetes.io/controller-uid", job.uid),
            ("batch.kubernetes.io/job-name", job.name),
        ] {
            let found = labels[key]?.stringValue
            let path = FieldPath.spec / "template" / "metadata" / "labels"
            if let found, found != want {
                let fields = Value.object(labels.sorted())
                errors.invalid(path, fields, "must be '\(want)'")
            } else if found == nil {
                errors.required(path, "must be '\(want)'")
            }
        }
    }

    private static func selector(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        guard let selector = spec.present("selector") else {
            errors.required(path / "selector")
            return
        }
        LabelSelectorValidation.check(selector, at: path / "selector", into: &errors)
        if LabelSelectorValidation.isUsable(selector) {
            PodTemplateValidation.match(selector, spec["template"], at: path / "template", into: &errors)
        }
    }

    static func jobSpec(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        for field in ["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished", "backoffLimitPerIndex"] {
            errors.checkNonNegative(spec.int(field), path / field)
        }
        let mode = spec.present("completionMode")?.stringValue
        let completions = spec.int("completions")
        if let failed = spec.int("maxFailedIndexes") {
            errors.checkNonNegative(failed, path / "maxFailedIndexes")
            if let completions, failed > completions {
                errors.invalid(path / "maxFailedIndexes", failed, "must be less than or equal to completions")
            }
            if !spec.has("backoffLimitPerIndex") {
                errors.required(path / "backoffLimitPerIndex", "when maxFailedIndexes is specified")
            }
        }
        if let manager = spec.present("managedBy")?.stringValue {
            errors.invalid(path / "managedBy", manager, each: NameFormats.domainPrefixedPath(manager) ?? [])
            if manager.utf8.count > 63 { errors.tooLong(path / "managedBy", maxBytes: 63) }
        }
        if let mode, mode != "NonIndexed", mode != "Indexed" {
            errors.notSupported(path / "completionMode", mode, ["NonIndexed", "Indexed"])
        }
        if mode == "Indexed" {
            if completions == nil { errors.required(path / "completions", "when completion mode is Indexed") }
            if let parallelism = spec.int("parallelism"), parallelism > maxParallelismIndexed {
                errors.invalid(
                    path / "parallelism", parallelism,
                    "must be less than or equal to \(maxParallelismIndexed) when completion mode is Indexed")
            }
        } else if spec.has("backoffLimitPerIndex") {
            errors.invalid(path / "backoffLimitPerIndex", spec["backoffLimitPerIndex"], "requires indexed completion mode")
        }
        JobPolicyValidation.failure(spec, at: path / "podFailurePolicy", into: &errors)
        JobPolicyValidation.success(spec, at: path / "successPolicy", into: &errors)
        let replacement = spec.present("podReplacementPolicy")?.stringValue
        if let replacement {
            if replacement != "Failed", replacement != "TerminatingOrFailed" {
                errors.notSupported(path / "podReplacementPolicy", replacement, ["Failed", "TerminatingOrFailed"])
            } else if spec.has("podFailurePolicy"), replacement != "Failed" {
                errors.notSupported(path / "podReplacementPolicy", replacement, ["Failed"])
            }
        }
        PodTemplateValidation.template(spec["template"], at: path / "template", into: &errors)
        let restart = spec["template", "spec", "restartPolicy"]?.stringValue ?? ""
        let restartPath = path / "template" / "spec" / "restartPolicy"
        if restart.isEmpty || restart == "Always" {
            errors.required(restartPath, "valid values: \"OnFailure\", \"Never\"")
        } else if restart != "OnFailure", restart != "Never" {
            errors.notSupported(restartPath, restart, ["OnFailure", "Never"])
        } else if spec.has("podFailurePolicy"), restart != "Never" {
            errors.invalid(restartPath, restart, "only \"Never\" is supported when podFailurePolicy is specified")
        }
    }

    private static func changes(_ spec: Value, _ old: Value, into errors: inout FieldErrors) {
        let before = old["spec"] ?? [:]
        completions(spec, before, into: &errors)
        errors.checkImmutable(
            InternalForm.labelSelector(spec["selector"]), InternalForm.labelSelector(before["selector"]), .spec / "selector")
        template(spec, before, old, into: &errors)
        for field in ["completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"] {
            if !sameValue(spec[field], before[field]) { errors.invalid(.spec / field, spec[field] ?? .null, "field is immutable") }
        }
    }

    private static func completions(_ spec: Value, _ old: Value, into errors: inout FieldErrors) {
        if spec.int("completions") == old.int("completions") { return }
        let isElastic = spec.text("completionMode") == "Indexed" && spec.has("completions") && old.has("completions")
        if !isElastic {
            errors.invalid(.spec / "completions", spec["completions"] ?? .null, "field is immutable")
        } else if spec.int("completions") != spec.int("parallelism") {
            errors.invalid(.spec / "completions", spec["completions"] ?? .null, "can only be modified in tandem with spec.parallelism")
        }
    }

    /// A suspended job that has not started may still have its scheduling directives changed.
    private static func template(_ spec: Value, _ old: Value, _ oldJob: Value, into errors: inout FieldErrors) {
        var before = old["template"] ?? [:]
        let new = spec["template"] ?? [:]
        if old.flag("suspend"), oldJob["status"]?.has("startTime") != true {
            for field in ["affinity", "nodeSelector", "tolerations", "schedulingGates"] {
                before["spec", field] = new["spec", field]
            }
            for field in ["annotations", "labels"] { before["metadata", field] = new["metadata", field] }
        }
        let left = InternalForm.podTemplate(before)
        let right = InternalForm.podTemplate(new)
        if left != right { errors.invalid(.spec / "template", right, "field is immutable") }
    }

    // MARK: CronJob

    static func cronJob(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        cronSpec(object["spec"] ?? [:], into: &errors)
        if old == nil, object.name.utf8.count > 52 {
            errors.invalid(.metadata / "name", object.name, "must be no more than 52 characters")
        }
    }

    private static func cronSpec(_ spec: Value, into errors: inout FieldErrors) {
        let schedule = spec.text("schedule")
        let zone = spec.present("timeZone")?.stringValue
        if schedule.isEmpty {
            errors.required(.spec / "schedule")
        } else {
            if let problem = CronScheduleText.problem(schedule) { errors.invalid(.spec / "schedule", schedule, problem) }
            if schedule.contains("TZ") {
                errors.invalid(.spec / "schedule", schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
            }
        }
        errors.checkNonNegative(spec.int("startingDeadlineSeconds"), .spec / "startingDeadlineSeconds")
        if let zone {
            if zone.isEmpty {
                errors.invalid(.spec / "timeZone", zone, "timeZone must be nil or non-empty string")
            } else if zone.lowercased() == "local" {
                errors.invalid(
                    .spec / "timeZone", zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones")
            } else if !TimeZoneNames.isKnown(zone) {
                errors.invalid(.spec / "timeZone", zone, "unknown time zone \(zone)")
            }
        }
        errors.checkEnum(spec.text("concurrencyPolicy"), .spec / "concurrencyPolicy", ["Allow", "Forbid", "Replace"])
        let template = spec["jobTemplate", "spec"] ?? [:]
        let path = FieldPath.spec / "jobTemplate" / "spec"
        jobSpec(template, at: path, into: &errors)
        if template.has("selector") {
            errors.invalid(path / "selector", InternalForm.labelSelector(template["selector"]), "`selector` will be auto-generated")
        }
        if template.flag("manualSelector") {
            errors.notSupported(path / "manualSelector", true, ["nil", "false"])
        }
        for field in ["successfulJobsHistoryLimit", "failedJobsHistoryLimit"] { errors.checkNonNegative(spec.int(field), .spec / field) }
    }
}
