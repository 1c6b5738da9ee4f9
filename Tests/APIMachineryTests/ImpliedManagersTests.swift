import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIMachinery

/// Managers that are not stored: told to clients as if they were, and kept from a client's first change on.
@Suite struct ImpliedManagersTests {
    private static let pods = "/api/v1/namespaces/default/pods"

    private func managers(_ object: Value?) -> [String] {
        (object?["metadata"]?["managedFields"]?.elements ?? []).map {
            "\($0["manager"]?.stringValue ?? "") \($0["operation"]?.stringValue ?? "") \($0["apiVersion"]?.stringValue ?? "") \($0["subresource"]?.stringValue ?? "-")"
        }
    }

    private func fields(_ object: Value?, _ manager: String) -> Value? {
        object?["metadata"]?["managedFields"]?.elements.first { $0["manager"]?.stringValue == manager }?["fieldsV1"]
    }

    /// A server with a pod of a ReplicaSet that runs.
    private func running() throws -> (server: TestServer, pod: Value) {
        var server = TestServer()
        var pod = try server.api.create(
            .pods,
            [
                "metadata": [
                    "generateName": "web-", "name": "web-1", "namespace": "default", "labels": ["app": "web"],
                    "ownerReferences": [["apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "u", "controller": true]],
                ], "spec": ["containers": [["name": "a", "image": "x", "resources": [:]]]],
            ], by: .controller("replicaset-controller"), actor: "replicaset-controller")
        _ = try server.api.createSubresource(
            ObjectKey(.pods, namespace: "default", name: "web-1"), "binding", ["target": ["kind": "Node", "name": "n"]], by: .scheduler,
            actor: "default-scheduler")
        pod = try #require(server.api.store.get(ObjectKey(.pods, namespace: "default", name: "web-1")))
        server.api.now += .seconds(2)
        pod["status", "phase"] = "Running"
        pod["status", "startTime"] = .string(server.api.now.rfc3339)
        pod["status", "podIPs"] = [["ip": "10.0.0.1"]]
        pod = try server.api.updateStatus(.pods, pod, by: .node("n"), actor: "kubelet")
        return (server, pod)
    }

    @Test func `a client sees who made a controller's pod and who runs it`() throws {
        var (server, stored) = try running()
        #expect(stored["metadata"]?["managedFields"] == nil)
        let pod = try server.send("GET", Self.pods + "/web-1").body
        #expect(managers(pod) == ["kube-controller-manager Update v1 -", "kubelet Update v1 status"])
        let made = fields(pod, "kube-controller-manager")
        #expect(made?["f:metadata"]?.fields?.keys == ["f:generateName", "f:labels", "f:ownerReferences"])
        #expect(
            made?["f:spec"]?["f:containers"]?["k:{\"name\":\"a\"}"]?.fields?.keys
                == [".", "f:image", "f:imagePullPolicy", "f:name", "f:resources", "f:terminationMessagePath", "f:terminationMessagePolicy"])
        // What admission and binding add is nobody's.
        for field in ["f:nodeName", "f:serviceAccountName", "f:tolerations", "f:volumes", "f:priority", "f:preemptionPolicy"] {
            #expect(made?["f:spec"]?[field] == nil, "\(field)")
        }
        #expect(
            fields(pod, "kubelet")
                == [
                    "f:status": [
                        "f:phase": [:], "f:podIPs": [".": [:], "k:{\"ip\":\"10.0.0.1\"}": [".": [:], "f:ip": [:]]], "f:startTime": [:],
                    ]
                ])
        #expect(pod["metadata"]?["managedFields"]?[1]?["time"] == pod["status"]?["startTime"])
    }

    @Test func `lists, watches and metadata alone tell the same managers`() throws {
        var (server, _) = try running()
        let pod = try server.send("GET", Self.pods + "/web-1").body
        let list = try server.send("GET", Self.pods).body
        #expect(list["items"]?[0]?["metadata"] == pod["metadata"])
        var request = APIRequest(.watch, GroupVersionResource(group: "", version: "v1", resource: "pods"), namespace: "default", user: .admin)
        request.options.resourceVersion = "0"
        var cursor = try WatchCursor(request, on: server.api)
        let seen = cursor.poll(server.api).first { $0.object.name == "web-1" }
        #expect(seen?.object["metadata"] == pod["metadata"])
    }

    @Test func `a client's change makes the managers a part of the pod`() throws {
        var (server, _) = try running()
        server.api.now += .seconds(1)
        let patch: Value = ["metadata": ["labels": ["app": "other"]]]
        let changed = try server.send("PATCH", Self.pods + "/web-1", patch, type: merge, agent: "kubectl-label/v1").body
        #expect(managers(changed) == ["kube-controller-manager Update v1 -", "kubelet Update v1 status", "kubectl-label Update v1 -"])
        #expect(fields(changed, "kubectl-label") == ["f:metadata": ["f:labels": ["f:app": [:]]]])
        #expect(fields(changed, "kube-controller-manager")?["f:metadata"]?["f:labels"] == [:])
        #expect(server.api.store.get(ObjectKey(.pods, namespace: "default", name: "web-1"))?["metadata"]?["managedFields"] == changed["metadata"]?["managedFields"])
    }

    @Test func `an apply of what a controller set is a conflict with it`() throws {
        var (server, _) = try running()
        let configuration: Value = [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "web-1", "labels": ["app": "other"]],
        ]
        let refusal = server.refusal("PATCH", Self.pods + "/web-1?fieldManager=me", configuration, type: applyPatch)
        #expect(refusal?.message == "Apply failed with 1 conflict: conflict with \"kube-controller-manager\" using v1: .metadata.labels.app")
    }

    @Test func `a request that changes nothing stores nothing`() throws {
        var (server, stored) = try running()
        let patch: Value = ["metadata": ["labels": ["app": "web"]]]
        let same = try server.send("PATCH", Self.pods + "/web-1", patch, type: merge, agent: "kubectl-label/v1").body
        #expect(same.resourceVersion == stored.resourceVersion)
    }

    @Test(
        arguments: [
            ("kubelet", "kubelet Update v1 -", "f:message"), ("replicaset-controller", "kube-controller-manager Update v1 -", "f:message"),
            ("default-scheduler", "kube-scheduler Update events.k8s.io/v1 -", "f:note"),
        ])
    func `events have the program that wrote them as manager`(reporter: String, manager: String, field: String) throws {
        var server = TestServer()
        _ = try server.api.create(
            .events,
            [
                "metadata": ["name": "e", "namespace": "default"], "message": "m", "reason": "R", "type": "Normal", "reportingComponent": .string(reporter),
                "involvedObject": ["kind": "Pod", "name": "p", "namespace": "default"], "source": [:],
            ], actor: reporter)
        for group in ["/api/v1", "/apis/events.k8s.io/v1"] {
            let event = try server.send("GET", group + "/namespaces/default/events/e").body
            #expect(managers(event) == [manager])
            #expect(event["metadata"]?["managedFields"]?[0]?["fieldsV1"]?[field] != nil)
        }
    }

    @Test func `a node's lease is its kubelet's`() throws {
        var server = TestServer()
        _ = try server.api.create(.namespaces, ["metadata": ["name": "kube-node-lease"]])
        _ = try server.api.create(
            .leases,
            [
                "metadata": ["name": "n", "namespace": "kube-node-lease"],
                "spec": ["holderIdentity": "n", "leaseDurationSeconds": 40, "renewTime": "2026-03-02T09:00:05.250000Z"],
            ], by: .node("n"), actor: "kubelet")
        let lease = try server.send("GET", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n").body
        #expect(managers(lease) == ["kubelet Update coordination.k8s.io/v1 -"])
        #expect(lease["metadata"]?["managedFields"]?[0]?["time"] == "2026-03-02T09:00:05Z")
        #expect(fields(lease, "kubelet")?["f:spec"]?.fields?.keys == ["f:holderIdentity", "f:leaseDurationSeconds", "f:renewTime"])
    }
}
