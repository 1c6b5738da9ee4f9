import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// Evictions at random: a budget is never broken by one.
@Suite struct BudgetChaosTests {
    private final class Watch {
        let violations = Violations()
        var least = 0
        var lost = 0

        func look(_ store: Store) {
            let ready = store.livePods().count(where: \.isPodReady)
            violations.check(ready >= least - lost, "\(ready) healthy pods, the budget wants \(least), \(lost) were lost otherwise")
        }
    }

    static func run(_ seed: UInt64) -> (cluster: MiniCluster, violations: [String], evictions: Int) {
        var random = RandomStream(seed: seed, name: "chaos")
        var cluster = MiniCluster(
            seed: seed, only: MiniCluster.ground.union(["replicaset-controller", "deployment-controller", "controllermanager", "garbage-collector-controller"]))
        let replicas = 3 + random.below(4)
        let allowed = 1 + random.below(2)
        cluster.create(.deployments, Sample.workload("Deployment", "web", replicas: replicas))
        let budget: Value =
            random.chance(1, in: 2) ? ["minAvailable": Value(replicas - allowed)] : ["maxUnavailable": Value(allowed)]
        var spec = budget
        spec["selector"] = ["matchLabels": ["app": "web"]]
        cluster.create(.podDisruptionBudgets, ["metadata": ["name": "web", "namespace": "default"], "spec": spec])
        cluster.settle()
        let watch = Watch()
        watch.least = replicas - allowed
        cluster.afterWrite = { store, _ in watch.look(store) }
        var evictions = 0
        for _ in 0..<25 {
            let pods = cluster.server.store.livePods()
            guard !pods.isEmpty else { break }
            if random.chance(1, in: 8) {
                // A pod that is lost without being asked for counts against nobody.
                watch.lost += 1
                cluster.delete(.pods, pods[random.below(pods.count)].name)
            } else if cluster.evict(pods[random.below(pods.count)]) {
                evictions += 1
            }
            watch.look(cluster.server.store)
            if random.chance(1, in: 2) { cluster.settle(until: cluster.server.now + .milliseconds(random.below(3) * 300)) }
            if cluster.server.store.livePods().count(where: \.isPodReady) == replicas { watch.lost = 0 }
        }
        cluster.settle()
        return (cluster, watch.violations.list, evictions)
    }

    @Test(arguments: ChaosSeeds.all)
    func `no eviction breaks a budget`(_ seed: UInt64) {
        let (cluster, violations, _) = Self.run(seed)
        #expect(violations == [], ChaosSeeds.note(seed))
        let web = cluster.get(.deployments, "web")
        #expect(web.statusInt("availableReplicas") == web.specReplicas, ChaosSeeds.note(seed))
        let budget = cluster.get(.podDisruptionBudgets, "web")
        #expect(budget.statusInt("currentHealthy") == web.specReplicas, ChaosSeeds.note(seed))
        #expect(budget.statusInt("disruptionsAllowed") > 0, ChaosSeeds.note(seed))
        #expect(budget["status"]?["disruptedPods"]?.fields?.isEmpty ?? true, ChaosSeeds.note(seed))
    }

    @Test func `evictions do happen`() {
        #expect(ChaosSeeds.all.prefix(10).reduce(0) { $0 + Self.run($1).evictions } > 0)
    }
}
