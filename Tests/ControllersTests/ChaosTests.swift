import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// Random changes first, quiet afterwards: nothing unsafe happens in between, all is as asked for in the end.
@Suite struct ChaosTests {
    static let seeds = Array(1...UInt64(12))

    @Test(arguments: seeds)
    func `a Deployment keeps its limits and ends as asked`(_ seed: UInt64) {
        var random = RandomStream(seed: seed, name: "chaos")
        var cluster = MiniCluster(seed: seed)
        cluster.create(.deployments, Sample.workload("Deployment", "web", replicas: 4))
        cluster.settle()
        for _ in 0..<12 {
            switch random.below(4) {
            case 0: cluster.change(.deployments, "web") { $0["spec", "replicas"] = Value(random.below(7)) }
            case 1:
                cluster.change(.deployments, "web") {
                    $0["spec", "template", "spec", "containers"] = [["name": "web", "image": .string("nginx:\(random.below(4))")]]
                }
            case 2:
                let pods = cluster.list(.pods).filter { !$0.isBeingDeleted }
                if !pods.isEmpty { cluster.delete(.pods, pods[random.below(pods.count)].name) }
            default: cluster.change(.deployments, "web") { $0["spec", "paused"] = $0["spec", "paused"]?.boolValue == true ? nil : true }
            }
            cluster.settle(until: cluster.server.now + .milliseconds(random.below(3) * 700))
            check(cluster, seed)
        }
        cluster.change(.deployments, "web") { $0["spec", "paused"] = nil }
        cluster.settle()
        let web = cluster.get(.deployments, "web")
        #expect(web["status"]?["availableReplicas"]?.intValue ?? 0 == web.specReplicas, "seed \(seed)")
        #expect(cluster.list(.pods).count == web.specReplicas, "seed \(seed)")
        let image = web["spec", "template", "spec", "containers"]?[0]?["image"]
        #expect(cluster.list(.pods).allSatisfy { $0["spec", "containers"]?[0]?["image"] == image }, "seed \(seed)")
        #expect(cluster.refused.filter { !$0.contains("not found") } == [], "seed \(seed)")
    }

    private func check(_ cluster: MiniCluster, _ seed: UInt64) {
        let sets = cluster.list(.replicaSets)
        // Every pod has an owner that is there, and no two ReplicaSets have one template.
        let uids = Set(sets.map(\.uid))
        for pod in cluster.list(.pods) { #expect(pod.controllerUID.map(uids.contains) == true, "seed \(seed): \(pod.name) has no owner") }
        for (index, set) in sets.enumerated() {
            for other in sets[(index + 1)...] {
                #expect(!RolloutTemplates.areEqual(set["spec", "template"], other["spec", "template"]), "seed \(seed)")
            }
        }
    }

    @Test(arguments: seeds)
    func `a StatefulSet never has two pods of one ordinal, and rolls one at a time`(_ seed: UInt64) {
        var random = RandomStream(seed: seed, name: "chaos")
        var cluster = MiniCluster(seed: seed)
        let spec: Value = [
            "serviceName": "db", "podManagementPolicy": random.chance(1, in: 2) ? "Parallel" : "OrderedReady",
            "updateStrategy": ["type": "RollingUpdate", "rollingUpdate": ["partition": 0]],
        ]
        cluster.create(.statefulSets, Sample.workload("StatefulSet", "db", replicas: 3, spec: spec))
        for _ in 0..<10 {
            cluster.settle(until: cluster.server.now + .milliseconds(random.below(3) * 500))
            let pods = cluster.list(.pods)
            #expect(Set(pods.map(\.name)).count == pods.count, "seed \(seed)")
            switch random.below(3) {
            case 0: cluster.change(.statefulSets, "db") { $0["spec", "replicas"] = Value(1 + random.below(4)) }
            case 1:
                cluster.change(.statefulSets, "db") {
                    $0["spec", "template", "spec", "containers"] = [["name": "db", "image": .string("redis:\(random.below(3))")]]
                }
            default: if !pods.isEmpty { cluster.delete(.pods, pods[random.below(pods.count)].name) }
            }
        }
        cluster.settle()
        let set = cluster.get(.statefulSets, "db")
        #expect(cluster.list(.pods).map(\.name) == (0..<set.specReplicas).map { "db-\($0)" }, "seed \(seed)")
        #expect(set["status"]?["availableReplicas"]?.intValue == set.specReplicas, "seed \(seed)")
        #expect(set["status"]?["currentRevision"] == set["status"]?["updateRevision"], "seed \(seed)")
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `one seed gives one trace`(_ seed: UInt64) {
        func run() -> UInt64 {
            var cluster = MiniCluster(seed: seed)
            cluster.create(.deployments, Sample.workload("Deployment", "web", replicas: 5))
            cluster.create(.daemonSets, Sample.workload("DaemonSet", "agent"))
            cluster.settle()
            cluster.change(.deployments, "web") { $0["spec", "template", "spec", "containers"] = [["name": "web", "image": "nginx:9"]] }
            cluster.settle()
            return cluster.server.trace.digest
        }
        #expect(run() == run())
    }

    @Test func `after quiet no controller asks for anything more`() {
        var cluster = MiniCluster()
        cluster.create(.deployments, Sample.workload("Deployment", "web", replicas: 3))
        cluster.create(.statefulSets, Sample.workload("StatefulSet", "db", replicas: 2, spec: ["serviceName": "db"]))
        cluster.create(.daemonSets, Sample.workload("DaemonSet", "agent"))
        cluster.create(.jobs, JobControllerTests.job())
        cluster.create(.podDisruptionBudgets, ["metadata": ["name": "web", "namespace": "default"], "spec": ["minAvailable": 1, "selector": ["matchLabels": ["app": "web"]]]])
        cluster.settle()
        let revision = cluster.server.store.revision
        let view = cluster.view
        for component in defaultControllers() {
            var fresh = component
            // A controller that starts anew sees everything as added and must find it in order.
            for resource in cluster.server.store.resources
            where fresh.interests.contains(resource) || fresh.interests.contains(.everything) {
                for object in view.list(resource) {
                    let key = ObjectKey(resource, namespace: object.namespace, name: object.name)
                    fresh.observe(StoreEvent(change: .added, key: key, object: object, old: nil, revision: revision, cause: TraceID(0)), in: view)
                }
            }
            for _ in 0..<500 {
                guard let wake = fresh.nextWake(), wake.at <= view.now else { break }
                let plan = fresh.step(in: view).plan
                let writes = plan.actions.filter { if case .event = $0.write { false } else { true } }
                #expect(writes.isEmpty, "\(fresh.name) asks for \(writes.map { "\($0.write)".prefix(200) })")
            }
        }
    }
}
