import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIMachinery

@Suite struct DeletionTests {
    let configMaps = "/api/v1/namespaces/default/configmaps"
    let pods = "/api/v1/namespaces/default/pods"

    func runningPod(_ server: inout TestServer, _ name: String = "p") throws {
        _ = try server.send(
            "POST", pods,
            ["metadata": ["name": .string(name), "labels": ["app": "web"]], "spec": ["containers": [["name": "c", "image": "nginx"]]]])
        _ = try? server.api.create(.nodes, ["metadata": ["name": "n", "labels": ["topology.kubernetes.io/zone": "zone-a"]]])
        _ = try server.send(
            "POST", "\(pods)/\(name)/binding",
            ["apiVersion": "v1", "kind": "Binding", "metadata": ["name": .string(name)], "target": ["kind": "Node", "name": "n"]])
    }

    @Test func `a bound pod is marked, then goes when its kubelet says so`() throws {
        var server = TestServer()
        try runningPod(&server)
        #expect(server.api.store.get(.pods, namespace: "default", name: "p")?.label("topology.kubernetes.io/zone") == "zone-a")
        let marked = try server.send("DELETE", pods + "/p")
        #expect(marked.body.kind == "Pod")
        #expect(marked.body.deletionGracePeriodSeconds == 30)
        #expect(marked.body["metadata"]?["deletionTimestamp"] == .string((server.api.now + .seconds(30)).rfc3339))
        let shorter = try server.send("DELETE", pods + "/p?gracePeriodSeconds=5")
        #expect(shorter.body.deletionGracePeriodSeconds == 5)
        let unchanged = try server.send("DELETE", pods + "/p?gracePeriodSeconds=60")
        #expect(unchanged.body.deletionGracePeriodSeconds == 5)
        _ = try server.send("DELETE", pods + "/p", ["gracePeriodSeconds": 0])
        #expect(server.api.store.get(.pods, namespace: "default", name: "p") == nil)
    }

    @Test func `a pod without a node goes at once`() throws {
        var server = TestServer()
        _ = try server.send("POST", pods, ["metadata": ["name": "p"], "spec": ["containers": [["name": "c", "image": "nginx"]]]])
        #expect(try server.send("DELETE", pods + "/p").body.kind == "Pod")
        #expect(server.api.store.get(.pods, namespace: "default", name: "p") == nil)
    }

    @Test func `finalizers hold an object, and no new ones may be added`() throws {
        var server = TestServer()
        _ = try server.send("POST", configMaps, ["metadata": ["name": "c", "finalizers": ["lab.example/keep"]]])
        let marked = try server.send("DELETE", configMaps + "/c")
        #expect(marked.body.isBeingDeleted)
        #expect(
            server.refusal("PATCH", configMaps + "/c", ["metadata": ["finalizers": ["other.example/x", "lab.example/keep"]]], type: merge)?.message
                == "ConfigMap \"c\" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{\"other.example/x\"}"
        )
        _ = try server.send("PATCH", configMaps + "/c", [["op": "remove", "path": "/metadata/finalizers"]], type: jsonPatch)
        #expect(server.api.store.get(.configMaps, namespace: "default", name: "c") == nil)
    }

    @Test(arguments: [("Foreground", ["foregroundDeletion"], 202), ("Orphan", ["orphan"], 200)])
    func `propagation policies become finalizers`(_ policy: String, _ finalizers: [String], _ code: Int) throws {
        var server = TestServer()
        _ = try server.send("POST", "/apis/apps/v1/namespaces/default/deployments", deployment())
        let answer = try server.send(
            "DELETE", "/apis/apps/v1/namespaces/default/deployments/web", ["propagationPolicy": .string(policy)])
        #expect(answer.code == code)
        #expect(answer.body.finalizers == finalizers)
        #expect(answer.body.generation == 2)
    }

    @Test func `an eviction is charged to the budget`() throws {
        var server = TestServer()
        try runningPod(&server)
        var pod = try #require(server.api.store.get(.pods, namespace: "default", name: "p"))
        pod["status", "phase"] = "Running"
        pod["status", "conditions"] = [["type": "Ready", "status": "True"]]
        _ = try server.api.updateStatus(.pods, pod)
        _ = try server.send(
            "POST", "/apis/policy/v1/namespaces/default/poddisruptionbudgets",
            [
                "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": ["name": "web"],
                "spec": ["minAvailable": 1, "selector": ["matchLabels": ["app": "web"]]],
            ])
        var budget = try #require(server.api.store.get(.podDisruptionBudgets, namespace: "default", name: "web"))
        func setAllowed(_ number: Int) throws {
            budget = try #require(server.api.store.get(.podDisruptionBudgets, namespace: "default", name: "web"))
            budget["status"] = [
                "disruptionsAllowed": Value(number), "currentHealthy": 1, "desiredHealthy": 1, "expectedPods": 1, "observedGeneration": 1,
            ]
            _ = try server.api.updateStatus(.podDisruptionBudgets, budget)
        }
        let eviction: Value = ["apiVersion": "policy/v1", "kind": "Eviction", "metadata": ["name": "p"]]
        try setAllowed(0)
        let refusal = server.refusal("POST", pods + "/p/eviction", eviction)
        #expect(refusal?.code == 429)
        #expect(refusal?.message == "Cannot evict pod as it would violate the pod's disruption budget.")
        #expect(
            refusal?.details?["causes"]
                == [["reason": "DisruptionBudget", "message": "The disruption budget web needs 1 healthy pods and has 1 currently"]])
        try setAllowed(1)
        #expect(try server.send("POST", pods + "/p/eviction", eviction).body == GenericAPIServer.success(code: 201))
        #expect(server.api.store.get(.pods, namespace: "default", name: "p")?.isConditionTrue("DisruptionTarget") == true)
        #expect(server.api.store.get(.podDisruptionBudgets, namespace: "default", name: "web")?["status"]?["disruptionsAllowed"] == 0)
    }
}
