import APIMachinery
import KubernetesObjects
import SimulationKernel

/// One pass over one CronJob.
struct CronPass {
    private var cronJob: Value
    private let stored: Value
    private let jobs: [Value]
    private let view: ClusterView
    private var plan = Plan()

    init(cronJob: Value, jobs: [Value], view: ClusterView) {
        self.cronJob = cronJob
        stored = cronJob
        self.jobs = jobs.sorted(by: isOlder)
        self.view = view
    }

    private var active: [Value] {
        get { cronJob["status"]?["active"]?.elements ?? [] }
        set { cronJob["status", default: [:]]["active"] = newValue.isEmpty ? nil : .array(newValue) }
    }

    mutating func run() -> Plan {
        cleanUp()
        followJobs()
        schedule()
        if cronJob["status"] != stored["status"] {
            // Before the new Job's own status write, which begins from what is stored then.
            plan.actions.insert(PlannedAction(write: .updateStatus(.cronJobs, cronJob)), at: 0)
        }
        return plan
    }

    private mutating func event(_ type: EventType, _ reason: String, _ message: String) {
        plan.event(on: stored, type: type, reason: reason, message: message)
    }

    // MARK: Jobs that are there

    private mutating func cleanUp() {
        for (limitKey, condition) in [("successfulJobsHistoryLimit", "Complete"), ("failedJobsHistoryLimit", "Failed")] {
            guard let limit = cronJob.specInt(limitKey) else { continue }
            let finished = jobs.filter { $0.isConditionTrue(condition) && !$0.isBeingDeleted }.sorted {
                ($0.statusString("startTime") ?? "", $0.name) < ($1.statusString("startTime") ?? "", $1.name)
            }
            for job in finished.prefix(max(0, finished.count - limit)) { delete(job) }
        }
    }

    private mutating func delete(_ job: Value) {
        plan.add(
            .delete(ObjectKey(.jobs, namespace: job.namespace, name: job.name), uid: job.uid, propagation: .background),
            ifRefused: .continuing, tag: CronJobController.deleteTag)
        active.removeAll { $0["uid"]?.stringValue == job.uid }
    }

    private mutating func followJobs() {
        let uids = Set(jobs.map(\.uid))
        for job in jobs {
            let isActive = active.contains { $0["uid"]?.stringValue == job.uid }
            let isFinished = JobPass.isFinished(job)
            if !isActive, !isFinished {
                event(.warning, "UnexpectedJob", "Saw a job that the controller did not create or forgot: \(job.name)")
            } else if isActive, isFinished {
                active.removeAll { $0["uid"]?.stringValue == job.uid }
                let end = job.isConditionTrue("Complete") ? "Complete" : "Failed"
                event(.normal, "SawCompletedJob", "Saw completed job: \(job.name), condition: \(end)")
                noteSuccess(job)
            } else if isFinished {
                noteSuccess(job)
            }
        }
        for reference in active where !uids.contains(reference["uid"]?.stringValue ?? "") {
            event(.normal, "MissingJob", "Active job went missing: \(reference["name"]?.stringValue ?? "")")
            active.removeAll { $0 == reference }
        }
    }

    private mutating func noteSuccess(_ job: Value) {
        guard job.isConditionTrue("Complete"), let end = job.statusString("completionTime") else { return }
        if (cronJob.statusString("lastSuccessfulTime") ?? "") < end { cronJob["status", default: [:]]["lastSuccessfulTime"] = .string(end) }
    }

    // MARK: The schedule

    private mutating func schedule() {
        guard !cronJob.isBeingDeleted else { return }
        var zone = TimeZoneRule.utc
        if let name = cronJob.specString("timeZone") {
            guard let known = TimeZoneRule(named: name) else {
                return event(.warning, "UnknownTimeZone", "invalid timeZone: \"\(name)\": unknown time zone \(name)")
            }
            zone = known
        }
        if cronJob["spec"]?["suspend"]?.boolValue == true { return }
        let text = cronJob.specString("schedule") ?? ""
        let schedule: CronSchedule
        do throws(CronSchedule.ParseError) { schedule = try CronSchedule(text) } catch {
            return event(.warning, "UnparseableSchedule", "unparseable schedule: \"\(text)\" : \(error.message)")
        }
        // A day that never comes, such as the 31st of February, is waited for by nobody until the schedule is another.
        guard schedule.next(after: earliest(withDeadline: true), in: zone) != nil else {
            return event(.warning, "InvalidSchedule", "invalid schedule: \(text) : time difference between two schedules is less than 1 second")
        }
        guard let due = mostRecent(schedule, zone) else { return waitForNext(schedule, zone) }
        defer { waitForNext(schedule, zone) }
        if let deadline = cronJob.specInt("startingDeadlineSeconds"), due + .seconds(deadline) < view.now {
            return event(.warning, "MissSchedule", "Missed scheduled time to start a job: \(Self.rfc1123(due))")
        }
        let name = "\(cronJob.name)-\(due.seconds / 60)"
        if active.contains(where: { $0["name"]?.stringValue == name }) || cronJob.statusString("lastScheduleTime") == due.rfc3339 { return }
        switch cronJob.specString("concurrencyPolicy") {
        case "Forbid" where !active.isEmpty:
            return event(
                .normal, "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid")
        case "Replace":
            for reference in active {
                if let job = view.get(.jobs, namespace: cronJob.namespace, name: reference["name"]?.stringValue ?? "") { delete(job) }
            }
        default: break
        }
        plan.add(.create(.jobs, job(name, due, zone)), tag: CronJobController.createTag)
    }

    private func job(_ name: String, _ due: Instant, _ zone: TimeZoneRule) -> Value {
        let template = cronJob["spec"]?["jobTemplate"]
        var metadata: Value = ["name": .string(name), "namespace": .string(cronJob.namespace)]
        if let labels = template?["metadata"]?["labels"] { metadata["labels"] = labels }
        if let annotations = template?["metadata"]?["annotations"] { metadata["annotations"] = annotations }
        metadata["annotations", default: [:]][CronJobController.scheduledKey] = .string(Self.rfc3339(due, zone))
        metadata["ownerReferences"] = [cronJob.controllerReference(apiVersion: "batch/v1", kind: "CronJob")]
        return ["apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template?["spec"] ?? [:]]
    }

    private static func rfc3339(_ instant: Instant, _ zone: TimeZoneRule) -> String {
        let offset = zone.offsetSeconds(at: instant) / 60
        if offset == 0 { return instant.rfc3339 }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let sign = offset < 0 ? "-" : "+"
        return (instant + .seconds(offset * 60)).rfc3339.dropLast() + "\(sign)\(two(abs(offset) / 60)):\(two(abs(offset) % 60))"
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func rfc1123(_ instant: Instant) -> String {
        let time = instant.civil
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return
            "\(days[time.weekday]), \(two(time.day)) \(months[time.month - 1]) \(time.year) \(two(time.hour)):\(two(time.minute)):\(two(time.second)) +0000"
    }

    private func earliest(withDeadline: Bool) -> Instant {
        var earliest = cronJob.statusString("lastScheduleTime").flatMap { Instant(rfc3339: $0) } ?? cronJob.created
        if withDeadline, let deadline = cronJob.specInt("startingDeadlineSeconds") { earliest = max(earliest, view.now - .seconds(deadline)) }
        return earliest
    }

    /// The last time at which it was due and has not been started; nil when it is not due.
    private mutating func mostRecent(_ schedule: CronSchedule, _ zone: TimeZoneRule) -> Instant? {
        let from = earliest(withDeadline: true)
        guard let first = schedule.next(after: from, in: zone), first <= view.now else { return nil }
        guard let second = schedule.next(after: first, in: zone), second <= view.now else { return first }
        let gap = max(1, second.seconds - first.seconds)
        let missed = (view.now.seconds - first.seconds) / gap + 1
        // Jump close to now, then walk.
        var recent = first
        var cursor = missed > 3 ? first + .seconds(Int((missed - 3) * gap)) : first
        if missed > 3, let near = schedule.next(after: cursor - .seconds(1), in: zone), near <= view.now { recent = near }
        cursor = recent
        for _ in 0..<100_000 {
            guard let next = schedule.next(after: cursor, in: zone), next <= view.now else { break }
            recent = next
            cursor = next
        }
        if missed > CronJobController.missedMax {
            event(
                .warning, "TooManyMissedTimes",
                "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew")
        }
        return recent
    }

    private mutating func waitForNext(_ schedule: CronSchedule, _ zone: TimeZoneRule) {
        guard let next = schedule.next(after: view.now, in: zone) else { return }
        plan.requeueAfter = next + CronJobController.delta - view.now
    }
}
