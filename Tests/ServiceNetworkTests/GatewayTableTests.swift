import APIMachinery
import KubernetesObjects
import ServiceNetwork
import SimulationKernel
import Testing

/// What a Gateway does with a request: listeners, filters, weights, references to other namespaces.
@Suite struct GatewayTableTests {
    private static func resource(_ name: String) -> GroupResource { GroupResource(name, group: "gateway.networking.k8s.io") }

    private static let accepted: Value = ["conditions": [["type": "Accepted", "status": "True"], ["type": "Programmed", "status": "True"]]]

    /// A network with a Gateway behind a node port, and Services that it may lead to.
    static func network(listeners: [Value], routes: [Value], grants: [Value] = []) -> Network {
        var network = Network()
        network.add(.namespaces, "", ["metadata": ["name": "shop", "labels": ["team": "shop"]]])
        for (name, namespace) in [("empty", "default"), ("far", "shop")] {
            network.add(
                .services, namespace,
                ["metadata": ["name": .string(name), "namespace": .string(namespace)], "spec": ["clusterIP": "None", "clusterIPs": ["None"], "ports": [["port": 80, "protocol": "TCP"]]]])
        }
        network.add(.endpointSlices, "shop", [
            "metadata": ["name": "far-1", "namespace": "shop", "labels": ["kubernetes.io/service-name": "far"]], "ports": [["name": "", "port": 80, "protocol": "TCP"]],
            "endpoints": [["addresses": ["10.244.0.5"], "conditions": ["ready": true, "serving": true, "terminating": false], "nodeName": "n1", "targetRef": ["kind": "Pod", "name": "p0"]]],
        ])
        network.add(.services, "default", [
            "metadata": ["name": "gw-svc", "namespace": "default", "labels": ["gateway.networking.k8s.io/gateway-name": "gw"]],
            "spec": [
                "type": "NodePort", "clusterIP": "10.100.0.60", "clusterIPs": ["10.100.0.60"],
                "ports": [["name": "http", "port": 80, "nodePort": 30200, "protocol": "TCP"], ["name": "https", "port": 443, "nodePort": 30243, "protocol": "TCP"]],
            ],
        ])
        network.add(resource("gateways"), "default", ["metadata": ["name": "gw", "namespace": "default"], "spec": ["listeners": .array(listeners)], "status": accepted])
        for route in routes { network.add(resource("httproutes"), route.namespace, route) }
        for (index, grant) in grants.enumerated() { network.add(resource("referencegrants"), "shop", ["metadata": ["name": .string("g\(index)"), "namespace": "shop"], "spec": grant]) }
        return network
    }

    static func listener(name: String = "http", port: Int = 80, protocol kind: String = "HTTP", _ extra: Value = [:]) -> Value {
        var value: Value = ["name": .string(name), "port": Value(port), "protocol": .string(kind)]
        for (key, field) in extra.fields ?? Fields() { value[key] = field }
        return value
    }

    static func route(_ rule: Value, namespace: String = "default", section: String? = nil, hosts: [String] = []) -> Value {
        var parent: Value = ["name": "gw", "namespace": "default"]
        if let section { parent["sectionName"] = .string(section) }
        var spec: Value = ["parentRefs": [parent], "rules": [rule]]
        if !hosts.isEmpty { spec["hostnames"] = Value(hosts) }
        return [
            "metadata": ["name": "r", "namespace": .string(namespace), "creationTimestamp": "2026-01-01T00:00:00Z"], "spec": spec,
            "status": ["parents": [["parentRef": parent, "controllerName": "x", "conditions": [["type": "Accepted", "status": "True"]]]]],
        ]
    }

    static func backend(_ name: String, weight: Int? = nil, _ extra: Value = [:]) -> Value {
        var value: Value = ["name": .string(name), "port": 80]
        if let weight { value["weight"] = Value(weight) }
        for (key, field) in extra.fields ?? Fields() { value[key] = field }
        return value
    }

    static func status(_ delivery: Delivery) -> Int {
        switch delivery.target {
        case .answered(let answer): answer.status
        case .pod: 200
        default: 0
        }
    }

    // MARK: Backends

    struct Reference: CustomTestStringConvertible {
        let testDescription: String, backends: [Value]
        var grants: [Value] = []
        let status: Int
    }

    private static func grant(from: String = "default", kind: String = "HTTPRoute", to name: String? = nil) -> Value {
        var target: Value = ["group": "", "kind": "Service"]
        if let name { target["name"] = .string(name) }
        return ["from": [["group": "gateway.networking.k8s.io", "kind": .string(kind), "namespace": .string(from)]], "to": [target]]
    }

    private static let far: Value = backend("far", ["namespace": "shop"])

    @Test(arguments: [
        Reference(testDescription: "a Service", backends: [backend("web")], status: 200),
        Reference(testDescription: "no backend", backends: [], status: 500),
        Reference(testDescription: "a Service that is not there", backends: [backend("gone")], status: 500),
        Reference(testDescription: "a port that is not there", backends: [backend("web", ["port": 81])], status: 500),
        Reference(testDescription: "no Service", backends: [backend("web", ["kind": "Bucket", "group": "example.com"])], status: 500),
        Reference(testDescription: "no weight at all", backends: [backend("web", weight: 0)], status: 500),
        Reference(testDescription: "without endpoints", backends: [backend("empty")], status: 503),
        Reference(testDescription: "weight nought is passed over", backends: [backend("gone", weight: 0), backend("web", weight: 1)], status: 200),
        Reference(testDescription: "another namespace without a grant", backends: [far], status: 500),
        Reference(testDescription: "another namespace with a grant", backends: [far], grants: [grant()], status: 200),
        Reference(testDescription: "a grant for that Service", backends: [far], grants: [grant(to: "far")], status: 200),
        Reference(testDescription: "a grant for another Service", backends: [far], grants: [grant(to: "near")], status: 500),
        Reference(testDescription: "a grant for another namespace's routes", backends: [far], grants: [grant(from: "elsewhere")], status: 500),
        Reference(testDescription: "a grant for another kind of route", backends: [far], grants: [grant(kind: "TCPRoute")], status: 500),
    ])
    func `references to backends`(_ row: Reference) {
        var network = Self.network(listeners: [Self.listener()], routes: [Self.route(["backendRefs": .array(row.backends)])], grants: row.grants)
        #expect(Self.status(network.ask(.outside, "http://192.168.0.1:30200/")) == row.status)
    }

    @Test(arguments: [([1, 1], 350...650), ([9, 1], 30...170), ([1, 9], 830...970), ([0, 5], 1000...1000), ([5, 0], 0...0)])
    func `weights`(weights: [Int], missing: ClosedRange<Int>) {
        let backends = zip(["web", "gone"], weights).map { Self.backend($0, weight: $1) }
        var network = Self.network(listeners: [Self.listener()], routes: [Self.route(["backendRefs": .array(backends)])])
        let failed = (0..<1000).count { _ in Self.status(network.ask(.outside, "http://192.168.0.1:30200/")) == 500 }
        #expect(missing.contains(failed), "\(failed) of 1000")
    }

    // MARK: Filters

    struct Filter: CustomTestStringConvertible {
        let testDescription: String, filter: Value
        var match: Value = ["path": ["type": "PathPrefix", "value": "/old"]]
        var url = "http://192.168.0.1:30200/old/page?x=1"
        var status = 200
        var location = ""
        var path = "/old/page?x=1"
        var host = "a.example.com"
    }

    private static func redirect(_ value: Value) -> Value { ["type": "RequestRedirect", "requestRedirect": value] }
    private static func rewrite(_ value: Value) -> Value { ["type": "URLRewrite", "urlRewrite": value] }

    @Test(arguments: [
        Filter(testDescription: "to https", filter: redirect(["scheme": "https"]), status: 302, location: "https://a.example.com/old/page?x=1"),
        Filter(testDescription: "for good", filter: redirect(["scheme": "https", "statusCode": 301]), status: 301, location: "https://a.example.com/old/page?x=1"),
        Filter(testDescription: "to a host", filter: redirect(["hostname": "b.example.com"]), status: 302, location: "http://b.example.com/old/page?x=1"),
        Filter(testDescription: "to a port", filter: redirect(["port": 8443, "scheme": "https"]), status: 302, location: "https://a.example.com:8443/old/page?x=1"),
        Filter(testDescription: "to a whole path", filter: redirect(["path": ["type": "ReplaceFullPath", "replaceFullPath": "/new"]]), status: 302, location: "http://a.example.com/new?x=1"),
        Filter(testDescription: "to another prefix", filter: redirect(["path": ["type": "ReplacePrefixMatch", "replacePrefixMatch": "/new"]]), status: 302, location: "http://a.example.com/new/page?x=1"),
        Filter(testDescription: "rewrites the prefix", filter: rewrite(["path": ["type": "ReplacePrefixMatch", "replacePrefixMatch": "/"]]), path: "/page?x=1"),
        Filter(testDescription: "rewrites the path", filter: rewrite(["path": ["type": "ReplaceFullPath", "replaceFullPath": "/all"]]), path: "/all?x=1"),
        Filter(testDescription: "rewrites the host", filter: rewrite(["hostname": "in.side"]), host: "in.side"),
    ])
    func `redirects and rewrites`(_ row: Filter) {
        var network = Self.network(listeners: [Self.listener()], routes: [Self.route(["matches": [row.match], "filters": [row.filter], "backendRefs": [Self.backend("web")]])])
        let delivery = network.ask(.outside, row.url, headers: [("Host", "a.example.com")])
        #expect(Self.status(delivery) == row.status)
        switch delivery.target {
        case .answered(let answer): #expect(answer.location == row.location)
        case .pod(_, _, _, let path):
            #expect(path == row.path)
            #expect(delivery.headers.last { $0.name == "Host" }?.value == row.host)
        default: Issue.record("\(delivery.target)")
        }
    }

    @Test(arguments: [true, false])
    func `headers are changed for all of a rule, or for one backend`(ofRule: Bool) {
        let filters: Value = [
            ["type": "RequestHeaderModifier", "requestHeaderModifier": ["set": [["name": "X-Set", "value": "new"]], "add": [["name": "X-Add", "value": "more"]], "remove": ["X-Gone"]]],
            ["type": "ResponseHeaderModifier", "responseHeaderModifier": ["add": [["name": "X-Answer", "value": "yes"]]]],
        ]
        let rule: Value = ofRule ? ["filters": filters, "backendRefs": [Self.backend("web")]] : ["backendRefs": [Self.backend("web", ["filters": filters])]]
        var network = Self.network(listeners: [Self.listener()], routes: [Self.route(rule)])
        let delivery = network.ask(.outside, "http://192.168.0.1:30200/", headers: [("X-Set", "old"), ("X-Add", "one"), ("X-Gone", "?")])
        func values(_ name: String) -> [String] { delivery.headers.filter { $0.name == name }.map(\.value) }
        #expect(values("X-Set") == ["new"] && values("X-Gone").isEmpty)
        #expect(values("X-Add").joined(separator: ",").contains("more"))
        #expect(delivery.answerChanges.count == 1)
    }

    // MARK: Listeners

    struct Listening: CustomTestStringConvertible {
        let testDescription: String, listeners: [Value], route: Value
        var host = "a.example.com"
        let status: Int
    }

    private static let toWeb: Value = ["backendRefs": [backend("web")]]
    private static let toFar: Value = ["backendRefs": [backend("far")]]

    @Test(arguments: [
        Listening(testDescription: "any host", listeners: [listener()], route: route(toWeb), status: 200),
        Listening(testDescription: "the listener's host", listeners: [listener(["hostname": "a.example.com"])], route: route(toWeb), status: 200),
        Listening(testDescription: "a wildcard of the listener", listeners: [listener(["hostname": "*.example.com"])], route: route(toWeb), status: 200),
        Listening(testDescription: "another host of the listener", listeners: [listener(["hostname": "b.example.com"])], route: route(toWeb), status: 404),
        Listening(testDescription: "another host of the route", listeners: [listener()], route: route(toWeb, hosts: ["b.example.com"]), status: 404),
        Listening(testDescription: "the route's section", listeners: [listener(name: "one", ["hostname": "a.example.com"]), listener(name: "two", ["hostname": "b.example.com"])], route: route(toWeb, section: "one"), status: 200),
        Listening(testDescription: "another section", listeners: [listener(name: "one", ["hostname": "a.example.com"]), listener(name: "two", ["hostname": "b.example.com"])], route: route(toWeb, section: "two"), status: 404),
        Listening(testDescription: "another namespace", listeners: [listener(["allowedRoutes": ["namespaces": ["from": "All"]]])], route: route(toFar, namespace: "shop"), status: 200),
        Listening(testDescription: "a namespace by its labels", listeners: [listener(["allowedRoutes": ["namespaces": ["from": "Selector", "selector": ["matchLabels": ["team": "shop"]]]]])], route: route(toFar, namespace: "shop"), status: 200),
        Listening(testDescription: "a namespace with other labels", listeners: [listener(["allowedRoutes": ["namespaces": ["from": "Selector", "selector": ["matchLabels": ["team": "pay"]]]]])], route: route(toFar, namespace: "shop"), status: 404),
        Listening(
            testDescription: "accepted for another listener", listeners: [listener(name: "own", ["hostname": "a.example.com"]), listener(name: "all", ["hostname": "b.example.com", "allowedRoutes": ["namespaces": ["from": "All"]]])],
            route: route(toFar, namespace: "shop"), status: 404),
    ])
    func `listeners take the routes that they may`(_ row: Listening) {
        var network = Self.network(listeners: row.listeners, routes: [row.route])
        #expect(Self.status(network.ask(.outside, "http://192.168.0.1:30200/", headers: [("Host", row.host)])) == row.status)
    }
}
