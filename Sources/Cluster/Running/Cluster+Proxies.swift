import APIMachinery
import Kubelet
import KubernetesObjects
import ServiceNetwork
import SimulationKernel

/// An HTTP answer of something behind the API server.
package struct ProxyAnswer: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(status: Int = 200, headers: [(name: String, value: String)] = [], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// An HTTP request that passes through the API server.
package struct ProxiedRequest: Sendable {
    package var method: String
    /// With its query.
    package var path: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(method: String = "GET", path: String, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
    }
}

/// What the API server forwards to nodes, pods and services.
///
/// - Source: kubernetes `pkg/registry/core/{pod,service,node}` (`ResourceLocation`) and apimachinery `util/proxy`.
extension Cluster {
    /// Answers a request to `proxy` of a node, a pod or a service.
    ///
    /// - Throws: the server's refusal, 503 when nothing answers.
    package mutating func proxy(_ request: APIRequest, _ message: ProxiedRequest) throws(APIStatus) -> ProxyAnswer {
        let (asked, object) = try runtimeRequest(request)
        guard let target = ProxyTarget(asked.name) else { throw .badRequest("invalid \(asked.resource.resource) request \"\(asked.name)\"") }
        switch asked.resource.resource {
        case "nodes": return try nodeAnswer(object, message)
        case "services":
            let (pod, port) = try endpoint(of: object, target)
            return try forward(message, to: pod, port: port, host: target.name)
        default:
            let containers = object["spec"]?["containers"]?.elements ?? []
            let first = containers.lazy.compactMap { $0["ports"]?[0]?["containerPort"]?.intValue }.first
            let port = target.port.isEmpty ? first ?? 80 : Int(target.port) ?? 0
            return try forward(message, to: NamespacedName(namespace: asked.namespace, name: target.name), port: port, host: target.name)
        }
    }

    private mutating func forward(_ message: ProxiedRequest, to pod: NamespacedName, port: Int, host: String) throws(APIStatus) -> ProxyAnswer {
        let address = store.get(.pods, namespace: pod.namespace, name: pod.name)?["status"]?["podIP"]?.stringValue ?? ""
        guard let answer = answer(message, ofPod: pod, port: port, host: host) else {
            throw APIStatus(
                code: 503, reason: "ServiceUnavailable", message: "error trying to reach service: dial tcp \(address):\(port): connect: connection refused")
        }
        return answer
    }

    /// What a pod answers to a request that comes to one of its ports by another way than the network; nil when nothing listens there.
    package mutating func answer(_ message: ProxiedRequest, ofPod pod: NamespacedName, port: Int, host: String) -> ProxyAnswer? {
        let asked = ContainerRequest(
            method: message.method, path: message.path, host: host, port: port, headers: message.headers, body: .bytes(message.body),
            client: "127.0.0.1")
        let view = ClusterView(store: store, now: now)
        guard case .response(let status, let headers, let body, _)?? = kubelets({ Optional($0.answer(asked, pod: pod, in: view)) }) else { return nil }
        traffic.arrivals[pod, default: 0] += 1
        dispatchEvents()
        return ProxyAnswer(status: status, headers: headers, body: body.bytes)
    }

    /// What a port of a pod speaks: empty for HTTP; nil when nothing listens there.
    package mutating func wireProtocol(ofPort port: Int, pod: NamespacedName) -> String? {
        let view = ClusterView(store: store, now: now)
        guard kubelets({ $0.isListening(port, pod: pod, in: view) }) == true else { return nil }
        return kubelets { $0.wireProtocol(ofPort: port, pod: pod, in: view) ?? "" } ?? ""
    }

    /// Lets the server decide about a request for `portforward`.
    ///
    /// - Throws: the server's refusal.
    package mutating func openPorts(_ request: APIRequest) throws(APIStatus) -> NamespacedName {
        let (asked, pod) = try runtimeRequest(request)
        guard pod["status"]?["phase"]?.stringValue == "Running" else {
            throw APIStatus(code: 500, reason: "", message: "unable to do port forwarding: pod is not running")
        }
        return NamespacedName(namespace: asked.namespace, name: asked.name)
    }

    // MARK: Services

    private mutating func endpoint(of service: Value, _ target: ProxyTarget) throws(APIStatus) -> (pod: NamespacedName, port: Int) {
        func unavailable(_ message: String) -> APIStatus { APIStatus(code: 503, reason: "ServiceUnavailable", message: message) }
        var portName = target.port
        if let number = Int(target.port) {
            guard let port = (service["spec"]?["ports"]?.elements ?? []).first(where: { $0["port"]?.intValue == number }) else {
                throw unavailable("no service port \(number) found for service \"\(target.name)\"")
            }
            portName = port["name"]?.stringValue ?? ""
        }
        var found: [(pod: NamespacedName, port: Int)] = []
        for slice in store.list(.endpointSlices, namespace: service.namespace) where slice.labels["kubernetes.io/service-name"]?.stringValue == service.name {
            guard let port = (slice["ports"]?.elements ?? []).first(where: { $0["name"]?.stringValue ?? "" == portName })?["port"]?.intValue else { continue }
            for endpoint in slice["endpoints"]?.elements ?? [] where endpoint["conditions"]?["ready"]?.boolValue != false {
                guard let pod = endpoint["targetRef"]?["name"]?.stringValue else { continue }
                found.append((NamespacedName(namespace: service.namespace, name: pod), port))
            }
        }
        guard !found.isEmpty else { throw unavailable("no endpoints available for service \"\(target.name)\"") }
        // In turn, where a real server throws dice.
        proxyTurns &+= 1
        return found[proxyTurns % found.count]
    }

    // MARK: Nodes

    private func nodeAnswer(_ node: Value, _ message: ProxiedRequest) throws(APIStatus) -> ProxyAnswer {
        let path = message.path.split(separator: "?").first.map(String.init) ?? "/"
        func json(_ value: Value) -> ProxyAnswer {
            ProxyAnswer(headers: [("Content-Type", "application/json")], body: Array(value.json(.compact).utf8))
        }
        func text(_ text: String, status: Int = 200) -> ProxyAnswer {
            ProxyAnswer(status: status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: Array(text.utf8))
        }
        switch path {
        case "/healthz", "/healthz/ping", "/healthz/log", "/healthz/syncloop": return text("ok")
        case "/pods", "/pods/", "/runningpods/":
            let pods = store.list(.pods).filter { $0["spec"]?["nodeName"]?.stringValue == node.name }
            return json(["kind": "PodList", "apiVersion": "v1", "metadata": [:], "items": .array(pods)])
        case "/stats/summary": return json(NodeStatistics(node: node, store: store, now: now).summary)
        case "/metrics/resource": return text(NodeStatistics(node: node, store: store, now: now).resourceMetrics)
        default: return text("404 page not found\n", status: 404)
        }
    }
}
