import APIMachinery
import KubernetesObjects
import Scheduler
import SimulationKernel

/// Chooses among the ways to make a cluster larger.
///
/// - Order: each expander keeps the options that are best for it; what is left after the last is drawn from the seeded stream.
/// - Source: cluster-autoscaler `expander/*`. Differs: `price` compares the price of the new nodes for each CPU and GiB that
///   the helped pods ask for, without the preference for machines that suit the cluster's size.
struct ExpanderChain {
    let expanders: [ClusterAutoscalerSettings.Expander]
    let pods: [PodInfo]
    /// The `priorities` text of the ConfigMap `cluster-autoscaler-priority-expander`.
    let priorities: String?

    static let priorityConfigMap = "cluster-autoscaler-priority-expander"

    func best(of options: [ExpansionOption], random: inout RandomStream) -> ExpansionOption? {
        var left = options
        for expander in expanders where left.count > 1 { left = filter(left, by: expander) }
        return left.isEmpty ? nil : left[random.below(left.count)]
    }

    private func filter(_ options: [ExpansionOption], by expander: ClusterAutoscalerSettings.Expander) -> [ExpansionOption] {
        switch expander {
        case .random: return options
        case .mostPods: return lowest(options) { -Double($0.pods.count) }
        case .leastNodes: return lowest(options) { Double($0.nodeCount) }
        case .leastWaste: return lowest(options, by: waste)
        case .price:
            let priced = options.filter { $0.group.pricePerHour != nil }
            return priced.isEmpty ? options : lowest(priced, by: price)
        case .priority: return preferred(options)
        }
    }

    private func lowest(_ options: [ExpansionOption], by score: (ExpansionOption) -> Double) -> [ExpansionOption] {
        let scores = options.map(score)
        guard let least = scores.min() else { return [] }
        return zip(options, scores).filter { $0.1 == least }.map(\.0)
    }

    private func requests(_ option: ExpansionOption) -> (cpu: Double, memory: Double) {
        option.pods.reduce((0, 0)) { ($0.0 + Double(pods[$1].requests.cpu), $0.1 + Double(pods[$1].requests.memory)) }
    }

    /// The shares of the new CPU and memory that nobody would use, added.
    private func waste(_ option: ExpansionOption) -> Double {
        let capacity = option.group.template["status"]?["capacity"] ?? option.group.template["status"]?["allocatable"]
        let asked = requests(option)
        func share(_ available: Int64, _ used: Double) -> Double {
            let total = Double(available) * Double(option.nodeCount)
            return total > 0 ? (total - used) / total : 0
        }
        return share(ResourceAmount.milli(capacity?["cpu"]), asked.cpu) + share(ResourceAmount.whole(capacity?["memory"]), asked.memory)
    }

    private func price(_ option: ExpansionOption) -> Double {
        let asked = requests(option)
        let worth = asked.cpu / 1000 + asked.memory / Double(1 << 30) / 4
        return Double(option.nodeCount) * (option.group.pricePerHour ?? 0) / max(worth, 0.001)
    }

    /// The options whose group matches a pattern of the highest priority; all when none does.
    private func preferred(_ options: [ExpansionOption]) -> [ExpansionOption] {
        guard let priorities, let document = YAMLReader().read(priorities).documents.first?.value, let fields = document.fields else { return options }
        let ranked = fields.compactMap { key, list in
            Int(key).map { (priority: $0, patterns: list.elements.compactMap { $0.stringValue.flatMap { try? LinearPattern($0) } }) }
        }.sorted { $0.priority > $1.priority }
        for (_, patterns) in ranked {
            let chosen = options.filter { option in patterns.contains { $0.matches(option.group.id) } }
            if !chosen.isEmpty { return chosen }
        }
        return options
    }
}
