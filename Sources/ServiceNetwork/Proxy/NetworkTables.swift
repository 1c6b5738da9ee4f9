import APIMachinery
import KubernetesObjects

/// What the data plane knows of the cluster, kept up from watch events.
///
/// - Invariants: every index agrees with the objects it was made from; `observe` is the only way in.
package struct NetworkTables: Sendable {
    package struct PodEntry: Sendable {
        package var key: NamespacedName
        package var address: String
        package var node: String
        package var labels: Fields
        package var isHostNetwork: Bool
        package var phase: String
        package var object: Value
    }

    package struct NodeEntry: Sendable {
        package var name: String
        package var addresses: [String]
        package var zone: String
        package var isReady: Bool
        package var isExcludedFromLoadBalancers: Bool
    }

    package private(set) var services: [NamespacedName: ServiceRule] = [:]
    package private(set) var slices: [NamespacedName: [String: Value]] = [:]
    package private(set) var pods: [NamespacedName: PodEntry] = [:]
    package private(set) var nodes: [String: NodeEntry] = [:]
    package private(set) var namespaceLabels: [String: Fields] = [:]
    package private(set) var policies: [String: [String: Value]] = [:]
    package private(set) var ingresses: [NamespacedName: Value] = [:]
    package private(set) var ingressClasses: [String: Value] = [:]

    private var servicesByAddress: [String: NamespacedName] = [:]
    private var servicesByNodePort: [Int: NamespacedName] = [:]
    private var podsByAddress: [String: NamespacedName] = [:]
    private var nodesByAddress: [String: String] = [:]
    /// What was read of the slices of a service, until one of them changes.
    private var backends: [NamespacedName: [BackendKey: [Backend]]] = [:]

    private struct BackendKey: Hashable, Sendable {
        var port: String
        var protocolName: String
    }

    package init() {}

    package static let interests: [GroupResource] = [
        .services, .endpointSlices, .pods, .nodes, .namespaces, .networkPolicies, .ingresses, .ingressClasses,
    ]

    package mutating func observe(_ event: StoreEvent) {
        let object: Value? = event.change == .deleted ? nil : event.object
        let name = NamespacedName(namespace: event.key.namespace, name: event.key.name)
        switch event.key.resource {
        case .services: set(service: object.map(ServiceRule.init), at: name)
        case .endpointSlices: setSlice(object, old: event.old, at: name)
        case .pods: setPod(object, at: name)
        case .nodes: setNode(object, name: name.name)
        case .namespaces: namespaceLabels[name.name] = object?.labels
        case .networkPolicies: policies[name.namespace, default: [:]][name.name] = object
        case .ingresses: ingresses[name] = object
        case .ingressClasses: ingressClasses[name.name] = object
        default: break
        }
    }

    package func service(atAddress address: String) -> ServiceRule? { servicesByAddress[address].flatMap { services[$0] } }
    package func service(atNodePort port: Int) -> ServiceRule? { servicesByNodePort[port].flatMap { services[$0] } }
    package func pod(atAddress address: String) -> PodEntry? { podsByAddress[address].flatMap { pods[$0] } }
    package func node(atAddress address: String) -> NodeEntry? { nodesByAddress[address].flatMap { nodes[$0] } }

    /// The slices of a service, sorted by name.
    package func slices(of service: NamespacedName) -> [Value] {
        guard let byName = slices[service] else { return [] }
        return byName.keys.sorted().map { byName[$0]! }
    }

    /// All backends of a service port. Read of the slices when they are first asked for after a change.
    package mutating func backends(of rule: ServiceRule, port: ServicePortRule) -> [Backend] {
        let key = BackendKey(port: port.name, protocolName: port.protocolName)
        if let known = backends[rule.key]?[key] { return known }
        let found = readBackends(of: rule, port: port)
        backends[rule.key, default: [:]][key] = found
        return found
    }

    /// The same, read anew.
    package func readBackends(of rule: ServiceRule, port: ServicePortRule) -> [Backend] {
        SliceReader.backends(of: port.name, protocolName: port.protocolName, in: slices(of: rule.key))
    }

    private mutating func set(service rule: ServiceRule?, at name: NamespacedName) {
        if let old = services[name] {
            for address in old.clusterIPs + old.externalIPs + old.loadBalancerAddresses where servicesByAddress[address] == name {
                servicesByAddress[address] = nil
            }
            for port in old.ports where servicesByNodePort[port.nodePort] == name { servicesByNodePort[port.nodePort] = nil }
        }
        services[name] = rule
        guard let rule else { return }
        for address in rule.clusterIPs + rule.externalIPs + rule.loadBalancerAddresses where address != "None" {
            servicesByAddress[address] = name
        }
        for port in rule.ports where port.nodePort != 0 { servicesByNodePort[port.nodePort] = name }
    }

    private mutating func setSlice(_ slice: Value?, old: Value?, at name: NamespacedName) {
        if let owner = old?.label("kubernetes.io/service-name") {
            let service = NamespacedName(namespace: name.namespace, name: owner)
            slices[service]?[name.name] = nil
            backends[service] = nil
            if slices[service]?.isEmpty == true { slices[service] = nil }
        }
        if let slice, let owner = slice.label("kubernetes.io/service-name") {
            let service = NamespacedName(namespace: name.namespace, name: owner)
            slices[service, default: [:]][name.name] = slice
            backends[service] = nil
        }
    }

    private mutating func setPod(_ pod: Value?, at name: NamespacedName) {
        if let old = pods[name], podsByAddress[old.address] == name { podsByAddress[old.address] = nil }
        guard let pod else {
            pods[name] = nil
            return
        }
        let status = pod["status"]
        let entry = PodEntry(
            key: name, address: status?["podIP"]?.stringValue ?? "", node: pod["spec"]?["nodeName"]?.stringValue ?? "", labels: pod.labels,
            isHostNetwork: pod["spec"]?["hostNetwork"]?.boolValue ?? false, phase: status?["phase"]?.stringValue ?? "Pending", object: pod)
        pods[name] = entry
        if !entry.address.isEmpty, !entry.isHostNetwork, entry.phase == "Running" || entry.phase == "Pending" {
            podsByAddress[entry.address] = name
        }
    }

    private mutating func setNode(_ node: Value?, name: String) {
        if let old = nodes[name] {
            for address in old.addresses where nodesByAddress[address] == name { nodesByAddress[address] = nil }
        }
        guard let node else {
            nodes[name] = nil
            return
        }
        let addresses = (node["status"]?["addresses"]?.elements ?? []).compactMap { $0["address"]?.stringValue }
        nodes[name] = NodeEntry(
            name: name, addresses: addresses, zone: node.label("topology.kubernetes.io/zone") ?? "", isReady: node.isConditionTrue("Ready"),
            isExcludedFromLoadBalancers: node.label("node.kubernetes.io/exclude-from-external-load-balancers") != nil)
        for address in addresses + [name] { nodesByAddress[address] = name }
    }
}
