import APIMachinery
import KubernetesObjects

/// The way through a Service: its addresses, load balancers and endpoints.
extension DataPlane {
    mutating func service(_ rule: ServiceRule, address: String, port: Int, _ way: inout Way) -> Delivery {
        way.service = rule.key
        let isBalanced = rule.loadBalancerAddresses.contains(address)
        let isExternal = isBalanced || rule.externalIPs.contains(address)
        if way.isFromOutside, !isExternal { return way.fail(.timedOut(RouteNote(.clusterAddressOutside, address, rule.key.description))) }
        guard let portRule = rule.port(port, transport: way.request.url.transport) else {
            let ports = rule.ports.map { $0.protocolName == "TCP" ? String($0.port) : "\($0.port)/\($0.protocolName)" }.joined(separator: ", ")
            let note = RouteNote(.portNotOfService, rule.key.description, String(port), ports)
            // A load balancer has no listener there; a cluster IP has no rule, and the packet gets lost.
            return way.fail(isBalanced && rule.loadBalancerNames.contains(address) ? .timedOut(note) : .refused(note))
        }
        if rule.key == apiServerService {
            let server = SliceReader.backends(of: portRule.name, protocolName: portRule.protocolName, in: tables.slices(of: rule.key)).first
            if let failure = leave(for: .init(address: server?.address ?? address, pod: nil), port: server?.port ?? port, &way) { return failure }
            way.add(.kubeProxy, RouteNote(.leadsToServer, rule.key.description))
            return way.end(.apiServer(path: way.request.url.path))
        }
        if !rule.gateway.isEmpty { return gateway(rule, port: portRule, &way) }
        // Traffic from inside to an address takes kube-proxy's rule at once; to a name it goes out to the balancer.
        if isExternal, way.isFromOutside || rule.loadBalancerNames.contains(address) {
            if way.isFromOutside, isBalanced, let client = IPAddress(way.source.peer.address), !rule.sourceRanges.isEmpty,
                !rule.sourceRanges.contains(where: { $0.contains(client) })
            {
                return way.fail(.timedOut(RouteNote(.sourceRangeRefuses, rule.key.description, rule.sourceRanges.map(\.description).joined(separator: ", "))))
            }
            return external(rule, port: portRule, address: address, isBalanced: isBalanced, &way)
        }
        let local = !isExternal && rule.internalTrafficPolicy == "Local" ? way.source.node : nil
        return balance(rule, port: portRule, node: way.source.node, local: local, via: "\(address):\(port)", &way)
    }

    /// Traffic that comes in from outside: through a load balancer or to an external IP.
    private mutating func external(_ rule: ServiceRule, port: ServicePortRule, address: String, isBalanced: Bool, _ way: inout Way) -> Delivery {
        if isBalanced, rule.balancesPods { return balanceToPods(rule, port: port, &way) }
        let isLocal = rule.externalTrafficPolicy == "Local"
        var nodes = tables.nodes.values.filter { $0.isReady && !$0.isExcludedFromLoadBalancers }.sorted { $0.name < $1.name }
        if isLocal {
            // The health check node port fails on nodes without an endpoint.
            let hosting = Set(tables.backends(of: rule, port: port).filter(\.isReady).map(\.node))
            nodes.removeAll { !hosting.contains($0.name) }
        }
        guard !nodes.isEmpty else { return way.fail(.refused(RouteNote(.balancerWithoutNodes, rule.key.description))) }
        if isBalanced, rule.loadBalancerNames.contains(address), port.nodePort == 0 {
            return way.fail(.timedOut(RouteNote(.balancerWithoutNodePort, rule.key.description, String(port.port))))
        }
        let node = nodes[balancer.draw(below: nodes.count)]
        if isBalanced {
            way.add(.loadBalancer, RouteNote(.balancerPicksNode, rule.key.description, node.name))
            if port.nodePort != 0 {
                way.add(.nodePort, RouteNote(.nodePortTaken, node.name, String(port.nodePort), rule.key.description, String(port.port)))
            }
        } else {
            way.add(.node, RouteNote(.externalAddress, address, rule.key.description, node.name))
        }
        way.maskingNode = isLocal ? nil : node.name
        return balance(rule, port: port, node: node.name, local: isLocal ? node.name : nil, via: "node \(node.name)", &way)
    }

    /// A load balancer whose targets are the pods themselves.
    private mutating func balanceToPods(_ rule: ServiceRule, port: ServicePortRule, _ way: inout Way) -> Delivery {
        let all = tables.backends(of: rule, port: port)
        let ready = all.filter(\.isReady)
        guard !ready.isEmpty else { return noBackend(rule, port: port, all: all, local: nil, via: "the load balancer", way) }
        let backend = ready[balancer.draw(below: ready.count)]
        way.add(.loadBalancer, RouteNote(.balancerPicksPod, rule.key.description, "\(backend.address):\(backend.port)"))
        return reach(backend, of: rule, &way)
    }

    /// Traffic to a port of a node.
    mutating func nodePort(_ port: Int, node: String, _ way: inout Way) -> Delivery {
        guard let entry = tables.nodes[node] else { return way.fail(.timedOut(RouteNote(.nodeUnknown, node))) }
        guard entry.isReady else { return way.fail(.timedOut(RouteNote(.nodeNotReady, node))) }
        if let rule = tables.service(atNodePort: port, transport: way.request.url.transport), let portRule = rule.ports.first(where: { $0.nodePort == port }) {
            way.service = rule.key
            way.add(.nodePort, RouteNote(.nodePortTaken, node, String(port), rule.key.description, String(portRule.port)))
            // Pods and the node itself are sent to all endpoints whatever the external policy.
            let isInside = way.source.peer.pod != nil || way.source.node == node
            let isLocal = rule.externalTrafficPolicy == "Local" && !isInside
            if rule.externalTrafficPolicy != "Local" { way.maskingNode = node }
            if !rule.gateway.isEmpty { return gateway(rule, port: portRule, &way) }
            return balance(rule, port: portRule, node: node, local: isLocal ? node : nil, via: "\(node):\(port)", &way)
        }
        if let answer = ownPort(port, of: node, &way) { return answer }
        if let (pod, target) = podOnHostPort(port, node: node, transport: way.request.url.transport) {
            way.add(.node, RouteNote(.hostPortTaken, node, String(port), pod.key.description))
            return deliver(to: pod, port: target, checkingPolicy: !pod.isHostNetwork, &way)
        }
        return way.fail(.refused(RouteNote(.nodePortUnknown, String(port), node)))
    }

    private func podOnHostPort(_ port: Int, node: String, transport: String) -> (pod: NetworkTables.PodEntry, port: Int)? {
        for name in tables.podsOnHostPorts.sorted() {
            guard let pod = tables.pods[name], pod.node == node, pod.phase == "Running" else { continue }
            for container in pod.object["spec"]?["containers"]?.elements ?? [] {
                for entry in container["ports"]?.elements ?? [] where (entry["protocol"]?.stringValue ?? "TCP") == transport {
                    let target = entry["containerPort"]?.intValue ?? port
                    if entry["hostPort"]?.intValue == port || (pod.isHostNetwork && target == port) { return (pod, target) }
                }
            }
        }
        return nil
    }

    /// Picks an endpoint of a Service port by a node's rules.
    mutating func balance(
        _ rule: ServiceRule, port: ServicePortRule, node: String, local: String?, via address: String, _ way: inout Way
    ) -> Delivery {
        way.service = rule.key
        let all = tables.backends(of: rule, port: port)
        let zone = tables.nodes[node]?.zone ?? ""
        let (usable, narrowing) = Balancer.usable(all, localTo: local, node: node, zone: zone)
        let key = Balancer.PortKey(service: rule.key, port: port.port, node: node)
        guard
            let (backend, isKept) = balancer.pick(
                from: usable, port: key, client: way.source.peer.address, stickySeconds: rule.isSticky ? rule.stickySeconds : nil, now: way.now)
        else { return noBackend(rule, port: port, all: all, local: local, via: address, way) }
        if narrowing != .none {
            let (some, whole) = (String(usable.count), String(all.count))
            switch narrowing {
            case .zone: way.add(.kubeProxy, RouteNote(.keptToZone, some, whole, zone))
            case .node: way.add(.kubeProxy, RouteNote(.keptToNode, some, whole, node))
            case .terminating: way.add(.kubeProxy, RouteNote(.usesTerminating, some))
            default: way.add(.kubeProxy, RouteNote(.keptLocal, some, whole, local ?? node))
            }
        }
        let target = "\(backend.address):\(backend.port)"
        way.add(
            .kubeProxy,
            isKept
                ? RouteNote(.picksStickyEndpoint, rule.key.description, String(port.port), target)
                : RouteNote(.picksEndpoint, rule.key.description, String(port.port), target, String(usable.count)))
        return reach(backend, of: rule, &way)
    }

    /// Goes to an endpoint: a pod of the network, one on its node's network, or an address written by hand.
    mutating func reach(_ backend: Backend, of rule: ServiceRule, _ way: inout Way) -> Delivery {
        if let pod = tables.pod(atAddress: backend.address) { return deliver(to: pod, port: backend.port, checkingPolicy: true, &way) }
        if let hosted = tables.pods[NamespacedName(namespace: rule.key.namespace, name: backend.podName)] {
            return deliver(to: hosted, port: backend.port, checkingPolicy: true, &way)
        }
        if let node = tables.node(atAddress: backend.address), backend.podName.isEmpty {
            way.proxies += 1
            guard way.proxies <= Self.proxiesMax else { return way.fail(.timedOut(RouteNote(.tooManyHops))) }
            return nodePort(backend.port, node: node.name, &way)
        }
        if let failure = leave(for: .init(address: backend.address, pod: nil), port: backend.port, &way) { return failure }
        return way.fail(.timedOut(RouteNote(.endpointWithoutPod, "\(backend.address):\(backend.port)", rule.key.description)))
    }

    /// Why a Service port has no endpoint that can be used.
    func noBackend(_ rule: ServiceRule, port: ServicePortRule, all: [Backend], local: String?, via address: String, _ way: Way) -> Delivery {
        let service = rule.key.description
        if let local, all.contains(where: \.isReady) { return way.fail(.timedOut(RouteNote(.localWithoutEndpoint, service, local))) }
        if !all.isEmpty { return way.fail(.refused(RouteNote(.noneReady, String(all.count), service, address))) }
        if !rule.hasSelector { return way.fail(.refused(RouteNote(.noSelector, service, address))) }
        let selector = rule.selector.map { "\($0.key)=\($0.value.stringValue ?? "")" }.joined(separator: ",")
        var (matching, running) = (0, 0)
        for pod in tables.pods.values where pod.key.namespace == rule.key.namespace && rule.selector.allSatisfy({ pod.labels[$0.key] == $0.value }) {
            matching += 1
            if pod.phase == "Running" { running += 1 }
        }
        if matching == 0 { return way.fail(.refused(RouteNote(.selectorMatchesNothing, selector, service, address))) }
        if running == 0 { return way.fail(.refused(RouteNote(.noneRunning, selector, String(matching), service, address))) }
        let field = port.name.isEmpty ? "targetPort" : "port \(port.name)"
        return way.fail(.refused(RouteNote(.targetPortUnknown, port.targetPort, field, service, address)))
    }
}
