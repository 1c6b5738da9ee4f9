import APIMachinery
import Cluster
import KubernetesObjects
import SimulationKernel
import Testing

/// What may be asked of a container's log.
@Suite struct LogOptionTests {
    private static let rows: [(String, String?)] = [
        ("tailLines=-1", "PodLogOptions \"p\" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0"),
        ("limitBytes=0", "PodLogOptions \"p\" is invalid: limitBytes: Invalid value: 0: must be greater than 0"),
        ("sinceSeconds=0", "PodLogOptions \"p\" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0"),
        ("sinceSeconds=5&sinceTime=2026-01-01T00:00:00Z", "PodLogOptions \"p\" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified"),
        ("tailLines=x", "strconv.ParseInt: parsing \"x\": invalid syntax"),
        ("previous=1", "previous terminated container \"c\" in pod \"p\" not found"),
        ("tailLines=2&limitBytes=10&timestamps", nil),
    ]

    @Test func `options of logs are checked`() throws {
        var cluster = Cluster(profile: try #require(ClusterProfile.named("eks-1x-m5.large")), seed: 1)
        var create = APIRequest(.create, GroupVersionResource(group: "", version: "v1", resource: "pods"), namespace: "default")
        cluster.settle()
        create.body = [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p"],
            "spec": ["containers": [["name": "c", "image": "busybox", "command": ["sh", "-c", "echo one; sleep 1000"]]]],
        ]
        _ = try cluster.send(create)
        cluster.advance(by: .seconds(60))
        for (query, refusal) in Self.rows {
            var message: String?
            do throws(APIStatus) {
                _ = try cluster.send(APIRequest(method: "GET", path: "/api/v1/namespaces/default/pods/p/log?" + query))
            } catch { message = error.message }
            #expect(message == refusal, "\(query)")
        }
    }

    @Test func `the log of a pod without a node is empty`() throws {
        var cluster = Cluster(profile: try #require(ClusterProfile.named("eks-1x-m5.large")), seed: 1)
        cluster.settle()
        var create = APIRequest(.create, GroupVersionResource(group: "", version: "v1", resource: "pods"), namespace: "default")
        create.body = [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p"],
            "spec": ["nodeSelector": ["no": "such"], "containers": [["name": "c", "image": "busybox"]]],
        ]
        _ = try cluster.send(create)
        cluster.advance(by: .seconds(5))
        let answer = try cluster.send(APIRequest(method: "GET", path: "/api/v1/namespaces/default/pods/p/log"))
        #expect(answer.body["stdout"] == "")
    }
}
