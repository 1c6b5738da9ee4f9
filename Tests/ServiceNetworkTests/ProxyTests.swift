import APIMachinery
import KubernetesObjects
import ServiceNetwork
import SimulationKernel
import Testing

/// Which endpoints kube-proxy may use on a node, and how it spreads connections over them.
@Suite struct ProxyTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// `name node state hints`: state r ready, n not ready, t terminating and serving, d terminating and not.
        let backends: [String]
        var local: String?
        let usable: [String]
    }

    static func backend(_ text: String) -> Backend {
        let parts = text.split(separator: " ").map(String.init)
        let hints = parts.dropFirst(3)
        return Backend(
            address: parts[0], port: 80, isReady: parts[2] == "r", isServing: parts[2] == "r" || parts[2] == "t", isTerminating: parts[2] == "t" || parts[2] == "d",
            node: parts[1], zone: "", hintedZones: hints.filter { $0.hasPrefix("z") }, hintedNodes: hints.filter { $0.hasPrefix("n") }, podName: parts[0])
    }

    @Test(arguments: [
        Case(testDescription: "ready ones", backends: ["a n1 r", "b n2 n", "c n2 r"], usable: ["a", "c"]),
        Case(testDescription: "terminating ones when none is ready", backends: ["a n1 t", "b n2 d", "c n2 n"], usable: ["a"]),
        Case(testDescription: "terminating ones are left out beside ready ones", backends: ["a n1 t", "b n2 r"], usable: ["b"]),
        Case(testDescription: "local ones", backends: ["a n1 r", "b n2 r"], local: "n1", usable: ["a"]),
        Case(testDescription: "no local one", backends: ["b n2 r"], local: "n1", usable: []),
        Case(testDescription: "a local one that ends", backends: ["a n1 t", "b n2 r"], local: "n1", usable: ["a"]),
        Case(testDescription: "the zone's by hints", backends: ["a n1 r z1", "b n2 r z2"], usable: ["a"]),
        Case(testDescription: "all, where one has no hint", backends: ["a n1 r z1", "b n2 r"], usable: ["a", "b"]),
        Case(testDescription: "all, where no hint is for the zone", backends: ["a n2 r z2", "b n2 r z2"], usable: ["a", "b"]),
        Case(testDescription: "the node's by hints before the zone's", backends: ["a n1 r n1 z1", "b n2 r n2 z1"], usable: ["a"]),
        Case(testDescription: "the zone's, where no hint is for the node", backends: ["a n3 r n3 z1", "b n2 r n2 z2"], usable: ["a"]),
    ])
    func `usable endpoints on node n1 in zone z1`(_ test: Case) {
        let found = Balancer.usable(test.backends.map(Self.backend), localTo: test.local, node: "n1", zone: "z1").backends
        #expect(found.map(\.address) == test.usable)
    }

    @Test(arguments: IPVSScheduler.allCases)
    func `IPVS schedulers spread by turn, by connections or by hash`(_ scheduler: IPVSScheduler) {
        var network = Network(mode: .ipvs, scheduler: scheduler)
        var counts: [String: Int] = [:]
        for _ in 0..<10 {
            if case .pod(_, let name, _, _) = network.ask(.outside, "http://192.168.0.1:30080").target { counts[name, default: 0] += 1 }
        }
        switch scheduler {
        case .rr, .wrr, .lc, .wlc, .sed, .nq: #expect(counts == ["p0": 5, "p1": 5])
        case .sh, .dh, .mh: #expect(counts.values.sorted() == [10])
        }
    }

    @Test func `random balancing is repeated by its seed and reaches all`() {
        func run() -> [String] {
            var network = Network()
            return (0..<50).map { _ in if case .pod(_, let name, _, _) = network.ask(.outside, "http://192.168.0.1:30080").target { name } else { "" } }
        }
        #expect(run() == run())
        #expect(Set(run()) == ["p0", "p1"])
    }

    @Test func `affinity ends when a client was silent for its time, and is each node's own`() {
        var network = Network(mode: .ipvs)
        network.addService(["sessionAffinity": "ClientIP", "sessionAffinityConfig": ["clientIP": ["timeoutSeconds": 100]]])
        func pod(_ delivery: Delivery) -> String { if case .pod(_, let name, _, _) = delivery.target { name } else { "" } }
        let start = Instant.simulationStart
        let first = pod(network.ask(.outside, "http://192.168.0.1:30080", at: start))
        #expect(pod(network.ask(.outside, "http://192.168.0.1:30080", at: start + .seconds(90))) == first)
        #expect(pod(network.ask(.outside, "http://192.168.0.1:30080", at: start + .seconds(180))) == first)
        #expect(pod(network.ask(.outside, "http://192.168.0.1:30080", at: start + .seconds(281))) != first)
    }

    @Test func `internal policy Local serves pods of the same node only`() {
        var network = Network()
        network.addService(["internalTrafficPolicy": "Local"])
        #expect(network.pods(.pod(namespace: "default", name: "p0"), "http://web") == ["p0"])
        network.addSlice(ready: [false, true])
        #expect(network.codes(.pod(namespace: "default", name: "p0"), "http://web").last == .localWithoutEndpoint)
    }

    @Test func `external policy Local does not bind pods that ask for a node port`() {
        var network = Network()
        network.addService(["externalTrafficPolicy": "Local"])
        network.addSlice(ready: [true, false])
        #expect(network.pods(.pod(namespace: "default", name: "p0"), "http://192.168.0.2:30080") == ["p0"])
        #expect(network.codes(.outside, "http://192.168.0.2:30080").last == .localWithoutEndpoint)
    }

    @Test func `the health check port answers for the endpoints of the node`() {
        var network = Network()
        network.addService(["type": "LoadBalancer", "externalTrafficPolicy": "Local", "healthCheckNodePort": 31000])
        network.addSlice(ready: [true, false])
        func status(_ address: String) -> Int { if case .answered(let answer) = network.ask(.outside, "http://\(address):31000/healthz").target { answer.status } else { 0 } }
        #expect(status("192.168.0.1") == 200)
        #expect(status("192.168.0.2") == 503)
    }

    @Test func `services by address, port and transport`() {
        var network = Network()
        network.addService(["ports": [
            ["name": "dns", "port": 53, "targetPort": 80, "nodePort": 30053, "protocol": "UDP"], ["name": "web", "port": 80, "nodePort": 30080, "protocol": "TCP"],
        ]])
        network.add(.endpointSlices, "default", [
            "metadata": ["name": "web-1", "namespace": "default", "labels": ["kubernetes.io/service-name": "web"]],
            "ports": [["name": "dns", "port": 5353, "protocol": "UDP"], ["name": "web", "port": 80, "protocol": "TCP"]],
            "endpoints": [["addresses": ["10.244.0.5"], "conditions": ["ready": true], "nodeName": "n1", "targetRef": ["kind": "Pod", "name": "p0"]]],
        ])
        guard case .pod(_, _, let port, _) = network.ask(.outside, "udp://192.168.0.1:30053").target else { return #expect(Bool(false)) }
        #expect(port == 5353)
        #expect(network.codes(.outside, "tcp://192.168.0.1:30053").last == .nodePortUnknown)
        #expect(network.codes(DataPlaneTests.client, "http://web:53").last == .portNotOfService)
    }

    @Test func `load balancers let in their source ranges, and need node ports unless they know pods`() {
        var network = Network()
        func service(_ spec: Fields, annotations: Fields = [:]) -> Value {
            var full: Value = [
                "type": "LoadBalancer", "clusterIP": "10.100.0.10", "clusterIPs": ["10.100.0.10"], "selector": ["app": "web"],
                "ports": [["port": 80, "targetPort": 80, "nodePort": 30080, "protocol": "TCP"]],
            ]
            for (key, value) in spec { full[key] = value }
            return [
                "metadata": ["name": "web", "namespace": "default", "annotations": .object(annotations)], "spec": full,
                "status": ["loadBalancer": ["ingress": [["hostname": "lb.example.com"]]]],
            ]
        }
        network.add(.services, "default", service([:]))
        #expect(network.pods(.outside, "http://lb.example.com") == ["p0", "p1"])
        #expect(network.codes(DataPlaneTests.client, "http://lb.example.com").contains(.balancerPicksNode))
        network.add(.services, "default", service(["loadBalancerSourceRanges": ["198.51.100.0/24"]]))
        #expect(network.codes(.outside, "http://lb.example.com").last == .sourceRangeRefuses)
        network.add(.services, "default", service(["ports": [["port": 80, "targetPort": 80]]]))
        #expect(network.codes(.outside, "http://lb.example.com").last == .balancerWithoutNodePort)
        network.add(.services, "default", service(["ports": [["port": 80, "targetPort": 80]]], annotations: ["service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "ip"]))
        #expect(network.pods(.outside, "http://lb.example.com") == ["p0", "p1"])
    }

    @Test(arguments: [
        ("kube-proxy-config", "config", "{kind: KubeProxyConfiguration, mode: ipvs, ipvs: {scheduler: lc}}", ProxyMode.ipvs, IPVSScheduler.lc),
        ("kube-proxy", "config.conf", "{kind: KubeProxyConfiguration, mode: ipvs, ipvs: {scheduler: ''}}", .ipvs, .rr),
        ("kube-proxy-config", "config", "{kind: KubeProxyConfiguration, mode: nftables}", .nftables, .rr),
        ("kube-proxy-config", "config", "{kind: KubeProxyConfiguration}", .iptables, .rr),
        ("kube-proxy-config", "config", "{kind: KubeProxyConfiguration, mode: magic}", .iptables, .sh),
        ("kube-proxy-config", "config", "{kind: [", .iptables, .sh), ("other", "config", "{kind: KubeProxyConfiguration, mode: ipvs}", .iptables, .sh),
    ])
    func `a ConfigMap tells kube-proxy how to spread connections`(_ name: String, _ key: String, _ text: String, _ mode: ProxyMode, _ scheduler: IPVSScheduler) {
        var network = Network(mode: .iptables, scheduler: .sh)
        network.add(.configMaps, "kube-system", ["metadata": ["name": .string(name), "namespace": "kube-system"], "data": [key: .string(text)]])
        #expect(network.plane.balancer.mode == mode && network.plane.balancer.scheduler == scheduler)
    }
}
