import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// A StatefulSet under random changes: one pod an ordinal, in order where it is asked for.
@Suite struct StatefulSetChaosTests {
    private final class Watch {
        let violations = Violations()
        var isOrdered = true
        var present: Set<String> = []

        func look(_ store: Store) {
            let pods = store.list(.pods, namespace: "default")
            let ordinals = pods.compactMap { $0.name.split(separator: "-").last.flatMap { Int($0) } }
            violations.check(Set(ordinals).count == pods.count, "two pods of one ordinal: \(pods.map(\.name))")
            violations.check(Set(pods.map(\.uid)).count == pods.count, "two pods of one UID")
            let names = Set(pods.map(\.name))
            // A new pod of an ordered set comes when all before it are ready.
            if isOrdered {
                for name in names.subtracting(present) {
                    guard let ordinal = name.split(separator: "-").last.flatMap({ Int($0) }) else { continue }
                    for before in 0..<ordinal {
                        let pod = store.get(.pods, namespace: "default", name: "db-\(before)")
                        violations.check(pod?.isPodReady == true && pod?.isBeingDeleted == false, "\(name) came before db-\(before) was ready")
                    }
                }
            }
            present = names
        }
    }

    static func run(_ seed: UInt64) -> (cluster: MiniCluster, violations: [String]) {
        var random = RandomStream(seed: seed, name: "chaos")
        var cluster = MiniCluster(seed: seed, only: MiniCluster.ground.union(["statefulset-controller", "garbage-collector-controller"]))
        let watch = Watch()
        watch.isOrdered = random.chance(1, in: 2)
        let spec: Value = [
            "serviceName": "db", "podManagementPolicy": watch.isOrdered ? "OrderedReady" : "Parallel",
            "updateStrategy": ["type": random.chance(1, in: 4) ? "OnDelete" : "RollingUpdate"],
        ]
        cluster.afterWrite = { store, _ in watch.look(store) }
        cluster.create(.statefulSets, Sample.workload("StatefulSet", "db", replicas: 3, spec: spec))
        for _ in 0..<10 {
            cluster.settle(until: cluster.server.now + .milliseconds(random.below(3) * 500))
            let pods = cluster.list(.pods)
            switch random.below(4) {
            case 0: cluster.change(.statefulSets, "db") { $0["spec", "replicas"] = Value(1 + random.below(4)) }
            case 1:
                cluster.change(.statefulSets, "db") {
                    $0["spec", "template", "spec", "containers"] = [["name": "db", "image": .string("redis:\(random.below(3))")]]
                }
            case 2: if !pods.isEmpty { cluster.delete(.pods, pods[random.below(pods.count)].name) }
            default: if let pod = pods.first(where: \.isPodActive), random.chance(1, in: 2) { cluster.finish(pod, phase: "Failed") }
            }
            watch.look(cluster.server.store)
        }
        cluster.change(.statefulSets, "db") { $0["spec", "updateStrategy"] = ["type": "RollingUpdate"] }
        cluster.settle()
        cluster.settle()
        return (cluster, watch.violations.list)
    }

    @Test(arguments: ChaosSeeds.all)
    func `has one pod an ordinal and ends as asked`(_ seed: UInt64) {
        let (cluster, violations) = Self.run(seed)
        #expect(violations == [], ChaosSeeds.note(seed))
        let set = cluster.get(.statefulSets, "db")
        #expect(cluster.list(.pods).map(\.name) == (0..<set.specReplicas).map { "db-\($0)" }, ChaosSeeds.note(seed))
        #expect(set.statusInt("availableReplicas") == set.specReplicas, ChaosSeeds.note(seed))
        #expect(set["status"]?["currentRevision"] == set["status"]?["updateRevision"], ChaosSeeds.note(seed))
        #expect(set.statusInt("updatedReplicas") == set.specReplicas, ChaosSeeds.note(seed))
        #expect(cluster.server.store.danglingOwners == [], ChaosSeeds.note(seed))
    }

    @Test(arguments: ChaosSeeds.all.prefix(5))
    func `one seed gives one trace`(_ seed: UInt64) {
        #expect(Self.run(seed).cluster.server.trace.digest == Self.run(seed).cluster.server.trace.digest)
    }
}
