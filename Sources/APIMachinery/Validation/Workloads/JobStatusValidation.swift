import KubernetesObjects
import SimulationKernel

/// What is wrong with a write to a Job's `status`.
///
/// Most rules are asked only when a field that they are about changes: a status that was wrong before can still be written.
///
/// - Source: kubernetes `pkg/apis/batch/validation.ValidateJobUpdateStatus` and `pkg/registry/batch/job`, v1.36.
enum JobStatusValidation {
    static func check(_ job: Value, old: Value?, into errors: inout FieldErrors) {
        let rules = JobStatusRules(job, old ?? [:])
        rules.counts(into: &errors)
        rules.uncounted(into: &errors)
        rules.conditions(into: &errors)
        rules.endings(into: &errors)
        rules.indexes(into: &errors)
        rules.successCriteria(into: &errors)
        rules.changes(into: &errors)
    }
}

/// A Job's status before and after a write, and the rules between the two.
private struct JobStatusRules {
    let spec: Value
    let new: Value
    let old: Value
    private let newConditions: Set<String>
    private let oldConditions: Set<String>

    init(_ job: Value, _ before: Value) {
        spec = job["spec"] ?? [:]
        new = job["status"] ?? [:]
        old = before["status"] ?? [:]
        newConditions = Self.holding(new)
        oldConditions = Self.holding(old)
    }

    private static func holding(_ status: Value) -> Set<String> {
        Set(status.list("conditions").filter { $0.text("status") == "True" }.map { $0.text("type") })
    }

    private func has(_ type: String) -> Bool { newConditions.contains(type) }
    private func turned(_ types: String...) -> Bool { types.contains { newConditions.contains($0) != oldConditions.contains($0) } }
    private func changed(_ fields: String...) -> Bool { fields.contains { !sameValue(new[$0], old[$0]) } }
    private func number(_ field: String) -> Int { new.int(field) ?? 0 }
    private var isFinished: Bool { has("Complete") || has("Failed") }
    private var endingTurned: Bool { isFinished != (oldConditions.contains("Complete") || oldConditions.contains("Failed")) }

    private func refuse(_ message: String, into errors: inout FieldErrors) {
        errors.append(FieldError(.invalid, (FieldPath.status / "conditions").description, .omitted, detail: message))
    }

    // MARK: Counts

    func counts(into errors: inout FieldErrors) {
        for field in ["active", "succeeded", "failed", "ready", "terminating"] { errors.checkNonNegative(new.int(field), .status / field) }
    }

    /// Pods that have ended and are not counted yet: each once.
    func uncounted(into errors: inout FieldErrors) {
        var seen: Set<String> = []
        for field in ["succeeded", "failed"] {
            for (index, uid) in (new["uncountedTerminatedPods"]?.texts(field) ?? []).enumerated() {
                let path = (FieldPath.status / "uncountedTerminatedPods" / field)[index]
                if uid.isEmpty {
                    errors.invalid(path, uid, "must not be empty")
                } else if !seen.insert(uid).inserted {
                    errors.duplicate(path, uid)
                }
            }
        }
    }

    // MARK: Conditions and times

    func conditions(into errors: inout FieldErrors) {
        let completion = new.present("completionTime")
        let path = FieldPath.status / "completionTime"
        if turned("Complete", "Failed"), has("Complete"), has("Failed") {
            refuse("cannot set Complete=True and Failed=true conditions", into: &errors)
        }
        if turned("Complete", "FailureTarget"), has("Complete"), has("FailureTarget") {
            refuse("cannot set Complete=True and FailureTarget=true conditions", into: &errors)
        }
        if turned("Complete") || changed("completionTime") {
            if completion != nil, !has("Complete") {
                errors.invalid(path, completion, "cannot set completionTime when there is no Complete=True condition")
            }
            if completion == nil, has("Complete") { errors.required(path, "completionTime is required for Complete jobs") }
        }
        if changed("startTime", "completionTime"), let start = new.text("startTime").instant, let end = completion?.stringValue?.instant, end < start {
            errors.invalid(path, completion, "completionTime cannot be set before startTime")
        }
        if turned("Failed", "FailureTarget"), has("Failed"), !has("FailureTarget") {
            refuse("cannot set Failed=True condition without the FailureTarget=true condition", into: &errors)
        }
        if turned("Complete", "SuccessCriteriaMet"), has("Complete"), !has("SuccessCriteriaMet") {
            refuse("cannot set Complete=True condition without the SuccessCriteriaMet=true condition", into: &errors)
        }
    }

    /// What a finished Job has no more.
    func endings(into errors: inout FieldErrors) {
        guard isFinished else { return }
        if endingTurned || changed("active"), number("active") > 0 {
            errors.invalid(.status / "active", number("active"), "active>0 is invalid for finished job")
        }
        if endingTurned || changed("startTime"), !new.has("startTime") {
            errors.required(.status / "startTime", "startTime is required for finished job")
        }
        let uncounted = new["uncountedTerminatedPods"] ?? [:]
        if endingTurned || changed("uncountedTerminatedPods"), !(uncounted.list("failed") + uncounted.list("succeeded")).isEmpty {
            errors.invalid(
                .status / "uncountedTerminatedPods", ["Succeeded": uncounted["succeeded"] ?? .null, "Failed": uncounted["failed"] ?? .null],
                "uncountedTerminatedPods needs to be empty for finished job")
        }
    }

    // MARK: Indexes

    func indexes(into errors: inout FieldErrors) {
        let completions = spec.int("completions")
        let completed = new.text("completedIndexes")
        let failed = new.present("failedIndexes")?.stringValue
        let paths = (completed: FieldPath.status / "completedIndexes", failed: FieldPath.status / "failedIndexes")
        func format(_ text: String, _ field: String, _ path: FieldPath) {
            guard let completions else { return }
            do throws(IndexIntervals.Problem) {
                _ = try IndexIntervals.count(text, completions: completions)
            } catch {
                errors.invalid(path, text, "error parsing \(field): \(error.message)")
            }
        }
        if changed("completedIndexes") { format(completed, "completedIndexes", paths.completed) }
        if changed("failedIndexes"), let failed, spec.has("backoffLimitPerIndex") { format(failed, "failedIndexes", paths.failed) }
        if changed("completedIndexes"), !completed.isEmpty, spec.text("completionMode") != "Indexed" {
            errors.invalid(paths.completed, completed, "cannot set non-empty completedIndexes when non-indexed completion mode")
        }
        if changed("failedIndexes"), let failed, !spec.has("backoffLimitPerIndex") {
            errors.invalid(paths.failed, failed, "cannot set non-null failedIndexes when backoffLimitPerIndex is null")
        }
        if changed("failedIndexes", "completedIndexes"), let completions, let failed,
            let index = IndexIntervals.overlap(completed, failed, completions: completions)
        {
            errors.invalid(paths.failed, failed, "failedIndexes and completedIndexes overlap at index: \(index)")
        }
        if isFinished, endingTurned || changed("terminating"), number("terminating") > 0 {
            errors.invalid(.status / "terminating", number("terminating"), "terminating>0 is invalid for finished job")
        }
        if changed("ready", "active"), let ready = new.int("ready"), ready > number("active") {
            errors.invalid(.status / "ready", ready, "cannot set more ready pods than active")
        }
    }

    // MARK: Success criteria

    func successCriteria(into errors: inout FieldErrors) {
        if has("SuccessCriteriaMet"), has("Failed") { refuse("cannot set SuccessCriteriaMet=True and Failed=true conditions", into: &errors) }
        if has("SuccessCriteriaMet"), has("FailureTarget") {
            refuse("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions", into: &errors)
        }
        if spec.has("successPolicy"), !has("SuccessCriteriaMet"), has("Complete") {
            refuse("cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True", into: &errors)
        }
    }

    // MARK: What never goes back

    func changes(into errors: inout FieldErrors) {
        for type in ["Failed", "Complete", "FailureTarget"] where oldConditions.contains(type) && !has(type) {
            refuse("cannot disable the terminal \(type)=True condition", into: &errors)
        }
        if number("failed") < old.int("failed") ?? 0 { errors.invalid(.status / "failed", number("failed"), "cannot decrease the failed counter") }
        // An indexed Job with as many pods as completions may be scaled down.
        let isElastic = spec.text("completionMode") == "Indexed" && spec.int("completions") == spec.int("parallelism")
        if !isElastic, number("succeeded") < old.int("succeeded") ?? 0 {
            errors.invalid(.status / "succeeded", number("succeeded"), "cannot decrease the succeeded counter")
        }
        if let completion = new.present("completionTime"), let before = old.present("completionTime"), completion != before {
            errors.invalid(.status / "completionTime", completion, "completionTime cannot be mutated")
        }
        // A Job that goes on after it was suspended begins anew.
        let isResumed = oldConditions.contains("Suspended") && !has("Suspended")
        if changed("startTime"), old.has("startTime"), !spec.flag("suspend"), !isResumed {
            errors.required(.status / "startTime", "startTime cannot be removed for unsuspended job")
        }
        if oldConditions.contains("SuccessCriteriaMet"), !has("SuccessCriteriaMet") {
            refuse("cannot disable the SuccessCriteriaMet=True condition", into: &errors)
        }
        if oldConditions.contains("Complete"), !oldConditions.contains("SuccessCriteriaMet"), has("SuccessCriteriaMet") {
            refuse("cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions", into: &errors)
        }
    }
}

extension String {
    /// The moment that the text names; nil when it names none.
    fileprivate var instant: Instant? { Instant(rfc3339: self) }
}
