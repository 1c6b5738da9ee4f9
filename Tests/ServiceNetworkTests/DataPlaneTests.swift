import APIMachinery
import KubernetesObjects
import ServiceNetwork
import SimulationKernel
import Testing

/// The ways of requests through services, policies and ingresses.
@Suite struct DataPlaneTests {
    static let client = RequestOrigin.pod(namespace: "default", name: "p0")

    /// A network whose balancers choose in different ways; a load balancer address has kube-proxy choose a node first.
    static func network(_ mode: ProxyMode, _ scheduler: IPVSScheduler, isSticky: Bool) -> Network {
        var network = Network(mode: mode, scheduler: scheduler)
        network.addService([
            "type": "LoadBalancer", "externalIPs": ["198.51.100.7"], "sessionAffinity": isSticky ? "ClientIP" : "None",
            "sessionAffinityConfig": isSticky ? ["clientIP": ["timeoutSeconds": 10]] : .null,
        ])
        return network
    }

    @Test(arguments: [ProxyMode.iptables, .ipvs], [IPVSScheduler.rr, .lc, .mh])
    func `many equal requests of a moment go where single ones go`(_ mode: ProxyMode, _ scheduler: IPVSScheduler) throws {
        let asked: [(RequestOrigin, String)] = [
            (Self.client, "http://web.default.svc.cluster.local/"), (Self.client, "http://web/x?y=1"), (Self.client, "http://10.100.0.10:81/"),
            (Self.client, "http://nosuch/"), (.outside, "http://198.51.100.7/"), (.outside, "http://192.168.0.1:30080"),
        ]
        for isSticky in [false, true] {
            var (one, many) = (Self.network(mode, scheduler, isSticky: isSticky), Self.network(mode, scheduler, isSticky: isSticky))
            for (turn, (origin, url)) in (asked + asked).enumerated() {
                let request = SimulatedRequest(from: origin, url: try #require(RequestURL(url)))
                let now = Instant.simulationStart + .seconds(7 * turn)
                var counts: [Delivery.Target: Int] = [:]
                for _ in 0..<32 { counts[one.plane.route(request, now: now).target, default: 0] += 1 }
                let groups = many.plane.routes(of: request, count: 32, now: now)
                #expect(Dictionary(uniqueKeysWithValues: groups.map { ($0.delivery.target, $0.count) }) == counts)
            }
        }
    }

    @Test func `backends follow their slices`() {
        var network = Network()
        #expect(network.pods(Self.client, "http://web/") == ["p0", "p1"])
        network.addSlice(ready: [false, true])
        #expect(network.pods(Self.client, "http://web/") == ["p1"])
        network.addSlice(ready: [true, true])
        #expect(network.pods(Self.client, "http://web/") == ["p0", "p1"])
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let origin: RequestOrigin
        let url: String
        let reaches: Set<String>
    }

    @Test(arguments: [
        Case(testDescription: "a node port from outside reaches all pods", origin: .outside, url: "http://192.168.0.1:30080", reaches: ["p0", "p1"]),
        Case(testDescription: "a service name reaches all pods", origin: client, url: "http://web", reaches: ["p0", "p1"]),
        Case(testDescription: "a full service name", origin: client, url: "http://web.default.svc.cluster.local", reaches: ["p0", "p1"]),
        Case(testDescription: "a cluster IP from a node", origin: .node("n2"), url: "http://10.100.0.10", reaches: ["p0", "p1"]),
        Case(testDescription: "a pod's own address", origin: client, url: "http://10.244.1.5", reaches: ["p1"]),
        Case(testDescription: "localhost is the pod itself", origin: client, url: "http://localhost:80", reaches: ["p0"]),
        Case(testDescription: "a cluster IP from outside", origin: .outside, url: "http://10.100.0.10", reaches: []),
        Case(testDescription: "a pod address from outside", origin: .outside, url: "http://10.244.0.5", reaches: []),
        Case(testDescription: "a port the service lacks", origin: client, url: "http://web:81", reaches: []),
        Case(testDescription: "a name that nobody has", origin: client, url: "http://wep", reaches: []),
        Case(testDescription: "a node port that nobody has", origin: .outside, url: "http://192.168.0.1:30081", reaches: []),
    ])
    func `requests reach`(_ test: Case) {
        var network = Network()
        #expect(network.pods(test.origin, test.url) == test.reaches)
    }

    @Test func `pods that are not ready get nothing`() {
        var network = Network()
        network.addSlice(ready: [true, false])
        #expect(network.pods(.outside, "http://192.168.0.2:30080") == ["p0"])
        network.addSlice(ready: [false, false])
        guard case .failed(let failure) = network.ask(.outside, "http://192.168.0.2:30080").target else { return #expect(Bool(false)) }
        #expect(failure.reason.contains("none of the 2 endpoints"))
    }

    @Test func `an external policy of Local stays on the node`() {
        var network = Network()
        network.addService(["externalTrafficPolicy": "Local"])
        #expect(network.pods(.outside, "http://192.168.0.1:30080") == ["p0"])
        network.addSlice(ready: [true])
        guard case .failed(.timedOut) = network.ask(.outside, "http://192.168.0.2:30080").target else { return #expect(Bool(false)) }
    }

    @Test func `session affinity keeps a client with its pod`() {
        var network = Network()
        network.addService(["sessionAffinity": "ClientIP"])
        #expect(network.pods(.outside, "http://192.168.0.1:30080").count == 1)
    }

    @Test func `a wrong selector is named`() {
        var network = Network()
        network.addService(["selector": ["app": "wep"]])
        network.addSlice(ready: [])
        guard case .failed(let failure) = network.ask(.outside, "http://192.168.0.1:30080").target else { return #expect(Bool(false)) }
        #expect(failure.reason == "selector app=wep matches no pod → Service default/web has no endpoints → 192.168.0.1:30080 refused".replacing("192.168.0.1", with: "n1"))
    }

    @Test func `a policy without rules drops everything from other pods`() {
        var network = Network()
        network.add(.networkPolicies, "default", [
            "metadata": ["name": "deny", "namespace": "default"], "spec": ["podSelector": [:], "policyTypes": ["Ingress"]],
        ])
        #expect(network.pods(Self.client, "http://10.244.1.5").isEmpty)
        network.add(.networkPolicies, "default", [
            "metadata": ["name": "allow", "namespace": "default"],
            "spec": [
                "podSelector": ["matchLabels": ["app": "web"]],
                "ingress": [["from": [["podSelector": ["matchLabels": ["app": "web"]]]], "ports": [["port": "http"]]]],
            ],
        ])
        #expect(network.pods(Self.client, "http://10.244.1.5") == ["p1"])
    }

    @Test(arguments: [
        ("shop.example.com", "/cart/1", "cart"), ("shop.example.com", "/cartoon", "shop"), ("shop.example.com", "/", "shop"),
        ("other.example.com", "/x", "any"), ("api.example.org", "/v1", "wild"),
    ])
    func `ingress rules match the most exact first`(host: String, path: String, service: String) {
        func rule(_ host: String, _ paths: [(String, String)]) -> Value {
            [
                "host": .string(host),
                "http": ["paths": .array(paths.map { ["path": .string($0.0), "pathType": "Prefix", "backend": ["service": ["name": .string($0.1), "port": ["number": 80]]]] })],
            ]
        }
        let ingress: Value = [
            "metadata": ["name": "i", "namespace": "default"],
            "spec": [
                "rules": [
                    rule("shop.example.com", [("/", "shop"), ("/cart", "cart")]), rule("", [("/", "any")]), rule("*.example.org", [("/", "wild")]),
                ]
            ],
        ]
        #expect(IngressRouter.match(host: host, path: path, scheme: "http", in: [ingress])?.serviceName == service)
    }

    @Test(arguments: [
        ("http://a/b?c=d", "http://a/b?c=d"), ("a:8080", "http://a:8080/"), ("https://A.b", "https://a.b/"), ("http://u@h/x#y", "http://h/x"),
    ])
    func `URLs are read`(text: String, printed: String) { #expect(RequestURL(text)?.description == printed) }

    @Test(arguments: ["", "ftp://x", "http://", "http://h:0", "http://h:99999", "http://h:x"])
    func `what is no URL is refused`(text: String) { #expect(RequestURL(text) == nil) }

    @Test func `headless services resolve to their pods`() {
        var network = Network()
        network.addService(["clusterIP": "None", "clusterIPs": ["None"], "type": "ClusterIP"])
        let reply = network.plane.lookUp("web", from: Self.client)
        #expect(reply.name == "web.default.svc.cluster.local")
        #expect(reply.answer == .records(["10.244.0.5", "10.244.1.5"].map { ClusterDNS.Record("web.default.svc.cluster.local", "A", $0) }))
    }
}
