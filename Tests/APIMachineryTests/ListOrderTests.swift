import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIMachinery

/// The order of lists, and that pages of one are the whole of it, whatever was written between two of them.
@Suite struct ListOrderTests {
    let configMaps = GroupVersionResource(group: "", version: "v1", resource: "configmaps")

    @Test func `lists are in the order of etcd's keys`() throws {
        var server = TestServer()
        for namespace in ["a", "a-b", "a.b"] {
            server.api.install(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]], at: ObjectKey(.namespaces, name: namespace))
            for name in ["z", "b-1", "b"] {
                let object: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "namespace": .string(namespace)]]
                server.api.install(object, at: ObjectKey(.configMaps, namespace: namespace, name: name))
            }
        }
        let listed = server.api.store.list(.configMaps).filter { $0.namespace.hasPrefix("a") }.map { "\($0.namespace)/\($0.name)" }
        #expect(listed == ["a-b/b", "a-b/b-1", "a-b/z", "a.b/b", "a.b/b-1", "a.b/z", "a/b", "a/b-1", "a/z"])
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>) func `pages make up the list of their revision`(_ seed: UInt64) throws {
        var server = TestServer()
        var random = RandomStream(seed: seed, name: "pages")
        for _ in 0..<60 { try write(&server, &random) }
        for _ in 0..<20 {
            var request = APIRequest(.list, configMaps, namespace: random.chance(1, in: 2) ? "default" : "")
            let whole = try server.api.handle(request).body["items"]?.elements ?? []
            #expect(whole.map(\.name) == whole.map(\.name).sorted() || request.namespace.isEmpty)
            request.options.limit = 1 + random.below(9)
            var pieces: [Value] = []
            repeat {
                let page = try server.api.handle(request).body
                pieces += page["items"]?.elements ?? []
                request.options.continueToken = page["metadata", "continue"]?.stringValue ?? ""
                let left = page["metadata", "remainingItemCount"]?.intValue ?? 0
                #expect(left == whole.count - pieces.count)
                for _ in 0..<random.below(4) { try write(&server, &random) }
            } while !request.options.continueToken.isEmpty
            #expect(pieces == whole, "seed \(seed)")
        }
    }

    private func write(_ server: inout TestServer, _ random: inout RandomStream) throws {
        let name = "c\(random.below(40))"
        let key = ObjectKey(.configMaps, namespace: "default", name: name)
        if server.api.store.get(key) == nil {
            _ = try server.api.create(.configMaps, ["metadata": ["name": .string(name), "namespace": "default"]])
        } else if random.chance(1, in: 2) {
            try server.api.delete(key)
        } else {
            _ = try server.api.patch(key, .merge, ["data": ["n": .string("\(random.below(50))")]])
        }
    }
}
