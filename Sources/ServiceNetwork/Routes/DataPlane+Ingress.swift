import APIMachinery
import KubernetesObjects

/// The way through an nginx ingress controller.
extension DataPlane {
    mutating func ingress(at pod: NetworkTables.PodEntry, _ controller: NginxController, isSecured: Bool, _ way: inout Way) -> Delivery {
        way.proxies += 1
        guard way.proxies <= Self.proxiesMax else { return way.fail(.timedOut(RouteNote(.tooManyHops))) }
        way.proxy = .nginx
        let host = String((way.request.header("Host") ?? way.request.url.host).split(separator: ":").first ?? "").lowercased()
        let path = way.request.url.path
        let scheme = isSecured ? "https" : "http"
        let served = tables.ingresses.keys.sorted().map { tables.ingresses[$0]! }.filter { controller.serves($0, classes: tables.ingressClasses) }
        let client = way.source.peer
        way.request.headers += [
            ("X-Real-IP", client.address), ("X-Forwarded-For", client.address), ("X-Forwarded-Host", host), ("X-Forwarded-Proto", scheme), ("X-Forwarded-Port", isSecured ? "443" : "80"),
        ]
        way.source = Way.Source(label: "ingress controller \(pod.key)", peer: .init(address: pod.address, pod: pod), node: pod.node, namespace: pod.key.namespace)
        way.maskingNode = nil
        guard var match = IngressRouter.match(host: host, path: path, scheme: scheme, in: served) else {
            way.add(.ingress, RouteNote(.ingressUnmatched, host, path))
            let parts = controller.defaultService.split(separator: "/").map(String.init)
            if parts.count == 2, let rule = tables.services[NamespacedName(namespace: parts[0], name: parts[1])], let port = rule.ports.first {
                return backend(rule, port: port, at: pod, &way)
            }
            return way.end(.answered(.nginx(404)), node: pod.node)
        }
        if served.contains(where: { $0.annotation(IngressRouter.prefix + "canary") == "true" }),
            let canary = IngressRouter.canary(of: match, headers: way.request.headers, draw: balancer.draw(below: 10_000), host: host, path: path, scheme: scheme, in: served)
        {
            match = canary
        }
        if let redirect = match.redirect {
            way.add(.ingress, RouteNote(.ingressRedirects, match.rule, match.ingress.description, redirect.location))
            return way.end(.answered(redirect), node: pod.node)
        }
        way.add(
            .ingress,
            match.isDefault
                ? RouteNote(.ingressDefault, host, path, match.ingress.description, match.serviceName)
                : RouteNote(.ingressRule, match.rule, match.ingress.description, match.serviceName))
        let ranges = match.allowedRanges.compactMap { IPBlock($0.contains("/") ? $0 : $0 + "/32") }
        if !ranges.isEmpty, let address = IPAddress(client.address), !ranges.contains(where: { $0.contains(address) }) {
            return way.end(.answered(NetworkAnswer(status: 403, body: "<html>\r\n<head><title>403 Forbidden</title></head>\r\n</html>\r\n")), node: pod.node)
        }
        if match.isGuarded, way.request.header("Authorization") == nil {
            way.answerChanges.append(.set("WWW-Authenticate", "Basic realm=\"Authentication Required\""))
            return way.end(.answered(NetworkAnswer(status: 401, body: "<html>\r\n<head><title>401 Authorization Required</title></head>\r\n</html>\r\n")), node: pod.node)
        }
        way.request.url.path = match.path
        if !match.backendHost.isEmpty { HeaderChange.apply([.set("Host", match.backendHost)], to: &way.request.headers) }
        let key = NamespacedName(namespace: match.ingress.namespace, name: match.serviceName)
        guard let rule = tables.services[key],
            let port = rule.ports.first(where: {
                $0.port == match.servicePort["number"]?.intValue || (!$0.name.isEmpty && $0.name == match.servicePort["name"]?.stringValue)
            })
        else {
            let wanted = match.servicePort["number"]?.intValue.map(String.init) ?? match.servicePort["name"]?.stringValue ?? ""
            way.add(.ingress, RouteNote(.ingressNoService, key.description, wanted))
            return way.end(.answered(.nginx(503)), node: pod.node)
        }
        return backend(rule, port: port, at: pod, &way)
    }

    /// Goes to an endpoint of a Service as nginx does: it knows the endpoints and leaves kube-proxy out.
    private mutating func backend(_ rule: ServiceRule, port: ServicePortRule, at pod: NetworkTables.PodEntry, _ way: inout Way) -> Delivery {
        way.service = rule.key
        let ready = tables.backends(of: rule, port: port).filter(\.isReady)
        guard !ready.isEmpty else {
            way.add(.ingress, RouteNote(.ingressNoEndpoints, rule.key.description))
            return way.end(.answered(.nginx(503)), node: pod.node)
        }
        let turn = balancer.turn(below: ready.count, port: Balancer.PortKey(service: rule.key, port: port.port, node: "nginx"))
        let backend = ready[turn]
        way.add(.ingress, RouteNote(.picksEndpoint, rule.key.description, String(port.port), "\(backend.address):\(backend.port)", String(ready.count)))
        return proxied(reach(backend, of: rule, &way), at: pod.node)
    }

    /// What a proxy answers for an endpoint that it does not reach.
    func proxied(_ delivery: Delivery, at node: String) -> Delivery {
        guard case .failed(let failure) = delivery.target else { return delivery }
        var answered = delivery
        if answered.hops.last?.station == .stops { answered.hops.removeLast() }
        answered.hops.append(Hop(delivery.proxy == .gateway ? .gateway : .ingress, RouteNote(.ingressFails, failure.reason)))
        let isSlow = if case .timedOut = failure { true } else { false }
        answered.target = .answered(delivery.proxy == .gateway ? NetworkAnswer(status: isSlow ? 504 : 503, body: isSlow ? "upstream request timeout" : "no healthy upstream", type: "text/plain") : .nginx(isSlow ? 504 : 502))
        answered.node = node
        return answered
    }
}
