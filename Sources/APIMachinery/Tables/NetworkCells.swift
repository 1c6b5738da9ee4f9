import KubernetesObjects
import SimulationKernel

/// The cells of services, endpoints, ingresses and policies.
extension CellMaker {
    var service: [Value] {
        let address = spec["clusterIPs"]?[0] ?? spec["clusterIP"]
        let ports = (spec["ports"]?.elements ?? []).map { port in
            let number = Self.text(port["port"])
            let node = port["nodePort"]?.intValue ?? 0
            return node > 0 ? "\(number):\(node)/\(Self.text(port["protocol"]))" : "\(number)/\(Self.text(port["protocol"]))"
        }
        return [
            name, string(spec["type"]), string(address, or: "<none>"), .string(externalAddress),
            .string(ports.isEmpty ? "<none>" : ports.joined(separator: ",")), age, .string(Self.labels(spec["selector"])),
        ]
    }

    private var externalAddress: String {
        let external = (spec["externalIPs"]?.elements ?? []).compactMap(\.stringValue)
        switch spec["type"]?.stringValue {
        case "ClusterIP", "NodePort": return external.isEmpty ? "<none>" : external.joined(separator: ",")
        case "LoadBalancer":
            let balancer = balancerAddresses
            let all = (balancer.isEmpty ? [] : [balancer]) + external
            return all.isEmpty ? "<pending>" : all.joined(separator: ",")
        case "ExternalName": return Self.text(spec["externalName"])
        default: return "<unknown>"
        }
    }

    private var balancerAddresses: String {
        let list = (status["loadBalancer"]?["ingress"]?.elements ?? []).map { entry -> String in
            let address = Self.text(entry["ip"])
            return address.isEmpty ? Self.text(entry["hostname"]) : address
        }
        return Set(list.filter { !$0.isEmpty }).sorted().joined(separator: ",")
    }

    var endpoints: [Value] {
        var list: [String] = []
        for subset in object["subsets"]?.elements ?? [] {
            let addresses = (subset["addresses"]?.elements ?? []).map { Self.text($0["ip"]) }
            let ports = subset["ports"]?.elements ?? []
            if ports.isEmpty {
                list += addresses
            } else {
                for port in ports {
                    list += addresses.map { $0.contains(":") ? "[\($0)]:\(Self.text(port["port"]))" : "\($0):\(Self.text(port["port"]))" }
                }
            }
        }
        let isEmpty = (object["subsets"]?.elements ?? []).isEmpty
        return [name, .string(Self.cut(list, max: 3, empty: isEmpty ? "<none>" : "")), age]
    }

    var endpointSlice: [Value] {
        let ports = (object["ports"]?.elements ?? []).map { port in port["port"]?.intValue.map(String.init) ?? "*" }
        let addresses = (object["endpoints"]?.elements ?? []).flatMap { ($0["addresses"]?.elements ?? []).compactMap(\.stringValue) }
        return [
            name, string(object["addressType"]), .string(Self.cut(ports, max: 3, empty: "<unset>")),
            .string(Self.cut(addresses, max: 3, empty: "<unset>")), age,
        ]
    }

    var ingress: [Value] {
        let rules = spec["rules"]?.elements ?? []
        let named = rules.map { Self.text($0["host"]) }
        var hosts: [String] = []
        var more = false
        for host in named {
            if hosts.count == 3 { more = true }
            if !more, !host.isEmpty { hosts.append(host) }
        }
        var hostText = hosts.isEmpty ? "*" : hosts.joined(separator: ",")
        if more { hostText += " + \(rules.count - 3) more..." }
        return [
            name, string(spec["ingressClassName"], or: "<none>"), .string(hostText), .string(balancerAddresses),
            (spec["tls"]?.elements ?? []).isEmpty ? "80" : "80, 443", age,
        ]
    }

    var ingressClass: [Value] {
        var parameters = "<none>"
        if let reference = spec["parameters"], !reference.isNull {
            parameters = Self.text(reference["kind"])
            if let group = reference["apiGroup"]?.stringValue { parameters += "." + group }
            parameters += "/" + Self.text(reference["name"])
        }
        return [name, string(spec["controller"]), .string(parameters), age]
    }

    var networkPolicy: [Value] { [name, .string(Self.selector(spec["podSelector"])), age] }

    var ipAddress: [Value] {
        let parent = spec["parentRef"]
        let parts = ["resource", "namespace", "name"].map { Self.text(parent?[$0]) }.filter { !$0.isEmpty }
        return [name, .string(parts.joined(separator: "/")), age]
    }

    var serviceCIDR: [Value] { [name, .string((spec["cidrs"]?.elements ?? []).map(Self.text).joined(separator: ",")), age] }
}
