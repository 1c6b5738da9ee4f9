import APIMachinery
import KubernetesObjects
import SimulationKernel
import Testing

@testable import Cluster

/// What a control plane brings before anybody uses it.
@Suite struct BootstrapTests {
    @Test func `a new cluster has the objects of a real one`() throws {
        let cluster = Cluster(profile: try #require(ClusterProfile.named("empty")))
        #expect(cluster.store.count(.flowSchemas) == 13)
        #expect(cluster.store.count(.priorityLevelConfigurations) == 8)
        #expect(cluster.store.list(.namespaces).map(\.name) == ["default", "kube-node-lease", "kube-public", "kube-system"])
        let leases = cluster.store.list(.leases, namespace: "kube-system").map(\.name)
        #expect(leases.contains("kube-controller-manager") && leases.contains("kube-scheduler"))
        #expect(leases.filter { $0.hasPrefix("apiserver-") }.count == 1)
        let authentication = cluster.store.get(.configMaps, namespace: "kube-system", name: "extension-apiserver-authentication")
        #expect(authentication?["data"]?["client-ca-file"]?.stringValue == cluster.profile.controllers.certificateAuthority)
    }

    @Test func `a cluster at rest does not write its control plane's leases`() throws {
        var cluster = Cluster(profile: try #require(ClusterProfile.named("empty")))
        cluster.settle()
        let before = cluster.store.list(.leases, namespace: "kube-system").map(\.resourceVersion)
        cluster.advance(by: .seconds(3600))
        #expect(cluster.store.list(.leases, namespace: "kube-system").map(\.resourceVersion) == before)
        let answer = try cluster.send(
            APIRequest(
                .get, GroupVersionResource(group: "coordination.k8s.io", version: "v1", resource: "leases"), namespace: "kube-system",
                name: "kube-scheduler"))
        let renewed = try #require(answer.body["spec"]?["renewTime"]?.stringValue.flatMap { Instant(rfc3339: $0) })
        #expect(cluster.now - renewed < .seconds(2))
    }
}
