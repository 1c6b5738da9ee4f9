import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Autoscaling

/// Whom the vertical pod autoscaler's updater finds worth taking, and how many at once.
@Suite struct VPAUpdaterTests {
    struct Disruption: CustomTestStringConvertible {
        let testDescription: String
        let stats: CreatorStats
        let mayDisrupt: Bool
    }

    @Test(arguments: [
        Disruption(testDescription: "half of four may be away", stats: CreatorStats(configured: 4, running: 4, tolerance: 2), mayDisrupt: true),
        Disruption(testDescription: "one is away already", stats: CreatorStats(configured: 4, running: 3, tolerance: 2), mayDisrupt: true),
        Disruption(testDescription: "two are away already", stats: CreatorStats(configured: 4, running: 2, tolerance: 2), mayDisrupt: false),
        Disruption(testDescription: "two were evicted in this look", stats: CreatorStats(configured: 4, running: 4, tolerance: 2, evicted: 2), mayDisrupt: false),
        Disruption(testDescription: "resizes count too", stats: CreatorStats(configured: 4, running: 4, tolerance: 2, evicted: 1, resizing: 1), mayDisrupt: false),
        Disruption(testDescription: "no tolerance, all run", stats: CreatorStats(configured: 1, running: 1, tolerance: 0), mayDisrupt: true),
        Disruption(testDescription: "no tolerance, one gone", stats: CreatorStats(configured: 1, running: 1, tolerance: 0, evicted: 1), mayDisrupt: false),
        Disruption(testDescription: "no tolerance, one too many, one gone", stats: CreatorStats(configured: 1, running: 2, tolerance: 0, evicted: 1), mayDisrupt: false),
        Disruption(testDescription: "no tolerance, one too many", stats: CreatorStats(configured: 1, running: 2, tolerance: 0), mayDisrupt: true),
        Disruption(testDescription: "all may be away", stats: CreatorStats(configured: 3, running: 1, tolerance: 3), mayDisrupt: true),
    ])
    func `as many are taken as may be away`(_ row: Disruption) { #expect(row.stats.mayDisrupt == row.mayDisrupt) }

    struct Requirement: CustomTestStringConvertible {
        let testDescription: String
        let requests: Value
        let requirements: Value
        var second: Value = .null
        let isTaken: Bool
    }

    private static let higher: Value = ["resources": ["cpu", "memory"], "changeRequirement": "TargetHigherThanRequests"]
    private static let lowerMemory: Value = ["resources": ["memory"], "changeRequirement": "TargetLowerThanRequests"]

    /// The recommendation is 500m and 300Mi for each container.
    @Test(arguments: [
        Requirement(testDescription: "none", requests: ["cpu": "2", "memory": "1Gi"], requirements: [], isTaken: true),
        Requirement(testDescription: "one resource is enough", requests: ["cpu": "100m", "memory": "1Gi"], requirements: [higher], isTaken: true),
        Requirement(testDescription: "no resource grows", requests: ["cpu": "2", "memory": "1Gi"], requirements: [higher], isTaken: false),
        Requirement(testDescription: "all requirements hold", requests: ["cpu": "100m", "memory": "1Gi"], requirements: [higher, lowerMemory], isTaken: true),
        Requirement(testDescription: "one requirement fails", requests: ["cpu": "100m", "memory": "100Mi"], requirements: [higher, lowerMemory], isTaken: false),
        Requirement(testDescription: "a container without requests", requests: ["cpu": "2"], requirements: [higher], isTaken: true),
        Requirement(
            testDescription: "each requirement holds for another container", requests: ["cpu": "100m", "memory": "100Mi"], requirements: [higher, lowerMemory],
            second: ["cpu": "2", "memory": "1Gi"], isTaken: false),
        Requirement(testDescription: "an unknown change", requests: ["cpu": "100m", "memory": "1Gi"], requirements: [["resources": ["cpu"], "changeRequirement": "Any"]], isTaken: false),
    ])
    func `requirements hold for one container`(_ row: Requirement) {
        var world = World()
        var spec: Value = [:]
        if row.second != .null {
            spec["containers"] = [
                ["name": "main", "image": "nginx", "resources": ["requests": row.requests]], ["name": "side", "image": "nginx", "resources": ["requests": row.second]],
            ]
        }
        let pod = world.pod("web-1", requests: row.requests, spec: spec)
        let autoscaler = Self.autoscaler(["evictionRequirements": row.requirements])
        #expect((UpdateCandidate(pod, autoscaler, UpdaterLimits(arguments: []), world.now) != nil) == row.isTaken)
    }

    private static func autoscaler(_ policy: Value, containers: [String] = ["main", "side"]) -> VerticalPodAutoscaler {
        let recommendations = containers.map { name -> Value in
            let amounts: Value = ["cpu": "500m", "memory": "300Mi"]
            return ["containerName": .string(name), "target": amounts, "lowerBound": amounts, "upperBound": amounts]
        }
        return VerticalPodAutoscaler(
            ["metadata": ["name": "web"], "spec": ["updatePolicy": policy], "status": ["recommendation": ["containerRecommendations": .array(recommendations)]]])
    }

    @Test func `a container that the admission controller never saw counts for nothing`() {
        var world = World()
        let seen = world.pod("web-1", annotations: [VPAAdmission.observedAnnotation: "main, other"], requests: ["cpu": "2", "memory": "300Mi"])
        let unseen = world.pod("web-2", annotations: [VPAAdmission.observedAnnotation: "other"], requests: ["cpu": "2", "memory": "300Mi"])
        let autoscaler = Self.autoscaler([:], containers: ["main"])
        #expect(UpdateCandidate(seen, autoscaler, UpdaterLimits(arguments: []), world.now) != nil)
        #expect(UpdateCandidate(unseen, autoscaler, UpdaterLimits(arguments: []), world.now) == nil)
    }

    @Test func `flags set its limits`() {
        let limits = UpdaterLimits(arguments: [
            "--min-replicas=1", "--eviction-tolerance=0.25", "--pod-update-threshold=0.3", "--in-recommendation-bounds-eviction-lifetime-threshold=1h",
            "--evict-after-oom-threshold=5m", "--v=4", "--min-replicas=many",
        ])
        #expect(limits.minReplicas == 1 && limits.evictionTolerance == 0.25 && limits.minChangePriority == 0.3)
        #expect(limits.podLifetime == .seconds(3600) && limits.evictAfterOOM == .seconds(300))
    }
}
