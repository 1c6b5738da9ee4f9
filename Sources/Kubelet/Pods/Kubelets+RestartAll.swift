import APIMachinery
import KubernetesObjects
import SimulationKernel

/// How far a kubelet is with starting all containers of a pod again in place.
enum RestartOfAll: Hashable, Sendable {
    /// The containers are killed and taken away, by this moment at the earliest. Next `removed`.
    case killing(until: Instant)
    /// None is left; they begin again, the initial ones first, at this moment.
    case removed(until: Instant)
}

/// Starts all containers of a pod again when one of them ends as a rule of its own says; sandbox, address and volumes stay.
///
/// - Source: KEP-5532; kubelet `kuberuntime_manager.go`, `status/generate.go`, v1.36: neither hooks nor times of grace are respected,
///   and no wait is kept before the new start.
extension Kubelets {
    private static let look: Duration = .seconds(1)
    static let restartOfAllReason = "RestartingAllContainers"
    private static let restartOfAllMessage = "The container is removed because RestartAllContainers in place"

    /// A container has ended whose rule names its exit code.
    mutating func restartAll(_ record: inout PodRecord, because ref: ContainerRef, in view: ClusterView) {
        record.change(ref) { $0.activity = .idle }
        if record.restartOfAll != nil { return }
        record.restartOfAll = .killing(until: view.now + Self.look)
        for other in record.refs where other.kind != .ephemeral {
            // What is on its way to its start is called off.
            guard record[other]?.state.isRunning != true else { continue }
            record.change(other) {
                $0.activity = .idle
                $0.run &+= 1
            }
        }
        schedule(.sync(record.uid), at: view.now + Self.look)
    }

    /// Goes on with a restart of all; says whether containers may begin.
    mutating func restartOfAllIsDone(_ record: inout PodRecord, _ pod: Value, _ plan: inout Plan, in view: ClusterView) -> Bool {
        let now = view.now
        switch record.restartOfAll {
        case nil: return true
        case .killing(let until):
            let running = record.refs.filter { $0.kind != .ephemeral && record[$0]?.state.isRunning == true }
            for ref in running { stop(&record, ref, pod, grace: 0, &plan, in: view) }
            guard now >= until, running.isEmpty else { return false }
            for ref in record.refs where ref.kind != .ephemeral { remove(&record, ref) }
            record.restartOfAll = .removed(until: now + Self.look)
            schedule(.sync(record.uid), at: now + Self.look)
            return false
        case .removed(let until):
            if now < until { return false }
            record.restartOfAll = nil
            return true
        }
    }

    /// A container as it is before its first start, but that its restarts are counted.
    private func remove(_ record: inout PodRecord, _ ref: ContainerRef) {
        record.change(ref) {
            let hasRun = !$0.containerID.isEmpty
            if hasRun {
                $0.restartCount += 1
                $0.lastState = .terminated(
                    exitCode: 137, reason: Self.restartOfAllReason, message: Self.restartOfAllMessage, startedAt: Instant(seconds: 0),
                    finishedAt: Instant(seconds: 0), containerID: "")
            }
            $0.state = .waiting(reason: Self.restartOfAllReason, message: Self.restartOfAllMessage)
            $0.activity = .idle
            $0.containerID = ""
            $0.isReady = false
            $0.isStarted = false
            $0.backOff = nil
            $0.firstRun = $0.run
        }
    }
}
