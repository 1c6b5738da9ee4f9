import APIMachinery
import APIServer
import Cluster
import Glibc
import Kubectl
import KubernetesObjects
import SimulationKernel

/// A cluster that is kept on disk and opened by each command for as long as it runs: no server, no process in between.
///
/// Its clock follows the wall: whatever would have happened since the last command happens when the next one opens it.
///
/// - Invariants: what was done since the base is in the journal and is done again exactly; the base is written anew only
///   while nothing but periodic work is left, or when doing it all again has become too much (`Folding`).
final class DiskCluster: APIClient {
    let folder: ClusterFolder
    private(set) var settings: ClusterSettings
    let session: ClusterSession
    private let database: ClusterDatabase
    private let profile: ClusterProfile
    /// The last entry of the journal that this process has done, the base that it started from, and what came since.
    private var sequence: Int64
    private var generation: Int
    private var journalLength: Int
    private var baseTime: Instant

    init(_ folder: ClusterFolder) throws(CommandError) {
        self.folder = folder
        let lock = try folder.lock()
        defer { withExtendedLifetime(lock) {} }
        database = try folder.open()
        do throws(StorageProblem) {
            settings = try database.settings()
            profile = try folder.profile(settings)
            let kept = try database.load(profile)
            session = ClusterSession(kept.cluster)
            if let account = kept.account { session.recall(account: account) }
            (sequence, generation, journalLength, baseTime) = (kept.sequence, kept.generation, kept.journalLength, kept.baseTime)
        } catch {
            throw CommandError(.usage, error.message)
        }
        session.cluster.clientPrograms["kubectl"] = ContainerKubectl()
        catchUp()
        try foldIfDue()
    }

    /// Does something while no other process has the cluster, after what others have done and what time has brought.
    ///
    /// - Invariants: this process's clock moves only here, so an entry of another process is never in its past.
    private func alone<Result>(_ body: () throws(StorageProblem) -> Result) throws(CommandError) -> Result {
        let lock = try folder.lock()
        defer { withExtendedLifetime(lock) {} }
        do throws(StorageProblem) {
            try hear()
            catchUp()
            let result = try body()
            try foldIfDueNow()
            return result
        } catch {
            throw CommandError(.usage, error.message)
        }
    }

    /// Does what other processes have done since the last time.
    private func hear() throws(StorageProblem) {
        let news = try database.news(after: sequence)
        settings = news.settings
        if news.generation != generation { return take(try database.load(profile)) }
        for (number, entry) in news.entries {
            session.cluster.replay(entry)
            sequence = number
            journalLength += 1
        }
    }

    private func catchUp() {
        let target = settings.clusterTime(at: Host.preciseNow)
        if target > session.now { session.advance(by: target - session.now) }
    }

    private func foldIfDue() throws(CommandError) {
        do throws(StorageProblem) { try foldIfDueNow() } catch { throw CommandError(.usage, error.message) }
    }

    private func foldIfDueNow() throws(StorageProblem) {
        guard Folding.isDue(entries: journalLength, since: session.now - baseTime, isAtRest: session.cluster.isAtRest) else { return }
        // A full disk keeps the old base and its journal, from which the cluster comes just the same.
        guard (try? database.fold(session.cluster, account: session.account)) != nil else { return }
        take(try database.load(profile))
    }

    /// Goes on with what was read from the file.
    private func take(_ kept: KeptCluster) {
        session.cluster = kept.cluster
        session.cluster.clientPrograms["kubectl"] = ContainerKubectl()
        if let account = kept.account { session.recall(account: account) }
        (sequence, generation, journalLength, baseTime) = (kept.sequence, kept.generation, kept.journalLength, kept.baseTime)
    }

    /// Does something that the journal must tell of, and is done only when the journal has it.
    private func done(_ action: JournalEntry.Action, _ body: () -> Void) throws(StorageProblem) {
        let before = (session.cluster, session.cluster.counters)
        body()
        // What was refused and left nothing behind need not be done again.
        if session.cluster.store.revision == before.0.store.revision, session.cluster.counters == before.1,
            session.cluster.lastingChanges == before.0.lastingChanges, session.cluster.now == before.0.now
        { return }
        do throws(StorageProblem) {
            sequence = try database.append(JournalEntry(at: before.0.now, action: action))
            journalLength += 1
        } catch {
            session.cluster = before.0
            throw error
        }
    }

    /// Makes a cluster, or makes it anew.
    static func make(_ folder: ClusterFolder, profile: String, seed: UInt64, speed: Double) throws(CommandError) {
        try folder.begin(settings(of: folder, profile: profile, seed: seed, speed: speed))
    }

    /// What a cluster that is made now begins with.
    static func settings(of folder: ClusterFolder, profile: String, seed: UInt64, speed: Double) throws(CommandError) -> ClusterSettings {
        guard ClusterProfile.named(profile) != nil else {
            throw CommandError(
                .usage, "'\(profile)' is no profile. There are \(ClusterProfile.names.joined(separator: ", ")), and eks-COUNTx-TYPE for other sizes; add-ons follow after +: \(AddOn.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        // The cluster was brought up a while before it is first seen, so that its nodes are there.
        let start = Host.preciseNow - .seconds(30)
        return ClusterSettings(profile: profile, seed: seed, wallStart: start, clusterStart: start, speed: speed, port: port(of: folder.name))
    }

    /// Begins a cluster again as it was when it was made, set up for its lab if it has one; its snapshots stay. To be called
    /// with the lock held.
    static func makeAnew(_ folder: ClusterFolder) throws(CommandError) {
        var settings = try folder.readSettings()
        if LabCluster(settings) != nil {
            let made = try LiveCluster.makeAnew(folder, settings, ClusterKeys(folder.path))
            (settings.wallStart, settings.clusterStart, settings.firstStart) = (Host.preciseNow, made.cluster.now, made.cluster.startedAt)
            let database = try folder.open()
            defer { database.close() }
            do throws(StorageProblem) {
                try database.rewind(to: made.cluster, account: made.account, settings)
            } catch {
                throw CommandError(.usage, error.message)
            }
            return
        }
        settings.wallStart = Host.preciseNow - .seconds(30)
        settings.clusterStart = settings.wallStart
        settings.firstStart = settings.wallStart
        try folder.begin(settings)
    }

    /// The port that a cluster's kubeconfig names, unless it is served on another.
    static func port(of name: String) -> Int { 20_000 + Int(name.utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) } % 9000) }

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
        var problem: StorageProblem?
        do throws(CommandError) {
            try alone { () throws(StorageProblem) in
                func run() {
                    do throws(APIStatus) { outcome = .success(try session.send(request)) } catch { outcome = .failure(error) }
                }
                guard request.verb.isWrite || request.changesContainers, !request.options.dryRun else { return run() }
                do throws(StorageProblem) { try done(.request(request), run) } catch { problem = error }
            }
        } catch {
            throw APIStatus.internalError(error.message)
        }
        if let problem { throw problem.status }
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
        try? alone { () throws(StorageProblem) in }
    }

    /// Lets the cluster's time run ahead of the wall.
    func step(by duration: Duration) throws(CommandError) {
        try alone { () throws(StorageProblem) in
            settings.runAhead(by: duration)
            try database.update(settings)
            catchUp()
        }
    }

    /// Runs eksctl on the cluster and its account. What it did is no request that a journal could tell of: the state that it
    /// leaves becomes the base, and the time that it took has passed.
    func run(_ call: EksctlCall) throws(CommandError) -> EksctlAnswer {
        try alone { () throws(StorageProblem) in
            let before = (session.cluster, session.account)
            let answer = call.run(on: session)
            guard session.now != before.0.now || session.cluster.store.revision != before.0.store.revision || session.account != before.1 else { return answer }
            var moved = settings
            moved.runAhead(by: session.now - before.0.now)
            do throws(StorageProblem) {
                try database.rewind(to: session.cluster, account: session.account, moved)
            } catch {
                session.cluster = before.0
                session.recall(account: before.1)
                throw error
            }
            settings = moved
            take(try database.load(profile))
            return answer
        }
    }

    func apply(_ disturbance: Disturbance) throws(CommandError) {
        try alone { () throws(StorageProblem) in
            try done(.disturbance(disturbance)) { session.cluster.apply(disturbance) }
            guard case .jump(let length) = disturbance else { return }
            settings.runAhead(by: length)
            try database.update(settings)
        }
    }

    // MARK: Snapshots

    func saveSnapshot(_ name: String) throws(CommandError) {
        try alone { () throws(StorageProblem) in
            try database.saveSnapshot(name, session.cluster, account: session.account, wall: Host.preciseNow)
        }
    }

    /// Goes back to a snapshot; time goes on from there, revisions go on from the highest that was ever given.
    func restoreSnapshot(_ name: String) throws(CommandError) {
        try alone { () throws(StorageProblem) in
            let (cluster, account) = try database.snapshot(name, profile, seed: settings.seed, above: session.cluster.store.revision)
            (settings.wallStart, settings.clusterStart) = (Host.preciseNow, cluster.now)
            try database.rewind(to: cluster, account: account, settings)
            take(try database.load(profile))
        }
    }

    func snapshots() throws(CommandError) -> [SnapshotRecord] { try alone { () throws(StorageProblem) in try database.snapshots() } }

    func deleteSnapshot(_ name: String) throws(CommandError) { try alone { () throws(StorageProblem) in try database.deleteSnapshot(name) } }

    // MARK: Kubeconfig

    /// The cluster and the address that a kubeconfig leads to, if it is one of ours.
    static func named(in config: Value) -> (name: String, root: String?, server: String)? {
        for entry in config["clusters"]?.elements ?? [] {
            for item in entry["cluster"]?["extensions"]?.elements ?? [] where item["name"]?.stringValue == Kubeconfig.extensionName {
                if let name = item["extension"]?["cluster"]?.stringValue { return (name, item["extension"]?["root"]?.stringValue, entry["cluster"]?["server"]?.stringValue ?? "") }
            }
        }
        return nil
    }
}
