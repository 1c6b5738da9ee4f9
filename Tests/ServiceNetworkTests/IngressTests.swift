import APIMachinery
import KubernetesObjects
import ServiceNetwork
import SimulationKernel
import Testing

/// What an nginx ingress controller does with requests.
@Suite struct IngressTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// `path type service` of one host's rule.
        let paths: [String]
        var annotations: Fields = [:]
        let asked: String
        /// `service path`, or nil when no rule matches.
        let reached: String?
    }

    static func ingress(_ paths: [String], annotations: Fields = [:], host: String = "shop.example.com", tls: Bool = false) -> Value {
        var ingress: Value = [
            "metadata": ["name": "i", "namespace": "default", "annotations": .object(annotations)],
            "spec": [
                "ingressClassName": "nginx",
                "rules": [[
                    "host": .string(host),
                    "http": ["paths": .array(paths.map { text in
                        let parts = text.split(separator: " ").map(String.init)
                        return ["path": .string(parts[0]), "pathType": .string(parts[1]), "backend": ["service": ["name": .string(parts[2]), "port": ["number": 80]]]]
                    })],
                ]],
            ],
        ]
        if tls { ingress["spec"]?["tls"] = [["hosts": [.string(host)], "secretName": "cert"]] }
        return ingress
    }

    static let prefix = "nginx.ingress.kubernetes.io/"

    @Test(arguments: [
        Case(testDescription: "an exact path before a prefix", paths: ["/a Prefix p", "/a Exact e"], asked: "/a", reached: "e /a"),
        Case(testDescription: "an exact path is no prefix", paths: ["/a Exact e"], asked: "/a/b", reached: nil),
        Case(testDescription: "a prefix ends at a slash", paths: ["/a Prefix p"], asked: "/ab", reached: nil),
        Case(testDescription: "a prefix with a slash", paths: ["/a/ Prefix p"], asked: "/a", reached: "p /a"),
        Case(testDescription: "an implementation's own prefix ends anywhere", paths: ["/a ImplementationSpecific i"], asked: "/ab", reached: "i /ab"),
        Case(testDescription: "the longest prefix", paths: ["/ Prefix r", "/a Prefix p", "/a/b Prefix q"], asked: "/a/b/c?x=1", reached: "q /a/b/c?x=1"),
        Case(testDescription: "a rewrite with groups", paths: ["/app(/|$)(.*) ImplementationSpecific s"], annotations: ["\(prefix)rewrite-target": "/$2"], asked: "/app/x/y?q=1", reached: "s /x/y?q=1"),
        Case(testDescription: "a rewrite of nothing", paths: ["/app(/|$)(.*) ImplementationSpecific s"], annotations: ["\(prefix)rewrite-target": "/$2"], asked: "/app", reached: "s /"),
        Case(testDescription: "a rewrite to the root", paths: ["/api Prefix s"], annotations: ["\(prefix)rewrite-target": "/"], asked: "/api/v1", reached: "s /"),
        Case(testDescription: "a pattern", paths: ["/v[0-9]+/x ImplementationSpecific s"], annotations: ["\(prefix)use-regex": "true"], asked: "/v12/x", reached: "s /v12/x"),
        Case(testDescription: "a pattern that does not match", paths: ["/v[0-9]+/x ImplementationSpecific s"], annotations: ["\(prefix)use-regex": "true"], asked: "/vx/x", reached: nil),
        Case(testDescription: "patterns do not mind case", paths: ["/Foo Prefix s"], annotations: ["\(prefix)use-regex": "true"], asked: "/foo", reached: "s /foo"),
    ])
    func `paths`(_ test: Case) {
        let match = IngressRouter.match(host: "shop.example.com", path: test.asked, scheme: "http", in: [Self.ingress(test.paths, annotations: test.annotations)])
        #expect(match.map { "\($0.serviceName) \($0.path)" } == test.reached)
    }

    @Test func `a host's own server answers, not that of a wildcard`() {
        let both = [Self.ingress(["/a Prefix own"], host: "a.example.com"), Self.ingress(["/ Prefix wild"], host: "*.example.com")]
        #expect(IngressRouter.match(host: "a.example.com", path: "/b", scheme: "http", in: both) == nil)
        #expect(IngressRouter.match(host: "b.example.com", path: "/b", scheme: "http", in: both)?.serviceName == "wild")
        #expect(IngressRouter.match(host: "a.b.example.com", path: "/b", scheme: "http", in: both) == nil)
    }

    /// The network with a controller pod, its node port and an ingress.
    static func network(_ ingress: Value, classController: String = "k8s.io/ingress-nginx") -> Network {
        var network = Network()
        network.add(.namespaces, "", ["metadata": ["name": "ingress-nginx"]])
        network.add(.pods, "ingress-nginx", [
            "metadata": ["name": "c", "namespace": "ingress-nginx"],
            "spec": ["nodeName": "n1", "containers": [["name": "controller", "image": "registry.k8s.io/ingress-nginx/controller:v1.14.1", "ports": [["name": "http", "containerPort": 80], ["name": "https", "containerPort": 443]]]]],
            "status": ["phase": "Running", "podIP": "10.244.0.50"],
        ])
        network.add(.services, "ingress-nginx", [
            "metadata": ["name": "c", "namespace": "ingress-nginx"],
            "spec": [
                "type": "NodePort", "clusterIP": "10.100.0.50", "clusterIPs": ["10.100.0.50"], "selector": ["a": "b"],
                "ports": [["name": "http", "port": 80, "nodePort": 30100], ["name": "https", "port": 443, "nodePort": 30101]],
            ],
        ])
        network.add(.endpointSlices, "ingress-nginx", [
            "metadata": ["name": "c-1", "namespace": "ingress-nginx", "labels": ["kubernetes.io/service-name": "c"]],
            "ports": [["name": "http", "port": 80, "protocol": "TCP"], ["name": "https", "port": 443, "protocol": "TCP"]],
            "endpoints": [["addresses": ["10.244.0.50"], "conditions": ["ready": true], "nodeName": "n1", "targetRef": ["kind": "Pod", "name": "c"]]],
        ])
        network.add(.ingressClasses, "", ["metadata": ["name": "nginx"], "spec": ["controller": .string(classController)]])
        network.add(.ingresses, "default", ingress)
        return network
    }

    static func status(_ delivery: Delivery) -> Int {
        switch delivery.target {
        case .answered(let answer): answer.status
        case .pod: 200
        default: 0
        }
    }

    @Test(arguments: [
        ("a rule leads to its pods", "http://192.168.0.1:30100/", "shop.example.com", 200), ("another host", "http://192.168.0.1:30100/", "other.example.com", 404),
        ("a Service that is not there", "http://192.168.0.1:30100/gone", "shop.example.com", 503), ("https", "https://192.168.0.1:30101/", "shop.example.com", 200),
    ])
    func `answers`(name: String, url: String, host: String, status: Int) {
        var network = Self.network(Self.ingress(["/ Prefix web", "/gone Prefix gone"]))
        #expect(Self.status(network.ask(.outside, url, headers: [("Host", host)])) == status, "\(name)")
    }

    @Test func `TLS redirects plain requests unless told otherwise`() {
        var network = Self.network(Self.ingress(["/ Prefix web"], tls: true))
        guard case .answered(let answer) = network.ask(.outside, "http://192.168.0.1:30100/x", headers: [("Host", "shop.example.com")]).target else { return #expect(Bool(false)) }
        #expect(answer.status == 308 && answer.location == "https://shop.example.com/x")
        network.add(.ingresses, "default", Self.ingress(["/ Prefix web"], annotations: ["\(Self.prefix)ssl-redirect": "false"], tls: true))
        #expect(Self.status(network.ask(.outside, "http://192.168.0.1:30100/x", headers: [("Host", "shop.example.com")])) == 200)
    }

    @Test func `an ingress of a class that nobody serves is not served`() {
        var network = Self.network(Self.ingress(["/ Prefix web"]), classController: "example.com/other")
        #expect(Self.status(network.ask(.outside, "http://192.168.0.1:30100/", headers: [("Host", "shop.example.com")])) == 404)
    }

    @Test func `without endpoints nginx answers 503, and backends see the client's address`() {
        var network = Self.network(Self.ingress(["/ Prefix web"]))
        let delivery = network.ask(.outside, "http://192.168.0.1:30100/", headers: [("Host", "shop.example.com")])
        #expect(delivery.headers.contains { $0.name == "X-Forwarded-For" && $0.value == DataPlane.outsideAddress })
        #expect(delivery.client == "10.244.0.50")
        network.addSlice(ready: [false, false])
        #expect(Self.status(network.ask(.outside, "http://192.168.0.1:30100/", headers: [("Host", "shop.example.com")])) == 503)
    }

    @Test func `a canary takes its share`() {
        var network = Self.network(Self.ingress(["/ Prefix web"]))
        var canary = Self.ingress(["/ Prefix gone"], annotations: ["\(Self.prefix)canary": "true", "\(Self.prefix)canary-weight": "30", "\(Self.prefix)canary-by-header": "X-Canary"])
        canary["metadata"]?["name"] = "canary"
        network.add(.ingresses, "default", canary)
        func share(_ headers: [(name: String, value: String)]) -> Int {
            (0..<200).count { _ in Self.status(network.ask(.outside, "http://192.168.0.1:30100/", headers: [("Host", "shop.example.com")] + headers)) == 503 }
        }
        #expect((30...90).contains(share([])))
        #expect(share([("X-Canary", "always")]) == 200)
        #expect(share([("X-Canary", "never")]) == 0)
    }
}
