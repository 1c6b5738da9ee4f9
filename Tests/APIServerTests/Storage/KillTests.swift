import APIMachinery
import APIServer
import Cluster
import Glibc
import KubernetesObjects
import SimulationKernel
import Testing

/// A server that is killed at any moment has kept every write that it had acknowledged.
///
/// - Shape: a child hosts the cluster while clients in it write ConfigMaps and one watches; what a client was answered goes into
///   `acknowledged`, what the watch has shown into `watched`. Another thread kills the child at a moment of its own. Every child
///   takes over what the one before left; the parent looks in between.
/// - Bounds: 50 children of at most 60 ms of work each.
@Suite(.serialized) struct KillTests {
    static let variable = "LABRUNNER_KILL_FOLDER"
    static let rounds = 50

    @Test(.timeLimit(.minutes(2))) func `what was acknowledged survives kill -9`() async throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/cluster.db"
        let cluster = Kept.fresh()
        _ = try LiveStorage(ClusterDatabase.make(path, settings: Kept.settings), cluster: cluster, account: nil)
        var highest: UInt64 = 0
        for round in 0..<Self.rounds {
            setenv(Self.variable, "\(folder.path):\(round)", 1)
            await #expect(processExitsWith: .signal(SIGKILL), "round \(round)") { try await KillTests.serveUntilKilled() }
            let database = try ClusterDatabase(opening: path)
            try database.check()
            let kept = try database.load(.recording).cluster
            for (name, revision) in Self.lines(folder.path + "/acknowledged") {
                let object = kept.store.get(.configMaps, namespace: "default", name: name)
                #expect(object?.resourceVersion == String(revision), "\(name), seen after round \(round)")
            }
            // Nobody was shown what is gone, and nothing is given twice.
            for (name, revision) in Self.lines(folder.path + "/watched") {
                #expect(kept.store.get(.configMaps, namespace: "default", name: name)?.resourceVersion == String(revision), "\(name) was shown")
            }
            // The watch of this child went on where the one before was cut off.
            let (acknowledged, watched) = (Self.lines(folder.path + "/acknowledged"), Self.lines(folder.path + "/watched").map(\.revision))
            #expect(zip(watched, watched.dropFirst()).allSatisfy { $0 < $1 }, "shown twice or out of order in round \(round)")
            let shown = Set(watched)
            #expect(acknowledged.allSatisfy { $0.revision > watched.last ?? 0 || shown.contains($0.revision) }, "missed in round \(round)")
            #expect(kept.store.revision >= highest)
            highest = kept.store.revision
            database.close()
        }
        unsetenv(Self.variable)
        let revisions = Self.lines(folder.path + "/acknowledged").map(\.revision)
        #expect(revisions.count > Self.rounds)
        #expect(Set(revisions).count == revisions.count)
        #expect(!Self.lines(folder.path + "/watched").isEmpty)
    }

    /// Names and revisions of a file; a last line that was cut off is left out.
    static func lines(_ path: String) -> [(name: String, revision: UInt64)] {
        var lines = String(decoding: Bytes.read(path), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        lines.removeLast()
        return lines.compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 2, let revision = UInt64(words[1]) else { return nil }
            return (String(words[0]), revision)
        }
    }

    // MARK: The child

    /// What a child does until its time has come.
    static func serveUntilKilled() async throws {
        let parts = String(cString: getenv(variable)).split(separator: ":")
        let (folder, round) = (String(parts[0]), UInt64(parts[1]) ?? 0)
        var random = RandomStream(seed: round, name: "kill")
        let database = try ClusterDatabase(opening: folder + "/cluster.db")
        let cluster = try database.load(.recording).cluster
        let host = ClusterHost(cluster: cluster, storage: try LiveStorage(database, cluster: cluster, account: nil))
        await host.start()
        try await resume(host, folder, revision: cluster.store.revision)
        die(after: useconds_t(1000 + random.below(60_000)))
        await withTaskGroup(of: Void.self) { group in
            for client in 0..<4 {
                group.addTask {
                    for number in 0..<100_000 {
                        let name = "r\(round)-\(client)-\(number)"
                        var request = APIRequest(.create, Kept.configMaps, namespace: "default")
                        request.body = [
                            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)],
                            "data": ["text": .string(String(repeating: "z", count: number * 37 % 3000))],
                        ]
                        guard let answer = try? await host.send(request) else { exit(3) }
                        Bytes.write(Array("\(name) \(answer.body.resourceVersion)\n".utf8), to: folder + "/acknowledged", append: true)
                    }
                }
            }
        }
    }

    /// A watch goes on from what the last child showed.
    private static func resume(_ host: ClusterHost, _ folder: String, revision: UInt64) async throws {
        let last = lines(folder + "/watched").map(\.revision).max() ?? revision
        guard last <= revision else { exit(4) }
        var request = APIRequest(.watch, Kept.configMaps, namespace: "default")
        request.options.resourceVersion = String(last)
        let watch = try await host.watch(request)
        Task {
            while true {
                await watch.wait()
                let (frames, isEnded) = watch.take()
                for frame in frames {
                    if frame.kind == .error { exit(5) }
                    Bytes.write(Array("\(frame.event.object.name) \(frame.event.object.resourceVersion)\n".utf8), to: folder + "/watched", append: true)
                }
                if isEnded { return }
            }
        }
    }

    private static func die(after delay: useconds_t) {
        let pointer = UnsafeMutablePointer<useconds_t>.allocate(capacity: 1)
        pointer.initialize(to: delay)
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { argument in
                usleep(argument!.load(as: useconds_t.self))
                kill(getpid(), SIGKILL)
                return nil
            }, pointer)
    }
}
