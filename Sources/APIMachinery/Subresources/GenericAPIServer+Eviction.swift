import KubernetesObjects
import KubernetesSchema

/// Evicting a pod: deleting it if its disruption budget allows.
///
/// - Source: `pkg/registry/core/pod/storage/eviction.go`, v1.36.
extension GenericAPIServer {
    mutating func evict(_ eviction: Value, _ scope: inout RequestScope) throws(APIStatus) -> Value {
        do throws(APIStatus) {
            if !eviction.name.isEmpty, eviction.name != scope.name {
                throw .badRequest("name in URL does not match name in Eviction object")
            }
            guard let pod = store.get(scope.key) else { throw .notFound(.pods, name: scope.name) }
            if let options = eviction["deleteOptions"], !options.isNull { try scope.options.read(deleteOptions: options) }
            scope.subresource = ""
            if !needsNoBudget(pod) { try charge(budgets(of: pod), pod, &scope) }
        } catch { throw refused(scope, error) }
        _ = try delete(&scope)
        return Self.success(code: 201)
    }

    private func needsNoBudget(_ pod: Value) -> Bool {
        let phase = pod["status"]?["phase"]?.stringValue
        return phase == "Succeeded" || phase == "Failed" || phase == "Pending" || pod.isBeingDeleted
    }

    private func budgets(of pod: Value) -> [Value] {
        store.list(.podDisruptionBudgets, namespace: pod.namespace).filter { budget in
            guard let selector = budget["spec"]?["selector"], !selector.isNull else { return false }
            return LabelSelector(object: selector).matches(pod.labels)
        }
    }

    private mutating func charge(_ budgets: [Value], _ pod: Value, _ scope: inout RequestScope) throws(APIStatus) {
        guard let budget = budgets.first else { return }
        if budgets.count > 1 {
            throw APIStatus(
                code: 500, reason: "",
                message: "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.")
        }
        let status = budget["status"]
        let allowed = status?["disruptionsAllowed"]?.intValue ?? 0
        if !pod.isConditionTrue("Ready") {
            let healthy = status?["currentHealthy"]?.intValue ?? 0
            let desired = status?["desiredHealthy"]?.intValue ?? 0
            if budget["spec"]?["unhealthyPodEvictionPolicy"]?.stringValue == "AlwaysAllow" || (healthy >= desired && desired > 0) { return }
        }
        let message = "Cannot evict pod as it would violate the pod's disruption budget."
        func cause(_ text: String) -> [Value] { [["reason": "DisruptionBudget", "message": .string(text)]] }
        if (status?["observedGeneration"]?.intValue ?? 0) < budget.generation {
            throw .tooManyRequests(
                message, retryAfterSeconds: 10, causes: cause("The disruption budget \(budget.name) is still being processed by the server."))
        }
        if allowed < 0 { throw .forbidden(.podDisruptionBudgets, name: budget.name, because: "pdb disruptions allowed is negative") }
        if allowed == 0 {
            let desired = status?["desiredHealthy"]?.intValue ?? 0
            let healthy = status?["currentHealthy"]?.intValue ?? 0
            throw .tooManyRequests(
                message, retryAfterSeconds: 0,
                causes: cause("The disruption budget \(budget.name) needs \(desired) healthy pods and has \(healthy) currently"))
        }
        if scope.isDryRun { return }
        var charged = budget
        charged["status", default: [:]]["disruptionsAllowed"] = Value(allowed - 1)
        charged["status", default: [:]]["disruptedPods", default: [:]][pod.name] = .string(now.rfc3339)
        if allowed == 1 { setDisruptionAllowed(&charged) }
        let budgetScope = try componentScope(
            .podDisruptionBudgets, namespace: budget.namespace, name: budget.name, scope.user, scope.actor, scope.cause)
        put(charged, budgetScope.key, action: "update/status", budgetScope)
        var marked = pod
        var conditions = (pod["status"]?["conditions"]?.elements ?? []).filter { $0["type"]?.stringValue != "DisruptionTarget" }
        var condition: Value = ["type": "DisruptionTarget"]
        if let generation = pod.generation > 0 ? pod.generation : nil { condition["observedGeneration"] = Value(generation) }
        condition["status"] = "True"
        condition["lastProbeTime"] = .null
        condition["lastTransitionTime"] = .string(now.rfc3339)
        condition["reason"] = "EvictionByEvictionAPI"
        condition["message"] = "Eviction API: evicting"
        conditions.append(condition)
        marked["status", default: [:]]["conditions"] = .array(conditions)
        put(marked, scope.key, action: "update/status", scope)
    }

    private func setDisruptionAllowed(_ budget: inout Value) {
        guard var conditions = budget["status"]?["conditions"]?.arrayValue,
            let place = conditions.firstIndex(where: { $0["type"]?.stringValue == "DisruptionAllowed" })
        else { return }
        conditions[place]["status"] = "False"
        conditions[place]["reason"] = "InsufficientPods"
        conditions[place]["lastTransitionTime"] = .string(now.rfc3339)
        budget["status", default: [:]]["conditions"] = .array(conditions)
    }
}
