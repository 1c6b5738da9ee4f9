import APIMachinery
import KubernetesObjects

extension Describer {
    private func slices(of service: String) throws(Failure) -> [Value] {
        try list(GroupResource("endpointslices", group: "discovery.k8s.io"), namespace: object.namespace, labels: "kubernetes.io/service-name=\(service)")
    }

    private func joined(_ value: Value?, _ separator: String = ",") -> String {
        (value?.elements ?? []).map(goText).joined(separator: separator)
    }

    func service() throws(Failure) -> String {
        var text = new
        text.head(object)
        text.field("Selector", formatLabels(spec["selector"]?.fields))
        text.field("Type", spec["type"]?.stringValue ?? "")
        if let policy = spec["ipFamilyPolicy"]?.stringValue { text.field("IP Family Policy", policy) }
        let families = joined(spec["ipFamilies"])
        text.field("IP Families", families.isEmpty ? "<none>" : families)
        text.field("IP", spec["clusterIP"]?.stringValue ?? "")
        let addresses = joined(spec["clusterIPs"])
        text.field("IPs", addresses.isEmpty ? "<none>" : addresses)
        let external = joined(spec["externalIPs"])
        if !external.isEmpty { text.field("External IPs", external) }
        for (title, key) in [("Desired LoadBalancer IP", "loadBalancerIP"), ("External Name", "externalName")] {
            if let value = spec[key]?.stringValue, !value.isEmpty { text.field(title, value) }
        }
        let ingress = status["loadBalancer", "ingress"]?.elements ?? []
        if !ingress.isEmpty { text.field("LoadBalancer Ingress", ingress.map(Self.ingressAddress).joined(separator: ", ")) }
        let slices = (try? slices(of: object.name)) ?? []
        for port in spec["ports"]?.elements ?? [] { servicePort(port, slices, &text) }
        text.field("Session Affinity", spec["sessionAffinity"]?.stringValue ?? "")
        if let policy = spec["externalTrafficPolicy"]?.stringValue, !policy.isEmpty { text.field("External Traffic Policy", policy) }
        if let policy = spec["internalTrafficPolicy"]?.stringValue { text.field("Internal Traffic Policy", policy) }
        if let port = spec["healthCheckNodePort"]?.intValue, port != 0 { text.field("HealthCheck NodePort", "\(port)") }
        let ranges = joined(spec["loadBalancerSourceRanges"])
        if !ranges.isEmpty { text.field("LoadBalancer Source Ranges", ranges) }
        if let distribution = spec["trafficDistribution"]?.stringValue { text.field("Traffic Distribution", distribution) }
        return try finish(text)
    }

    private func servicePort(_ port: Value, _ slices: [Value], _ text: inout DescribeText) {
        let name = port["name"]?.stringValue ?? ""
        let shown = name.isEmpty ? "<unset>" : name
        let proto = port["protocol"]?.stringValue ?? ""
        text.field("Port", "\(shown)\t\(port["port"]?.intValue ?? 0)/\(proto)")
        text.field("TargetPort", "\(port["targetPort"].map(goText) ?? "0")/\(proto)")
        if let application = port["appProtocol"]?.stringValue { text.field("AppProtocol", application) }
        if let node = port["nodePort"]?.intValue, node != 0 { text.field("NodePort", "\(shown)\t\(node)/\(proto)") }
        text.field("Endpoints", Self.endpoints(slices, port: name))
    }

    private static func ingressAddress(_ ingress: Value) -> String {
        let address = ingress["ip"]?.stringValue ?? ""
        if address.isEmpty { return ingress["hostname"]?.stringValue ?? "" }
        return ingress["ipMode"]?.stringValue.map { "\(address) (\($0))" } ?? address
    }

    /// The first three ready endpoints of a port, and how many more there are.
    private static func endpoints(_ slices: [Value], port wanted: String) -> String {
        if slices.isEmpty { return "<none>" }
        var shown: [String] = []
        var count = 0
        for slice in slices {
            let ports = slice["ports"]?.elements ?? []
            let endpoints = (slice["endpoints"]?.elements ?? []).filter { $0["conditions", "ready"]?.boolValue ?? true }
            let addresses = endpoints.map { $0["addresses"]?[0]?.stringValue ?? "" }
            if ports.isEmpty {
                shown += addresses
                count += addresses.count
                continue
            }
            for port in ports where (port["name"]?.stringValue ?? "") == wanted {
                shown += addresses.map { "\($0.contains(":") ? "[\($0)]" : $0):\(port["port"]?.intValue ?? 0)" }
                count += addresses.count
            }
        }
        let list = shown.prefix(3).joined(separator: ",")
        return count > 3 ? "\(list) + \(count - 3) more..." : list
    }

    func endpoints() throws(Failure) -> String {
        var text = new
        text.head(object)
        text.line(0, "Subsets:")
        for subset in object["subsets"]?.elements ?? [] {
            for (title, key) in [("Addresses", "addresses"), ("NotReadyAddresses", "notReadyAddresses")] {
                let addresses = (subset[key]?.elements ?? []).compactMap { $0["ip"]?.stringValue }.joined(separator: ",")
                text.field(title, addresses.isEmpty ? "<none>" : addresses, level: 1)
            }
            let ports = subset["ports"]?.elements ?? []
            if !ports.isEmpty {
                text.line(1, "Ports:")
                portTable(ports, level: 2, &text)
            }
            text.line(0, "")
        }
        return try finish(text)
    }

    private func portTable(_ ports: [Value], level: Int, _ text: inout DescribeText) {
        text.line(level, "Name\tPort\tProtocol")
        text.line(level, "----\t----\t--------")
        for port in ports {
            let name = port["name"]?.stringValue ?? ""
            text.line(level, "\(name.isEmpty ? "<unset>" : name)\t\(port["port"].map(goText) ?? "<unset>")\t\(port["protocol"]?.stringValue ?? "")")
        }
    }

    func endpointSlice() throws(Failure) -> String {
        var text = new
        text.head(object)
        text.field("AddressType", object["addressType"]?.stringValue ?? "")
        let ports = object["ports"]?.elements ?? []
        if ports.isEmpty {
            text.line(0, "Ports: <unset>")
        } else {
            text.line(0, "Ports:")
            portTable(ports, level: 1, &text)
        }
        let endpoints = object["endpoints"]?.elements ?? []
        text.line(0, endpoints.isEmpty ? "Endpoints: <none>" : "Endpoints:")
        for endpoint in endpoints {
            let addresses = joined(endpoint["addresses"], ", ")
            text.line(1, "- Addresses:\t\(addresses.isEmpty ? "<none>" : addresses)")
            text.line(2, "Conditions:")
            text.field("Ready", endpoint["conditions", "ready"].map(goText) ?? "<unset>", level: 3)
            text.field("Hostname", endpoint["hostname"]?.stringValue ?? "<unset>", level: 2)
            if let target = endpoint["targetRef"] {
                text.field("TargetRef", "\(target["kind"]?.stringValue ?? "")/\(target["name"]?.stringValue ?? "")", level: 2)
            }
            text.field("NodeName", endpoint["nodeName"]?.stringValue ?? "<unset>", level: 2)
            text.field("Zone", endpoint["zone"]?.stringValue ?? "<unset>", level: 2)
        }
        return try finish(text)
    }

    func ingress() throws(Failure) -> String {
        var text = new
        text.field("Name", object.name)
        text.labels("Labels", object.labels)
        text.field("Namespace", object.namespace)
        let addresses = Set((status["loadBalancer", "ingress"]?.elements ?? []).map { ($0["ip"] ?? $0["hostname"])?.stringValue ?? "" })
        text.field("Address", addresses.filter { !$0.isEmpty }.sorted().joined(separator: ","))
        text.field("Ingress Class", spec["ingressClassName"]?.stringValue ?? "<none>")
        let fallback = spec["defaultBackend"].map(backend) ?? "<default>"
        text.field("Default backend", fallback)
        let secured = spec["tls"]?.elements ?? []
        if !secured.isEmpty { text.line(0, "TLS:") }
        for entry in secured {
            let secret = entry["secretName"]?.stringValue ?? ""
            text.line(1, secret.isEmpty ? "SNI routes \(joined(entry["hosts"]))" : "\(secret) terminates \(joined(entry["hosts"]))")
        }
        text.line(0, "Rules:\n  Host\tPath\tBackends")
        text.line(1, "----\t----\t--------")
        var hasRules = false
        for rule in spec["rules"]?.elements ?? [] {
            guard let http = rule["http"] else { continue }
            hasRules = true
            let host = rule["host"]?.stringValue ?? ""
            text.line(1, "\(host.isEmpty ? "*" : host)\t")
            for path in http["paths"]?.elements ?? [] {
                text.line(2, "\t\(path["path"]?.stringValue ?? "") \t\(backend(path["backend"] ?? [:]))")
            }
        }
        if !hasRules { text.line(1, "*\t*\t\(fallback)") }
        text.annotations("Annotations", object.annotations)
        return try finish(text)
    }

    private func backend(_ backend: Value) -> String {
        if let resource = backend["resource"] {
            return
                "APIGroup: \(resource["apiGroup"]?.stringValue ?? "<none>"), Kind: \(resource["kind"]?.stringValue ?? ""), Name: \(resource["name"]?.stringValue ?? "")"
        }
        guard let wanted = backend["service"] else { return "" }
        let name = wanted["name"]?.stringValue ?? ""
        let number = wanted["port", "number"]?.intValue ?? 0
        let portName = wanted["port", "name"]?.stringValue ?? ""
        let shown = "\(name):\(number != 0 ? String(number) : portName)"
        do throws(Failure) {
            let slices = try slices(of: name)
            let service = try get(.services, namespace: object.namespace, name: name)
            var servicePort = ""
            for port in service["spec", "ports"]?.elements ?? [] {
                if number != 0 ? port["port"]?.intValue == number : !portName.isEmpty && port["name"]?.stringValue == portName {
                    servicePort = port["name"]?.stringValue ?? ""
                }
            }
            return "\(shown) (\(Self.endpoints(slices, port: servicePort)))"
        } catch {
            return "\(shown) (<error: \(error.plainText)>)"
        }
    }

    func ingressClass() throws(Failure) -> String {
        var text = new
        text.head(object, namespaced: false)
        text.field("Controller", spec["controller"]?.stringValue ?? "")
        if let parameters = spec["parameters"] {
            text.line(0, "Parameters:")
            if let group = parameters["apiGroup"]?.stringValue { text.field("APIGroup", group, level: 1) }
            text.field("Kind", parameters["kind"]?.stringValue ?? "", level: 1)
            text.field("Name", parameters["name"]?.stringValue ?? "", level: 1)
        }
        return try finish(text)
    }

    func serviceCIDR() throws(Failure) -> String {
        var text = new
        text.head(object, namespaced: false)
        text.field("CIDRs", joined(spec["cidrs"], ", "))
        if !(status["conditions"]?.elements ?? []).isEmpty { text.line(0, "Status:") }
        text.conditions(
            object,
            columns: [
                ("Type", "type"), ("Status", "status"), ("LastTransitionTime", "lastTransitionTime"), ("Reason", "reason"), ("Message", "message"),
            ])
        return try finish(text)
    }

    func ipAddress() throws(Failure) -> String {
        var text = new
        text.head(object, namespaced: false)
        if let parent = spec["parentRef"] {
            text.line(0, "Parent Reference:")
            for (title, key) in [("Group", "group"), ("Resource", "resource"), ("Namespace", "namespace"), ("Name", "name")] {
                text.field(title, parent[key]?.stringValue ?? "", level: 1)
            }
        }
        return try finish(text)
    }

    func networkPolicy() -> String {
        var text = new
        text.field("Name", object.name)
        text.field("Namespace", object.namespace)
        let created = (object["metadata", "creationTimestamp"]?.stringValue ?? "").replacing(text: "T", with: " ").replacing(text: "Z", with: "")
        text.field("Created on", "\(created) +0000 UTC")
        text.labels("Labels", object.labels)
        text.annotations("Annotations", object.annotations)
        text.line(0, "Spec:")
        let selector = formatSelector(spec["podSelector"])
        text.put(1, "PodSelector: ")
        text.line(2, selector == "<none>" ? "<none> (Allowing the specific traffic to all pods in this namespace)" : selector)
        let types = (spec["policyTypes"]?.elements ?? []).compactMap(\.stringValue)
        rules("ingress", types.contains("Ingress"), spec["ingress"], "from", "From", "source", &text)
        rules("egress", types.contains("Egress"), spec["egress"], "to", "To", "destination", &text)
        text.line(1, "Policy Types: \(types.isEmpty ? "<none>" : types.joined(separator: ", "))")
        return text.aligned
    }

    private func rules(
        _ direction: String, _ isEnabled: Bool, _ rules: Value?, _ key: String, _ title: String, _ end: String, _ text: inout DescribeText
    ) {
        guard isEnabled else {
            text.line(1, "Not affecting \(direction) traffic")
            return
        }
        text.line(1, "Allowing \(direction) traffic:")
        let rules = rules?.elements ?? []
        if rules.isEmpty { text.line(2, "<none> (Selected pods are isolated for \(direction) connectivity)") }
        for (index, rule) in rules.enumerated() {
            let ports = rule["ports"]?.elements ?? []
            if ports.isEmpty { text.line(2, "To Port: <any> (traffic allowed to all ports)") }
            for port in ports {
                let proto = port["protocol"]?.stringValue ?? "TCP"
                let number = port["port"].map(goText) ?? "<nil>"
                if let last = port["endPort"]?.intValue {
                    text.line(2, "To Port Range: \(number)-\(last)/\(proto)")
                } else {
                    text.line(2, "To Port: \(number)/\(proto)")
                }
            }
            let peers = rule[key]?.elements ?? []
            if peers.isEmpty { text.line(2, "\(title): <any> (traffic not restricted by \(end))") }
            for peer in peers {
                text.line(2, "\(title):")
                if let selector = peer["namespaceSelector"] { text.line(3, "NamespaceSelector: \(formatSelector(selector))") }
                if let selector = peer["podSelector"] { text.line(3, "PodSelector: \(formatSelector(selector))") }
                if let block = peer["ipBlock"], peer["podSelector"] == nil, peer["namespaceSelector"] == nil {
                    text.line(3, "IPBlock:")
                    text.line(4, "CIDR: \(block["cidr"]?.stringValue ?? "")")
                    text.line(4, "Except: \(joined(block["except"], ", "))")
                }
            }
            if index < rules.count - 1 { text.line(2, "----------") }
        }
    }
}
