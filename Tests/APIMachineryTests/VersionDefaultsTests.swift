import KubernetesObjects
import Testing

@testable import APIMachinery

@Suite struct VersionDefaultsTests {
    @Test func `gives an autoscaler of the older version the metric that the stored version defaults to`() throws {
        var server = TestServer()
        let path = "horizontalpodautoscalers"
        _ = try server.send(
            "POST", "/apis/autoscaling/v1/namespaces/default/\(path)",
            [
                "metadata": ["name": "web"],
                "spec": ["maxReplicas": 3, "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"]],
            ])
        let newer = try server.send("GET", "/apis/autoscaling/v2/namespaces/default/\(path)/web").body
        #expect(newer["spec"]?["metrics"]?[0]?["resource"]?["target"]?["averageUtilization"] == 80)
        #expect(newer["spec"]?["minReplicas"] == 1)
        let older = try server.send("GET", "/apis/autoscaling/v1/namespaces/default/\(path)/web").body
        #expect(older["spec"]?["targetCPUUtilizationPercentage"] == 80)
    }
}
