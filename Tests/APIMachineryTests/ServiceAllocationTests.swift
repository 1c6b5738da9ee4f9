import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIMachinery

@Suite struct ServiceAllocationTests {
    let services = "/api/v1/namespaces/default/services"

    func service(_ name: String, _ spec: Value) -> Value {
        var spec = spec
        if spec["ports"] == nil, spec["type"] != "ExternalName" { spec["ports"] = [["port": 80]] }
        return ["apiVersion": "v1", "kind": "Service", "metadata": ["name": .string(name)], "spec": spec]
    }

    @Test func `addresses and ports come from the upper bands and differ`() throws {
        var server = TestServer()
        var addresses: Set<IPAddress> = []
        var ports: Set<Int> = []
        for index in 0..<50 {
            let made = try server.send("POST", services, service("s\(index)", ["type": "NodePort"]))
            let address = try #require(made.body["spec"]?["clusterIP"]?.stringValue.flatMap({ IPAddress($0) }))
            #expect(address.bits > 0x0a64_0000 + 256)
            addresses.insert(address)
            ports.insert(made.body["spec"]?["ports"]?[0]?["nodePort"]?.intValue ?? 0)
        }
        #expect(addresses.count == 50)
        #expect(ports.count == 50)
        #expect(ports.allSatisfy { (30086...32767).contains($0) })
    }

    @Test func `a chosen port is taken once, and free again after its service`() throws {
        var server = TestServer()
        let spec: Value = ["type": "NodePort", "ports": [["port": 80, "nodePort": 30081]]]
        _ = try server.send("POST", services, service("a", spec))
        #expect(
            server.refusal("POST", services, service("b", spec))?.message
                == "Service \"b\" is invalid: spec.ports[0].nodePort: Invalid value: 30081: provided port is already allocated")
        #expect(
            server.refusal("POST", services, service("c", ["type": "NodePort", "ports": [["port": 80, "nodePort": 8080]]]))?.message
                == "Service \"c\" is invalid: spec.ports[0].nodePort: Invalid value: 8080: provided port is not in the valid range. The range of valid ports is 30000-32767"
        )
        _ = try server.send("DELETE", services + "/a")
        _ = try server.send("POST", services, service("b", spec))
    }

    @Test(arguments: [
        (["clusterIP": "192.168.1.1"] as Value, "failed to allocate IP 192.168.1.1: the provided network does not match the current range"),
        (["clusterIP": "10.100.0.10"] as Value, "failed to allocate IP 10.100.0.10: provided IP is already allocated"),
    ]) func `a chosen address must be free and in range`(_ spec: Value, _ detail: String) throws {
        var server = TestServer()
        _ = try server.send("POST", services, service("first", ["clusterIP": "10.100.0.10"]))
        let wish = spec["clusterIP"]?.stringValue ?? ""
        #expect(
            server.refusal("POST", services, service("t", spec))?.message
                == "Service \"t\" is invalid: spec.clusterIPs: Invalid value: [\"\(wish)\"]: \(detail)")
    }

    @Test func `an update keeps what was allocated, and a change of type gives it back`() throws {
        var server = TestServer()
        let made = try server.send("POST", services, service("s", ["type": "NodePort"]))
        let address = made.body["spec"]?["clusterIP"]
        let patched = try server.send("PATCH", services + "/s", ["metadata": ["labels": ["a": "b"]]], type: strategic)
        #expect(patched.body["spec"] == made.body["spec"])
        var bare = service("s", ["type": "NodePort"])
        bare["metadata", default: [:]]["resourceVersion"] = .string(patched.body.resourceVersion)
        let replaced = try server.send("PUT", services + "/s", bare)
        #expect(replaced.body["spec"]?["clusterIP"] == address)
        #expect(replaced.body["spec"]?["ports"]?[0]?["nodePort"] == made.body["spec"]?["ports"]?[0]?["nodePort"])
        let plain = try server.send("PATCH", services + "/s", ["spec": ["type": "ClusterIP"]], type: strategic)
        #expect(plain.body["spec"]?["ports"]?[0]?["nodePort"] == nil)
        #expect(plain.body["spec"]?["clusterIP"] == address)
    }

    @Test func `kinds of services have the fields that belong to them`() throws {
        var server = TestServer()
        let headless = try server.send("POST", services, service("h", ["clusterIP": "None", "selector": ["a": "b"]]))
        #expect(headless.body["spec"]?["clusterIPs"] == ["None"])
        #expect(headless.body["spec"]?["ipFamilyPolicy"] == "SingleStack")
        let manual = try server.send("POST", services, service("m", ["clusterIP": "None"]))
        #expect(manual.body["spec"]?["ipFamilies"] == ["IPv4", "IPv6"])
        let labelled = try server.send("PATCH", services + "/m", ["metadata": ["labels": ["a": "b"]]], type: strategic)
        #expect(labelled.body["spec"] == manual.body["spec"])
        let external = try server.send("POST", services, service("e", ["type": "ExternalName", "externalName": "db.example.com"]))
        #expect(external.body["spec"] == ["type": "ExternalName", "externalName": "db.example.com", "sessionAffinity": "None"])
        let balancer = try server.send("POST", services, service("l", ["type": "LoadBalancer", "externalTrafficPolicy": "Local"]))
        #expect(balancer.body["spec"]?["healthCheckNodePort"]?.intValue ?? 0 >= 30086)
        #expect(balancer.body["spec"]?["allocateLoadBalancerNodePorts"] == true)
    }
}
