import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// ReplicaSets and ReplicationControllers while pods fail, go, change their labels and come from elsewhere.
@Suite struct ReplicaSetChaosTests {
    static func run(_ seed: UInt64) -> (cluster: MiniCluster, resource: GroupResource, violations: [String]) {
        var random = RandomStream(seed: seed, name: "chaos")
        var cluster = MiniCluster(
            seed: seed, only: MiniCluster.ground.union(["replicaset-controller", "replication-controller", "garbage-collector-controller"]))
        let violations = Violations()
        let isReplicaSet = random.chance(1, in: 2)
        let resource: GroupResource = isReplicaSet ? .replicaSets : .replicationControllers
        var most = 1 + random.below(5)
        var set = Sample.workload(isReplicaSet ? "ReplicaSet" : "ReplicationController", "web", replicas: most)
        if !isReplicaSet {
            set["apiVersion"] = "v1"
            set["spec", "selector"] = ["app": "web"]
        }
        let owner = cluster.create(resource, set)
        cluster.afterWrite = { store, _ in
            let live = store.livePods()
            let mine = live.filter { $0.controllerUID == owner.uid }
            violations.check(mine.count <= most, "\(mine.count) pods, at most \(most)")
            for pod in live {
                violations.check(pod.ownerReferences.count { $0["controller"]?.boolValue == true } <= 1, "\(pod.name) has two controllers")
            }
        }
        cluster.settle()
        for round in 0..<12 {
            let pods = cluster.server.store.livePods()
            switch random.below(6) {
            case 0:
                let replicas = random.below(6)
                most = max(most, replicas)
                cluster.change(resource, "web") { $0["spec", "replicas"] = Value(replicas) }
            case 1: if !pods.isEmpty { cluster.delete(.pods, pods[random.below(pods.count)].name) }
            case 2: if !pods.isEmpty { cluster.finish(pods[random.below(pods.count)], phase: random.chance(1, in: 2) ? "Failed" : "Succeeded") }
            case 3:
                guard !pods.isEmpty else { break }
                let app: Value = random.chance(1, in: 2) ? "web" : "other"
                // One that comes back is one more until the controller has counted.
                if app == "web" { most += 1 }
                cluster.change(.pods, pods[random.below(pods.count)].name) { $0["metadata", default: [:]]["labels", default: [:]]["app"] = app }
            case 4:
                most += 1
                var stray = Sample.template("web")
                stray["metadata", default: [:]]["name"] = .string("stray-\(round)")
                stray["metadata", default: [:]]["namespace"] = "default"
                cluster.create(.pods, stray)
            default: break
            }
            cluster.settle(until: cluster.server.now + .milliseconds(random.below(3) * 400))
        }
        cluster.settle()
        cluster.settle()
        return (cluster, resource, violations.list)
    }

    @Test(arguments: ChaosSeeds.all)
    func `has as many pods as asked for, and none that is not its own`(_ seed: UInt64) {
        let (cluster, resource, violations) = Self.run(seed)
        #expect(violations == [], ChaosSeeds.note(seed))
        let set = cluster.get(resource, "web")
        let mine = cluster.server.store.livePods().filter { $0.controllerUID == set.uid }
        #expect(mine.count == set.specReplicas, ChaosSeeds.note(seed))
        #expect(mine.allSatisfy { $0.label("app") == "web" }, ChaosSeeds.note(seed))
        #expect(cluster.server.store.livePods().allSatisfy { $0.label("app") == "other" || $0.controllerUID == set.uid }, ChaosSeeds.note(seed))
        #expect(set.statusInt("replicas") == set.specReplicas, ChaosSeeds.note(seed))
        #expect(set.statusInt("availableReplicas") == set.specReplicas, ChaosSeeds.note(seed))
        #expect(set.statusInt("observedGeneration") == set.generation, ChaosSeeds.note(seed))
        #expect(cluster.server.store.danglingOwners == [], ChaosSeeds.note(seed))
    }

    @Test(arguments: ChaosSeeds.all.prefix(5))
    func `one seed gives one trace`(_ seed: UInt64) {
        #expect(Self.run(seed).cluster.server.trace.digest == Self.run(seed).cluster.server.trace.digest)
    }
}
