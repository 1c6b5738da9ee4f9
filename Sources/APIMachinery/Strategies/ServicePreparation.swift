import KubernetesObjects

/// What the server sets in Services before they are validated: the two forms of the cluster IP follow each other,
/// an update keeps what was allocated, and fields of another type go.
///
/// - Source: kubernetes `pkg/registry/core/service/{storage,strategy}.go`, v1.36.
enum ServicePreparation {
    static func create(_ service: inout Value, _ context: StrategyContext) {
        let clusterIP = service["spec"]?.text("clusterIP") ?? ""
        if !clusterIP.isEmpty, service["spec"]?.list("clusterIPs").isEmpty ?? true {
            service["spec", "clusterIPs"] = [.string(clusterIP)]
        }
    }

    static func update(_ service: inout Value, _ old: Value, _ context: StrategyContext) {
        guard context.subresource.isEmpty else { return }
        keepAllocated(&service, old)
        normalize(&service, old)
        dropFieldsOfOtherType(&service, old)
    }

    private static func needsClusterIP(_ service: Value) -> Bool {
        ["ClusterIP", "NodePort", "LoadBalancer"].contains(service["spec"]?.text("type") ?? "")
    }

    private static func needsNodePorts(_ service: Value) -> Bool {
        switch service["spec"]?.text("type") {
        case "NodePort": true
        case "LoadBalancer": service["spec"]?["allocateLoadBalancerNodePorts"]?.boolValue ?? true
        default: false
        }
    }

    /// A writer that says nothing of addresses and node ports keeps them.
    private static func keepAllocated(_ service: inout Value, _ old: Value) {
        if needsClusterIP(old), needsClusterIP(service) {
            let before = old["spec"]?.text("clusterIP") ?? ""
            if service["spec"]?.text("clusterIP").isEmpty ?? true, !before.isEmpty { service["spec", "clusterIP"] = .string(before) }
            if service["spec"]?.list("clusterIPs").isEmpty ?? true, service["spec"]?.text("clusterIP") == before {
                service["spec", "clusterIPs"] = old["spec"]?["clusterIPs"]
            }
        }
        if needsNodePorts(old), needsNodePorts(service) {
            func key(_ port: Value) -> String { "\(port.text("protocol"))/\(port.int("port") ?? 0)" }
            var known: [String: Value] = [:]
            for port in old["spec"]?.list("ports") ?? [] {
                if let node = port["nodePort"] { known[key(port)] = node }
            }
            let used = Set((service["spec"]?.list("ports") ?? []).compactMap { $0.int("nodePort") }.filter { $0 != 0 })
            service["spec", "ports"] = .array(
                (service["spec"]?.list("ports") ?? []).map { port in
                    guard (port.int("nodePort") ?? 0) == 0, let node = known[key(port)], !used.contains(node.intValue ?? 0) else { return port }
                    var port = port
                    port["nodePort"] = node
                    return port
                })
        }
    }

    private static func normalize(_ service: inout Value, _ old: Value) {
        let new = service["spec"]?.text("clusterIP") ?? ""
        let before = old["spec"]?.text("clusterIP") ?? ""
        guard new != before, service["spec"]?["clusterIPs"] == old["spec"]?["clusterIPs"] else { return }
        service["spec", "clusterIPs"] = new.isEmpty ? nil : [.string(new)]
    }

    private static func dropFieldsOfOtherType(_ service: inout Value, _ old: Value) {
        let isSame: (String) -> Bool = { [service] in service["spec"]?[$0] == old["spec"]?[$0] }
        if needsClusterIP(old), !needsClusterIP(service) {
            if isSame("clusterIPs"), isSame("clusterIP") {
                service["spec", "clusterIP"] = nil
                service["spec", "clusterIPs"] = nil
            }
            for field in ["ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"] where isSame(field) { service["spec", field] = nil }
        }
        if needsNodePorts(old), !needsNodePorts(service) {
            let before = Set((old["spec"]?.list("ports") ?? []).compactMap { $0.int("nodePort") })
            service["spec", "ports"] = .array(
                (service["spec"]?.list("ports") ?? []).map { port in
                    guard let node = port.int("nodePort"), before.contains(node) else { return port }
                    var port = port
                    port["nodePort"] = nil
                    return port
                })
        }
        let type = service["spec"]?.text("type") ?? ""
        if old["spec"]?.text("type") == "LoadBalancer", type != "LoadBalancer" {
            for field in ["allocateLoadBalancerNodePorts", "loadBalancerClass", "healthCheckNodePort"] where isSame(field) {
                service["spec", field] = nil
            }
            service["status", "loadBalancer"] = [:]
        }
        let isExternal = type == "NodePort" || type == "LoadBalancer" || !(service["spec"]?.list("externalIPs").isEmpty ?? true)
        if !isExternal, isSame("externalTrafficPolicy") { service["spec", "externalTrafficPolicy"] = nil }
    }
}
