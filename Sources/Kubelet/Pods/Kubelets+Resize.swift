import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// How far a change of a running pod's resources has come, as its conditions say.
struct ResizeCondition: Hashable, Sendable {
    /// `PodResizePending` or `PodResizeInProgress`.
    var type: String
    var reason: String
    var message: String
    var generation: Int
}

/// Changes of resources in place.
///
/// - Order: a change is granted (`allocatedResources`), then carried out; a container whose policy asks for it is restarted.
/// - Source: kubelet `allocation/allocation_manager.go` and `events/resize.go`. Differs: carrying out takes a fixed second.
extension Kubelets {
    static let resizeTime: Duration = .seconds(1)

    /// Takes note of resources that were changed in the spec.
    mutating func noteResize(_ record: inout PodRecord, _ pod: Value, _ plan: inout Plan, in view: ClusterView) {
        let changed = record.refs.filter { ref in
            guard ref.kind != .ephemeral, let resources = pod.containerSpec(ref)["resources"] else { return false }
            return resources != record[ref]?.resources
        }
        if changed.isEmpty {
            record.resizeConditions.removeAll { $0.type == "PodResizePending" }
            return
        }
        if profile.imagesBehave, let (reason, message) = obstacle(record, pod, in: view) {
            let condition = ResizeCondition(type: "PodResizePending", reason: reason, message: message, generation: pod.generation)
            if !record.resizeConditions.contains(condition) {
                record.resizeConditions.removeAll { $0.type == condition.type }
                record.resizeConditions.insert(condition, at: 0)
                event(pod, .warning, "Resize\(reason)", Self.resizeMessage(pod, "Pod resize \(reason)", error: message), &plan)
            }
            if reason == "Deferred" { schedule(.sync(record.uid), at: view.now + .seconds(30), isPeriodic: true) }
            return
        }
        record.resizeConditions = []
        for ref in changed {
            let (old, new) = (record[ref]?.resources ?? [:], pod.containerSpec(ref)["resources"] ?? [:])
            record.change(ref) { $0.resources = new }
            guard profile.imagesBehave, record[ref]?.state.isRunning == true else { continue }
            limitCPU(ContainerKey(pod: record.uid, ref: ref), new)
            guard Self.needsRestart(pod.containerSpec(ref), old, new) else { continue }
            record.change(ref) { $0.backOff = nil }
            stop(
                &record, ref, pod, grace: pod["spec"]?["terminationGracePeriodSeconds"]?.intValue ?? 30,
                because: "Container \(record[ref]?.name ?? "") resize requires restart", &plan, in: view)
        }
        guard profile.imagesBehave else { return }
        record.resizeConditions = [ResizeCondition(type: "PodResizeInProgress", reason: "", message: "", generation: pod.generation)]
        event(pod, .normal, "ResizeStarted", Self.resizeMessage(pod, "Pod resize started"), &plan)
        schedule(.resized(record.uid), at: view.now + Self.resizeTime)
    }

    /// The change has been carried out, once all that was restarted for it runs.
    mutating func resized(_ record: inout PodRecord, _ pod: Value, _ plan: inout Plan, in view: ClusterView) {
        guard record.resizeConditions.contains(where: { $0.type == "PodResizeInProgress" }), record.stage == .active else { return }
        if record.containers.contains(where: { $0.activity == .stopping || $0.activity == .backingOff || $0.activity == .pulling || $0.activity == .starting }) {
            schedule(.resized(record.uid), at: view.now + Self.resizeTime, isPeriodic: true)
            return
        }
        record.resizeConditions.removeAll { $0.type == "PodResizeInProgress" }
        event(pod, .normal, "ResizeCompleted", Self.resizeMessage(pod, "Pod resize completed"), &plan)
    }

    /// Why a change cannot be granted now, or ever; nil when it can.
    private func obstacle(_ record: PodRecord, _ pod: Value, in view: ClusterView) -> (reason: String, message: String)? {
        guard let node = view.get(.nodes, name: record.node) else { return nil }
        let allocatable = node["status"]?["allocatable"]
        let wanted = PodAdmission.amounts(pod)
        for (name, amount) in wanted where name == "cpu" || name == "memory" {
            let capacity = ResourceAmount.of(name, allocatable?[name])
            if amount > capacity { return ("Infeasible", "Node didn't have enough capacity: \(name), requested: \(amount), capacity: \(capacity)") }
        }
        let others = view.pods(onNode: record.node).filter { $0.uid != pod.uid && !PodAdmission.isOver($0) }.map(PodAdmission.amounts)
        for (name, amount) in wanted where name == "cpu" || name == "memory" {
            let capacity = ResourceAmount.of(name, allocatable?[name])
            let used = others.reduce(Int64(0)) { clampedSum($0, $1.first { $0.name == name }?.amount ?? 0) }
            if clampedSum(used, amount) > capacity {
                return ("Deferred", "Node didn't have enough resource: \(name), requested: \(amount), used: \(used), capacity: \(capacity)")
            }
        }
        return nil
    }

    /// Whether a changed resource is one whose policy is `RestartContainer`.
    private static func needsRestart(_ spec: Value, _ old: Value, _ new: Value) -> Bool {
        (spec["resizePolicy"]?.elements ?? []).contains { policy in
            guard policy["restartPolicy"]?.stringValue == "RestartContainer", let name = policy["resourceName"]?.stringValue else { return false }
            return ["requests", "limits"].contains { old[$0]?[name] != new[$0]?[name] }
        }
    }

    private static func resizeMessage(_ pod: Value, _ prefix: String, error: String = "") -> String {
        func list(_ name: String) -> Value {
            .array((pod["spec"]?[name]?.elements ?? []).map { ["name": $0["name"] ?? "", "resources": $0["resources"] ?? [:]] })
        }
        var summary: Value = [:]
        if pod["spec"]?["initContainers"]?.isEmptyValue == false { summary["initContainers"] = list("initContainers") }
        summary["containers"] = list("containers")
        summary["generation"] = Value(pod.generation)
        if !error.isEmpty { summary["error"] = .string(error) }
        return "\(prefix): \(summary.json(.compact))"
    }
}
