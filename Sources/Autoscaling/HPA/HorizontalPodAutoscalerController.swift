import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Sets the replicas of a workload by its pods' metrics.
///
/// - Order: one sync a period for each autoscaler, the first one period after it is seen.
/// - Source: kube-controller-manager `podautoscaler/horizontal.go`, `reconcileAutoscaler`.
package struct HorizontalPodAutoscalerController: Controller {
    package var name: String { "horizontal-pod-autoscaler" }
    package var interests: [GroupResource] { [.horizontalPodAutoscalers, OutwardRequest.resource] }
    package var isPeriodic: Bool { true }

    package let settings: HPASettings
    private var histories: [ObjectKey: ScaleHistory] = [:]
    /// The rescaling that was asked for, until it is known how that went.
    private var rescaling: Rescaling?

    package init(settings: HPASettings = HPASettings()) { self.settings = settings }

    package mutating func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        if event.key.resource == OutwardRequest.resource {
            guard event.change != .deleted, let key = MetricsFetch.autoscaler(of: event.key) else { return [] }
            return [(key, .zero)]
        }
        if event.change == .deleted {
            histories[event.key] = nil
            return view.store.count(OutwardRequest.resource) > 0 ? [(event.key, .zero)] : []
        }
        return [(event.key, settings.syncPeriod)]
    }

    package mutating func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let autoscaler = view.get(key), !autoscaler.isBeingDeleted else { return MetricsFetch.abandoned(by: key, in: view) }
        var sync = Sync(autoscaler: autoscaler, settings: settings, view: view, history: histories[key])
        var fetch = MetricsFetch(of: autoscaler, queries: sync.queries, in: view)
        if let waiting = fetch?.next() { return waiting }
        sync.answers = fetch?.answers ?? [:]
        sync.run()
        (histories[key], rescaling) = (sync.history, sync.rescaling)
        var plan = sync.plan
        fetch?.end(in: &plan)
        plan.requeueAfter = settings.syncPeriod
        return plan
    }

    package mutating func completed(
        _ action: PlannedAction, result: Result<Value, APIStatus>, for key: ObjectKey, in view: ClusterView
    ) -> [PlannedAction] {
        guard action.tag == Sync.rescaleTag, let rescaling, let autoscaler = view.get(key) else { return [] }
        self.rescaling = nil
        var sync = Sync(autoscaler: autoscaler, settings: settings, view: view, history: histories[key])
        sync.complete(rescaling, result)
        histories[key] = sync.history
        return sync.plan.actions
    }

    package var memory: Value {
        guard !histories.isEmpty else { return .null }
        return .array(
            histories.keys.sorted().map { key in
                var entry = histories[key]!.value
                entry["namespace"] = .string(key.namespace)
                entry["name"] = .string(key.name)
                return entry
            })
    }

    package mutating func recall(_ memory: Value) {
        for entry in memory.elements {
            let key = ObjectKey(.horizontalPodAutoscalers, namespace: entry["namespace"]?.stringValue ?? "", name: entry["name"]?.stringValue ?? "")
            histories[key] = ScaleHistory(entry)
        }
    }
}

/// A change of the size of a target, and what the sync that asked for it found.
private struct Rescaling: Sendable {
    var current: Int
    var desired: Int
    var reason: String
    var metrics: [Value]?
    /// The autoscaler's status so far.
    var status: Value
}

/// One sync of one autoscaler.
private struct Sync {
    let autoscaler: Value
    let settings: HPASettings
    let view: ClusterView
    var history: ScaleHistory?
    var plan = Plan()
    var rescaling: Rescaling?

    static let rescaleTag = 1
    /// What an API outside of the cluster has answered for each entry of `spec.metrics` that asked it.
    var answers: [Int: Result<Value, MetricsFailure>] = [:]

    private var status: Value
    private let spec: Value

    init(autoscaler: Value, settings: HPASettings, view: ClusterView, history: ScaleHistory?) {
        self.autoscaler = autoscaler
        self.settings = settings
        self.view = view
        self.history = history
        spec = autoscaler["spec"] ?? [:]
        status = autoscaler["status"] ?? [:]
    }

    private var minimum: Int { spec["minReplicas"]?.intValue ?? 1 }
    private var maximum: Int { spec["maxReplicas"]?.intValue ?? 1 }

    /// The entries of `spec.metrics` that this sync reads the pods' usage for, and the selector of the pods.
    var queries: (entries: [Int], selector: LabelSelector)? {
        guard let target = try? ScaleTarget(reference: spec["scaleTargetRef"] ?? [:], namespace: autoscaler.namespace, in: view),
            let selector = target.selector, (minimum...max(minimum, maximum)).contains(target.replicas), rivals(selector).count < 2
        else { return nil }
        let entries = (spec["metrics"]?.elements ?? []).enumerated().filter { ["Resource", "ContainerResource"].contains($0.element["type"]?.stringValue) }
        return (entries.map(\.offset), selector)
    }

    mutating func run() {
        let target: ScaleTarget
        do {
            target = try ScaleTarget(reference: spec["scaleTargetRef"] ?? [:], namespace: autoscaler.namespace, in: view)
        } catch {
            event(.warning, "FailedGetScale", error.message)
            setCondition("AbleToScale", "False", "FailedGetScale", "the HPA controller was unable to get the target's current scale: \(error.message)")
            writeStatus()
            return
        }
        setCondition("AbleToScale", "True", "SucceededGetScale", "the HPA controller was able to get the target's current scale")
        let current = target.replicas
        if history == nil { history = ScaleHistory(initial: current, at: view.now) }

        var desired = current
        var reason = ""
        var metrics: [Value]?
        if current == 0, minimum != 0 {
            setCondition("ScalingActive", "False", "ScalingDisabled", "scaling is disabled since the replica count of the target is zero")
            finish(current: current, desired: 0, metrics: nil, rescaled: false)
            return
        } else if current > maximum {
            (desired, reason) = (maximum, "Current number of replicas above Spec.MaxReplicas")
        } else if current < minimum {
            (desired, reason) = (minimum, "Current number of replicas below Spec.MinReplicas")
        } else {
            let outcome = evaluate(target)
            metrics = outcome.statuses
            guard let proposal = outcome.replicas else {
                status["currentReplicas"] = current == 0 ? nil : Value(current)
                status["currentMetrics"] = .array(outcome.statuses)
                writeStatus()
                event(.warning, "FailedComputeMetricsReplicas", outcome.problem ?? "")
                return
            }
            if proposal > current { reason = "\(outcome.metricName) above target" }
            if proposal < current { reason = "All metrics below target" }
            desired = normalized(proposal, current: current)
        }
        if desired == current {
            finish(current: current, desired: current, metrics: metrics, rescaled: false)
            return
        }
        var scale: Value = [
            "apiVersion": "autoscaling/v1", "kind": "Scale",
            "metadata": ["name": .string(target.key.name), "namespace": .string(target.key.namespace)],
            "spec": ["replicas": Value(desired)],
        ]
        scale["metadata", default: [:]]["resourceVersion"] = .string(target.object.resourceVersion)
        // A refusal is told, and the next sync tries again.
        plan.add(.updateSubresource(target.key, subresource: "scale", scale), ifRefused: .ignore, tag: Self.rescaleTag)
        rescaling = Rescaling(current: current, desired: desired, reason: reason, metrics: metrics, status: status)
    }

    /// Tells what became of a rescaling.
    mutating func complete(_ rescaling: Rescaling, _ result: Result<Value, APIStatus>) {
        status = rescaling.status
        let (current, desired, metrics) = (rescaling.current, rescaling.desired, rescaling.metrics)
        if case .failure(let refusal) = result {
            event(.warning, "FailedRescale", "New size: \(desired); reason: \(rescaling.reason); error: \(refusal.message)")
            setCondition("AbleToScale", "False", "FailedUpdateScale", "the HPA controller was unable to update the target scale: \(refusal.message)")
            finish(current: current, desired: status["desiredReplicas"]?.intValue ?? 0, metrics: metrics, rescaled: false)
            return
        }
        setCondition("AbleToScale", "True", "SucceededRescale", "the HPA controller was able to update the target scale to \(desired)")
        event(.normal, "SuccessfulRescale", "New size: \(desired); reason: \(rescaling.reason)")
        history?.noteRescaling(from: current, to: desired, behavior: spec["behavior"], now: view.now)
        finish(current: current, desired: desired, metrics: metrics, rescaled: true)
    }

    // MARK: Metrics

    private mutating func evaluate(_ target: ScaleTarget) -> (replicas: Int?, metricName: String, statuses: [Value], problem: String?) {
        let entries = spec["metrics"]?.elements ?? []
        guard let selector = target.selector else {
            let message = "selector is required"
            event(.warning, "SelectorRequired", message)
            setCondition("ScalingActive", "False", "InvalidSelector", "the HPA target's scale is missing a selector")
            return (nil, "", [], message)
        }
        let rivals = rivals(selector)
        if rivals.count > 1 {
            let message = "pods by selector \(selector) are controlled by multiple HPAs: [\(rivals.joined(separator: " "))]"
            event(.warning, "AmbiguousSelector", message)
            setCondition("ScalingActive", "False", "AmbiguousSelector", message)
            return (nil, "", [], message)
        }
        var statuses: [Value] = Array(repeating: ["type": ""], count: entries.count)
        var best: (replicas: Int, name: String)?
        var first: MetricProblem?
        var invalid = 0
        for (index, entry) in entries.enumerated() {
            let evaluation = MetricEvaluation(
                calculator: ReplicaCalculator(view: view, settings: settings, answer: answers[index]), namespace: autoscaler.namespace,
                current: target.replicas, statusReplicas: target.statusReplicas, selector: selector, tolerances: tolerances)
            do {
                let outcome = try evaluation.evaluate(entry)
                statuses[index] = outcome.status
                if best == nil || outcome.proposal.replicas > best!.replicas { best = (outcome.proposal.replicas, outcome.name) }
            } catch {
                event(.warning, error.reason, error.message)
                invalid += 1
                if first == nil { first = error }
            }
        }
        let problem = first.map { "invalid metrics (\(invalid) invalid out of \(entries.count)), first error is: \($0.wrapped)" }
        if let first, best == nil || best!.replicas < target.replicas {
            setCondition("ScalingActive", "False", first.reason, "the HPA was unable to compute the replica count: \(first.message)")
            return (nil, "", statuses, problem)
        }
        let name = best?.name ?? ""
        setCondition("ScalingActive", "True", "ValidMetricFound", "the HPA was able to successfully calculate a replica count from \(name)")
        return (best?.replicas ?? target.replicas, name, statuses, problem)
    }

    /// The autoscalers that have a say over the selected pods, this one among them.
    private func rivals(_ selector: LabelSelector) -> [String] {
        let all = view.list(.horizontalPodAutoscalers, namespace: autoscaler.namespace)
        guard all.count > 1 else { return [] }
        let pods = view.list(.pods, namespace: autoscaler.namespace).filter { selector.matches($0.labels) }
        return all.filter { other in
            guard let target = try? ScaleTarget(reference: other["spec"]?["scaleTargetRef"] ?? [:], namespace: other.namespace, in: view),
                let theirs = target.selector
            else { return false }
            return pods.contains { theirs.matches($0.labels) }
        }.map { "\($0.namespace)/\($0.name)" }
    }

    private var tolerances: Tolerances {
        func tolerance(_ direction: String) -> Double {
            guard let value = spec["behavior"]?[direction]?["tolerance"], let quantity = value.stringValue.flatMap({ Quantity($0) }) else {
                return settings.tolerance
            }
            return Double(quantity.milliValue) / 1000
        }
        return Tolerances(scaleDown: tolerance("scaleDown"), scaleUp: tolerance("scaleUp"))
    }

    // MARK: Stabilisation and limits

    private mutating func normalized(_ proposal: Int, current: Int) -> Int {
        let limited: ScaleVerdict
        let stabilized: Int
        if let behavior = spec["behavior"], !behavior.isNull {
            let up = behavior["scaleUp"]?["stabilizationWindowSeconds"]?.intValue ?? 0
            let down = behavior["scaleDown"]?["stabilizationWindowSeconds"]?.intValue.map { Duration.seconds($0) } ?? settings.downscaleStabilization
            let verdict = history!.stabilized(proposal, current: current, upWindow: .seconds(up), downWindow: down, now: view.now)
            stabilized = verdict.replicas
            noteStabilized(stabilized == proposal ? nil : verdict)
            limited = history!.limited(stabilized, current: current, minimum: minimum, maximum: maximum, behavior: behavior, now: view.now)
        } else {
            stabilized = history!.stabilized(proposal, window: settings.downscaleStabilization, now: view.now)
            noteStabilized(
                stabilized == proposal
                    ? nil
                    : ScaleVerdict(
                        replicas: stabilized, reason: "ScaleDownStabilized",
                        message: "recent recommendations were higher than current one, applying the highest recent recommendation"))
            limited = ScaleHistory.limited(stabilized, current: current, minimum: minimum, maximum: maximum)
        }
        setCondition("ScalingLimited", limited.replicas == stabilized ? "False" : "True", limited.reason, limited.message)
        return limited.replicas
    }

    private mutating func noteStabilized(_ verdict: ScaleVerdict?) {
        if let verdict {
            setCondition("AbleToScale", "True", verdict.reason, verdict.message)
        } else {
            setCondition("AbleToScale", "True", "ReadyForNewScale", "recommended size matches current size")
        }
    }

    // MARK: Status

    private mutating func finish(current: Int, desired: Int, metrics: [Value]?, rescaled: Bool) {
        status["currentReplicas"] = current == 0 ? nil : Value(current)
        status["desiredReplicas"] = Value(desired)
        status["currentMetrics"] = metrics.map { .array($0) } ?? .null
        if rescaled { status["lastScaleTime"] = .string(view.now.rfc3339) }
        writeStatus()
    }

    private mutating func writeStatus() {
        if status["desiredReplicas"] == nil { status["desiredReplicas"] = 0 }
        if status["currentMetrics"] == nil { status["currentMetrics"] = .null }
        if status == autoscaler["status"] { return }
        var updated = autoscaler
        updated["status"] = status
        plan.add(.updateStatus(.horizontalPodAutoscalers, updated))
    }

    private mutating func setCondition(_ type: String, _ state: String, _ reason: String, _ message: String) {
        var conditions = status["conditions"]?.elements ?? []
        let index = conditions.firstIndex { $0["type"]?.stringValue == type } ?? conditions.count
        if index == conditions.count { conditions.append(["type": .string(type), "status": "Unknown"]) }
        if conditions[index]["status"]?.stringValue != state || conditions[index]["lastTransitionTime"] == nil {
            conditions[index]["lastTransitionTime"] = .string(view.now.rfc3339)
        }
        conditions[index]["status"] = .string(state)
        conditions[index]["reason"] = .string(reason)
        conditions[index]["message"] = .string(message)
        status["conditions"] = .array(conditions)
    }

    private mutating func event(_ type: EventType, _ reason: String, _ message: String) {
        plan.event(on: autoscaler, type: type, reason: reason, message: message)
    }
}
