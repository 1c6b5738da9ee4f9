import APIMachinery
import KubernetesObjects
import SimulationKernel

/// What is done for a pod that has a node: waiting for its volumes, and binding it.
extension SchedulerComponent {
    mutating func assign(_ cycle: SchedulingCycle, _ object: Value, _ slot: Int, _ view: ClusterView) -> Plan {
        let pod = cycle.pod
        let node = cache.nodes.details[slot].name
        cache.place(pod, on: node)
        nominated.remove(pod.uid)
        current = pod
        if let volumes = cycle.volumes, !volumes.delayed.isEmpty, let choice = volumes.choice(cache, slot) {
            waitingForVolumes[pod.uid] = (pod, node, now)
            return Self.bindVolumes(choice, node)
        }
        return bind(pod, object, node)
    }

    private static func bindVolumes(_ choice: VolumeNeeds.Choice, _ node: String) -> Plan {
        var plan = Plan()
        for (claim, volume) in choice.bindings {
            var next = volume
            next["spec", "claimRef"] = VolumeMatching.reference(to: claim)
            next["metadata", default: [:]]["annotations", default: [:]]["pv.kubernetes.io/bound-by-controller"] = "yes"
            plan.add(.update(.persistentVolumes, next), ifRefused: .continuing)
        }
        for claim in choice.provisions {
            var next = claim
            next["metadata", default: [:]]["annotations", default: [:]]["volume.kubernetes.io/selected-node"] = .string(node)
            plan.add(.update(.persistentVolumeClaims, next), ifRefused: .continuing)
        }
        return plan
    }

    private func bind(_ pod: PodInfo, _ object: Value, _ node: String) -> Plan {
        var plan = Plan()
        let body: Value = [
            "apiVersion": "v1", "kind": "Binding",
            "metadata": ["name": .string(pod.key.name), "namespace": .string(pod.key.namespace), "uid": .string(pod.uid)],
            "target": ["kind": "Node", "name": .string(node)],
        ]
        plan.add(
            .createSubresource(ObjectKey(.pods, namespace: pod.key.namespace, name: pod.key.name), subresource: "binding", body),
            tag: Self.bindTag)
        plan.event(
            on: object, reason: "Scheduled", message: "Successfully assigned \(pod.key.namespace)/\(pod.key.name) to \(node)", action: "Binding")
        return plan
    }

    /// Binds a pod whose volumes have become bound, or gives up on one that waited too long.
    mutating func bindWaiting(_ view: ClusterView) -> Plan? {
        guard volumesChanged || waitingForVolumes.values.contains(where: { $0.since + Self.volumeBindingMax <= now }) else { return nil }
        for uid in waitingForVolumes.keys.sorted() {
            guard let wait = waitingForVolumes[uid] else { continue }
            guard let object = view.get(.pods, namespace: wait.pod.key.namespace, name: wait.pod.key.name), object.uid == uid else {
                forget(uid)
                continue
            }
            let bound = wait.pod.claims.allSatisfy { claim in
                guard let stored = view.get(.persistentVolumeClaims, namespace: wait.pod.key.namespace, name: claim.name) else { return false }
                return stored["status", "phase"]?.stringValue == "Bound" && stored.annotation("pv.kubernetes.io/bind-completed") != nil
            }
            if bound {
                waitingForVolumes[uid] = nil
                current = wait.pod
                return bind(wait.pod, object, wait.node)
            }
            if wait.since + Self.volumeBindingMax <= now {
                waitingForVolumes[uid] = nil
                cache.removePod(uid: uid)
                return refuse(
                    wait.pod, object, "binding volumes: context deadline exceeded", reasons: [], helps: false, volumes: true)
            }
        }
        volumesChanged = false
        return nil
    }

    package mutating func completed(_ action: PlannedAction, result: Result<Value, APIStatus>, in view: ClusterView) -> [PlannedAction] {
        guard action.tag == Self.bindTag, let pod = current, case .failure(let status) = result else { return [] }
        now = view.now
        cache.removePod(uid: pod.uid)
        if status.isNotFound {
            queue.remove(pod.uid)
            return []
        }
        queue.fail(pod.uid, now: now)
        guard let object = view.get(.pods, namespace: pod.key.namespace, name: pod.key.name) else { return [] }
        var plan = Plan()
        let message = "running Bind plugin \"DefaultBinder\": \(status.message)"
        plan.event(on: object, type: .warning, reason: "FailedScheduling", message: message, action: "Scheduling")
        addCondition(object, reason: "SchedulerError", message: message, nominatedNode: nil, to: &plan)
        return plan.actions
    }
}
