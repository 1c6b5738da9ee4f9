import APIMachinery
import APIServer
import Cluster
import KubernetesObjects
import SimulationKernel
import Synchronization

/// What the commands of a served cluster ask of its process: time, a new beginning, the end.
///
/// - Shape: POST to `/labrunner.dev/v1/ACTION` with a JSON object; for `system:masters` alone.
final class LiveControl: ServerControl {
    static let prefix = "/labrunner.dev/v1/"

    private let host: ClusterHost
    private let name: String
    /// Makes the cluster as it was when it was made.
    private let remake: @Sendable () throws -> Cluster
    private let ending = Mutex(false)

    init(host: ClusterHost, name: String, remake: @escaping @Sendable () throws -> Cluster) {
        self.host = host
        self.name = name
        self.remake = remake
    }

    /// Whether somebody asked for the end.
    var hasEnded: Bool { ending.withLock { $0 } }

    func answer(_ request: WireRequest, _ user: UserInfo) async throws(APIStatus) -> Value? {
        guard request.path.hasPrefix(Self.prefix) else { return nil }
        guard user.groups.contains("system:masters") else {
            throw APIStatus(
                code: 403, reason: "Forbidden", message: "forbidden: User \"\(user.name)\" cannot post path \"\(request.path)\"", details: [:])
        }
        guard request.method == "POST" else {
            throw APIStatus(
                code: 405, reason: "MethodNotAllowed", message: "the server does not allow this method on the requested resource", details: [:])
        }
        let bytes = Array(request.body.readableBytesView)
        let body = bytes.isEmpty ? [:] : (try? Value(parsingJSON: bytes)) ?? .null
        switch String(request.path.dropFirst(Self.prefix.count)) {
        case "status": break
        case "pause": await host.pause()
        case "resume": await host.resume()
        case "speed":
            guard let pace = body["speed"]?.stringValue.flatMap({ ClusterPace($0) }) else { throw .badRequest("the speed must be such as 1x, 10x or max") }
            await host.setSpeed(pace.speed)
        case "step":
            guard let nanoseconds = body["nanoseconds"]?.intValue, nanoseconds >= 0, nanoseconds <= 30 * 86_400 * 1_000_000_000 else {
                throw .badRequest("the duration must be between 0 and 720h")
            }
            try await host.step(by: .nanoseconds(Int64(nanoseconds)))
        case "reset":
            let cluster: Cluster
            do { cluster = try remake() } catch { throw .internalError("\(error)") }
            try await host.replace(with: cluster)
        case "disturb":
            guard let entry = JournalEntry(["at": 0, "chaos": body]), case .disturbance(let disturbance) = entry.action else {
                throw .badRequest("no such disturbance")
            }
            try await host.withCluster { (cluster: inout Cluster) throws(APIStatus) in cluster.apply(disturbance) }
        case "shutdown": ending.withLock { $0 = true }
        default: throw .pageNotFound()
        }
        return try await status()
    }

    private func status() async throws(APIStatus) -> Value {
        let pace = await host.pace
        let watches = await host.openWatches
        return try await host.withCluster { [name] (cluster: inout Cluster) throws(APIStatus) in
            let nodes = cluster.store.list(.nodes)
            return [
                "name": .string(name), "profile": .string(cluster.profile.name), "now": .int(cluster.now.nanoseconds),
                "speed": .string(pace.speedText), "isPaused": .bool(pace.isPaused), "nodes": Value(nodes.count),
                "readyNodes": Value(nodes.filter { $0.isConditionTrue("Ready") }.count), "pods": Value(cluster.store.count(.pods)),
                "revision": .int(Int64(clamping: cluster.store.revision)), "watches": Value(watches),
            ]
        }
    }
}
