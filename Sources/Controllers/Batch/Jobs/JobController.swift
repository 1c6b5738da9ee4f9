import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// Runs pods until as many as wanted have succeeded.
///
/// - Invariants: a finished pod keeps its finalizer until its UID stands in `uncountedTerminatedPods`, and its UID stays
///   there until the finalizer is gone; so each is counted once.
/// - Bounds: `burstMax` pods made or removed a pass.
/// - Source: kube-controller-manager `job` of Kubernetes 1.36.
package struct JobController: Controller {
    package let name = "job-controller"
    package let interests: [GroupResource] = [.jobs, .pods]
    private var orphanPods = OrphanIndex()
    /// Failures since the last success, by job UID: how many, and when the last was.
    private var backOffs: [String: JobBackOff] = [:]
    /// UIDs of Jobs whose last pod was refused.
    private var refused: Set<String> = []

    static let finalizer = "batch.kubernetes.io/job-tracking"
    static let burstMax = 500

    package init() {}

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == .jobs {
            if event.change == .deleted {
                backOffs[event.object.uid] = nil
                refused.remove(event.object.uid)
                return view.controlled(.pods, by: event.object.uid).map { (ObjectKey(.pods, namespace: $0.namespace, name: $0.name), .zero) }
            }
            return ownKey(event)
        }
        orphanPods.note(event)
        var keys: [(key: ObjectKey, after: Duration)] = []
        for state in [event.object, event.old] {
            guard let reference = state?.controllerReference, reference["kind"]?.stringValue == "Job" else { continue }
            let key = ObjectKey(.jobs, namespace: event.key.namespace, name: reference["name"]?.stringValue ?? "")
            if !keys.contains(where: { $0.key == key }) { keys.append((key, .zero)) }
        }
        if event.change != .deleted, event.object.hasFinalizer(Self.finalizer) {
            let job = keys.first.flatMap { view.get($0.key) }
            if job == nil || job.map(JobPass.isFinished) == true { keys.append((event.key, .zero)) }
        }
        if event.change != .deleted, event.object.controllerReference == nil {
            for job in view.list(.jobs, namespace: event.key.namespace) where CompiledSelector(job["spec"]?["selector"]).matches(event.object) {
                keys.append((ObjectKey(.jobs, namespace: job.namespace, name: job.name), .zero))
            }
        }
        return keys
    }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        if key.resource == .pods { return release(key, in: view) }
        guard let job = view.get(key) else { return .done }
        if let manager = job.specString("managedBy"), manager != "kubernetes.io/job-controller" { return .done }
        if JobPass.isFinished(job) { return .done }
        let claim = Claim(
            owner: job, apiVersion: "batch/v1", kind: "Job", selector: CompiledSelector(job["spec"]?["selector"]), resource: .pods,
            controlled: view.controlled(.pods, by: job.uid), orphans: orphanPods.orphans(.pods, namespace: key.namespace, in: view),
            finalizer: Self.finalizer)
        if claim.isChanging { return claim.plan }
        var pass = JobPass(job: job, pods: claim.owned, backOff: backOffs[job.uid] ?? JobBackOff(), now: view.now)
        pass.expectsPods = !refused.contains(job.uid)
        let plan = pass.run()
        backOffs[job.uid] = pass.backOff
        return plan
    }

    /// Lets go of a pod whose Job is gone or finished.
    private func release(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let pod = view.get(key), pod.hasFinalizer(Self.finalizer) else { return .done }
        if let owner = pod.controllerReference, let name = owner["name"]?.stringValue,
            let job = view.get(.jobs, namespace: key.namespace, name: name), job.uid == owner["uid"]?.stringValue, !JobPass.isFinished(job)
        {
            return .done
        }
        var plan = Plan()
        plan.add(JobPass.removal(of: pod), ifRefused: .continuing)
        return plan
    }

    package mutating func completed(
        _ action: PlannedAction, result: Result<Value, APIStatus>, for key: ObjectKey, in view: ClusterView
    ) -> [PlannedAction] {
        guard var job = view.get(key), key.resource == .jobs else { return [] }
        var actions = PodCreation.event(for: action, result: result, owner: job).map { [$0] } ?? []
        guard action.tag == PodCreation.createTag else { return actions }
        guard case .failure = result else {
            refused.remove(job.uid)
            return actions
        }
        refused.insert(job.uid)
        // The status was written as if all pods were made.
        let active = view.controlled(.pods, by: job.uid).count { $0.isPodActive }
        if job.statusInt("active") != active {
            job["status", default: [:]]["active"] = active == 0 ? nil : Value(active)
            actions.append(PlannedAction(write: .updateStatus(.jobs, job), ifRefused: .ignore))
        }
        return actions
    }
}

/// How long a Job waits before it makes another pod after failures.
///
/// - Units: 10 s after the first failure, doubled with each, at most 10 minutes.
struct JobBackOff: Sendable, Equatable {
    var failures = 0
    var lastFailure: Instant?

    mutating func note(succeeded: [Instant], failed: [Instant]) {
        let lastSuccess = succeeded.max()
        if lastSuccess != nil { failures = 0 }
        for moment in failed.sorted() {
            if let lastSuccess, moment <= lastSuccess { continue }
            failures += 1
            lastFailure = max(lastFailure ?? moment, moment)
        }
    }

    func remaining(at now: Instant) -> Duration {
        guard failures > 0, let lastFailure else { return .zero }
        let delay = min(Duration.seconds(10) * (1 << min(failures - 1, 10)), .seconds(600))
        return max(lastFailure + delay - now, .zero)
    }
}
