import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

@Suite struct StatefulSetControllerTests {
    private func set(_ replicas: Int, spec extra: Value = [:], labels: Value = [:]) -> Value {
        var spec: Value = ["serviceName": "db", "updateStrategy": ["type": "RollingUpdate", "rollingUpdate": ["partition": 0]]]
        for (key, value) in extra.fields ?? Fields() { spec[key] = value }
        return Sample.workload("StatefulSet", "db", replicas: replicas, template: Sample.template("db", labels: labels), spec: spec)
    }

    @Test func `makes pods in order and removes them in reverse`() {
        var cluster = MiniCluster()
        cluster.create(.statefulSets, set(3))
        cluster.settle()
        #expect(cluster.list(.pods).map(\.name) == ["db-0", "db-1", "db-2"])
        let pod = cluster.get(.pods, "db-1")
        #expect(pod.label("apps.kubernetes.io/pod-index") == "1")
        #expect(pod["spec", "hostname"]?.stringValue == "db-1")
        #expect(pod["spec", "subdomain"]?.stringValue == "db")
        #expect(cluster.events().contains("SuccessfulCreate Create Pod db-2 in StatefulSet db successful"))
        cluster.change(.statefulSets, "db") { $0["spec", "replicas"] = 1 }
        cluster.settle()
        #expect(cluster.list(.pods).map(\.name) == ["db-0"])
        let status = cluster.get(.statefulSets, "db")["status"]
        #expect(status?["replicas"]?.intValue == 1)
        #expect(status?["availableReplicas"]?.intValue == 1)
        #expect(status?["collisionCount"]?.intValue == 0)
        #expect(cluster.refused == [])
    }

    @Test func `an ordered set waits for the first, a parallel one does not`() {
        var cluster = MiniCluster()
        cluster.create(.statefulSets, set(3, labels: ["stuck": "yes"]))
        cluster.settle()
        #expect(cluster.list(.pods).count == 1)
        #expect(cluster.get(.statefulSets, "db")["status"]?["currentReplicas"]?.intValue == 1)
        var parallel = MiniCluster()
        parallel.create(.statefulSets, set(3, spec: ["podManagementPolicy": "Parallel"], labels: ["stuck": "yes"]))
        parallel.settle()
        #expect(parallel.list(.pods).count == 3)
    }

    @Test func `rolls a new template from the highest ordinal down to the partition`() {
        var cluster = MiniCluster()
        cluster.create(.statefulSets, set(3, spec: ["updateStrategy": ["type": "RollingUpdate", "rollingUpdate": ["partition": 1]]]))
        cluster.settle()
        cluster.change(.statefulSets, "db") { $0["spec", "template"] = Sample.template("db", image: "redis:8") }
        cluster.settle()
        let images = cluster.list(.pods).map { $0["spec", "containers"]?[0]?["image"]?.stringValue }
        #expect(images == ["nginx:1", "redis:8", "redis:8"])
        let status = cluster.get(.statefulSets, "db")["status"]
        #expect(status?["updatedReplicas"]?.intValue == 2)
        #expect(status?["currentRevision"] != status?["updateRevision"])
        cluster.change(.statefulSets, "db") { $0["spec", "updateStrategy"] = ["type": "RollingUpdate", "rollingUpdate": ["partition": 0]] }
        cluster.settle()
        let after = cluster.get(.statefulSets, "db")["status"]
        #expect(after?["currentRevision"] == after?["updateRevision"])
        #expect(after?["currentReplicas"]?.intValue == 3)
        #expect(cluster.list(.controllerRevisions).count == 2)
    }

    @Test func `a partition counts from the first ordinal`() {
        var cluster = MiniCluster()
        let update: Value = ["type": "RollingUpdate", "rollingUpdate": ["partition": 2]]
        cluster.create(.statefulSets, set(3, spec: ["ordinals": ["start": 5], "updateStrategy": update]))
        cluster.settle()
        cluster.change(.statefulSets, "db") { $0["spec", "template"] = Sample.template("db", image: "redis:8") }
        cluster.settle()
        let images = cluster.list(.pods).map { "\($0.name) \($0["spec", "containers"]?[0]?["image"]?.stringValue ?? "")" }
        #expect(images == ["db-5 nginx:1", "db-6 nginx:1", "db-7 redis:8"])
        #expect(cluster.events().count { $0.hasPrefix("SuccessfulDelete") } == 1)
    }

    struct Rollout: CustomTestStringConvertible {
        let testDescription: String, limit: Value?, stuck: [String], left: [String]
    }

    @Test(arguments: [
        Rollout(testDescription: "one at a time", limit: nil, stuck: [], left: ["db-0", "db-1", "db-2"]),
        Rollout(testDescription: "two at a time", limit: 2, stuck: [], left: ["db-0", "db-1"]),
        Rollout(testDescription: "a share, rounded down", limit: "60%", stuck: [], left: ["db-0", "db-1"]),
        Rollout(testDescription: "one that is not ready uses it up", limit: nil, stuck: ["db-1"], left: ["db-0", "db-1", "db-2", "db-3"]),
        Rollout(testDescription: "one that is not ready is counted", limit: 2, stuck: ["db-1"], left: ["db-0", "db-1", "db-2"]),
    ])
    func `a rolling update takes as many as may be unavailable`(_ c: Rollout) {
        var cluster = MiniCluster()
        var rolling: Value = ["partition": 0]
        if let limit = c.limit { rolling["maxUnavailable"] = limit }
        cluster.create(
            .statefulSets,
            set(4, spec: ["podManagementPolicy": "Parallel", "updateStrategy": ["type": "RollingUpdate", "rollingUpdate": rolling]]))
        cluster.settle()
        for name in c.stuck { cluster.change(.pods, name) { $0["metadata", "labels", "stuck"] = "yes" } }
        cluster.settle()
        // New pods do not get ready, so that what is deleted first is all that is deleted.
        cluster.change(.statefulSets, "db") { $0["spec", "template"] = Sample.template("db", image: "redis:8", labels: ["stuck": "yes"]) }
        cluster.settle()
        #expect(cluster.list(.pods).filter { $0["spec", "containers"]?[0]?["image"]?.stringValue == "nginx:1" }.map(\.name) == c.left)
    }

    @Test func `makes claims of its templates and keeps them`() {
        var cluster = MiniCluster()
        let claims: Value = [["metadata": ["name": "data"], "spec": ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]]]]]
        cluster.create(.statefulSets, set(2, spec: ["volumeClaimTemplates": claims, "podManagementPolicy": "Parallel"]))
        cluster.settle()
        #expect(cluster.list(.persistentVolumeClaims).map(\.name) == ["data-db-0", "data-db-1"])
        #expect(cluster.get(.pods, "db-0")["spec", "volumes"]?[0]?["persistentVolumeClaim"]?["claimName"]?.stringValue == "data-db-0")
        cluster.change(.statefulSets, "db") { $0["spec", "replicas"] = 0 }
        cluster.settle()
        #expect(cluster.list(.persistentVolumeClaims).count == 2)
    }
}

@Suite struct DaemonSetControllerTests {
    @Test func `runs one pod a node that matches`() {
        var cluster = MiniCluster()
        var template = Sample.template("agent")
        template["spec", "nodeSelector"] = ["disk": "ssd"]
        cluster.create(.daemonSets, Sample.workload("DaemonSet", "agent", template: template, spec: ["updateStrategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 0, "maxUnavailable": 1]]]))
        cluster.settle()
        #expect(cluster.list(.pods).isEmpty)
        for node in ["node-1", "node-2"] { cluster.change(.nodes, node, namespace: "") { $0["metadata", "labels", "disk"] = "ssd" } }
        cluster.settle()
        #expect(cluster.list(.pods).compactMap { $0["spec", "nodeName"]?.stringValue }.sorted() == ["node-1", "node-2"])
        let status = cluster.get(.daemonSets, "agent")["status"]
        #expect(status?["numberReady"]?.intValue == 2)
        #expect(status?["updatedNumberScheduled"]?.intValue == 2)
        cluster.change(.nodes, "node-1", namespace: "") { $0["metadata", "labels", "disk"] = "hdd" }
        cluster.settle()
        #expect(cluster.list(.pods).count == 1)
        cluster.change(.daemonSets, "agent") { $0["spec", "template", "spec", "containers"] = [["name": "agent", "image": "v2"]] }
        cluster.settle()
        #expect(cluster.list(.pods).map { $0["spec", "containers"]?[0]?["image"]?.stringValue } == ["v2"])
        #expect(cluster.refused == [])
    }
}

@Suite struct NodeTests {
    @Test func `a NoExecute taint removes pods that do not tolerate it, in their time`() {
        var cluster = MiniCluster()
        func pod(_ name: String, _ tolerations: Value?) -> Value {
            var spec: Value = ["containers": [["name": "c", "image": "x"]], "nodeName": "node-2"]
            if let tolerations { spec["tolerations"] = tolerations }
            return ["metadata": ["name": .string(name), "namespace": "default"], "spec": spec]
        }
        cluster.create(.pods, pod("plain", nil))
        cluster.create(.pods, pod("patient", [["key": "lab", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 20]]))
        cluster.create(.pods, pod("tolerant", [["key": "lab", "operator": "Exists"]]))
        cluster.settle()
        cluster.change(.nodes, "node-2", namespace: "") { $0["spec", "taints"] = [["key": "lab", "value": "x", "effect": "NoExecute"]] }
        cluster.advance(by: .seconds(10))
        #expect(cluster.list(.pods).map(\.name) == ["patient", "tolerant"])
        #expect(cluster.events().contains("TaintManagerEviction Marking for deletion Pod default/plain"))
        cluster.advance(by: .seconds(20))
        #expect(cluster.list(.pods).map(\.name) == ["tolerant"])
    }

    @Test func `a cordoned node gets its taint and loses it`() {
        var cluster = MiniCluster()
        cluster.change(.nodes, "node-1", namespace: "") { $0["spec", "unschedulable"] = true }
        cluster.settle()
        #expect(cluster.get(.nodes, "node-1", namespace: "")["spec", "taints"]?[0]?["key"]?.stringValue == "node.kubernetes.io/unschedulable")
        cluster.change(.nodes, "node-1", namespace: "") { $0["spec", "unschedulable"] = nil }
        cluster.settle()
        #expect(cluster.get(.nodes, "node-1", namespace: "")["spec", "taints"] == nil)
        let ranges = cluster.server.store.list(.nodes).compactMap { $0["spec", "podCIDR"]?.stringValue }
        #expect(ranges == ["10.244.0.0/24", "10.244.1.0/24", "10.244.2.0/24"])
    }

    @Test func `a silent node is marked, tainted and emptied`() {
        var cluster = MiniCluster(nodes: 2)
        cluster.create(.namespaces, ["metadata": ["name": "kube-node-lease"]])
        cluster.create(.leases, ["metadata": ["name": "node-1", "namespace": "kube-node-lease"], "spec": ["renewTime": .string(cluster.server.now.rfc3339Micro)]])
        cluster.create(.pods, ["metadata": ["name": "p", "namespace": "default"], "spec": ["containers": [["name": "c", "image": "x"]], "nodeName": "node-1"]])
        cluster.advance(by: .seconds(40))
        #expect(!cluster.get(.pods, "p").isNull)
        cluster.advance(by: .seconds(20))
        let node = cluster.get(.nodes, "node-1", namespace: "")
        #expect(node.condition("Ready")?["status"]?.stringValue == "Unknown")
        #expect(node["spec", "taints"]?.elements.count == 2)
        #expect(!cluster.get(.pods, "p").isNull)
        cluster.advance(by: .seconds(301))
        #expect(cluster.get(.pods, "p").isNull)
    }
}
