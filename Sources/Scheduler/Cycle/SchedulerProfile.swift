import KubernetesObjects

/// The settings of a scheduler profile.
///
/// - Source: KubeSchedulerConfiguration v1 and its defaults in Kubernetes 1.36.
package struct SchedulerProfile: Sendable {
    package enum ResourceStrategy: Sendable {
        case leastAllocated
        case mostAllocated
        /// Points of (utilisation in percent, score 0 to 10), by utilisation.
        case requestedToCapacityRatio([(utilization: Int, score: Int)])
    }

    package struct Weights: Sendable {
        package var taintToleration: Int64 = 3
        package var nodeAffinity: Int64 = 2
        package var topologySpread: Int64 = 2
        package var interPodAffinity: Int64 = 2
        package var resourcesFit: Int64 = 1
        package var balancedAllocation: Int64 = 1
        package var imageLocality: Int64 = 1

        package init() {}
    }

    package var name = "default-scheduler"
    package var strategy = ResourceStrategy.leastAllocated
    /// Resources that count for the strategy, with their weights.
    package var strategyWeights: [(resource: String, weight: Int64)] = [("cpu", 1), ("memory", 1)]
    package var weights = Weights()
    package var hardPodAffinityWeight: Int64 = 1
    /// 0 for the adaptive share.
    package var percentageOfNodesToScore = 0
    /// Node affinity that every pod of the profile gets besides its own.
    package var addedAffinity: NodeSelection?
    /// Whether pods without spread constraints are spread as the system sees fit.
    package var spreadsByDefault = true

    package init() {}

    static let minFeasibleNodes = 100

    /// How many nodes that fit are enough.
    package func feasibleNodesWanted(of count: Int) -> Int {
        if count < Self.minFeasibleNodes { return count }
        var percentage = percentageOfNodesToScore
        if percentage == 0 { percentage = max(5, 50 - count / 125) }
        return percentage >= 100 ? count : max(Self.minFeasibleNodes, count * percentage / 100)
    }
}
