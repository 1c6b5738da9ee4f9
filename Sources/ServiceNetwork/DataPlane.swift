import APIMachinery
import KubernetesObjects
import SimulationKernel

/// The one way that every simulated request takes: names, service rules, policies, ingress and load balancers.
///
/// - Invariants: finds a target or a reason, never both; every station on the way leaves a hop.
/// - Source: kube-proxy's rules for service addresses, node ports and traffic policies.
package struct DataPlane: Component {
    package var name: String { "kube-proxy" }
    package var user: UserInfo { UserInfo(name: "system:kube-proxy", groups: ["system:authenticated"]) }
    package var interests: [GroupResource] { NetworkTables.interests + [.configMaps] }

    package internal(set) var tables = NetworkTables()
    package var dns: ClusterDNS
    package internal(set) var balancer: Balancer
    /// Addresses of the API server: the cluster IP of the Service `kubernetes` leads there.
    package var apiServerService = NamespacedName(namespace: "default", name: "kubernetes")
    /// The address that clients outside the cluster come from.
    package static let outsideAddress = "203.0.113.10"
    /// How many proxies a request may go through.
    static let proxiesMax = 4

    package init(mode: ProxyMode = .iptables, scheduler: IPVSScheduler = .rr, seed: UInt64, dns: ClusterDNS = ClusterDNS()) {
        balancer = Balancer(mode: mode, scheduler: scheduler, seed: seed)
        self.dns = dns
    }

    package mutating func observe(_ event: StoreEvent, in view: ClusterView) {
        guard event.key.resource == .configMaps else { return tables.observe(event) }
        guard event.change != .deleted, let told = ProxyConfiguration(event.object) else { return }
        (balancer.mode, balancer.scheduler) = (told.mode, told.scheduler)
    }

    package mutating func nextWake() -> Wake? { nil }
    package mutating func step(in view: ClusterView) -> (plan: Plan, cause: TraceID?) { (.done, nil) }

    /// Takes a request to where the network leads it.
    package mutating func route(_ request: SimulatedRequest, now: Instant) -> Delivery {
        var way = Way(request: request, source: source(of: request.origin), now: now)
        switch request.origin {
        case .outside: way.add(.client, RouteNote(.asksFromOutside, request.url.description))
        case .node(let node): way.add(.client, RouteNote(.asksFromNode, node, request.url.description))
        case .pod(let namespace, let name): way.add(.client, RouteNote(.asksFromPod, "\(namespace)/\(name)", request.url.description))
        }
        switch resolve(request.url.host, &way) {
        case .failure(let failure): return way.fail(failure.failure)
        case .success(let address):
            way.address = address
            return connect(to: address, port: request.url.port, &way)
        }
    }

    /// Takes many equal requests of one moment to where the network leads each of them.
    ///
    /// - Order: places come in the order in which the first request reached them. They have no hops.
    package mutating func routes(of request: SimulatedRequest, count: Int, now: Instant) -> [(delivery: Delivery, count: Int)] {
        var way = Way(request: request, source: source(of: request.origin), now: now)
        way.request.isTraced = false
        let address: String
        switch resolve(request.url.host, &way) {
        case .failure(let failure): return [(way.fail(failure.failure), count)]
        case .success(let found): address = found
        }
        var groups: [(delivery: Delivery, count: Int)] = []
        var tree = WayTree()
        for _ in 0..<count {
            let (chosen, end) = tree.follow(&balancer)
            if let end {
                groups[end].count += 1
                continue
            }
            var own = way
            balancer.beginRemembering(given: chosen)
            let delivery = connect(to: address, port: request.url.port, &own)
            let choices = balancer.endRemembering()
            let index = groups.firstIndex { $0.delivery.target == delivery.target } ?? groups.count
            if index == groups.count { groups.append((delivery, 0)) }
            groups[index].count += 1
            tree.add(choices, end: index)
        }
        return groups
    }

    func source(of origin: RequestOrigin) -> Way.Source {
        switch origin {
        case .outside:
            return Way.Source(label: "a client outside the cluster", peer: .init(address: Self.outsideAddress, pod: nil), node: "", namespace: nil)
        case .node(let name):
            let address = tables.nodes[name]?.addresses.first ?? "0.0.0.0"
            return Way.Source(label: "node \(name)", peer: .init(address: address, pod: nil), node: name, namespace: nil)
        case .pod(let namespace, let name):
            let pod = tables.pods[NamespacedName(namespace: namespace, name: name)]
            return Way.Source(
                label: "pod \(namespace)/\(name)", peer: .init(address: pod?.address ?? "0.0.0.0", pod: pod), node: pod?.node ?? "",
                namespace: namespace)
        }
    }

    /// Finds out what has an address, and goes there.
    mutating func connect(to address: String, port: Int, _ way: inout Way) -> Delivery {
        if address.hasPrefix("127.") {
            guard let pod = way.source.peer.pod else {
                if !way.source.node.isEmpty { return nodePort(port, node: way.source.node, &way) }
                return way.fail(.refused(RouteNote(.loopbackOutside, "\(address):\(port)")))
            }
            way.add(.pod, RouteNote(.localhost, pod.key.description))
            return deliver(to: pod, port: port, checkingPolicy: false, &way)
        }
        let node = tables.node(atAddress: address)
        if let rule = tables.service(atAddress: address, port: port, transport: way.request.url.transport),
            node == nil || rule.port(port, transport: way.request.url.transport) != nil
        {
            return service(rule, address: address, port: port, &way)
        }
        if let node { return nodePort(port, node: node.name, &way) }
        if way.isFromOutside { return way.fail(.timedOut(RouteNote(.addressOutside, address))) }
        if let pod = tables.pod(atAddress: address) { return deliver(to: pod, port: port, checkingPolicy: true, &way) }
        if OutsideHosts.has(address) || dns.externalHosts.values.contains(address) {
            if let failure = leave(for: .init(address: address, pod: nil), port: port, &way) { return failure }
            if let answer = OutsideHosts.has(address) ? OutsideHosts.answer(address: address, port: port, host: way.request.url.host) : nil {
                way.add(.node, RouteNote(.leavesCluster, address))
                return way.end(.answered(answer))
            }
            return way.fail(.timedOut(RouteNote(.externalHostClosed, way.request.url.host)))
        }
        return way.fail(.timedOut(RouteNote(.addressUnknown, address)))
    }

    /// Brings a request to a pod's port, through the policies on the way.
    mutating func deliver(to pod: NetworkTables.PodEntry, port: Int, checkingPolicy: Bool, _ way: inout Way) -> Delivery {
        way.pod = pod.key
        var peer = way.source.peer
        if let node = way.maskingNode, node != pod.node, let address = tables.nodes[node]?.addresses.first { peer = .init(address: address, pod: nil) }
        if checkingPolicy {
            let verdict = NetworkPolicies.judge(
                from: peer, to: .init(address: pod.address, pod: pod), port: port, protocolName: way.request.url.transport, in: tables)
            if case .denied(let reason) = verdict { return way.fail(.timedOut(reason)) }
            if case .allowedBy(let policy) = verdict { way.add(.networkPolicy, RouteNote(.policyLetsIn, policy, pod.key.description)) }
        }
        way.add(.pod, RouteNote(.reachesPod, pod.key.description, pod.node, String(port)))
        if let controller = NginxController(pod), controller.ports.contains(port) {
            return ingress(at: pod, controller, isSecured: controller.securePorts.contains(port), &way)
        }
        return way.end(
            .pod(namespace: pod.key.namespace, name: pod.key.name, port: port, path: way.request.url.path), node: pod.node, client: peer.address)
    }

    /// Whether a pod's policies keep a request from leaving for somewhere that is no pod.
    func leave(for target: NetworkPolicies.Peer, port: Int, _ way: inout Way) -> Delivery? {
        let verdict = NetworkPolicies.judge(from: way.source.peer, to: target, port: port, protocolName: way.request.url.transport, in: tables)
        if case .denied(let reason) = verdict { return way.fail(.timedOut(reason)) }
        return nil
    }
}
