import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Takes nodes away: marks them, evicts what must move, waits until it has gone, and ends the machine.
///
/// - Source: cluster-autoscaler `core/scaledown/actuation`: actuator, drain and the deletion batcher.
struct ScaleDownActuator: Sendable {
    struct Deletion: Sendable {
        enum Phase: Hashable, Sendable {
            /// The taint is young: pods that the scheduler was placing may still arrive.
            case tainted(until: Instant)
            case evicting(retryAt: Instant, until: Instant)
            case waiting(lookAt: Instant, until: Instant)
        }

        var node: String
        var group: String
        var isDrain: Bool
        var phase: Phase
        /// Pods to evict that the server has not let go yet, and those that it has.
        var pending: [ObjectKey: String] = [:]
        var evicted: [ObjectKey: String] = [:]
        var lastRefusal = ""
        var startedAt: Instant
        var isFinished = false
        /// Why it is given up.
        var failure: String?

        var wake: Instant {
            switch phase {
            case .tainted(let until): until
            case .evicting(let retryAt, _): retryAt
            case .waiting(let lookAt, _): lookAt
            }
        }
    }

    private(set) var deletions: [Deletion] = []
    static let evictionRetry: Duration = .seconds(10)
    static let evictionHeadroom: Duration = .seconds(30)
    static let evictTag = 71

    var nodes: Set<String> { Set(deletions.map(\.node)) }
    var nextWake: Instant? { deletions.map(\.wake).min() }

    /// What came of a step: machines to end, and whether one failed.
    struct Outcome {
        var finished: [Deletion] = []
        var hasFailed = false
    }

    /// Begins with as many nodes as may go at once; empty ones first.
    mutating func start(_ due: [RemovableNode], in view: ClusterView, settings: ClusterAutoscalerSettings, plan: inout Plan, log: (inout Plan, String, String) -> Void) -> Bool {
        var budget = settings.maxScaleDownParallelism - deletions.count
        var drains = settings.maxDrainParallelism - deletions.count(where: \.isDrain)
        var hasStarted = false
        for entry in due.filter(\.isEmpty) + due.filter({ !$0.isEmpty }) {
            guard budget > 0, entry.isEmpty || drains > 0, let node = view.get(.nodes, name: entry.node) else { continue }
            budget -= 1
            if !entry.isEmpty { drains -= 1 }
            hasStarted = true
            let marked = ToBeDeleted.marked(node, key: ToBeDeleted.key, effect: "NoSchedule", at: view.now)
            plan.add(.update(.nodes, marked), ifRefused: .ignore)
            plan.event(on: node, reason: "ScaleDown", message: "marked the node as toBeDeleted/unschedulable")
            if entry.isEmpty {
                log(&plan, "ScaleDownEmpty", "Scale-down: removing empty node \"\(entry.node)\"")
            } else {
                let names = entry.pods.map { "\($0.namespace)/\($0.name)" }.joined(separator: ", ")
                log(
                    &plan, "ScaleDown",
                    "Scale-down: removing node \(entry.node), utilization: \(entry.utilization.text), pods to reschedule: \(names)")
            }
            deletions.append(
                Deletion(
                    node: entry.node, group: entry.group, isDrain: !entry.isEmpty, phase: .tainted(until: view.now + settings.nodeDeleteDelayAfterTaint),
                    startedAt: view.now))
        }
        return hasStarted
    }

    /// Does what is due for each deletion.
    mutating func advance(in view: ClusterView, settings: ClusterAutoscalerSettings, plan: inout Plan) -> Outcome {
        var outcome = Outcome()
        var kept: [Deletion] = []
        for var deletion in deletions {
            guard deletion.wake <= view.now else {
                kept.append(deletion)
                continue
            }
            switch deletion.phase {
            case .tainted: begin(&deletion, in: view, settings, &plan)
            case .evicting(_, let until): retry(&deletion, until: until, in: view, settings, &plan)
            case .waiting(_, let until): look(&deletion, until: until, in: view)
            }
            if deletion.isFinished {
                outcome.finished.append(deletion)
            } else if let failure = deletion.failure {
                outcome.hasFailed = true
                abandon(deletion, because: failure, in: view, &plan)
            } else {
                kept.append(deletion)
            }
        }
        deletions = kept
        return outcome
    }

    /// Hears how an eviction went.
    mutating func noteEviction(_ key: ObjectKey, result: Result<Value, APIStatus>) {
        for index in deletions.indices {
            guard let uid = deletions[index].pending[key] else { continue }
            switch result {
            case .failure(let status) where status.code != 404: deletions[index].lastRefusal = status.message
            default:
                deletions[index].pending[key] = nil
                deletions[index].evicted[key] = uid
            }
        }
    }

    private func begin(_ deletion: inout Deletion, in view: ClusterView, _ settings: ClusterAutoscalerSettings, _ plan: inout Plan) {
        switch Drainability(view: view, settings: settings).podsToMove(from: deletion.node) {
        case .blocked(let reason):
            deletion.failure = "failed to get pods to move: \(reason)"
        case .movable(let pods) where !deletion.isDrain && !pods.isEmpty:
            deletion.failure = "failed to delete empty node \"\(deletion.node)\", new pods scheduled"
        case .movable(let pods):
            for pod in pods { deletion.pending[ObjectKey(.pods, namespace: pod.namespace, name: pod.name)] = pod.uid }
            for pod in pods { evict(pod, isFirst: true, settings, &plan) }
            if deletion.isDrain {
                // Pods of DaemonSets are asked to go as well, but nobody waits for them.
                for pod in view.pods(onNode: deletion.node) where pod.controllerReference?["kind"]?.stringValue == "DaemonSet" && !pod.isBeingDeleted {
                    evict(pod, isFirst: true, settings, &plan)
                }
            }
            deletion.phase = .evicting(retryAt: view.now + (pods.isEmpty ? .zero : .seconds(1)), until: view.now + settings.maxPodEvictionTime)
            if pods.isEmpty { deletion.isFinished = true }
        }
    }

    private func evict(_ pod: Value, isFirst: Bool, _ settings: ClusterAutoscalerSettings, _ plan: inout Plan) {
        if isFirst { plan.event(on: pod, reason: "ScaleDown", message: "deleting pod for node scale down") }
        let own = pod["spec"]?["terminationGracePeriodSeconds"]?.intValue ?? 30
        let grace = min(own, Int(settings.maxGracefulTermination.inSeconds))
        plan.add(
            .createSubresource(
                ObjectKey(.pods, namespace: pod.namespace, name: pod.name), subresource: "eviction",
                [
                    "apiVersion": "policy/v1", "kind": "Eviction", "metadata": ["name": .string(pod.name), "namespace": .string(pod.namespace)],
                    "deleteOptions": ["gracePeriodSeconds": Value(grace)],
                ]), ifRefused: .ignore, tag: Self.evictTag)
    }

    private func retry(_ deletion: inout Deletion, until: Instant, in view: ClusterView, _ settings: ClusterAutoscalerSettings, _ plan: inout Plan) {
        if deletion.pending.isEmpty {
            deletion.phase = .waiting(lookAt: view.now, until: view.now + settings.maxGracefulTermination + Self.evictionHeadroom)
            look(&deletion, until: view.now + settings.maxGracefulTermination + Self.evictionHeadroom, in: view)
            return
        }
        let pods = deletion.pending.keys.sorted().compactMap { key in view.get(key).flatMap { $0.uid == deletion.pending[key] ? $0 : nil } }
        deletion.pending = deletion.pending.filter { view.get($0.key)?.uid == $0.value }
        guard view.now < until else {
            for pod in pods { plan.event(on: pod, type: .warning, reason: "ScaleDownFailed", message: "failed to delete pod for ScaleDown") }
            let errors = pods.map { "failed to evict pod \($0.namespace)/\($0.name) within allowed timeout (last error: \(deletion.lastRefusal))" }
            deletion.failure = "Failed to drain node /\(deletion.node), due to following errors: [\(errors.joined(separator: " "))]"
            return
        }
        for pod in pods { evict(pod, isFirst: false, settings, &plan) }
        deletion.phase = .evicting(retryAt: pods.isEmpty ? view.now : min(view.now + Self.evictionRetry, until), until: until)
    }

    private func look(_ deletion: inout Deletion, until: Instant, in view: ClusterView) {
        let isThere = deletion.evicted.contains { key, uid in
            view.get(key).map { $0.uid == uid && $0["spec"]?["nodeName"]?.stringValue == deletion.node } ?? false
        }
        if !isThere {
            deletion.isFinished = true
        } else if view.now >= until {
            deletion.failure = "Failed to drain node /\(deletion.node): pods remaining after timeout"
        } else {
            deletion.phase = .waiting(lookAt: view.now + .seconds(5), until: until)
        }
    }

    private func abandon(_ deletion: Deletion, because failure: String, in view: ClusterView, _ plan: inout Plan) {
        guard let node = view.get(.nodes, name: deletion.node) else { return }
        plan.add(.update(.nodes, ToBeDeleted.unmarked(node, keys: [ToBeDeleted.key])), ifRefused: .ignore)
        let text = deletion.isDrain ? "failed to drain the node: \(failure)" : "failed to delete empty node: \(failure)"
        plan.event(on: node, type: .warning, reason: "ScaleDownFailed", message: text)
    }
}
