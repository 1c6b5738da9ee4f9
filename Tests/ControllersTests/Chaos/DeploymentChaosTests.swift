import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// A Deployment under random changes: never too many pods, never too few, and in the end what was asked for.
@Suite struct DeploymentChaosTests {
    /// What the run may do at most, watched at each write.
    private final class Watch {
        let violations = Violations()
        /// The most that `spec.replicas` was since the controller last had its sets within it. What counts is what sets ask for: a new
        /// set may make its pod before an old one has let go of its own, here as in a real cluster.
        var most = 0
        /// How many must be ready; nothing after the Deployment was made smaller in the middle of a rollout, since sets are then cut
        /// in proportion, whether their pods are available or not.
        var least = 0
        var surge = 0
        var unavailable = 0
        /// Pods that chaos took since all were available, and the sets' statuses said so: the controller goes by these, as the real
        /// one does, and may let go of a pod for one that has just been taken.
        private var taken = 0
        /// Ready pods that a set let go of while it had one that was not ready for long enough. The controller asks a set only to let go
        /// of what is not available, and a set cares for what is ready: of two such pods the one goes that shares its node with
        /// another, here as in a real cluster.
        private var mistaken = 0
        /// The sets of the ready pods at the last look, by the pods' UIDs.
        private var known: [String: String] = [:]
        private var replicas = 0

        /// Chaos is about to take a pod.
        func take(_ pod: Value) {
            if pod.isPodReady { taken += 1 }
            known[pod.uid] = nil
        }

        private func count(_ ready: [Value], minReadySeconds: Int, _ now: Instant) {
            let young = Set(ready.filter { !$0.isPodAvailable(minReadySeconds: minReadySeconds, now: now) }.compactMap(\.controllerUID))
            let present = Dictionary(uniqueKeysWithValues: ready.map { ($0.uid, $0.controllerUID ?? "") })
            mistaken += known.count { present[$0.key] == nil && young.contains($0.value) }
            known = present
        }

        func look(_ store: Store, _ now: Instant) {
            guard let web = store.get(.deployments, namespace: "default", name: "web") else { return }
            let sets = store.list(.replicaSets, namespace: "default")
            let asked = sets.reduce(0) { $0 + $1.specReplicas }
            let pods = store.livePods().filter(\.isPodReady)
            count(pods, minReadySeconds: web.minReadySeconds, now)
            let isKnown = sets.allSatisfy { set in set.statusInt("availableReplicas") == pods.count { $0.controllerUID == set.uid } }
            if web.specReplicas < replicas { least = 0 }
            replicas = web.specReplicas
            most = max(most, replicas)
            violations.check(asked <= most + surge, "\(asked) pods asked for, at most \(most) + \(surge)")
            violations.check(
                pods.count >= least - unavailable - taken - mistaken,
                "\(pods.count) ready, at least \(least) - \(unavailable) - \(taken) taken - \(mistaken) mistaken")
            guard web.statusInt("observedGeneration") == web.generation, asked <= replicas + surge else { return }
            most = replicas
            if pods.count >= replicas, isKnown { (least, taken, mistaken) = (replicas, 0, 0) }
        }
    }

    static func run(_ seed: UInt64) -> (cluster: MiniCluster, violations: [String]) {
        var random = RandomStream(seed: seed, name: "chaos")
        var cluster = MiniCluster(
            seed: seed, only: MiniCluster.ground.union(["deployment-controller", "replicaset-controller", "garbage-collector-controller"]))
        let watch = Watch()
        (watch.surge, watch.unavailable) = [(1, 0), (0, 1), (1, 1), (2, 1), (3, 2)][random.below(5)]
        let replicas = 2 + random.below(4)
        cluster.create(
            .deployments,
            Sample.workload(
                "Deployment", "web", replicas: replicas,
                spec: [
                    "strategy": [
                        "type": "RollingUpdate", "rollingUpdate": ["maxSurge": Value(watch.surge), "maxUnavailable": Value(watch.unavailable)],
                    ],
                    "minReadySeconds": Value([0, 0, 2][random.below(3)]),
                ]))
        cluster.settle()
        watch.most = replicas
        watch.look(cluster.server.store, cluster.server.now)
        cluster.afterWrite = { watch.look($0, $1) }
        for _ in 0..<10 {
            switch random.below(6) {
            case 0: cluster.change(.deployments, "web") { $0["spec", "replicas"] = Value(1 + random.below(6)) }
            case 1, 2:
                let image = random.below(4)
                // A version in four never becomes ready.
                cluster.change(.deployments, "web") {
                    $0["spec", "template"] = Sample.template("web", image: "nginx:\(image)", labels: image == 3 ? [MiniCluster.stuckLabel: "yes"] : [:])
                }
            case 3, 4:
                let pods = cluster.server.store.livePods()
                guard !pods.isEmpty else { break }
                let pod = pods[random.below(pods.count)]
                watch.take(pod)
                cluster.delete(.pods, pod.name)
            default: cluster.change(.deployments, "web") { $0["spec", "paused"] = $0["spec", "paused"]?.boolValue == true ? nil : true }
            }
            watch.look(cluster.server.store, cluster.server.now)
            cluster.settle(until: cluster.server.now + .milliseconds(random.below(4) * 700))
        }
        cluster.change(.deployments, "web") {
            $0["spec", "paused"] = nil
            $0["spec", "template"] = Sample.template("web", image: "nginx:last")
        }
        cluster.settle()
        cluster.settle()
        return (cluster, watch.violations.list)
    }

    /// Seed 28 made the Deployment smaller in the middle of a rollout that was stuck.
    @Test(arguments: ChaosSeeds.all.contains(28) ? ChaosSeeds.all : ChaosSeeds.all + [28])
    func `keeps within its limits and ends as asked`(_ seed: UInt64) {
        let (cluster, violations) = Self.run(seed)
        #expect(violations == [], ChaosSeeds.note(seed))
        let web = cluster.get(.deployments, "web")
        let pods = cluster.list(.pods)
        #expect(web.statusInt("availableReplicas") == web.specReplicas, ChaosSeeds.note(seed))
        #expect(web.statusInt("updatedReplicas") == web.specReplicas, ChaosSeeds.note(seed))
        #expect(pods.count == web.specReplicas, ChaosSeeds.note(seed))
        #expect(pods.allSatisfy { $0["spec", "containers"]?[0]?["image"]?.stringValue == "nginx:last" }, ChaosSeeds.note(seed))
        let sets = cluster.list(.replicaSets)
        for (index, set) in sets.enumerated() {
            for other in sets[(index + 1)...] {
                #expect(!RolloutTemplates.areEqual(set["spec", "template"], other["spec", "template"]), ChaosSeeds.note(seed))
            }
        }
        #expect(cluster.server.store.danglingOwners == [], ChaosSeeds.note(seed))
        #expect(cluster.refused.filter { !$0.contains("not found") && !$0.contains("has been modified") } == [], ChaosSeeds.note(seed))
    }

    @Test(arguments: ChaosSeeds.all.prefix(5))
    func `one seed gives one trace`(_ seed: UInt64) {
        #expect(Self.run(seed).cluster.server.trace.digest == Self.run(seed).cluster.server.trace.digest)
    }
}
