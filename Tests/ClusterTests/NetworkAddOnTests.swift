import APIMachinery
import Cluster
import KubernetesObjects
import SimulationKernel
import Testing

/// What Amazon EKS puts into a new cluster.
@Suite struct NetworkAddOnTests {
    @Test func `every node has its parts, and names are found through ready name servers`() throws {
        let profile = try #require(ClusterProfile.named("eks-2x-m5.large+vpc-cni+coredns+kube-proxy"))
        var cluster = ClusterTests.started(profile)
        try StorageTests.apply(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: client}\nspec: {containers: [{name: c, image: busybox, command: [sleep, '3600']}]}", in: &cluster)
        _ = cluster.advance(by: .seconds(90))
        let pods = cluster.store.list(.pods, namespace: "kube-system")
        var counts: [String: Int] = [:]
        for pod in pods { counts[pod["metadata"]?["labels"]?["k8s-app"]?.stringValue ?? "", default: 0] += 1 }
        #expect(counts == ["aws-node": 2, "kube-proxy": 2, "kube-dns": 2])
        #expect(pods.allSatisfy { $0.isConditionTrue("Ready") }, "\(pods.map(\.name))")
        #expect(cluster.store.get(.services, namespace: "kube-system", name: "kube-dns")?["spec"]?["clusterIP"]?.stringValue == "10.100.0.10")
        let client = NamespacedName(namespace: "default", name: "client")
        let found = try cluster.exec(pod: client, container: "c", command: ["nslookup", "kubernetes.default.svc.cluster.local"])
        #expect(found.code == 0 && found.standardOutput.contains("10.100.0.1"), "\(found)")
        var deployment = try #require(cluster.store.get(.deployments, namespace: "kube-system", name: "coredns"))
        deployment["spec", "replicas"] = 0
        var request = APIRequest(.update, GroupVersionResource(group: "apps", version: "v1", resource: "deployments"), namespace: "kube-system", name: "coredns")
        request.body = deployment
        _ = try cluster.send(request)
        _ = cluster.advance(by: .seconds(60))
        let silent = try cluster.exec(pod: client, container: "c", command: ["nslookup", "kubernetes.default.svc.cluster.local"])
        #expect(silent.code != 0, "\(silent)")
    }
}
