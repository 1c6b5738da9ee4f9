import APIMachinery
import Controllers
import KubernetesObjects
import Scheduler
import SimulationKernel
import Testing

/// A control plane with the controllers, the scheduler and nodes whose pods run at once, stepped until quiet.
struct MiniCluster {
    var server: GenericAPIServer
    private(set) var components: [any Component]
    /// What each component last said of when it is due; asked again only after it heard or did something.
    private var wakes: [Wake?] = []
    private var listeners: [GroupResource: [Int]] = [:]
    /// Called after each write of a component, to look for what must never be.
    var afterWrite: ((Store, Instant) -> Void)?
    /// Pods with this label stay not ready.
    static let stuckLabel = "stuck"
    /// Everything done by components, for failures to show.
    var refused: [String] = []
    static let stepsMax = 200_000

    /// - Parameter only: the controllers that run; all unless given. A scenario with few of them is much faster.
    init(nodes: Int = 3, seed: UInt64 = 1, settings: ControllerSettings = ControllerSettings(), only: Set<String>? = nil) {
        server = GenericAPIServer(seed: seed)
        components = defaultControllers(settings).filter { only?.contains($0.name) ?? true }
        components.append(SchedulerComponent(seed: seed))
        components.append(InstantKubelet())
        wakes = components.indices.map { components[$0].nextWake() }
        for name in ["default", "kube-system"] { create(.namespaces, ["metadata": ["name": .string(name)], "spec": ["finalizers": ["kubernetes"]]]) }
        for index in 1...max(1, nodes) where nodes > 0 { addNode("node-\(index)", zone: "zone-\(index % 3)") }
        settle()
    }

    var view: ClusterView { ClusterView(store: server.store, now: server.now) }

    mutating func addNode(_ name: String, zone: String = "zone-a", cpu: String = "4", pods: String = "110") {
        create(
            .nodes,
            [
                "metadata": [
                    "name": .string(name),
                    "labels": ["kubernetes.io/hostname": .string(name), "topology.kubernetes.io/zone": .string(zone)],
                ]
            ])
        guard var node = server.store.get(.nodes, name: name) else { return }
        node["status"] = [
            "allocatable": ["cpu": .string(cpu), "memory": "8Gi", "pods": .string(pods)],
            "conditions": [["type": "Ready", "status": "True", "lastHeartbeatTime": .string(server.now.rfc3339), "lastTransitionTime": .string(server.now.rfc3339)]],
        ]
        attempt { s throws(APIStatus) in _ = try s.updateStatus(.nodes, node) }
    }

    @discardableResult
    mutating func create(_ resource: GroupResource, _ object: Value) -> Value {
        var result = Value.null
        attempt { s throws(APIStatus) in result = try s.create(resource, object) }
        return result
    }

    mutating func change(_ resource: GroupResource, _ name: String, namespace: String = "default", _ edit: (inout Value) -> Void) {
        guard var object = server.store.get(resource, namespace: namespace, name: name) else {
            Issue.record("no \(resource) \(name)")
            return
        }
        edit(&object)
        attempt { s throws(APIStatus) in _ = try s.update(resource, object) }
    }

    mutating func delete(_ resource: GroupResource, _ name: String, namespace: String = "default", propagation: DeletionPropagation? = .background) {
        attempt { s throws(APIStatus) in try s.delete(ObjectKey(resource, namespace: namespace, name: name), propagation: propagation) }
    }

    mutating func attempt(_ body: (inout GenericAPIServer) throws(APIStatus) -> Void) {
        do { try body(&server) } catch { Issue.record("\(error.message)") }
    }

    /// Runs until nothing but periodic work is left, at most to a moment.
    mutating func settle(until limit: Instant? = nil) {
        for _ in 0..<Self.stepsMax {
            deliver()
            var next: (index: Int, wake: Wake)?
            for index in wakes.indices {
                guard let wake = wakes[index], limit != nil || !wake.isPeriodic, next == nil || wake.at < next!.wake.at else { continue }
                next = (index, wake)
            }
            guard let next else { break }
            if let limit, next.wake.at > limit { break }
            // Quiet for a minute is quiet enough unless a moment is asked for.
            if limit == nil, next.wake.at > server.now + .seconds(60) { break }
            if next.wake.at > server.now { server.now = next.wake.at }
            step(next.index)
        }
        if let limit, limit > server.now { server.now = limit }
    }

    mutating func advance(by duration: Duration) { settle(until: server.now + duration) }

    private mutating func deliver() {
        for event in server.takeEvents() {
            let view = view
            for index in listeners(of: event.key.resource) {
                components[index].observe(event, in: view)
                wakes[index] = components[index].nextWake()
            }
        }
    }

    private mutating func listeners(of resource: GroupResource) -> [Int] {
        if let known = listeners[resource] { return known }
        let found = components.indices.filter { components[$0].interests.contains(resource) || components[$0].interests.contains(.everything) }
        listeners[resource] = found
        return found
    }

    private mutating func step(_ index: Int) {
        let (plan, cause) = components[index].step(in: view)
        for action in plan.actions where !carryOut(action, index, cause, depth: 0) { break }
        wakes[index] = components[index].nextWake()
    }

    private mutating func carryOut(_ action: PlannedAction, _ index: Int, _ cause: TraceID?, depth: Int) -> Bool {
        let result = server.perform(action.write, by: components[index].user, actor: components[index].name, cause: cause)
        afterWrite?(server.store, server.now)
        if case .failure(let status) = result { refused.append("\(components[index].name): \(status.message)") }
        for more in components[index].completed(action, result: result, in: view) where depth < 3 {
            _ = carryOut(more, index, cause, depth: depth + 1)
        }
        if case .failure = result, action.ifRefused == .stop { return false }
        return true
    }

    // MARK: Reading

    func get(_ resource: GroupResource, _ name: String, namespace: String = "default") -> Value {
        server.store.get(resource, namespace: namespace, name: name) ?? .null
    }

    func list(_ resource: GroupResource, namespace: String = "default") -> [Value] { server.store.list(resource, namespace: namespace) }

    /// `reason message` of every Event.
    func events(_ namespace: String = "default") -> [String] {
        server.store.list(.events, namespace: namespace).map {
            "\($0["reason"]?.stringValue ?? "") \($0["message"]?.stringValue ?? $0["note"]?.stringValue ?? "")"
        }
    }
}

/// Nodes whose pods run and are ready the moment they are bound, and are gone the moment they are deleted.
struct InstantKubelet: Component {
    let name = "kubelet"
    var user: UserInfo { .apiServer }
    let interests: [GroupResource] = [.pods]
    private var queue = WorkQueue<ObjectKey>()
    private var nextIP = 1

    mutating func observe(_ event: StoreEvent, in view: ClusterView) {
        if event.change != .deleted, event.object["spec"]?["nodeName"] != nil { queue.add(event.key, at: view.now) }
    }

    mutating func nextWake() -> Wake? { queue.nextDue().map { Wake(at: $0) } }

    mutating func step(in view: ClusterView) -> (plan: Plan, cause: TraceID?) {
        guard let key = queue.pop(by: view.now), let pod = view.get(key) else { return (.done, nil) }
        var plan = Plan()
        let phase = pod["status"]?["phase"]?.stringValue
        if pod.isBeingDeleted {
            if phase != "Succeeded", phase != "Failed" {
                var next = pod
                next["status", default: [:]]["phase"] = "Succeeded"
                plan.add(.updateStatus(.pods, next), ifRefused: .ignore)
            }
            plan.add(.delete(key, uid: pod.uid, gracePeriodSeconds: 0), ifRefused: .ignore)
            return (plan, nil)
        }
        if phase == "Succeeded" || phase == "Failed" { return (.done, nil) }
        let ready = pod.label(MiniCluster.stuckLabel) == nil
        if phase == "Running", pod.isConditionTrue("Ready") == ready { return (.done, nil) }
        var next = pod
        let time = Value.string(view.now.rfc3339)
        var conditions = (pod["status"]?["conditions"]?.elements ?? []).filter { $0["type"]?.stringValue != "Ready" }
        conditions.append(["type": "Ready", "status": ready ? "True" : "False", "lastTransitionTime": time])
        next["status", default: [:]]["phase"] = "Running"
        next["status", default: [:]]["startTime"] = time
        next["status", default: [:]]["conditions"] = .array(conditions)
        if next["status"]?["podIP"] == nil {
            let ip = "10.1.\(nextIP / 250).\(nextIP % 250 + 1)"
            nextIP += 1
            next["status", default: [:]]["podIP"] = .string(ip)
            next["status", default: [:]]["podIPs"] = [["ip": .string(ip)]]
        }
        plan.add(.updateStatus(.pods, next), ifRefused: .ignore)
        return (plan, nil)
    }
}

/// Objects that tests begin with.
enum Sample {
    static func template(_ app: String, image: String = "nginx:1", cpu: String? = nil, labels extra: Value = [:]) -> Value {
        var container: Value = ["name": .string(app), "image": .string(image)]
        if let cpu { container["resources"] = ["requests": ["cpu": .string(cpu)]] }
        var labels: Value = ["app": .string(app)]
        for (key, value) in extra.fields ?? Fields() { labels[key] = value }
        return ["metadata": ["labels": labels], "spec": ["containers": [container]]]
    }

    static func workload(_ kind: String, _ name: String, replicas: Int? = nil, template: Value? = nil, spec extra: Value = [:]) -> Value {
        var spec: Value = ["selector": ["matchLabels": ["app": .string(name)]], "template": template ?? Self.template(name)]
        if kind == "Deployment" {
            spec["progressDeadlineSeconds"] = 600
            spec["revisionHistoryLimit"] = 10
            spec["strategy"] = ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": "25%", "maxUnavailable": "25%"]]
        }
        if let replicas { spec["replicas"] = Value(replicas) }
        for (key, value) in extra.fields ?? Fields() { spec[key] = value }
        return ["apiVersion": "apps/v1", "kind": .string(kind), "metadata": ["name": .string(name), "namespace": "default"], "spec": spec]
    }
}
