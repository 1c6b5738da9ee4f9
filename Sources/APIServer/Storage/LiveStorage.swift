import APIMachinery
import Cluster
import GRDB
import Glibc
import KubernetesObjects
import SimulationKernel
import Synchronization

/// Keeps a cluster that is being served: every turn of its host is one transaction.
///
/// - Order: objects and counters go with the turn that changed them; what is kept beside objects (logs, files of
///   containers) goes along when somebody relies on it, else every `partsPeriod` at most, and at the end.
/// - Bounds: a turn writes what it changed, however large the cluster is.
package final class LiveStorage: ClusterStorage {
    private let database: ClusterDatabase
    private let profile: ClusterProfile
    private let seed: UInt64
    private let state: Mutex<Progress>

    private struct Progress: Sendable {
        /// As it stands in the file.
        var head: ClusterHead
        var lastingChanges: Int
        /// Digests of the parts as they stand in the file.
        var parts: [String: Int]
        /// On the monotonic clock.
        var partsWritten: Instant
        var account: Value?
        /// Whether the account is to be written with the next commit.
        var isAccountNew = false
    }

    /// What is kept beside objects is written this often at most, unless somebody relies on it.
    static let partsPeriod: Duration = .seconds(5)

    /// Takes a cluster over: its present state becomes the base in the file.
    package init(_ database: ClusterDatabase, cluster: Cluster, account: Value?) throws(StorageProblem) {
        self.database = database
        profile = cluster.profile
        seed = cluster.seed
        let head = try database.fold(cluster, account: account, wall: Self.now(CLOCK_REALTIME))
        state = Mutex(
            Progress(
                head: head, lastingChanges: cluster.lastingChanges, parts: Self.digests(cluster, account),
                partsWritten: Self.now(CLOCK_MONOTONIC), account: account))
    }

    package func commit(_ cluster: Cluster) throws(APIStatus) { try commit(cluster, withParts: false) }

    package func close(_ cluster: Cluster) throws(APIStatus) {
        try commit(cluster, withParts: true)
        database.close()
    }

    /// The account's side, to be kept with the turn that is under way, or the next; nil when there is none any more.
    package func keep(account: Value?) {
        state.withLock { progress in
            guard progress.account != account else { return }
            progress.account = account
            progress.isAccountNew = true
        }
    }

    /// The account's side as it was last given.
    package var account: Value? { state.withLock { $0.account } }

    /// Keeps the cluster's present state under a name.
    package func saveSnapshot(_ name: String, _ cluster: Cluster) throws(StorageProblem) {
        try database.saveSnapshot(name, cluster, account: account, wall: Self.now(CLOCK_REALTIME))
    }

    /// The cluster as a snapshot has it, to be put in the place of the present one, with its account.
    package func snapshot(_ name: String, above revision: UInt64) throws(StorageProblem) -> (cluster: Cluster, account: Value?) {
        let found = try database.snapshot(name, profile, seed: seed, above: revision)
        keep(account: found.account)
        return found
    }

    package func snapshots() throws(StorageProblem) -> [SnapshotRecord] { try database.snapshots() }
    package func deleteSnapshot(_ name: String) throws(StorageProblem) { try database.deleteSnapshot(name) }

    private func commit(_ cluster: Cluster, withParts: Bool) throws(APIStatus) {
        let outcome: Result<Void, StorageProblem> = state.withLock { progress in
            do throws(StorageProblem) {
                try write(cluster, &progress, withParts: withParts)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        if case .failure(let problem) = outcome { throw problem.status }
    }

    private func write(_ cluster: Cluster, _ progress: inout Progress, withParts: Bool) throws(StorageProblem) {
        let mustWriteParts = withParts || progress.isAccountNew || cluster.lastingChanges != progress.lastingChanges
        let wantsParts = mustWriteParts || Self.now(CLOCK_MONOTONIC) - progress.partsWritten > Self.partsPeriod
        let hasChanged = cluster.store.revision != progress.head.revision
        guard hasChanged || (wantsParts && cluster.now != progress.head.time) || mustWriteParts else { return }
        var next = progress
        try database.write("keeping what changed in the cluster") { db in
            next.head.wall = Self.now(CLOCK_REALTIME)
            if let changes = cluster.store.changes(after: progress.head.revision) {
                try ClusterDatabase.apply(db, changes, &next.head)
                if wantsParts { try writeParts(db, cluster, &next) }
                try ClusterDatabase.writeHead(db, &next.head, cluster)
            } else {
                // More happened in one turn than the log reaches back.
                try ClusterDatabase.writeBase(db, cluster, account: progress.account, &next.head)
                next.parts = Self.digests(cluster, progress.account)
            }
        }
        next.isAccountNew = false
        if wantsParts {
            next.lastingChanges = cluster.lastingChanges
            next.partsWritten = Self.now(CLOCK_MONOTONIC)
        }
        progress = next
    }

    private func writeParts(_ db: Database, _ cluster: Cluster, _ next: inout Progress) throws {
        var current: [String: Int] = [:]
        for (name, value) in Self.parts(cluster, next.account) {
            let body = value.json(escapesHTML: false)
            let digest = Self.digest(body)
            current[name] = digest
            if next.parts[name] != digest { try ClusterDatabase.putPart(db, name, body) }
        }
        for gone in next.parts.keys where current[gone] == nil { try ClusterDatabase.removePart(db, gone) }
        next.parts = current
    }

    /// What is kept beside the objects, with the account's side.
    private static func parts(_ cluster: Cluster, _ account: Value?) -> [String: Value] {
        var parts = cluster.parts
        if let account { parts[ClusterDatabase.accountPart] = account }
        return parts
    }

    private static func digests(_ cluster: Cluster, _ account: Value?) -> [String: Int] {
        parts(cluster, account).mapValues { digest($0.json(escapesHTML: false)) }
    }

    private static func digest(_ text: String) -> Int {
        var hasher = Hasher()
        hasher.combine(text)
        return hasher.finalize()
    }

    private static func now(_ clock: clockid_t) -> Instant {
        var time = timespec()
        clock_gettime(clock, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    package func history(before cluster: Cluster) throws(APIStatus) -> PastChanges? {
        do throws(StorageProblem) { return try database.history(before: cluster.store) } catch { throw error.status }
    }

    package func lastCommitted() throws(APIStatus) -> Cluster {
        do throws(StorageProblem) {
            let kept = try database.load(profile)
            state.withLock { progress in
                progress.lastingChanges = kept.cluster.lastingChanges
                (progress.account, progress.isAccountNew) = (kept.account, false)
            }
            return kept.cluster
        } catch {
            throw error.status
        }
    }
}
