import APIMachinery
import Cluster
import GRDB
import Glibc
import KubernetesObjects
import SimulationKernel

/// The file in which one cluster is kept.
///
/// - Shape: SQLite with write-ahead log. `meta` has `settings` and `head` (the base's revision, time, counters and generation);
///   `objects` and `parts` are the base: the cluster at the head's time; `history` is what led to it, `journal` what was done
///   since; `snapshots` are whole states by name. Version 2 had no `history`.
/// - Invariants: a transaction that was committed survives any end of the process and of the machine (`synchronous=FULL`);
///   the generation grows whenever the base is written anew.
/// - Bounds: one process at a time works on it; see `ClusterLock`.
package final class ClusterDatabase: Sendable {
    package let path: String
    let queue: DatabaseQueue

    /// `PRAGMA application_id`: "LabR".
    static let applicationID = 0x4c61_6252
    package static let version = 3

    private init(path: String, queue: DatabaseQueue) {
        self.path = path
        self.queue = queue
    }

    // MARK: Opening

    /// Makes the file of a new cluster. What is there already is replaced only when it is a cluster's file.
    package static func make(_ path: String, settings: ClusterSettings) throws(StorageProblem) -> ClusterDatabase {
        if access(path, F_OK) == 0 {
            let database = try ClusterDatabase(opening: path)
            try database.begin(settings)
            return database
        }
        return try attempt("making cluster file", path) {
            // A new file is brought to the disk as a whole when it is made, not step by step.
            let queue = try connect(path, synchronous: "OFF")
            try queue.write { db in
                try db.execute(sql: schema)
                try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
                try begin(db, settings)
            }
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            for made in [path + "-wal", path, folder] { try sync(made) }
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            return ClusterDatabase(path: path, queue: queue)
        }
    }

    /// Opens a cluster's file.
    ///
    /// - Throws: `missing`, `foreign`, `version` or `corrupt`; the file is left as it is.
    package init(opening path: String) throws(StorageProblem) {
        self.path = path
        try Self.checkHeader(path)
        queue = try Self.attempt("opening cluster file", path) {
            let queue = try Self.connect(path)
            let (application, version) = try queue.read { db in
                (try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0, try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0)
            }
            guard application == Self.applicationID else {
                throw StorageProblem(.foreign, "\(path) is a database, but no cluster of labrunner. Nothing was changed.")
            }
            if version == 2 {
                try queue.write { db in try db.execute(sql: "\(Self.historySchema); PRAGMA user_version = \(Self.version)") }
                return queue
            }
            guard version == Self.version else {
                let advice = version > Self.version ? "Use the newer labrunner that made it" : "Delete the cluster and make it anew"
                throw StorageProblem(.version, "\(path) has format \(version), this labrunner reads format \(Self.version). \(advice).")
            }
            return queue
        }
    }

    private static func checkHeader(_ path: String) throws(StorageProblem) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { throw StorageProblem(.missing, "There is no cluster file \(path).") }
            throw StorageProblem(.unwritable, "\(path) cannot be opened: \(String(cString: strerror(errno)).lowercased()).")
        }
        defer { Glibc.close(descriptor) }
        var start = [UInt8](repeating: 0, count: 16)
        let count = Glibc.read(descriptor, &start, 16)
        guard count == 16, start == Array("SQLite format 3\0".utf8) else {
            throw StorageProblem(.foreign, "\(path) is no cluster of labrunner. Nothing was changed; move it away to make a cluster there.")
        }
    }

    /// Waits until a file or a folder is on the disk.
    private static func sync(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { Glibc.close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw StorageProblem(.unwritable, "\(path) cannot be written: \(String(cString: strerror(errno)).lowercased()).")
        }
    }

    private static func connect(_ path: String, synchronous: String = "FULL") throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.label = "cluster"
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { db in
            // A write that was acknowledged must be on the disk, not only with the operating system.
            try db.execute(sql: "PRAGMA synchronous = \(synchronous); PRAGMA journal_mode = WAL; PRAGMA temp_store = MEMORY")
        }
        chmod(path, 0o600)
        return queue
    }

    private static let historySchema = """
        CREATE TABLE history (
            revision INTEGER PRIMARY KEY, api TEXT NOT NULL, resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, last TEXT,
            before TEXT)
        """

    private static let schema = """
        CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE objects (
            api TEXT NOT NULL, resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL,
            PRIMARY KEY (api, resource, namespace, name));
        CREATE TABLE parts (name TEXT PRIMARY KEY NOT NULL, body TEXT NOT NULL);
        CREATE TABLE journal (sequence INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
        CREATE TABLE snapshots (
            name TEXT PRIMARY KEY NOT NULL, taken INTEGER NOT NULL, time INTEGER NOT NULL, revision INTEGER NOT NULL, body TEXT NOT NULL);
        \(historySchema);
        """

    // MARK: Working

    /// Does something and says what went wrong in words for a person.
    static func attempt<Result>(_ action: String, _ path: String, _ body: () throws -> Result) throws(StorageProblem) -> Result {
        do { return try body() } catch { throw StorageProblem(error, doing: action, path: path) }
    }

    func read<Result>(_ action: String, _ body: (Database) throws -> Result) throws(StorageProblem) -> Result {
        try Self.attempt(action, path) { try queue.read(body) }
    }

    func write<Result>(_ action: String, _ body: (Database) throws -> Result) throws(StorageProblem) -> Result {
        try Self.attempt(action, path) { try queue.write(body) }
    }

    /// Reads the whole file for damage.
    package func check() throws(StorageProblem) {
        let report = try read("checking cluster file") { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") ?? "ok" }
        if report != "ok" {
            throw StorageProblem(
                .corrupt,
                "\(path) is damaged (\(report)). Nothing was changed. Restore a copy of the file, or start over with 'labrunner cluster reset'.")
        }
    }

    /// Moves what stands in the write-ahead log into the file and closes it.
    package func close() {
        try? queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try? queue.close()
    }

    // MARK: Meta

    static func meta(_ db: Database, _ key: String) throws -> Value? {
        guard let text = try String.fetchOne(db.cachedStatement(sql: "SELECT value FROM meta WHERE key = ?"), arguments: [key]) else { return nil }
        return try Value(parsingJSON: text)
    }

    static func setMeta(_ db: Database, _ key: String, _ value: Value) throws {
        try db.cachedStatement(sql: "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
            .execute(arguments: [key, value.json()])
    }

    package func settings() throws(StorageProblem) -> ClusterSettings {
        try read("reading settings") { db in try Self.settings(db, path) }
    }

    static func settings(_ db: Database, _ path: String) throws -> ClusterSettings {
        guard let settings = try meta(db, "settings").flatMap({ ClusterSettings($0) }) else {
            throw StorageProblem(.corrupt, "\(path) has no settings of a cluster. Start over with 'labrunner cluster delete' and 'create'.")
        }
        // A server moves the clock as it likes; from where it was left the clock follows the wall again.
        let head = try head(db)
        guard let wall = head.wall else { return settings }
        var moved = settings
        (moved.wallStart, moved.clusterStart) = (wall, head.time)
        return moved
    }

    package func update(_ settings: ClusterSettings) throws(StorageProblem) {
        try write("writing settings") { try Self.setSettings($0, settings) }
    }

    static func setSettings(_ db: Database, _ settings: ClusterSettings) throws {
        try setMeta(db, "settings", settings.value)
        var head = try head(db)
        guard head.wall != nil else { return }
        head.wall = nil
        try setMeta(db, "head", head.value)
    }

    /// Begins a cluster that nothing was done to yet; snapshots stay.
    package func begin(_ settings: ClusterSettings) throws(StorageProblem) {
        try write("beginning cluster") { db in try Self.begin(db, settings) }
    }

    private static func begin(_ db: Database, _ settings: ClusterSettings) throws {
        var head = try head(db)
        head.generation += 1
        head.hasBase = false
        head.counters = .null
        head.time = settings.clusterStart
        head.revision = 0
        head.wall = nil
        try db.execute(sql: "DELETE FROM objects; DELETE FROM parts; DELETE FROM journal")
        try forgetHistory(db, &head, at: 0)
        try setMeta(db, "settings", settings.value)
        try setMeta(db, "head", head.value)
    }

    static func head(_ db: Database) throws -> ClusterHead { try meta(db, "head").map { ClusterHead($0) } ?? ClusterHead() }
}

/// What the base of a kept cluster is.
package struct ClusterHead: Sendable, Hashable {
    /// False for a cluster that is still made from its profile.
    var hasBase = false
    /// Grows whenever the base is written anew.
    package internal(set) var generation = 0
    var revision: UInt64 = 0
    /// Every change after this revision is in the history.
    var since: UInt64 = 0
    /// The base's own time.
    var time = Instant(nanoseconds: 0)
    var counters: Value = .null
    /// When a server wrote it, on the wall; nil while no server has had the cluster since its settings were written.
    var wall: Instant?

    init() {}

    var value: Value {
        var value: Value = [
            "hasBase": .bool(hasBase), "generation": Value(generation), "revision": .int(Int64(clamping: revision)), "time": .int(time.nanoseconds),
            "counters": counters, "since": .int(Int64(clamping: since)),
        ]
        if let wall { value["wall"] = .int(wall.nanoseconds) }
        return value
    }

    init(_ value: Value) {
        hasBase = value["hasBase"]?.boolValue ?? false
        generation = value["generation"]?.intValue ?? 0
        revision = UInt64(max(value["revision"]?.intValue ?? 0, 0))
        since = UInt64(max(value["since"]?.intValue ?? Int(revision), 0))
        time = Instant(nanoseconds: Int64(value["time"]?.intValue ?? 0))
        counters = value["counters"] ?? .null
        wall = value["wall"]?.intValue.map { Instant(nanoseconds: Int64($0)) }
    }
}

extension ClusterDatabase {
    /// Lets the file grow to so many pages at most, never below what it has: how a full disk is tried.
    ///
    /// - Returns: the pages it has.
    package func limit(pages: Int) throws(StorageProblem) -> Int {
        try Self.attempt("limiting cluster file", path) {
            try queue.writeWithoutTransaction { db in
                let present = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
                try db.execute(sql: "PRAGMA max_page_count = \(max(pages, present))")
                return present
            }
        }
    }
}
