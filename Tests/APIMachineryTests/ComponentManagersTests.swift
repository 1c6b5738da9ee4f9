import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIMachinery

/// The parts of a control plane and the kubelets as managers of the fields that they write.
@Suite struct ComponentManagersTests {
    private func managers(_ object: Value?) -> [String] {
        (object?["metadata"]?["managedFields"]?.elements ?? []).map {
            "\($0["manager"]?.stringValue ?? "") \($0["operation"]?.stringValue ?? "") \($0["apiVersion"]?.stringValue ?? "") \($0["subresource"]?.stringValue ?? "-")"
        }
    }

    @Test func `controllers manage the status of what users make`() throws {
        var server = TestServer()
        var web = try server.send("POST", "/apis/apps/v1/namespaces/default/deployments", deployment(), agent: "kubectl-create/v1.36.2").body
        web["status"] = ["observedGeneration": 1, "replicas": 1, "conditions": [["type": "Available", "status": "True", "reason": "r", "message": "m"]]]
        server.api.now += .seconds(1)
        let stored = try server.api.updateStatus(.deployments, web, by: .controller("deployment-controller"), actor: "deployment-controller")
        #expect(managers(stored) == ["kubectl-create Update apps/v1 -", "kube-controller-manager Update apps/v1 status"])
        let fields = stored["metadata"]?["managedFields"]?[1]?["fieldsV1"]
        #expect(
            fields == [
                "f:status": [
                    "f:conditions": [
                        ".": [:],
                        "k:{\"type\":\"Available\"}": [".": [:], "f:message": [:], "f:reason": [:], "f:status": [:], "f:type": [:]],
                    ], "f:observedGeneration": [:], "f:replicas": [:],
                ]
            ], "\(fields?.json() ?? "")")
    }

    @Test func `a pod's status has its kubelet and the scheduler as managers`() throws {
        var server = TestServer()
        let path = "/api/v1/namespaces/default/pods"
        var pod = try server.send("POST", path, ["metadata": ["name": "p"], "spec": ["nodeName": "n", "containers": [["name": "a", "image": "x"]]]], agent: "kubectl-run/v1").body
        server.api.now += .seconds(1)
        pod["status", "conditions"] = [["type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "no"]]
        pod = try server.api.updateStatus(.pods, pod, by: .scheduler, actor: "default-scheduler")
        #expect(managers(pod) == ["kubectl-run Update v1 -", "kube-scheduler Update v1 status"])
        server.api.now += .seconds(1)
        pod["status", "phase"] = "Running"
        pod["status", "podIP"] = "10.0.0.1"
        pod = try server.api.updateStatus(.pods, pod, by: .node("n"), actor: "kubelet")
        #expect(managers(pod) == ["kubectl-run Update v1 -", "kube-scheduler Update v1 status", "kubelet Update v1 status"])
        #expect(pod["metadata"]?["managedFields"]?[2]?["fieldsV1"] == ["f:status": ["f:phase": [:], "f:podIP": [:]]])
        let again = try server.api.updateStatus(.pods, pod, by: .node("n"), actor: "kubelet")
        #expect(again.resourceVersion == pod.resourceVersion)
    }

    @Test func `nodes have their kubelet, the control plane and users as managers`() throws {
        var server = TestServer()
        var node = try server.api.create(.nodes, ["metadata": ["name": "n", "labels": ["kubernetes.io/hostname": "n"]]], by: .node("n"), actor: "kubelet")
        node["status", "conditions"] = [["type": "Ready", "status": "True", "reason": "KubeletReady", "message": "m"]]
        _ = try server.api.updateStatus(.nodes, node, by: .node("n"), actor: "kubelet")
        _ = try server.api.patch(
            ObjectKey(.nodes, name: "n"), .strategicMerge, ["spec": ["podCIDR": "10.0.0.0/24", "podCIDRs": ["10.0.0.0/24"]]],
            by: .controller("node-controller"), actor: "node-ipam-controller")
        server.api.now += .seconds(1)
        let tainted = try server.send(
            "PATCH", "/api/v1/nodes/n", ["spec": ["taints": [["key": "a", "effect": "NoSchedule"]]]], type: strategic, agent: "kubectl-taint/v1.36.2").body
        #expect(
            managers(tainted) == [
                "kube-controller-manager Update v1 -", "kubelet Update v1 -", "kubelet Update v1 status", "kubectl-taint Update v1 -",
            ])
        #expect(tainted["metadata"]?["managedFields"]?[0]?["fieldsV1"] == ["f:spec": ["f:podCIDR": [:], "f:podCIDRs": [".": [:], "v:\"10.0.0.0/24\"": [:]]]])
        #expect(tainted["metadata"]?["managedFields"]?[3]?["fieldsV1"] == ["f:spec": ["f:taints": [:]]])
    }
}
