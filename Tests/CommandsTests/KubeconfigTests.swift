import APIServer
import KubernetesObjects
import Testing

@testable import Commands

@Suite struct KubeconfigTests {
    private static func added(_ name: String) -> Value {
        Kubeconfig.value(cluster: name, root: "/clusters", server: "https://127.0.0.1:1", authority: "A", certificate: "C", key: "K")
    }

    @Test func `merging keeps what is there and replaces its own`() {
        let own: Value = [
            "apiVersion": "v1", "kind": "Config", "current-context": "work", "preferences": ["colors": true],
            "clusters": [["name": "work", "cluster": ["server": "https://work"]], ["name": "labrunner-a", "cluster": ["server": "https://old"]]],
            "contexts": [["name": "work", "context": ["cluster": "work", "user": "me", "namespace": "x"]]], "users": [["name": "me", "user": ["token": "t"]]],
        ]
        let merged = Kubeconfig.merge(Self.added("a"), into: own)
        #expect(merged["current-context"] == "labrunner-a")
        #expect(merged["preferences"] == ["colors": true])
        #expect(merged["clusters"]?.elements.map { $0["name"] } == ["work", "labrunner-a"])
        #expect(merged["clusters"]?[1]?["cluster"]?["server"] == "https://127.0.0.1:1")
        #expect(merged["users"]?.elements.count == 2)
        #expect(Kubeconfig.merge(Self.added("a"), into: merged) == merged)
    }

    @Test func `a file with nothing in it becomes a kubeconfig`() {
        let merged = Kubeconfig.merge(Self.added("a"), into: .null)
        #expect(merged["kind"] == "Config" && merged["contexts"]?.elements.count == 1)
    }

    @Test func `a kubeconfig says which cluster it leads to`() {
        #expect(DiskCluster.named(in: Self.added("demo"))?.name == "demo")
        #expect(DiskCluster.named(in: ["clusters": [["name": "x", "cluster": ["server": "https://x"]]]]) == nil)
    }

    @Test func `among merged clusters the current context leads`() {
        var merged = Kubeconfig.merge(Self.added("b"), into: Kubeconfig.merge(Self.added("a"), into: .null))
        #expect(Kubeconfig.lead([merged])?.name == "b")
        #expect(Kubeconfig.lead([merged], context: "labrunner-a")?.name == "a")
        #expect(Kubeconfig.lead([merged], cluster: "labrunner-a")?.name == "a")
        #expect(Kubeconfig.lead([merged], context: "nosuch") == nil)
        #expect(Kubeconfig.lead([["current-context": "labrunner-a"], merged])?.name == "a")
        merged["current-context"] = ""
        #expect(Kubeconfig.lead([merged]) == nil)
        let work: Value = [
            "current-context": "work", "contexts": [["name": "work", "context": ["cluster": "work"]]], "clusters": [["name": "work", "cluster": ["server": "https://work"]]],
        ]
        #expect(Kubeconfig.lead([work, merged]) == nil)
    }

    @Test func `a deleted cluster's entries go, and only they`() {
        let merged = Kubeconfig.merge(Self.added("b"), into: Kubeconfig.merge(Self.added("a"), into: ["preferences": ["colors": true]]))
        let rest = Kubeconfig.without("b", root: "/clusters", in: merged)
        #expect(rest?["clusters"]?.elements.map { $0["name"] } == ["labrunner-a"])
        #expect(rest?["contexts"]?.elements.map { $0["name"] } == ["labrunner-a"])
        #expect(rest?["users"]?.elements.map { $0["name"] } == ["labrunner-a-admin"])
        #expect(rest?["current-context"] == "")
        #expect(rest?["preferences"] == ["colors": true])
        #expect(Kubeconfig.without("a", root: "/clusters", in: merged)?["current-context"] == "labrunner-b")
        // Somebody else's of the same name.
        #expect(Kubeconfig.without("b", root: "/elsewhere", in: merged) == nil)
        #expect(Kubeconfig.without("c", root: "/clusters", in: merged) == nil)
    }
}
