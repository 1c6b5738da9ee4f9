import APIMachinery
import Cluster
import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIServer

/// APIs that another server on this machine serves: here a second cluster with metrics of its own.
@Suite struct AggregatedAPITests {
    /// A cluster that lets everybody read its scripted metrics.
    static func extensionServer() async throws -> LiveServerFixture {
        try await LiveServerFixture { cluster in
            cluster.serveScriptedMetrics()
            var request = APIRequest(.create, GroupVersionResource(group: "rbac.authorization.k8s.io", version: "v1", resource: "clusterrolebindings"))
            request.body = [
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": ["name": "everybody"],
                "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"],
                "subjects": [["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "system:anonymous"]],
            ]
            _ = try cluster.send(request)
        }
    }

    static func register(_ world: LiveServerFixture, host: String, port: Int, service: String = "outside") async throws {
        let objects: [(path: String, object: Value)] = [
            (
                "/api/v1/namespaces/kube-system/services",
                ["apiVersion": "v1", "kind": "Service", "metadata": ["name": "outside"], "spec": ["type": "ExternalName", "externalName": .string(host), "ports": [["port": Value(port)]]]]
            ),
            (
                "/apis/apiregistration.k8s.io/v1/apiservices",
                [
                    "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": ["name": "v1beta1.metrics.k8s.io"],
                    "spec": [
                        "group": "metrics.k8s.io", "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100, "insecureSkipTLSVerify": true,
                        "service": ["name": .string(service), "namespace": "kube-system", "port": Value(port)],
                    ],
                ]
            ),
        ]
        for (path, object) in objects {
            let answer = try await world.send(.POST, path, [("Content-Type", "application/json")], body: object.json())
            try #require(answer.code == 201, "\(answer.text)")
        }
    }

    /// Reads a path until what it gives is as wanted, for 20 seconds at most.
    static func read(_ world: LiveServerFixture, _ path: String, until isAsWanted: (Value) -> Bool) async throws -> Value {
        var last = Value.null
        for _ in 0..<200 {
            last = try await world.send(.GET, path).value
            if isAsWanted(last) { return last }
            try await Task.sleep(for: .milliseconds(100))
        }
        return last
    }

    static func available(_ world: LiveServerFixture, until reason: String) async throws -> (status: String?, message: String?) {
        let api = try await read(world, "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io") {
            $0.condition("Available")?["reason"]?.stringValue == reason
        }
        let condition = api.condition("Available")
        return condition?["reason"]?.stringValue == reason ? (condition?["status"]?.stringValue, condition?["message"]?.stringValue) : (nil, "\(api["status"] ?? .null)")
    }

    @Test func `clients and autoscalers are led to the server of an API, until it is taken away`() async throws {
        let (outside, world) = (try await Self.extensionServer(), try await LiveServerFixture())
        try await Self.register(world, host: "localhost", port: outside.server.address.port)
        let condition = try await Self.available(world, until: "Passed")
        #expect(condition.status == "True" && condition.message == "all checks passed")
        #expect(try await world.send(.GET, "/apis").text.contains("\"metrics.k8s.io\""))

        let template: Value = [
            "metadata": ["labels": ["app": "web"]],
            "spec": ["containers": [["name": "web", "image": "nginx", "resources": ["requests": ["cpu": "100m"]]]]],
        ]
        let set: Value = [
            "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": ["name": "web"],
            "spec": ["serviceName": "web", "replicas": 1, "selector": ["matchLabels": ["app": "web"]], "template": template],
        ]
        let autoscaler: Value = [
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": ["name": "web"],
            "spec": [
                "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web"], "maxReplicas": 3,
                "metrics": [["type": "Resource", "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 50]]]],
            ],
        ]
        _ = try await world.send(.POST, "/apis/apps/v1/namespaces/default/statefulsets", [("Content-Type", "application/json")], body: set.json())
        _ = try await Self.read(world, "/api/v1/namespaces/default/pods/web-0") { $0.isConditionTrue("Ready") }
        try await outside.host.withCluster { cluster in
            let metrics: Value = [
                "apiVersion": "metrics.k8s.io/v1beta1", "kind": "PodMetrics", "metadata": ["name": "web-0", "namespace": "default", "labels": ["app": "web"]],
                "timestamp": .string(WallClock.now.rfc3339), "window": "0s", "containers": [["name": "web", "usage": ["cpu": "400m", "memory": "10Mi"]]],
            ]
            cluster.publishMetrics(metrics, at: ObjectKey(GroupResource("pods", group: "metrics.k8s.io"), namespace: "default", name: "web-0"))
        }
        let list = try await world.send(.GET, "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods?labelSelector=app%3Dweb").value
        #expect(list["items"]?.elements.map(\.name) == ["web-0"])

        _ = try await world.send(.POST, "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers", [("Content-Type", "application/json")], body: autoscaler.json())
        let scaled = try await Self.read(world, "/apis/apps/v1/namespaces/default/statefulsets/web") { $0["spec"]?["replicas"]?.intValue == 3 }
        #expect(scaled["spec"]?["replicas"]?.intValue == 3)

        _ = try await world.send(.DELETE, "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io")
        _ = try await Self.read(world, "/apis") { !"\($0)".contains("metrics.k8s.io") }
        #expect(try await world.send(.GET, "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods").code == 404)
        try await outside.stop()
        try await world.stop()
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var host = "127.0.0.1"
        var service = "outside"
        var reason: String
        var message: String
    }

    @Test(arguments: [
        Case(
            testDescription: "nobody listens", reason: "FailedDiscoveryCheck",
            message: "failing or missing response from https://127.0.0.1:1/apis/metrics.k8s.io/v1beta1: Get \"https://127.0.0.1:1/apis/metrics.k8s.io/v1beta1\": dial tcp 127.0.0.1:1: connect: connection refused"),
        Case(
            testDescription: "another machine", host: "example.com", reason: "FailedDiscoveryCheck",
            message: "failing or missing response from https://example.com:1/apis/metrics.k8s.io/v1beta1: Get \"https://example.com:1/apis/metrics.k8s.io/v1beta1\": dial tcp: lookup example.com: no such host"),
        Case(testDescription: "no Service", service: "missing", reason: "ServiceNotFound", message: "service/missing in \"kube-system\" is not present"),
    ])
    func `an API that does not answer is unavailable, and says why`(_ example: Case) async throws {
        let world = try await LiveServerFixture()
        try await Self.register(world, host: example.host, port: 1, service: example.service)
        let condition = try await Self.available(world, until: example.reason)
        #expect(condition.status == "False" && condition.message == example.message)
        let answer = try await world.send(.GET, "/apis/metrics.k8s.io/v1beta1/pods")
        #expect(answer.code == 503 && answer.text == "service unavailable\n")
        try await world.stop()
    }
}
