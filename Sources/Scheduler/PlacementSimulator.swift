import APIMachinery
import KubernetesObjects

/// Tries where pods would go without scheduling them: what the Cluster Autoscaler asks before it adds or removes nodes.
///
/// - Invariants: a value of its own; nothing of the scheduler that runs is changed. A pod that was placed counts from then on.
/// - Source: cluster-autoscaler `simulator/clustersnapshot`, which runs the scheduler's filters on a copy of the cluster.
package struct PlacementSimulator {
    private var cache = SchedulerCache()
    private let profile: SchedulerProfile
    private let view: ClusterView
    /// The nodes in the order in which they are tried.
    package private(set) var nodeNames: [String] = []

    /// A copy of the cluster: its nodes but those left out, with the pods that run on them.
    package init(_ view: ClusterView, leavingOut: Set<String> = [], profile: SchedulerProfile = SchedulerProfile()) {
        self.view = view
        self.profile = profile
        view.store.forEach(.namespaces) { cache.setNamespace($0.name, labels: stringMap($0["metadata"]?["labels"])) }
        for node in view.list(.nodes) where !leavingOut.contains(node.name) {
            cache.setNode(node)
            nodeNames.append(node.name)
            for object in view.pods(onNode: node.name) {
                let pod = PodInfo(object)
                if !pod.isTerminal { cache.place(pod, on: node.name) }
            }
        }
    }

    /// Adds a node that does not exist yet.
    package mutating func add(node: Value) {
        cache.setNode(node)
        nodeNames.append(node.name)
    }

    package mutating func remove(node name: String) {
        cache.removeNode(name)
        nodeNames.removeAll { $0 == name }
    }

    package mutating func place(_ pod: PodInfo, on node: String) { cache.place(pod, on: node) }
    package mutating func take(_ pod: PodInfo) { cache.removePod(uid: pod.uid) }

    /// Why a pod may not go to a node; nothing when it may.
    package mutating func refusals(of pod: PodInfo, on node: String) -> [String] {
        guard let slot = cache.nodes.slots[node] else { return ["node not found"] }
        switch prepared(pod) {
        case .refused(let reason): return [reason]
        case .ready(let cycle): return reasons(cache.verdict(cycle, slot), pod, slot)
        }
    }

    /// The first of some nodes, in their order, that takes a pod; it is placed there.
    package mutating func placeOnFirst(_ pod: PodInfo, of nodes: [String]) -> String? {
        guard case .ready(let cycle) = prepared(pod) else { return nil }
        for name in nodes {
            guard let slot = cache.nodes.slots[name], cache.verdict(cycle, slot).isEmpty else { continue }
            cache.place(pod, on: name)
            return name
        }
        return nil
    }

    private enum Preparation {
        case ready(SchedulingCycle)
        case refused(String)
    }

    private mutating func prepared(_ pod: PodInfo) -> Preparation {
        cache.nodes.refreshOrder()
        var cycle = cache.prepare(pod, profile)
        switch cache.volumeNeeds(of: pod, in: view) {
        case .none: break
        case .needs(let needs): cycle.volumes = needs
        case .refused(let reason): return .refused(reason)
        }
        return .ready(cycle)
    }

    private func reasons(_ verdict: Verdict, _ pod: PodInfo, _ slot: Int) -> [String] {
        var result = Verdict.texts.filter { verdict.contains($0.verdict) }.map(\.text)
        if verdict.contains(.extended) { result += cache.lackingExtended(pod, slot).map { "Insufficient \($0)" } }
        return result
    }
}
