import APIMachinery
import Cluster
import GRDB
import KubernetesObjects
import SimulationKernel

/// The base: a whole state in rows, so that what changed can be written alone.
extension ClusterDatabase {
    /// The saved state of the base; nil for a cluster that is still made from its profile.
    func base(_ db: Database) throws -> Value? {
        let head = try Self.head(db)
        guard head.hasBase else { return nil }
        var objects: [Value] = []
        let rows = try Row.fetchCursor(db, sql: "SELECT api, resource, namespace, name, body FROM objects")
        while let row = try rows.next() {
            let (group, resource, namespace, name): (String, String, String, String) = (row[0], row[1], row[2], row[3])
            objects.append([
                "group": .string(group), "resource": .string(resource), "namespace": .string(namespace), "name": .string(name),
                "object": try parse(row[4], what: "\(resource) \(namespace)/\(name)"),
            ])
        }
        var parts: [(String, Value)] = []
        let saved = try Row.fetchCursor(db, sql: "SELECT name, body FROM parts ORDER BY name")
        while let row = try saved.next() { parts.append((row[0], try parse(row[1], what: row[0]))) }
        return [
            "version": Value(Cluster.stateVersion),
            "server": [
                "version": 1, "revision": .int(Int64(clamping: head.revision)), "now": .int(head.time.nanoseconds), "objects": .array(objects),
                "counters": head.counters["server"] ?? .null,
            ],
            "counters": head.counters, "parts": .object(Fields(parts)),
        ]
    }

    private func parse(_ text: String, what: String) throws -> Value {
        do { return try Value(parsingJSON: text) } catch {
            throw StorageProblem(.corrupt, "\(path) is damaged: \(what) cannot be read. Nothing was changed. Restore a copy of the file, or start over with 'labrunner cluster reset'.")
        }
    }

    /// Writes a whole cluster as the base and forgets what led to it.
    static func writeBase(_ db: Database, _ cluster: Cluster, account: Value?, _ head: inout ClusterHead) throws {
        try db.execute(sql: "DELETE FROM objects; DELETE FROM journal")
        try forgetHistory(db, &head, at: cluster.store.revision)
        for resource in cluster.store.resources {
            try cluster.store.forEach(resource) { object in
                try put(db, ObjectKey(resource, namespace: object.namespace, name: object.name), object)
            }
        }
        try writeParts(db, cluster, account: account)
        head.generation += 1
        try writeHead(db, &head, cluster)
    }

    /// Writes a cluster as the base, and forgets the journal that led to it. Of one that came from the present base only what
    /// changed since is written, and the changes are remembered.
    static func writeSuccessor(_ db: Database, _ cluster: Cluster, account: Value?, _ head: inout ClusterHead) throws {
        guard head.hasBase, cluster.store.compactedRevision == head.revision, let changes = cluster.store.changes(after: head.revision) else {
            return try writeBase(db, cluster, account: account, &head)
        }
        try apply(db, changes, &head)
        try db.execute(sql: "DELETE FROM journal")
        try writeParts(db, cluster, account: account)
        head.generation += 1
        try writeHead(db, &head, cluster)
    }

    private static func writeParts(_ db: Database, _ cluster: Cluster, account: Value?) throws {
        try db.execute(sql: "DELETE FROM parts")
        for (name, value) in cluster.parts { try putPart(db, name, value.json(escapesHTML: false)) }
        if let account { try putPart(db, accountPart, account.json(escapesHTML: false)) }
    }

    static func writeHead(_ db: Database, _ head: inout ClusterHead, _ cluster: Cluster) throws {
        head.hasBase = true
        head.revision = cluster.store.revision
        head.time = cluster.now
        head.counters = cluster.counters
        try setMeta(db, "head", head.value)
    }

    /// The part that is the account's, beside the cluster's own.
    static let accountPart = "account"

    static func put(_ db: Database, _ key: ObjectKey, _ object: Value) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO objects (api, resource, namespace, name, body) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (api, resource, namespace, name) DO UPDATE SET body = excluded.body
                """
        ).execute(arguments: [key.resource.group, key.resource.resource, key.namespace, key.name, object.json(escapesHTML: false)])
    }

    static func remove(_ db: Database, _ key: ObjectKey) throws {
        try db.cachedStatement(sql: "DELETE FROM objects WHERE api = ? AND resource = ? AND namespace = ? AND name = ?")
            .execute(arguments: [key.resource.group, key.resource.resource, key.namespace, key.name])
    }

    static func putPart(_ db: Database, _ name: String, _ body: String) throws {
        try db.cachedStatement(sql: "INSERT INTO parts (name, body) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body")
            .execute(arguments: [name, body])
    }

    static func removePart(_ db: Database, _ name: String) throws {
        try db.cachedStatement(sql: "DELETE FROM parts WHERE name = ?").execute(arguments: [name])
    }

    // MARK: Opening a cluster

    /// The kept cluster as it was when something was last done to it, with its account.
    ///
    /// - Parameters:
    ///   - profile: what the settings' profile stands for.
    package func load(_ profile: ClusterProfile) throws(StorageProblem) -> KeptCluster {
        let (settings, head, state, entries) = try read("reading cluster") { db in
            (try Self.settings(db, path), try Self.head(db), try base(db), try journal(db, after: 0))
        }
        var cluster: Cluster
        if let state {
            do throws(APIStatus) { cluster = try Cluster(profile: profile, seed: settings.seed, restoring: state) } catch {
                throw StorageProblem(.corrupt, "\(path): \(error.message)")
            }
        } else {
            cluster = Cluster(profile: profile, seed: settings.seed, startingAt: settings.firstStart)
        }
        for entry in entries { cluster.replay(entry.entry) }
        return KeptCluster(
            cluster: cluster, account: state?["parts"]?[Self.accountPart], settings: settings, sequence: entries.last?.sequence ?? 0,
            generation: head.generation, journalLength: entries.count, baseTime: head.hasBase ? head.time : settings.firstStart)
    }
}

/// A cluster that was read from its file.
package struct KeptCluster: Sendable {
    package var cluster: Cluster
    /// The AWS account's side, if there is one.
    package var account: Value?
    package var settings: ClusterSettings
    /// The last journal entry that is in it.
    package var sequence: Int64
    /// The generation of the base that it was made from.
    package var generation: Int
    package var journalLength: Int
    package var baseTime: Instant
}
