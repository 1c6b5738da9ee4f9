import APIMachinery
import KubernetesObjects
import ServiceNetwork
import SimulationKernel
import Testing

/// Which connections NetworkPolicies let through.
@Suite struct PolicyTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let spec: Value
        /// `from → to:port` connections that are let through, of those below.
        let passes: Set<String>
    }

    static let connections = ["a→b:80", "a→b:443", "b→a:80", "c→b:80", "a→c:80"]

    /// Pods a and b in namespace x, c in namespace y; a has role=front, c has role=other.
    static func network(_ spec: Value) -> Network {
        var network = Network()
        network.add(.namespaces, "", ["metadata": ["name": "x", "labels": ["team": "x"]]])
        network.add(.namespaces, "", ["metadata": ["name": "y", "labels": ["team": "y"]]])
        for (name, space, address, role) in [("a", "x", "10.244.2.1", "front"), ("b", "x", "10.244.2.2", "back"), ("c", "y", "10.244.3.1", "other")] {
            network.add(.pods, space, [
                "metadata": ["name": .string(name), "namespace": .string(space), "labels": ["role": .string(role)]],
                "spec": ["nodeName": "n1", "containers": [["name": "c", "ports": [["name": "web", "containerPort": 80]]]]],
                "status": ["phase": "Running", "podIP": .string(address)],
            ])
        }
        network.add(.networkPolicies, "x", ["metadata": ["name": "p", "namespace": "x"], "spec": spec])
        return network
    }

    @Test(arguments: [
        Case(testDescription: "deny all in", spec: ["podSelector": [:], "policyTypes": ["Ingress"]], passes: ["a→c:80"]),
        Case(testDescription: "deny all out", spec: ["podSelector": [:], "policyTypes": ["Egress"]], passes: ["c→b:80"]),
        Case(testDescription: "allow all in", spec: ["podSelector": [:], "ingress": [[:]]], passes: Set(connections)),
        Case(testDescription: "from pods of the namespace", spec: ["podSelector": [:], "ingress": [["from": [["podSelector": [:]]]]]], passes: ["a→b:80", "a→b:443", "b→a:80", "a→c:80"]),
        Case(testDescription: "from a role", spec: ["podSelector": ["matchLabels": ["role": "back"]], "ingress": [["from": [["podSelector": ["matchLabels": ["role": "front"]]]]]]], passes: ["a→b:80", "a→b:443", "b→a:80", "a→c:80"]),
        Case(testDescription: "from a namespace", spec: ["podSelector": ["matchLabels": ["role": "back"]], "ingress": [["from": [["namespaceSelector": ["matchLabels": ["team": "y"]]]]]]], passes: ["b→a:80", "c→b:80", "a→c:80"]),
        Case(testDescription: "from a role in a namespace", spec: ["podSelector": ["matchLabels": ["role": "back"]], "ingress": [["from": [["namespaceSelector": ["matchLabels": ["team": "y"]], "podSelector": ["matchLabels": ["role": "front"]]]]]]], passes: ["b→a:80", "a→c:80"]),
        Case(testDescription: "a block with an exception", spec: ["podSelector": ["matchLabels": ["role": "back"]], "ingress": [["from": [["ipBlock": ["cidr": "10.244.0.0/16", "except": ["10.244.2.0/24"]]]]]]], passes: ["b→a:80", "c→b:80", "a→c:80"]),
        Case(testDescription: "a named port", spec: ["podSelector": ["matchLabels": ["role": "back"]], "ingress": [["ports": [["port": "web"]]]]], passes: ["a→b:80", "b→a:80", "c→b:80", "a→c:80"]),
        Case(testDescription: "a range of ports", spec: ["podSelector": ["matchLabels": ["role": "back"]], "ingress": [["ports": [["port": 400, "endPort": 500]]]]], passes: ["a→b:443", "b→a:80", "a→c:80"]),
        Case(testDescription: "another protocol", spec: ["podSelector": ["matchLabels": ["role": "back"]], "ingress": [["ports": [["port": 80, "protocol": "UDP"]]]]], passes: ["b→a:80", "a→c:80"]),
        Case(testDescription: "out to a namespace on a port", spec: ["podSelector": [:], "policyTypes": ["Egress"], "egress": [["to": [["namespaceSelector": ["matchLabels": ["team": "y"]]]], "ports": [["port": 80]]]]], passes: ["c→b:80", "a→c:80"]),
    ])
    func `connections that pass`(_ test: Case) {
        var network = Self.network(test.spec)
        let addresses = ["a": "10.244.2.1", "b": "10.244.2.2", "c": "10.244.3.1"]
        var passes: Set<String> = []
        for connection in Self.connections {
            let (from, rest) = (String(connection.prefix(1)), connection.dropFirst(2))
            let parts = rest.split(separator: ":").map(String.init)
            let delivery = network.ask(.pod(namespace: from == "c" ? "y" : "x", name: from), "tcp://\(addresses[parts[0]]!):\(parts[1])")
            if case .pod = delivery.target { passes.insert(connection) }
        }
        #expect(passes == test.passes)
    }

    @Test func `traffic from outside comes from the node unless the policy is Local`() {
        var network = Network()
        network.add(.networkPolicies, "default", [
            "metadata": ["name": "p", "namespace": "default"],
            "spec": ["podSelector": [:], "ingress": [["from": [["ipBlock": ["cidr": "203.0.113.0/24"]]]]]],
        ])
        network.addSlice(ready: [false, true])
        // Through n1 the pod on n2 sees n1's address; through n2 it sees the client's.
        #expect(network.codes(.outside, "http://192.168.0.1:30080").last == .ingressDenied)
        #expect(network.pods(.outside, "http://192.168.0.2:30080") == ["p1"])
        network.addService(["externalTrafficPolicy": "Local"])
        #expect(network.pods(.outside, "http://192.168.0.2:30080") == ["p1"])
    }

    @Test func `a denial names the policy and the client`() {
        var network = Self.network(["podSelector": [:], "policyTypes": ["Ingress"]])
        let reason = network.ask(.pod(namespace: "x", name: "a"), "tcp://10.244.2.2:80").hops.last?.detail
        #expect(reason == "ingress of pod x/b is limited by NetworkPolicy x/p, and no rule allows pod x/a (role=front) on port 80")
    }
}
