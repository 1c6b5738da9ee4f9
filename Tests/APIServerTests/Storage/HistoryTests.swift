import APIMachinery
import Cluster
import GRDB
import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIServer

/// Changes from before a restart: what is on the disk leads to them again.
@Suite struct HistoryTests {
    let folder = TemporaryFolder()
    var path: String { folder.path + "/cluster.db" }

    /// What can be compared of a change.
    private struct Seen: Equatable {
        var change: StoreEvent.Change
        var key: ObjectKey
        var object: Value
        var old: Value?
        var revision: UInt64

        init(_ event: StoreEvent) { (change, key, object, old, revision) = (event.change, event.key, event.object, event.old, event.revision) }
    }

    /// Creates, changes, finalizes and deletes some ConfigMaps.
    private func disturb(_ cluster: inout Cluster, _ random: inout RandomStream) {
        let name = "c\(random.below(6))"
        if !Kept.has(name, in: cluster) {
            _ = try? Kept.put(name, String(random.next()), in: &cluster)
        } else if random.chance(1, in: 3) {
            _ = try? cluster.send(APIRequest(.delete, Kept.configMaps, namespace: "default", name: name))
        } else {
            var request = APIRequest(.patch, Kept.configMaps, namespace: "default", name: name)
            request.patchType = .merge
            let finalizers: Value = random.chance(1, in: 4) ? ["example.com/hold"] : .null
            request.body = ["metadata": ["finalizers": finalizers], "data": ["text": .string(String(random.next()))]]
            _ = try? cluster.send(request)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `every change is there again after restarts, with what was before it`(seed: UInt64) throws {
        var random = RandomStream(seed: seed, name: "history")
        var cluster = Kept.fresh()
        let first = cluster.store.revision
        var seen: [Seen] = []
        var storage = try LiveStorage(ClusterDatabase.make(path, settings: Kept.settings), cluster: cluster, account: nil)
        for round in 0..<6 {
            let begin = cluster.store.revision
            for _ in 0..<12 {
                // A turn may change an object more than once.
                for _ in 0..<1 + random.below(4) { disturb(&cluster, &random) }
                if random.chance(1, in: 5) { cluster.advance(by: .seconds(12)) }
                try storage.commit(cluster)
            }
            // What passed between the end of a server and the start of the next belongs to it as well.
            seen += try #require(cluster.store.changes(after: begin)).map(Seen.init)
            if round % 2 == 0 { try storage.close(cluster) }
            let database = try ClusterDatabase(opening: path)
            cluster = try database.load(.recording).cluster
            let loaded = cluster.store.revision
            disturb(&cluster, &random)
            storage = try LiveStorage(database, cluster: cluster, account: nil)
            seen += try #require(cluster.store.changes(after: loaded)).map(Seen.init)

            let past = try #require(try storage.history(before: cluster))
            #expect(past.since == first)
            let restored = past.changes.map(Seen.init)
            let expected = seen.filter { $0.revision <= loaded }
            #expect(restored.count == expected.count)
            for (got, want) in zip(restored, expected) where got != want { Issue.record("round \(round): \(got) is not \(want)"); break }
            var whole = cluster
            whole.recall(past)
            #expect(whole.store.changes(after: first)?.map(Seen.init) == seen)
        }
    }

    @Test func `a watch goes on from before a restart, and from before what is kept it does not`() async throws {
        var cluster = Kept.fresh()
        let storage = try LiveStorage(ClusterDatabase.make(path, settings: Kept.settings), cluster: cluster, account: nil)
        let begin = cluster.store.revision
        for number in 0..<5 { try Kept.put("m\(number)", in: &cluster) }
        _ = try cluster.send(APIRequest(.delete, Kept.configMaps, namespace: "default", name: "m1"))
        try storage.commit(cluster)

        let database = try ClusterDatabase(opening: path)
        let again = try database.load(.recording).cluster
        let host = ClusterHost(cluster: again, pace: ClusterPace(isPaused: true), storage: try LiveStorage(database, cluster: again, account: nil))
        func watch(from revision: UInt64) async throws -> [String] {
            var request = APIRequest(.watch, Kept.configMaps, namespace: "default")
            request.options.resourceVersion = String(revision)
            let watch = try await host.watch(request)
            defer { watch.cancel() }
            return watch.take().frames.map { "\($0.kind.rawValue) \($0.event.object.name)" }
        }
        let all = ["ADDED m0", "ADDED m1", "ADDED m2", "ADDED m3", "ADDED m4", "DELETED m1"]
        #expect(try await watch(from: begin) == all)
        #expect(try await watch(from: begin + 3) == Array(all.dropFirst(3)))
        #expect(try await watch(from: begin - 1) == ["ERROR "])
        try await host.close()
    }

    @Test func `a cluster that goes back to another state forgets what led to it`() throws {
        var cluster = Kept.fresh()
        let database = try ClusterDatabase.make(path, settings: Kept.settings)
        let storage = try LiveStorage(database, cluster: cluster, account: nil)
        try Kept.put("a", in: &cluster)
        try storage.commit(cluster)
        var other = Kept.fresh()
        other.raiseRevision(above: cluster.store.revision)
        try Kept.put("b", in: &other)
        try storage.commit(other)
        let past = try #require(try storage.history(before: other))
        #expect(past.since == other.store.revision)
        #expect(past.changes.isEmpty)
    }

    @Test func `what is kept of the past is bounded`() throws {
        let database = try ClusterDatabase.make(path, settings: Kept.settings)
        let count = ClusterDatabase.historyMax + 1500
        let key = ObjectKey(.configMaps, namespace: "default", name: "one")
        func body(_ revision: UInt64) -> Value { ["metadata": ["name": "one", "namespace": "default", "resourceVersion": .string(String(revision))]] }
        var rows: [Int] = []
        try database.write("writing changes") { db in
            var head = ClusterHead()
            for begin in stride(from: UInt64(0), to: count, by: 500) {
                let changes = (begin + 1...begin + 500).map { revision in
                    StoreEvent(
                        change: revision == 1 ? .added : .modified, key: key, object: body(revision), old: revision == 1 ? nil : body(revision - 1),
                        revision: revision, cause: TraceID(-1))
                }
                try ClusterDatabase.apply(db, changes[...], &head)
                head.revision = begin + 500
                let oldest = try UInt64(Int64.fetchOne(db, sql: "SELECT min(revision) FROM history") ?? 0)
                #expect(oldest == head.since + 1)
                rows.append(try Int.fetchOne(db, sql: "SELECT count(*) FROM history") ?? 0)
            }
        }
        #expect(rows.last ?? 0 >= ClusterDatabase.historyKept)
        #expect(rows.max() ?? 0 <= ClusterDatabase.historyMax)
    }

    @Test func `a file of the version before gets a history`() throws {
        var cluster = Kept.fresh()
        let storage = try LiveStorage(ClusterDatabase.make(path, settings: Kept.settings), cluster: cluster, account: nil)
        try Kept.put("a", in: &cluster)
        try storage.close(cluster)
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "DROP TABLE history; PRAGMA user_version = 2")
            // Nor did its head say from where on there is one.
            try db.execute(sql: "UPDATE meta SET value = replace(value, '\"since\"', '\"unknown\"') WHERE key = 'head'")
        }
        try queue.close()
        let database = try ClusterDatabase(opening: path)
        let again = try database.load(.recording).cluster
        #expect(Kept.has("a", in: again))
        let taken = try LiveStorage(database, cluster: again, account: nil)
        #expect(try taken.history(before: again)?.since == again.store.revision)
    }
}
