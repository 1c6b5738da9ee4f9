import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Scheduler

/// An API server and a scheduler, stepped until nothing more can be scheduled.
struct SchedulingWorld {
    var server = GenericAPIServer(seed: 3, pipeline: ServerPipeline(plugins: []))
    var scheduler: SchedulerComponent

    init(profile: SchedulerProfile = SchedulerProfile(), seed: UInt64 = 1) {
        scheduler = SchedulerComponent(profile: profile, seed: seed)
        put(.namespaces, ["metadata": ["name": "default"]])
    }

    var view: ClusterView { ClusterView(store: server.store, now: server.now) }

    mutating func put(_ resource: GroupResource, _ object: Value) {
        do { _ = try server.create(resource, object) } catch { Issue.record("\(error.message)") }
    }

    mutating func node(_ name: String, cpu: String = "1", labels: Value = [:], taints: Value? = nil, unschedulable: Bool = false, pods: Int = 110) {
        var all: Value = ["kubernetes.io/hostname": .string(name)]
        for (key, value) in labels.fields ?? Fields() { all[key] = value }
        var spec: Value = [:]
        if let taints { spec["taints"] = taints }
        if unschedulable { spec["unschedulable"] = true }
        put(.nodes, ["metadata": ["name": .string(name), "labels": all], "spec": spec])
        guard var node = server.store.get(.nodes, name: name) else { return }
        node["status"] = ["allocatable": ["cpu": .string(cpu), "memory": "3840Mi", "pods": Value(pods)]]
        do { _ = try server.updateStatus(.nodes, node) } catch { Issue.record("\(error.message)") }
    }

    mutating func pod(_ name: String, cpu: String? = nil, labels: Value = [:], priority: Int = 0, spec extra: Value = [:]) {
        var container: Value = ["name": "c", "image": "nginx"]
        if let cpu { container["resources"] = ["requests": ["cpu": .string(cpu)]] }
        var spec: Value = ["containers": [container], "priority": Value(priority), "schedulerName": "default-scheduler"]
        for (key, value) in extra.fields ?? Fields() { spec[key] = value }
        put(.pods, ["metadata": ["name": .string(name), "namespace": "default", "labels": labels], "spec": spec])
    }

    mutating func run(steps: Int = 10_000) {
        for _ in 0..<steps {
            for event in server.takeEvents() where scheduler.interests.contains(event.key.resource) { scheduler.observe(event, in: view) }
            guard let wake = scheduler.nextWake(), !wake.isPeriodic, wake.at <= server.now else { return }
            let (plan, cause) = scheduler.step(in: view)
            for action in plan.actions {
                let result = server.perform(action.write, by: scheduler.user, actor: scheduler.name, cause: cause)
                for more in scheduler.completed(action, result: result, in: view) {
                    _ = server.perform(more.write, by: scheduler.user, actor: scheduler.name, cause: cause)
                }
                if case .failure(let status) = result {
                    Issue.record("\(status.message)")
                    break
                }
            }
        }
    }

    func nodeOf(_ pod: String) -> String? { server.store.get(.pods, namespace: "default", name: pod)?["spec"]?["nodeName"]?.stringValue }
    func message(_ pod: String) -> String {
        server.store.get(.pods, namespace: "default", name: pod)?.condition("PodScheduled")?["message"]?.stringValue ?? ""
    }
    func nodes(of pods: [String]) -> [String: Int] {
        var counts: [String: Int] = [:]
        for pod in pods { counts[nodeOf(pod) ?? "-", default: 0] += 1 }
        return counts
    }
}
