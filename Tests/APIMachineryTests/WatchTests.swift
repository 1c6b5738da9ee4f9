import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIMachinery

@Suite struct WatchTests {
    let configMaps = GroupVersionResource(group: "", version: "v1", resource: "configmaps")

    @Test(arguments: [1, 2, 3, 5, 8, 13, 21, 34] as [UInt64]) func `a replayed watch equals the store`(_ seed: UInt64) throws {
        var server = TestServer()
        var random = RandomStream(seed: seed, name: "watch")
        var request = APIRequest(.watch, configMaps, namespace: "default")
        var filtered = request
        filtered.options.labelSelector = "even=true"
        request.options.allowWatchBookmarks = true
        var cursor = try WatchCursor(request, on: server.api)
        var evenCursor = try WatchCursor(filtered, on: server.api)
        var seen: [String: Value] = [:]
        var evens: Set<String> = []
        for _ in 0..<300 {
            let name = "c\(random.below(12))"
            let key = ObjectKey(.configMaps, namespace: "default", name: name)
            let labels: Value = ["even": random.chance(1, in: 2) ? "true" : "false"]
            if server.api.store.get(key) == nil {
                _ = try server.api.create(.configMaps, ["metadata": ["name": .string(name), "namespace": "default", "labels": labels]])
            } else if random.chance(1, in: 4) {
                try server.api.delete(key)
            } else {
                _ = try server.api.patch(key, .merge, ["metadata": ["labels": labels], "data": ["n": .string("\(random.below(5))")]])
            }
            if random.chance(1, in: 3) {
                apply(cursor.poll(server.api), to: &seen)
                names(evenCursor.poll(server.api), &evens)
            }
        }
        apply(cursor.poll(server.api), to: &seen)
        names(evenCursor.poll(server.api), &evens)
        let stored = server.api.store.list(.configMaps, namespace: "default")
        #expect(seen.keys.sorted() == stored.map(\.name))
        for object in stored { #expect(seen[object.name] == object) }
        #expect(evens.sorted() == stored.filter { $0.label("even") == "true" }.map(\.name))
    }

    private func apply(_ events: [WatchEvent], to seen: inout [String: Value]) {
        for event in events {
            switch event.kind {
            case .added:
                #expect(seen[event.object.name] == nil)
                seen[event.object.name] = event.object
            case .modified:
                #expect(seen[event.object.name] != nil)
                seen[event.object.name] = event.object
            case .deleted: #expect(seen.removeValue(forKey: event.object.name) != nil)
            case .bookmark, .error: break
            }
        }
    }

    private func names(_ events: [WatchEvent], _ seen: inout Set<String>) {
        for event in events {
            switch event.kind {
            case .added: #expect(seen.insert(event.object.name).inserted)
            case .deleted: #expect(seen.remove(event.object.name) != nil)
            case .modified: #expect(seen.contains(event.object.name))
            case .bookmark, .error: break
            }
        }
    }

    @Test func `a watch from a compacted version ends with 410`() throws {
        var server = TestServer()
        _ = try server.send("POST", "/api/v1/namespaces/default/configmaps", ["metadata": ["name": "a"]])
        var request = APIRequest(.watch, configMaps, namespace: "default")
        request.options.resourceVersion = "2"
        var cursor = try WatchCursor(request, on: server.api)
        server.api.store.compact(through: server.api.store.revision)
        let events = cursor.poll(server.api)
        #expect(events.map(\.kind) == [.error])
        #expect(events.first?.object["code"] == 410)
        #expect(cursor.isEnded)
    }

    /// Which options go together, as the real server says.
    @Test(arguments: [
        ("watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan", nil),
        ("watch=1&sendInitialEvents=true", "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"),
        ("watch=1&sendInitialEvents=false", "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"),
        ("watch=1&resourceVersionMatch=NotOlderThan", "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"),
        ("sendInitialEvents=true", "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list"),
        ("resourceVersion=1&resourceVersionMatch=NotOlderThan", nil),
        ("resourceVersionMatch=Exact", "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided"),
        ("resourceVersion=0&resourceVersionMatch=Exact", "resourceVersionMatch: Forbidden: resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""),
    ] as [(String, String?)])
    func `options of lists and watches that do not go together are refused`(_ query: String, _ refusal: String?) throws {
        var server = TestServer()
        let request = try APIRequest(method: "GET", path: "/api/v1/namespaces/default/configmaps?" + query, headers: [], user: .admin)
        var message: String?
        do throws(APIStatus) {
            if request.verb == .watch { _ = try WatchCursor(request, on: server.api) } else { _ = try server.api.handle(request) }
        } catch { message = error.message }
        #expect(message == refusal.map { "ListOptions.meta.k8s.io \"\" is invalid: \($0)" })
    }

    @Test func `a watch begins with what there is when it says so, and bookmarks have its form`() throws {
        var server = TestServer()
        _ = try server.send("POST", "/api/v1/namespaces/default/configmaps", ["metadata": ["name": "a"]])
        func first(_ initial: Bool?, _ version: String = "", _ form: Representation = .object) throws -> [WatchEvent] {
            var request = APIRequest(.watch, configMaps, namespace: "default")
            request.options.sendInitialEvents = initial
            if initial != nil { request.options.resourceVersionMatch = "NotOlderThan" }
            request.options.resourceVersion = version
            request.options.allowWatchBookmarks = true
            request.representation = form
            var cursor = try WatchCursor(request, on: server.api)
            return cursor.poll(server.api)
        }
        #expect(try first(nil).map(\.kind) == [.added])
        #expect(try first(false).isEmpty)
        #expect(try first(true).map(\.kind) == [.added, .bookmark])
        #expect(try first(true, "1").map(\.kind) == [.added, .bookmark])
        let ends = try [Representation.object, .partialObjectMetadata, .table].map { try first(true, "", $0).last?.object }
        #expect(ends.map { $0?.kind } == ["ConfigMap", "PartialObjectMetadata", "Table"])
        #expect(ends.prefix(2).allSatisfy { $0?["metadata"]?["annotations"]?["k8s.io/initial-events-end"] == "true" })
        #expect(ends[2]?["rows"]?[0]?["object"]?["metadata"]?["annotations"]?["k8s.io/initial-events-end"] == "true")
        #expect(throws: APIStatus.self) { try first(true, "99999999") }
    }

    @Test func `saved state comes back whole`() throws {
        var server = TestServer()
        _ = try server.send("POST", "/api/v1/namespaces/default/configmaps", ["metadata": ["name": "a"], "data": ["x": "1"]])
        _ = try server.send(
            "POST", "/api/v1/namespaces/default/services",
            ["metadata": ["name": "s"], "spec": ["type": "NodePort", "ports": [["port": 80, "nodePort": 30100]]]])
        let state = server.api.encodeState()
        var other = GenericAPIServer(seed: 7)
        try other.restore(Value(parsingJSON: compactJSON(state)))
        #expect(other.encodeState() == state)
        #expect(other.store.revision == server.api.store.revision)
        var refused: APIStatus?
        do throws(APIStatus) {
            _ = try other.create(
                .services,
                [
                    "metadata": ["name": "t", "namespace": "default"],
                    "spec": ["type": "NodePort", "ports": [["port": 80, "nodePort": 30100]]],
                ])
        } catch { refused = error }
        #expect(refused?.message == "Service \"t\" is invalid: spec.ports[0].nodePort: Invalid value: 30100: provided port is already allocated")
    }

    /// A client as informers are: lists, watches from there, takes the watch up again where it was cut, and lists anew when the
    /// version it knows is gone.
    private struct Informer {
        var request: APIRequest
        var seen: [String: Value] = [:]
        var revision = ""
        var cursor: WatchCursor?
        var lists = 0

        init(_ resource: GroupVersionResource) {
            request = APIRequest(.watch, resource)
            request.options.allowWatchBookmarks = true
        }

        private static func key(_ object: Value) -> String { "\(object.namespace)/\(object.name)" }

        mutating func cut() { cursor = nil }

        mutating func step(_ server: inout TestServer) throws {
            if revision.isEmpty {
                var list = request
                list.verb = .list
                list.options.allowWatchBookmarks = false
                let body = try server.api.handle(list).body
                seen = Dictionary(uniqueKeysWithValues: (body["items"]?.elements ?? []).map { (Self.key($0), $0) })
                revision = body["metadata"]?["resourceVersion"]?.stringValue ?? ""
                lists += 1
            }
            if cursor == nil {
                var watch = request
                watch.options.resourceVersion = revision
                cursor = try WatchCursor(watch, on: server.api)
            }
            for event in cursor?.poll(server.api) ?? [] {
                switch event.kind {
                case .added, .modified: seen[Self.key(event.object)] = event.object
                case .deleted: #expect(seen.removeValue(forKey: Self.key(event.object)) != nil)
                case .bookmark: break
                case .error:
                    #expect(event.object["code"] == 410)
                    revision = ""
                    cursor = nil
                    return
                }
                let next = event.object.resourceVersion
                #expect(UInt64(next) ?? 0 >= UInt64(revision) ?? 0, "versions go back")
                revision = next
            }
        }
    }

    @Test(arguments: Array(1...24) as [UInt64]) func `informers that are cut off and compacted away come to hold the store`(_ seed: UInt64) throws {
        var server = TestServer()
        server.api.store.logCapacity = 64
        var random = RandomStream(seed: seed, name: "informers")
        var informers = [
            Informer(configMaps), Informer(GroupVersionResource(group: "apps", version: "v1", resource: "deployments")),
            Informer(GroupVersionResource(group: "", version: "v1", resource: "namespaces")),
        ]
        for _ in 0..<400 {
            let namespace = random.chance(1, in: 2) ? "default" : "kube-system"
            let name = "o\(random.below(8))"
            let isMap = random.chance(1, in: 2)
            let key = ObjectKey(isMap ? .configMaps : .deployments, namespace: namespace, name: name)
            if server.api.store.get(key) == nil {
                var object: Value = isMap ? ["data": [:]] : deployment(name)
                object["metadata", default: [:]]["name"] = .string(name)
                object["metadata", default: [:]]["namespace"] = .string(namespace)
                _ = try server.api.create(key.resource, object)
            } else if random.chance(1, in: 3) {
                try server.api.delete(key, propagation: .background)
            } else {
                _ = try server.api.patch(key, .merge, ["metadata": ["labels": ["n": .string("\(random.below(3))")]]])
            }
            server.api.now += .seconds(random.below(30))
            if random.chance(1, in: 60) { server.api.store.compact(through: server.api.store.revision) }
            for index in informers.indices {
                if random.chance(1, in: 25) { informers[index].cut() }
                // Some sleep for long, so that what they know is dropped from the log meanwhile.
                if random.chance(1, in: 6) { try informers[index].step(&server) }
            }
        }
        for index in informers.indices {
            for _ in 0..<3 { try informers[index].step(&server) }
            let stored = try server.api.handle({ var list = informers[index].request; list.verb = .list; return list }()).body["items"]?.elements ?? []
            #expect(informers[index].seen.count == stored.count)
            for object in stored { #expect(informers[index].seen["\(object.namespace)/\(object.name)"] == object) }
        }
        #expect(informers.contains { $0.lists > 1 }, "nobody had to list anew")
    }
}
