import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Scheduler

/// What each score gives nodes, in numbers, with all others without weight.
@Suite struct ScoreTests {
    /// A profile in which one score counts, once.
    static func only(_ path: WritableKeyPath<SchedulerProfile.Weights, Int64>) -> SchedulerProfile {
        var profile = SchedulerProfile()
        profile.spreadsByDefault = false
        for other in [
            \SchedulerProfile.Weights.taintToleration, \.nodeAffinity, \.topologySpread, \.interPodAffinity, \.resourcesFit, \.balancedAllocation, \.imageLocality,
        ] { profile.weights[keyPath: other] = 0 }
        profile.weights[keyPath: path] = 1
        return profile
    }

    static func node(_ name: String, cpu: String = "4", memory: String = "8Gi", labels: Value = [:], taints: Value = [], images: Value = []) -> Value {
        var all: Value = ["kubernetes.io/hostname": .string(name)]
        for (key, value) in labels.fields ?? Fields() { all[key] = value }
        return [
            "metadata": ["name": .string(name), "labels": all], "spec": ["taints": taints],
            "status": ["allocatable": ["cpu": .string(cpu), "memory": .string(memory), "pods": 110, "example.com/gpu": "4"], "images": images],
        ]
    }

    static func pod(_ name: String = "p", requests: Value = [:], labels: Value = [:], spec extra: Value = [:]) -> PodInfo {
        var spec: Value = ["containers": [["name": "c", "image": "nginx", "resources": ["requests": requests]]]]
        for (key, value) in extra.fields ?? Fields() { spec[key] = value }
        return PodInfo(["metadata": ["name": .string(name), "namespace": "default", "uid": .string(name), "labels": labels], "spec": spec])
    }

    static func scores(_ profile: SchedulerProfile, _ pod: PodInfo, on nodes: [Value], placed: [(PodInfo, String)] = []) -> [Int64] {
        var cache = SchedulerCache()
        for node in nodes { cache.setNode(node) }
        for (other, node) in placed { cache.place(other, on: node) }
        cache.nodes.refreshOrder()
        let cycle = cache.prepare(pod, profile)
        let slots = nodes.map { Int32(cache.nodes.slots[$0.name]!) }
        return cache.scores(cycle, slots, profile, soft: pod.spread.filter { !$0.isRequired }, needsAllKeys: true)
    }

    // MARK: Resources

    struct Fit: CustomTestStringConvertible {
        var testDescription: String
        var strategy = SchedulerProfile.ResourceStrategy.leastAllocated
        var weights: [(resource: String, weight: Int64)] = [("cpu", 1), ("memory", 1)]
        var requests: Value = ["cpu": "1", "memory": "2Gi"]
        /// What another pod on the node asks for.
        var used: Value?
        var score: Int64
    }

    @Test(arguments: [
        Fit(testDescription: "least, an empty node", score: 75),
        Fit(testDescription: "least, a node in use", used: ["cpu": "1"], score: 61),
        Fit(testDescription: "least, asks for nothing and counts as a little", requests: [:], score: 97),
        Fit(testDescription: "least, full", requests: ["cpu": "4", "memory": "8Gi"], score: 0),
        Fit(testDescription: "least, by weight", weights: [("cpu", 3), ("memory", 1)], requests: ["cpu": "2", "memory": "2Gi"], score: 56),
        Fit(testDescription: "most, an empty node", strategy: .mostAllocated, score: 25),
        Fit(testDescription: "most, a node in use", strategy: .mostAllocated, used: ["cpu": "1", "memory": "2Gi"], score: 50),
        Fit(testDescription: "most, of a device only where one is asked for", strategy: .mostAllocated, weights: [("example.com/gpu", 1)], score: 0),
        Fit(testDescription: "most, of a device", strategy: .mostAllocated, weights: [("example.com/gpu", 1)], requests: ["example.com/gpu": "1"], score: 25),
        Fit(testDescription: "by a line that rises", strategy: .requestedToCapacityRatio([(0, 0), (100, 10)]), score: 25),
        Fit(testDescription: "by a line that falls", strategy: .requestedToCapacityRatio([(0, 10), (100, 0)]), score: 75),
        Fit(testDescription: "by a broken line, rising", strategy: .requestedToCapacityRatio([(0, 0), (50, 10), (100, 0)]), score: 50),
        Fit(testDescription: "by a broken line, falling", strategy: .requestedToCapacityRatio([(0, 0), (50, 10), (100, 0)]), requests: ["cpu": "3", "memory": "6Gi"], score: 50),
        Fit(testDescription: "by a line, rounded", strategy: .requestedToCapacityRatio([(0, 0), (100, 10)]), requests: ["cpu": "1", "memory": "4Gi"], score: 38),
        Fit(testDescription: "by a line, without what scores nothing", strategy: .requestedToCapacityRatio([(0, 0), (50, 0), (100, 10)]), requests: ["cpu": "3", "memory": "1Gi"], score: 50),
    ])
    func `resources`(_ entry: Fit) {
        var profile = Self.only(\.resourcesFit)
        profile.strategy = entry.strategy
        profile.strategyWeights = entry.weights
        let placed = entry.used.map { [(Self.pod("q", requests: $0), "n")] } ?? []
        #expect(Self.scores(profile, Self.pod(requests: entry.requests), on: [Self.node("n")], placed: placed) == [entry.score])
    }

    @Test(arguments: [
        (["cpu": "1", "memory": "2Gi"] as Value, 100), (["cpu": "2"], 75), (["cpu": "4"], 50), (["cpu": "4", "memory": "4Gi"], 75), ([:], 0),
    ] as [(Value, Int64)])
    func `balance of CPU and memory`(_ requests: Value, _ score: Int64) {
        #expect(Self.scores(Self.only(\.balancedAllocation), Self.pod(requests: requests), on: [Self.node("n")]) == [score])
    }

    // MARK: Marks of nodes

    @Test func `taints that deter`() {
        let taint: (String) -> Value = { ["key": .string($0), "effect": "PreferNoSchedule"] }
        let nodes = [Self.node("a"), Self.node("b", taints: [taint("x")]), Self.node("c", taints: [taint("x"), taint("y")])]
        #expect(Self.scores(Self.only(\.taintToleration), Self.pod(), on: nodes) == [100, 50, 0])
        let tolerant = Self.pod(spec: ["tolerations": [["key": "x", "operator": "Exists"]]])
        #expect(Self.scores(Self.only(\.taintToleration), tolerant, on: nodes) == [100, 100, 0])
    }

    @Test func `preferred nodes`() {
        func preference(_ weight: Int, _ key: String) -> Value {
            ["weight": Value(weight), "preference": ["matchExpressions": [["key": .string(key), "operator": "Exists"]]]]
        }
        let pod = Self.pod(spec: ["affinity": ["nodeAffinity": ["preferredDuringSchedulingIgnoredDuringExecution": [preference(10, "x"), preference(30, "y")]]]])
        let nodes = [Self.node("a"), Self.node("b", labels: ["x": "1"]), Self.node("c", labels: ["y": "1"]), Self.node("d", labels: ["x": "1", "y": "1"])]
        #expect(Self.scores(Self.only(\.nodeAffinity), pod, on: nodes) == [0, 25, 75, 100])
    }

    @Test func `images that are there`() {
        let mebibyte = 1024 * 1024
        let image: Value = [["names": ["nginx:latest"], "sizeBytes": Value(1046 * mebibyte)]]
        let nodes = [Self.node("a", images: image), Self.node("b")]
        // Half of the nodes have it: half of its size counts, between 23 MiB and 1000 MiB.
        #expect(Self.scores(Self.only(\.imageLocality), Self.pod(), on: nodes) == [51, 0])
    }

    // MARK: Other pods

    static let zones = [node("a", labels: ["zone": "1"]), node("b", labels: ["zone": "2"]), node("c", labels: ["zone": "3"])]
    static let company = [(pod("q1", labels: ["app": "web"]), "a"), (pod("q2", labels: ["app": "web"]), "a"), (pod("q3", labels: ["app": "web"]), "b")]

    static func preferring(_ kind: String) -> PodInfo {
        let term: Value = ["topologyKey": "zone", "labelSelector": ["matchLabels": ["app": "web"]]]
        return pod(spec: ["affinity": [kind: ["preferredDuringSchedulingIgnoredDuringExecution": [["weight": 10, "podAffinityTerm": term]]]]])
    }

    @Test(arguments: [("podAffinity", [100, 50, 0] as [Int64]), ("podAntiAffinity", [0, 50, 100])])
    func `preferred company`(_ kind: String, _ scores: [Int64]) {
        #expect(Self.scores(Self.only(\.interPodAffinity), Self.preferring(kind), on: Self.zones, placed: Self.company) == scores)
    }

    @Test func `company that prefers it`() {
        let host = Self.pod("q", spec: ["affinity": ["podAffinity": ["preferredDuringSchedulingIgnoredDuringExecution": [["weight": 5, "podAffinityTerm": ["topologyKey": "zone", "labelSelector": ["matchLabels": ["app": "web"]]]]]]]])
        #expect(Self.scores(Self.only(\.interPodAffinity), Self.pod(labels: ["app": "web"]), on: Self.zones, placed: [(host, "b")]) == [0, 100, 0])
    }

    /// Three zones weigh the logarithm of five: 3, 2 and 0 for two pods, one and none. What the skew allows is added to each.
    @Test(arguments: [(1, [0, 33, 100] as [Int64]), (5, [57, 71, 100])])
    func `spread where it can be`(_ skew: Int, _ scores: [Int64]) {
        let pod = Self.pod(
            labels: ["app": "web"],
            spec: [
                "topologySpreadConstraints": [
                    ["maxSkew": Value(skew), "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": ["matchLabels": ["app": "web"]]]
                ]
            ])
        #expect(Self.scores(Self.only(\.topologySpread), pod, on: Self.zones, placed: Self.company) == scores)
    }

    @Test func `a node without the label to spread over gets nothing`() {
        let pod = Self.pod(
            labels: ["app": "web"],
            spec: ["topologySpreadConstraints": [["maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": ["matchLabels": ["app": "web"]]]]])
        #expect(Self.scores(Self.only(\.topologySpread), pod, on: [Self.zones[0], Self.node("x")]) == [100, 0])
    }
}
