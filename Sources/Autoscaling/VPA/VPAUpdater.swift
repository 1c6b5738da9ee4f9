import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Brings running pods to what is recommended for them: resizes them where they run, or evicts them to be made anew.
///
/// It runs while a Deployment of its image has an available pod, and does nothing while the admission controller does not run.
///
/// - Order: once a minute, autoscalers by name, of each the pods that are furthest off first.
/// - Source: vertical-pod-autoscaler 1.5 `updater/logic`, `updater/priority` and `updater/restriction`.
package struct VPAUpdater: Component {
    package let name = "vpa-updater"
    package let interests: [GroupResource] = [.deployments]
    package static let imageName = "vpa-updater"

    static let interval: Duration = .seconds(60)
    static let minChangePriority = 0.1
    static let podLifetime: Duration = .seconds(12 * 3600)
    static let evictAfterOOM: Duration = .seconds(600)
    static let deferredResizeMax: Duration = .seconds(300)
    static let resizeMax: Duration = .seconds(3600)

    private var installation = ComponentInstallation(imageName: Self.imageName)
    private var next: Instant?
    /// When a pod's resize was last asked for, by UID.
    private var resizedAt: [String: Instant] = [:]

    private static let evictTag = 81
    private static let resizeTag = 82
    /// Pods whose eviction or resize is on its way, with their autoscaler: events follow when it was let through.
    private var asked: [ObjectKey: (pod: Value, autoscaler: Value)] = [:]

    package init() {}

    package mutating func observe(_ event: StoreEvent, in view: ClusterView) {
        guard installation.note(event) else { return }
        next = installation.arguments == nil ? nil : next ?? view.now + Self.interval
    }

    package mutating func nextWake() -> Wake? { next.map { Wake(at: $0, isPeriodic: true) } }

    package mutating func step(in view: ClusterView) -> (plan: Plan, cause: TraceID?) {
        guard let due = next, due <= view.now else { return (.done, nil) }
        next = view.now + Self.interval
        asked = [:]
        var plan = Plan()
        guard VPAAdmission.isInstalled(in: view) else { return (plan, nil) }
        let limits = UpdaterLimits(arguments: installation.arguments ?? [])
        var seen: Set<String> = []
        for autoscaler in VerticalPodAutoscaler.all(in: view) where [.recreate, .auto, .inPlaceOrRecreate].contains(autoscaler.mode) {
            let pods = autoscaler.pods(in: view).filter { pod in
                !pod.isBeingDeleted
                    && VerticalPodAutoscaler.controlling(pod, in: view, where: { $0.mode != .off })?.object.uid == autoscaler.object.uid
            }
            seen.formUnion(pods.map(\.uid))
            update(pods, autoscaler, limits, in: view, &plan)
        }
        resizedAt = resizedAt.filter { seen.contains($0.key) }
        return (plan, nil)
    }

    package mutating func completed(_ action: PlannedAction, result: Result<Value, APIStatus>, in view: ClusterView) -> [PlannedAction] {
        switch (action.tag, action.write) {
        case (Self.evictTag, .createSubresource(let key, _, _)):
            guard case .success = result, let (pod, autoscaler) = asked.removeValue(forKey: key) else { return [] }
            return Self.evictionEvents(pod, autoscaler)
        case (Self.resizeTag, .patch(let key, _, _, _)):
            guard let (pod, autoscaler) = asked[key] else { return [] }
            var plan = Plan()
            if case .success = result {
                asked[key] = nil
                plan.event(on: pod, reason: "InPlaceResizedByVPA", message: "Pod was resized in place by VPA Updater.")
            } else {
                // What cannot be resized is made anew.
                resizedAt[pod.uid] = nil
                evict(pod, autoscaler, &plan)
            }
            return plan.actions
        default: return []
        }
    }

    private static func evictionEvents(_ pod: Value, _ autoscaler: Value) -> [PlannedAction] {
        var plan = Plan()
        plan.event(on: pod, reason: "EvictedByVPA", message: "Pod was evicted by VPA Updater to apply resource recommendation.")
        plan.event(on: autoscaler, reason: "EvictedPod", message: "VPA Updater evicted Pod \(pod.name) to apply resource recommendation.")
        return plan.actions
    }

    private mutating func evict(_ pod: Value, _ autoscaler: Value, _ plan: inout Plan) {
        let key = ObjectKey(.pods, namespace: pod.namespace, name: pod.name)
        asked[key] = (pod, autoscaler)
        plan.add(
            .createSubresource(
                key, subresource: "eviction",
                ["apiVersion": "policy/v1", "kind": "Eviction", "metadata": ["name": .string(pod.name), "namespace": .string(pod.namespace)]]),
            ifRefused: .ignore, tag: Self.evictTag)
    }

    private mutating func update(
        _ pods: [Value], _ autoscaler: VerticalPodAutoscaler, _ limits: UpdaterLimits, in view: ClusterView, _ plan: inout Plan
    ) {
        let ranked = pods.compactMap { pod -> (pod: Value, assignment: ResourceAssignment, priority: UpdatePriority)? in
            let assignment = ResourceAssignment(autoscaler, pod: pod)
            let priority = UpdatePriority(pod, assignment)
            guard isWorthwhile(pod, priority, autoscaler, view.now), Self.requirementsHold(pod, assignment, autoscaler) else { return nil }
            return (pod, assignment, priority)
        }.sorted { left, right in
            if left.priority.wantsMore != right.priority.wantsMore { return left.priority.wantsMore }
            if left.priority.difference != right.priority.difference { return left.priority.difference > right.priority.difference }
            return left.pod.name < right.pod.name
        }
        var creators = CreatorStats.all(pods, autoscaler, limits, in: view)
        for (pod, assignment, _) in ranked {
            guard let creator = pod.controllerReference?["uid"]?.stringValue, var stats = creators[creator] else { continue }
            let isPending = pod["status"]?["phase"]?.stringValue == "Pending"
            if autoscaler.mode == .inPlaceOrRecreate {
                if isPending { continue }
                if let isStuck = resizeIsStuck(pod, view.now) {
                    guard isStuck, stats.mayDisrupt else { continue }
                } else {
                    guard stats.mayDisrupt else { continue }
                    let key = ObjectKey(.pods, namespace: pod.namespace, name: pod.name)
                    asked[key] = (pod, autoscaler.object)
                    resizedAt[pod.uid] = view.now
                    plan.add(.patch(key, .strategicMerge, assignment.resizePatch, subresource: "resize"), ifRefused: .ignore, tag: Self.resizeTag)
                    stats.resizing += 1
                    creators[creator] = stats
                    continue
                }
            }
            guard isPending || stats.mayDisrupt else { continue }
            evict(pod, autoscaler.object, &plan)
            if !isPending { stats.evicted += 1 }
            creators[creator] = stats
        }
    }

    /// Whether a resize of the pod that is under way has come to nothing; nil when none is.
    private func resizeIsStuck(_ pod: Value, _ now: Instant) -> Bool? {
        let since = resizedAt[pod.uid] ?? now
        if let pending = pod.condition("PodResizePending"), pending["status"]?.stringValue == "True" {
            return pending["reason"]?.stringValue == "Deferred" ? now - since > Self.deferredResizeMax : true
        }
        if let running = pod.condition("PodResizeInProgress"), running["status"]?.stringValue == "True" {
            return running["reason"]?.stringValue == "Error" || now - since > Self.resizeMax
        }
        return nil
    }

    private func isWorthwhile(_ pod: Value, _ priority: UpdatePriority, _ autoscaler: VerticalPodAutoscaler, _ now: Instant) -> Bool {
        let isQuickOOM = (pod["status"]?["containerStatuses"]?.elements ?? []).contains { status in
            guard !autoscaler.isOff(status["name"]?.stringValue ?? ""), let ended = status["lastState"]?["terminated"],
                ended["reason"]?.stringValue == "OOMKilled", let started = ended["startedAt"]?.stringValue.flatMap({ Instant(rfc3339: $0) }),
                let finished = ended["finishedAt"]?.stringValue.flatMap({ Instant(rfc3339: $0) })
            else { return false }
            return finished - started < Self.evictAfterOOM
        }
        if isQuickOOM { return priority.difference > 0 || priority.isOutside }
        if priority.isOutside { return true }
        guard let started = pod["status"]?["startTime"]?.stringValue.flatMap({ Instant(rfc3339: $0) }), started + Self.podLifetime <= now else { return false }
        return priority.difference >= Self.minChangePriority
    }

    /// Whether the autoscaler's own requirements for an eviction hold for some resource each.
    private static func requirementsHold(_ pod: Value, _ assignment: ResourceAssignment, _ autoscaler: VerticalPodAutoscaler) -> Bool {
        autoscaler.evictionRequirements.allSatisfy { requirement in
            let resources = (requirement["resources"]?.elements ?? []).compactMap(\.stringValue)
            let wantsHigher = requirement["changeRequirement"]?.stringValue == "TargetHigherThanRequests"
            return assignment.containers.contains { container in
                let spec = pod["spec"]?["containers"]?[container.index]
                return container.requests.contains { resource, amount in
                    let request = ResourceQuantities.amount(spec?["resources"]?["requests"]?[resource], resource) ?? 0
                    return resources.contains(resource) && (wantsHigher ? amount > request : amount < request)
                }
            }
        }
    }
}

/// How far a pod is off what is recommended.
struct UpdatePriority: Hashable {
    var isOutside = false
    var wantsMore = false
    /// The relative differences of all resources, added.
    var difference = 0.0

    init(_ pod: Value, _ assignment: ResourceAssignment) {
        var (asked, recommended): ([String: Int], [String: Int]) = ([:], [:])
        for container in assignment.containers {
            let spec = pod["spec"]?["containers"]?[container.index]
            for (resource, amount) in container.requests {
                recommended[resource, default: 0] += amount
                guard let request = ResourceQuantities.amount(spec?["resources"]?["requests"]?[resource], resource) else {
                    (wantsMore, isOutside) = (true, true)
                    continue
                }
                asked[resource, default: 0] += request
                if amount > request { wantsMore = true }
                if let lower = container.lower[resource], request < lower { isOutside = true }
                if let upper = container.upper[resource], request > upper { isOutside = true }
            }
        }
        for (resource, amount) in recommended {
            // Memory counts in thousandths of a byte, as quantities do there.
            let factor = resource == "cpu" ? 1.0 : 1000.0
            let request = max(Double(asked[resource] ?? 0) * factor, 1)
            difference += (request - Double(amount) * factor).magnitude / request
        }
    }
}

/// The updater's flags that limit it.
struct UpdaterLimits: Hashable {
    var minReplicas = 2
    var evictionTolerance = 0.5

    init(arguments: [String]) {
        for argument in arguments {
            let parts = argument.drop { $0 == "-" }.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            if parts[0] == "min-replicas", let number = Int(parts[1]) { minReplicas = number }
            if parts[0] == "eviction-tolerance", let number = Double(parts[1]) { evictionTolerance = number }
        }
    }
}

/// The pods of one controller, and how many may be disturbed at once.
struct CreatorStats: Hashable {
    var configured: Int
    var running: Int
    var tolerance: Int
    var evicted = 0
    var resizing = 0

    /// Whether one more of the running pods may be taken.
    var mayDisrupt: Bool {
        let alive = running - evicted - resizing
        return alive > configured - tolerance || (configured == alive && tolerance == 0)
    }

    /// The controllers that have enough pods to take one, by UID.
    static func all(_ pods: [Value], _ autoscaler: VerticalPodAutoscaler, _ limits: UpdaterLimits, in view: ClusterView) -> [String: CreatorStats] {
        var result: [String: CreatorStats] = [:]
        for (uid, own) in Dictionary(grouping: pods, by: { $0.controllerReference?["uid"]?.stringValue ?? "" }) where !uid.isEmpty {
            guard own.count >= autoscaler.minReplicas ?? limits.minReplicas else { continue }
            let reference = own[0].controllerReference
            let resource = VerticalPodAutoscaler.resources[reference?["kind"]?.stringValue ?? ""]
            let object = resource.flatMap { view.get($0, namespace: own[0].namespace, name: reference?["name"]?.stringValue ?? "") }
            let configured = resource == .daemonSets || resource == .jobs ? own.count : object?["spec"]?["replicas"]?.intValue ?? own.count
            let running = own.count { $0["status"]?["phase"]?.stringValue != "Pending" }
            let resizing = own.count { $0.isConditionTrue("PodResizePending") || $0.isConditionTrue("PodResizeInProgress") }
            result[uid] = CreatorStats(
                configured: configured, running: running, tolerance: Int(Double(configured) * limits.evictionTolerance), resizing: resizing)
        }
        return result
    }
}
