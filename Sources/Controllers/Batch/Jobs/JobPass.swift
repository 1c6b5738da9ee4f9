import APIMachinery
import KubernetesObjects
import SimulationKernel

/// One pass over one Job.
struct JobPass {
    var job: Value
    let pods: [Value]
    var backOff: JobBackOff
    let now: Instant
    var plan = Plan()

    var active: [Value] = []
    var terminating = 0
    var succeeded = 0
    var failed = 0
    var succeededIndexes = CompletionIndexes()
    var failedIndexes = CompletionIndexes()
    /// The last failed pod of each index that waits for another, where indexes have limits of their own.
    var lastFailures: [Int: Value] = [:]
    /// How the Job ends: the type of the interim condition, its reason and message.
    var ending: (type: String, reason: String, message: String)?
    private let stored: Value
    private var uncountedSucceeded: [String] = []
    private var uncountedFailed: [String] = []

    init(job: Value, pods: [Value], backOff: JobBackOff, now: Instant) {
        self.job = job
        stored = job
        self.pods = pods
        self.backOff = backOff
        self.now = now
    }

    static func isFinished(_ job: Value) -> Bool { job.isConditionTrue("Complete") || job.isConditionTrue("Failed") }

    var parallelism: Int { job.specInt("parallelism") ?? 1 }
    var completions: Int? { job.specInt("completions") }
    var isIndexed: Bool { job.specString("completionMode") == "Indexed" }
    var isSuspended: Bool { job["spec"]?["suspend"]?.boolValue == true }
    var perIndexLimit: Int? { job.specInt("backoffLimitPerIndex") }
    /// Whether a pod is replaced only when it has failed, not while it is being deleted.
    var replacesOnlyFailed: Bool { job.specString("podReplacementPolicy") == "Failed" || job["spec"]?["podFailurePolicy"] != nil }

    func hasFailed(_ pod: Value) -> Bool {
        if pod.podPhase == "Failed" { return true }
        return !replacesOnlyFailed && pod.isBeingDeleted && pod.podPhase != "Succeeded"
    }

    mutating func run() -> Plan {
        countTerminated()
        active = pods.filter(\.isPodActive)
        terminating = pods.count { $0.isPodTerminating }
        let newSucceeded = pods.filter { isUncounted($0) && $0.podPhase == "Succeeded" }
        let newFailed = pods.filter { isUncounted($0) && hasFailed($0) }
        succeeded = job.statusInt("succeeded") + newSucceeded.count + uncountedSucceeded.count
        failed = job.statusInt("failed") + newFailed.count { countsAsFailure($0) } + uncountedFailed.count
        backOff.note(succeeded: newSucceeded.map(finished), failed: newFailed.map(finished))
        if job["status"]?["startTime"] == nil, !isSuspended { job["status", default: [:]]["startTime"] = .string(now.rfc3339) }
        countIndexes()
        if perIndexLimit != nil { keepLastFailures() }
        findEnding()
        if ending != nil {
            for pod in active { PodCreation.planDeletion(pod, in: &plan) }
            terminating += active.count
            active = []
        } else if !job.isBeingDeleted {
            manage()
        }
        let didFlush = track(newSucceeded, newFailed)
        writeStatus(canFinish: !didFlush)
        return plan
    }

    /// When a pod ended: with the last of its containers, or when it was last ready, or when its deletion was asked for.
    func finished(_ pod: Value) -> Instant {
        let statuses = pod["status"]?["containerStatuses"]?.elements ?? []
        let ends = statuses.compactMap { $0["state"]?["terminated"]?["finishedAt"]?.stringValue.flatMap { Instant(rfc3339: $0) } }
        if ends.count == statuses.count, let last = ends.max() { return last }
        if let ready = pod.condition("Ready"), ready["status"]?.stringValue == "False", let since = pod.podReadySince { return since }
        guard let deletion = pod.deletionTime else { return pod.created }
        return deletion - .seconds(pod["metadata"]?["deletionGracePeriodSeconds"]?.intValue ?? 0)
    }

    // MARK: Counting

    private func hasFinalizer(_ pod: Value) -> Bool { pod.hasFinalizer(JobController.finalizer) }

    private func isUncounted(_ pod: Value) -> Bool {
        hasFinalizer(pod) && !uncountedSucceeded.contains(pod.uid) && !uncountedFailed.contains(pod.uid)
    }

    func countsAsFailure(_ pod: Value) -> Bool {
        guard let policy = PodFailurePolicy(job), let match = policy.match(pod) else { return true }
        return match.action != .ignore
    }

    /// Moves pods that have lost their finalizer from the list of uncounted ones into the counts.
    private mutating func countTerminated() {
        let held = Set(pods.filter(hasFinalizer).map(\.uid))
        let lists = job["status"]?["uncountedTerminatedPods"]
        func split(_ key: String) -> (left: [String], gone: Int) {
            let uids = (lists?[key]?.elements ?? []).compactMap(\.stringValue)
            let left = uids.filter { held.contains($0) }
            return (left, uids.count - left.count)
        }
        let (good, bad) = (split("succeeded"), split("failed"))
        uncountedSucceeded = good.left
        uncountedFailed = bad.left
        if good.gone > 0 { job["status", default: [:]]["succeeded"] = Value(job.statusInt("succeeded") + good.gone) }
        if bad.gone > 0 { job["status", default: [:]]["failed"] = Value(job.statusInt("failed") + bad.gone) }
    }

    private mutating func countIndexes() {
        guard isIndexed, let completions else { return }
        succeededIndexes = CompletionIndexes(job.statusString("completedIndexes") ?? "", below: completions)
        for pod in pods where pod.podPhase == "Succeeded" && hasFinalizer(pod) {
            if let index = CompletionIndexes.index(of: pod), index < completions { succeededIndexes.insert(index) }
        }
        succeeded = succeededIndexes.count
        guard let limit = perIndexLimit else { return }
        failedIndexes = CompletionIndexes(job.statusString("failedIndexes") ?? "", below: completions)
        let policy = PodFailurePolicy(job)
        for pod in pods where hasFailed(pod) {
            guard let index = CompletionIndexes.index(of: pod), index < completions, !succeededIndexes.contains(index) else { continue }
            if policy?.match(pod)?.action == .failIndex || IndexFailures(of: pod).counted >= limit, countsAsFailure(pod) {
                failedIndexes.insert(index)
            }
        }
    }


    // MARK: Ending

    private mutating func findEnding() {
        for type in ["SuccessCriteriaMet", "FailureTarget"] {
            if let condition = job.condition(type), condition["status"]?.stringValue == "True" {
                ending = (type, condition["reason"]?.stringValue ?? "", condition["message"]?.stringValue ?? "")
                return
            }
        }
        if let policy = PodFailurePolicy(job) {
            for pod in pods {
                if let match = policy.match(pod), match.action == .failJob {
                    ending = ("FailureTarget", "PodFailurePolicy", match.message)
                    return
                }
            }
        }
        let limit = job.specInt("backoffLimit") ?? 6
        if failed > limit || restartsExceed(limit) {
            ending = ("FailureTarget", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
        } else if let deadline = job.specInt("activeDeadlineSeconds"), !isSuspended,
            let start = job.statusString("startTime").flatMap({ Instant(rfc3339: $0) })
        {
            let left = start + .seconds(deadline) - now
            if left <= .zero {
                ending = ("FailureTarget", "DeadlineExceeded", "Job was active longer than specified deadline")
            } else {
                wait(left)
            }
        }
        guard ending == nil, isIndexed, let completions else { return }
        if perIndexLimit != nil {
            if let most = job.specInt("maxFailedIndexes"), failedIndexes.count > most {
                ending = ("FailureTarget", "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes")
            } else if failedIndexes.count > 0, failedIndexes.count + succeededIndexes.count >= completions {
                ending = ("FailureTarget", "FailedIndexes", "Job has failed indexes")
            }
        }
        if ending == nil, let message = SuccessPolicy.match(job, succeededIndexes, completions: completions) {
            ending = ("SuccessCriteriaMet", "SuccessPolicy", message)
        }
    }

    private func restartsExceed(_ limit: Int) -> Bool {
        guard job["spec"]?["template"]?["spec"]?["restartPolicy"]?.stringValue == "OnFailure" else { return false }
        var restarts = 0
        for pod in pods where pod.podPhase == "Running" || pod.podPhase == "Pending" {
            for list in ["initContainerStatuses", "containerStatuses"] {
                for status in pod["status"]?[list]?.elements ?? [] { restarts += status["restartCount"]?.intValue ?? 0 }
            }
        }
        return limit == 0 ? restarts > 0 : restarts >= limit
    }

    mutating func wait(_ duration: Duration) {
        let left = max(duration, .milliseconds(1))
        plan.requeueAfter = plan.requeueAfter.map { min($0, left) } ?? left
    }

    // MARK: Tracking

    /// Notes finished pods in the status and lets go of them; says whether there were any.
    private mutating func track(_ newSucceeded: [Value], _ newFailed: [Value]) -> Bool {
        var release: [Value] = []
        let fails = ending?.type == "FailureTarget"
        for pod in pods where hasFinalizer(pod) {
            let failed = hasFailed(pod)
            guard mayRelease(pod, failed: failed) else { continue }
            release.append(pod)
            guard isUncounted(pod) else { continue }
            if pod.podPhase == "Succeeded" {
                if !isIndexed { uncountedSucceeded.append(pod.uid) }
            } else if failed || fails, countsAsFailure(pod) {
                if !isIndexed || CompletionIndexes.index(of: pod).map({ $0 < completions ?? .max }) == true { uncountedFailed.append(pod.uid) }
            }
        }
        if isIndexed {
            job["status", default: [:]]["completedIndexes"] = succeededIndexes.count > 0 ? .string(succeededIndexes.text) : nil
            if perIndexLimit != nil { job["status", default: [:]]["failedIndexes"] = .string(failedIndexes.text) }
            job["status", default: [:]]["succeeded"] = succeededIndexes.count > 0 ? Value(succeededIndexes.count) : nil
        }
        self.released = release
        return !release.isEmpty
    }
    private var released: [Value] = []

    /// Whether nothing needs a pod any more. The last failure of an index is needed until the index has another pod, since it
    /// says how often the index has failed and when.
    private func mayRelease(_ pod: Value, failed: Bool) -> Bool {
        if job.isBeingDeleted || ending != nil || pod.podPhase == "Succeeded" { return true }
        guard failed else { return false }
        return CompletionIndexes.index(of: pod).flatMap { lastFailures[$0]?.uid } != pod.uid
    }

    static func removal(of pod: Value) -> PlannedWrite {
        let left = pod.finalizers.filter { $0 != JobController.finalizer }
        return .patch(
            ObjectKey(.pods, namespace: pod.namespace, name: pod.name), .merge,
            ["metadata": ["uid": .string(pod.uid), "finalizers": left.isEmpty ? .null : .array(left.map { .string($0) })]])
    }

    private mutating func writeStatus(canFinish: Bool) {
        var uncounted: Value = [:]
        if !uncountedSucceeded.isEmpty { uncounted["succeeded"] = Value(uncountedSucceeded) }
        if !uncountedFailed.isEmpty { uncounted["failed"] = Value(uncountedFailed) }
        var status = job["status"] ?? [:]
        status["uncountedTerminatedPods"] = uncounted
        let count = active.count + (expectsPods ? created : 0)
        status["active"] = count == 0 ? nil : Value(count)
        status["ready"] = Value(active.count { $0.isPodReady })
        status["terminating"] = Value(terminating)
        job["status"] = status
        if let ending {
            ensure(ending.type, "True", ending.reason, ending.message)
            if canFinish, uncounted.fields?.isEmpty == true, terminating == 0 { finish(ending) }
        }
        if job["status"] != stored["status"] {
            // Before pods are made: the first refused one ends the plan, and the status tells of the Job all the same.
            plan.actions.insert(PlannedAction(write: .updateStatus(.jobs, job)), at: 0)
        }
        for pod in released { plan.add(Self.removal(of: pod), ifRefused: .continuing) }
        if let finalEvent { plan.add(.event(finalEvent), ifRefused: .ignore) }
    }
    private var finalEvent: EventDraft?
    /// Pods that this pass makes.
    var created = 0
    /// Whether the server is thought to take the pods that this pass makes.
    var expectsPods = true

    private mutating func finish(_ ending: (type: String, reason: String, message: String)) {
        let succeeded = ending.type == "SuccessCriteriaMet"
        if succeeded, let completions, job.statusInt("succeeded") > completions {
            plan.event(
                on: stored, type: .warning, reason: "TooManySucceededPods",
                message: "Too many succeeded pods running after completion count reached")
        }
        ensure(succeeded ? "Complete" : "Failed", "True", ending.reason, ending.message)
        if succeeded { job["status", default: [:]]["completionTime"] = .string(now.rfc3339) }
        finalEvent =
            succeeded
            ? EventDraft(object: stored, type: .normal, reason: "Completed", message: "Job completed")
            : EventDraft(object: stored, type: .warning, reason: ending.reason, message: ending.message)
    }

    /// Sets a condition; a false one only when it is there already. Says whether something changed.
    @discardableResult
    mutating func ensure(_ type: String, _ status: String, _ reason: String, _ message: String) -> Bool {
        var list = job["status"]?["conditions"]?.elements ?? []
        let index = list.firstIndex { $0["type"]?.stringValue == type }
        if index == nil, status == "False" { return false }
        if let index, list[index]["status"]?.stringValue == status, list[index]["reason"]?.stringValue == reason,
            list[index]["message"]?.stringValue == message
        {
            return false
        }
        let condition: Value = [
            "type": .string(type), "status": .string(status), "lastProbeTime": .string(now.rfc3339),
            "lastTransitionTime": .string(now.rfc3339), "reason": .string(reason), "message": .string(message),
        ]
        if let index { list[index] = condition } else { list.append(condition) }
        job["status", default: [:]]["conditions"] = .array(list)
        return true
    }
}
