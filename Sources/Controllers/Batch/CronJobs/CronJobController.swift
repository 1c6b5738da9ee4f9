import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Makes a Job whenever its schedule is due.
///
/// - Source: kube-controller-manager `cronjob` of Kubernetes 1.36.
package struct CronJobController: Controller {
    package let name = "cronjob-controller"
    package let interests: [GroupResource] = [.cronJobs, .jobs]
    package let isPeriodic = true

    static let createTag = 31
    static let deleteTag = 32
    static let scheduledKey = "batch.kubernetes.io/cronjob-scheduled-timestamp"
    /// The controller looks this much after the minute.
    static let delta = Duration.milliseconds(100)
    /// More missed times than this are reported.
    static let missedMax = 100

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .cronJobs { return ownKey(event) }
        var keys: [(key: ObjectKey, after: Duration)] = []
        for state in [event.object, event.old] {
            guard let reference = state?.controllerReference, reference["kind"]?.stringValue == "CronJob" else { continue }
            let key = ObjectKey(.cronJobs, namespace: event.key.namespace, name: reference["name"]?.stringValue ?? "")
            if !keys.contains(where: { $0.key == key }) { keys.append((key, .zero)) }
        }
        return keys
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let cronJob = view.get(key) else { return .done }
        var pass = CronPass(cronJob: cronJob, jobs: view.controlled(.jobs, by: cronJob.uid), view: view)
        return pass.run()
    }

    package func completed(
        _ action: PlannedAction, result: Result<Value, APIStatus>, for key: ObjectKey, in view: ClusterView
    ) -> [PlannedAction] {
        guard var cronJob = view.get(key) else { return [] }
        func event(_ type: EventType, _ reason: String, _ message: String) -> PlannedAction {
            PlannedAction(write: .event(EventDraft(object: cronJob, type: type, reason: reason, message: message)), ifRefused: .ignore)
        }
        switch (action.tag, action.write, result) {
        case (Self.createTag, .create, .success(let job)):
            let told = event(.normal, "SuccessfulCreate", "Created job \(job.name)")
            var active = cronJob["status"]?["active"]?.elements ?? []
            active.append([
                "kind": "Job", "namespace": .string(job.namespace), "name": .string(job.name), "uid": .string(job.uid),
                "apiVersion": "batch/v1", "resourceVersion": .string(job.resourceVersion),
            ])
            cronJob["status", default: [:]]["active"] = .array(active)
            if let scheduled = job.annotation(Self.scheduledKey).flatMap({ Instant(rfc3339: $0) }) {
                cronJob["status", default: [:]]["lastScheduleTime"] = .string(scheduled.rfc3339)
            }
            return [told, PlannedAction(write: .updateStatus(.cronJobs, cronJob), ifRefused: .ignore)]
        case (Self.createTag, .create, .failure(let status)):
            if status.isAlreadyExists || status.isNamespaceTerminating { return [] }
            return [event(.warning, "FailedCreate", "Error creating job: \(status.message)")]
        case (Self.deleteTag, .delete(let job, _, _, _), .success):
            return [event(.normal, "SuccessfulDelete", "Deleted job \(job.name)")]
        case (Self.deleteTag, .delete, .failure(let status)):
            return [event(.warning, "FailedDelete", "Deleted job: \(status.message)")]
        default: return []
        }
    }
}
