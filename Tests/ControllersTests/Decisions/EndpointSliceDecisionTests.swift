import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// How endpoints are laid out in slices, and which zones and nodes they are meant for.
@Suite struct EndpointSliceDecisionTests {
    static func service(_ spec: Value = [:], annotations: Value = [:]) -> (GroupResource, Value) {
        var all: Value = ["selector": ["app": "web"], "clusterIP": "10.0.0.1", "ports": [["name": "http", "port": 80, "targetPort": 8080, "protocol": "TCP"]]]
        for (key, value) in spec.fields ?? Fields() { all[key] = value }
        return (
            .services,
            ["metadata": ["name": "web", "namespace": "n", "uid": "s", "creationTimestamp": DecisionTests.time(900), "annotations": annotations], "spec": all]
        )
    }

    static func pod(_ index: Int, node: String = "", ready: Bool = true, isDeleted: Bool = false) -> (GroupResource, Value) {
        var metadata: Value = ["name": .string("p\(index < 100 ? index < 10 ? "00" : "0" : "")\(index)"), "namespace": "n", "uid": .string("u\(index)"), "labels": ["app": "web"]]
        if isDeleted { metadata["deletionTimestamp"] = DecisionTests.time(5) }
        var spec: Value = ["containers": [["name": "c"]]]
        if !node.isEmpty { spec["nodeName"] = .string(node) }
        return (
            .pods,
            [
                "metadata": metadata, "spec": spec,
                "status": [
                    "phase": "Running", "podIP": .string("10.1.\(index / 250).\(index % 250 + 1)"),
                    "conditions": [["type": "Ready", "status": ready ? "True" : "False", "lastTransitionTime": DecisionTests.time(100)]],
                ],
            ]
        )
    }

    static func node(_ name: String, zone: String?, cpu: String = "2") -> (GroupResource, Value) {
        var labels: Value = [:]
        if let zone { labels["topology.kubernetes.io/zone"] = .string(zone) }
        return (
            .nodes,
            ["metadata": ["name": .string(name), "labels": labels], "status": ["allocatable": ["cpu": .string(cpu)], "conditions": [["type": "Ready", "status": "True"]]]]
        )
    }

    static let key = ObjectKey(.services, namespace: "n", name: "web")

    static func decide(_ objects: [(GroupResource, Value)]) -> Plan { DecisionTests.decide(EndpointSliceController(), key, objects) }

    private static func slices(_ plan: Plan) -> [Value] {
        plan.actions.compactMap { action in
            switch action.write {
            case .create(.endpointSlices, let slice), .update(.endpointSlices, let slice): slice
            default: nil
            }
        }
    }

    /// The slices that a first pass makes, as they are stored then.
    private static func stored(_ objects: [(GroupResource, Value)]) -> [(GroupResource, Value)] {
        slices(decide(objects)).enumerated().map { index, slice in
            var slice = slice
            slice["metadata", "name"] = .string("web-\(index)")
            slice["metadata", "creationTimestamp"] = DecisionTests.time(50 - index)
            return (.endpointSlices, slice)
        }
    }

    // MARK: Layout

    @Test(arguments: [(0, [0]), (1, [1]), (100, [100]), (101, [100, 1]), (250, [100, 100, 50])])
    func `a slice takes a hundred`(_ count: Int, _ sizes: [Int]) {
        let plan = Self.decide([Self.service()] + (0..<count).map { Self.pod($0) })
        #expect(Self.slices(plan).map { $0["endpoints"]?.elements.count ?? 0 } == sizes)
    }

    struct Change: CustomTestStringConvertible {
        var testDescription: String
        var before: [(GroupResource, Value)]
        var after: [(GroupResource, Value)]
        var writes: [String]
    }

    static let many = (0..<150).map { pod($0) }

    @Test(arguments: [
        Change(testDescription: "nothing", before: [pod(0), pod(1)], after: [pod(0), pod(1)], writes: []),
        Change(testDescription: "one is not ready any more", before: [pod(0), pod(1)], after: [pod(0), pod(1, ready: false)], writes: ["update endpointslices/web-0"]),
        Change(testDescription: "one is being deleted", before: [pod(0), pod(1)], after: [pod(0), pod(1, isDeleted: true)], writes: ["update endpointslices/web-0"]),
        Change(testDescription: "one goes", before: [pod(0), pod(1)], after: [pod(0)], writes: ["update endpointslices/web-0"]),
        Change(testDescription: "the last one goes", before: [pod(0)], after: [], writes: ["update endpointslices/web-0"]),
        Change(testDescription: "one comes, into the fullest that has room", before: many, after: many + [pod(150)], writes: ["update endpointslices/web-1"]),
        Change(testDescription: "one goes and one comes: one slice changes", before: many, after: Array(many.dropFirst()) + [pod(150)], writes: ["update endpointslices/web-0"]),
        Change(
            testDescription: "more than fit", before: many, after: many + (150..<210).map { pod($0) },
            writes: ["create endpointslices/web-"]),
        Change(testDescription: "a whole slice goes", before: many, after: Array(many.prefix(100)), writes: ["delete endpointslices/web-1"]),
    ])
    func `few slices change with the pods`(_ change: Change) {
        let plan = Self.decide([Self.service()] + change.after + Self.stored([Self.service()] + change.before))
        #expect(DecisionTests.words(plan) == change.writes)
    }

    @Test(arguments: [
        (true, false, false, "true true false"), (false, false, false, "false false false"), (true, true, false, "false true true"), (false, true, false, "false false true"),
        (false, false, true, "true false false"), (true, true, true, "true true true"),
    ])
    func `conditions say ready, serving and terminating`(_ ready: Bool, _ isDeleted: Bool, _ publishes: Bool, _ expected: String) {
        let plan = Self.decide([Self.service(publishes ? ["publishNotReadyAddresses": true] : [:]), Self.pod(0, ready: ready, isDeleted: isDeleted)])
        let conditions = Self.slices(plan).first?["endpoints"]?[0]?["conditions"]
        #expect(["ready", "serving", "terminating"].map { "\(conditions?[$0]?.boolValue ?? false)" }.joined(separator: " ") == expected)
    }

    // MARK: Traffic distribution

    struct Hint: CustomTestStringConvertible {
        var testDescription: String
        var distribution: String?
        var zone: String? = "z1"
        var node = "n1"
        var ready = true
        var hints: Value?
    }

    @Test(arguments: [
        Hint(testDescription: "none asked for", distribution: nil, hints: nil),
        Hint(testDescription: "close", distribution: "PreferClose", hints: ["forZones": [["name": "z1"]]]),
        Hint(testDescription: "same zone", distribution: "PreferSameZone", hints: ["forZones": [["name": "z1"]]]),
        Hint(testDescription: "same node", distribution: "PreferSameNode", hints: ["forNodes": [["name": "n1"]], "forZones": [["name": "z1"]]]),
        Hint(testDescription: "same node, without a zone", distribution: "PreferSameNode", zone: nil, hints: ["forNodes": [["name": "n1"]]]),
        Hint(testDescription: "same zone, without a zone", distribution: "PreferSameZone", zone: nil, hints: nil),
        Hint(testDescription: "not ready", distribution: "PreferSameZone", ready: false, hints: nil),
    ])
    func `traffic distribution makes hints`(_ entry: Hint) {
        let spec: Value = entry.distribution.map { ["trafficDistribution": .string($0)] } ?? [:]
        let plan = Self.decide([Self.service(spec), Self.node("n1", zone: entry.zone), Self.pod(0, node: entry.node, ready: entry.ready)])
        #expect(Self.slices(plan).first?["endpoints"]?[0]?["hints"] == entry.hints)
        #expect(!DecisionTests.words(plan).contains { $0.hasPrefix("event") })
    }

    // MARK: Topology mode

    struct Allocation: CustomTestStringConvertible {
        var testDescription: String
        var endpoints: String
        var capacity: [String: Int64]?
        /// The zone for which each is meant, or the refusal.
        var expected: String
    }

    @Test(arguments: [
        Allocation(testDescription: "even", endpoints: "aabb", capacity: ["a": 2, "b": 2], expected: "aabb"),
        Allocation(testDescription: "one moves", endpoints: "aaab", capacity: ["a": 2, "b": 2], expected: "baab"),
        Allocation(testDescription: "by the CPU of the zones", endpoints: "aabb", capacity: ["a": 1, "b": 3], expected: "babb"),
        Allocation(testDescription: "a zone without endpoints", endpoints: "aab", capacity: ["a": 1, "b": 1, "c": 1], expected: "cab"),
        Allocation(testDescription: "half an endpoint does not move", endpoints: "aaaaaaa", capacity: ["a": 1, "b": 1], expected: "bbbaaaa"),
        Allocation(testDescription: "fewer endpoints than zones", endpoints: "ab", capacity: ["a": 1, "b": 1, "c": 1], expected: "Insufficient number of endpoints (2 endpoints, 3 zones)"),
        Allocation(
            testDescription: "some zone would be overloaded", endpoints: "aaaaa", capacity: ["a": 1, "b": 1],
            expected: "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (5 endpoints, 2 zones)"),
        Allocation(testDescription: "an endpoint without a zone", endpoints: "a-bb", capacity: ["a": 1, "b": 1], expected: "One or more endpoints do not have a zone specified"),
        Allocation(
            testDescription: "a node does not say", endpoints: "aabb", capacity: nil,
            expected: "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes"),
    ])
    func `endpoints are shared out over the zones`(_ entry: Allocation) {
        let zones = entry.endpoints.map { $0 == "-" ? "" : String($0) }
        switch TopologyHints.allocate(zones: zones, capacity: entry.capacity) {
        case .success(let meant): #expect(meant.joined() == entry.expected)
        case .failure(let refusal): #expect(refusal.message == entry.expected)
        }
    }

    @Test func `the topology mode goes before the distribution, and says what becomes of it`() {
        var controller = EndpointSliceController()
        var store = Store()
        func pass(_ objects: [(GroupResource, Value)]) -> (hints: [Value?], events: [String]) {
            for (resource, object) in objects {
                let event = store.put(object, at: ObjectKey(resource, namespace: object.namespace, name: object.name), cause: TraceID(0))
                _ = controller.keys(for: event, in: ClusterView(store: store, now: DecisionTests.now))
            }
            let plan = controller.reconcile(Self.key, in: ClusterView(store: store, now: DecisionTests.now))
            for var slice in Self.slices(plan) {
                if slice.name.isEmpty { slice["metadata", "name"] = "web-0" }
                store.put(slice, at: ObjectKey(.endpointSlices, namespace: "n", name: slice.name), cause: TraceID(0))
            }
            let events = plan.actions.compactMap { if case .event(let draft) = $0.write { "\(draft.reason) \(draft.message)" } else { nil } }
            return ((store.list(.endpointSlices)[0]["endpoints"]?.elements ?? []).map { $0["hints"] }, events)
        }
        let auto: Value = ["service.kubernetes.io/topology-mode": "Auto"]
        let ground = [Self.node("n1", zone: "z1"), Self.node("n2", zone: "z2"), Self.pod(0, node: "n1"), Self.pod(1, node: "n2")]
        let first = pass(ground + [Self.service(["trafficDistribution": "PreferSameNode"], annotations: auto)])
        #expect(first.hints == [["forZones": [["name": "z1"]]], ["forZones": [["name": "z2"]]]])
        #expect(first.events == ["TopologyAwareHintsEnabled Topology Aware Hints has been enabled, addressType: IPv4"])
        #expect(pass([]).events == [])
        let third = pass([Self.node("n3", zone: "z3")])
        #expect(third.hints == [nil, nil])
        #expect(third.events == ["TopologyAwareHintsDisabled Insufficient number of endpoints (2 endpoints, 3 zones), addressType: IPv4"])
        #expect(pass([]).events == [])
        #expect(pass([Self.pod(2, node: "n3")]).events == ["TopologyAwareHintsEnabled Topology Aware Hints has been enabled, addressType: IPv4"])
        let last = pass([Self.service()])
        #expect(last.hints == [nil, nil, nil])
        #expect(last.events == ["TopologyAwareHintsDisabled Topology Aware Hints has been disabled, addressType: IPv4"])
    }
}
