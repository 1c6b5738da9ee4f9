import CEL
import KubernetesObjects

/// What the server warns of in addresses and ranges that it takes although they are written oddly.
///
/// - Source: k8s.io/apimachinery `util/validation/ip.go`, v1.36.
enum AddressWarnings {
    static func address(_ text: String, at path: FieldPath) -> [String] {
        guard let address = IPAddress(text), !address.isIPv4 else { return [] }
        if let inner = embedded(address.bytes) {
            return ["\(path): non-standard IP address \(goQuoted(text)) will be considered invalid in a future Kubernetes release: use \(goQuoted(inner))"]
        }
        let canonical = address.description
        return canonical == text ? [] : ["\(path): IPv6 address \(goQuoted(text)) should be in RFC 5952 canonical format (\(goQuoted(canonical)))"]
    }

    static func range(_ text: String, at path: FieldPath) -> [String] {
        guard let (bytes, bits) = IPText.prefix(text), embedded(bytes) == nil, let own = written(bytes) else { return [] }
        let network = masked(bytes, bits)
        if network != bytes, let start = written(network) {
            let (range, single) = ("\(start)/\(bits)", "\(own)/\(bytes.count * 8)")
            return ["\(path): CIDR value \(goQuoted(text)) is ambiguous in this context (should be \(goQuoted(range)) or \(goQuoted(single))?)"]
        }
        let canonical = "\(own)/\(bits)"
        return bytes.count == 4 || canonical == text
            ? [] : ["\(path): IPv6 CIDR value \(goQuoted(text)) should be in RFC 5952 canonical format (\(goQuoted(canonical)))"]
    }

    /// Why a range is not in the one form that new fields take; nil when it is.
    static func rangeProblem(_ text: String) -> String? {
        guard let (bytes, bits) = IPText.prefix(text), let own = written(bytes) else { return nil }
        if masked(bytes, bits) != bytes { return "must not have bits set beyond the prefix length" }
        return "\(own)/\(bits)" == text ? nil : "must be in canonical form (\(goQuoted("\(own)/\(bits)")))"
    }

    private static func masked(_ bytes: [UInt8], _ bits: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let kept = min(8, max(0, bits - index * 8))
            return byte & (kept == 0 ? 0 : ~UInt8(0) << UInt8(8 - kept))
        }
    }

    /// The IPv4 address that an IPv6 one only wraps.
    private static func embedded(_ bytes: [UInt8]) -> String? {
        guard bytes.count == 16, bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 255, bytes[11] == 255 else { return nil }
        return bytes[12...].map(String.init).joined(separator: ".")
    }

    /// The canonical text of an address.
    private static func written(_ bytes: [UInt8]) -> String? {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: bytes.count, by: 2).map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }
        return IPAddress(groups.joined(separator: ":"))?.description
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
