import KubernetesObjects

/// What is wrong with Jobs, and with the specs of Jobs in CronJobs.
///
/// - Source: kubernetes `pkg/apis/batch/validation`, v1.36.
enum JobValidation {
    static let maxParallelismIndexed = 100_000
    private static let maxFailedIndexes = 100_000
    /// Above so many completions, limits for each index hold only within tighter bounds.
    private static let completionsSoftLimit = 100_000
    private static let maxForHighCompletions = 10_000

    // MARK: Job

    static func job(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        if old == nil { generatedSelector(object, spec, into: &errors) }
        jobSpec(spec, at: .spec, into: &errors)
        selector(spec, at: .spec, into: &errors)
        if let old { return JobChangeValidation.check(spec, old, into: &errors) }
        if spec.text("completionMode") == "Indexed", let completions = spec.int("completions"), completions > 0 {
            let host = "\(object.name)-\(completions - 1)"
            if !NameFormats.dns1123Label(host).isEmpty {
                errors.invalid(.metadata / "name", object.name, "will not able to create pod with invalid DNS label: \(host)")
            }
        }
    }

    /// The labels that the server gives, unless the user has given others, and a selector that chooses them.
    private static func generatedSelector(_ job: Value, _ spec: Value, into errors: inout FieldErrors) {
        guard !spec.flag("manualSelector"), let selector = spec.present("selector") else { return }
        let labels = spec["template", "metadata", "labels"]?.fields ?? Fields()
        let wanted = [
            ("controller-uid", job.uid), ("job-name", job.name), ("batch.kubernetes.io/controller-uid", job.uid),
            ("batch.kubernetes.io/job-name", job.name),
        ]
        for (key, want) in wanted {
            let path = (FieldPath.spec / "template" / "metadata" / "labels").key(key)
            if labels[key] == nil {
                errors.required(path, "must be '\(want)'")
            } else if labels[key]?.stringValue != want {
                errors.invalid(path, .object(labels.sorted()), "must be '\(want)'")
            }
        }
        let generated = Fields(wanted.map { ($0.0, Value.string($0.1)) })
        if LabelSelectorValidation.isUsable(selector), !LabelSelectorValidation.matches(selector, generated) {
            errors.invalid(.spec / "selector", InternalForm.labelSelector(selector), "`selector` not auto-generated")
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

    // MARK: Spec

    static func jobSpec(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        for field in [
            "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished", "backoffLimitPerIndex",
            "maxFailedIndexes",
        ] { errors.checkNonNegative(spec.int(field), path / field) }
        if spec.has("maxFailedIndexes"), !spec.has("backoffLimitPerIndex") {
            errors.required(path / "backoffLimitPerIndex", "when maxFailedIndexes is specified")
        }
        if let manager = spec.present("managedBy")?.stringValue {
            errors.checkDomainPrefixedPath(manager, path / "managedBy")
            if manager.utf8.count > 63 { errors.tooLong(path / "managedBy", maxBytes: 63) }
        }
        let mode = spec.present("completionMode")?.stringValue
        if let mode, mode != "NonIndexed", mode != "Indexed" {
            errors.notSupported(path / "completionMode", mode, ["NonIndexed", "Indexed"])
        }
        if mode == "Indexed" { indexed(spec, at: path, into: &errors) }
        if mode == nil || mode == "NonIndexed" {
            for field in ["backoffLimitPerIndex", "maxFailedIndexes"] where spec.has(field) {
                errors.invalid(path / field, spec[field], "requires indexed completion mode")
            }
        }
        JobPolicyValidation.failure(spec, at: path / "podFailurePolicy", into: &errors)
        JobPolicyValidation.success(spec, at: path / "successPolicy", into: &errors)
        replacement(spec, at: path / "podReplacementPolicy", into: &errors)
        PodTemplateValidation.template(spec["template"], at: path / "template", into: &errors)
        restart(spec, at: path / "template" / "spec" / "restartPolicy", into: &errors)
    }

    private static func indexed(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let (completions, parallelism, failed) = (spec.int("completions"), spec.int("parallelism"), spec.int("maxFailedIndexes"))
        if completions == nil { errors.required(path / "completions", "when completion mode is Indexed") }
        func limit(_ field: String, _ number: Int?, _ most: Int, _ condition: String) {
            if let number, number > most { errors.invalid(path / field, number, "must be less than or equal to \(most)\(condition)") }
        }
        limit("parallelism", parallelism, maxParallelismIndexed, " when completion mode is Indexed")
        if let completions, let failed, failed > completions {
            errors.invalid(path / "maxFailedIndexes", failed, "must be less than or equal to completions")
        }
        limit("maxFailedIndexes", failed, maxFailedIndexes, "")
        guard let completions, completions > completionsSoftLimit, spec.has("backoffLimitPerIndex") else { return }
        if failed == nil { errors.required(path / "maxFailedIndexes", "must be specified when completions is above \(completionsSoftLimit)") }
        let condition = " when completions are above \(completionsSoftLimit) and used with backoff limit per index"
        limit("parallelism", parallelism, maxForHighCompletions, condition)
        limit("maxFailedIndexes", failed, maxForHighCompletions, condition)
    }

    private static func replacement(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        guard let policy = spec.present("podReplacementPolicy")?.stringValue else { return }
        let supported = spec.has("podFailurePolicy") ? ["Failed"] : ["Failed", "TerminatingOrFailed"]
        if !supported.contains(policy) { errors.notSupported(path, policy, supported) }
    }

    private static func restart(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        switch spec["template", "spec", "restartPolicy"]?.stringValue ?? "" {
        case "", "Always": errors.required(path, "valid values: \"OnFailure\", \"Never\"")
        case "Never": break
        case "OnFailure":
            if spec.has("podFailurePolicy") { errors.invalid(path, "OnFailure", "only \"Never\" is supported when podFailurePolicy is specified") }
        case let policy: errors.notSupported(path, policy, ["OnFailure", "Never"])
        }
    }
}
