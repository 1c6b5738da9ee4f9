import APIMachinery
import KubernetesObjects
import Testing

@testable import APIServer

/// Which flow schema and priority level requests are told to belong to.
@Suite struct FlowTests {
    @Test func `the headers name the schema and the level of who asks what`() async throws {
        let live = try await LiveServerFixture.shared.value
        let group = "flowcontrol.apiserver.k8s.io"
        func uids(_ resource: String) async -> [String: String] {
            await live.host.read { cluster in
                Dictionary(uniqueKeysWithValues: cluster.store.list(GroupResource(resource, group: group)).map { ($0.uid, $0.name) })
            }
        }
        let (schemas, levels) = (await uids("flowschemas"), await uids("prioritylevelconfigurations"))
        let cases: [(LiveServerFixture.Caller, String, String, String)] = [
            (.admin, "/api/v1/namespaces/default/pods", "exempt", "exempt"),
            (.user("jane", groups: ["dev"]), "/api/v1/namespaces/default/pods", "global-default", "global-default"),
            (.user("system:node:a", groups: ["system:nodes"]), "/api/v1/namespaces/default/pods", "system-nodes", "system"),
            (.user("system:node:a", groups: ["system:nodes"]), "/api/v1/nodes/a", "system-node-high", "node-high"),
            (.user("system:serviceaccount:default:x", groups: ["system:serviceaccounts"]), "/api/v1/nodes", "service-accounts", "workload-low"),
            (.anonymous, "/healthz", "probes", "exempt"),
        ]
        for (caller, path, schema, level) in cases {
            let answer = try await live.send(path: path, as: caller)
            #expect(answer.headers.first(name: "x-kubernetes-pf-flowschema-uid").flatMap { schemas[$0] } == schema, "\(path)")
            #expect(answer.headers.first(name: "x-kubernetes-pf-prioritylevel-uid").flatMap { levels[$0] } == level, "\(path)")
        }
    }

    @Test func `a cluster without schemas tells of none`() {
        let classifier = FlowClassifier(Store())
        #expect(classifier.flow(of: APIRequest(path: "/healthz", user: .admin), method: "GET") == nil)
    }
}
