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
    package var interests: [GroupResource] { NetworkTables.interests }

    package private(set) var tables = NetworkTables()
    package var dns: ClusterDNS
    package private(set) var balancer: Balancer
    /// Controllers of IngressClasses whose ingresses this data plane serves itself, as an in-cluster proxy would.
    package var ingressControllers: Set<String> = ["k8s.io/ingress-nginx"]
    /// Addresses of the API server: the cluster IP of the Service `kubernetes` leads there.
    package var apiServerService = NamespacedName(namespace: "default", name: "kubernetes")

    package init(mode: ProxyMode = .iptables, seed: UInt64, dns: ClusterDNS = ClusterDNS()) {
        balancer = Balancer(mode: mode, seed: seed)
        self.dns = dns
    }

    package mutating func observe(_ event: StoreEvent, in view: ClusterView) { tables.observe(event) }
    package mutating func nextWake() -> Wake? { nil }
    package mutating func step(in view: ClusterView) -> (plan: Plan, cause: TraceID?) { (.done, nil) }

    /// Takes a request to where the network leads it.
    package mutating func route(_ request: SimulatedRequest, now: Instant) -> Delivery {
        var way = Way(request: request, source: source(of: request.origin), now: now)
        let label = way.source.label
        way.add("client", "\(label) asks for \(request.url)")
        guard let address = resolve(request.url.host, &way) else { return unresolved(way) }
        return connect(to: address, port: request.url.port, &way)
    }

    /// Takes many equal requests of one moment to where the network leads each of them.
    ///
    /// - Order: places come in the order in which the first request reached them. They have no hops.
    package mutating func routes(of request: SimulatedRequest, count: Int, now: Instant) -> [(delivery: Delivery, count: Int)] {
        var way = Way(request: request, source: source(of: request.origin), now: now)
        way.keepsHops = false
        guard let address = resolve(request.url.host, &way) else { return [(unresolved(way), count)] }
        var groups: [(delivery: Delivery, count: Int)] = []
        for _ in 0..<count {
            var own = way
            let delivery = connect(to: address, port: request.url.port, &own)
            if let index = groups.firstIndex(where: { $0.delivery.target == delivery.target }) {
                groups[index].count += 1
            } else {
                groups.append((delivery, 1))
            }
        }
        return groups
    }

    private func unresolved(_ way: Way) -> Delivery {
        way.fail(.unknownHost("the name \"\(way.request.url.host)\" does not resolve for \(way.source.label)"))
    }

    // MARK: Stations

    /// What is known of a request while it is on its way.
    struct Way {
        struct Source {
            var label: String
            var peer: NetworkPolicies.Peer
            /// The node it starts from; empty outside.
            var node: String
            var namespace: String?
        }

        var request: SimulatedRequest
        var source: Source
        var now: Instant
        var hops: [Hop] = []
        var redirects = 0
        var keepsHops = true

        mutating func add(_ station: String, _ detail: @autoclosure () -> String) {
            if keepsHops { hops.append(Hop(station, detail())) }
        }

        func end(_ target: Delivery.Target, node: String = "") -> Delivery { Delivery(target: target, hops: hops, node: node) }

        func fail(_ failure: DeliveryFailure) -> Delivery {
            Delivery(target: .failed(failure), hops: hops + [Hop("stops", failure.reason)])
        }
    }

    private func source(of origin: RequestOrigin) -> Way.Source {
        switch origin {
        case .outside:
            return Way.Source(label: "a client outside the cluster", peer: .init(address: "203.0.113.10", pod: nil), node: "", namespace: nil)
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

    /// The address that a host name leads to; nil when the name is unknown.
    private func resolve(_ host: String, _ way: inout Way) -> String? {
        if IPv4(host) != nil { return host }
        if host == "localhost" { return "127.0.0.1" }
        var name = host
        for _ in 0..<8 {
            switch dns.resolve(name, fromNamespace: way.source.namespace, in: tables) {
            case .addresses(let addresses, let canonical):
                guard let first = addresses.first else { return nil }
                if first != host { way.add("dns", "\(name) is \(canonical == name ? "" : "\(canonical), ")\(addresses.joined(separator: ", "))") }
                return first
            case .alias(let target):
                way.add("dns", "\(name) is an alias of \(target)")
                name = target
                if IPv4(target) != nil { return target }
            case .noSuchName:
                return nil
            }
        }
        return nil
    }

    private mutating func connect(to address: String, port: Int, _ way: inout Way) -> Delivery {
        if address.hasPrefix("127.") {
            guard let pod = way.source.peer.pod else {
                if !way.source.node.isEmpty { return nodePort(port, node: way.source.node, &way) }
                return way.fail(.refused("nothing listens on \(address):\(port) outside the cluster"))
            }
            return deliver(to: pod, port: port, checkingPolicy: false, &way)
        }
        if let rule = tables.service(atAddress: address) { return service(rule, address: address, port: port, &way) }
        if let node = tables.node(atAddress: address) { return nodePort(port, node: node.name, &way) }
        if way.request.origin == .outside {
            return way.fail(.timedOut("\(address) is no address of a node or a load balancer; pod and cluster addresses cannot be reached from outside"))
        }
        if let pod = tables.pod(atAddress: address) { return deliver(to: pod, port: port, checkingPolicy: true, &way) }
        return way.fail(.timedOut("no pod, service or node has the address \(address)"))
    }

    private mutating func service(_ rule: ServiceRule, address: String, port: Int, _ way: inout Way) -> Delivery {
        let isExternal = rule.loadBalancerAddresses.contains(address) || rule.externalIPs.contains(address)
        if way.request.origin == .outside, !isExternal {
            return way.fail(.timedOut("\(address) is the cluster IP of Service \(rule.key), which cannot be reached from outside the cluster"))
        }
        guard let portRule = rule.ports.first(where: { $0.port == port }) else {
            let ports = rule.ports.map { String($0.port) }.joined(separator: ", ")
            return way.fail(.refused("Service \(rule.key) has no port \(port); it has \(ports)"))
        }
        if rule.key == apiServerService {
            way.add("kube-proxy", "Service \(rule.key) leads to the API server")
            return way.end(.apiServer(path: way.request.url.path))
        }
        if isExternal, way.request.origin == .outside {
            if let client = IPv4(way.source.peer.address), !rule.sourceRanges.isEmpty, !rule.sourceRanges.contains(where: { $0.contains(client) }) {
                return way.fail(.timedOut("Service \(rule.key) lets in \(rule.sourceRanges.map(\.description).joined(separator: ", ")) only"))
            }
            return loadBalancer(rule, port: portRule, &way)
        }
        let onlyNode = !isExternal && rule.internalTrafficPolicy == "Local" ? way.source.node : nil
        return balance(rule, port: portRule, node: way.source.node, onlyNode: onlyNode, via: "\(address):\(port)", &way)
    }

    private mutating func loadBalancer(_ rule: ServiceRule, port: ServicePortRule, _ way: inout Way) -> Delivery {
        var nodes = tables.nodes.values.filter { $0.isReady && !$0.isExcludedFromLoadBalancers }.sorted { $0.name < $1.name }
        if rule.externalTrafficPolicy == "Local" {
            let hosting = Set(tables.backends(of: rule, port: port).filter(\.isReady).map(\.node))
            nodes.removeAll { !hosting.contains($0.name) }
        }
        guard !nodes.isEmpty else {
            return way.fail(.refused("the load balancer of Service \(rule.key) has no healthy node to send to"))
        }
        let node = nodes[balancer.draw(below: nodes.count)]
        way.add("load balancer", "the load balancer of Service \(rule.key) picks node \(node.name)")
        let onlyNode = rule.externalTrafficPolicy == "Local" ? node.name : nil
        return balance(rule, port: port, node: node.name, onlyNode: onlyNode, via: "node \(node.name)", &way)
    }

    private mutating func nodePort(_ port: Int, node: String, _ way: inout Way) -> Delivery {
        guard let entry = tables.nodes[node] else { return way.fail(.timedOut("there is no node \(node)")) }
        guard entry.isReady else { return way.fail(.timedOut("node \(node) is not ready")) }
        guard let rule = tables.service(atNodePort: port), let portRule = rule.ports.first(where: { $0.nodePort == port }) else {
            let hosted = tables.pods.values.filter { $0.isHostNetwork && $0.node == node && $0.phase == "Running" }.sorted { $0.key < $1.key }
            if let pod = hosted.first(where: { declares($0, port: port) }) { return deliver(to: pod, port: port, checkingPolicy: false, &way) }
            if let pod = hostPortPod(port, node: node) { return deliver(to: pod.pod, port: pod.port, checkingPolicy: true, &way) }
            return way.fail(.refused("no Service has the node port \(port), so node \(node) refuses the connection"))
        }
        way.add("node port", "node \(node) takes port \(port) for Service \(rule.key) port \(portRule.port)")
        let onlyNode = rule.externalTrafficPolicy == "Local" ? node : nil
        return balance(rule, port: portRule, node: node, onlyNode: onlyNode, via: "\(node):\(port)", &way)
    }

    private mutating func balance(
        _ rule: ServiceRule, port: ServicePortRule, node: String, onlyNode: String?, via address: String, _ way: inout Way
    ) -> Delivery {
        let all = tables.backends(of: rule, port: port)
        let zone = tables.nodes[node]?.zone ?? ""
        let usable = Balancer.usable(all, onlyNode: onlyNode, zone: zone, isZoneAware: !rule.trafficDistribution.isEmpty || all.contains { !$0.hintedZones.isEmpty })
        let key = Balancer.PortKey(service: rule.key, port: port.port)
        guard
            let backend = balancer.pick(
                from: usable, port: key, client: way.source.peer.address, stickySeconds: rule.isSticky ? rule.stickySeconds : nil, now: way.now)
        else { return noBackend(rule, port: port, all: all, onlyNode: onlyNode, via: address, way) }
        way.add("kube-proxy", "Service \(rule.key) port \(port.port) → \(backend.address):\(backend.port), one of \(usable.count)")
        if let pod = tables.pod(atAddress: backend.address) { return deliver(to: pod, port: backend.port, checkingPolicy: true, &way) }
        if let hosted = tables.pods[NamespacedName(namespace: rule.key.namespace, name: backend.podName)] {
            return deliver(to: hosted, port: backend.port, checkingPolicy: true, &way)
        }
        return way.fail(.timedOut("endpoint \(backend.address):\(backend.port) of Service \(rule.key) is no running pod"))
    }

    private func noBackend(
        _ rule: ServiceRule, port: ServicePortRule, all: [Backend], onlyNode: String?, via address: String, _ way: Way
    ) -> Delivery {
        if let onlyNode, all.contains(where: \.isReady) {
            return way.fail(.timedOut("Service \(rule.key) keeps traffic on the node (policy Local), and node \(onlyNode) has no ready endpoint of it"))
        }
        if !all.isEmpty { return way.fail(.refused("none of the \(all.count) endpoints of Service \(rule.key) is ready → \(address) refused")) }
        if !rule.hasSelector { return way.fail(.refused("Service \(rule.key) has no selector and no endpoints → \(address) refused")) }
        let selector = rule.selector.map { "\($0.key)=\($0.value.stringValue ?? "")" }.joined(separator: ",")
        let matching = tables.pods.values.filter { pod in
            pod.key.namespace == rule.key.namespace && rule.selector.allSatisfy { pod.labels[$0.key] == $0.value }
        }
        let why =
            matching.isEmpty
            ? "selector \(selector) matches no pod"
            : matching.contains { $0.phase == "Running" }
                ? "no matching pod has the port \(port.targetPort) (\(port.name.isEmpty ? "targetPort" : "port \(port.name)"))"
                : "selector \(selector) matches \(matching.count) pods, but none is running"
        return way.fail(.refused("\(why) → Service \(rule.key) has no endpoints → \(address) refused"))
    }

    private mutating func deliver(to pod: NetworkTables.PodEntry, port: Int, checkingPolicy: Bool, _ way: inout Way) -> Delivery {
        if checkingPolicy {
            let verdict = NetworkPolicies.judge(
                from: way.source.peer, to: .init(address: pod.address, pod: pod), port: port, protocolName: "TCP", in: tables)
            if case .denied(let reason) = verdict {
                way.add("network policy", "drops the connection")
                return way.fail(.timedOut(reason))
            }
        }
        if let controller = pod.labels["app.kubernetes.io/component"]?.stringValue, controller == "controller",
            pod.labels["app.kubernetes.io/name"]?.stringValue == "ingress-nginx", way.redirects == 0
        {
            return ingress(servedBy: "k8s.io/ingress-nginx", at: pod, &way)
        }
        way.add("pod", "\(pod.key) on \(pod.node), port \(port)")
        return way.end(
            .pod(namespace: pod.key.namespace, name: pod.key.name, port: port, path: way.request.url.path), node: pod.node)
    }

    private mutating func ingress(servedBy controller: String, at pod: NetworkTables.PodEntry, _ way: inout Way) -> Delivery {
        way.redirects += 1
        let host = (way.request.header("Host") ?? way.request.url.host).split(separator: ":").first.map { $0.lowercased() } ?? ""
        let served = tables.ingresses.keys.sorted().map { tables.ingresses[$0]! }.filter { isServed($0, by: controller) }
        let path = way.request.url.path
        guard let match = IngressRouter.match(host: host, path: path, scheme: way.request.url.scheme, in: served) else {
            way.add("ingress", "no rule matches host \(host) and path \(path)")
            return way.end(.answered(status: 404, body: "<html>\n<head><title>404 Not Found</title></head>\n</html>\n"), node: pod.node)
        }
        if match.redirectsToHTTPS {
            way.add("ingress", "rule \(match.rule) of Ingress \(match.ingress) redirects to https")
            return way.end(.answered(status: 308, body: ""), node: pod.node)
        }
        way.add("ingress", "rule \(match.rule) of Ingress \(match.ingress) → Service \(match.serviceName)")
        way.request.url.path = match.path
        let key = NamespacedName(namespace: match.ingress.namespace, name: match.serviceName)
        guard let rule = tables.services[key],
            let port = rule.ports.first(where: { $0.port == match.servicePort["number"]?.intValue || (!$0.name.isEmpty && $0.name == match.servicePort["name"]?.stringValue) })
        else {
            way.add("ingress", "there is no Service \(key) with port \(match.servicePort.compactText)")
            return way.end(.answered(status: 503, body: "<html>\n<head><title>503 Service Temporarily Unavailable</title></head>\n</html>\n"), node: pod.node)
        }
        way.source = Way.Source(label: "ingress controller \(pod.key)", peer: .init(address: pod.address, pod: pod), node: pod.node, namespace: pod.key.namespace)
        let delivery = balance(rule, port: port, node: pod.node, onlyNode: nil, via: "Service \(key)", &way)
        if case .failed = delivery.target {
            return Delivery(target: .answered(status: 503, body: "<html>\n<head><title>503 Service Temporarily Unavailable</title></head>\n</html>\n"), hops: delivery.hops, node: pod.node)
        }
        return delivery
    }

    // MARK: Helpers

    private func isServed(_ ingress: Value, by controller: String) -> Bool {
        let name = ingress["spec"]?["ingressClassName"]?.stringValue ?? ingress.annotation("kubernetes.io/ingress.class")
        if let name { return tables.ingressClasses[name]?["spec"]?["controller"]?.stringValue == controller }
        return tables.ingressClasses.values.contains {
            $0["spec"]?["controller"]?.stringValue == controller && $0.annotation("ingressclass.kubernetes.io/is-default-class") == "true"
        }
    }

    private func declares(_ pod: NetworkTables.PodEntry, port: Int) -> Bool {
        (pod.object["spec"]?["containers"]?.elements ?? []).contains { container in
            (container["ports"]?.elements ?? []).contains { $0["containerPort"]?.intValue == port }
        }
    }

    private func hostPortPod(_ port: Int, node: String) -> (pod: NetworkTables.PodEntry, port: Int)? {
        for pod in tables.pods.values.filter({ $0.node == node && $0.phase == "Running" }).sorted(by: { $0.key < $1.key }) {
            for container in pod.object["spec"]?["containers"]?.elements ?? [] {
                for entry in container["ports"]?.elements ?? [] where entry["hostPort"]?.intValue == port {
                    return (pod, entry["containerPort"]?.intValue ?? port)
                }
            }
        }
        return nil
    }
}

extension Value {
    /// `number: 80` or `name: http`, for messages.
    fileprivate var compactText: String {
        (fields ?? Fields()).map { "\($0.key): \($0.value.stringValue ?? $0.value.intValue.map(String.init) ?? "")" }.joined(separator: ", ")
    }
}
