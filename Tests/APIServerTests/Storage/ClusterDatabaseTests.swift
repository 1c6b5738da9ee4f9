import APIMachinery
import APIServer
import Cluster
import GRDB
import Glibc
import KubernetesObjects
import SimulationKernel
import Testing

/// What is written to a cluster's file is there again, and a bad file is refused and left alone.
@Suite struct ClusterDatabaseTests {
    let folder = TemporaryFolder()
    var path: String { folder.path + "/cluster.db" }

    private func served(_ cluster: Cluster) throws -> LiveStorage {
        try LiveStorage(ClusterDatabase.make(path, settings: Kept.settings), cluster: cluster, account: nil)
    }

    private func reloaded() throws -> Cluster {
        let database = try ClusterDatabase(opening: path)
        defer { database.close() }
        return try database.load(.recording).cluster
    }

    @Test func `a commit keeps what was written, changed and deleted`() throws {
        var cluster = Kept.fresh()
        let storage = try served(cluster)
        try Kept.put("a", in: &cluster)
        try Kept.put("b", in: &cluster)
        try storage.commit(cluster)
        _ = try cluster.send(APIRequest(.delete, Kept.configMaps, namespace: "default", name: "a"))
        cluster.advance(by: .seconds(30))
        try storage.commit(cluster)
        let again = try reloaded()
        #expect(again.encodeState()["server"] == cluster.encodeState()["server"])
        #expect(!Kept.has("a", in: again))
        #expect(again.store.revision == cluster.store.revision)
        #expect(again.now == cluster.now)
    }

    @Test func `what was not committed is not there`() throws {
        var cluster = Kept.fresh()
        let storage = try served(cluster)
        try Kept.put("a", in: &cluster)
        try storage.commit(cluster)
        let revision = cluster.store.revision
        try Kept.put("b", in: &cluster)
        let before = try storage.lastCommitted()
        #expect(Kept.has("a", in: before))
        #expect(!Kept.has("b", in: before))
        #expect(before.store.revision == revision)
    }

    @Test func `more than the log reaches back is written whole`() throws {
        var cluster = Kept.fresh()
        let storage = try served(cluster)
        try Kept.put("a", in: &cluster)
        cluster.compact(through: cluster.store.revision)
        try Kept.put("b", in: &cluster)
        try storage.commit(cluster)
        let again = try reloaded()
        #expect(Kept.has("a", in: again) && Kept.has("b", in: again))
    }

    @Test func `a full disk is said, and what was there stays`() throws {
        var cluster = Kept.fresh()
        let database = try ClusterDatabase.make(path, settings: Kept.settings)
        let storage = try LiveStorage(database, cluster: cluster, account: nil)
        try Kept.put("a", in: &cluster)
        try storage.commit(cluster)
        let pages = try database.limit(pages: 0)
        var fuller = cluster
        try Kept.put("large", String(repeating: "x", count: 800_000), in: &fuller)
        #expect { try storage.commit(fuller) } throws: { ($0 as? APIStatus)?.code == 507 && ($0 as? APIStatus)?.message.contains("no space is left") == true }
        let kept = try storage.lastCommitted()
        #expect(Kept.has("a", in: kept) && !Kept.has("large", in: kept))
        // Once there is room again, it goes on.
        _ = try database.limit(pages: pages + 100_000)
        var next = kept
        try Kept.put("b", in: &next)
        try storage.commit(next)
        #expect(Kept.has("b", in: try storage.lastCommitted()))
    }

    @Test func `a journal is done again exactly, and folded`() throws {
        let database = try ClusterDatabase.make(path, settings: Kept.settings)
        var kept = try database.load(.recording)
        kept.cluster.advance(by: .seconds(40))
        var request = APIRequest(.create, Kept.configMaps, namespace: "default")
        request.body = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["generateName": "made-"]]
        let entry = JournalEntry(at: kept.cluster.now, action: .request(request))
        kept.cluster.replay(entry)
        #expect(try database.append(entry) == 1)
        let again = try database.load(.recording)
        #expect(again.journalLength == 1)
        #expect(again.cluster.encodeState() == kept.cluster.encodeState())
        let generation = try database.fold(again.cluster, account: nil).generation
        let folded = try database.load(.recording)
        #expect(folded.generation == generation && generation > again.generation)
        #expect(folded.journalLength == 0)
        #expect(folded.cluster.encodeState()["server"] == kept.cluster.encodeState()["server"])
        #expect(try database.append(entry) == 2)
    }

    @Test func `snapshots are kept, listed, restored above the highest revision, and forgotten`() throws {
        let database = try ClusterDatabase.make(path, settings: Kept.settings)
        var cluster = Kept.fresh()
        try Kept.put("a", in: &cluster)
        try database.saveSnapshot("first", cluster, account: nil, wall: Kept.start)
        try Kept.put("b", in: &cluster)
        let highest = cluster.store.revision
        let (back, _) = try database.snapshot("first", .recording, seed: 5, above: highest)
        #expect(Kept.has("a", in: back) && !Kept.has("b", in: back))
        #expect(back.store.revision > highest)
        #expect(try database.snapshots().map(\.name) == ["first"])
        try database.deleteSnapshot("first")
        #expect(try database.snapshots().isEmpty)
        #expect(throws: StorageProblem(.missing, "")) { try database.deleteSnapshot("first") }
        #expect(throws: StorageProblem(.missing, "")) { try database.snapshot("first", .recording, seed: 5, above: 0) }
    }

    // MARK: Bad files

    @Test func `a foreign file is refused and left alone`() throws {
        let text = Array("This is a letter to my aunt, not a cluster.".utf8)
        Bytes.write(text, to: path)
        #expect(throws: StorageProblem(.foreign, "")) { try ClusterDatabase(opening: path) }
        #expect(throws: StorageProblem(.foreign, "")) { try ClusterDatabase.make(path, settings: Kept.settings) }
        #expect(Bytes.read(path) == text)
        #expect(throws: StorageProblem(.missing, "")) { try ClusterDatabase(opening: path + "x") }
    }

    @Test func `another database is refused`() throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "CREATE TABLE letters (text TEXT)") }
        try queue.close()
        #expect(throws: StorageProblem(.foreign, "")) { try ClusterDatabase.make(path, settings: Kept.settings) }
        let again = try DatabaseQueue(path: path)
        #expect(try again.read { try $0.tableExists("letters") })
    }

    @Test func `a file of another version is refused by its version`() throws {
        try ClusterDatabase.make(path, settings: Kept.settings).close()
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 77") }
        try queue.close()
        #expect {
            try ClusterDatabase(opening: path)
        } throws: {
            ($0 as? StorageProblem)?.code == .version && ($0 as? StorageProblem)?.message.contains("format 77") == true
        }
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `a torn file is never taken for a whole one`(seed: UInt64) throws {
        var cluster = Kept.fresh()
        let storage = try served(cluster)
        for number in 0..<30 { try Kept.put("c\(number)", String(repeating: "y", count: 2000), in: &cluster) }
        try storage.close(cluster)
        var bytes = Bytes.read(path)
        var random = RandomStream(seed: seed, name: "tearing")
        if random.chance(1, in: 2) {
            bytes.removeLast(1 + random.below(bytes.count - 200))
        } else {
            for _ in 0..<40 {
                let place = 100 + random.below(bytes.count - 400)
                for offset in 0..<200 { bytes[place + offset] = UInt8(truncatingIfNeeded: random.next()) }
            }
        }
        Bytes.write(bytes, to: path)
        for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
        let before = Bytes.read(path)
        #expect(throws: StorageProblem.self) {
            let database = try ClusterDatabase(opening: path)
            defer { database.close() }
            try database.check()
            _ = try database.load(.recording)
        }
        #expect(Bytes.read(path) == before)
    }

    // MARK: One at a time

    @Test func `a second process hears who has the cluster`() throws {
        let lock = try ClusterLock(folder.path + "/lock", cluster: "demo", purpose: "labrunner cluster up", lasting: true)
        let begun = ContinuousClock.now
        #expect {
            try ClusterLock(folder.path + "/lock", cluster: "demo", purpose: "labrunner kubectl")
        } throws: {
            let message = ($0 as? StorageProblem)?.message ?? ""
            return message.contains("process \(getpid()) (labrunner cluster up)") && message.contains("labrunner cluster down demo")
        }
        #expect(.now - begun < .seconds(5))
        withExtendedLifetime(lock) {}
    }

    @Test func `a lock is free again when its holder is gone`() throws {
        var lock: ClusterLock? = try ClusterLock(folder.path + "/lock", cluster: "demo", purpose: "one")
        withExtendedLifetime(lock) {}
        lock = nil
        _ = try ClusterLock(folder.path + "/lock", cluster: "demo", purpose: "two", patience: .zero)
    }

    @Test func `an account is kept with the turn that changed it, and goes with a cluster that has none`() throws {
        let folder = TemporaryFolder()
        let cluster = Kept.fresh()
        let database = try ClusterDatabase.make(folder.path + "/cluster.db", settings: Kept.settings)
        let storage = try LiveStorage(database, cluster: cluster, account: nil)
        #expect(storage.account == nil)
        storage.keep(account: ["clusters": ["a": ["x": 1]]])
        try storage.commit(cluster)
        #expect(try database.load(.recording).account == ["clusters": ["a": ["x": 1]]])
        storage.keep(account: nil)
        try storage.commit(cluster)
        #expect(try database.load(.recording).account == nil)
    }
}
