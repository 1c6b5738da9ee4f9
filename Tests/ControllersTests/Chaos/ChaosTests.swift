import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// What holds for all controllers together.
@Suite struct ChaosTests {
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
