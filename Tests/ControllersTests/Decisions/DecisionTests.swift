import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Controllers

/// What single controllers decide, from stored objects to the writes that they ask for.
@Suite struct DecisionTests {
    static let now = Instant.simulationStart + .seconds(86_400)

    static func time(_ secondsAgo: Int) -> Value { .string((now - .seconds(secondsAgo)).rfc3339) }

    /// The writes of a plan in a few words: `delete pods/a`, `status pods/a`, `event Reason`.
    static func words(_ plan: Plan) -> [String] {
        plan.actions.map { action in
            switch action.write {
            case .create(let resource, let object): "create \(resource.resource)/\(object.name.isEmpty ? object.generateName : object.name)"
            case .update(let resource, let object): "update \(resource.resource)/\(object.name)"
            case .updateStatus(let resource, let object): "status \(resource.resource)/\(object.name)"
            case .patch(let key, _, _, let subresource): "patch \(key.resource.resource)/\(key.name)\(subresource.isEmpty ? "" : "/" + subresource)"
            case .delete(let key, _, let grace, let propagation):
                "delete \(key.resource.resource)/\(key.name)\(grace == 0 ? " now" : "")\(propagation.map { " \($0.rawValue)" } ?? "")"
            case .createSubresource(let key, let subresource, _), .updateSubresource(let key, let subresource, _): "\(subresource) \(key.resource.resource)/\(key.name)"
            case .apply(let resource, let object, _): "apply \(resource.resource)/\(object.name)"
            case .publish(let key, _): "publish \(key.resource.resource)/\(key.name)"
            case .event(let draft): "event \(draft.reason)"
            case .note(_, let action, _): "note \(action)"
            }
        }
    }

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var objects: [(GroupResource, Value)]
        var writes: [String]
        var requeue: Duration?
    }

    static func decide(_ controller: some Controller, _ key: ObjectKey, _ objects: [(GroupResource, Value)]) -> Plan {
        var store = Store()
        for (resource, object) in objects {
            store.put(object, at: ObjectKey(resource, namespace: object.namespace, name: object.name), cause: TraceID(0))
        }
        let view = ClusterView(store: store, now: now)
        var controller = controller
        for (resource, object) in objects {
            let key = ObjectKey(resource, namespace: object.namespace, name: object.name)
            _ = controller.keys(for: StoreEvent(change: .added, key: key, object: store.get(key)!, old: nil, revision: 1, cause: TraceID(0)), in: view)
        }
        return controller.reconcile(key, in: view)
    }

    static func check(_ entry: Case, _ plan: Plan) {
        #expect(words(plan) == entry.writes)
        #expect(plan.requeueAfter == entry.requeue)
    }

    // MARK: Finished Jobs

    static func job(_ condition: String?, secondsAgo: Int = 0, limit: Int? = 100) -> [(GroupResource, Value)] {
        var job: Value = ["metadata": ["name": "a", "namespace": "n", "uid": "u"], "spec": [:]]
        if let limit { job["spec", default: [:]]["ttlSecondsAfterFinished"] = Value(limit) }
        if let condition { job["status"] = ["conditions": [["type": .string(condition), "status": "True", "lastTransitionTime": time(secondsAgo)]]] }
        return [(.jobs, job)]
    }

    @Test(arguments: [
        Case(testDescription: "running", objects: job(nil), writes: []),
        Case(testDescription: "without a limit", objects: job("Complete", secondsAgo: 9999, limit: nil), writes: []),
        Case(testDescription: "complete for a while", objects: job("Complete", secondsAgo: 40), writes: [], requeue: .seconds(60)),
        Case(testDescription: "complete for long", objects: job("Complete", secondsAgo: 100), writes: ["delete jobs/a Foreground"]),
        Case(testDescription: "failed for long", objects: job("Failed", secondsAgo: 500), writes: ["delete jobs/a Foreground"]),
        Case(testDescription: "at once", objects: job("Complete", limit: 0), writes: ["delete jobs/a Foreground"]),
    ])
    func `Jobs go when their time after the end is over`(_ entry: Case) {
        Self.check(entry, Self.decide(FinishedJobController(), ObjectKey(.jobs, namespace: "n", name: "a"), entry.objects))
    }

    // MARK: Certificate requests

    static func request(_ conditions: [String] = [], signer: String = "kubernetes.io/kube-apiserver-client-kubelet", groups: [String] = ["system:nodes"], certificate: String = "", secondsAgo: Int = 0)
        -> [(GroupResource, Value)]
    {
        var request: Value = [
            "metadata": ["name": "a", "uid": "u", "creationTimestamp": time(secondsAgo)],
            "spec": ["signerName": .string(signer), "groups": Value(groups), "request": "r"], "status": [:],
        ]
        if !conditions.isEmpty {
            request["status"] = ["conditions": .array(conditions.map { ["type": .string($0), "status": "True", "lastUpdateTime": time(secondsAgo)] })]
        }
        if !certificate.isEmpty { request["status", default: [:]]["certificate"] = .string(certificate) }
        return [(.certificateSigningRequests, request)]
    }

    @Test(arguments: [
        Case(testDescription: "a kubelet's is approved", objects: request(), writes: ["approval certificatesigningrequests/a"], requeue: .seconds(86_400)),
        Case(testDescription: "a stranger's waits", objects: request(groups: ["students"]), writes: [], requeue: .seconds(86_400)),
        Case(testDescription: "another signer's waits", objects: request(signer: "example.com/own"), writes: [], requeue: .seconds(86_400)),
        Case(testDescription: "an approved one is signed", objects: request(["Approved"]), writes: ["status certificatesigningrequests/a"]),
        Case(testDescription: "an approved one of another signer stays", objects: request(["Approved"], signer: "example.com/own", secondsAgo: 90_000), writes: []),
        Case(testDescription: "a denied one is left", objects: request(["Denied"]), writes: [], requeue: .seconds(3600)),
        Case(testDescription: "a signed one goes after an hour", objects: request(["Approved"], certificate: "c", secondsAgo: 3600), writes: ["delete certificatesigningrequests/a"]),
        Case(testDescription: "one that nobody decides on goes after a day", objects: request(groups: [], secondsAgo: 86_400), writes: ["delete certificatesigningrequests/a"]),
    ])
    func `certificate requests are approved, signed and cleared`(_ entry: Case) {
        let controller = CertificateController { _, _, _ in "certificate" }
        Self.check(entry, Self.decide(controller, ObjectKey(.certificateSigningRequests, name: "a"), entry.objects))
    }

    @Test func `a request that breaks its signer's rules fails`() {
        let controller = CertificateController(sign: { _, _, _ in "certificate" }, read: { _ in RequestedCertificate() })
        let plan = Self.decide(controller, ObjectKey(.certificateSigningRequests, name: "a"), Self.request(["Approved"]))
        guard case .updateStatus(_, let request)? = plan.actions.first?.write else {
            Issue.record("no status is written")
            return
        }
        #expect(request.condition("Failed")?["reason"] == "SignerValidationFailure")
        #expect(request.condition("Failed")?["message"] == "subject organization is not system:nodes")
        #expect(request["status"]?["certificate"] == nil)
    }

    // MARK: Pods that nobody looks after

    static func pod(node: String = "", phase: String = "Running", isDeleted: Bool = false) -> (GroupResource, Value) {
        var metadata: Value = ["name": "a", "namespace": "n", "uid": "u"]
        if isDeleted { metadata["deletionTimestamp"] = time(10) }
        var spec: Value = [:]
        if !node.isEmpty { spec["nodeName"] = .string(node) }
        return (.pods, ["metadata": metadata, "spec": spec, "status": ["phase": .string(phase)]])
    }

    static let node: (GroupResource, Value) = (.nodes, ["metadata": ["name": "here"]])
    static let downNode: (GroupResource, Value) = (
        .nodes, ["metadata": ["name": "down"], "spec": ["taints": [["key": "node.kubernetes.io/out-of-service", "value": "nodeshutdown", "effect": "NoExecute"]]]]
    )

    @Test(arguments: [
        Case(testDescription: "on a node that is there", objects: [node, pod(node: "here")], writes: []),
        Case(testDescription: "on a node that is gone", objects: [node, pod(node: "gone")], writes: ["status pods/a", "delete pods/a now"]),
        Case(testDescription: "ended on a node that is gone", objects: [node, pod(node: "gone", phase: "Succeeded")], writes: ["delete pods/a now"]),
        Case(testDescription: "without a node", objects: [pod()], writes: []),
        Case(testDescription: "deleted before it had a node", objects: [pod(isDeleted: true)], writes: ["status pods/a", "delete pods/a now"]),
        Case(testDescription: "deleted on a node that is there", objects: [node, pod(node: "here", isDeleted: true)], writes: []),
        Case(
            testDescription: "deleted on a node that is out of service", objects: [downNode, pod(node: "down", isDeleted: true)],
            writes: ["status pods/a", "delete pods/a now"]),
        Case(testDescription: "on a node that is out of service, not deleted", objects: [downNode, pod(node: "down")], writes: []),
    ])
    func `pods that nobody looks after are collected`(_ entry: Case) {
        Self.check(entry, Self.decide(PodCollector(threshold: 10, period: .seconds(20)), ObjectKey(.pods, namespace: "n", name: "a"), entry.objects))
    }

    @Test func `of finished pods those that were evicted go first, then the oldest beyond the number`() {
        let pods = (0..<5).map { index -> (GroupResource, Value) in
            (
                .pods,
                [
                    "metadata": ["name": .string("p\(index)"), "namespace": "n", "uid": .string("u\(index)"), "creationTimestamp": Self.time(100 - index)],
                    "spec": ["nodeName": "here"],
                    "status": index == 3 ? ["phase": "Failed", "reason": "Evicted"] : ["phase": index == 4 ? "Running" : "Succeeded"],
                ]
            )
        }
        let plan = Self.decide(PodCollector(threshold: 2, period: .seconds(20)), PodCollector.sweep, [Self.node] + pods)
        #expect(Self.words(plan) == ["delete pods/p3 now", "delete pods/p0 now"])
    }

    // MARK: Ranges of pod addresses

    @Test(arguments: [
        ("10.244.0.0/16", 24, ["10.244.0.0/24", "10.244.1.0/24", "10.244.2.0/24"]), ("10.0.0.0/23", 24, ["10.0.0.0/24", "10.0.1.0/24"]),
        ("172.16.4.0/22", 26, ["172.16.4.0/26", "172.16.4.64/26", "172.16.4.128/26"]),
    ])
    func `nodes get ranges from the lowest on`(_ cidr: String, _ mask: Int, _ expected: [String]) throws {
        var controller = try #require(NodeRangeController(clusterCIDR: cidr, nodeMask: mask))
        var ranges: [String] = []
        for index in 0..<3 {
            var store = Store()
            let node: Value = ["metadata": ["name": .string("n\(index)"), "uid": "u"], "spec": [:]]
            store.put(node, at: ObjectKey(.nodes, name: "n\(index)"), cause: TraceID(0))
            for action in controller.reconcile(ObjectKey(.nodes, name: "n\(index)"), in: ClusterView(store: store, now: Self.now)).actions {
                switch action.write {
                case .update(_, let object): ranges.append(object["spec"]?["podCIDR"]?.stringValue ?? "")
                case .patch(_, _, let patch, _): ranges.append(patch["spec"]?["podCIDR"]?.stringValue ?? "")
                default: break
                }
            }
        }
        #expect(ranges == expected)
    }

    @Test(arguments: ["", "10.0.0.0", "10.0.0.0/33", "10.0.300.0/16", "a/16"])
    func `nonsense gives no ranges`(_ cidr: String) { #expect(NodeRangeController(clusterCIDR: cidr, nodeMask: 24) == nil) }

    // MARK: Mirrored Endpoints

    static func endpoints(_ labels: Value = [:], selector: Value? = nil, type: Value = "ClusterIP", hasService: Bool = true) -> [(
        GroupResource, Value
    )] {
        var spec: Value = ["type": type, "ports": [["port": 80]]]
        if let selector { spec["selector"] = selector }
        let service: (GroupResource, Value) = (.services, ["metadata": ["name": "a", "namespace": "n", "uid": "s"], "spec": spec])
        let endpoints: (GroupResource, Value) = (
            .endpoints,
            [
                "metadata": ["name": "a", "namespace": "n", "uid": "e", "labels": labels],
                "subsets": [["addresses": [["ip": "10.1.2.3"]], "ports": [["port": 80, "protocol": "TCP"]]]],
            ]
        )
        return hasService ? [service, endpoints] : [endpoints]
    }

    @Test(arguments: [
        Case(testDescription: "written by hand", objects: endpoints(), writes: ["create endpointslices/a-"]),
        Case(testDescription: "of a Service with a selector", objects: endpoints(selector: ["app": "a"]), writes: []),
        Case(testDescription: "of a name with a selector", objects: endpoints(selector: ["app": "a"], type: "ExternalName"), writes: []),
        Case(testDescription: "without a Service", objects: endpoints(hasService: false), writes: []),
        Case(testDescription: "that say so", objects: endpoints(["endpointslice.kubernetes.io/skip-mirror": "true"]), writes: []),
    ])
    func `Endpoints without a selector are mirrored`(_ entry: Case) {
        let plan = Self.decide(EndpointsMirrorController(), ObjectKey(.endpoints, namespace: "n", name: "a"), entry.objects)
        #expect(Self.words(plan).filter { !$0.hasPrefix("event") } == entry.writes)
    }

    // MARK: Volumes

    static func claim(_ phase: String, asked: String, has: String, driver: Value? = ["driver": "d", "volumeHandle": "h"]) -> [(GroupResource, Value)] {
        var volume: Value = ["metadata": ["name": "v", "uid": "v"], "spec": ["capacity": ["storage": .string(has)]]]
        if let driver { volume["spec", default: [:]]["csi"] = driver }
        return [
            (.persistentVolumes, volume),
            (
                .persistentVolumeClaims,
                [
                    "metadata": ["name": "a", "namespace": "n", "uid": "c"],
                    "spec": ["volumeName": "v", "resources": ["requests": ["storage": .string(asked)]]],
                    "status": ["phase": .string(phase), "capacity": ["storage": .string(has)]],
                ]
            ),
        ]
    }

    @Test(arguments: [
        Case(testDescription: "larger", objects: claim("Bound", asked: "2Gi", has: "1Gi"), writes: ["event ExternalExpanding"]),
        Case(testDescription: "as large", objects: claim("Bound", asked: "1Gi", has: "1Gi"), writes: []),
        Case(testDescription: "not bound yet", objects: claim("Pending", asked: "2Gi", has: "1Gi"), writes: []),
        Case(testDescription: "without a driver", objects: claim("Bound", asked: "2Gi", has: "1Gi", driver: nil), writes: []),
    ])
    func `a larger claim waits for its driver`(_ entry: Case) {
        Self.check(entry, Self.decide(VolumeExpansionController(), ObjectKey(.persistentVolumeClaims, namespace: "n", name: "a"), entry.objects))
    }
}
