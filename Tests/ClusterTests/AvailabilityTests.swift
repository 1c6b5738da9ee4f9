import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Cluster

/// What a cluster says of APIs that others should serve, while nobody serves the cluster itself.
@Suite struct AvailabilityTests {
    private static let apis = GroupVersionResource(group: "apiregistration.k8s.io", version: "v1", resource: "apiservices")
    private static let services = GroupVersionResource(group: "", version: "v1", resource: "services")

    private static func api(service: String, port: Int = 443) -> Value {
        [
            "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": ["name": "v1.example.com"],
            "spec": [
                "group": "example.com", "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 100, "insecureSkipTLSVerify": true,
                "service": ["name": .string(service), "namespace": "default", "port": Value(port)],
            ],
        ]
    }

    private static func condition(_ cluster: Cluster) -> [String?] {
        let condition = cluster.store.get(GroupResource("apiservices", group: "apiregistration.k8s.io"), name: "v1.example.com")?.condition("Available")
        return [condition?["status"]?.stringValue, condition?["reason"]?.stringValue, condition?["message"]?.stringValue]
    }

    @Test func `a Service is looked at from its being there to its endpoints`() throws {
        var cluster = Cluster(profile: .recording, seed: 3)
        cluster.settle()
        try ClusterTests.create(Self.api(service: "web"), Self.apis, in: &cluster)
        cluster.advance(by: .seconds(1))
        #expect(Self.condition(cluster) == ["False", "ServiceNotFound", "service/web in \"default\" is not present"])

        let service: Value = [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": "web", "namespace": "default"],
            "spec": ["selector": ["app": "web"], "ports": [["name": "https", "port": 443]]],
        ]
        try ClusterTests.create(service, Self.services, in: &cluster)
        cluster.advance(by: .seconds(3))
        #expect(Self.condition(cluster) == ["False", "MissingEndpoints", "endpointslices for service/web in \"default\" have no addresses with port name \"https\""])

        let pod: Value = [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "web", "namespace": "default", "labels": ["app": "web"]],
            "spec": ["containers": [["name": "web", "image": "nginx"]]],
        ]
        try ClusterTests.create(pod, GroupVersionResource(group: "", version: "v1", resource: "pods"), in: &cluster)
        cluster.advance(by: .seconds(10))
        let found = Self.condition(cluster)
        #expect(found[1] == "FailedDiscoveryCheck" && found[2]?.hasSuffix("connect: connection refused") == true, "\(found)")
    }

    @Test func `nothing outside of the cluster is asked while nobody serves it`() throws {
        var cluster = Cluster(profile: .recording, seed: 3)
        cluster.settle()
        try ClusterTests.create(
            [
                "apiVersion": "v1", "kind": "Service", "metadata": ["name": "far", "namespace": "default"],
                "spec": ["type": "ExternalName", "externalName": "localhost", "ports": [["port": 8443]]],
            ], Self.services, in: &cluster)
        try ClusterTests.create(Self.api(service: "far", port: 8443), Self.apis, in: &cluster)
        cluster.advance(by: .seconds(4))
        #expect(Self.condition(cluster)[0] == nil)
        #expect(cluster.outwardRequests.map(\.url) == ["https://localhost:8443/apis/example.com/v1"])
        cluster.advance(by: .seconds(2))
        #expect(Self.condition(cluster)[1] == "FailedDiscoveryCheck")

        let request = try #require(cluster.outwardRequests.first)
        let list = "{\"kind\":\"APIResourceList\",\"groupVersion\":\"example.com/v1\",\"resources\":[{\"name\":\"things\",\"kind\":\"Thing\",\"namespaced\":true,\"verbs\":[\"get\"]}]}"
        cluster.answer(request, with: .response(code: 200, body: list))
        cluster.advance(by: .seconds(1))
        #expect(Self.condition(cluster) == ["True", "Passed", "all checks passed"])
        #expect(cluster.api.resources.catalogue.resources(group: "example.com", version: "v1").map(\.plural) == ["things"])
        cluster.advance(by: .seconds(31))
        #expect(cluster.outwardRequests.count == 1)
    }
}
