import APIServer
import Cluster
import KubernetesObjects
import SimulationKernel

/// A named cluster that was opened to be served: held by this process alone until it ends.
struct LiveCluster {
    let folder: ClusterFolder
    let settings: ClusterSettings
    let keys: ClusterKeys
    let cluster: Cluster
    let storage: (any ClusterStorage)?
    let lock: ClusterLock

    /// Makes a cluster in a way of its own, such as a lab's.
    typealias Making = @Sendable (ClusterSettings, ClusterKeys) throws -> Cluster

    /// Opens a cluster from its folder.
    ///
    /// - Throws: when another process has it, or it cannot be read.
    init(_ folder: ClusterFolder, making make: Making? = nil) throws {
        self.folder = folder
        settings = try folder.readSettings()
        lock = try folder.lock()
        keys = try ClusterKeys(folder.path)
        storage = nil
        if let make {
            cluster = try make(settings, keys)
            return
        }
        var cluster = try Self.make(settings, keys)
        for value in try folder.readJournal() { if let entry = JournalEntry(value) { cluster.replay(entry) } }
        let target = settings.clusterTime(at: Host.preciseNow)
        if target > cluster.now { cluster.advance(by: target - cluster.now) }
        self.cluster = cluster
    }

    static func keysAddress(_ settings: ClusterSettings) -> String { "https://127.0.0.1:\(settings.port)/openid/v1/jwks" }

    /// The cluster as it was when it was made.
    static func make(_ settings: ClusterSettings, _ keys: ClusterKeys) throws(CommandError) -> Cluster {
        guard var profile = ClusterProfile.named(settings.profile) else {
            throw CommandError(.usage, "The profile '\(settings.profile)' is not known to this version.")
        }
        profile.adopt(keys.identity, keysAddress: keysAddress(settings))
        return Cluster(profile: profile, seed: settings.seed, startingAt: settings.clusterStart)
    }

    /// The cluster begun anew, its nodes up at this moment.
    static func makeAnew(_ settings: ClusterSettings, _ keys: ClusterKeys) throws(CommandError) -> Cluster {
        var settings = settings
        settings.clusterStart = Host.preciseNow - .seconds(30)
        var cluster = try make(settings, keys)
        cluster.advance(by: .seconds(30))
        return cluster
    }
}
