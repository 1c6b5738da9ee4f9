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

    /// Objects of the Gateway API, by resource.
    package private(set) var gatewayObjects: [String: [NamespacedName: Value]] = [:]
    /// Pods that take a port of their node.
    package private(set) var podsOnHostPorts: Set<NamespacedName> = []

    /// An address may lead to several services, by their ports.
    private var servicesByAddress: [String: [NamespacedName]] = [:]
    private var servicesByNodePort: [NodePortKey: NamespacedName] = [:]
    private var servicesByHealthPort: [Int: NamespacedName] = [:]
    private var backendsByPort: [NamespacedName: [String: [Backend]]] = [:]
    private var podsByAddress: [String: NamespacedName] = [:]
    private var nodesByAddress: [String: String] = [:]

    private struct NodePortKey: Hashable, Sendable {
        var number: Int
        var transport: String
    }

    package init() {}

    package static let gatewayGroup = "gateway.networking.k8s.io"
    private static let gatewayResources = ["gatewayclasses", "gateways", "httproutes", "referencegrants"].map { GroupResource($0, group: gatewayGroup) }

    package static let interests: [GroupResource] =
        [.services, .endpointSlices, .pods, .nodes, .namespaces, .networkPolicies, .ingresses, .ingressClasses] + gatewayResources

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
        default:
            if event.key.resource.group == Self.gatewayGroup { gatewayObjects[event.key.resource.resource, default: [:]][name] = object }
        }
    }

    /// The service that an address and port lead to; without such a port, the first service of the address.
    package func service(atAddress address: String, port: Int = 0, transport: String = "TCP") -> ServiceRule? {
        guard let names = servicesByAddress[address] else { return nil }
        let rules = names.compactMap { services[$0] }
        return rules.first { $0.port(port, transport: transport) != nil } ?? rules.first
    }

    package func service(atNodePort port: Int, transport: String = "TCP") -> ServiceRule? {
        servicesByNodePort[NodePortKey(number: port, transport: transport)].flatMap { services[$0] }
    }

    package func service(atHealthPort port: Int) -> ServiceRule? { servicesByHealthPort[port].flatMap { services[$0] } }
    package func pod(atAddress address: String) -> PodEntry? { podsByAddress[address].flatMap { pods[$0] } }
    package func node(atAddress address: String) -> NodeEntry? { nodesByAddress[address].flatMap { nodes[$0] } }

    /// The slices of a service, sorted by name.
    package func slices(of service: NamespacedName) -> [Value] {
        guard let byName = slices[service] else { return [] }
        return byName.keys.sorted().map { byName[$0]! }
    }

    /// All backends of a service port; read once and kept until a slice of the service changes.
    package mutating func backends(of rule: ServiceRule, port: ServicePortRule) -> [Backend] {
        let key = "\(port.protocolName)/\(port.name)"
        if let known = backendsByPort[rule.key]?[key] { return known }
        let read = SliceReader.backends(of: port.name, protocolName: port.protocolName, in: slices(of: rule.key))
        backendsByPort[rule.key, default: [:]][key] = read
        return read
    }

    private mutating func set(service rule: ServiceRule?, at name: NamespacedName) {
        if let old = services[name] {
            for address in Self.addresses(of: old) {
                servicesByAddress[address]?.removeAll { $0 == name }
                if servicesByAddress[address]?.isEmpty == true { servicesByAddress[address] = nil }
            }
            for port in old.ports {
                let key = NodePortKey(number: port.nodePort, transport: port.protocolName)
                if servicesByNodePort[key] == name { servicesByNodePort[key] = nil }
            }
            if servicesByHealthPort[old.healthCheckNodePort] == name { servicesByHealthPort[old.healthCheckNodePort] = nil }
        }
        services[name] = rule
        backendsByPort[name] = nil
        guard let rule else { return }
        for address in Self.addresses(of: rule) {
            var names = servicesByAddress[address] ?? []
            if !names.contains(name) { names.append(name) }
            servicesByAddress[address] = names.sorted()
        }
        for port in rule.ports where port.nodePort != 0 { servicesByNodePort[NodePortKey(number: port.nodePort, transport: port.protocolName)] = name }
        if rule.healthCheckNodePort != 0 { servicesByHealthPort[rule.healthCheckNodePort] = name }
    }

    private static func addresses(of rule: ServiceRule) -> [String] {
        (rule.clusterIPs + rule.externalIPs + rule.loadBalancerAddresses).filter { $0 != "None" }
    }

    private mutating func setSlice(_ slice: Value?, old: Value?, at name: NamespacedName) {
        for owner in Set([old?.label("kubernetes.io/service-name"), slice?.label("kubernetes.io/service-name")].compactMap { $0 }) {
            backendsByPort[NamespacedName(namespace: name.namespace, name: owner)] = nil
        }
        if let owner = old?.label("kubernetes.io/service-name") {
            let service = NamespacedName(namespace: name.namespace, name: owner)
            slices[service]?[name.name] = nil
            if slices[service]?.isEmpty == true { slices[service] = nil }
        }
        if let slice, let owner = slice.label("kubernetes.io/service-name") {
            slices[NamespacedName(namespace: name.namespace, name: owner), default: [:]][name.name] = slice
        }
    }

    private mutating func setPod(_ pod: Value?, at name: NamespacedName) {
        if let old = pods[name], podsByAddress[old.address] == name { podsByAddress[old.address] = nil }
        guard let pod else {
            pods[name] = nil
            podsOnHostPorts.remove(name)
            return
        }
        if Self.takesHostPort(pod) { podsOnHostPorts.insert(name) }
        let status = pod["status"]
        let entry = PodEntry(
            key: name, address: status?["podIP"]?.stringValue ?? "", node: pod["spec"]?["nodeName"]?.stringValue ?? "", labels: pod.labels,
            isHostNetwork: pod["spec"]?["hostNetwork"]?.boolValue ?? false, phase: status?["phase"]?.stringValue ?? "Pending", object: pod)
        pods[name] = entry
        if !entry.address.isEmpty, !entry.isHostNetwork, entry.phase == "Running" || entry.phase == "Pending" {
            podsByAddress[entry.address] = name
        }
    }

    private static func takesHostPort(_ pod: Value) -> Bool {
        pod["spec"]?["hostNetwork"]?.boolValue == true
            || (pod["spec"]?["containers"]?.elements ?? []).contains { ($0["ports"]?.elements ?? []).contains { ($0["hostPort"]?.intValue ?? 0) != 0 } }
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
