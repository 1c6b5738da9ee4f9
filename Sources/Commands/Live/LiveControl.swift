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
    private let storage: LiveStorage?
    /// Makes the cluster as it was when it was made.
    private let remake: @Sendable () throws -> MadeCluster
    private let ending = Mutex(false)

    init(host: ClusterHost, name: String, storage: LiveStorage? = nil, remake: @escaping @Sendable () throws -> MadeCluster) {
        self.host = host
        self.name = name
        self.storage = storage
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
            let made: MadeCluster
            do { made = try remake() } catch { throw .internalError("\(error)") }
            storage?.keep(account: made.account)
            try await host.replace(with: made.cluster)
        case "disturb":
            guard let entry = JournalEntry(["at": 0, "chaos": body]), case .disturbance(let disturbance) = entry.action else {
                throw .badRequest("no such disturbance")
            }
            try await host.withCluster { (cluster: inout Cluster) throws(APIStatus) in
                if let missing = disturbance.missing(in: cluster) { throw .badRequest(missing) }
                cluster.apply(disturbance)
            }
        case "check":
            guard let asked = GradingRequest(body) else { throw .badRequest("the labs to grade are not named") }
            let copy = await host.read { $0 }
            do throws(CommandError) { return try asked.grade(copy, name: name).value } catch {
                throw .badRequest(error.message)
            }
        case "eksctl":
            guard let call = EksctlCall(body) else { throw .badRequest("the words of the command are missing") }
            return try await eksctl(call).value
        case "snapshot": return try await snapshot(body)
        case "shutdown": ending.withLock { $0 = true }
        default: throw .pageNotFound()
        }
        return try await status()
    }

    /// Runs eksctl on the cluster and its account; both are on the disk when this returns.
    private func eksctl(_ call: EksctlCall) async throws(APIStatus) -> EksctlAnswer {
        try await host.withCluster { [storage] (cluster: inout Cluster) throws(APIStatus) in
            let session = ClusterSession(cluster)
            if let account = storage?.account { session.recall(account: account) }
            let answer = call.run(on: session)
            cluster = session.cluster
            storage?.keep(account: session.account)
            return answer
        }
    }

    /// Keeps, brings back, lists or forgets states under names.
    private func snapshot(_ body: Value) async throws(APIStatus) -> Value {
        guard let storage else { throw .badRequest("this cluster is kept in memory alone and has no snapshots") }
        let snapshot = body["name"]?.stringValue ?? ""
        do throws(StorageProblem) {
            switch body["action"]?.stringValue {
            case "save": try storage.saveSnapshot(snapshot, await host.read { $0 })
            case "delete": try storage.deleteSnapshot(snapshot)
            case "list": return ["snapshots": .array(try storage.snapshots().map(\.value))]
            case "restore":
                // Heartbeats may come in between: they stay below the revisions that the snapshot's objects get.
                let highest = await host.read { $0.store.revision } + 1000
                let (cluster, _) = try storage.snapshot(snapshot, above: highest)
                do throws(APIStatus) { try await host.replace(with: cluster) } catch { throw StorageProblem(.unwritable, error.message) }
            default: throw StorageProblem(.missing, "no such action")
            }
        } catch {
            throw error.code == .missing ? .badRequest(error.message) : error.status
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
