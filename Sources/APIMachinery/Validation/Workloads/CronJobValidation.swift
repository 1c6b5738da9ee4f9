import KubernetesObjects
import SimulationKernel

/// What is wrong with CronJobs.
///
/// - Source: kubernetes `pkg/apis/batch/validation`, v1.36.
enum CronJobValidation {
    /// What follows a CronJob's name in the names of its Jobs leaves so much of 63 letters.
    private static let nameMax = 52

    static func cronJob(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        let spec = object["spec"] ?? [:]
        let before = old?["spec"]
        schedule(spec, before, into: &errors)
        errors.checkNonNegative(spec.int("startingDeadlineSeconds"), .spec / "startingDeadlineSeconds")
        if let zone = spec.present("timeZone")?.stringValue, zone != before?.present("timeZone")?.stringValue {
            timeZone(zone, at: .spec / "timeZone", into: &errors)
        }
        errors.checkEnum(spec.text("concurrencyPolicy"), .spec / "concurrencyPolicy", ["Allow", "Forbid", "Replace"])
        template(spec["jobTemplate", "spec"] ?? [:], at: .spec / "jobTemplate" / "spec", into: &errors)
        for field in ["successfulJobsHistoryLimit", "failedJobsHistoryLimit"] { errors.checkNonNegative(spec.int(field), .spec / field) }
        if old == nil, object.name.utf8.count > nameMax {
            errors.invalid(.metadata / "name", object.name, "must be no more than \(nameMax) characters")
        }
    }

    /// A zone within the schedule is left from old times: it may stay where it is.
    private static func schedule(_ spec: Value, _ old: Value?, into errors: inout FieldErrors) {
        let path = FieldPath.spec / "schedule"
        let schedule = spec.text("schedule")
        if schedule.isEmpty { return errors.required(path) }
        if let problem = CronScheduleText.problem(schedule) { errors.invalid(path, schedule, problem) }
        guard schedule.contains("TZ") else { return }
        if old?.text("schedule").contains("TZ") != true {
            errors.invalid(path, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
        } else if spec.has("timeZone") {
            errors.invalid(path, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule")
        }
    }

    private static func timeZone(_ zone: String, at path: FieldPath, into errors: inout FieldErrors) {
        if zone.isEmpty {
            errors.invalid(path, zone, "timeZone must be nil or non-empty string")
        } else if zone.lowercased() == "local" {
            errors.invalid(path, zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones")
        } else if TimeZoneRule(named: zone) == nil {
            errors.invalid(path, zone, "unknown time zone \(zone)")
        }
    }

    /// The Job of each time gets its selector from the server.
    private static func template(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        JobValidation.jobSpec(spec, at: path, into: &errors)
        if spec.has("selector") {
            errors.invalid(path / "selector", InternalForm.labelSelector(spec["selector"]), "`selector` will be auto-generated")
        }
        if spec.flag("manualSelector") { errors.notSupported(path / "manualSelector", true, ["nil", "false"]) }
    }
}
