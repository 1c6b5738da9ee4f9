import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// The scheduler on nodes without kubelets, writing through an API server with the default admission plug-ins.
///
/// What is counted: from the moment at which the measured pods are stored until the last of them is bound, with the
/// scheduler's cycles, its bindings, events, status writes and preemptions carried out by the API server, and the watch
/// events of all this taken in. Making the pods is not counted.
package struct SchedulerMeasurement {
    private var api: GenericAPIServer
    private var scheduler = SchedulerComponent(seed: 1)
    private var bound = 0
    private var digest = Digest()
    private let interests: Set<GroupResource>

    /// - Parameter nodes: how many nodes there are; pods are taken in proportion to the shape's 5,000.
    package static func run(_ shape: SchedulerShape, nodes: Int = 5000) -> Measurement {
        var world = SchedulerMeasurement(nodes: nodes, hasOneZone: shape.hasOneZone)
        let (initial, measured) = (shape.initialCount * nodes / 5000, max(shape.measuredCount * nodes / 5000, 1))
        for index in 0..<initial { world.create(.pods, shape.initial(index)) }
        world.run()
        world.bound = 0
        for index in 0..<measured { world.create(.pods, shape.measured(index, nodes)) }
        let watch = Stopwatch()
        world.run()
        return Measurement(
            "scheduler.\(shape.name)(\(nodes) nodes, \(initial) before)", items: "pods", count: world.bound, watch,
            notes: "of \(measured)  CI asks \(shape.threshold)/s", digest: world.digest.value)
    }

    private init(nodes: Int, hasOneZone: Bool) {
        api = GenericAPIServer(seed: 1)
        interests = Set(scheduler.interests)
        create(.namespaces, ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "default"]])
        create(.serviceAccounts, ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "default", "namespace": "default"]])
        create(
            .priorityClasses,
            ["apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": ["name": "high"], "value": 10])
        for index in 0..<nodes {
            let name = "node-\(index)"
            create(
                .nodes,
                [
                    "apiVersion": "v1", "kind": "Node",
                    "metadata": [
                        "name": .string(name),
                        "labels": [
                            "kubernetes.io/hostname": .string(name),
                            "topology.kubernetes.io/zone": .string(hasOneZone ? "zone-0" : "zone-\(index % 3)"),
                        ],
                    ],
                ])
            guard var node = api.store.get(.nodes, name: name) else { continue }
            node["spec", default: [:]]["taints"] = nil
            _ = try? api.update(.nodes, node)
            node = api.store.get(.nodes, name: name) ?? node
            node["status"] = [
                "allocatable": ["cpu": "4", "memory": "32Gi", "pods": 110], "capacity": ["cpu": "4", "memory": "32Gi", "pods": 110],
                "conditions": [["type": "Ready", "status": "True"]],
            ]
            _ = try? api.updateStatus(.nodes, node)
        }
        tell()
    }

    private mutating func create(_ resource: GroupResource, _ object: Value) {
        do { _ = try api.create(resource, object) } catch { digest.add(error.message) }
        tell()
    }

    /// Lets the scheduler hear of what was written.
    private mutating func tell() {
        for event in api.takeEvents() where interests.contains(event.key.resource) {
            scheduler.observe(event, in: ClusterView(store: api.store, now: api.now))
        }
    }

    private mutating func run() {
        while let wake = scheduler.nextWake(), !wake.isPeriodic {
            if wake.at > api.now { api.now = wake.at }
            let (plan, cause) = scheduler.step(in: ClusterView(store: api.store, now: api.now))
            var pending = plan.actions[...]
            while let action = pending.popFirst() {
                let result = api.perform(action.write, by: scheduler.user, actor: scheduler.name, cause: cause)
                note(action, result)
                tell()
                pending = scheduler.completed(action, result: result, in: ClusterView(store: api.store, now: api.now))[...] + pending
            }
        }
    }

    private mutating func note(_ action: PlannedAction, _ result: Result<Value, APIStatus>) {
        guard case .createSubresource(let key, "binding", let body) = action.write, case .success = result else { return }
        bound += 1
        digest.add(key.name)
        digest.add(body["target"]?["name"]?.stringValue ?? "")
    }
}
