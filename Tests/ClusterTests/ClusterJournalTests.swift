import APIMachinery
import Cluster
import KubernetesObjects
import SimulationKernel
import Testing

/// A cluster done again from its journal is the same cluster.
@Suite struct ClusterJournalTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a journal gives the same objects`(seed: UInt64) throws {
        var cluster = Cluster(profile: .recording, seed: seed)
        var lines: [String] = []
        func send(_ request: APIRequest) {
            lines.append(JournalEntry(at: cluster.now, action: .request(request)).value.json())
            _ = try? cluster.send(request)
        }
        cluster.advance(by: .seconds(5))
        var create = APIRequest(.create, GroupVersionResource(group: "apps", version: "v1", resource: "deployments"), namespace: "default")
        create.body = ClusterTests.deployment
        send(create)
        cluster.advance(by: .seconds(20))
        var scale = APIRequest(.patch, create.resource, namespace: "default", name: "web")
        scale.patchType = .merge
        scale.body = ["spec": ["replicas": 5]]
        send(scale)
        cluster.advance(by: .milliseconds(1300))
        lines.append(JournalEntry(at: cluster.now, action: .disturbance(.stopNode("node-2"))).value.json())
        cluster.apply(.stopNode("node-2"))
        cluster.advance(by: .seconds(400))

        var again = Cluster(profile: .recording, seed: seed)
        for line in lines { again.replay(try #require(JournalEntry(try Value(parsingJSON: line)))) }
        again.advance(by: cluster.now - again.now)
        #expect(again.store.list(.pods) == cluster.store.list(.pods))
        #expect(again.trace.digest == cluster.trace.digest)
    }
}
