import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// Silent nodes, what is tainted because of them and how fast, and which pods have to go.
@Suite struct NodeDecisionTests {
    typealias Case = DecisionTests.Case

    static func node(
        _ name: String = "a", ready: String? = "True", conditions: [String: String] = [:], taints: [Value] = [], zone: String = "z", isCordoned: Bool = false,
        labels: Value = [:]
    ) -> (GroupResource, Value) {
        var list: [Value] = conditions.sorted { $0.key < $1.key }.map { ["type": .string($0.key), "status": .string($0.value)] }
        if let ready { list.append(["type": "Ready", "status": .string(ready)]) }
        var spec: Value = [:]
        if !taints.isEmpty { spec["taints"] = .array(taints) }
        if isCordoned { spec["unschedulable"] = true }
        var labels = labels
        labels["topology.kubernetes.io/zone"] = .string(zone)
        return (.nodes, ["metadata": ["name": .string(name), "uid": .string("uid-\(name)"), "labels": labels], "spec": spec, "status": ["conditions": .array(list)]])
    }

    // MARK: Silence

    static func lease(secondsAgo: Int) -> (GroupResource, Value) {
        (.leases, ["metadata": ["name": "a", "namespace": "kube-node-lease"], "spec": ["renewTime": DecisionTests.time(secondsAgo)]])
    }

    static let pod: (GroupResource, Value) = (
        .pods,
        [
            "metadata": ["name": "p", "namespace": "n", "uid": "p"], "spec": ["nodeName": "a"],
            "status": ["phase": "Running", "conditions": [["type": "Ready", "status": "True"], ["type": "PodScheduled", "status": "True"]]],
        ]
    )

    static let unknown = ["MemoryPressure": "Unknown", "DiskPressure": "Unknown", "PIDPressure": "Unknown"]

    @Test(arguments: [
        Case(testDescription: "heard", objects: [node(), lease(secondsAgo: 10), pod], writes: ["event RegisteredNode"], requeue: .seconds(40) + .milliseconds(1)),
        Case(
            testDescription: "silent for longer than its grace", objects: [node(), lease(secondsAgo: 51), pod],
            writes: ["event RegisteredNode", "status nodes/a", "event NodeNotReady", "status pods/p", "event NodeNotReady"]),
        Case(testDescription: "silent, and not ready before", objects: [node(ready: "False"), lease(secondsAgo: 51), pod], writes: ["event RegisteredNode", "status nodes/a"]),
        Case(testDescription: "silent for long", objects: [node(ready: "Unknown", conditions: unknown), lease(secondsAgo: 900), pod], writes: ["event RegisteredNode"]),
        Case(testDescription: "without a lease", objects: [node(), pod], writes: ["event RegisteredNode"]),
    ])
    func `a silent node is marked, and its pods with it`(_ entry: Case) {
        DecisionTests.check(entry, DecisionTests.decide(NodeLifecycleController(gracePeriod: .seconds(50)), ObjectKey(.nodes, name: "a"), entry.objects))
    }

    @Test func `conditions that nobody ever wrote say so, and a pod's conditions keep their order`() {
        let plan = DecisionTests.decide(NodeLifecycleController(gracePeriod: .seconds(50)), ObjectKey(.nodes, name: "a"), [Self.node(), Self.lease(secondsAgo: 60), Self.pod])
        var (node, pod): (Value, Value) = (.null, .null)
        for action in plan.actions {
            if case .updateStatus(.nodes, let object) = action.write { node = object }
            if case .updateStatus(.pods, let object) = action.write { pod = object }
        }
        #expect(node.condition("Ready")?["reason"]?.stringValue == "NodeStatusUnknown")
        #expect(node.condition("DiskPressure")?["message"]?.stringValue == "Kubelet never posted node status.")
        #expect(node.condition("DiskPressure")?["status"]?.stringValue == "Unknown")
        #expect(pod["status"]?["conditions"]?.elements.map { $0["type"]?.stringValue } == ["Ready", "PodScheduled"])
        #expect(pod.condition("Ready")?["status"]?.stringValue == "False")
    }

    @Test func `says when a node comes, goes, and comes anew under its name`() {
        var controller = NodeLifecycleController(gracePeriod: .seconds(50))
        var store = Store()
        let key = ObjectKey(.nodes, name: "a")
        func told() -> [String] {
            controller.reconcile(key, in: ClusterView(store: store, now: DecisionTests.now)).actions.compactMap {
                if case .event(let draft) = $0.write { "\(draft.reason) \(draft.message) \(draft.object.uid)" } else { nil }
            }
        }
        store.put(Self.node().1, at: key, cause: TraceID(0))
        #expect(told() == ["RegisteredNode Node a event: Registered Node a in Controller uid-a"])
        #expect(told() == [])
        var other = Self.node().1
        other["metadata", "uid"] = "uid-b"
        store.put(other, at: key, cause: TraceID(0))
        #expect(told() == ["RemovingNode Node a event: Removing Node a from Controller uid-a", "RegisteredNode Node a event: Registered Node a in Controller uid-b"])
        store.remove(key, cause: TraceID(0))
        #expect(told() == ["RemovingNode Node a event: Removing Node a from Controller uid-b"])
        #expect(told() == [])
    }

    // MARK: Zones

    @Test(arguments: [
        (3, 0, ZoneDisruption.normal), (0, 1, .full), (0, 3, .full), (1, 2, .normal), (2, 3, .partial), (3, 3, .normal), (45, 55, .partial), (46, 54, .normal), (0, 0, .normal),
    ])
    func `a zone's state goes by how many of its nodes are silent`(_ ready: Int, _ silent: Int, _ state: ZoneDisruption) {
        #expect(ZoneDisruption(ready: ready, notReady: silent) == state)
    }

    @Test(arguments: [
        (ZoneDisruption.normal, 3, Duration.seconds(10) as Duration?), (.normal, 500, .seconds(10)), (.full, 3, .seconds(10)), (.partial, 50, nil), (.partial, 51, .seconds(100)),
    ])
    func `a zone's state sets how fast it is evicted`(_ state: ZoneDisruption, _ size: Int, _ interval: Duration?) {
        #expect(state.interval(zoneSize: size) == interval)
    }

    // MARK: Taints

    struct TaintCase: CustomTestStringConvertible {
        var testDescription: String
        var objects: [(GroupResource, Value)]
        /// `key:effect` without the usual start of keys; nil when nothing is written.
        var taints: [String]?
        var requeue: Duration?
    }

    static func taint(_ key: String, _ effect: String) -> Value { ["key": .string(key.contains("/") ? key : "node.kubernetes.io/\(key)"), "effect": .string(effect)] }
    static let other = node("b")

    @Test(arguments: [
        TaintCase(testDescription: "in order", objects: [node(), other], taints: nil),
        TaintCase(testDescription: "short of memory", objects: [node(conditions: ["MemoryPressure": "True", "DiskPressure": "False"]), other], taints: ["memory-pressure:NoSchedule"]),
        TaintCase(testDescription: "cordoned", objects: [node(isCordoned: true), other], taints: ["unschedulable:NoSchedule"]),
        TaintCase(testDescription: "not ready", objects: [node(ready: "False"), other], taints: ["not-ready:NoSchedule", "not-ready:NoExecute"]),
        TaintCase(testDescription: "unreachable", objects: [node(ready: "Unknown"), other], taints: ["unreachable:NoSchedule", "unreachable:NoExecute"]),
        TaintCase(testDescription: "of several the taints add up", objects: [node(ready: "False", conditions: ["PIDPressure": "True"], isCordoned: true), other],
            taints: ["pid-pressure:NoSchedule", "not-ready:NoSchedule", "not-ready:NoExecute", "unschedulable:NoSchedule"]),
        TaintCase(
            testDescription: "from not ready to unreachable at once",
            objects: [node(ready: "Unknown", taints: [taint("not-ready", "NoSchedule"), taint("not-ready", "NoExecute")]), other],
            taints: ["unreachable:NoSchedule", "unreachable:NoExecute"]),
        TaintCase(
            testDescription: "ready again", objects: [node(taints: [taint("unreachable", "NoSchedule"), taint("lab/own", "NoExecute"), taint("unreachable", "NoExecute")]), other],
            taints: ["lab/own:NoExecute"]),
        TaintCase(testDescription: "before it has reported", objects: [node(ready: nil, taints: [taint("not-ready", "NoSchedule")]), other], taints: nil),
        TaintCase(testDescription: "while nobody answers", objects: [node(ready: "Unknown"), node("b", ready: "Unknown", zone: "y")], taints: ["unreachable:NoSchedule"]),
        TaintCase(
            testDescription: "when the last one falls silent", objects: [node(ready: "Unknown", taints: [taint("unreachable", "NoSchedule"), taint("unreachable", "NoExecute")]), node("b", ready: "Unknown")],
            taints: ["unreachable:NoSchedule"]),
        TaintCase(
            testDescription: "its whole zone is silent, another is not", objects: [node(ready: "Unknown"), node("b", zone: "y")],
            taints: ["unreachable:NoSchedule", "unreachable:NoExecute"]),
        TaintCase(
            testDescription: "most of a small zone is silent", objects: [node(ready: "Unknown"), node("b", ready: "Unknown"), node("c", ready: "Unknown"), node("d")],
            taints: ["unreachable:NoSchedule"], requeue: .seconds(5)),
        TaintCase(
            testDescription: "those that are excluded do not count",
            objects: [node(ready: "Unknown"), node("b", ready: "Unknown"), node("c", ready: "Unknown", labels: ["node.kubernetes.io/exclude-disruption": ""]), node("d")],
            taints: ["unreachable:NoSchedule", "unreachable:NoExecute"]),
    ])
    func `a node's taints follow its conditions`(_ entry: TaintCase) {
        let plan = DecisionTests.decide(NodeTaintController(), ObjectKey(.nodes, name: "a"), entry.objects)
        #expect(Self.taints(plan) == entry.taints)
        #expect(plan.requeueAfter == entry.requeue)
    }

    private static func taints(_ plan: Plan) -> [String]? {
        guard case .patch(_, _, let patch, _)? = plan.actions.first?.write else { return nil }
        return (patch["spec"]?["taints"]?.elements ?? []).map {
            let key = $0["key"]?.stringValue ?? ""
            return "\(key.hasPrefix("node.kubernetes.io/") ? String(key.dropFirst(19)) : key):\($0["effect"]?.stringValue ?? "")"
        }
    }

    @Test(arguments: [(4, 2, Duration.seconds(10)), (60, 40, .seconds(100))])
    func `nodes of one zone are given up one after the other`(_ size: Int, _ silent: Int, _ interval: Duration) {
        var controller = NodeTaintController()
        var store = Store()
        for index in 0..<size {
            let (_, node) = Self.node("n\(index)", ready: index < silent ? "Unknown" : "True")
            let event = store.put(node, at: ObjectKey(.nodes, name: node.name), cause: TraceID(0))
            _ = controller.keys(for: event, in: ClusterView(store: store, now: DecisionTests.now))
        }
        func evicts(_ name: String, after time: Duration) -> (Bool, Duration?) {
            let plan = controller.reconcile(ObjectKey(.nodes, name: name), in: ClusterView(store: store, now: DecisionTests.now + time))
            return (Self.taints(plan)?.contains("unreachable:NoExecute") == true, plan.requeueAfter)
        }
        #expect(evicts("n0", after: .zero) == (true, nil))
        #expect(evicts("n1", after: .zero) == (false, interval))
        #expect(evicts("n1", after: interval - .seconds(1)) == (false, .seconds(1)))
        #expect(evicts("n1", after: interval) == (true, nil))
    }

    // MARK: Evictions

    static func guest(_ tolerations: [Value]) -> (GroupResource, Value) {
        (.pods, ["metadata": ["name": "p", "namespace": "n", "uid": "p"], "spec": ["nodeName": "a", "tolerations": .array(tolerations)], "status": ["phase": "Running"]])
    }

    static func toleration(_ key: String, seconds: Int? = nil) -> Value {
        var toleration: Value = ["key": .string(key), "operator": "Exists", "effect": "NoExecute"]
        if let seconds { toleration["tolerationSeconds"] = Value(seconds) }
        return toleration
    }

    static let gone = ["event TaintManagerEviction", "status pods/p", "delete pods/p"]

    @Test(arguments: [
        Case(testDescription: "not tolerated", objects: [node(taints: [taint("lab/x", "NoExecute")]), guest([])], writes: gone),
        Case(testDescription: "tolerated for ever", objects: [node(taints: [taint("lab/x", "NoExecute")]), guest([toleration("lab/x")])], writes: []),
        Case(testDescription: "tolerated for a time", objects: [node(taints: [taint("lab/x", "NoExecute")]), guest([toleration("lab/x", seconds: 20)])], writes: [], requeue: .seconds(20)),
        Case(testDescription: "tolerated for no time", objects: [node(taints: [taint("lab/x", "NoExecute")]), guest([toleration("lab/x", seconds: 0)])], writes: gone),
        Case(
            testDescription: "the shortest of several", objects: [node(taints: [taint("lab/x", "NoExecute"), taint("lab/y", "NoExecute")]), guest([toleration("lab/x", seconds: 30), toleration("lab/y", seconds: 20)])],
            writes: [], requeue: .seconds(20)),
        Case(
            testDescription: "one of several is not tolerated", objects: [node(taints: [taint("lab/x", "NoExecute"), taint("lab/y", "NoExecute")]), guest([toleration("lab/x")])],
            writes: gone),
        Case(testDescription: "a taint that only keeps new pods off", objects: [node(taints: [taint("lab/x", "NoSchedule")]), guest([])], writes: []),
    ])
    func `pods that do not tolerate a taint go`(_ entry: Case) {
        DecisionTests.check(entry, DecisionTests.decide(TaintEvictionController(), ObjectKey(.pods, namespace: "n", name: "p"), entry.objects))
    }
}
