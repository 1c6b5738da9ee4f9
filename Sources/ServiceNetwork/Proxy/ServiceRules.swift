import APIMachinery
import KubernetesObjects

/// A place that traffic of a service port can go to.
package struct Backend: Hashable, Sendable {
    package var address: String
    package var port: Int
    package var isReady: Bool
    package var isServing: Bool
    package var isTerminating: Bool
    package var node: String
    package var zone: String
    /// Zones and nodes for which topology hints want this endpoint used; empty without hints.
    package var hintedZones: [String]
    package var hintedNodes: [String] = []
    /// The pod behind it; empty for endpoints written by hand.
    package var podName: String

    package init(
        address: String, port: Int, isReady: Bool, isServing: Bool, isTerminating: Bool, node: String, zone: String, hintedZones: [String], hintedNodes: [String] = [],
        podName: String
    ) {
        self.address = address
        self.port = port
        self.isReady = isReady
        self.isServing = isServing
        self.isTerminating = isTerminating
        self.node = node
        self.zone = zone
        self.hintedZones = hintedZones
        self.hintedNodes = hintedNodes
        self.podName = podName
    }
}

/// One port of a service, as kube-proxy keeps it.
package struct ServicePortRule: Sendable {
    package var name: String
    package var port: Int
    package var nodePort: Int
    package var protocolName: String
    /// The target port as the service writes it, for messages.
    package var targetPort: String
    /// Whether the target port is the name of a port of the pods.
    package var isNamedTarget: Bool
}

/// What kube-proxy knows of one Service.
package struct ServiceRule: Sendable {
    package var key: NamespacedName
    package var type: String
    package var clusterIPs: [String]
    package var externalIPs: [String]
    package var loadBalancerAddresses: [String]
    /// Those of them that are names: a balancer of its own stands there, and traffic from inside goes through it too.
    package var loadBalancerNames: Set<String>
    /// The load balancer knows the pods and leaves node ports out.
    package var balancesPods: Bool
    /// The Gateway that this Service brings requests to; empty for others.
    package var gateway: String
    package var ports: [ServicePortRule]
    package var selector: Fields
    package var hasSelector: Bool
    package var externalName: String
    package var isSticky: Bool
    package var stickySeconds: Int
    package var externalTrafficPolicy: String
    package var internalTrafficPolicy: String
    package var trafficDistribution: String
    package var sourceRanges: [IPBlock]
    package var publishNotReadyAddresses: Bool
    package var healthCheckNodePort: Int

    package init(_ service: Value) {
        let spec = service["spec"] ?? [:]
        key = NamespacedName(namespace: service.namespace, name: service.name)
        type = spec["type"]?.stringValue ?? "ClusterIP"
        let cluster = spec["clusterIPs"]?.elements.compactMap(\.stringValue) ?? []
        clusterIPs = (cluster.isEmpty ? [spec["clusterIP"]?.stringValue ?? ""] : cluster).filter { !$0.isEmpty }
        externalIPs = spec["externalIPs"]?.elements.compactMap(\.stringValue) ?? []
        loadBalancerAddresses = (service["status"]?["loadBalancer"]?["ingress"]?.elements ?? []).flatMap { entry in
            [entry["ip"]?.stringValue, entry["hostname"]?.stringValue?.lowercased()].compactMap { $0 }
        }
        loadBalancerNames = Set((service["status"]?["loadBalancer"]?["ingress"]?.elements ?? []).compactMap { $0["hostname"]?.stringValue?.lowercased() })
        balancesPods = service.annotation("service.beta.kubernetes.io/aws-load-balancer-nlb-target-type") == "ip"
            || service.annotation("service.beta.kubernetes.io/aws-load-balancer-type") == "nlb-ip"
        gateway = service.label("gateway.networking.k8s.io/gateway-name") ?? ""
        ports = (spec["ports"]?.elements ?? []).map { port in
            let number = port["port"]?.intValue ?? 0
            let target = port["targetPort"]
            return ServicePortRule(
                name: port["name"]?.stringValue ?? "", port: number, nodePort: port["nodePort"]?.intValue ?? 0,
                protocolName: port["protocol"]?.stringValue ?? "TCP",
                targetPort: target?.stringValue ?? target?.intValue.map(String.init) ?? String(number), isNamedTarget: target?.stringValue != nil)
        }
        selector = spec["selector"]?.fields ?? Fields()
        hasSelector = !selector.isEmpty
        externalName = spec["externalName"]?.stringValue ?? ""
        isSticky = spec["sessionAffinity"]?.stringValue == "ClientIP"
        stickySeconds = spec["sessionAffinityConfig"]?["clientIP"]?["timeoutSeconds"]?.intValue ?? 10_800
        externalTrafficPolicy = spec["externalTrafficPolicy"]?.stringValue ?? "Cluster"
        internalTrafficPolicy = spec["internalTrafficPolicy"]?.stringValue ?? "Cluster"
        trafficDistribution = spec["trafficDistribution"]?.stringValue ?? ""
        sourceRanges = (spec["loadBalancerSourceRanges"]?.elements ?? []).compactMap { $0.stringValue.flatMap { IPBlock($0) } }
        publishNotReadyAddresses = spec["publishNotReadyAddresses"]?.boolValue ?? false
        healthCheckNodePort = spec["healthCheckNodePort"]?.intValue ?? 0
    }

    package var isHeadless: Bool { clusterIPs.first == "None" }

    package func port(_ number: Int, transport: String) -> ServicePortRule? {
        ports.first { $0.port == number && $0.protocolName == transport }
    }
}

/// The endpoints of one service port, read from its EndpointSlices.
package enum SliceReader {
    /// The backends of a named port in a list of slices, in the order of the slices.
    package static func backends(of portName: String, protocolName: String, in slices: [Value]) -> [Backend] {
        var result: [Backend] = []
        for slice in slices {
            let port = (slice["ports"]?.elements ?? []).first {
                ($0["name"]?.stringValue ?? "") == portName && ($0["protocol"]?.stringValue ?? "TCP") == protocolName
            }
            guard let number = port?["port"]?.intValue else { continue }
            for endpoint in slice["endpoints"]?.elements ?? [] {
                let conditions = endpoint["conditions"]
                let isReady = conditions?["ready"]?.boolValue ?? true
                guard let address = endpoint["addresses"]?[0]?.stringValue else { continue }
                result.append(
                    Backend(
                        address: address, port: number, isReady: isReady, isServing: conditions?["serving"]?.boolValue ?? isReady,
                        isTerminating: conditions?["terminating"]?.boolValue ?? false, node: endpoint["nodeName"]?.stringValue ?? "",
                        zone: endpoint["zone"]?.stringValue ?? "",
                        hintedZones: (endpoint["hints"]?["forZones"]?.elements ?? []).compactMap { $0["name"]?.stringValue },
                        hintedNodes: (endpoint["hints"]?["forNodes"]?.elements ?? []).compactMap { $0["name"]?.stringValue },
                        podName: endpoint["targetRef"]?["kind"]?.stringValue == "Pod" ? endpoint["targetRef"]?["name"]?.stringValue ?? "" : ""))
            }
        }
        return result
    }
}
