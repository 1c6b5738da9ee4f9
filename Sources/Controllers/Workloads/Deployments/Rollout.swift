import APIMachinery
import KubernetesObjects
import SimulationKernel

/// One pass over one Deployment: its ReplicaSets as they are and as they are being changed.
///
/// - Invariants: `old` are the sets of other templates; `new` is the one of the present template once it exists.
///   Every change of a set is both in the plan and in `old` or `new`.
struct Rollout {
    var deployment: Value
    let stored: Value
    var old: [Value]
    var new: Value?
    let now: Instant
    var plan = Plan()
    private var changedSets: Set<String> = []

    init(deployment: Value, sets: [Value], now: Instant) {
        self.deployment = deployment
        stored = deployment
        self.now = now
        let byAge = sets.sorted(by: isOlder)
        let template = deployment["spec", "template"]
        new = byAge.first { RolloutTemplates.areEqual($0["spec", "template"], template) }
        let newUID = new?.uid
        old = byAge.filter { $0.uid != newUID }
    }

    var replicas: Int { deployment.specReplicas }
    var isPaused: Bool { deployment["spec"]?["paused"]?.boolValue == true }
    var isRollingUpdate: Bool { deployment["spec", "strategy", "type"]?.stringValue != "Recreate" }
    var all: [Value] { old + (new.map { [$0] } ?? []) }
    var activeOld: [Value] { old.filter { $0.specReplicas > 0 } }

    static func progressDeadline(of deployment: Value) -> Int? {
        guard let seconds = deployment.specInt("progressDeadlineSeconds"), seconds != Int(Int32.max) else { return nil }
        return seconds
    }

    var limits: RolloutLimits { RolloutLimits(deployment) }

    /// Plans what the Deployment needs now.
    ///
    /// - Parameter oldPodsRun: whether pods of sets besides the one with this UID have not finished yet.
    mutating func run(oldPodsRun: (String?) -> Bool) {
        if deployment.isBeingDeleted { return syncStatus() }
        notePause()
        if isPaused || isScaling {
            syncRevision(creating: false)
            scale()
            if isPaused { cleanUp() }
            return syncStatus()
        }
        if isRollingUpdate { roll() } else { recreate(oldPodsRun: oldPodsRun) }
    }

    private mutating func roll() {
        syncRevision(creating: true)
        if growNew() { return syncRolloutStatus() }
        if shrinkOld() { return syncRolloutStatus() }
        if isComplete(deployment["status"]) { cleanUp() }
        syncRolloutStatus()
    }

    private mutating func recreate(oldPodsRun: (String?) -> Bool) {
        syncRevision(creating: false)
        var shrunk = false
        for set in activeOld { shrunk = scale(set, to: 0) || shrunk }
        if shrunk || oldPodsRun(new?.uid) { return syncRolloutStatus() }
        syncRevision(creating: true)
        if let set = new { _ = scale(set, to: replicas) }
        if isComplete(deployment["status"]) { cleanUp() }
        syncRolloutStatus()
    }

    // MARK: Writing ReplicaSets

    /// Sets the size of a ReplicaSet, and keeps its notes on the Deployment's size; says whether the size changed.
    @discardableResult
    mutating func scale(_ set: Value, to count: Int, isProportional: Bool = false) -> Bool {
        let before = set.specReplicas
        if before == count, !isProportional { return false }
        var next = set
        next["spec", "replicas"] = Value(count)
        let annotationsChanged = RolloutAnnotations.setSizes(&next, desired: replicas, max: replicas + limits.surge)
        guard before != count || annotationsChanged else { return false }
        write(next)
        guard before != count else { return false }
        let direction = before < count ? "up" : "down"
        plan.event(
            on: deployment, reason: "ScalingReplicaSet",
            message: "Scaled \(direction) replica set \(set.name) from \(before) to \(count)")
        return true
    }

    mutating func write(_ set: Value) {
        var written = set
        if !changedSets.insert(set.name).inserted { written["metadata", "resourceVersion"] = nil }
        plan.add(.update(.replicaSets, written))
        replace(set)
    }

    private mutating func replace(_ set: Value) {
        if new?.name == set.name { new = set }
        if let index = old.firstIndex(where: { $0.name == set.name }) { old[index] = set }
    }

    /// Deletes sets of old templates beyond the history limit, oldest revision first.
    private mutating func cleanUp() {
        guard let limit = deployment.specInt("revisionHistoryLimit"), limit != Int(Int32.max) else { return }
        let candidates = old.filter { !$0.isBeingDeleted }
        let surplus = candidates.count - limit
        guard surplus > 0 else { return }
        let byRevision = candidates.sorted {
            (RolloutAnnotations.revision(of: $0), $0.creationTimestamp, $0.name) < (RolloutAnnotations.revision(of: $1), $1.creationTimestamp, $1.name)
        }
        for set in byRevision.prefix(surplus)
        where set.statusInt("replicas") == 0 && set.specReplicas == 0 && set.generation <= set.statusInt("observedGeneration") {
            plan.add(.delete(ObjectKey(.replicaSets, namespace: set.namespace, name: set.name), uid: set.uid), ifRefused: .continuing)
        }
    }

    /// The plan of the pass; the status is written once, last, if it changed.
    func finished() -> Plan {
        var result = plan
        if deployment["status"] != stored["status"] || deployment.annotations != stored.annotations {
            result.add(.updateStatus(.deployments, deployment))
        }
        return result
    }
}
