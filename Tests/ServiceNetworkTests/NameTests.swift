import APIMachinery
import KubernetesObjects
import ServiceNetwork
import SimulationKernel
import Testing

/// What the cluster's name server answers, and how pods ask it.
@Suite struct NameTests {
    static func network() -> Network {
        var network = Network()
        network.add(.services, "default", [
            "metadata": ["name": "db", "namespace": "default"],
            "spec": ["clusterIP": "None", "clusterIPs": ["None"], "selector": ["app": "db"], "ports": [["name": "sql", "port": 5432, "protocol": "TCP"]]],
        ])
        network.add(.endpointSlices, "default", [
            "metadata": ["name": "db-1", "namespace": "default", "labels": ["kubernetes.io/service-name": "db"]],
            "ports": [["name": "sql", "port": 5432, "protocol": "TCP"]],
            "endpoints": [
                ["addresses": ["10.244.0.5"], "hostname": "db-0", "conditions": ["ready": true], "targetRef": ["kind": "Pod", "name": "p0"]],
                ["addresses": ["10.244.1.5"], "hostname": "db-1", "conditions": ["ready": false], "targetRef": ["kind": "Pod", "name": "p1"]],
            ],
        ])
        network.add(.services, "default", ["metadata": ["name": "ext", "namespace": "default"], "spec": ["type": "ExternalName", "externalName": "web.default.svc.cluster.local"]])
        network.add(.services, "default", [
            "metadata": ["name": "ported", "namespace": "default"],
            "spec": ["clusterIP": "10.100.0.11", "clusterIPs": ["10.100.0.11"], "ports": [["name": "http", "port": 8080, "protocol": "TCP"]]],
        ])
        network.add(.namespaces, "", ["metadata": ["name": "shop"]])
        network.add(.services, "shop", ["metadata": ["name": "cart", "namespace": "shop"], "spec": ["clusterIP": "10.100.0.12", "clusterIPs": ["10.100.0.12"], "ports": [["port": 80]]]])
        return network
    }

    @Test(arguments: [
        ("web", "A", ["A 10.100.0.10"]), ("web.default", "A", ["A 10.100.0.10"]), ("web.default.svc", "A", ["A 10.100.0.10"]),
        ("web.default.svc.cluster.local", "A", ["A 10.100.0.10"]), ("web.default.svc.cluster.local.", "A", ["A 10.100.0.10"]), ("WEB", "A", ["A 10.100.0.10"]),
        ("cart", "A", nil), ("cart.shop", "A", ["A 10.100.0.12"]), ("cart.", "A", nil),
        ("db", "A", ["A 10.244.0.5"]), ("db-0.db", "A", ["A 10.244.0.5"]), ("db-1.db", "A", nil), ("10-244-0-5.db", "A", nil),
        ("_sql._tcp.db", "SRV", ["SRV 0 100 5432 db-0.db.default.svc.cluster.local."]), ("_http._tcp.ported", "SRV", ["SRV 0 100 8080 ported.default.svc.cluster.local."]),
        ("_http._udp.ported", "SRV", nil), ("ext", "A", ["CNAME web.default.svc.cluster.local.", "A 10.100.0.10"]),
        ("10.0.100.10.in-addr.arpa", "PTR", ["PTR web.default.svc.cluster.local."]), ("5.0.244.10.in-addr.arpa", "PTR", ["PTR db-0.db.default.svc.cluster.local."]),
        ("10-244-0-9.default.pod", "A", ["A 10.244.0.9"]), ("10-244-0-9.nowhere.pod", "A", nil), ("web", "AAAA", []), ("example.com", "A", nil), ("info.cern.ch", "A", ["A 188.184.100.82"]), ("www.google.com.", "A", ["A 142.250.4.100"]), ("google.com", "AAAA", []),
    ] as [(String, String, [String]?)])
    func `names from a pod of namespace default`(name: String, type: String, records: [String]?) {
        var network = Self.network()
        switch network.plane.lookUp(name, type: type, from: DataPlaneTests.client).answer {
        case .records(let found): #expect(found.map { "\($0.type) \($0.value)" } == records)
        case .noData: #expect(records == [])
        case .noSuchName: #expect(records == nil)
        }
    }

    @Test(arguments: [
        ("http://cart", RouteCode.serviceElsewhere), ("http://cart.nowhere.svc", .serviceUnknown), ("http://crt.shop", .serviceUnknown), ("http://wep", .serviceUnknown),
        ("http://db-1.db", .endpointNameUnknown), ("http://www.example.com", .nameUnknown),
    ])
    func `a name that is not known is explained`(url: String, code: RouteCode) {
        var network = Self.network()
        #expect(network.codes(DataPlaneTests.client, url).last == code)
    }

    @Test(arguments: [("http://info.cern.ch", RouteCode.leavesCluster), ("https://8.8.8.8", .leavesCluster), ("http://8.8.8.8:53", .leavesCluster), ("http://github.com:8080", .externalHostClosed), ("http://8.8.8.9", .addressUnknown)])
    func `well-known hosts outside answer`(url: String, code: RouteCode) {
        var network = Self.network()
        #expect(network.codes(DataPlaneTests.client, url).last == code)
    }

    @Test func `a policy may keep a pod from leaving the cluster`() {
        var network = Self.network()
        let egress: Value = [
            "metadata": ["name": "out", "namespace": "default"],
            "spec": ["podSelector": [:], "policyTypes": ["Egress"], "egress": [["to": [["ipBlock": ["cidr": "8.8.8.0/24"]]]]]],
        ]
        network.add(.networkPolicies, "default", egress)
        #expect(network.codes(DataPlaneTests.client, "https://8.8.8.8").last == .leavesCluster)
        #expect(network.codes(DataPlaneTests.client, "https://1.1.1.1").last == .egressDenied)
        #expect(network.plane.ping("8.8.8.8", from: DataPlaneTests.client).address == "8.8.8.8")
        #expect(network.plane.ping("1.1.1.1", from: DataPlaneTests.client).address == nil)
    }

    @Test func `names of the cluster are not known outside, and with policy Default not in a pod`() {
        var network = Self.network()
        #expect(network.codes(.outside, "http://web.default.svc.cluster.local").last == .noClusterNames)
        #expect(network.codes(.node("n1"), "http://web.default.svc.cluster.local").last == .noClusterNames)
        network.add(.pods, "default", [
            "metadata": ["name": "odd", "namespace": "default"], "spec": ["nodeName": "n1", "dnsPolicy": "Default", "hostAliases": [["ip": "10.244.1.5", "hostnames": ["friend"]]]],
            "status": ["phase": "Running", "podIP": "10.244.0.77"],
        ])
        #expect(network.codes(.pod(namespace: "default", name: "odd"), "http://web").last == .noPodDNS)
        #expect(network.pods(.pod(namespace: "default", name: "odd"), "http://friend") == ["p1"])
    }

    @Test func `a policy that blocks the name server blocks names, and addresses still work`() {
        var network = Self.network()
        let egress: Value = [
            "metadata": ["name": "out", "namespace": "default"],
            "spec": ["podSelector": [:], "policyTypes": ["Egress"], "egress": [["to": [["podSelector": [:]]]]]],
        ]
        network.add(.networkPolicies, "default", egress)
        #expect(network.codes(DataPlaneTests.client, "http://web").last == .dnsBlocked)
        #expect(network.pods(DataPlaneTests.client, "http://10.100.0.10") == ["p0", "p1"])
        var open = egress
        open["spec"]?["egress"] = [
            ["to": [["podSelector": [:]]]],
            ["to": [["namespaceSelector": [:], "podSelector": ["matchLabels": ["k8s-app": "kube-dns"]]]], "ports": [["protocol": "UDP", "port": 53]]],
        ]
        network.add(.networkPolicies, "default", open)
        // The namespace of the name server has to be known for its selector to match.
        network.add(.namespaces, "", ["metadata": ["name": "kube-system"]])
        #expect(network.pods(DataPlaneTests.client, "http://web") == ["p0", "p1"])
    }

    struct ResolverCase: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let spec: Value
        let file: String
    }

    @Test(arguments: [
        ResolverCase(testDescription: "ClusterFirst", spec: [:], file: "search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.100.0.10\noptions ndots:5\n"),
        ResolverCase(testDescription: "host network", spec: ["hostNetwork": true], file: "nameserver 192.168.0.2\n"),
        ResolverCase(
            testDescription: "host network with the cluster's", spec: ["hostNetwork": true, "dnsPolicy": "ClusterFirstWithHostNet"],
            file: "search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.100.0.10\noptions ndots:5\n"),
        ResolverCase(
            testDescription: "None", spec: ["dnsPolicy": "None", "dnsConfig": ["nameservers": ["1.2.3.4"], "searches": ["a.example"], "options": [["name": "ndots", "value": "2"], ["name": "edns0"]]]],
            file: "search a.example\nnameserver 1.2.3.4\noptions ndots:2 edns0\n"),
        ResolverCase(
            testDescription: "additions", spec: ["dnsConfig": ["searches": ["a.example"], "options": [["name": "ndots", "value": "1"]]]],
            file: "search shop.svc.cluster.local svc.cluster.local cluster.local a.example\nnameserver 10.100.0.10\noptions ndots:1\n"),
    ])
    func `resolv conf`(_ test: ResolverCase) {
        let pod: Value = ["metadata": ["name": "p", "namespace": "shop"], "spec": test.spec]
        #expect(PodResolver(pod).file(server: "10.100.0.10", nodeServer: "192.168.0.2") == test.file)
    }
}
