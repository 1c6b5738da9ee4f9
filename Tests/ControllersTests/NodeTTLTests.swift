import APIMachinery
import KubernetesObjects
import Testing

@testable import Controllers

@Suite struct NodeTTLTests {
    @Test func `nodes are told a longer time when there are many, and a shorter one only when there are clearly fewer`() {
        var cluster = MiniCluster(nodes: 0, only: ["ttl-controller"])
        func told(_ name: String) -> String? { cluster.server.store.get(.nodes, name: name)?.annotation(NodeTTLController.annotation) }
        func touch(_ name: String, _ text: String) {
            cluster.attempt { server throws(APIStatus) in
                guard var node = server.store.get(.nodes, name: name) else { return }
                node["metadata", default: [:]]["labels", default: [:]]["touched"] = .string(text)
                _ = try server.update(.nodes, node)
            }
            cluster.settle()
        }
        for index in 0..<100 { cluster.addNode("node-\(index)") }
        cluster.settle()
        #expect(told("node-0") == "0" && told("node-99") == "0")
        cluster.addNode("node-100")
        cluster.settle()
        #expect(told("node-100") == "15" && told("node-0") == "0")
        touch("node-0", "once")
        #expect(told("node-0") == "15")
        for index in 91...100 { cluster.delete(.nodes, "node-\(index)", namespace: "") }
        touch("node-0", "twice")
        #expect(cluster.server.store.count(.nodes) == 91 && told("node-0") == "15")
        for index in 89...90 { cluster.delete(.nodes, "node-\(index)", namespace: "") }
        touch("node-0", "again")
        #expect(told("node-0") == "0")
    }
}
