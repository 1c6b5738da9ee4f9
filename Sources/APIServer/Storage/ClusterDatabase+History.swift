import APIMachinery
import Cluster
import GRDB
import KubernetesObjects
import SimulationKernel

/// The changes that led to the base, for watches that go on from before a restart: what etcd has until it is compacted.
///
/// - Shape: a row a change, with its revision and what was there *before* it. Read backwards from the objects as they are now,
///   the rows give every change with its old and its new object, so each body is kept once.
/// - Invariants: every change after the head's `since` has its row; rows are written in the transaction that makes the change.
/// - Bounds: at least `historyKept` and at most `historyMax` revisions.
extension ClusterDatabase {
    static let historyKept: UInt64 = 10_000
    private static let trimStep: UInt64 = 1000
    static let historyMax = historyKept + trimStep

    /// Notes changes and makes them, oldest first.
    static func apply(_ db: Database, _ changes: ArraySlice<StoreEvent>, _ head: inout ClusterHead) throws {
        guard let newest = changes.last?.revision else { return }
        // Of a turn that changed more than is kept the rest is enough.
        let oldest = newest > historyMax ? newest - historyMax : 0
        var last: [ObjectKey: Int] = [:]
        for index in changes.indices {
            let event = changes[index]
            if event.revision > oldest { try note(db, event, isFirst: last[event.key] == nil) }
            last[event.key] = index
        }
        for index in changes.indices where last[changes[index].key] == index {
            let event = changes[index]
            if event.change == .deleted { try remove(db, event.key) } else { try put(db, event.key, event.object) }
        }
        head.since = max(head.since, oldest)
        let step = newest / trimStep
        guard newest > historyKept, step != head.revision / trimStep else { return }
        head.since = max(head.since, newest - historyKept)
        try db.cachedStatement(sql: "DELETE FROM history WHERE revision <= ?").execute(arguments: [Int64(clamping: head.since)])
    }

    /// - Parameter isFirst: whether `objects` still has what was there before the change.
    private static func note(_ db: Database, _ event: StoreEvent, isFirst: Bool) throws {
        // A deletion is remembered by another state than the one it found where finalizers went with it.
        var last: String?
        if event.change == .deleted, let old = event.old, !old.isSameBut(for: event.object) { last = event.object.json(escapesHTML: false) }
        let key = event.key
        let place: StatementArguments = [Int64(clamping: event.revision), key.resource.group, key.resource.resource, key.namespace, key.name, last]
        if isFirst {
            try db.cachedStatement(
                sql: """
                    INSERT INTO history (revision, api, resource, namespace, name, last, before) VALUES (?1, ?2, ?3, ?4, ?5, ?6,
                    (SELECT body FROM objects WHERE api = ?2 AND resource = ?3 AND namespace = ?4 AND name = ?5))
                    """
            ).execute(arguments: place)
        } else {
            try db.cachedStatement(
                sql: "INSERT INTO history (revision, api, resource, namespace, name, last, before) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
            ).execute(arguments: place + [event.old?.json(escapesHTML: false)])
        }
    }

    /// Forgets all changes before a revision that no other state leads to.
    static func forgetHistory(_ db: Database, _ head: inout ClusterHead, at revision: UInt64) throws {
        try db.execute(sql: "DELETE FROM history")
        head.since = revision
    }

    /// The changes up to where a store's own log begins.
    ///
    /// - Parameter store: the store as it was committed last.
    package func history(before store: Store) throws(StorageProblem) -> PastChanges {
        try read("reading past changes") { db in
            let head = try Self.head(db)
            var state: [ObjectKey: Value?] = [:]
            var changes: [StoreEvent] = []
            let rows = try Row.fetchCursor(
                db, sql: "SELECT revision, api, resource, namespace, name, before, last FROM history WHERE revision > ? ORDER BY revision DESC",
                arguments: [Int64(clamping: head.since)])
            while let row = try rows.next() {
                let revision = UInt64(row[0] as Int64)
                let (group, resource, namespace, name): (String, String, String, String) = (row[1], row[2], row[3], row[4])
                let key = ObjectKey(GroupResource(resource, group: group), namespace: namespace, name: name)
                let before: Value? = try (row[5] as String?).map { try Value(parsingJSON: $0) }
                let after = state[key] ?? store.get(key)
                state.updateValue(before, forKey: key)
                guard revision <= store.compactedRevision else { continue }
                if let after {
                    guard after.resourceVersion == String(revision) else { throw StorageProblem(.corrupt, "\(path): the changes before \(revision) do not lead to \(name).") }
                    changes.append(
                        StoreEvent(change: before == nil ? .added : .modified, key: key, object: after, old: before, revision: revision, cause: TraceID(-1)))
                } else if let before {
                    var last = try (row[6] as String?).map { try Value(parsingJSON: $0) } ?? before
                    last["metadata", default: [:]]["resourceVersion"] = .string(String(revision))
                    changes.append(StoreEvent(change: .deleted, key: key, object: last, old: before, revision: revision, cause: TraceID(-1)))
                }
            }
            return PastChanges(since: head.since, changes: changes.reversed())
        }
    }
}

extension Value {
    /// Whether two states of an object differ in their resource version at most.
    fileprivate func isSameBut(for other: Value) -> Bool {
        var other = other
        other["metadata", default: [:]]["resourceVersion"] = self["metadata"]?["resourceVersion"]
        return self == other
    }
}
