import KubernetesObjects

/// What the server warns of in addresses and ranges that it takes although they are written oddly.
///
/// - Source: k8s.io/apimachinery `util/validation/ip.go`, v1.36.
enum AddressWarnings {
    static func address(_ text: String, at path: FieldPath) -> [String] {
        guard let address = IPAddress(loose: text) else { return [] }
        if IPText.problem(address: text) != nil {
            return ["\(path): non-standard IP address \(goQuoted(text)) will be considered invalid in a future Kubernetes release: use \(goQuoted(address.unwrapped.description))"]
        }
        let canonical = address.description
        return canonical == text ? [] : ["\(path): IPv6 address \(goQuoted(text)) should be in RFC 5952 canonical format (\(goQuoted(canonical)))"]
    }

    /// Ranges are written strictly wherever they are taken.
    static func range(_ text: String, at path: FieldPath) -> [String] {
        guard let canonical = IPBlock(text)?.description, canonical != text else { return [] }
        return ["\(path): IPv6 CIDR value \(goQuoted(text)) should be in RFC 5952 canonical format (\(goQuoted(canonical)))"]
    }
}

/// What the server warns of in Endpoints and EndpointSlices.
///
/// - Source: kubernetes `pkg/registry/core/endpoint` and `pkg/registry/discovery/endpointslice`, v1.36.
enum EndpointsWarnings {
    static func endpoints(_ new: Value, _ old: Value?) -> [String] {
        new.list("subsets").enumerated().flatMap { index, subset in
            ["addresses", "notReadyAddresses"].flatMap { field in
                subset.list(field).enumerated().flatMap { AddressWarnings.address($1.text("ip"), at: (FieldPath("subsets")[index] / field)[$0] / "ip") }
            }
        }
    }

    static func slice(_ new: Value, _ old: Value?) -> [String] {
        if new.text("addressType") == "FQDN" { return ["addressType: FQDN endpoints are deprecated"] }
        return new.list("endpoints").enumerated().flatMap { index, endpoint in
            endpoint.texts("addresses").enumerated().flatMap { AddressWarnings.address($1, at: (FieldPath("endpoints")[index] / "addresses")[$0]) }
        }
    }
}

/// What the server warns of in Ingresses.
///
/// - Source: kubernetes `pkg/registry/networking/ingress`, v1.36.
enum IngressWarnings {
    static func ingress(_ new: Value, _ old: Value?) -> [String] {
        let key = IngressValidation.classAnnotation
        guard old == nil, new.annotation(key) != nil, new["spec"]?.has("ingressClassName") != true else { return [] }
        return ["annotation \(goQuoted(key)) is deprecated, please use 'spec.ingressClassName' instead"]
    }
}

/// What the server warns of in NetworkPolicies.
///
/// - Source: kubernetes `pkg/registry/networking/networkpolicy`, v1.36.
enum NetworkPolicyWarnings {
    static func policy(_ new: Value, _ old: Value?) -> [String] {
        [("ingress", "from"), ("egress", "to")].flatMap { direction, peers in
            (new["spec"]?.list(direction) ?? []).enumerated().flatMap { index, rule in
                rule.list(peers).enumerated().flatMap { number, peer in
                    block(peer["ipBlock"] ?? [:], at: ((FieldPath.spec / direction)[index] / peers)[number] / "ipBlock")
                }
            }
        }
    }

    private static func block(_ block: Value, at path: FieldPath) -> [String] {
        AddressWarnings.range(block.text("cidr"), at: path / "cidr")
            + block.texts("except").enumerated().flatMap { AddressWarnings.range($1, at: (path / "except")[$0]) }
    }
}
