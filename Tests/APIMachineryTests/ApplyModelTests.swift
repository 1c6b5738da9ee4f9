import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIMachinery

/// Server-side apply against a slow model that thinks in single leaves.
@Suite struct ApplyModelTests {
    /// What each leaf holds and who applied it.
    struct Model {
        var values: [String: String] = [:]
        var owners: [String: Set<String>] = [:]

        /// The leaves that others own and would get another value.
        func conflicts(_ wanted: [String: String], by manager: String) -> Set<String> {
            Set(wanted.keys.filter { key in
                guard let present = values[key], present != wanted[key] else { return false }
                return !(owners[key] ?? []).subtracting([manager]).isEmpty
            })
        }

        mutating func apply(_ wanted: [String: String], by manager: String, force: Bool) -> Bool {
            let clashes = conflicts(wanted, by: manager)
            if !clashes.isEmpty, !force { return false }
            for key in clashes { owners[key] = [] }
            for (key, value) in wanted {
                values[key] = value
                owners[key, default: []].insert(manager)
            }
            for key in values.keys where wanted[key] == nil {
                guard owners[key]?.remove(manager) != nil else { continue }
                if owners[key]?.isEmpty == true {
                    owners[key] = nil
                    values[key] = nil
                }
            }
            return true
        }

        /// Somebody writes without applying: he takes over what he changes.
        mutating func write(_ changed: [String: String?], by manager: String) {
            for (key, value) in changed where values[key] != value {
                owners[key] = value == nil ? nil : [manager]
                values[key] = value
            }
        }
    }

    private func configuration(_ leaves: [String: String]) -> Value {
        var data: Value = [:]
        var labels: Value = [:]
        for (key, value) in leaves.sorted(by: { $0.key < $1.key }) {
            let name = String(key.dropFirst(2))
            if key.hasPrefix("d:") { data[name] = .string(value) } else { labels[name] = .string(value) }
        }
        var object: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "c"]]
        if labels.fields?.isEmpty == false { object["metadata", default: [:]]["labels"] = labels }
        if data.fields?.isEmpty == false { object["data"] = data }
        return object
    }

    private func leaves(_ object: Value) -> [String: String] {
        var result: [String: String] = [:]
        for (key, value) in object["data"]?.fields ?? [:] { result["d:" + key] = value.stringValue }
        for (key, value) in object.labels { result["l:" + key] = value.stringValue }
        return result
    }

    @Test(arguments: Array(1...40) as [UInt64]) func `agrees with the model`(_ seed: UInt64) throws {
        var server = TestServer()
        var random = RandomStream(seed: seed, name: "apply")
        var model = Model()
        let path = "/api/v1/namespaces/default/configmaps"
        let keys = ["d:a", "d:b", "d:c", "l:x", "l:y"]
        _ = try server.send("PATCH", path + "/c?fieldManager=base", configuration(["d:a": "0"]), type: applyPatch)
        _ = model.apply(["d:a": "0"], by: "base", force: false)
        for step in 0..<60 {
            let manager = "m\(random.below(3))"
            var wanted: [String: String] = [:]
            for key in keys where random.chance(1, in: 2) { wanted[key] = "\(random.below(3))" }
            if random.chance(1, in: 4) {
                var patch: Value = [:]
                var changed: [String: String?] = [:]
                for (key, value) in wanted.sorted(by: { $0.key < $1.key }) {
                    let path = key.hasPrefix("d:") ? ["data", String(key.dropFirst(2))] : ["metadata", "labels", String(key.dropFirst(2))]
                    let isRemoval = random.chance(1, in: 4)
                    patch.set(isRemoval ? .null : .string(value), at: path)
                    changed[key] = .some(isRemoval ? nil : value)
                }
                if patch.fields?.isEmpty ?? true { continue }
                _ = try server.send("PATCH", path + "/c?fieldManager=\(manager)-edit", patch, type: merge)
                model.write(changed, by: "\(manager)-edit")
            } else {
                let force = random.chance(1, in: 3)
                var next = model
                let isExpected = next.apply(wanted, by: manager, force: force)
                let refusal = server.refusal(
                    "PATCH", path + "/c?fieldManager=\(manager)&force=\(force)", configuration(wanted), type: applyPatch)
                // Who once made a map still owns it when it has become empty and was left out; the model knows no maps.
                let fields = (refusal?.details?["causes"]?.elements ?? []).compactMap { $0["field"]?.stringValue }
                if !fields.isEmpty, fields.allSatisfy({ $0 == ".metadata.labels" || $0 == ".data" }) { continue }
                model = next
                #expect((refusal == nil) == isExpected, "seed \(seed) step \(step): \(refusal?.message ?? "accepted")")
            }
            let stored = try server.send("GET", path + "/c").body
            #expect(leaves(stored) == model.values, "seed \(seed) step \(step)")
        }
    }

    @Test(arguments: Array(1...20) as [UInt64]) func `what was applied is what is there`(_ seed: UInt64) throws {
        var server = TestServer()
        var random = RandomStream(seed: seed, name: "containers")
        let path = "/apis/apps/v1/namespaces/default/deployments/web?fieldManager=one"
        for _ in 0..<12 {
            var object = deployment()
            let names = (0..<4).filter { $0 == 0 || random.chance(1, in: 2) }.map { "c\($0)" }
            let containers: [Value] = names.map { name in
                var container: Value = ["name": .string(name), "image": .string("nginx:\(random.below(3))")]
                if random.chance(1, in: 2) {
                    container["ports"] = .array((0..<random.below(3)).map { ["containerPort": Value(80 + $0), "protocol": "TCP"] })
                    if container["ports"]?.elements.isEmpty == true { container["ports"] = nil }
                }
                if random.chance(1, in: 2) { container["args"] = Value((0..<(1 + random.below(2))).map { "a\($0)" }) }
                return container
            }
            object["spec", default: [:]]["template", default: [:]]["spec"] = ["containers": .array(containers)]
            let stored = try server.send("PATCH", path, object, type: applyPatch).body
            let found = stored["spec"]?["template"]?["spec"]?["containers"]?.elements ?? []
            #expect(found.map { $0["name"]?.stringValue } == names)
            for (want, have) in zip(containers, found) {
                for field in ["image", "ports", "args"] { #expect(have[field] == want[field], "seed \(seed) \(field)") }
            }
        }
    }
}

/// Server-side apply to keyed lists and sets against a slow model of memberships and values.
@Suite struct ApplyListModelTests {
    /// Entries of a keyed list with their values, members of a set, and who applied what.
    struct Model {
        var items: [String: String?] = [:]
        var members: [String: Set<String>] = [:]
        var values: [String: Set<String>] = [:]
        var tags: [String: Set<String>] = [:]

        struct Wish {
            /// Entries by name, with a value or without.
            var items: [String: String?] = [:]
            var tags: Set<String> = []
        }

        func clashes(_ wish: Wish, by manager: String) -> Set<String> {
            Set(
                wish.items.compactMap { name, value in
                    guard let value, let present = items[name] ?? nil, present != value else { return nil }
                    return (values[name] ?? []).subtracting([manager]).isEmpty ? nil : name
                })
        }

        mutating func apply(_ wish: Wish, by manager: String, force: Bool) -> Bool {
            let clashing = clashes(wish, by: manager)
            if !clashing.isEmpty, !force { return false }
            for name in clashing { values[name] = [] }
            for (name, value) in wish.items {
                if items[name] == nil { items[name] = .some(nil) }
                members[name, default: []].insert(manager)
                if let value {
                    items[name] = value
                    values[name, default: []].insert(manager)
                }
            }
            for name in items.keys.sorted() {
                let isWanted = wish.items[name] != nil
                if (wish.items[name] ?? nil) == nil, values[name]?.remove(manager) != nil, values[name]?.isEmpty == true { items[name] = .some(nil) }
                if !isWanted, members[name]?.remove(manager) != nil, members[name]?.isEmpty == true {
                    items[name] = nil
                    members[name] = nil
                    values[name] = nil
                }
            }
            for tag in wish.tags { tags[tag, default: []].insert(manager) }
            for tag in tags.keys.sorted() where !wish.tags.contains(tag) {
                if tags[tag]?.remove(manager) != nil, tags[tag]?.isEmpty == true { tags[tag] = nil }
            }
            return true
        }
    }

    private static let definition = #"""
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"bags.lab.example.com"},
         "spec":{"group":"lab.example.com","scope":"Namespaced","names":{"plural":"bags","kind":"Bag"},
          "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{
           "items":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],"items":{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"value":{"type":"string"}}}},
           "tags":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}}}}}}}}]}}
        """#

    @Test(arguments: Array(1...40) as [UInt64]) func `agrees with the model`(_ seed: UInt64) throws {
        var server = TestServer()
        _ = try server.send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Value(parsingJSON: Self.definition))
        var random = RandomStream(seed: seed, name: "apply lists")
        var model = Model()
        let path = "/apis/lab.example.com/v1/namespaces/default/bags/b"
        for step in 0..<60 {
            let manager = "m\(random.below(3))"
            var wish = Model.Wish()
            for name in ["a", "b", "c"] where random.chance(1, in: 2) {
                wish.items[name] = random.chance(1, in: 4) ? .some(nil) : "\(random.below(2))"
            }
            for tag in ["x", "y", "z"] where random.chance(1, in: 2) { wish.tags.insert(tag) }
            let force = random.chance(1, in: 3)
            // Empty lists own nothing and their fate is told elsewhere; each manager always applies something of each.
            wish.items["own-" + manager] = "1"
            wish.tags.insert("own-" + manager)
            let items = wish.items.keys.sorted().map { name -> Value in
                var item: Value = ["name": .string(name)]
                if let value = wish.items[name] ?? nil { item["value"] = .string(value) }
                return item
            }
            let body: Value = [
                "apiVersion": "lab.example.com/v1", "kind": "Bag", "metadata": ["name": "b"],
                "spec": ["items": .array(items), "tags": .array(wish.tags.sorted().map { .string($0) })],
            ]
            let isExpected = model.apply(wish, by: manager, force: force)
            let refusal = server.refusal("PATCH", path + "?fieldManager=\(manager)&force=\(force)", body, type: applyPatch)
            #expect((refusal == nil) == isExpected, "seed \(seed) step \(step): \(refusal?.message ?? "accepted")")
            if let refusal {
                #expect(refusal.code == 409)
                continue
            }
            let spec = try server.send("GET", path).body["spec"]
            var found: [String: String?] = [:]
            for item in spec?["items"]?.elements ?? [] { found[item["name"]?.stringValue ?? ""] = .some(item["value"]?.stringValue) }
            #expect(found == model.items, "seed \(seed) step \(step)")
            #expect(Set((spec?["tags"]?.elements ?? []).compactMap(\.stringValue)) == Set(model.tags.keys), "seed \(seed) step \(step)")
        }
    }
}
