import APIMachinery
import KubernetesObjects

/// How pods are spread that say nothing about it: over nodes and zones, with the pods of the same Service and owner.
///
/// - Source: kube-scheduler PodTopologySpread with the default constraints of the system, component-helpers `DefaultSelector`.
struct DefaultSpreading: Sendable {
    private var services: [String: [String: CompiledSelector]] = [:]
    private var owners: [String: CompiledSelector] = [:]

    /// Above this many remembered owners the memory is begun anew.
    static let ownersMax = 10_000

    mutating func note(_ event: StoreEvent) {
        if event.key.resource == .services {
            let selector = event.object["spec"]?["selector"]
            let isGone = event.change == .deleted || selector?.fields?.isEmpty != false
            services[event.key.namespace, default: [:]][event.key.name] = isGone ? nil : CompiledSelector(labels: selector)
        }
    }

    mutating func constraints(for pod: PodInfo, in view: ClusterView) -> [SpreadConstraint] {
        var selector = CompiledSelector.everything
        if let candidates = services[pod.key.namespace] {
            for name in candidates.keys.sorted() {
                if let candidate = candidates[name], candidate.matches(pod.labels) {
                    selector = CompiledSelector(requirements: selector.requirements + candidate.requirements)
                }
            }
        }
        if let owner = ownerSelector(pod, view) {
            if owner.matchesNothing { return [] }
            selector = CompiledSelector(requirements: selector.requirements + owner.requirements)
        }
        if selector.isEmpty { return [] }
        return [
            SpreadConstraint(maxSkew: 3, topologyKey: SchedulerCache.hostnameKey, isRequired: false, selector: selector),
            SpreadConstraint(maxSkew: 5, topologyKey: "topology.kubernetes.io/zone", isRequired: false, selector: selector),
        ]
    }

    private mutating func ownerSelector(_ pod: PodInfo, _ view: ClusterView) -> CompiledSelector? {
        guard let uid = pod.ownerUID else { return nil }
        let resource: GroupResource
        switch pod.ownerKind {
        case "ReplicaSet": resource = .replicaSets
        case "StatefulSet": resource = .statefulSets
        case "ReplicationController": resource = .replicationControllers
        default: return nil
        }
        if let known = owners[uid] { return known }
        guard let owner = view.get(resource, namespace: pod.key.namespace, name: pod.ownerName) else { return nil }
        let selector = owner["spec"]?["selector"]
        let compiled = resource == .replicationControllers ? CompiledSelector(labels: selector) : CompiledSelector(selector)
        if owners.count >= Self.ownersMax { owners = [:] }
        owners[uid] = compiled
        return compiled
    }
}
