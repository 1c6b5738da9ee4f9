import APIMachinery
import Cluster
import GRDB
import KubernetesObjects
import SimulationKernel

/// A state of a cluster that was kept under a name.
package struct SnapshotRecord: Sendable, Hashable {
    package var name: String
    /// When it was taken, on the wall.
    package var taken: Instant
    /// The cluster's time in it.
    package var time: Instant
    package var revision: UInt64
    package var byteCount: Int

    package init(name: String, taken: Instant, time: Instant, revision: UInt64, byteCount: Int) {
        self.name = name
        self.taken = taken
        self.time = time
        self.revision = revision
        self.byteCount = byteCount
    }

    package var value: Value {
        [
            "name": .string(name), "taken": .int(taken.nanoseconds), "time": .int(time.nanoseconds), "revision": .int(Int64(clamping: revision)),
            "bytes": Value(byteCount),
        ]
    }

    package init?(_ value: Value) {
        guard let name = value["name"]?.stringValue, let taken = value["taken"]?.intValue, let time = value["time"]?.intValue else { return nil }
        self.init(
            name: name, taken: Instant(nanoseconds: Int64(taken)), time: Instant(nanoseconds: Int64(time)),
            revision: UInt64(max(value["revision"]?.intValue ?? 0, 0)), byteCount: value["bytes"]?.intValue ?? 0)
    }
}

extension ClusterDatabase {
    package func snapshots() throws(StorageProblem) -> [SnapshotRecord] {
        try read("listing snapshots") { db in
            try Row.fetchAll(db, sql: "SELECT name, taken, time, revision, length(body) FROM snapshots ORDER BY taken, name").map { row in
                SnapshotRecord(
                    name: row[0], taken: Instant(nanoseconds: row[1]), time: Instant(nanoseconds: row[2]), revision: UInt64(row[3] as Int64),
                    byteCount: row[4])
            }
        }
    }

    /// Keeps a cluster's present state under a name; one of the same name is replaced.
    package func saveSnapshot(_ name: String, _ cluster: Cluster, account: Value?, wall: Instant) throws(StorageProblem) {
        var state = cluster.encodeState()
        if let account { state["parts", default: [:]][Self.accountPart] = account }
        let body = state.json(escapesHTML: false)
        try write("keeping snapshot \(name)") { db in
            try db.execute(
                sql: """
                    INSERT INTO snapshots (name, taken, time, revision, body) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (name) DO UPDATE SET taken = excluded.taken, time = excluded.time, revision = excluded.revision, body = excluded.body
                    """,
                arguments: [name, wall.nanoseconds, cluster.now.nanoseconds, Int64(clamping: cluster.store.revision), body])
        }
    }

    package func deleteSnapshot(_ name: String) throws(StorageProblem) {
        try write("deleting snapshot \(name)") { db in
            try db.execute(sql: "DELETE FROM snapshots WHERE name = ?", arguments: [name])
            if db.changesCount == 0 { throw StorageProblem(.missing, "There is no snapshot \(name).") }
        }
    }

    /// A cluster as a snapshot has it, its objects written anew above a revision.
    package func snapshot(_ name: String, _ profile: ClusterProfile, seed: UInt64, above revision: UInt64) throws(StorageProblem) -> (cluster: Cluster, account: Value?) {
        let found = try read("reading snapshot \(name)") { db in
            try String.fetchOne(db, sql: "SELECT body FROM snapshots WHERE name = ?", arguments: [name])
        }
        guard let found else { throw StorageProblem(.missing, "There is no snapshot \(name).") }
        guard let state = try? Value(parsingJSON: found) else {
            throw StorageProblem(.corrupt, "Snapshot \(name) in \(path) cannot be read. Delete it.")
        }
        do throws(APIStatus) {
            let cluster = try Cluster(profile: profile, seed: seed, restoring: Cluster.rewound(state, above: revision))
            return (cluster, state["parts"]?[Self.accountPart])
        } catch {
            throw StorageProblem(.version, "Snapshot \(name): \(error.message)")
        }
    }
}
