import APIMachinery
import KubernetesObjects
import SimulationKernel

/// What a node's own programs answer: kube-proxy's health checks and the kubelet.
///
/// - Source: kube-proxy `healthcheck/service_health.go` and `proxy_health.go`, the kubelet's read-only and secure ports.
extension DataPlane {
    static let proxyHealthPort = 10_256
    static let kubeletPort = 10_250

    /// The answer to a request to a port of the node that is neither a node port nor a pod's.
    mutating func ownPort(_ port: Int, of node: String, _ way: inout Way) -> Delivery? {
        if let rule = tables.service(atHealthPort: port) { return healthCheck(of: rule, on: node, &way) }
        switch port {
        case Self.proxyHealthPort:
            way.add(.node, RouteNote(.proxyHealth, node))
            let path = way.request.url.path
            guard path == "/healthz" || path == "/livez" else { return way.end(.answered(NetworkAnswer(status: 404, body: "404 page not found\n", type: "text/plain; charset=utf-8")), node: node) }
            let time = way.now.rfc3339
            return way.end(
                .answered(NetworkAnswer(status: 200, body: "{\"lastUpdated\": \"\(time)\",\"currentTime\": \"\(time)\", \"nodeEligible\": true}", type: "application/json")), node: node)
        case Self.kubeletPort:
            way.add(.node, RouteNote(.kubeletPort, node))
            return way.end(.answered(NetworkAnswer(status: 401, body: "Unauthorized", type: "text/plain; charset=utf-8")), node: node)
        default: return nil
        }
    }

    /// Tells a load balancer whether the node has endpoints of a Service with the external policy Local.
    private mutating func healthCheck(of rule: ServiceRule, on node: String, _ way: inout Way) -> Delivery {
        var local = Set<String>()
        for port in rule.ports {
            for backend in tables.backends(of: rule, port: port) where backend.node == node && backend.isReady { local.insert(backend.address) }
        }
        way.service = rule.key
        way.add(.node, RouteNote(.healthCheck, node, rule.key.description, String(local.count)))
        let body = """
            {
            \t"service": {
            \t\t"namespace": "\(rule.key.namespace)",
            \t\t"name": "\(rule.key.name)"
            \t},
            \t"localEndpoints": \(local.count),
            \t"serviceProxyHealthy": true
            }
            """
        way.answerChanges += [.set("X-Content-Type-Options", "nosniff"), .set("X-Load-Balancing-Endpoint-Weight", String(local.count))]
        return way.end(.answered(NetworkAnswer(status: local.isEmpty ? 503 : 200, body: body, type: "application/json")), node: node)
    }
}
