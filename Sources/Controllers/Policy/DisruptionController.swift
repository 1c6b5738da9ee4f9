import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// Counts the healthy pods of PodDisruptionBudgets and how many may be taken away.
///
/// - Source: kube-controller-manager `disruption` of Kubernetes 1.36.
package struct DisruptionController: Controller {
    package let name = "controllermanager"
    package var user: UserInfo { .controller("disruption-controller") }
    package let interests: [GroupResource] = [
        .podDisruptionBudgets, .pods, .replicaSets, .deployments, .statefulSets, .replicationControllers,
    ]
    /// How long a pod that was evicted counts as going.
    static let deletionTimeout = Duration.seconds(120)

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        switch event.key.resource {
        case .podDisruptionBudgets: return event.change == .deleted ? [] : ownKey(event)
        case .pods:
            if view.store.count(.podDisruptionBudgets, namespace: event.key.namespace) == 0 { return [] }
            if let old = event.old, event.change == .modified, old.isPodReady == event.object.isPodReady, old.labels == event.object.labels,
                old.isBeingDeleted == event.object.isBeingDeleted, old.podPhase == event.object.podPhase
            {
                return []
            }
            return budgets(in: event.key.namespace, view) { selector in
                selector.matches(event.object) || event.old.map(selector.matches) == true
            }
        default:
            if event.change == .modified, event.old?["spec"]?["replicas"] == event.object["spec"]?["replicas"] { return [] }
            return budgets(in: event.key.namespace, view) { _ in true }
        }
    }

    private func budgets(
        in namespace: String, _ view: ClusterView, where isTouched: (CompiledSelector) -> Bool
    ) -> [(key: ObjectKey, after: Duration)] {
        view.list(.podDisruptionBudgets, namespace: namespace).filter { isTouched(CompiledSelector($0["spec"]?["selector"])) }.map {
            (ObjectKey(.podDisruptionBudgets, namespace: namespace, name: $0.name), .zero)
        }
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        guard let budget = view.get(key) else { return .done }
        var plan = Plan()
        let selector = CompiledSelector(budget["spec"]?["selector"])
        var pods: [Value] = []
        view.store.forEach(.pods, namespace: key.namespace) { if selector.matches($0) { pods.append($0) } }
        if pods.isEmpty { plan.event(on: budget, reason: "NoPods", message: "No matching pods found") }
        let expected = ExpectedPods(budget: budget, pods: pods, view: view)
        if let problem = expected.problem {
            plan.event(
                on: budget, type: .warning, reason: "CalculateExpectedPodCountFailed",
                message: "Failed to calculate the number of expected pods: \(problem)")
            var next = budget
            next["status", default: [:]]["disruptionsAllowed"] = 0
            next["status", default: [:]]["conditions"] = conditions(
                budget, "False", "SyncFailed", problem, view.now, generation: budget.statusInt("observedGeneration"))
            if next["status"] != budget["status"] { plan.add(.updateStatus(.podDisruptionBudgets, next), ifRefused: .continuing) }
            return plan
        }
        if expected.hasUnmanaged {
            plan.event(
                on: budget, type: .warning, reason: "UnmanagedPods",
                message:
                    "Pods selected by this PodDisruptionBudget (selector: \(LabelSelector.goText(budget["spec"]?["selector"]))) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set \".spec.minAvailable\" field of the PDB to an integer value."
            )
        }
        let (disrupted, recheck) = disruptedPods(budget, pods, view.now, &plan)
        let healthy = pods.count { $0.isPodReady && !$0.isBeingDeleted && disrupted[$0.name] == nil }
        let allowed = expected.count <= 0 ? 0 : max(0, healthy - expected.desired)
        var status: Value = [
            "currentHealthy": Value(healthy), "desiredHealthy": Value(expected.desired), "expectedPods": Value(expected.count),
            "disruptionsAllowed": Value(allowed), "observedGeneration": Value(budget.generation),
        ]
        if !disrupted.isEmpty { status["disruptedPods"] = .object(disrupted) }
        status["conditions"] = conditions(budget, allowed > 0 ? "True" : "False", allowed > 0 ? "SufficientPods" : "InsufficientPods", "", view.now)
        if status != budget["status"] {
            var next = budget
            next["status"] = status
            plan.add(.updateStatus(.podDisruptionBudgets, next))
        }
        plan.requeueAfter = recheck
        return plan
    }

    private func conditions(
        _ budget: Value, _ status: String, _ reason: String, _ message: String, _ now: Instant, generation: Int? = nil
    ) -> Value {
        let old = budget.condition("DisruptionAllowed")
        let since = old?["status"]?.stringValue == status ? old?["lastTransitionTime"]?.stringValue : nil
        return [
            [
                "type": "DisruptionAllowed", "status": .string(status), "observedGeneration": Value(generation ?? budget.generation),
                "lastTransitionTime": .string(since ?? now.rfc3339), "reason": .string(reason), "message": .string(message),
            ]
        ]
    }

    /// Pods whose eviction was granted and that are still there, and when the first of them counts as staying.
    private func disruptedPods(_ budget: Value, _ pods: [Value], _ now: Instant, _ plan: inout Plan) -> (Fields, Duration?) {
        var left = Fields()
        var recheck: Duration?
        for (name, time) in budget["status"]?["disruptedPods"]?.fields ?? Fields() {
            guard let pod = pods.first(where: { $0.name == name }), !pod.isBeingDeleted,
                let since = time.stringValue.flatMap({ Instant(rfc3339: $0) })
            else { continue }
            let rest = since + Self.deletionTimeout - now
            if rest <= .zero {
                plan.event(
                    on: pod, type: .warning, reason: "NotDeleted",
                    message: "Pod was expected by PDB \(budget.namespace)/\(budget.name) to be deleted but it wasn't")
                continue
            }
            left[name] = time
            recheck = recheck.map { min($0, rest) } ?? rest
        }
        return (left, recheck)
    }
}
