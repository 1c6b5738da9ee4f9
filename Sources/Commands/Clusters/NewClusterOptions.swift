import APIServer
import ArgumentParser
import Cluster

/// What a new cluster is made of and how its time goes: the same for every command that makes one.
struct NewClusterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many nodes a new cluster has; 3 unless a profile says so.", valueName: "n")) var nodes: Int?
    @Option(
        help: ArgumentHelp(
            "What a new cluster is made of: eks-3x-m5.large, empty, recording, or eks-COUNTx-TYPE; add-ons follow as in eks-3x-m5.large+cluster-autoscaler.",
            valueName: "profile"))
    var profile: String?
    @Option(help: ArgumentHelp("The seed of all that is random in a new cluster.", valueName: "n")) var seed: UInt64 = 1
    @Option(help: ArgumentHelp("How fast its time goes: 1x, 10x, or max.", valueName: "speed")) var speed: String?

    func validate() throws {
        if let nodes, !(0...5000).contains(nodes) { throw ValidationError("--nodes must be between 0 and 5000.") }
        if nodes != nil, profile != nil { throw ValidationError("--nodes and --profile both say what the cluster is made of: give one of them.") }
        if let speed, ClusterPace(speed) == nil { throw ValidationError("--speed must be such as 1x, 10x or max.") }
    }

    /// Whether anything was said of what the cluster is made of.
    var saysWhat: Bool { nodes != nil || profile != nil }

    var pace: ClusterPace? { speed.flatMap { ClusterPace($0) } }

    /// Makes the cluster; its clock goes at the speed that was asked for, or with the wall where that is no number.
    func make(_ folder: ClusterFolder) throws(CommandError) { try folder.begin(settings(of: folder)) }

    /// What a cluster that is made now begins with.
    func settings(of folder: ClusterFolder) throws(CommandError) -> ClusterSettings {
        var factor = 1.0
        if case .factor(let asked)? = pace?.speed { factor = asked }
        return try DiskCluster.settings(of: folder, profile: profile ?? "eks-\(nodes ?? 3)x-m5.large", seed: seed, speed: factor)
    }

    /// The same options as words, for another process.
    var words: [String] {
        var words = ["--seed", "\(seed)"]
        if let nodes { words += ["--nodes", "\(nodes)"] }
        if let profile { words += ["--profile", profile] }
        if let speed { words += ["--speed", speed] }
        return words
    }
}
