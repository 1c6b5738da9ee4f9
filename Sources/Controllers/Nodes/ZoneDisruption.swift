import APIMachinery
import KubernetesObjects
import SimulationKernel

/// How many nodes of a zone do not answer, and what that means for evictions.
///
/// - Source: kube-controller-manager `nodelifecycle` of Kubernetes 1.36, `ComputeZoneState` and its defaults.
enum ZoneDisruption: Sendable, Hashable {
    case normal, partial, full

    /// `--unhealthy-zone-threshold`.
    static let unhealthyShare = 0.55
    /// `--large-cluster-size-threshold`.
    static let largeZone = 50
    /// `--node-eviction-rate` 0.1 and `--secondary-node-eviction-rate` 0.01 as intervals.
    static let interval = Duration.seconds(10)
    static let secondaryInterval = Duration.seconds(100)

    init(ready: Int, notReady: Int) {
        if ready == 0, notReady > 0 {
            self = .full
        } else if notReady > 2, Double(notReady) / Double(ready + notReady) >= Self.unhealthyShare {
            self = .partial
        } else {
            self = .normal
        }
    }

    /// The time between two evicted nodes of a zone of this many nodes; nil when none is evicted.
    func interval(zoneSize: Int) -> Duration? {
        switch self {
        case .normal, .full: Self.interval
        case .partial: zoneSize > Self.largeZone ? Self.secondaryInterval : nil
        }
    }

    static func zone(of node: Value) -> String {
        "\(node.label("topology.kubernetes.io/region") ?? ""):\(node.label("topology.kubernetes.io/zone") ?? "")"
    }

    /// The state and size of each zone.
    static func states(in view: ClusterView) -> [String: (state: ZoneDisruption, size: Int)] {
        var counts: [String: (ready: Int, notReady: Int)] = [:]
        view.store.forEach(.nodes) { node in
            if node.isConditionTrue("Ready") { counts[zone(of: node), default: (0, 0)].ready += 1 } else { counts[zone(of: node), default: (0, 0)].notReady += 1 }
        }
        return counts.mapValues { (ZoneDisruption(ready: $0.ready, notReady: $0.notReady), $0.ready + $0.notReady) }
    }
}
