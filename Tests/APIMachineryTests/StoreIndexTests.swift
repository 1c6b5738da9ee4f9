import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIMachinery

/// The indexes of the store against a look at every object.
@Suite struct StoreIndexTests {
    @Test(arguments: 1...10 as ClosedRange<UInt64>) func `indexes say what a look at all objects says`(_ seed: UInt64) {
        var random = RandomStream(seed: seed, name: "store indexes")
        var store = Store()
        /// The pods that are stored, in the order of their creation.
        var created: [String] = []
        for step in 0..<300 {
            let name = "pod-\(Int.random(in: 0..<12, using: &random))"
            let key = ObjectKey(.pods, namespace: "default", name: name)
            if Int.random(in: 0..<4, using: &random) == 0 {
                store.remove(key, cause: TraceID(0))
                created.removeAll { $0 == name }
            } else {
                if !created.contains(name) { created.append(name) }
                store.put(pod(name, &random), at: key, cause: TraceID(0))
            }
            for owner in ["a", "b", "c"] {
                let owned = created.filter { owners(of: store.get(.pods, namespace: "default", name: $0)!).contains(owner) }
                #expect(Set(store.dependents(of: owner).map(\.name)) == Set(owned), "step \(step)")
                #expect(store.controlled(.pods, by: owner).allSatisfy { $0["metadata", "ownerReferences"]!.elements[0]["uid"]?.stringValue == owner })
                #expect(store.controlled(.pods, by: owner).count == owned.count { store.get(.pods, namespace: "default", name: $0)!.controllerReference?["uid"]?.stringValue == owner })
            }
            for node in ["", "one", "two"] where !node.isEmpty {
                let there = created.filter { store.get(.pods, namespace: "default", name: $0)!["spec"]?["nodeName"]?.stringValue == node }
                #expect(Set(store.pods(onNode: node).map(\.name)) == Set(there), "step \(step)")
            }
        }
    }

    @Test func `a binding leaves what a controller owns in the order of its creation`() {
        var store = Store()
        for (round, names) in [["x", "y", "z"], ["z", "x", "y"]].enumerated() {
            for name in names {
                var pod: Value = [
                    "metadata": [
                        "name": .string(name), "namespace": "default",
                        "ownerReferences": [["kind": "ReplicaSet", "name": "set", "uid": "set", "controller": true]],
                    ]
                ]
                if round == 1 { pod["spec"] = ["nodeName": "one"] }
                store.put(pod, at: ObjectKey(.pods, namespace: "default", name: name), cause: TraceID(0))
            }
        }
        #expect(store.controlled(.pods, by: "set").map(\.name) == ["x", "y", "z"])
        #expect(store.pods(onNode: "one").map(\.name) == ["z", "x", "y"])
    }

    private func pod(_ name: String, _ random: inout RandomStream) -> Value {
        var pod: Value = ["metadata": ["name": .string(name), "namespace": "default"]]
        let node = ["", "one", "two"][Int.random(in: 0..<3, using: &random)]
        if !node.isEmpty { pod["spec"] = ["nodeName": .string(node)] }
        let first = Int.random(in: 0..<4, using: &random)
        if first < 3 {
            var references: [Value] = [["uid": .string(["a", "b", "c"][first]), "controller": .bool(Int.random(in: 0..<2, using: &random) == 0)]]
            if Int.random(in: 0..<3, using: &random) == 0 { references.append(["uid": .string(["a", "b", "c"][(first + 1) % 3])]) }
            pod["metadata", "ownerReferences"] = .array(references)
        }
        return pod
    }

    private func owners(of pod: Value) -> [String] { (pod["metadata"]?["ownerReferences"]?.elements ?? []).compactMap { $0["uid"]?.stringValue } }
}
