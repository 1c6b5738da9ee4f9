import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// What is collected in the end: Jobs whose time is over, pods of nodes that are gone, finished pods beyond a number.
@Suite struct CollectionChaosTests {
    private static let threshold = 4

    static func run(_ seed: UInt64) -> (cluster: MiniCluster, violations: [String]) {
        var random = RandomStream(seed: seed, name: "chaos")
        var settings = ControllerSettings()
        settings.terminatedPodThreshold = threshold
        var cluster = MiniCluster(
            nodes: 4, seed: seed, settings: settings,
            only: MiniCluster.ground.union(["job-controller", "ttl-after-finished-controller", "pod-garbage-collector", "garbage-collector-controller"]))
        let violations = Violations()
        var deleted: Set<String> = []
        var ends: [String: Instant] = [:]
        // What chaos deletes itself proves nothing.
        var taken: Set<String> = []
        cluster.afterWrite = { store, now in
            for job in store.list(.jobs, namespace: "default") {
                if ends[job.uid] == nil, JobPass.isFinished(job) { ends[job.uid] = now }
                guard job.isBeingDeleted, deleted.insert(job.uid).inserted, !taken.contains(job.uid) else { continue }
                let limit = Duration.seconds(job.specInt("ttlSecondsAfterFinished") ?? .max / 2_000_000_000)
                violations.check(ends[job.uid].map { now - $0 >= limit - .seconds(1) } == true, "\(job.name) went before its time")
            }
        }
        for round in 0..<20 {
            let nodes = cluster.server.store.list(.nodes)
            let pods = cluster.server.store.livePods().filter { $0.podPhase == "Running" }
            switch random.below(8) {
            case 0, 1:
                var spec: Value = ["backoffLimit": 0]
                if random.chance(2, in: 3) { spec["ttlSecondsAfterFinished"] = Value(random.below(4) * 40) }
                cluster.create(.jobs, JobControllerTests.job("job-\(round)", spec: spec))
            case 2, 3: if !pods.isEmpty { cluster.finish(pods[random.below(pods.count)], phase: random.chance(2, in: 3) ? "Succeeded" : "Failed") }
            case 4:
                cluster.create(
                    .pods, ["metadata": ["name": .string("bare-\(round)"), "namespace": "default"], "spec": ["containers": [["name": "c", "image": "x"]]]])
            case 5: if nodes.count > 1 { cluster.attempt { s throws(APIStatus) in try s.delete(ObjectKey(.nodes, name: nodes[random.below(nodes.count)].name)) } }
            case 6: if nodes.count < 4 { cluster.addNode("more-\(round)") }
            default:
                let jobs = cluster.list(.jobs)
                guard !jobs.isEmpty else { break }
                let job = jobs[random.below(jobs.count)]
                taken.insert(job.uid)
                cluster.delete(.jobs, job.name)
            }
            cluster.settle(until: cluster.server.now + .seconds(random.below(4) * 20))
        }
        for _ in 0..<10 {
            for pod in cluster.server.store.livePods() where pod.podPhase == "Running" { cluster.finish(pod, phase: "Succeeded") }
            cluster.advance(by: .seconds(60))
        }
        return (cluster, violations.list)
    }

    @Test(arguments: ChaosSeeds.all)
    func `leaves what is to stay and nothing else`(_ seed: UInt64) {
        let (cluster, violations) = Self.run(seed)
        #expect(violations == [], ChaosSeeds.note(seed))
        let (pods, nodes) = (cluster.list(.pods), Set(cluster.server.store.list(.nodes).map(\.name)))
        #expect(pods.count(where: \.isPodTerminal) <= Self.threshold, ChaosSeeds.note(seed))
        #expect(pods.allSatisfy { $0.nodeName.isEmpty || nodes.contains($0.nodeName) }, ChaosSeeds.note(seed))
        for job in cluster.list(.jobs) {
            #expect(job.specInt("ttlSecondsAfterFinished") == nil || !JobPass.isFinished(job), "\(job.name), \(ChaosSeeds.note(seed))")
        }
        #expect(cluster.server.store.danglingOwners == [], ChaosSeeds.note(seed))
    }

    @Test(arguments: ChaosSeeds.all.prefix(5))
    func `one seed gives one trace`(_ seed: UInt64) {
        #expect(Self.run(seed).cluster.server.trace.digest == Self.run(seed).cluster.server.trace.digest)
    }
}
