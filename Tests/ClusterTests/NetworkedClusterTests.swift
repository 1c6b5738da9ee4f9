import APIMachinery
import Cluster
import KubernetesObjects
import ServiceNetwork
import SimulationKernel
import Testing

/// The network of whole clusters: load balancers, addresses, ingress controllers and gateways at work.
@Suite struct NetworkedClusterTests {
    static func create(_ cluster: inout Cluster, _ objects: Value...) throws {
        for object in objects {
            let parts = object.apiVersion.split(separator: "/").map(String.init)
            let (group, version) = parts.count == 2 ? (parts[0], parts[1]) : ("", parts[0])
            let plural = ["Ingress": "ingresses", "IngressClass": "ingressclasses", "GatewayClass": "gatewayclasses"][object.kind] ?? object.kind.lowercased() + "s"
            var request = APIRequest(.create, GroupVersionResource(group: group, version: version, resource: plural), namespace: object.namespace)
            request.body = object
            _ = try cluster.send(request)
        }
    }

    static func web(_ name: String, replicas: Int = 1) -> Value {
        [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": .string(name), "namespace": "default"],
            "spec": [
                "replicas": Value(replicas), "selector": ["matchLabels": ["app": .string(name)]],
                "template": [
                    "metadata": ["labels": ["app": .string(name)]],
                    "spec": ["containers": [["name": "web", "image": "nginx", "ports": [["containerPort": 80]]]]],
                ],
            ],
        ]
    }

    static func service(_ name: String, _ extra: Fields = [:]) -> Value {
        var spec: Value = ["selector": ["app": .string(name)], "ports": [["port": 80]]]
        for (key, value) in extra { spec[key] = value }
        return ["apiVersion": "v1", "kind": "Service", "metadata": ["name": .string(name), "namespace": "default"], "spec": spec]
    }

    static func events(_ cluster: Cluster, of name: String) -> [String] {
        cluster.store.list(.events, namespace: "default").filter { $0["involvedObject"]?["name"]?.stringValue == name }.compactMap { $0["reason"]?.stringValue }
    }

    static func ask(_ cluster: inout Cluster, _ url: String, headers: [(name: String, value: String)] = []) -> SimulatedResponse {
        cluster.request(SimulatedRequest(from: .outside, url: RequestURL(url)!, headers: headers))
    }

    // MARK: Load balancers

    @Test func `a cloud gives a load balancer, and takes it away with its Service`() throws {
        var cluster = ClusterTests.started()
        try Self.create(&cluster, Self.web("web", replicas: 2), Self.service("web", ["type": "LoadBalancer"]))
        #expect(cluster.store.get(.services, namespace: "default", name: "web")?["status"]?["loadBalancer"]?["ingress"] == nil)
        cluster.settle()
        let service = try #require(cluster.store.get(.services, namespace: "default", name: "web"))
        let host = try #require(service["status"]?["loadBalancer"]?["ingress"]?[0]?["hostname"]?.stringValue)
        #expect(host.hasSuffix(".ap-southeast-1.elb.amazonaws.com") && host.hasPrefix("a"))
        #expect(Self.events(cluster, of: "web").contains("EnsuringLoadBalancer") && Self.events(cluster, of: "web").contains("EnsuredLoadBalancer"))
        #expect(Self.ask(&cluster, "http://\(host)").status == 200)
        var request = APIRequest(.delete, GroupVersionResource(group: "", version: "v1", resource: "services"), namespace: "default")
        request.name = "web"
        _ = try cluster.send(request)
        cluster.settle()
        #expect(cluster.store.get(.services, namespace: "default", name: "web") == nil)
        #expect(Self.events(cluster, of: "web").contains("DeletedLoadBalancer"))
    }

    @Test func `without a cloud, or with another class, a load balancer stays pending`() throws {
        var profile = try #require(ClusterProfile.named("eks-3x-m5.large"))
        profile.hasCloud = false
        var bare = ClusterTests.started(profile)
        try Self.create(&bare, Self.service("web", ["type": "LoadBalancer"]))
        bare.settle()
        #expect(bare.store.get(.services, namespace: "default", name: "web")?["status"]?["loadBalancer"]?["ingress"] == nil)
        var cloud = ClusterTests.started()
        try Self.create(&cloud, Self.service("web", ["type": "LoadBalancer", "loadBalancerClass": "example.com/other"]))
        cloud.settle()
        #expect(cloud.store.get(.services, namespace: "default", name: "web")?["status"]?["loadBalancer"]?["ingress"] == nil)
        #expect(Self.events(cloud, of: "web").isEmpty)
    }

    @Test func `addresses of a block go out in order and come back`() throws {
        var profile = try #require(ClusterProfile.named("eks-3x-m5.large"))
        profile.hasCloud = false
        profile.loadBalancerBlock = "172.18.255.200/31"
        var cluster = ClusterTests.started(profile)
        try Self.create(&cluster, Self.service("a", ["type": "LoadBalancer"]), Self.service("b", ["type": "LoadBalancer"]), Self.service("c", ["type": "LoadBalancer"]))
        cluster.settle(limit: .seconds(30))
        let addresses = ["a", "b", "c"].map { cluster.store.get(.services, namespace: "default", name: $0)?["status"]?["loadBalancer"]?["ingress"]?[0]?["ip"]?.stringValue }
        #expect(Set(addresses.compactMap { $0 }) == ["172.18.255.200", "172.18.255.201"])
        #expect(addresses.count { $0 == nil } == 1)
    }

    // MARK: Addresses

    @Test func `cluster IPs have IPAddress objects while their Services live`() throws {
        var cluster = ClusterTests.started()
        let addresses = GroupResource("ipaddresses", group: "networking.k8s.io")
        try Self.create(&cluster, Self.service("web"))
        cluster.settle()
        let ip = try #require(cluster.store.get(.services, namespace: "default", name: "web")?["spec"]?["clusterIP"]?.stringValue)
        let object = try #require(cluster.store.get(addresses, name: ip))
        let parent = object["spec"]?["parentRef"]
        #expect(parent?["resource"] == "services" && parent?["namespace"] == "default" && parent?["name"] == "web")
        #expect(cluster.store.get(GroupResource("servicecidrs", group: "networking.k8s.io"), name: "kubernetes")?.isConditionTrue("Ready") == true)
        var request = APIRequest(.delete, GroupVersionResource(group: "", version: "v1", resource: "services"), namespace: "default")
        request.name = "web"
        _ = try cluster.send(request)
        cluster.settle()
        #expect(cluster.store.get(addresses, name: ip) == nil)
    }

    @Test func `in a VPC a pod waits for an address when the node's interfaces are full`() throws {
        var profile = try #require(ClusterProfile.named("eks-1x-t3.small"))
        // Somebody raised the number of pods beyond what the interfaces hold.
        profile.nodes[0].podsMax = 110
        profile.nodes[0].interfacesMax = 2
        profile.nodes[0].addressesPerInterface = 3
        var cluster = ClusterTests.started(profile)
        try Self.create(&cluster, Self.web("web", replicas: 6))
        cluster.settle(limit: .seconds(120))
        let pods = cluster.store.list(.pods, namespace: "default")
        #expect(pods.count { $0["status"]?["phase"] == "Running" } == 4)
        let message = cluster.store.list(.events, namespace: "default").first { $0["reason"]?.stringValue == "FailedCreatePodSandBox" }?["message"]?.stringValue
        #expect(message?.hasSuffix("plugin type=\"aws-cni\" name=\"aws-cni\" failed (add): add cmd: failed to assign an IP address to container") == true)
        // A pod that goes makes room, after its address has rested.
        var request = APIRequest(.update, GroupVersionResource(group: "apps", version: "v1", resource: "deployments"), namespace: "default")
        request.name = "web"
        var fewer = try #require(cluster.store.get(.deployments, namespace: "default", name: "web"))
        fewer["spec"]?["replicas"] = 4
        request.body = fewer
        _ = try cluster.send(request)
        cluster.advance(by: .seconds(120))
        #expect(cluster.store.list(.pods, namespace: "default").allSatisfy { $0["status"]?["phase"] == "Running" })
    }

    // MARK: Proxies

    @Test func `a gateway routes by host and path, and says so in its status`() throws {
        var cluster = ClusterTests.started()
        for definition in try GatewayFixture.definitions() { try Self.create(&cluster, definition) }
        cluster.settle()
        try Self.create(&cluster, Self.web("web"), Self.service("web"))
        try Self.create(
            &cluster,
            ["apiVersion": "gateway.networking.k8s.io/v1", "kind": "GatewayClass", "metadata": ["name": "sim"], "spec": ["controllerName": "labrunner.dev/gateway-controller"]],
            [
                "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": ["name": "gw", "namespace": "default"],
                "spec": ["gatewayClassName": "sim", "listeners": [["name": "http", "port": 80, "protocol": "HTTP", "allowedRoutes": ["namespaces": ["from": "Same"]]]]],
            ],
            [
                "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": ["name": "r", "namespace": "default"],
                "spec": [
                    "parentRefs": [["name": "gw", "kind": "Gateway"]], "hostnames": ["shop.example.com"],
                    "rules": [["matches": [["path": ["type": "PathPrefix", "value": "/"]]], "backendRefs": [["name": "web", "port": 80, "kind": "Service", "weight": 1]]]],
                ],
            ])
        cluster.settle()
        let group = "gateway.networking.k8s.io"
        let gateway = try #require(cluster.store.get(GroupResource("gateways", group: group), namespace: "default", name: "gw"))
        #expect(gateway.isConditionTrue("Accepted") && gateway.isConditionTrue("Programmed"))
        #expect(gateway["status"]?["listeners"]?[0]?["attachedRoutes"]?.intValue == 1)
        let address = try #require(gateway["status"]?["addresses"]?[0]?["value"]?.stringValue)
        let answer = Self.ask(&cluster, "http://\(address)/", headers: [("Host", "shop.example.com")])
        #expect(answer.status == 200 && answer.answeredBy.hasPrefix("default/web-"))
        #expect(Self.ask(&cluster, "http://\(address)/", headers: [("Host", "other.example.com")]).status == 404)
        let route = try #require(cluster.store.get(GroupResource("httproutes", group: group), namespace: "default", name: "r"))
        let conditions = route["status"]?["parents"]?[0]?["conditions"]?.elements ?? []
        #expect(conditions.map { "\($0["type"]?.stringValue ?? "")=\($0["status"]?.stringValue ?? "")" } == ["Accepted=True", "ResolvedRefs=True"])
    }
}

/// Definitions of the Gateway API without schemas: what its own manifest makes is tried with kubectl.
enum GatewayFixture {
    static func definitions() throws -> [Value] {
        [("GatewayClass", "gatewayclasses", "Cluster"), ("Gateway", "gateways", "Namespaced"), ("HTTPRoute", "httproutes", "Namespaced"), ("ReferenceGrant", "referencegrants", "Namespaced")].map { kind, plural, scope in
            [
                "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                "metadata": ["name": .string("\(plural).gateway.networking.k8s.io"), "annotations": ["api-approved.kubernetes.io": "https://example.com"]],
                "spec": [
                    "group": "gateway.networking.k8s.io", "scope": .string(scope),
                    "names": ["kind": .string(kind), "plural": .string(plural), "singular": .string(kind.lowercased()), "listKind": .string(kind + "List")],
                    "versions": [[
                        "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
                        "schema": ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]],
                    ]],
                ],
            ]
        }
    }
}
