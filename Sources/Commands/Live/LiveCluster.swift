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
    let storage: LiveStorage
    let lock: ClusterLock

    /// Opens a cluster from its folder and takes it over: what a disk cluster's journal tells of becomes its present state.
    ///
    /// - Parameters:
    ///   - beginning: what it begins with when there is none yet.
    ///   - lab: what a cluster that begins is to be set up for.
    ///   - port: the port that it is to have from now on; 0 and nil leave it the one that it has.
    /// - Throws: when another process has it, or it cannot be read or made.
    init(_ folder: ClusterFolder, beginning: () throws(CommandError) -> ClusterSettings, settingUp lab: LabCluster? = nil, port: Int? = nil) throws {
        self.folder = folder
        let new = folder.exists ? nil : try beginning()
        if new != nil { try folder.makeFolder() }
        lock = try folder.lock(for: "labrunner cluster up", lasting: true)
        keys = try ClusterKeys(folder.path)
        let database: ClusterDatabase
        if let new, !folder.exists { database = try folder.make(new) } else { database = try folder.open() }
        do {
            // What was made a moment ago is not looked through for damage.
            if new == nil { try database.check() }
            var settings = try database.settings()
            if let port, port != 0, port != settings.port {
                settings.port = port
                try database.update(settings)
            }
            var account: Value?
            if let lab {
                let made = try lab.make(settings, keys)
                (cluster, account) = (made.cluster, made.account)
                settings.ownProfile = cluster.profile.value
                settings.lab = lab.value
                try database.update(settings)
            } else {
                var kept = try database.load(try folder.profile(settings, keys))
                let target = kept.settings.clusterTime(at: Host.preciseNow)
                if target > kept.cluster.now { kept.cluster.advance(by: target - kept.cluster.now) }
                cluster = kept.cluster
                account = kept.account
            }
            self.settings = settings
            storage = try LiveStorage(database, cluster: cluster, account: account)
        } catch let problem as StorageProblem {
            throw CommandError(.usage, problem.message)
        }
    }

    static func keysAddress(_ settings: ClusterSettings) -> String { "https://127.0.0.1:\(settings.port)/openid/v1/jwks" }

    /// The cluster begun anew: set up for its lab if it has one, its nodes up at this moment.
    static func makeAnew(_ folder: ClusterFolder, _ settings: ClusterSettings, _ keys: ClusterKeys) throws(CommandError) -> MadeCluster {
        if let lab = LabCluster(settings) { return try lab.make(settings, keys) }
        do throws(StorageProblem) {
            var cluster = Cluster(profile: try folder.profile(settings, keys), seed: settings.seed, startingAt: Host.preciseNow - .seconds(30))
            cluster.advance(by: .seconds(30))
            return MadeCluster(cluster: cluster)
        } catch {
            throw CommandError(.usage, error.message)
        }
    }
}
