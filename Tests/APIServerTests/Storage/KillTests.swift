import APIMachinery
import APIServer
import Cluster
import Glibc
import KubernetesObjects
import SimulationKernel
import Testing

/// A process that is killed at any moment has kept every write that it had acknowledged.
///
/// - Shape: a child writes ConfigMaps, each committed before its name and revision are noted in `acknowledged`; another of its
///   threads kills it at a moment of its own. Every child takes over what the one before left, and checks it first.
/// - Bounds: 25 children; a child that lives longer than its time is killed by its own clock.
@Suite(.serialized) struct KillTests {
    static let variable = "LABRUNNER_KILL_FOLDER"

    @Test(.timeLimit(.minutes(2))) func `what was acknowledged survives kill -9`() async throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/cluster.db"
        let cluster = Kept.fresh()
        _ = try LiveStorage(ClusterDatabase.make(path, settings: Kept.settings), cluster: cluster, account: nil)
        var total = 0
        for round in 0..<25 {
            setenv(Self.variable, "\(folder.path):\(round)", 1)
            await #expect(processExitsWith: .signal(SIGKILL)) { try KillTests.writeUntilKilled() }
            let database = try ClusterDatabase(opening: path)
            try database.check()
            let kept = try database.load(.recording).cluster
            let acknowledged = Self.acknowledged(folder.path)
            for (name, revision) in acknowledged {
                let object = kept.store.get(.configMaps, namespace: "default", name: name)
                #expect(object?.resourceVersion == String(revision), "\(name) of round \(round)")
                #expect(kept.store.revision >= revision)
            }
            total = acknowledged.count
            database.close()
        }
        unsetenv(Self.variable)
        #expect(total > 50)
        let revisions = Self.acknowledged(folder.path).map(\.revision)
        #expect(revisions == revisions.sorted())
        #expect(Set(revisions).count == revisions.count)
    }

    static func acknowledged(_ folder: String) -> [(name: String, revision: UInt64)] {
        String(decoding: Bytes.read(folder + "/acknowledged"), as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 2, let revision = UInt64(words[1]) else { return nil }
            return (String(words[0]), revision)
        }
    }

    /// What a child does until its time has come.
    static func writeUntilKilled() throws {
        let parts = String(cString: getenv(variable)).split(separator: ":")
        let (folder, round) = (String(parts[0]), UInt64(parts[1]) ?? 0)
        var random = RandomStream(seed: round, name: "kill")
        let database = try ClusterDatabase(opening: folder + "/cluster.db")
        var cluster = try database.load(.recording).cluster
        let storage = try LiveStorage(database, cluster: cluster, account: nil)
        let delay = useconds_t(2000 + random.below(60_000))
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { argument in
                usleep(argument!.load(as: useconds_t.self))
                kill(getpid(), SIGKILL)
                return nil
            }, UnsafeMutableRawPointer(Self.kept(delay)))
        for number in 0..<100_000 {
            let name = "r\(round)-\(number)"
            let revision = try Kept.put(name, String(repeating: "z", count: random.below(3000)), in: &cluster)
            if random.chance(1, in: 4) { cluster.advance(by: .seconds(11)) }
            try storage.commit(cluster)
            Bytes.write(Array("\(name) \(revision)\n".utf8), to: folder + "/acknowledged", append: true)
        }
    }

    private static func kept(_ delay: useconds_t) -> UnsafeMutablePointer<useconds_t> {
        let pointer = UnsafeMutablePointer<useconds_t>.allocate(capacity: 1)
        pointer.initialize(to: delay)
        return pointer
    }
}
