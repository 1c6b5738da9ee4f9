import KubernetesObjects

/// What is wrong with a Service.
///
/// - Source: kubernetes `validation.ValidateService`, v1.36.
enum ServiceValidation {
    static let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]

    static func check(_ service: Value, old: Value?, into errors: inout FieldErrors) {
        if let old { changes(service["spec"] ?? [:], old["spec"] ?? [:], into: &errors) }
        spec(service, into: &errors)
    }

    private static func isHeadless(_ spec: Value) -> Bool { spec.text("clusterIP") == "None" || spec.texts("clusterIPs") == ["None"] }

    private static let topologyHints = "service.kubernetes.io/topology-aware-hints"
    private static let topologyMode = "service.kubernetes.io/topology-mode"

    private static func spec(_ service: Value, into errors: inout FieldErrors) {
        if let mode = service.annotation(topologyMode), let hints = service.annotation(topologyHints), mode != hints {
            errors.invalid(
                (FieldPath.metadata / "annotations").key(topologyMode), mode, "must match annotations[\(topologyHints)] when both are specified")
        }
        let spec = service["spec"] ?? [:]
        let type = spec.text("type")
        let ports = spec.list("ports")
        let isHeadless = isHeadless(spec)
        if ports.isEmpty, !isHeadless, type != "ExternalName" { errors.required(.spec / "ports") }
        switch type {
        case "LoadBalancer":
            if isHeadless { errors.invalid((.spec / "clusterIPs")[0], "None", "may not be set to 'None' for LoadBalancer services") }
        case "NodePort":
            if isHeadless { errors.invalid((.spec / "clusterIPs")[0], "None", "may not be set to 'None' for NodePort services") }
        case "ExternalName":
            for field in ["clusterIPs", "ipFamilies"] where !spec.list(field).isEmpty {
                errors.forbidden(.spec / field, "may not be set for ExternalName services")
            }
            if spec.has("ipFamilyPolicy") { errors.forbidden(.spec / "ipFamilyPolicy", "may not be set for ExternalName services") }
            var name = spec.text("externalName")
            if name.hasSuffix(".") { name.removeLast() }
            if name.isEmpty {
                errors.required(.spec / "externalName")
            } else {
                errors.invalid(.spec / "externalName", name, each: NameFormats.dns1123Subdomain(name))
            }
        default: break
        }
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            self.port(port, needsName: ports.count > 1, &names, at: (.spec / "ports")[index], into: &errors)
        }
        if spec.has("selector") { ObjectMetaValidation.labels(spec.map("selector"), at: .spec / "selector", into: &errors) }
        affinity(spec, into: &errors)
        ServiceAddressValidation.check(spec, into: &errors)
        if !type.isEmpty, !types.contains(type) { errors.notSupported(.spec / "type", type, types) }
        if type.isEmpty { errors.required(.spec / "type") }
        duplicates(ports, type: type, into: &errors)
        loadBalancer(service, spec, type: type, into: &errors)
        traffic(spec, type: type, into: &errors)
    }

    private static func port(
        _ port: Value, needsName: Bool, _ names: inout Set<String>, at path: FieldPath, into errors: inout FieldErrors
    ) {
        let name = port.text("name")
        if needsName, name.isEmpty {
            errors.required(path / "name")
        } else if !name.isEmpty {
            errors.invalid(path / "name", name, each: NameFormats.dns1123Label(name))
            if !names.insert(name).inserted { errors.duplicate(path / "name", name) }
        }
        ContainerPortValidation.number(port.int("port") ?? 0, at: path / "port", into: &errors)
        errors.checkEnum(port.text("protocol"), path / "protocol", ContainerPortValidation.protocols)
        ContainerPortValidation.numberOrName(port["targetPort"], at: path / "targetPort", into: &errors)
        if let application = port.present("appProtocol")?.stringValue {
            errors.invalid(path / "appProtocol", application, each: NameFormats.qualifiedName(application))
        }
    }

    private static func affinity(_ spec: Value, into errors: inout FieldErrors) {
        let affinity = spec.text("sessionAffinity")
        errors.checkEnum(affinity, .spec / "sessionAffinity", ["ClientIP", "None"])
        let config = spec.present("sessionAffinityConfig")
        let path = FieldPath.spec / "sessionAffinityConfig"
        if affinity == "ClientIP" {
            guard let config else { return errors.required(path, "when session affinity type is ClientIP") }
            guard let client = config.present("clientIP") else {
                return errors.required(path / "clientIP", "when session affinity type is ClientIP")
            }
            guard let seconds = client.int("timeoutSeconds") else {
                return errors.required(path / "clientIP" / "timeoutSeconds", "when session affinity type is ClientIP")
            }
            if seconds <= 0 || seconds > 86_400 {
                errors.invalid(path / "clientIP" / "timeoutSeconds", seconds, "must be greater than 0 and less than 86400")
            }
        } else if affinity == "None", config != nil {
            errors.forbidden(path, "must not be set when session affinity is None")
        }
    }

    private static func duplicates(_ ports: [Value], type: String, into errors: inout FieldErrors) {
        if type == "ClusterIP" {
            for (index, port) in ports.enumerated() where (port.int("nodePort") ?? 0) != 0 {
                errors.forbidden((.spec / "ports")[index] / "nodePort", "may not be used when `type` is 'ClusterIP'")
            }
        }
        var nodePorts: Set<String> = []
        for (index, port) in ports.enumerated() {
            guard let number = port.int("nodePort"), number != 0 else { continue }
            if !nodePorts.insert("\(port.text("protocol"))/\(number)").inserted {
                errors.duplicate((.spec / "ports")[index] / "nodePort", .int(Int64(number)))
            }
        }
        var seen: Set<String> = []
        for (index, port) in ports.enumerated() {
            let number = port.int("port") ?? 0
            if !seen.insert("\(port.text("protocol"))/\(number)").inserted {
                let key: Value = ["protocol": .string(port.text("protocol")), "port": .int(Int64(number))]
                errors.duplicate((.spec / "ports")[index], InternalForm.value(key, as: "ServicePort"))
            }
        }
    }

    private static let sourceRanges = "service.beta.kubernetes.io/load-balancer-source-ranges"

    private static func loadBalancer(_ service: Value, _ spec: Value, type: String, into errors: inout FieldErrors) {
        let ranges = spec.texts("loadBalancerSourceRanges")
        if !ranges.isEmpty {
            // The real path begins with a capital.
            let path = FieldPath.spec / "LoadBalancerSourceRanges"
            if type != "LoadBalancer" { errors.forbidden(path, "may only be used when `type` is 'LoadBalancer'") }
            for (index, range) in ranges.enumerated() { errors.checkRange(range.trimmingBlanks, path[index]) }
        } else if let list = service.annotation(sourceRanges) {
            let path = (FieldPath.metadata / "annotations").key(sourceRanges)
            if type != "LoadBalancer" { errors.forbidden(path, "may only be used when `type` is 'LoadBalancer'") }
            if !list.trimmingBlanks.isEmpty {
                for range in list.split(separator: ",", omittingEmptySubsequences: false) { errors.checkRange(String(range).trimmingBlanks, path) }
            }
        }
        if spec.has("allocateLoadBalancerNodePorts"), type != "LoadBalancer" {
            errors.forbidden(.spec / "allocateLoadBalancerNodePorts", "may only be used when `type` is 'LoadBalancer'")
        }
        if type == "LoadBalancer", !spec.has("allocateLoadBalancerNodePorts") {
            errors.required(FieldPath("allocateLoadBalancerNodePorts"))
        }
        if let balancer = spec.present("loadBalancerClass")?.stringValue {
            if type != "LoadBalancer" {
                errors.forbidden(.spec / "loadBalancerClass", "may only be used when `type` is 'LoadBalancer'")
            } else {
                errors.invalid(.spec / "loadBalancerClass", balancer, each: NameFormats.qualifiedName(balancer))
            }
        }
    }

    private static func traffic(_ spec: Value, type: String, into errors: inout FieldErrors) {
        let isExternal = type == "NodePort" || type == "LoadBalancer" || (type == "ClusterIP" && !spec.list("externalIPs").isEmpty)
        let external = spec.text("externalTrafficPolicy")
        if isExternal {
            errors.checkEnum(external, .spec / "externalTrafficPolicy", ["Cluster", "Local"])
        } else if !external.isEmpty {
            errors.invalid(.spec / "externalTrafficPolicy", external, "may only be set for externally-accessible services")
        }
        let health = spec.int("healthCheckNodePort") ?? 0
        if health != 0 {
            if needsHealthCheck(spec) {
                ContainerPortValidation.number(health, at: .spec / "healthCheckNodePort", into: &errors)
            } else {
                errors.invalid(
                    .spec / "healthCheckNodePort", health,
                    "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")
            }
        }
        if let policy = spec.present("internalTrafficPolicy")?.stringValue, policy != "Cluster", policy != "Local" {
            errors.notSupported(.spec / "internalTrafficPolicy", policy, ["Cluster", "Local"])
        }
        let distributions = ["PreferClose", "PreferSameNode", "PreferSameZone"]
        if let distribution = spec.present("trafficDistribution")?.stringValue, !distributions.contains(distribution) {
            errors.notSupported(.spec / "trafficDistribution", distribution, distributions)
        }
    }

    private static func needsHealthCheck(_ spec: Value) -> Bool {
        spec.text("type") == "LoadBalancer" && spec.text("externalTrafficPolicy") == "Local"
    }

    // MARK: Updates

    private static func changes(_ new: Value, _ before: Value, into errors: inout FieldErrors) {
        ServiceAddressValidation.checkUpdate(new, before, into: &errors)
        if before.text("type") == "LoadBalancer", new.text("type") == "LoadBalancer" {
            if !sameValue(new["loadBalancerClass"], before["loadBalancerClass"]) {
                errors.invalid(.spec / "loadBalancerClass", new["loadBalancerClass"] ?? .null, "may not change once set")
            }
        }
        if needsHealthCheck(before), needsHealthCheck(new), new.int("healthCheckNodePort") != before.int("healthCheckNodePort") {
            errors.forbidden(.spec / "healthCheckNodePort", "field is immutable")
        }
    }

    static func checkStatusUpdate(_ service: Value, old: Value?, into errors: inout FieldErrors) {
        let balancer = service["status", "loadBalancer"] ?? [:]
        if !balancer.list("ingress").isEmpty, service["spec"]?.text("type") != "LoadBalancer" {
            return errors.forbidden(.status / "loadBalancer" / "ingress", "may only be used when `spec.type` is \"LoadBalancer\"")
        }
        points(balancer, into: &errors)
    }

    /// The addresses and names of a load balancer, of a Service's or an Ingress' status.
    static func points(_ balancer: Value, into errors: inout FieldErrors) {
        for (index, point) in balancer.list("ingress").enumerated() {
            let path = (FieldPath.status / "loadBalancer" / "ingress")[index]
            let ip = point.text("ip")
            if !ip.isEmpty { errors.checkAddress(ip, path / "ip") }
            let name = point.text("hostname")
            if name.isEmpty { continue }
            errors.invalid(path / "hostname", name, each: NameFormats.dns1123Subdomain(name))
            if IPAddress(loose: name) != nil { errors.invalid(path / "hostname", name, "must be a DNS name, not an IP address") }
        }
    }
}

extension String {
    /// The text without blanks around it.
    var trimmingBlanks: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return String(text)
    }
}
