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
}

/// The nodes of each zone counted by whether they answer, kept up from the events of nodes.
///
/// - Invariants: equals a count over the observed nodes but those that are excluded by label.
struct ZoneCounts: Sendable {
    /// Nodes with it do not count when a zone's state is judged.
    static let exclusionLabel = "node.kubernetes.io/exclude-disruption"

    private var places: [String: (zone: String, isReady: Bool)] = [:]
    private var zones: [String: (ready: Int, notReady: Int)] = [:]

    mutating func note(_ event: StoreEvent) {
        if let old = places.removeValue(forKey: event.key.name) { count(old, by: -1) }
        guard event.change != .deleted, event.object.label(Self.exclusionLabel) == nil else { return }
        let place = (ZoneDisruption.zone(of: event.object), event.object.isConditionTrue("Ready"))
        places[event.key.name] = place
        count(place, by: 1)
    }

    private mutating func count(_ place: (zone: String, isReady: Bool), by change: Int) {
        var counts = zones[place.zone] ?? (0, 0)
        if place.isReady { counts.ready += change } else { counts.notReady += change }
        zones[place.zone] = counts == (0, 0) ? nil : counts
    }

    /// The state of a zone and the number of its nodes; nil when none of them counts.
    func state(of zone: String) -> (state: ZoneDisruption, size: Int)? {
        zones[zone].map { (ZoneDisruption(ready: $0.ready, notReady: $0.notReady), $0.ready + $0.notReady) }
    }

    /// Whether no node of any zone answers: then the fault is more likely the control plane's.
    var areAllSilent: Bool { !zones.isEmpty && zones.values.allSatisfy { $0.ready == 0 } }
}
