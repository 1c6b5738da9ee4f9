import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// Jobs whose pods end well, badly or are taken: never more at once than asked for, never more done than needed.
@Suite struct JobChaosTests {
    static func run(_ seed: UInt64) -> (cluster: MiniCluster, violations: [String], completions: Int, isIndexed: Bool) {
        var random = RandomStream(seed: seed, name: "chaos")
        var cluster = MiniCluster(seed: seed, only: MiniCluster.ground.union(["job-controller", "garbage-collector-controller"]))
        let violations = Violations()
        let (completions, parallelism) = (1 + random.below(5), 1 + random.below(3))
        let isIndexed = random.chance(1, in: 2)
        var most = parallelism
        cluster.afterWrite = { store, _ in
            let live = store.livePods()
            violations.check(live.count <= most, "\(live.count) pods at once, at most \(most)")
            if isIndexed {
                let indexes = live.compactMap { $0.annotation("batch.kubernetes.io/job-completion-index") }
                violations.check(Set(indexes).count == indexes.count, "two pods of one index: \(indexes)")
            }
            if let job = store.get(.jobs, namespace: "default", name: "work") {
                violations.check(job.statusInt("succeeded") <= completions, "\(job.statusInt("succeeded")) succeeded of \(completions)")
            }
        }
        let spec: Value = [
            "completions": Value(completions), "parallelism": Value(parallelism), "backoffLimit": 1000,
            "completionMode": isIndexed ? "Indexed" : "NonIndexed",
        ]
        cluster.create(.jobs, JobControllerTests.job("work", spec: spec))
        cluster.settle(until: cluster.server.now + .seconds(2))
        for _ in 0..<14 {
            let pods = cluster.server.store.livePods().filter { $0.podPhase == "Running" }
            switch random.below(8) {
            case 0, 1, 2: if !pods.isEmpty { cluster.finish(pods[random.below(pods.count)], phase: "Succeeded") }
            case 3: if !pods.isEmpty { cluster.finish(pods[random.below(pods.count)], phase: "Failed") }
            case 4: if !pods.isEmpty { cluster.delete(.pods, pods[random.below(pods.count)].name) }
            case 5:
                let isSuspended = random.chance(1, in: 2)
                if !Self.isOver(cluster) { cluster.change(.jobs, "work") { $0["spec", "suspend"] = .bool(isSuspended) } }
            case 6:
                let parallelism = 1 + random.below(3)
                most = max(most, parallelism)
                if !Self.isOver(cluster) { cluster.change(.jobs, "work") { $0["spec", "parallelism"] = Value(parallelism) } }
            default: cluster.advance(by: .seconds(random.below(30)))
            }
            cluster.settle(until: cluster.server.now + .milliseconds(random.below(3) * 700))
        }
        if !Self.isOver(cluster) { cluster.change(.jobs, "work") { $0["spec", "suspend"] = false } }
        // Faults are over: whatever runs ends well.
        for _ in 0..<60 where !Self.isOver(cluster) {
            cluster.advance(by: .seconds(30))
            for pod in cluster.server.store.livePods() where pod.podPhase == "Running" { cluster.finish(pod, phase: "Succeeded") }
            cluster.settle(until: cluster.server.now + .seconds(2))
        }
        cluster.settle()
        return (cluster, violations.list, completions, isIndexed)
    }

    private static func isOver(_ cluster: MiniCluster) -> Bool {
        let job = cluster.get(.jobs, "work")
        return job.isConditionTrue("Complete") || job.isConditionTrue("Failed")
    }

    @Test(arguments: ChaosSeeds.all)
    func `keeps to its parallelism and completes exactly`(_ seed: UInt64) {
        let (cluster, violations, completions, isIndexed) = Self.run(seed)
        #expect(violations == [], ChaosSeeds.note(seed))
        let job = cluster.get(.jobs, "work")
        #expect(job.isConditionTrue("Complete"), ChaosSeeds.note(seed))
        #expect(job.statusInt("succeeded") == completions, ChaosSeeds.note(seed))
        #expect(job.statusInt("active") == 0, ChaosSeeds.note(seed))
        if isIndexed { #expect(job.statusString("completedIndexes") == (completions == 1 ? "0" : completions == 2 ? "0,1" : "0-\(completions - 1)"), ChaosSeeds.note(seed)) }
        #expect(cluster.server.store.livePods().isEmpty, ChaosSeeds.note(seed))
        // Every pod was counted: none is kept by a finalizer.
        #expect(cluster.list(.pods).allSatisfy { $0.finalizers.isEmpty }, ChaosSeeds.note(seed))
    }

    @Test(arguments: ChaosSeeds.all.prefix(5))
    func `one seed gives one trace`(_ seed: UInt64) {
        #expect(Self.run(seed).cluster.server.trace.digest == Self.run(seed).cluster.server.trace.digest)
    }
}
