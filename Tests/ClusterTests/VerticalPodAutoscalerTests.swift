import APIMachinery
import Autoscaling
import Cluster
import KubernetesObjects
import ServiceNetwork
import SimulationKernel
import Testing

/// The vertical pod autoscaler in a whole cluster: recommendations, new pods that get them, old ones that are replaced.
@Suite struct VerticalPodAutoscalerTests {
    static func started(mode: String, replicas: Int = 3, policy: Value? = nil) throws -> Cluster {
        var cluster = Cluster(profile: .named("eks-3x-m5.large+vertical-pod-autoscaler")!, seed: 5)
        cluster.settle()
        try ClusterTests.create(ClusterAutoscalerTests.deployment("web", replicas: replicas, cpu: "900m"), ClusterAutoscalerTests.deployments, in: &cluster)
        var spec: Value = [
            "targetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"], "updatePolicy": ["updateMode": .string(mode)],
        ]
        if let policy { spec["resourcePolicy"] = ["containerPolicies": [policy]] }
        try ClusterTests.create(
            ["apiVersion": "autoscaling.k8s.io/v1", "kind": "VerticalPodAutoscaler", "metadata": ["name": "web", "namespace": "default"], "spec": spec],
            GroupVersionResource(group: "autoscaling.k8s.io", version: "v1", resource: "verticalpodautoscalers"), in: &cluster)
        cluster.settle()
        return cluster
    }

    static func recommendation(_ cluster: Cluster) -> Value? {
        cluster.store.get(.verticalPodAutoscalers, namespace: "default", name: "web")?["status"]?["recommendation"]?["containerRecommendations"]?[0]
    }

    static func requests(_ cluster: Cluster) -> [String] {
        cluster.store.list(.pods, namespace: "default").filter { !$0.isBeingDeleted }
            .compactMap { $0["spec"]?["containers"]?[0]?["resources"]?["requests"]?["cpu"]?.stringValue }
    }

    @Test func `Off recommends and changes nothing`() throws {
        var cluster = try Self.started(mode: "Off")
        cluster.advance(by: .seconds(300))
        let answer = Self.recommendation(cluster)
        #expect(answer?["containerName"]?.stringValue == "web")
        #expect(answer?["target"]?["cpu"]?.stringValue == "25m")
        #expect(answer?["target"]?["memory"]?.stringValue == "262144k")
        #expect(answer?["uncappedTarget"] == answer?["target"])
        let object = cluster.store.get(.verticalPodAutoscalers, namespace: "default", name: "web")
        #expect(object?.isConditionTrue("RecommendationProvided") == true)
        cluster.advance(by: .seconds(24 * 3600))
        #expect(Self.requests(cluster) == ["900m", "900m", "900m"])
    }

    @Test func `an autoscaler that says nothing of updates makes pods anew`() throws {
        var cluster = Cluster(profile: .named("eks-3x-m5.large+vertical-pod-autoscaler")!, seed: 5)
        cluster.settle()
        let target: Value = ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"]
        func create(_ spec: Value, in cluster: inout Cluster) throws(APIStatus) {
            var request = APIRequest(.create, GroupVersionResource(group: "autoscaling.k8s.io", version: "v1", resource: "verticalpodautoscalers"), namespace: "default")
            request.body = ["apiVersion": "autoscaling.k8s.io/v1", "kind": "VerticalPodAutoscaler", "metadata": ["name": "web", "namespace": "default"], "spec": spec]
            _ = try cluster.send(request)
        }
        do throws(APIStatus) {
            let policy: Value = ["containerName": "web", "minAllowed": ["cpu": "2"], "maxAllowed": ["cpu": "1"]]
            try create(["targetRef": target, "resourcePolicy": ["containerPolicies": [policy]]], in: &cluster)
            Issue.record("it was let in")
        } catch { #expect(error.message == "admission webhook \"vpa.k8s.io\" denied the request: max resource for cpu is lower than min") }
        try create(["targetRef": target], in: &cluster)
        #expect(cluster.store.get(.verticalPodAutoscalers, namespace: "default", name: "web")?["spec"]?["updatePolicy"] == ["updateMode": "Recreate"])
    }

    @Test func `Initial serves new pods only`() throws {
        var cluster = try Self.started(mode: "Initial", policy: ["containerName": "*", "minAllowed": ["cpu": "50m"]])
        cluster.advance(by: .seconds(300))
        #expect(Self.requests(cluster) == ["900m", "900m", "900m"])
        try ClusterAutoscalerTests.scale("web", to: 4, in: &cluster)
        cluster.settle()
        #expect(Self.requests(cluster).sorted() == ["50m", "900m", "900m", "900m"])
        let new = cluster.store.list(.pods, namespace: "default").first { $0.annotation("vpaUpdates") != nil }
        #expect(new?.annotation("vpaUpdates") == "Pod resources updated by web: container 0: cpu request, memory request")
        #expect(new?.annotation("vpaObservedContainers") == "web")
    }

    @Test func `Recreate evicts what is far off, never all at once`() throws {
        var cluster = try Self.started(mode: "Recreate")
        // The upper bound comes down as the history grows.
        var least = 3
        for _ in 0..<(36 * 60) {
            cluster.advance(by: .seconds(60))
            least = min(least, ClusterAutoscalerTests.running(cluster))
            if Self.requests(cluster).allSatisfy({ $0 == "25m" }) { break }
        }
        #expect(Self.requests(cluster) == ["25m", "25m", "25m"])
        #expect(least >= 1)
        let events = cluster.store.list(.events, namespace: "default").compactMap { $0["reason"]?.stringValue }
        #expect(events.contains("EvictedByVPA"))
        #expect(events.contains("EvictedPod"))
    }

    @Test func `InPlaceOrRecreate resizes pods where they run`() throws {
        var cluster = try Self.started(mode: "InPlaceOrRecreate")
        let before = Set(cluster.store.list(.pods, namespace: "default").map(\.uid))
        for _ in 0..<(36 * 60) {
            cluster.advance(by: .seconds(60))
            if Self.requests(cluster).allSatisfy({ $0 == "25m" }) { break }
        }
        #expect(Self.requests(cluster) == ["25m", "25m", "25m"])
        let pods = cluster.store.list(.pods, namespace: "default")
        #expect(Set(pods.map(\.uid)) == before, "nobody was evicted")
        #expect(pods.allSatisfy { ($0["status"]?["containerStatuses"]?[0]?["restartCount"]?.intValue ?? 0) == 0 })
        let events = cluster.store.list(.events, namespace: "default")
        #expect(events.contains { $0["reason"]?.stringValue == "InPlaceResizedByVPA" && $0["message"]?.stringValue == "Pod was resized in place by VPA Updater." })
        #expect(!events.contains { $0["reason"]?.stringValue == "EvictedByVPA" })
    }

    @Test func `checkpoints outlive the recommender and go with their autoscaler`() throws {
        var cluster = try Self.started(mode: "Off")
        cluster.advance(by: .seconds(3600))
        let target = Self.recommendation(cluster)?["upperBound"]
        func checkpoints(_ cluster: Cluster) -> [Value] { cluster.store.list(.verticalPodAutoscalerCheckpoints, namespace: "default") }
        #expect(checkpoints(cluster).map(\.name) == ["web-web"])
        let samples = checkpoints(cluster)[0]["status"]?["totalSamplesCount"]?.intValue ?? 0
        #expect(samples > 30)
        // A recommender that begins anew goes on from there.
        let recommender = try #require(cluster.store.list(.deployments, namespace: "kube-system").first { $0.name == "vpa-recommender" })
        try ClusterAutoscalerTests.scale(recommender.name, to: 0, namespace: "kube-system", in: &cluster)
        cluster.advance(by: .seconds(120))
        try ClusterAutoscalerTests.scale(recommender.name, to: 1, namespace: "kube-system", in: &cluster)
        cluster.advance(by: .seconds(180))
        #expect((checkpoints(cluster)[0]["status"]?["totalSamplesCount"]?.intValue ?? 0) > samples)
        let later = Self.recommendation(cluster)?["upperBound"]
        #expect(later != nil && target != nil)
        _ = try cluster.send(
            APIRequest(.delete, GroupVersionResource(group: "autoscaling.k8s.io", version: "v1", resource: "verticalpodautoscalers"), namespace: "default", name: "web"))
        cluster.advance(by: .seconds(700))
        #expect(checkpoints(cluster).isEmpty)
    }

    @Test func `one replica is left alone`() throws {
        var cluster = try Self.started(mode: "Recreate", replicas: 1)
        cluster.advance(by: .seconds(36 * 3600))
        #expect(Self.requests(cluster) == ["900m"])
    }

    @Test func `conditions say what is wrong`() throws {
        var cluster = try Self.started(mode: "Off", replicas: 0)
        cluster.advance(by: .seconds(120))
        let object = cluster.store.get(.verticalPodAutoscalers, namespace: "default", name: "web")
        #expect(object?.condition("NoPodsMatched")?["message"]?.stringValue == "No pods match this VPA object")
        #expect(object?.condition("RecommendationProvided")?["status"]?.stringValue == "False")
        var request = APIRequest(.delete, ClusterAutoscalerTests.deployments, namespace: "default", name: "web")
        request.options.gracePeriodSeconds = 0
        _ = try cluster.send(request)
        cluster.advance(by: .seconds(120))
        let orphan = cluster.store.get(.verticalPodAutoscalers, namespace: "default", name: "web")
        #expect(orphan?.condition("ConfigUnsupported")?["message"]?.stringValue == "Cannot read targetRef. Reason: Deployment default/web does not exist")
    }
}
