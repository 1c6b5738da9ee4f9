import APIMachinery
import APIServer
import Cluster
import Dispatch
import Glibc
import KubernetesObjects
import SimulationKernel
import Synchronization

/// A served cluster under load: clients of this process over TLS on loopback, changes kept on disk before they are answered.
///
/// What is counted: the whole way of a request, at both ends: so processor time is the server's and the clients' together. The
/// pods are stored and nothing runs in them.
package enum LiveMeasurement {
    /// How much is done, beside the number of pods.
    package struct Size: Sendable {
        package var watches: Int
        package var clients: Int
        package var requests: Int

        package init(watches: Int = 1000, clients: Int = 4, requests: Int = 4000) {
            self.watches = watches
            self.clients = clients
            self.requests = requests
        }
    }

    /// - Throws: why the cluster could not be served.
    package static func run(pods: Int, _ size: Size = Size()) throws -> [Measurement] {
        let world = try Served(pods: pods)
        defer { world.stop() }
        var lines: [Measurement] = []
        for load in Load.all(pods: pods, size) { lines.append(try world.measure(load, clients: size.clients)) }
        lines.append(try world.watch(size))
        return lines
    }

    fileprivate static let pods = GroupVersionResource(group: "", version: "v1", resource: "pods")
    fileprivate static let parts = 100
}

/// Requests of one kind.
private struct Load {
    var name: String
    var count: Int
    var request: @Sendable (Int) -> APIRequest

    static func all(pods: Int, _ size: LiveMeasurement.Size) -> [Load] {
        [
            Load(name: "get", count: size.requests) { APIRequest(.get, LiveMeasurement.pods, namespace: "load", name: "pod-\($0 % pods)") },
            Load(name: "listPart", count: max(size.requests / 10, 1)) { list(selector: "part=p\($0 % LiveMeasurement.parts)") },
            Load(name: "listAll", count: max(size.requests / 400, 2)) { _ in list(selector: "") },
            Load(name: "patch", count: max(size.requests / 4, 1)) { patch($0 % pods, "load-\($0)") },
        ]
    }

    private static func list(selector: String) -> APIRequest {
        var request = APIRequest(.list, LiveMeasurement.pods, namespace: "load")
        request.options.labelSelector = selector
        return request
    }

    static func patch(_ number: Int, _ text: String) -> APIRequest {
        var request = APIRequest(.patch, LiveMeasurement.pods, namespace: "load", name: "pod-\(number)")
        request.patchType = .merge
        request.body = ["metadata": ["annotations": ["changed": .string(text)]]]
        return request
    }
}

/// A cluster with pods that this process serves.
private final class Served: Sendable {
    let pods: Int
    private let identity: ClusterIdentity
    private let host: ClusterHost
    private let server: ClusterServer
    private let path: String

    init(pods: Int) throws {
        self.pods = pods
        let identity = try ClusterIdentity()
        var profile = ClusterProfile.empty
        profile.adopt(identity)
        var cluster = Cluster(profile: profile, seed: 5)
        var namespace = APIRequest(.create, GroupVersionResource(group: "", version: "v1", resource: "namespaces"))
        namespace.body = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "load"]]
        _ = try cluster.send(namespace)
        cluster.settle()
        for number in 0..<pods { _ = try cluster.send(Self.pod(number)) }
        var template = Array("/tmp/labrunner-live-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
        let settings = ClusterSettings(profile: "empty", seed: 5, wallStart: cluster.now, clusterStart: cluster.startedAt, speed: 1, port: 0)
        let storage = try LiveStorage(ClusterDatabase.make(path + "/cluster.db", settings: settings), cluster: cluster, account: nil)
        let made = cluster
        (host, server) = try waiting {
            let host = ClusterHost(cluster: made, storage: storage)
            let server = try await ClusterServer.start(RequestService(host: host), identity: identity, at: ServerAddress(port: 0))
            await host.start()
            return (host, server)
        }
        self.identity = identity
    }

    private static func pod(_ number: Int) -> APIRequest {
        var request = APIRequest(.create, LiveMeasurement.pods, namespace: "load")
        request.body = [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": ["name": .string("pod-\(number)"), "labels": ["app": "load", "part": .string("p\(number % LiveMeasurement.parts)")]],
            "spec": ["schedulerName": "nobody", "containers": [["name": "c", "image": "nginx", "resources": ["requests": ["cpu": "10m"]]]]],
        ]
        return request
    }

    func stop() {
        try? waiting { [host, server] in
            try await host.close()
            await server.stop()
        }
        for name in ["cluster.db", "cluster.db-wal", "cluster.db-shm"] { unlink(path + "/" + name) }
        rmdir(path)
    }

    private func client() throws -> HTTPSClient {
        let pair = try identity.clientCertificate(name: "kubernetes-admin", groups: ["system:masters"])
        return try HTTPSClient(
            server: "https://127.0.0.1:\(server.address.port)", authority: identity.authorityText, credentials: .certificate(pair.certificate, key: pair.key))
    }

    /// Sends requests from several connections at a time.
    func measure(_ load: Load, clients: Int) throws -> Measurement {
        let failures = Mutex<[String]>([])
        let group = DispatchGroup()
        let watch = Stopwatch()
        let share = max(load.count / clients, 1)
        for index in 0..<clients {
            let client = Sent(try client())
            DispatchQueue(label: "client").async(group: group) {
                for number in 0..<share {
                    do throws(APIStatus) {
                        _ = try client.value.send(load.request(index * share + number))
                    } catch {
                        return failures.withLock { $0.append(error.message) }
                    }
                }
            }
        }
        group.wait()
        let refused = failures.withLock { $0.first }
        return Measurement(
            "live.\(load.name)(\(pods) pods, \(clients) clients)", items: "requests", count: share * clients, watch,
            notes: refused ?? "\(Int(Double(share * clients) / watch.wall))/s of wall time", digest: 0)
    }

    /// Opens watches, one in ten on all pods and the others on one part of them, and changes pods.
    func watch(_ size: LiveMeasurement.Size) throws -> Measurement {
        let client = try client()
        let start = try waiting { [host] in await host.read { String($0.store.revision) } }
        var streams: [(part: Int?, stream: any WatchStream)] = []
        for number in 0..<size.watches {
            let part = number % 10 == 0 ? nil : number % LiveMeasurement.parts
            var request = APIRequest(.watch, LiveMeasurement.pods, namespace: "load")
            request.options.resourceVersion = start
            if let part { request.options.labelSelector = "part=p\(part)" }
            streams.append((part, try client.watch(request)))
        }
        let changes = max(size.requests / 8, 1)
        let writer = try self.client()
        let watch = Stopwatch()
        for number in 0..<changes { _ = try writer.send(Load.patch(number * 7 % pods, "watch-\(number)")) }
        let sent = watch.wall
        var expected: [Int: Int] = [:]
        for number in 0..<changes { expected[number * 7 % pods % LiveMeasurement.parts, default: 0] += 1 }
        var (heard, wrong) = (0, 0)
        for (part, stream) in streams {
            let due = part.map { expected[$0] ?? 0 } ?? changes
            var (count, last, patience) = (0, UInt64(0), 10_000)
            while count < due, patience > 0, !stream.isEnded {
                guard let event = stream.next() else {
                    usleep(1000)
                    patience -= 1
                    continue
                }
                let seen = UInt64(event.object.resourceVersion) ?? 0
                if seen <= last || event.kind != .modified { wrong += 1 }
                (last, count) = (seen, count + 1)
            }
            if count != due || stream.next() != nil { wrong += 1 }
            heard += count
            stream.cancel()
        }
        return Measurement(
            "live.watch(\(pods) pods, \(size.watches) watches)", items: "events", count: heard, watch,
            notes: "\(changes) changes in \(Int(sent * 1000)) ms, \(wrong) watches or events wrong", digest: 0)
    }
}

/// A client that is used by one thread at a time, though not by the one that made it.
private struct Sent: @unchecked Sendable {
    let value: HTTPSClient

    init(_ value: HTTPSClient) { self.value = value }
}

/// Waits for asynchronous work.
private func waiting<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let outcome = Outcome<Value>()
    let done = DispatchSemaphore(value: 0)
    Task {
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        outcome.value.withLock { $0 = result }
        done.signal()
    }
    done.wait()
    return try outcome.value.withLock { $0 }!.get()
}

private final class Outcome<Value: Sendable>: Sendable {
    let value = Mutex<Result<Value, any Error>?>(nil)
}
