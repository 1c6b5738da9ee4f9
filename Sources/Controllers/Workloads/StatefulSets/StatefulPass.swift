import APIMachinery
import KubernetesObjects
import SimulationKernel

/// One pass over one StatefulSet.
struct StatefulPass {
    let set: Value
    let pods: [Value]
    let view: ClusterView
    private var plan = Plan()
    private var waits: Duration?

    init(set: Value, pods: [Value], view: ClusterView) {
        self.set = set
        self.pods = pods
        self.view = view
    }

    private var isMonotonic: Bool { self.set.specString("podManagementPolicy") != "Parallel" }
    private var start: Int { self.set["spec"]?["ordinals"]?["start"]?.intValue ?? 0 }
    private var isRolling: Bool { self.set["spec"]?["updateStrategy"]?["type"]?.stringValue != "OnDelete" }
    private var partition: Int { self.set["spec"]?["updateStrategy"]?["rollingUpdate"]?["partition"]?.intValue ?? 0 }

    private func isReady(_ pod: Value) -> Bool { pod.podPhase == "Running" && pod.isPodReady }
    private func isAvailable(_ pod: Value) -> Bool {
        isReady(pod) && pod.isPodAvailable(minReadySeconds: set.minReadySeconds, now: view.now)
    }
    private func isHealthy(_ pod: Value) -> Bool { isReady(pod) && !pod.isBeingDeleted }

    mutating func run() -> Plan {
        var history = RevisionHistory(of: set, in: view)
        let update = history.current(
            kind: "StatefulSet", hashLabel: StatefulIdentity.hashLabel, annotations: set["metadata"]?["annotations"], plan: &plan)
        let current = history.named(set.statusString("currentRevision") ?? "") ?? update
        if !set.isBeingDeleted { act(current: current, update: update) }
        writeStatus(current: current, update: update, collisions: history.collisions)
        let inUse = Set([current.name, update.name] + pods.compactMap { $0.label(StatefulIdentity.revisionLabel) })
        history.truncate(limit: set.specInt("revisionHistoryLimit") ?? 10, inUse: inUse, plan: &plan)
        if let waits { plan.requeueAfter = waits }
        return plan
    }

    private mutating func act(current: Value, update: Value) {
        let count = set.specReplicas
        var replicas = [Value?](repeating: nil, count: max(0, min(count, 100_000)))
        var condemned: [Value] = []
        for pod in pods {
            let index = StatefulIdentity.ordinal(of: pod) - start
            if replicas.indices.contains(index) { replicas[index] = pod } else { condemned.append(pod) }
        }
        condemned.sort { StatefulIdentity.ordinal(of: $0) > StatefulIdentity.ordinal(of: $1) }
        for index in replicas.indices {
            if process(replicas[index], ordinal: start + index, current: current, update: update), isMonotonic { return }
        }
        for pod in condemned { ownClaims(of: pod, isCondemned: true) }
        let firstUnhealthy = firstUnhealthy(replicas, condemned)
        for pod in condemned where remove(pod, firstUnhealthy) && isMonotonic { return }
        if isRolling { rollOut(replicas, update: update) }
    }

    private func firstUnhealthy(_ replicas: [Value?], _ condemned: [Value]) -> String? {
        for pod in replicas { if let pod, !isHealthy(pod) { return pod.name } else if pod == nil { return "" } }
        return condemned.last { !isHealthy($0) }?.name
    }

    /// Brings one replica closer to what it should be; says whether later ones must wait.
    private mutating func process(_ replica: Value?, ordinal: Int, current: Value, update: Value) -> Bool {
        guard let pod = replica else {
            if areClaimsLeaving(ordinal) { return true }
            create(ordinal, current: current, update: update)
            return true
        }
        if pod.isPodTerminal {
            if !pod.isBeingDeleted { delete(pod) }
            return true
        }
        if pod.podPhase == "Pending" { createClaims(ordinal) }
        if isMonotonic {
            if pod.isBeingDeleted || !isReady(pod) { return true }
            if !isAvailable(pod) {
                if let since = pod.podReadySince { wait(until: since + .seconds(set.minReadySeconds)) }
                return true
            }
        } else if isReady(pod), !isAvailable(pod), let since = pod.podReadySince {
            wait(until: since + .seconds(set.minReadySeconds))
        }
        ownClaims(of: pod, isCondemned: false)
        if !StatefulIdentity.matches(pod, set) {
            var next = pod
            StatefulIdentity.identify(&next, set, ordinal)
            next["spec"] = pod["spec"]
            plan.add(.update(.pods, next), ifRefused: .continuing)
        }
        return false
    }

    private mutating func wait(until moment: Instant) {
        let left = max(moment - view.now, .milliseconds(1))
        waits = waits.map { min($0, left) } ?? left
    }

    private mutating func create(_ ordinal: Int, current: Value, update: Value) {
        let needsCurrent = isRolling && ordinal < start + partition
        let revision = needsCurrent ? current : update
        createClaims(ordinal)
        plan.add(
            .create(
                .pods,
                StatefulIdentity.pod(set, template: RevisionHistory.template(of: revision), revision: revision.name, ordinal: ordinal)),
            tag: StatefulSetController.podTag)
    }

    private mutating func delete(_ pod: Value) {
        plan.add(
            .delete(ObjectKey(.pods, namespace: pod.namespace, name: pod.name), uid: pod.uid), ifRefused: .continuing,
            tag: StatefulSetController.podTag)
    }

    private mutating func remove(_ pod: Value, _ firstUnhealthy: String?) -> Bool {
        if pod.isBeingDeleted { return true }
        if isMonotonic, !isAvailable(pod), pod.name != firstUnhealthy { return true }
        delete(pod)
        return true
    }

    /// Deletes pods of old revisions from the highest ordinal down to the partition, as many as may become unavailable.
    ///
    /// Pods below the partition that are unavailable count as well, and one that is broken takes the place of one that is not.
    private mutating func rollOut(_ replicas: [Value?], update: Value) {
        let limit = set["spec"]?["updateStrategy"]?["rollingUpdate"]?["maxUnavailable"]
        let allowed = max(1, ScaledCount.resolve(limit, of: set.specReplicas, roundUp: false) ?? 1)
        let unavailable = replicas.count { pod in pod.map { $0.isBeingDeleted || !isAvailable($0) } ?? true }
        let old = replicas.dropFirst(partition).reversed().compactMap { $0 }.filter {
            $0.label(StatefulIdentity.revisionLabel) != update.name && !$0.isBeingDeleted
        }
        for pod in old.prefix(max(0, allowed - unavailable)) { delete(pod) }
    }

    // MARK: Claims

    private var claimTemplates: [Value] { self.set["spec"]?["volumeClaimTemplates"]?.elements ?? [] }

    private mutating func createClaims(_ ordinal: Int) {
        for template in claimTemplates
        where view.get(.persistentVolumeClaims, namespace: set.namespace, name: StatefulIdentity.claimName(template, set, ordinal)) == nil {
            plan.add(.create(.persistentVolumeClaims, StatefulIdentity.claim(template, set, ordinal)), tag: StatefulSetController.claimTag)
        }
    }

    /// Whether claims of an ordinal are still to be deleted with a pod that is gone.
    private func areClaimsLeaving(_ ordinal: Int) -> Bool {
        claimTemplates.contains { template in
            view.get(.persistentVolumeClaims, namespace: set.namespace, name: StatefulIdentity.claimName(template, set, ordinal))?.isBeingDeleted == true
        }
    }

    /// Keeps the owners of a pod's claims as the retention policy asks.
    private mutating func ownClaims(of pod: Value, isCondemned: Bool) {
        if claimTemplates.isEmpty { return }
        let (whenDeleted, whenScaled) = (StatefulIdentity.deletesClaims(set, when: "whenDeleted"), StatefulIdentity.deletesClaims(set, when: "whenScaled"))
        for template in claimTemplates {
            let name = StatefulIdentity.claimName(template, set, StatefulIdentity.ordinal(of: pod))
            guard let claim = view.get(.persistentVolumeClaims, namespace: set.namespace, name: name) else { continue }
            let present = claim.ownerReferences
            var wanted = present.filter { ![set.uid, pod.uid].contains($0["uid"]?.stringValue ?? "") }
            if isCondemned, whenScaled {
                wanted.append(StatefulIdentity.ownerReference(pod, "Pod", "v1"))
            } else if whenDeleted {
                wanted.append(StatefulIdentity.ownerReference(set, "StatefulSet", "apps/v1"))
            }
            let uids = { (list: [Value]) in list.compactMap { $0["uid"]?.stringValue } }
            if Set(uids(wanted)) == Set(uids(present)) { continue }
            plan.add(
                .patch(
                    ObjectKey(.persistentVolumeClaims, namespace: set.namespace, name: name), .merge,
                    ["metadata": ["ownerReferences": wanted.isEmpty ? .null : .array(wanted)]]), ifRefused: .continuing)
        }
    }

    // MARK: Status

    private mutating func writeStatus(current: Value, update: Value, collisions: Int) {
        var (ready, available, ofCurrent, ofUpdate) = (0, 0, 0, 0)
        for pod in pods {
            if isReady(pod) { ready += 1 }
            if isAvailable(pod) { available += 1 }
            guard !pod.isBeingDeleted else { continue }
            let revision = pod.label(StatefulIdentity.revisionLabel)
            if revision == current.name { ofCurrent += 1 }
            if revision == update.name { ofUpdate += 1 }
        }
        var currentName = current.name
        if isRolling, [ofUpdate, ready, pods.count].allSatisfy({ $0 == set.specReplicas }) {
            ofCurrent = ofUpdate
            currentName = update.name
        }
        var status: Value = .counts(
            ("observedGeneration", set.generation), ("readyReplicas", ready), ("currentReplicas", ofCurrent), ("updatedReplicas", ofUpdate))
        status["replicas"] = Value(pods.count)
        status["currentRevision"] = .string(currentName)
        status["updateRevision"] = .string(update.name)
        status["collisionCount"] = Value(collisions)
        status["availableReplicas"] = Value(available)
        if let conditions = set["status"]?["conditions"] { status["conditions"] = conditions }
        guard status != set["status"] else { return }
        var next = set
        next["status"] = status
        plan.updateStatus(.statefulSets, next, beforeAny: [StatefulSetController.podTag, StatefulSetController.claimTag])
    }
}
