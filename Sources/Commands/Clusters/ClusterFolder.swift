import Glibc
import KubernetesObjects
import SimulationKernel

/// Where a named cluster is kept: its settings and the journal of what was done to it.
///
/// - Shape: `$LABRUNNER_HOME` or `$XDG_STATE_HOME/labrunner` or `~/.local/state/labrunner`, below it `clusters/NAME/`
///   with `cluster.json` and `journal.jsonl`, one entry a line.
/// - Invariants: an entry is on disk before its request is answered; one process at a time has a cluster open.
struct ClusterFolder {
    let name: String
    let path: String

    private static let format = 1

    init(_ name: String) throws(CommandError) {
        guard !name.isEmpty, name.utf8.count <= 63, NameRules.dns1123Label(name).isEmpty else {
            throw CommandError(.usage, "'\(name)' is no name for a cluster: use lower case letters, digits and '-'.")
        }
        self.name = name
        path = Self.root + "/" + name
    }

    static var root: String {
        let state = Host.variable("LABRUNNER_HOME") ?? Host.variable("XDG_STATE_HOME").map { $0 + "/labrunner" }
        return (state ?? (Host.variable("HOME") ?? "/root") + "/.local/state/labrunner") + "/clusters"
    }

    /// The names of all clusters, sorted.
    static var names: [String] { Host.names(in: root).filter { Host.exists("\(root)/\($0)/cluster.json") }.sorted() }

    var exists: Bool { Host.exists(settingsPath) }
    private var settingsPath: String { path + "/cluster.json" }
    private var journalPath: String { path + "/journal.jsonl" }

    // MARK: Settings

    func readSettings() throws(CommandError) -> ClusterSettings {
        guard let bytes = Host.readFile(settingsPath) else {
            let known = Self.names
            let hint = known.isEmpty ? "Make one with 'labrunner cluster create \(name)'." : "There are: \(known.joined(separator: ", "))."
            throw CommandError(.usage, "There is no cluster \(name). \(hint)")
        }
        guard let value = try? Value(parsingJSON: bytes), let settings = ClusterSettings(value) else {
            throw CommandError(.usage, "The settings of cluster \(name) in \(settingsPath) cannot be read. Delete it with 'labrunner cluster delete \(name)'.")
        }
        guard value["format"]?.intValue == Self.format else {
            throw CommandError(
                .usage, "Cluster \(name) was made by another version of labrunner (format \(value["format"] ?? .null)). Delete it and make it anew.")
        }
        return settings
    }

    /// Writes the settings and begins an empty journal.
    func begin(_ settings: ClusterSettings) throws(CommandError) {
        try Host.makeFolder(path)
        var value = settings.value
        value["format"] = Value(Self.format)
        unlink(journalPath)
        try Host.writeFile(settingsPath, Array((value.json(.pretty) + "\n").utf8))
    }

    func update(_ settings: ClusterSettings) throws(CommandError) {
        var value = settings.value
        value["format"] = Value(Self.format)
        try Host.writeFile(settingsPath, Array((value.json(.pretty) + "\n").utf8))
    }

    func delete() throws(CommandError) {
        for file in Host.names(in: path) { unlink(path + "/" + file) }
        guard rmdir(path) == 0 || errno == ENOENT else {
            throw CommandError(.usage, "The folder \(path) cannot be removed: \(String(cString: strerror(errno)).lowercased()).")
        }
    }

    // MARK: Journal

    /// Opens the cluster for this process alone; waits up to ten seconds for another one to be done.
    func lock() throws(CommandError) -> ClusterLock {
        let descriptor = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandError(.usage, "Cluster \(name) cannot be opened: \(String(cString: strerror(errno)).lowercased()).") }
        for _ in 0..<1000 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return ClusterLock(descriptor: descriptor) }
            usleep(10_000)
        }
        close(descriptor)
        throw CommandError(.usage, "Cluster \(name) is in use by another process. Try again when that has ended.")
    }

    /// The entries of the journal; a last line that a crash cut off is left out.
    func readJournal() throws(CommandError) -> [Value] {
        guard let bytes = Host.readFile(journalPath) else { return [] }
        var entries: [Value] = []
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: true)
        for (number, line) in lines.enumerated() {
            guard let value = try? Value(parsingJSON: Array(line)) else {
                if number == lines.count - 1 { break }
                throw CommandError(.usage, "\(journalPath):\(number + 1) cannot be read. Start over with 'labrunner cluster reset \(name)'.")
            }
            entries.append(value)
        }
        return entries
    }

    /// Appends an entry and waits until it is on disk.
    func append(_ entry: Value) throws(CommandError) {
        let descriptor = open(journalPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandError(.usage, "The journal of cluster \(name) cannot be written: \(String(cString: strerror(errno)).lowercased()).") }
        defer { close(descriptor) }
        let line = Array((entry.json() + "\n").utf8)
        let size = lseek(descriptor, 0, SEEK_END)
        let written = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress!, $0.count) }
        guard written == line.count, fdatasync(descriptor) == 0 else {
            let reason = String(cString: strerror(errno)).lowercased()
            ftruncate(descriptor, size)
            throw CommandError(.usage, "The journal of cluster \(name) cannot be written: \(reason). Nothing was changed.")
        }
    }
}

/// Holds a cluster open for one process; closing the descriptor lets the next one in.
final class ClusterLock {
    private let descriptor: Int32
    init(descriptor: Int32) { self.descriptor = descriptor }
    deinit { close(descriptor) }
}

/// What a cluster on disk was made with, and how its clock goes.
struct ClusterSettings {
    var profile: String
    var seed: UInt64
    /// The moment on the wall at which the cluster began.
    var wallStart: Instant
    /// The cluster's own time at that moment.
    var clusterStart: Instant
    /// Virtual seconds a second on the wall.
    var speed: Double
    /// The port that its kubeconfig names.
    var port: Int

    /// The cluster's time at a moment on the wall.
    func clusterTime(at wall: Instant) -> Instant {
        let elapsed = Double((wall - wallStart).nanoseconds) * speed
        return clusterStart + .nanoseconds(Int64(min(max(elapsed, 0), 9e18)))
    }

    var value: Value {
        [
            "profile": .string(profile), "seed": .string(String(seed)), "wallStart": .int(wallStart.nanoseconds),
            "clusterStart": .int(clusterStart.nanoseconds), "speed": Value(speed), "port": Value(port),
        ]
    }

    init(profile: String, seed: UInt64, wallStart: Instant, clusterStart: Instant, speed: Double, port: Int) {
        self.profile = profile
        self.seed = seed
        self.wallStart = wallStart
        self.clusterStart = clusterStart
        self.speed = speed
        self.port = port
    }

    init?(_ value: Value) {
        guard let profile = value["profile"]?.stringValue, let seed = value["seed"]?.stringValue.flatMap(UInt64.init),
            let wall = value["wallStart"]?.intValue, let start = value["clusterStart"]?.intValue, let speed = value["speed"]?.doubleValue,
            let port = value["port"]?.intValue
        else { return nil }
        self.init(
            profile: profile, seed: seed, wallStart: Instant(nanoseconds: Int64(wall)), clusterStart: Instant(nanoseconds: Int64(start)),
            speed: speed, port: port)
    }
}
