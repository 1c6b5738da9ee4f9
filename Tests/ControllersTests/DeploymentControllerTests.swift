import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

@Suite struct DeploymentControllerTests {
    @Test func `rolls out, says so, and is complete`() {
        var cluster = MiniCluster()
        cluster.create(.deployments, Sample.workload("Deployment", "web", replicas: 3))
        cluster.settle()
        let web = cluster.get(.deployments, "web")
        #expect(web["status"]?["availableReplicas"]?.intValue == 3)
        #expect(web.annotation("deployment.kubernetes.io/revision") == "1")
        #expect(web.condition("Progressing")?["reason"]?.stringValue == "NewReplicaSetAvailable")
        #expect(web.condition("Available")?["message"]?.stringValue == "Deployment has minimum availability.")
        #expect(web["status"]?["terminatingReplicas"]?.intValue == 0)
        let set = cluster.list(.replicaSets)[0]
        #expect(cluster.events().contains("ScalingReplicaSet Scaled up replica set \(set.name) from 0 to 3"))
        #expect(set.annotation("deployment.kubernetes.io/max-replicas") == "4")
        #expect(cluster.refused == [])
    }

    @Test func `rolls to a new template within its limits and back to the old set`() {
        var cluster = MiniCluster()
        cluster.create(.deployments, Sample.workload("Deployment", "web", replicas: 4))
        cluster.settle()
        let first = cluster.list(.replicaSets)[0].name
        cluster.change(.deployments, "web") { $0["spec", "template"] = Sample.template("web", image: "nginx:2") }
        cluster.settle()
        #expect(cluster.list(.replicaSets).count == 2)
        #expect(cluster.list(.pods).count == 4)
        #expect(cluster.list(.pods).allSatisfy { $0["spec", "containers"]?[0]?["image"]?.stringValue == "nginx:2" })
        cluster.change(.deployments, "web") { $0["spec", "template"] = Sample.template("web", image: "nginx:1") }
        cluster.settle()
        #expect(cluster.list(.replicaSets).count == 2)
        #expect(cluster.get(.replicaSets, first)["spec", "replicas"]?.intValue == 4)
        #expect(cluster.get(.replicaSets, first).annotation("deployment.kubernetes.io/revision") == "3")
        #expect(cluster.get(.replicaSets, first).annotation("deployment.kubernetes.io/revision-history") == "1")
    }

    @Test func `a rollout that cannot become ready stops within its limits and times out`() {
        var cluster = MiniCluster()
        let strategy: Value = [
            "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 2, "maxUnavailable": 1]], "progressDeadlineSeconds": 10,
        ]
        cluster.create(.deployments, Sample.workload("Deployment", "web", replicas: 4, spec: strategy))
        cluster.settle()
        cluster.change(.deployments, "web") { $0["spec", "template"] = Sample.template("web", image: "bad", labels: ["stuck": "yes"]) }
        cluster.advance(by: .seconds(2))
        let status = cluster.get(.deployments, "web")["status"]
        #expect(status?["replicas"]?.intValue == 6)
        #expect(status?["availableReplicas"]?.intValue == 3)
        #expect(status?["updatedReplicas"]?.intValue == 3)
        cluster.advance(by: .seconds(30))
        #expect(cluster.get(.deployments, "web").condition("Progressing")?["reason"]?.stringValue == "ProgressDeadlineExceeded")
    }

    @Test func `recreate removes all old pods first`() {
        var cluster = MiniCluster()
        cluster.create(.deployments, Sample.workload("Deployment", "web", replicas: 3, spec: ["strategy": ["type": "Recreate"]]))
        cluster.settle()
        cluster.change(.deployments, "web") { $0["spec", "template"] = Sample.template("web", image: "nginx:2") }
        cluster.settle()
        #expect(cluster.list(.pods).count == 3)
        let scaling = cluster.events().filter { $0.hasPrefix("Scaling") }
        #expect(scaling.contains { $0.contains("Scaled down") && $0.hasSuffix("from 3 to 0") })
        #expect(scaling.count { $0.hasSuffix("from 0 to 3") } == 2)
    }

    @Test func `a paused Deployment scales but does not roll`() {
        var cluster = MiniCluster()
        cluster.create(.deployments, Sample.workload("Deployment", "web", replicas: 2))
        cluster.settle()
        cluster.change(.deployments, "web") {
            $0["spec", "paused"] = true
            $0["spec", "replicas"] = 3
            $0["spec", "template"] = Sample.template("web", image: "nginx:2")
        }
        cluster.settle()
        #expect(cluster.list(.replicaSets).count == 1)
        #expect(cluster.list(.pods).count == 3)
        #expect(cluster.get(.deployments, "web").condition("Progressing")?["reason"]?.stringValue == "DeploymentPaused")
        cluster.change(.deployments, "web") { $0["spec", "paused"] = nil }
        cluster.settle()
        #expect(cluster.list(.replicaSets).count == 2)
    }

    @Test func `old sets beyond the history limit go`() {
        var cluster = MiniCluster()
        cluster.create(.deployments, Sample.workload("Deployment", "web", replicas: 1, spec: ["revisionHistoryLimit": 1]))
        for version in 2...5 {
            cluster.settle()
            cluster.change(.deployments, "web") { $0["spec", "template"] = Sample.template("web", image: "nginx:\(version)") }
        }
        cluster.settle()
        #expect(cluster.list(.replicaSets).count == 2)
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String, replicas: Int, surge: Value, unavailable: Value, expected: [Int]
    }

    @Test(arguments: [
        Case(testDescription: "defaults of 3", replicas: 3, surge: "25%", unavailable: "25%", expected: [1, 0]),
        Case(testDescription: "both zero", replicas: 3, surge: 0, unavailable: 0, expected: [0, 1]),
        Case(testDescription: "percent of 10", replicas: 10, surge: "25%", unavailable: "25%", expected: [3, 2]),
        Case(testDescription: "none", replicas: 0, surge: "25%", unavailable: "25%", expected: [0, 0]),
        Case(testDescription: "more than there are", replicas: 2, surge: 1, unavailable: 5, expected: [1, 2]),
    ])
    func `limits follow the rounding of the real controller`(_ c: Case) {
        let limits = RolloutLimits([
            "spec": [
                "replicas": Value(c.replicas),
                "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": c.surge, "maxUnavailable": c.unavailable]],
            ]
        ])
        #expect([limits.surge, limits.unavailable] == c.expected)
    }
}
