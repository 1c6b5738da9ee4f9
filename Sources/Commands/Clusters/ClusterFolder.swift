import APIServer
import Cluster
import Glibc
import KubernetesObjects
import SimulationKernel

/// Where a named cluster is kept.
///
/// - Shape: `$LABRUNNER_HOME` or `$XDG_STATE_HOME/labrunner` or `~/.local/state/labrunner`, below it `clusters/NAME/` (mode 0700)
///   with `cluster.db` (see `ClusterDatabase`) and `lock`.
/// - Invariants: a write is on disk before its request is answered; one process at a time has a cluster open.
struct ClusterFolder {
    let name: String
    let path: String

    /// - Parameter root: the folder of all clusters, as a kubeconfig has it; nil for this user's own.
    init(_ name: String, root: String? = nil) throws(CommandError) {
        guard !name.isEmpty, name.utf8.count <= 63, NameRules.dns1123Label(name).isEmpty else {
            throw CommandError(.usage, "'\(name)' is no name for a cluster: use lower case letters, digits and '-'.")
        }
        self.name = name
        path = (root ?? Self.root) + "/" + name
    }

    /// The name of a cluster that nobody gave one.
    static let standardName = "labrunner"

    /// The cluster of a name, or the one that the kubeconfig leads to, or else the one that `cluster up` makes without a name.
    static func chosen(_ given: String?) throws(CommandError) -> ClusterFolder {
        if given == nil, let found = DiskKubectl.ownCluster() { return try ClusterFolder(found.name, root: found.root) }
        return try ClusterFolder(given ?? standardName)
    }

    /// The cluster of a name, or the one that the kubeconfig leads to.
    static func meant(_ given: String?) throws(CommandError) -> ClusterFolder {
        if let given { return try ClusterFolder(given) }
        guard let found = DiskKubectl.ownCluster() else {
            let known = names
            let advice = known.isEmpty ? "Make one with 'labrunner cluster create NAME'." : "There are \(known.joined(separator: ", ")): set KUBECONFIG to the file that 'cluster up' or 'create' names."
            throw CommandError(.usage, "No cluster is meant: KUBECONFIG leads to none of labrunner's. \(advice)")
        }
        return try ClusterFolder(found.name, root: found.root)
    }

    static var root: String {
        let state = Host.variable("LABRUNNER_HOME") ?? Host.variable("XDG_STATE_HOME").map { $0 + "/labrunner" }
        let path = (state ?? (Host.variable("HOME") ?? "/root") + "/.local/state/labrunner") + "/clusters"
        // Kubeconfigs and processes of other folders name it, too.
        return path.hasPrefix("/") ? path : Host.currentFolder + "/" + path
    }

    /// The names of all clusters, sorted.
    static var names: [String] {
        Host.names(in: root).filter { Host.exists("\(root)/\($0)/\(databaseName)") || Host.exists("\(root)/\($0)/\(OldClusterFiles.settingsName)") }.sorted()
    }

    static let databaseName = "cluster.db"
    var databasePath: String { path + "/" + Self.databaseName }
    var lockPath: String { path + "/lock" }
    var exists: Bool { Host.exists(databasePath) || OldClusterFiles(path).exist }

    // MARK: The database

    /// Opens the cluster's file, taking over one of the format before; to be called with the lock held.
    func open() throws(CommandError) -> ClusterDatabase {
        // A limit on the size of files is an error like a full disk, not the end of the process.
        signal(SIGXFSZ, SIG_IGN)
        do throws(StorageProblem) {
            if !Host.exists(databasePath) {
                let old = OldClusterFiles(path)
                guard old.exist else { throw StorageProblem(.missing, missing) }
                return try old.migrate(to: databasePath)
            }
            return try ClusterDatabase(opening: databasePath)
        } catch {
            throw CommandError(.usage, error.message)
        }
    }

    private var missing: String {
        let known = Self.names
        let hint = known.isEmpty ? "Make one with 'labrunner cluster create \(name)'." : "There are: \(known.joined(separator: ", "))."
        return "There is no cluster \(name). \(hint)"
    }

    func readSettings() throws(CommandError) -> ClusterSettings {
        let database = try open()
        defer { database.close() }
        do throws(StorageProblem) { return try database.settings() } catch { throw CommandError(.usage, error.message) }
    }

    /// Makes the cluster, or makes it anew.
    func begin(_ settings: ClusterSettings) throws(CommandError) { try make(settings).close() }

    /// Makes the cluster, or makes it anew, and leaves its file open.
    func make(_ settings: ClusterSettings) throws(CommandError) -> ClusterDatabase {
        try makeFolder()
        do throws(StorageProblem) {
            let database = try ClusterDatabase.make(databasePath, settings: settings)
            OldClusterFiles(path).remove()
            return database
        } catch {
            throw CommandError(.usage, error.message)
        }
    }

    /// Makes the folder, which only its owner may look into.
    func makeFolder() throws(CommandError) {
        try Host.makeFolder(path)
        chmod(path, 0o700)
    }

    /// Makes the folder for this process alone: of several that want it at once one gets it.
    ///
    /// - Returns: false when it is there already, unless nobody has put a cluster into it for a while.
    func claim() throws(CommandError) -> Bool {
        try Host.makeFolder(String(path.dropLast(name.utf8.count + 1)))
        if mkdir(path, 0o700) == 0 { return true }
        guard errno == EEXIST else { throw CommandError(.usage, "The folder \(path) cannot be made: \(String(cString: strerror(errno)).lowercased()).") }
        return !exists && (Host.secondsSinceChange(of: path) ?? 0) > Self.claimSeconds
    }

    /// How long a folder is left to who has made it and is to put a cluster into it.
    private static let claimSeconds = 60

    func delete() throws(CommandError) {
        for file in Host.names(in: path) { unlink(path + "/" + file) }
        guard rmdir(path) == 0 || errno == ENOENT else {
            throw CommandError(.usage, "The folder \(path) cannot be removed: \(String(cString: strerror(errno)).lowercased()).")
        }
    }

    /// The profile of the cluster, with the keys of its server where it has some.
    func profile(_ settings: ClusterSettings, _ keys: ClusterKeys? = nil) throws(StorageProblem) -> ClusterProfile {
        guard var profile = settings.clusterProfile else {
            throw StorageProblem(.version, "Cluster \(name) has the profile '\(settings.profile)', which this version does not know.")
        }
        do throws(CommandError) {
            var keys = keys
            if keys == nil, ClusterKeys.exist(path) { keys = try ClusterKeys(path) }
            if let keys {
                profile.adopt(keys.identity, keysAddress: LiveCluster.keysAddress(settings))
            }
        } catch {
            throw StorageProblem(.corrupt, error.message)
        }
        return profile
    }

    // MARK: One process at a time

    /// Takes the cluster for this process alone; waits up to ten seconds for another one to be done.
    ///
    /// - Parameters:
    ///   - purpose: what others are told that it is used for.
    ///   - lasting: whether it is for long, so that others need not wait.
    func lock(for purpose: String = "a labrunner command", lasting: Bool = false) throws(CommandError) -> ClusterLock {
        guard Host.exists(path) else { throw CommandError(.usage, missing) }
        do throws(StorageProblem) {
            return try ClusterLock(lockPath, cluster: name, purpose: purpose, lasting: lasting)
        } catch {
            throw CommandError(.usage, error.message)
        }
    }
}
