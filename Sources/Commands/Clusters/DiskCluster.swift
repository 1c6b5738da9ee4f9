import APIMachinery
import Cluster
import Glibc
import KubernetesObjects
import SimulationKernel

/// A cluster that is kept on disk and opened by each command for as long as it runs: no server, no process in between.
///
/// Its clock follows the wall: whatever would have happened since the last command happens when the next one opens it.
final class DiskCluster: APIClient {
    let folder: ClusterFolder
    private(set) var settings: ClusterSettings
    let session: ClusterSession
    /// How many entries of the journal this process has done.
    private var applied = 0

    init(_ folder: ClusterFolder) throws(CommandError) {
        self.folder = folder
        settings = try folder.readSettings()
        guard let profile = ClusterProfile.named(settings.profile) else {
            throw CommandError(.usage, "Cluster \(folder.name) has the profile '\(settings.profile)', which this version does not know.")
        }
        session = ClusterSession(Cluster(profile: profile, seed: settings.seed, startingAt: settings.clusterStart))
        try alone {}
    }

    /// Does something while no other process has the cluster, after what others have done and what time has brought.
    ///
    /// - Invariants: this process's clock moves only here, so an entry of another process is never in its past.
    private func alone<Result>(_ body: () throws(CommandError) -> Result) throws(CommandError) -> Result {
        let lock = try folder.lock()
        defer { withExtendedLifetime(lock) {} }
        let entries = try folder.readJournal()
        for value in entries.dropFirst(applied) {
            if let entry = JournalEntry(value) { session.cluster.replay(entry) }
        }
        applied = entries.count
        let target = settings.clusterTime(at: Host.preciseNow)
        if target > session.now { session.advance(by: target - session.now) }
        return try body()
    }

    /// Writes an entry for this moment to the journal; it counts as done.
    private func note(_ action: JournalEntry.Action) throws(CommandError) {
        try folder.append(JournalEntry(at: session.now, action: action).value)
        applied += 1
    }

    /// Makes a cluster, or makes it anew.
    static func make(_ folder: ClusterFolder, profile: String, seed: UInt64, speed: Double) throws(CommandError) {
        guard ClusterProfile.named(profile) != nil else {
            throw CommandError(
                .usage, "'\(profile)' is no profile. There are \(ClusterProfile.names.joined(separator: ", ")), and eks-COUNTx-TYPE for other sizes; add-ons follow after +: \(AddOn.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        // The cluster was brought up a while before it is first seen, so that its nodes are there.
        let start = Host.preciseNow - .seconds(30)
        let port = 20_000 + Int(folder.name.utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) } % 9000)
        try folder.begin(ClusterSettings(profile: profile, seed: seed, wallStart: start, clusterStart: start, speed: speed, port: port))
    }

    // MARK: Client

    var user: UserInfo {
        get { session.user }
        set { session.user = newValue }
    }

    var now: Instant { session.now }

    func send(_ request: APIRequest) throws(APIStatus) -> APIResponse {
        var request = request
        if request.userAgent.isEmpty { request.userAgent = session.userAgent }
        var outcome: Result<APIResponse, APIStatus>?
        do throws(CommandError) {
            try alone { () throws(CommandError) in
                if request.verb.isWrite, !request.options.dryRun { try note(.request(request)) }
                do throws(APIStatus) { outcome = .success(try session.send(request)) } catch { outcome = .failure(error) }
            }
        } catch {
            throw APIStatus.internalError(error.message)
        }
        switch outcome {
        case .success(let answer)?: return answer
        case .failure(let status)?: throw status
        case nil: throw APIStatus.internalError("the request was not sent")
        }
    }

    func watch(_ request: APIRequest) throws(APIStatus) -> any WatchStream { try session.watch(request) }

    func advance(by duration: Duration) {
        let wall = Double(duration.nanoseconds) / max(settings.speed, 0.001)
        var left = timespec(tv_sec: Int(wall / 1e9), tv_nsec: Int(wall.truncatingRemainder(dividingBy: 1e9)))
        if !Interruption.hasCome { nanosleep(&left, nil) }
        try? alone {}
    }

    /// Lets the cluster's time run ahead of the wall.
    func step(by duration: Duration) throws(CommandError) {
        settings.wallStart = settings.wallStart - .nanoseconds(Int64(Double(duration.nanoseconds) / max(settings.speed, 0.001)))
        try alone { () throws(CommandError) in try folder.update(settings) }
    }

    func apply(_ disturbance: Disturbance) throws(CommandError) {
        try alone { () throws(CommandError) in
            try note(.disturbance(disturbance))
            session.cluster.apply(disturbance)
            if case .jump(let length) = disturbance {
                settings.wallStart = settings.wallStart - .nanoseconds(Int64(Double(length.nanoseconds) / max(settings.speed, 0.001)))
                try folder.update(settings)
            }
        }
    }

    // MARK: Kubeconfig

    /// The cluster and the address that a kubeconfig leads to, if it is one of ours.
    static func named(in config: Value) -> (name: String, server: String)? {
        for entry in config["clusters"]?.elements ?? [] {
            for item in entry["cluster"]?["extensions"]?.elements ?? [] where item["name"]?.stringValue == Kubeconfig.extensionName {
                if let name = item["extension"]?["cluster"]?.stringValue { return (name, entry["cluster"]?["server"]?.stringValue ?? "") }
            }
        }
        return nil
    }
}
