import APIMachinery
import KubernetesObjects

/// Divides the endpoints of a Service over the zones, by the CPU that each zone has: the topology mode `Auto`.
///
/// - Order: each zone keeps its own endpoints up to its share; what a zone has beyond it goes to those that lack some.
/// - Bounds: no hints where a zone would be overloaded by more than `overloadMax`, where there are fewer endpoints than zones,
///   or where a node or an endpoint has no zone.
/// - Source: `k8s.io/endpointslice/topologycache`, Kubernetes 1.36.
struct TopologyHints {
    static let annotation = "service.kubernetes.io/topology-mode"
    static let oldAnnotation = "service.kubernetes.io/topology-aware-hints"
    static let overloadMax = 0.2

    /// Why there are no hints, in the words of the event.
    enum Refusal: String, Error {
        case nodes = "Nodes do not have allocatable CPU or zone information, or there are fewer than two zones"
        case endpoints = "Insufficient number of endpoints"
        case noZone = "One or more endpoints do not have a zone specified"
    }

    /// Whether a Service asks for it.
    static func isWanted(by service: Value) -> Bool {
        let mode = service.annotation(annotation) ?? service.annotation(oldAnnotation)
        return mode == "Auto" || mode == "auto"
    }

    /// Milli-CPU that can be given to pods, by zone; nil when a node does not say, or there is one zone only.
    static func capacity(in view: ClusterView) -> [String: Int64]? {
        var result: [String: Int64] = [:]
        var isComplete = true
        view.store.forEach(.nodes) { node in
            guard node.isConditionTrue("Ready"), node.label("node-role.kubernetes.io/control-plane") == nil else { return }
            guard let zone = node.label(EndpointSliceController.zoneLabel), let cpu = Quantity(node["status"]?["allocatable"]?["cpu"]) else {
                isComplete = false
                return
            }
            result[zone, default: 0] += Int64(cpu.milliValue)
        }
        return isComplete && result.count > 1 ? result : nil
    }

    /// The zone for which each endpoint is meant, by its place in the list.
    static func allocate(zones endpoints: [String], capacity: [String: Int64]?) -> Result<[String], Refusal> {
        guard let capacity else { return .failure(.nodes) }
        guard !endpoints.contains("") else { return .failure(.noZone) }
        guard endpoints.count >= capacity.count else { return .failure(.endpoints) }
        let total = Double(capacity.values.reduce(0, +))
        let zones = capacity.keys.sorted()
        var room: [String: Int] = [:]
        for zone in zones {
            let desired = Double(endpoints.count) * Double(capacity[zone]!) / max(total, 1)
            // The fewest endpoints with which the zone is not overloaded.
            let least = Int((desired / (1 + overloadMax)).rounded(.up))
            room[zone] = max(1, least)
        }
        if room.values.reduce(0, +) > endpoints.count { return .failure(.endpoints) }
        var held: [String: Int] = [:]
        var result = endpoints
        var spare: [Int] = []
        for (place, zone) in endpoints.enumerated() {
            if held[zone, default: 0] < room[zone, default: 0] || room[zone] == nil {
                held[zone, default: 0] += 1
                if room[zone] == nil { spare.append(place) }
            } else {
                spare.append(place)
            }
        }
        for zone in zones {
            while held[zone, default: 0] < room[zone]!, let place = spare.popLast() {
                result[place] = zone
                held[zone, default: 0] += 1
            }
        }
        // What nobody lacks stays where it is.
        for place in spare where capacity[endpoints[place]] == nil { result[place] = zones[0] }
        return .success(result)
    }
}
