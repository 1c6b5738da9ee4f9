import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Lists the pods behind a Service in the older Endpoints object.
///
/// - Bounds: `addressesMax` addresses; more are cut off and the object says so.
/// - Source: kube-controller-manager `endpoint` of Kubernetes 1.36.
package struct EndpointsController: Controller {
    static let managedByLabel = "endpoints.kubernetes.io/managed-by"
    static let overCapacity = "endpoints.kubernetes.io/over-capacity"
    static let addressesMax = 1000

    package let name = "endpoint-controller"
    package let interests: [GroupResource] = [.services, .pods, .endpoints]

    package init() {}

    package func keys(for event: StoreEvent, in view: ClusterView) -> [(key: ObjectKey, after: Duration)] {
        switch event.key.resource {
        case .services: return ownKey(event)
        case .pods: return ServiceSelection.services(touchedBy: event, in: view).map { ($0, .zero) }
        case .endpoints where event.change == .deleted: return [(ObjectKey(.services, namespace: event.key.namespace, name: event.key.name), .zero)]
        default: return []
        }
    }

    package func reconcile(_ key: ObjectKey, in view: ClusterView) -> Plan {
        let present = view.get(.endpoints, namespace: key.namespace, name: key.name)
        guard let service = view.get(key) else {
            var plan = Plan()
            if present != nil { plan.add(.delete(ObjectKey(.endpoints, namespace: key.namespace, name: key.name)), ifRefused: .ignore) }
            return plan
        }
        guard ServiceSelection.hasSelector(service), !service.isBeingDeleted else { return .done }
        let pods = ServiceSelection.pods(of: service, in: view)
        var packing = SubsetPacking(service: service)
        packing.add(pods)
        let subsets = packing.subsets(max: Self.addressesMax)
        var labels = service["metadata"]?["labels"] ?? [:]
        if ServiceSelection.isHeadless(service) { labels[ServiceSelection.headlessLabel] = "" } else { labels[ServiceSelection.headlessLabel] = nil }
        labels[Self.managedByLabel] = "endpoint-controller"
        if let present, (present["subsets"] ?? .null) == subsets, present["metadata", "labels"] == labels,
            (present.annotation(Self.overCapacity) != nil) == packing.isTruncated
        {
            return .done
        }
        var next: Value =
            present ?? [
                "apiVersion": "v1", "kind": "Endpoints",
                "metadata": ["name": .string(key.name), "namespace": .string(key.namespace)],
            ]
        next["subsets"] = subsets.isNull ? nil : subsets
        next["metadata", default: [:]]["labels"] = labels
        next["metadata", default: [:]]["annotations", default: [:]][EndpointSliceController.lastChangeAnnotation] = .string(
            ServiceSelection.lastChange(service, pods))
        next["metadata", default: [:]]["annotations", default: [:]][Self.overCapacity] = packing.isTruncated ? "truncated" : nil
        var plan = Plan()
        plan.add(present == nil ? .create(.endpoints, next) : .update(.endpoints, next))
        return plan
    }
}

/// Groups addresses that have the same ports into subsets.
///
/// - Order: subsets by their ports, addresses by IP, as `RepackSubsets` and `SortSubsets` have it (Differs: by text).
struct SubsetPacking {
    let service: Value
    private var rows: [(ports: [Value], address: Value, ready: Bool)] = []
    private(set) var isTruncated = false

    init(service: Value) { self.service = service }

    mutating func add(_ pods: [Value]) {
        let publishAll = service["spec"]?["publishNotReadyAddresses"]?.boolValue == true
        let family = service["spec"]?["ipFamilies"]?[0]?.stringValue ?? "IPv4"
        for pod in pods where ServiceSelection.canServe(pod, includingTerminating: publishAll) {
            guard let ip = ServiceSelection.addresses(of: pod, family: family).first else { continue }
            var address: Value = ["ip": .string(ip)]
            if let hostname = ServiceSelection.hostname(of: pod, for: service) { address["hostname"] = .string(hostname) }
            if !pod.nodeName.isEmpty { address["nodeName"] = .string(pod.nodeName) }
            address["targetRef"] = ServiceSelection.targetReference(pod)
            let wanted = service["spec"]?["ports"]?.elements ?? []
            let ready = publishAll || pod.isPodReady
            if wanted.isEmpty {
                if ServiceSelection.isHeadless(service) { rows.append(([], address, ready)) }
                continue
            }
            var ports: [Value] = []
            for port in wanted {
                guard let number = ServiceSelection.targetPort(port, in: pod) else { continue }
                var entry: Value = [:]
                if let name = port["name"]?.stringValue, !name.isEmpty { entry["name"] = .string(name) }
                entry["port"] = Value(number)
                entry["protocol"] = .string(port["protocol"]?.stringValue ?? "TCP")
                if let application = port["appProtocol"], !application.isNull { entry["appProtocol"] = application }
                ports.append(entry)
            }
            if !ports.isEmpty { rows.append((ports, address, ready)) }
        }
    }

    mutating func subsets(max limit: Int) -> Value {
        if rows.isEmpty { return .null }
        var kept = rows
        if rows.count > limit {
            isTruncated = true
            kept = Array((rows.filter(\.ready) + rows.filter { !$0.ready }).prefix(limit))
        }
        var groups: [(ports: [Value], ready: [Value], notReady: [Value])] = []
        for row in kept {
            var index = groups.firstIndex { $0.ports == row.ports }
            if index == nil {
                groups.append((row.ports, [], []))
                index = groups.count - 1
            }
            if let index {
                if row.ready { groups[index].ready.append(row.address) } else { groups[index].notReady.append(row.address) }
            }
        }
        groups.sort { Self.key($0.ports) < Self.key($1.ports) }
        return .array(
            groups.map { group in
                var subset: Value = [:]
                if !group.ready.isEmpty { subset["addresses"] = .array(Self.sorted(group.ready)) }
                if !group.notReady.isEmpty { subset["notReadyAddresses"] = .array(Self.sorted(group.notReady)) }
                if !group.ports.isEmpty { subset["ports"] = .array(group.ports.sorted { Self.key([$0]) < Self.key([$1]) }) }
                return subset
            })
    }

    private static func key(_ ports: [Value]) -> String {
        ports.map { "\($0["name"]?.stringValue ?? "")/\($0["port"]?.intValue ?? 0)/\($0["protocol"]?.stringValue ?? "")" }.joined(separator: ",")
    }

    private static func sorted(_ addresses: [Value]) -> [Value] {
        addresses.sorted { left, right in
            let (a, b) = (left["ip"]?.stringValue ?? "", right["ip"]?.stringValue ?? "")
            let (x, y) = (octets(a), octets(b))
            return x == y ? (left["targetRef"]?["uid"]?.stringValue ?? "") < (right["targetRef"]?["uid"]?.stringValue ?? "") : x.lexicographicallyPrecedes(y)
        }
    }

    private static func octets(_ ip: String) -> [Int] { ip.split(separator: ".").map { Int($0) ?? 0 } }
}
