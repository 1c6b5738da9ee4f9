import APIMachinery
import Cluster
import GRDB
import KubernetesObjects
import SimulationKernel

/// The journal: what was done to a cluster without a process since its base, to be done again exactly.
extension ClusterDatabase {
    func journal(_ db: Database, after sequence: Int64) throws -> [(sequence: Int64, entry: JournalEntry)] {
        let rows = try Row.fetchCursor(
            db.cachedStatement(sql: "SELECT sequence, body FROM journal WHERE sequence > ? ORDER BY sequence"), arguments: [sequence])
        var entries: [(Int64, JournalEntry)] = []
        while let row = try rows.next() {
            let text: String = row[1]
            guard let value = try? Value(parsingJSON: text), let entry = JournalEntry(value) else {
                throw StorageProblem(.corrupt, "\(path) is damaged: entry \(row[0] as Int64) of the journal cannot be read. Start over with 'labrunner cluster reset'.")
            }
            entries.append((row[0], entry))
        }
        return entries
    }

    /// What others have done since an entry, with the settings as they are now.
    package func news(after sequence: Int64) throws(StorageProblem) -> (settings: ClusterSettings, generation: Int, entries: [(sequence: Int64, entry: JournalEntry)]) {
        try read("reading journal") { db in
            (try Self.settings(db, path), try Self.head(db).generation, try journal(db, after: sequence))
        }
    }

    /// Adds an entry; it is on disk when this returns.
    package func append(_ entry: JournalEntry) throws(StorageProblem) -> Int64 {
        try write("writing journal") { db in
            try db.cachedStatement(sql: "INSERT INTO journal (body) VALUES (?)").execute(arguments: [entry.value.json(escapesHTML: false)])
            return db.lastInsertedRowID
        }
    }

    /// Makes a cluster's present state the base, so that the journal begins anew.
    ///
    /// - Parameters:
    ///   - wall: the moment on the wall, when a server moves the clock; nil when the clock goes on as the settings say.
    /// - Returns: what the base is now.
    package func fold(_ cluster: Cluster, account: Value?, wall: Instant? = nil) throws(StorageProblem) -> ClusterHead {
        try write("writing cluster") { db in
            var head = try Self.head(db)
            if let wall { head.wall = wall }
            try Self.writeSuccessor(db, cluster, account: account, &head)
            return head
        }
    }

    /// Makes a state the base that the cluster goes back to, with the settings of its clock.
    package func rewind(to cluster: Cluster, account: Value?, _ settings: ClusterSettings) throws(StorageProblem) {
        try write("going back to a snapshot") { db in
            try Self.setSettings(db, settings)
            var head = try Self.head(db)
            try Self.writeBase(db, cluster, account: account, &head)
        }
    }

    /// Takes in a journal of the format before this one.
    package func migrate(journal lines: [Value]) throws(StorageProblem) {
        try write("taking over the old journal") { db in
            for line in lines where JournalEntry(line) != nil {
                try db.execute(sql: "INSERT INTO journal (body) VALUES (?)", arguments: [line.json(escapesHTML: false)])
            }
        }
    }
}
