import APIMachinery
import KubernetesObjects

/// Divides the endpoints of a Service over the zones, by the CPU that each zone has: the topology mode `Auto`.
///
/// - Order: each zone keeps its own endpoints; those that have more than their share give some to those that lack the most,
///   ties by name.
/// - Bounds: no hints where there are fewer endpoints than zones, where no division keeps every zone from being overloaded by
///   more than `overloadMax`, or where a node or an endpoint has no zone.
/// - Source: `k8s.io/endpointslice/topologycache`, Kubernetes 1.36. Differs: hints are worked out anew from all endpoints;
///   the real one leaves those of slices that do not change as long as they will do.
struct TopologyHints {
    static let annotation = "service.kubernetes.io/topology-mode"
    static let oldAnnotation = "service.kubernetes.io/topology-aware-hints"
    static let overloadMax = 0.2

    /// Why there are no hints, in the words of the event.
    struct Refusal: Error, Equatable {
        let message: String

        static let nodes = Refusal(message: "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes")
        static let noZone = Refusal(message: "One or more endpoints do not have a zone specified")

        static func tooFew(_ endpoints: Int, zones: Int) -> Refusal {
            Refusal(message: "Insufficient number of endpoints (\(endpoints) endpoints, \(zones) zones)")
        }

        static func overloaded(_ endpoints: Int, zones: Int) -> Refusal {
            Refusal(
                message:
                    "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (\(endpoints) endpoints, \(zones) zones)"
            )
        }
    }

    /// Whether a Service asks for it.
    static func isWanted(by service: Value) -> Bool {
        let mode = service.annotation(oldAnnotation) ?? service.annotation(annotation)
        return mode == "Auto" || mode == "auto"
    }

    /// Milli-CPU that can be given to pods, by zone; nil when a node does not say, or there is one zone only.
    static func capacity(in view: ClusterView) -> [String: Int64]? {
        var result: [String: Int64] = [:]
        var isComplete = true
        view.store.forEach(.nodes) { node in
            guard node.isConditionTrue("Ready"), node.label("node-role.kubernetes.io/control-plane") == nil,
                node.label("node-role.kubernetes.io/master") == nil
            else { return }
            guard let zone = node.label(EndpointSliceController.zoneLabel), !zone.isEmpty,
                let cpu = Quantity(node["status"]?["allocatable"]?["cpu"]).map({ Int64($0.milliValue) }), cpu > 0
            else {
                isComplete = false
                return
            }
            result[zone, default: 0] += cpu
        }
        return isComplete && result.count > 1 ? result : nil
    }

    /// The zone for which each endpoint is meant, by its place in the list.
    static func allocate(zones endpoints: [String], capacity: [String: Int64]?) -> Result<[String], Refusal> {
        guard let capacity else { return .failure(.nodes) }
        let count = endpoints.count
        guard count >= capacity.count else { return .failure(.tooFew(count, zones: capacity.count)) }
        let total = Double(capacity.values.reduce(0, +))
        let zones = capacity.keys.sorted()
        var wanted: [String: Double] = [:]
        var least = 0
        for zone in zones {
            let share = Double(capacity[zone]!) / total * Double(count)
            let minimum = (share * (1 / (1 + overloadMax))).rounded(.up)
            wanted[zone] = max(share, minimum)
            least += Int(minimum)
        }
        if least > count { return .failure(.overloaded(count, zones: zones.count)) }
        if endpoints.contains("") { return .failure(.noZone) }
        var held: [String: Int] = [:]
        for zone in endpoints { held[zone, default: 0] += 1 }
        var (giving, receiving) = moves(zones, held: held, wanted: wanted)
        var result = endpoints
        for (place, zone) in endpoints.enumerated() {
            guard let left = giving[zone], left > 0, let taker = zones.first(where: { receiving[$0, default: 0] > 0 }) else { continue }
            result[place] = taker
            giving[zone] = left - 1
            receiving[taker, default: 0] -= 1
        }
        return .success(result)
    }

    /// How many endpoints each zone gives away and takes.
    ///
    /// - Bounds: at most one move an endpoint.
    private static func moves(_ zones: [String], held: [String: Int], wanted: [String: Double]) -> (giving: [String: Int], receiving: [String: Int]) {
        var surplus: [String: Double] = [:]
        var lack: [String: Double] = [:]
        for zone in zones {
            let difference = Double(held[zone] ?? 0) - wanted[zone]!
            if difference > 0 { surplus[zone] = difference } else if difference < 0 { lack[zone] = -difference }
        }
        func most(_ numbers: [String: Double]) -> (zone: String, number: Double)? {
            zones.compactMap { zone in numbers[zone].map { (zone, $0) } }.filter { $0.1 > 0 }.max { $0.1 < $1.1 || ($0.1 == $1.1 && $0.0 > $1.0) }
        }
        var (giving, receiving): ([String: Int], [String: Int]) = ([:], [:])
        while let from = most(surplus), let to = most(lack), from.number >= 0.5, to.number >= 0.5, from.number >= 1 || to.number >= 1 {
            giving[from.zone, default: 0] += 1
            receiving[to.zone, default: 0] += 1
            surplus[from.zone]! -= 1
            lack[to.zone]! -= 1
        }
        return (giving, receiving)
    }
}
