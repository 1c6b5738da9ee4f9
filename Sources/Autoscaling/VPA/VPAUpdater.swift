import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Brings running pods to what is recommended for them: resizes them where they run, or evicts them to be made anew.
///
/// It runs while a Deployment of its image has an available pod, and does nothing while the admission controller does not run.
///
/// - Order: once a minute, autoscalers by name; of each first the resizes, then the evictions, the pods that are furthest off first.
///   One write at a time: a refused one counts for nothing, and the next pod is tried.
/// - Source: vertical-pod-autoscaler 1.5 `updater/logic`, `updater/priority` and `updater/restriction`.
///   Differs: the time of a resize is forgotten when the resize is over; the real one remembers that of a pod's first resize.
package struct VPAUpdater: Component {
    package let name = "vpa-updater"
    package let interests: [GroupResource] = [.deployments]
    package static let imageName = "vpa-updater"

    static let interval: Duration = .seconds(60)
    static let deferredResizeMax: Duration = .seconds(300)
    static let resizeMax: Duration = .seconds(3600)

    private var installation = ComponentInstallation(imageName: Self.imageName)
    private var next: Instant?
    /// Since when a pod is seen to be in the middle of a resize, by UID.
    private var resizingSince: [String: Instant] = [:]
    /// What is left to do of this minute's look, and when that began.
    private var rounds: [Round] = []
    private var began = Instant.simulationStart

    private static let evictTag = 81
    private static let resizeTag = 82

    /// The pods of one autoscaler that are to be brought to what is recommended, the most urgent last.
    private struct Round {
        var autoscaler: VerticalPodAutoscaler
        var creators: [String: CreatorStats]
        var resizes: [UpdateCandidate] = []
        var evictions: [UpdateCandidate] = []
        /// The pod that is being written, until it is known how that went.
        var current: UpdateCandidate?
    }

    package init() {}

    package mutating func observe(_ event: StoreEvent, in view: ClusterView) {
        guard installation.note(event) else { return }
        next = installation.arguments == nil ? nil : next ?? view.now + Self.interval
    }

    package mutating func nextWake() -> Wake? {
        if !rounds.isEmpty { return Wake(at: began, isPeriodic: true) }
        return next.map { Wake(at: $0, isPeriodic: true) }
    }

    package mutating func step(in view: ClusterView) -> (plan: Plan, cause: TraceID?) {
        guard let wake = nextWake(), wake.at <= view.now else { return (.done, nil) }
        if rounds.isEmpty {
            next = view.now + Self.interval
            began = view.now
            look(in: view)
        }
        return (nextWrite(view.now), nil)
    }

    package mutating func completed(_ action: PlannedAction, result: Result<Value, APIStatus>, in view: ClusterView) -> [PlannedAction] {
        guard action.tag == Self.evictTag || action.tag == Self.resizeTag, !rounds.isEmpty, let candidate = rounds[0].current else { return [] }
        rounds[0].current = nil
        guard case .success = result else {
            // What cannot be resized is made anew, after all that can.
            if action.tag == Self.resizeTag { rounds[0].evictions.insert(candidate, at: 0) }
            return []
        }
        var plan = Plan()
        let pod = candidate.pod
        if action.tag == Self.resizeTag {
            rounds[0].creators[candidate.creator]?.resizing += 1
            plan.event(on: pod, reason: "InPlaceResizedByVPA", message: "Pod was resized in place by VPA Updater.")
        } else {
            if !candidate.isPending { rounds[0].creators[candidate.creator]?.evicted += 1 }
            plan.event(on: pod, reason: "EvictedByVPA", message: "Pod was evicted by VPA Updater to apply resource recommendation.")
            plan.event(
                on: rounds[0].autoscaler.object, reason: "EvictedPod", message: "VPA Updater evicted Pod \(pod.name) to apply resource recommendation.")
        }
        return plan.actions
    }

    // MARK: Looking

    private mutating func look(in view: ClusterView) {
        guard VPAAdmission.isInstalled(in: view) else { return }
        let limits = UpdaterLimits(arguments: installation.arguments ?? [])
        var resizing: Set<String> = []
        for autoscaler in VerticalPodAutoscaler.all(in: view) where [.recreate, .auto, .inPlaceOrRecreate].contains(autoscaler.mode) {
            let pods = autoscaler.pods(in: view).filter { pod in
                !pod.isBeingDeleted
                    && VerticalPodAutoscaler.controlling(pod, in: view, where: { $0.mode != .off })?.object.uid == autoscaler.object.uid
            }
            for pod in pods where CreatorStats.isResizing(pod) {
                resizing.insert(pod.uid)
                if resizingSince[pod.uid] == nil { resizingSince[pod.uid] = view.now }
            }
            var round = Round(autoscaler: autoscaler, creators: CreatorStats.all(pods, autoscaler, limits, in: view))
            let wanted = pods.compactMap { UpdateCandidate($0, autoscaler, limits, view.now) }.sorted { $1.comesBefore($0) }
            if autoscaler.mode == .inPlaceOrRecreate { round.resizes = wanted } else { round.evictions = wanted }
            if !wanted.isEmpty { rounds.append(round) }
        }
        resizingSince = resizingSince.filter { resizing.contains($0.key) }
    }

    // MARK: Writing

    /// The next resize or eviction that is allowed; nothing when all rounds are over.
    private mutating func nextWrite(_ now: Instant) -> Plan {
        var plan = Plan()
        while !rounds.isEmpty {
            while let candidate = rounds[0].resizes.popLast() {
                guard let stats = rounds[0].creators[candidate.creator], !candidate.isPending else { continue }
                if CreatorStats.isResizing(candidate.pod) {
                    if stats.mayDisrupt, resizeIsStuck(candidate.pod, now) { rounds[0].evictions.insert(candidate, at: 0) }
                } else if stats.mayDisrupt {
                    rounds[0].current = candidate
                    plan.add(.patch(candidate.key, .strategicMerge, candidate.assignment.resizePatch, subresource: "resize"), ifRefused: .ignore, tag: Self.resizeTag)
                    return plan
                }
            }
            while let candidate = rounds[0].evictions.popLast() {
                guard let stats = rounds[0].creators[candidate.creator], candidate.isPending || mayEvict(candidate.pod, stats, now) else { continue }
                rounds[0].current = candidate
                let eviction: Value = [
                    "apiVersion": "policy/v1", "kind": "Eviction",
                    "metadata": ["name": .string(candidate.key.name), "namespace": .string(candidate.key.namespace)],
                ]
                plan.add(.createSubresource(candidate.key, subresource: "eviction", eviction), ifRefused: .ignore, tag: Self.evictTag)
                return plan
            }
            rounds.removeFirst()
        }
        return plan
    }

    private func mayEvict(_ pod: Value, _ stats: CreatorStats, _ now: Instant) -> Bool {
        stats.mayDisrupt && (!CreatorStats.isResizing(pod) || resizeIsStuck(pod, now))
    }

    /// Whether a resize of the pod that is under way has come to nothing.
    private func resizeIsStuck(_ pod: Value, _ now: Instant) -> Bool {
        let since = resizingSince[pod.uid] ?? now
        if let pending = pod.condition("PodResizePending") {
            return pending["reason"]?.stringValue == "Deferred" ? now - since > Self.deferredResizeMax : true
        }
        guard let running = pod.condition("PodResizeInProgress") else { return false }
        if (running["reason"]?.stringValue ?? "").isEmpty, (running["message"]?.stringValue ?? "").isEmpty { return now - since > Self.resizeMax }
        return true
    }
}
