import APIMachinery
import KubernetesObjects

/// The way through a Gateway: its listeners, the routes attached to it, and their backends by weight.
extension DataPlane {
    mutating func gateway(_ service: ServiceRule, port: ServicePortRule, _ way: inout Way) -> Delivery {
        let name = NamespacedName(namespace: service.key.namespace, name: service.gateway)
        way.proxies += 1
        guard way.proxies <= Self.proxiesMax else { return way.fail(.timedOut(RouteNote(.tooManyHops))) }
        guard let gateway = tables.gatewayObjects["gateways"]?[name], gateway.isConditionTrue("Accepted") else {
            return way.fail(.refused(RouteNote(.noController, "Gateway \(name)")))
        }
        way.proxy = .gateway
        let host = String((way.request.header("Host") ?? way.request.url.host).split(separator: ":").first ?? "").lowercased()
        let listeners = (gateway["spec"]?["listeners"]?.elements ?? []).filter { $0["port"]?.intValue == port.port }
        let listener = listeners.filter { GatewayRouter.hostRank($0["hostname"]?.stringValue ?? "", host: host) > 0 }
            .max { GatewayRouter.hostRank($0["hostname"]?.stringValue ?? "", host: host) < GatewayRouter.hostRank($1["hostname"]?.stringValue ?? "", host: host) }
        let scheme = listener?["protocol"]?.stringValue == "HTTPS" ? "https" : "http"
        let routes = (tables.gatewayObjects["httproutes"] ?? [:]).values.filter { isAttached($0, to: name, listener: listener) }
        let request = GatewayRouter.Request(host: host, path: way.request.url.path, method: way.request.method, headers: way.request.headers)
        guard let listener, let match = GatewayRouter.match(request, routes: Array(routes)) else {
            way.add(.gateway, RouteNote(.gatewayUnmatched, name.description, host, request.path))
            return way.end(.answered(NetworkAnswer(status: 404, type: "text/plain")))
        }
        let route = NamespacedName(namespace: match.route.namespace, name: match.route.name)
        way.source = Way.Source(label: "gateway \(name)", peer: .init(address: Self.outsideAddress, pod: nil), node: "", namespace: name.namespace)
        way.maskingNode = nil
        for filter in match.rule["filters"]?.elements ?? [] {
            switch filter["type"]?.stringValue {
            case "RequestRedirect":
                let location = location(filter["requestRedirect"] ?? [:], match, host: host, scheme: scheme, port: listener["port"]?.intValue ?? 80, way.request.url.path)
                way.add(.gateway, RouteNote(.gatewayRedirects, route.description, location))
                return way.end(.answered(NetworkAnswer(status: filter["requestRedirect"]?["statusCode"]?.intValue ?? 302, type: "text/plain", location: location)))
            default: apply(filter, match, &way)
            }
        }
        return backend(of: match, route: route, gateway: name, &way)
    }

    /// Changes a request, or later its answer, as a filter of a rule or of a backend says.
    private func apply(_ filter: Value, _ match: GatewayRouter.Match, _ way: inout Way) {
        switch filter["type"]?.stringValue {
        case "URLRewrite":
            let rewrite = filter["urlRewrite"]
            way.request.url.path = GatewayRouter.modified(way.request.url.path, by: rewrite?["path"], matchedPrefix: match.matchedPrefix)
            if let name = rewrite?["hostname"]?.stringValue { HeaderChange.apply([.set("Host", name)], to: &way.request.headers) }
        case "RequestHeaderModifier": HeaderChange.apply(GatewayRouter.changes(filter["requestHeaderModifier"]), to: &way.request.headers)
        case "ResponseHeaderModifier": way.answerChanges += GatewayRouter.changes(filter["responseHeaderModifier"])
        default: break
        }
    }

    /// Picks a backend by weight and goes there.
    private mutating func backend(of match: GatewayRouter.Match, route: NamespacedName, gateway: NamespacedName, _ way: inout Way) -> Delivery {
        let backends = match.rule["backendRefs"]?.elements ?? []
        let weights = backends.map { max($0["weight"]?.intValue ?? 1, 0) }
        let total = weights.reduce(0, +)
        guard total > 0 else {
            way.add(.gateway, RouteNote(.gatewayNoBackend, route.description, "backendRefs"))
            return way.end(.answered(NetworkAnswer(status: 500, type: "text/plain")))
        }
        var draw = total == weights.max() ? 0 : balancer.draw(below: total)
        var index = weights.firstIndex { $0 > 0 } ?? 0
        for (place, weight) in weights.enumerated() where weight > 0 {
            index = place
            if draw < weight { break }
            draw -= weight
        }
        let reference = backends[index]
        let key = NamespacedName(namespace: reference["namespace"]?.stringValue ?? route.namespace, name: reference["name"]?.stringValue ?? "")
        if key.namespace != route.namespace, !ReferenceGrants.allow(from: "HTTPRoute", in: route.namespace, to: "Service", key, grants: (tables.gatewayObjects["referencegrants"] ?? [:]).values) {
            way.add(.gateway, RouteNote(.gatewayNoBackend, route.description, "no ReferenceGrant in \(key.namespace)"))
            return way.end(.answered(NetworkAnswer(status: 500, type: "text/plain")))
        }
        guard (reference["kind"]?.stringValue ?? "Service") == "Service", (reference["group"]?.stringValue ?? "").isEmpty, let rule = tables.services[key],
            let port = rule.ports.first(where: { $0.port == reference["port"]?.intValue })
        else {
            way.add(.gateway, RouteNote(.ingressNoService, key.description, reference["port"]?.intValue.map(String.init) ?? ""))
            return way.end(.answered(NetworkAnswer(status: 500, type: "text/plain")))
        }
        for filter in reference["filters"]?.elements ?? [] { apply(filter, match, &way) }
        way.service = key
        way.add(.gateway, RouteNote(.gatewayRule, match.text, route.description, gateway.description, key.description))
        let ready = tables.backends(of: rule, port: port).filter(\.isReady)
        guard !ready.isEmpty else {
            way.add(.gateway, RouteNote(.ingressNoEndpoints, key.description))
            return way.end(.answered(NetworkAnswer(status: 503, body: "no healthy upstream", type: "text/plain")))
        }
        let backend = ready[balancer.draw(below: ready.count)]
        way.add(.gateway, RouteNote(.picksEndpoint, key.description, String(port.port), "\(backend.address):\(backend.port)", String(ready.count)))
        return proxied(reach(backend, of: rule, &way), at: "")
    }

    /// Whether a route says that it belongs to a listener of the Gateway, and its controller has accepted that.
    private func isAttached(_ route: Value, to gateway: NamespacedName, listener: Value?) -> Bool {
        guard let listener, isAllowed(route, by: listener, of: gateway) else { return false }
        func isMeant(_ reference: Value?) -> Bool {
            guard reference?["kind"]?.stringValue ?? "Gateway" == "Gateway", reference?["name"]?.stringValue == gateway.name,
                reference?["namespace"]?.stringValue ?? route.namespace == gateway.namespace
            else { return false }
            if let section = reference?["sectionName"]?.stringValue, section != listener["name"]?.stringValue { return false }
            if let port = reference?["port"]?.intValue, port != listener["port"]?.intValue { return false }
            return true
        }
        return (route["status"]?["parents"]?.elements ?? []).contains { parent in
            isMeant(parent["parentRef"])
                && (parent["conditions"]?.elements ?? []).contains { $0["type"]?.stringValue == "Accepted" && $0["status"]?.stringValue == "True" }
        }
    }

    /// Whether a listener takes routes of a route's namespace: a Gateway that has accepted one may have done so for another listener.
    private func isAllowed(_ route: Value, by listener: Value, of gateway: NamespacedName) -> Bool {
        let namespaces = listener["allowedRoutes"]?["namespaces"]
        switch namespaces?["from"]?.stringValue ?? "Same" {
        case "All": return true
        case "Selector": return LabelSelector(object: namespaces?["selector"] ?? [:]).matches(tables.namespaceLabels[route.namespace] ?? Fields())
        case "None": return false
        default: return route.namespace == gateway.namespace
        }
    }

    private func location(_ redirect: Value, _ match: GatewayRouter.Match, host: String, scheme: String, port: Int, _ path: String) -> String {
        let target = redirect["scheme"]?.stringValue ?? scheme
        let name = redirect["hostname"]?.stringValue ?? host
        let number = redirect["port"]?.intValue ?? (redirect["scheme"] == nil ? port : target == "https" ? 443 : 80)
        let shown = (target == "https" && number == 443) || (target == "http" && number == 80) ? "" : ":\(number)"
        return "\(target)://\(name)\(shown)\(GatewayRouter.modified(path, by: redirect["path"], matchedPrefix: match.matchedPrefix))"
    }
}
