import APIMachinery
import KubernetesObjects
import SimulationKernel

/// What is done for pods that no node takes: telling why, and making room.
extension SchedulerComponent {
    mutating func makeRoom(
        _ cycle: SchedulingCycle, _ object: Value, _ refusals: [(slot: Int32, verdict: Verdict)], _ pass: inout RefusedPass?,
        _ report: inout FitReport, _ view: ClusterView
    ) -> Plan {
        var union: Verdict = []
        var helps = false
        var histogram: [(verdict: Verdict, count: Int)] = []
        for (slot, verdict) in refusals {
            if let index = histogram.firstIndex(where: { $0.verdict == verdict }) { histogram[index].count += 1 } else { histogram.append((verdict, 1)) }
            if verdict.contains(.extended) {
                for name in cache.lackingExtended(cycle.pod, Int(slot)) { report.reasons["Insufficient \(name)", default: 0] += 1 }
            }
        }
        for (verdict, count) in histogram {
            union.formUnion(verdict)
            if !verdict.contains(.unresolvable) { helps = true }
            for (reason, text) in Verdict.texts where verdict.contains(reason) { report.reasons[text, default: 0] += count }
        }
        let absent = report.nodeCount - refusals.count
        if absent > 0 { report.reasons["node(s) didn't satisfy plugin(s) [NodeAffinity]", default: 0] += absent }
        let preemption = Preemption(budgets: Self.budgets(view))
        let outcome = preemption.run(cycle, refusals, cache: &cache, nominated: nominated, &pass)
        switch outcome {
        case .none(let text):
            report.afterwards = "no new claims to deallocate, preemption: \(text)"
            return refuse(cycle.pod, object, report.message, reasons: union, helps: helps, volumes: false)
        case .victims(let victims):
            return preempt(cycle.pod, object, victims, report, union, view)
        }
    }

    private mutating func preempt(
        _ pod: PodInfo, _ object: Value, _ victims: Preemption.Victims, _ report: FitReport, _ reasons: Verdict, _ view: ClusterView
    ) -> Plan {
        let node = cache.nodes.details[victims.slot].name
        nominated.add(pod, to: victims.slot)
        var plan = refuse(pod, object, report.message, reasons: reasons, helps: true, volumes: false, nominatedNode: node)
        for victim in victims.pods {
            guard let target = view.get(.pods, namespace: victim.key.namespace, name: victim.key.name), target.uid == victim.uid else { continue }
            let key = ObjectKey(.pods, namespace: victim.key.namespace, name: victim.key.name)
            if !target.isBeingDeleted {
                var condition: Value = [
                    "type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler",
                    "message": .string("\(profile.name): preempting to accommodate a higher priority pod"),
                    "lastProbeTime": .null, "lastTransitionTime": .string(now.rfc3339),
                ]
                if target.generation > 0 { condition["observedGeneration"] = Value(target.generation) }
                plan.add(.updateStatus(.pods, Self.adding(condition, to: target)), ifRefused: .ignore)
                plan.add(.delete(key, uid: victim.uid), ifRefused: .ignore)
            }
            plan.event(
                on: target, reason: "Preempted", message: "Preempted by pod \(pod.uid) on node \(node)", related: object, action: "Preempting")
        }
        return plan
    }

    private static func budgets(_ view: ClusterView) -> [String: [(selector: CompiledSelector, allowed: Int, already: Set<String>)]] {
        var budgets: [String: [(selector: CompiledSelector, allowed: Int, already: Set<String>)]] = [:]
        view.store.forEach(.podDisruptionBudgets) { budget in
            budgets[budget.namespace, default: []].append(
                (
                    CompiledSelector(budget["spec"]?["selector"]), budget["status"]?["disruptionsAllowed"]?.intValue ?? 0,
                    Set(budget["status"]?["disruptedPods"]?.fields?.keys ?? [])
                ))
        }
        return budgets
    }

    mutating func refuse(
        _ pod: PodInfo, _ object: Value, _ message: String, reasons: Verdict, helps: Bool, volumes: Bool, nominatedNode: String? = nil
    ) -> Plan {
        queue.refuse(pod.uid, reasons: reasons, canBeHelpedByRemoval: helps, waitsForVolumes: volumes, now: now)
        var plan = Plan()
        plan.event(on: object, type: .warning, reason: "FailedScheduling", message: message, action: "Scheduling")
        addCondition(object, reason: "Unschedulable", message: message, nominatedNode: nominatedNode, to: &plan)
        return plan
    }

    func addCondition(_ object: Value, reason: String, message: String, nominatedNode: String?, to plan: inout Plan) {
        let present = object.condition("PodScheduled")
        let isSame =
            present?["status"]?.stringValue == "False" && present?["reason"]?.stringValue == reason
            && present?["message"]?.stringValue == message
        let isNominated = (object["status"]?["nominatedNodeName"]?.stringValue ?? "") == (nominatedNode ?? object["status"]?["nominatedNodeName"]?.stringValue ?? "")
        if isSame, isNominated { return }
        let since = present?["status"]?.stringValue == "False" ? present?["lastTransitionTime"] : nil
        var condition: Value = [
            "type": "PodScheduled", "status": "False", "lastProbeTime": .null, "lastTransitionTime": since ?? .string(now.rfc3339),
            "reason": .string(reason), "message": .string(message),
        ]
        if object.generation > 0 { condition["observedGeneration"] = Value(object.generation) }
        var next = Self.adding(condition, to: object)
        if let nominatedNode { next["status", default: [:]]["nominatedNodeName"] = .string(nominatedNode) }
        plan.add(.updateStatus(.pods, next), ifRefused: .ignore)
    }

    /// A pod with a condition in place of the one of its type, or after all others.
    private static func adding(_ condition: Value, to pod: Value) -> Value {
        var conditions = pod["status"]?["conditions"]?.elements ?? []
        if let index = conditions.firstIndex(where: { $0["type"] == condition["type"] }) { conditions[index] = condition } else { conditions.append(condition) }
        var next = pod
        next["status", default: [:]]["conditions"] = .array(conditions)
        return next
    }
}
