import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Scheduler

/// Shapes of Kubernetes' own scheduler benchmark, driven without an API server: only store, scheduler and binding.
struct SchedulingShape: CustomTestStringConvertible, Sendable {
    let name: String
    /// How many pods run before the measured ones come, and their template.
    let initial: @Sendable (Int) -> Value
    let measured: @Sendable (Int) -> Value
    let expectsAll: Bool

    var testDescription: String { name }

    static func pod(_ name: String, labels: Value = [:], spec extra: Value = [:]) -> Value {
        var spec: Value = [
            "containers": [["name": "pause", "image": "pause", "resources": ["requests": ["cpu": "100m", "memory": "500Mi"]]]],
            "schedulerName": "default-scheduler", "priority": 0,
        ]
        for (key, value) in extra.fields ?? Fields() { spec[key] = value }
        return [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": ["name": .string(name), "namespace": "default", "uid": .string("uid-" + name), "generation": 1, "labels": labels], "spec": spec,
        ]
    }

    private static func term(_ key: String, _ label: String, _ value: String) -> Value {
        ["topologyKey": .string(key), "labelSelector": ["matchLabels": [label: .string(value)]]]
    }

    private static func affinity(_ kind: String, _ term: Value) -> Value {
        ["affinity": [kind: ["requiredDuringSchedulingIgnoredDuringExecution": [term]]]]
    }

    private static func spread(_ when: String) -> Value {
        [
            "topologySpreadConstraints": [
                [
                    "maxSkew": 5, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": .string(when),
                    "labelSelector": ["matchLabels": ["color": "blue"]],
                ]
            ]
        ]
    }

    static let plain = { @Sendable (index: Int) -> Value in pod("i-\(index)") }

    static let all: [SchedulingShape] = [
        SchedulingShape(name: "basic", initial: plain, measured: { pod("m-\($0)") }, expectsAll: true),
        SchedulingShape(
            name: "nodeAffinity", initial: plain,
            measured: {
                pod(
                    "m-\($0)",
                    spec: [
                        "affinity": [
                            "nodeAffinity": [
                                "requiredDuringSchedulingIgnoredDuringExecution": [
                                    "nodeSelectorTerms": [
                                        ["matchExpressions": [["key": "topology.kubernetes.io/zone", "operator": "In", "values": ["zone-1", "zone-2"]]]]
                                    ]
                                ]
                            ]
                        ]
                    ])
            }, expectsAll: true),
        SchedulingShape(
            name: "podAffinity", initial: { pod("i-\($0)", labels: ["color": "blue"], spec: affinity("podAffinity", term("topology.kubernetes.io/zone", "color", "blue"))) },
            measured: { pod("m-\($0)", labels: ["color": "blue"], spec: affinity("podAffinity", term("topology.kubernetes.io/zone", "color", "blue"))) },
            expectsAll: true),
        SchedulingShape(
            name: "podAntiAffinity", initial: plain,
            measured: { pod("m-\($0)", labels: ["color": "green"], spec: affinity("podAntiAffinity", term("kubernetes.io/hostname", "color", "green"))) },
            expectsAll: true),
        SchedulingShape(
            name: "topologySpreading", initial: plain,
            measured: { pod("m-\($0)", labels: ["color": "blue"], spec: spread("DoNotSchedule")) }, expectsAll: true),
        SchedulingShape(
            name: "preferredTopologySpreading", initial: plain,
            measured: { pod("m-\($0)", labels: ["color": "blue"], spec: spread("ScheduleAnyway")) }, expectsAll: true),
        SchedulingShape(
            name: "unschedulable",
            initial: { pod("i-\($0)", spec: ["containers": [["name": "c", "resources": ["requests": ["cpu": "9"]]]]]) },
            measured: { pod("m-\($0)") }, expectsAll: true),
        SchedulingShape(
            name: "daemonSet", initial: plain,
            measured: {
                pod(
                    "m-\($0)",
                    spec: [
                        "affinity": [
                            "nodeAffinity": [
                                "requiredDuringSchedulingIgnoredDuringExecution": [
                                    "nodeSelectorTerms": [["matchFields": [["key": "metadata.name", "operator": "In", "values": [.string("node-\($0)")]]]]]
                                ]
                            ]
                        ]
                    ])
            }, expectsAll: true),
        SchedulingShape(
            name: "preemption",
            initial: { pod("i-\($0)", spec: ["containers": [["name": "c", "resources": ["requests": ["cpu": "900m"]]]]]) },
            measured: { pod("m-\($0)", spec: ["containers": [["name": "c", "resources": ["requests": ["cpu": "3"]]]], "priority": 10]) },
            expectsAll: false),
    ]
}

/// A store with nodes and a scheduler whose bindings are carried out at once.
struct BareScheduling {
    var store = Store()
    var scheduler = SchedulerComponent(seed: 7)
    var bound = 0
    var refused = 0
    private var now = Instant.simulationStart

    init(nodes: Int) {
        for index in 0..<nodes {
            let node: Value = [
                "apiVersion": "v1", "kind": "Node",
                "metadata": [
                    "name": .string("node-\(index)"),
                    "labels": ["kubernetes.io/hostname": .string("node-\(index)"), "topology.kubernetes.io/zone": .string("zone-\(index % 3)")],
                ],
                "status": ["allocatable": ["cpu": "4", "memory": "32Gi", "pods": 110]],
            ]
            put(node, ObjectKey(.nodes, name: "node-\(index)"))
        }
    }

    private mutating func put(_ object: Value, _ key: ObjectKey) {
        let event = store.put(object, at: key, cause: TraceID(0))
        scheduler.observe(event, in: ClusterView(store: store, now: now))
    }

    private mutating func remove(_ key: ObjectKey) {
        guard let event = store.remove(key, cause: TraceID(0)) else { return }
        scheduler.observe(event, in: ClusterView(store: store, now: now))
    }

    mutating func add(_ pod: Value) { put(pod, ObjectKey(.pods, namespace: "default", name: pod.name)) }

    mutating func run() {
        while let wake = scheduler.nextWake(), !wake.isPeriodic, wake.at <= now {
            let (plan, _) = scheduler.step(in: ClusterView(store: store, now: now))
            for action in plan.actions {
                switch action.write {
                case .createSubresource(let key, _, let body):
                    guard var pod = store.get(key) else { continue }
                    pod["spec", default: [:]]["nodeName"] = body["target"]?["name"]
                    put(pod, key)
                    bound += 1
                case .delete(let key, _, _, _): remove(key)
                case .event(let draft): if draft.reason == "FailedScheduling" { refused += 1 }
                default: break
                }
            }
        }
    }
}

@Suite struct ShapeTests {
    @Test(arguments: SchedulingShape.all)
    func `every shape is scheduled`(_ shape: SchedulingShape) {
        var world = BareScheduling(nodes: 60)
        for index in 0..<40 { world.add(shape.initial(index)) }
        world.run()
        let before = world.bound
        for index in 0..<30 { world.add(shape.measured(index)) }
        world.run()
        if shape.expectsAll { #expect(world.bound - before == 30) }
        #expect(world.bound - before > 0)
    }
}
