import KubernetesObjects

/// What is wrong with Endpoints and EndpointSlices.
///
/// - Source: kubernetes `pkg/apis/{core,discovery}/validation`, v1.36.
enum EndpointsValidation {
    static func endpoints(_ object: Value, into errors: inout FieldErrors) {
        subsets(object.list("subsets"), into: &errors)
    }

    private static func subsets(_ subsets: [Value], into errors: inout FieldErrors) {
        for (index, subset) in subsets.enumerated() {
            let at = FieldPath("subsets")[index]
            let ready = subset.list("addresses")
            let notReady = subset.list("notReadyAddresses")
            if ready.isEmpty, notReady.isEmpty { errors.required(at, "must specify `addresses` or `notReadyAddresses`") }
            for (field, addresses) in [("addresses", ready), ("notReadyAddresses", notReady)] {
                for (number, address) in addresses.enumerated() {
                    let path = (at / field)[number]
                    let ip = address.text("ip")
                    errors.checkAddress(ip, path / "ip")
                    let host = address.text("hostname")
                    if !host.isEmpty { errors.invalid(path / "hostname", host, each: NameFormats.dns1123Label(host)) }
                    if let node = address.present("nodeName")?.stringValue {
                        errors.invalid(path / "nodeName", node, each: NameFormats.dns1123Subdomain(node))
                    }
                    if let problem = ServiceAddressValidation.special(ip) { errors.invalid(path / "ip", ip, problem) }
                }
            }
            let ports = subset.list("ports")
            for (number, port) in ports.enumerated() {
                let path = (at / "ports")[number]
                let name = port.text("name")
                if ports.count > 1, name.isEmpty {
                    errors.required(path / "name")
                } else if !name.isEmpty {
                    errors.invalid(path / "name", name, each: NameFormats.dns1123Label(name))
                }
                ContainerPortValidation.number(port.int("port") ?? 0, at: path / "port", into: &errors)
                errors.checkEnum(port.text("protocol"), path / "protocol", ContainerPortValidation.protocols)
                if let application = port.present("appProtocol")?.stringValue {
                    errors.invalid(path / "appProtocol", application, each: NameFormats.qualifiedName(application))
                }
            }
        }
    }

    static func slice(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        sliceBody(object, into: &errors)
        guard let old else { return }
        errors.checkImmutable(object["addressType"], old["addressType"], FieldPath("addressType"))
    }

    private static let (endpointsMax, addressesMax, portsMax, hintsMax) = (1000, 100, 20_000, 8)

    private static func sliceBody(_ object: Value, into errors: inout FieldErrors) {
        let type = object.text("addressType")
        errors.checkEnum(type, FieldPath("addressType"), ["FQDN", "IPv4", "IPv6"])
        sliceEndpoints(object.list("endpoints"), type, into: &errors)
        slicePorts(object.list("ports"), into: &errors)
    }

    private static func sliceEndpoints(_ endpoints: [Value], _ type: String, into errors: inout FieldErrors) {
        if endpoints.count > endpointsMax { return errors.tooMany(FieldPath("endpoints"), actual: endpoints.count, max: endpointsMax) }
        for (index, endpoint) in endpoints.enumerated() {
            let at = FieldPath("endpoints")[index]
            let addresses = endpoint.texts("addresses")
            if addresses.isEmpty { errors.required(at / "addresses", "must contain at least 1 address") }
            if addresses.count > addressesMax { errors.tooMany(at / "addresses", actual: addresses.count, max: addressesMax) }
            for (number, address) in addresses.enumerated() { self.address(address, type, at: (at / "addresses")[number], into: &errors) }
            if let node = endpoint.present("nodeName")?.stringValue {
                errors.invalid(at / "nodeName", node, each: NameFormats.dns1123Subdomain(node))
            }
            let topology = endpoint.map("deprecatedTopology")
            if topology.count > 16 { errors.tooMany(at / "deprecatedTopology", actual: topology.count, max: 16) }
            ObjectMetaValidation.labels(topology, at: at / "deprecatedTopology", into: &errors)
            if let host = endpoint.present("hostname")?.stringValue {
                errors.invalid(at / "hostname", host, each: NameFormats.dns1123Label(host))
            }
            for field in ["forZones", "forNodes"] { hints(endpoint["hints"]?.list(field) ?? [], at: at / "hints" / field, into: &errors) }
        }
    }

    private static func address(_ address: String, _ type: String, at path: FieldPath, into errors: inout FieldErrors) {
        switch type {
        case "IPv4": if IPAddress(address)?.isIPv4 != true { errors.invalid(path, address, "must be an IPv4 address") }
        case "IPv6": if IPAddress(address)?.isIPv4 != false { errors.invalid(path, address, "must be an IPv6 address") }
        case "FQDN": return domain(address, at: path, into: &errors)
        default: return
        }
        if let problem = ServiceAddressValidation.special(address) { errors.invalid(path, address, problem) }
    }

    /// A fully qualified name, with or without the dot at its end.
    private static func domain(_ address: String, at path: FieldPath, into errors: inout FieldErrors) {
        if address.isEmpty { return errors.required(path) }
        let name = address.hasSuffix(".") ? String(address.dropLast()) : address
        let messages = NameFormats.dns1123Subdomain(name)
        if !messages.isEmpty { return errors.invalid(path, name, messages.joined(separator: ",")) }
        let labels = name.split(separator: ".").map(String.init)
        if labels.count < 2 { return errors.invalid(path, name, "should be a domain with at least two segments separated by dots") }
        for label in labels {
            let messages = NameFormats.dns1123Label(label)
            if !messages.isEmpty { return errors.invalid(path, label, messages.joined(separator: ",")) }
        }
    }

    private static func slicePorts(_ ports: [Value], into errors: inout FieldErrors) {
        if ports.count > portsMax { return errors.tooMany(FieldPath("ports"), actual: ports.count, max: portsMax) }
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            let at = FieldPath("ports")[index]
            let name = port.text("name")
            if !name.isEmpty { errors.invalid(at / "name", name, each: NameFormats.dns1123Label(name)) }
            if !names.insert(name).inserted { errors.duplicate(at / "name", name) }
            errors.checkEnum(port.text("protocol"), at / "protocol", ContainerPortValidation.protocols)
            if let application = port.present("appProtocol")?.stringValue {
                errors.invalid(at / "appProtocol", application, each: NameFormats.qualifiedName(application))
            }
        }
    }

    /// The zones or nodes whose clients an endpoint is for.
    private static func hints(_ hints: [Value], at path: FieldPath, into errors: inout FieldErrors) {
        if hints.count > hintsMax { return errors.tooMany(path, actual: hints.count, max: hintsMax) }
        var names: Set<String> = []
        for (index, hint) in hints.enumerated() {
            let name = hint.text("name")
            if !names.insert(name).inserted { errors.duplicate(path[index] / "name", name) }
            errors.invalid(path[index] / "name", name, each: NameFormats.labelValue(name))
        }
    }
}
