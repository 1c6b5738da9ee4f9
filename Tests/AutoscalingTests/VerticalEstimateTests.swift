import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Autoscaling

/// From usage to recommendations, and from those to pods.
@Suite struct VerticalEstimateTests {
    static let start = Instant.simulationStart

    @Test(arguments: [
        (0.0, 0.01), (0.004, 0.01), (0.01, 0.0205), (0.05, 0.05525632), (0.5, 0.502_895_4), (1.0, 1.040_695_2), (5000, 1000),
    ])
    func `a percentile is the end of its bucket`(_ value: Double, _ expected: Double) {
        var histogram = DecayingHistogram(DecayingHistogram.cpu)
        histogram.add(value, weight: 1, at: Self.start)
        let answer = histogram.percentile(0.9)
        #expect(answer >= min(value, 1000), "\(answer)")
        #expect(answer <= max(value * 1.06, value + 0.0106), "\(answer)")
        if value < 0.1 { #expect((answer - expected).magnitude < 1e-6, "\(answer)") }
    }

    @Test func `an empty histogram says nothing`() {
        let histogram = DecayingHistogram(DecayingHistogram.memory)
        #expect(histogram.isEmpty)
        #expect(histogram.percentile(0.9) == 0)
    }

    @Test func `a sample of the last half-life weighs half`() {
        var histogram = DecayingHistogram(DecayingHistogram.cpu)
        histogram.add(1, weight: 10, at: Self.start)
        histogram.add(0.1, weight: 10, at: Self.start + .seconds(86_400))
        // A third of the weight is the old sample's.
        #expect(histogram.percentile(0.66) < 0.2)
        #expect(histogram.percentile(0.68) > 0.9)
    }

    @Test func `decay over years keeps its numbers finite`() {
        var histogram = DecayingHistogram(DecayingHistogram.cpu)
        for day in 0..<1000 { histogram.add(0.5, weight: 1, at: Self.start + .seconds(day * 86_400)) }
        #expect(histogram.total.isFinite)
        #expect(histogram.percentile(0.5) > 0.49)
    }

    @Test func `what was subtracted is gone`() {
        var histogram = DecayingHistogram(DecayingHistogram.memory)
        histogram.add(5e8, weight: 1, at: Self.start)
        histogram.subtract(5e8, weight: 1, at: Self.start)
        #expect(histogram.isEmpty)
    }

    static func history(minutes: Int, cores: Double, bytes: Double) -> ContainerHistory {
        var history = ContainerHistory()
        for minute in 0..<minutes { history.addUsage(pod: "a", cores: cores, bytes: bytes, requestedCores: 0.5, at: start + .seconds(minute * 60)) }
        return history
    }

    @Test func `little use asks for the least`() {
        let answer = ResourceEstimator.recommendation(Self.history(minutes: 10, cores: 0.001, bytes: 1e6), containers: 1)
        #expect(answer.target == ResourceEstimate(milliCPU: 25, memoryBytes: 262_144_000))
        #expect(ResourceQuantities.text(answer.target.memoryBytes, "memory") == "262144k")
        #expect(ResourceQuantities.text(answer.target.milliCPU, "cpu") == "25m")
    }

    @Test func `containers of one pod share the least`() {
        let answer = ResourceEstimator.recommendation(Self.history(minutes: 10, cores: 0.001, bytes: 1e6), containers: 2)
        #expect(answer.target == ResourceEstimate(milliCPU: 12, memoryBytes: 131_072_000))
    }

    @Test func `steady use is recommended with a margin`() {
        let answer = ResourceEstimator.recommendation(Self.history(minutes: 60, cores: 0.4, bytes: 6e8), containers: 1)
        #expect((0.4 * 1150...0.4 * 1150 * 1.06).contains(Double(answer.target.milliCPU)), "\(answer.target)")
        #expect((6e8 * 1.15...6e8 * 1.15 * 1.06).contains(Double(answer.target.memoryBytes)), "\(answer.target)")
    }

    /// Confidence is the history's length in days; the bounds come nearer as it grows.
    @Test(arguments: [(12 * 60, 3.0, 0.996), (24 * 60, 2.0, 0.998), (7 * 24 * 60, 1.14, 0.9997)])
    func `bounds come nearer with time`(_ minutes: Int, _ upper: Double, _ lower: Double) {
        let history = Self.history(minutes: minutes + 1, cores: 0.4, bytes: 6e8)
        let answer = ResourceEstimator.recommendation(history, containers: 1)
        let ratio = Double(answer.upperBound.milliCPU) / Double(answer.target.milliCPU)
        #expect((ratio - upper).magnitude < 0.02, "\(ratio)")
        let below = Double(answer.lowerBound.milliCPU) / Double(answer.target.milliCPU)
        #expect((below - lower).magnitude < 0.01, "\(below)")
    }

    @Test func `memory counts its peak of a day once`() {
        var history = ContainerHistory()
        for (minute, bytes) in [1e8, 9e8, 2e8, 1e8].enumerated() {
            history.addUsage(pod: "a", cores: 0.1, bytes: bytes, requestedCores: 0.1, at: Self.start + .seconds(minute * 60))
        }
        #expect(history.memory.percentile(0.01) > 8.9e8)
    }

    @Test func `a killing for want of memory raises what is needed`() {
        var history = Self.history(minutes: 5, cores: 0.1, bytes: 1e8)
        history.addOOM(pod: "a", requestedBytes: 2e9, at: Self.start + .seconds(400))
        #expect(history.memory.percentile(0.9) >= 2.4e9)
    }

    @Test func `a checkpoint gives the same recommendation`() throws {
        var history = ContainerHistory()
        var random = RandomStream(seed: 7, name: "test")
        for minute in 0..<(3 * 24 * 60) {
            history.addUsage(
                pod: "a", cores: Double(random.below(900) + 50) / 1000, bytes: Double(random.below(900) + 100) * 1e6, requestedCores: 0.5, at: Self.start + .seconds(minute * 60))
        }
        // The intervals of all peaks are over.
        let now = Self.start + .seconds(5 * 86_400)
        let object = VPACheckpoint.object(["metadata": ["name": "web", "namespace": "default"]], "main", history, at: now)
        #expect(object.name == "web-main")
        #expect(object["status"]?["totalSamplesCount"]?.intValue == 3 * 24 * 60)
        let weights = try #require(object["status"]?["cpuHistogram"]?["bucketWeights"]?.fields).map { $0.value.intValue ?? 0 }
        #expect(weights.max() == 10_000)
        let restored = try #require(ContainerHistory(checkpoint: object["status"]))
        #expect(ResourceEstimator.recommendation(restored, containers: 1) == ResourceEstimator.recommendation(history, containers: 1))
        #expect(restored.cpu.total - history.cpu.total < 1e-6 * history.cpu.total)
    }

    @Test func `an open peak is not kept, since it will be counted again`() {
        let history = Self.history(minutes: 10, cores: 0.4, bytes: 6e8)
        let during = VPACheckpoint.object(["metadata": ["name": "web"]], "main", history, at: Self.start + .seconds(600))
        #expect(during["status"]?["memoryHistogram"]?["bucketWeights"]?.fields?.isEmpty == true)
        let after = VPACheckpoint.object(["metadata": ["name": "web"]], "main", history, at: Self.start + .seconds(2 * 86_400))
        #expect(after["status"]?["memoryHistogram"]?["bucketWeights"]?.fields?.count == 1)
    }

    @Test(arguments: [
        nil, [:], ["cpuHistogram": [:]],
        ["cpuHistogram": ["referenceTimestamp": "2026-01-01T00:00:00Z", "totalWeight": 1, "bucketWeights": ["100000": 1]], "memoryHistogram": [:], "totalSamplesCount": 1],
        ["cpuHistogram": ["referenceTimestamp": "then", "totalWeight": 1, "bucketWeights": [:]], "memoryHistogram": [:], "totalSamplesCount": 1],
        ["cpuHistogram": ["referenceTimestamp": "2026-01-01T00:00:00Z", "totalWeight": -1, "bucketWeights": ["1": -5]], "memoryHistogram": [:], "totalSamplesCount": 1],
    ] as [Value?])
    func `a checkpoint that makes no sense is passed over`(_ status: Value?) { #expect(ContainerHistory(checkpoint: status) == nil) }

    @Test(arguments: [
        (nil, ["cpu", "memory"]), (["containerName": "*", "controlledResources": ["memory"]], ["memory"]), (["containerName": "main", "controlledResources": []], []),
        (["containerName": "other", "controlledResources": ["cpu"]], ["cpu", "memory"]),
    ] as [(Value?, [String])])
    func `a policy says which resources are its business`(_ policy: Value?, _ expected: [String]) {
        #expect(Self.autoscaler(policy: policy).controlledResources(of: "main") == expected)
    }

    // MARK: Pods

    static func autoscaler(policy: Value? = nil, mode: String? = nil, target: Value = ["cpu": "500m", "memory": "300Mi"]) -> VerticalPodAutoscaler {
        var spec: Value = ["targetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"]]
        if let mode { spec["updatePolicy"] = ["updateMode": .string(mode)] }
        if let policy { spec["resourcePolicy"] = ["containerPolicies": [policy]] }
        return VerticalPodAutoscaler([
            "metadata": ["name": "web", "namespace": "default"], "spec": spec,
            "status": [
                "recommendation": [
                    "containerRecommendations": [
                        [
                            "containerName": "main", "target": target, "lowerBound": ["cpu": "200m", "memory": "200Mi"],
                            "upperBound": ["cpu": "1", "memory": "1Gi"],
                        ]
                    ]
                ]
            ],
        ])
    }

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var policy: Value?
        var resources: Value
        var expected: Value
    }

    @Test(arguments: [
        Case(
            testDescription: "requests alone", policy: nil, resources: ["requests": ["cpu": "100m"]],
            expected: ["requests": ["cpu": "500m", "memory": "300Mi"]]),
        Case(
            testDescription: "limits keep their ratio", policy: nil, resources: ["requests": ["cpu": "100m", "memory": "100Mi"], "limits": ["cpu": "200m", "memory": "150Mi"]],
            expected: ["requests": ["cpu": "500m", "memory": "300Mi"], "limits": ["cpu": "1", "memory": "450Mi"]]),
        Case(
            testDescription: "requests only stay below the limit", policy: ["containerName": "*", "controlledValues": "RequestsOnly"],
            resources: ["requests": ["cpu": "100m"], "limits": ["cpu": "250m"]],
            expected: ["requests": ["cpu": "250m", "memory": "300Mi"], "limits": ["cpu": "250m"]]),
        Case(
            testDescription: "within the policy's range", policy: ["containerName": "main", "minAllowed": ["cpu": "700m"], "maxAllowed": ["memory": "200Mi"]],
            resources: [:], expected: ["requests": ["cpu": "700m", "memory": "200Mi"]]),
        Case(testDescription: "a container that is off", policy: ["containerName": "main", "mode": "Off"], resources: ["requests": ["cpu": "1m"]], expected: ["requests": ["cpu": "1m"]]),
    ])
    func `a recommendation changes a pod`(_ entry: Case) {
        let pod: Value = ["spec": ["containers": [["name": "main", "resources": entry.resources]]]]
        let changed = ResourceAssignment(Self.autoscaler(policy: entry.policy), pod: pod).applied(to: pod)
        let resources = changed["spec", "containers"]?[0]?["resources"] ?? [:]
        for field in ["requests", "limits"] {
            for name in ["cpu", "memory"] {
                #expect(
                    ResourceQuantities.amount(resources[field]?[name], name) == ResourceQuantities.amount(entry.expected[field]?[name], name), "\(field) \(name)")
            }
        }
    }

    struct Priority: CustomTestStringConvertible {
        var testDescription: String
        var requests: Value
        var isOutside: Bool
        var wantsMore: Bool
        var difference: Double
    }

    @Test(arguments: [
        Priority(testDescription: "as recommended", requests: ["cpu": "500m", "memory": "300Mi"], isOutside: false, wantsMore: false, difference: 0),
        Priority(testDescription: "within the bounds", requests: ["cpu": "250m", "memory": "300Mi"], isOutside: false, wantsMore: true, difference: 1),
        Priority(testDescription: "below", requests: ["cpu": "100m", "memory": "300Mi"], isOutside: true, wantsMore: true, difference: 4),
        Priority(testDescription: "above", requests: ["cpu": "2", "memory": "300Mi"], isOutside: true, wantsMore: false, difference: 0.75),
        Priority(testDescription: "nothing asked for", requests: ["memory": "300Mi"], isOutside: true, wantsMore: true, difference: 499),
    ])
    func `says how far a pod is off`(_ entry: Priority) {
        let pod: Value = ["spec": ["containers": [["name": "main", "resources": ["requests": entry.requests]]]]]
        let priority = UpdatePriority(pod, ResourceAssignment(Self.autoscaler(), pod: pod), nil)
        #expect(priority.isOutside == entry.isOutside)
        #expect(priority.wantsMore == entry.wantsMore)
        #expect((priority.difference - entry.difference).magnitude < 0.001, "\(priority.difference)")
    }
}
