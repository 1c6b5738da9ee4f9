import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// Owners that come and go with every kind of propagation: nothing is left without an owner, nothing goes that should stay.
@Suite struct OwnershipChaosTests {
    static func run(_ seed: UInt64) -> (cluster: MiniCluster, orphans: Set<String>) {
        var random = RandomStream(seed: seed, name: "chaos")
        var cluster = MiniCluster(
            seed: seed,
            only: MiniCluster.ground.union([
                "deployment-controller", "replicaset-controller", "statefulset-controller", "job-controller", "endpoint-slice-controller",
                "garbage-collector-controller",
            ]))
        var orphans: Set<String> = []
        for round in 0..<6 {
            let name = "web-\(round)"
            switch random.below(3) {
            case 0: cluster.create(.deployments, Sample.workload("Deployment", name, replicas: 1 + random.below(3)))
            case 1: cluster.create(.statefulSets, Sample.workload("StatefulSet", name, replicas: 1 + random.below(2), spec: ["serviceName": "db"]))
            default: cluster.create(.replicaSets, Sample.workload("ReplicaSet", name, replicas: 1 + random.below(3)))
            }
            if random.chance(1, in: 2) {
                cluster.create(
                    .services, ["metadata": ["name": .string(name), "namespace": "default"], "spec": ["selector": ["app": .string(name)], "ports": [["port": 80]]]])
            }
            cluster.settle(until: cluster.server.now + .milliseconds(random.below(3) * 400))
            let owners = [GroupResource.deployments, .statefulSets, .replicaSets, .services].flatMap { resource in
                cluster.list(resource).filter { $0.ownerReferences.isEmpty && !$0.isBeingDeleted }.map { (resource, $0) }
            }
            guard let (resource, owner) = owners.isEmpty ? nil : owners[random.below(owners.count)], random.chance(2, in: 3) else { continue }
            let propagation = [DeletionPropagation.background, .foreground, .orphan][random.below(3)]
            if propagation == .orphan, resource != .services { orphans.insert(owner.name) }
            cluster.delete(resource, owner.name, propagation: propagation)
        }
        cluster.settle()
        cluster.settle()
        return (cluster, orphans)
    }

    @Test(arguments: ChaosSeeds.all)
    func `nothing is left of what is gone`(_ seed: UInt64) {
        let (cluster, orphans) = Self.run(seed)
        let store = cluster.server.store
        #expect(store.danglingOwners == [], ChaosSeeds.note(seed))
        for resource in [GroupResource.pods, .replicaSets, .endpointSlices, .controllerRevisions, .deployments, .statefulSets, .services] {
            for object in cluster.list(resource) {
                #expect(!object.isBeingDeleted, "\(resource) \(object.name) is not gone, seed \(seed)")
            }
        }
        // What has no owner was made so, or was orphaned on purpose.
        for pod in cluster.list(.pods) where pod.ownerReferences.isEmpty {
            #expect(orphans.contains(pod.label("app") ?? ""), "\(pod.name) has no owner, seed \(seed)")
        }
        for set in cluster.list(.replicaSets) {
            #expect(set.statusInt("replicas") == set.specReplicas, "\(set.name), seed \(seed)")
            #expect(store.controlled(.pods, by: set.uid).count == set.specReplicas, "\(set.name), seed \(seed)")
        }
    }

    @Test(arguments: ChaosSeeds.all.prefix(5))
    func `one seed gives one trace`(_ seed: UInt64) {
        #expect(Self.run(seed).cluster.server.trace.digest == Self.run(seed).cluster.server.trace.digest)
    }
}
