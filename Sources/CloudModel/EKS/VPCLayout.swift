import KubernetesObjects

/// The subnets of a cluster's VPC.
///
/// - Source: eksctl `pkg/vpc/vpc.go`: twice as many subnets as zones, public ones first.
package struct VPCLayout: Sendable {
    package struct Subnet: Hashable, Sendable {
        package var zone: String
        package var isPrivate: Bool
        /// The first address.
        package var base: UInt32
        package var prefixLength: Int
        package var description: String { "\(base >> 24).\(base >> 16 & 255).\(base >> 8 & 255).\(base & 255)/\(prefixLength)" }
    }

    package let subnets: [Subnet]

    package init(config: ClusterConfig) {
        let cidr = config.value["vpc"]?["cidr"]?.stringValue ?? "192.168.0.0/16"
        let (base, length) = Self.parse(cidr) ?? (0xC0A8_0000, 16)
        let zones = config.zones.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let bits = zones.count * 2 <= 8 ? 3 : 4
        var result: [Subnet] = []
        for (index, isPrivate) in [(0, false), (zones.count, true)] {
            for (offset, zone) in zones.enumerated() {
                let own = config.value["vpc"]?["subnets"]?[isPrivate ? "private" : "public"]?[zone]?["cidr"]?.stringValue.flatMap(Self.parse)
                let block = own?.0 ?? base &+ UInt32(truncatingIfNeeded: (index + offset) << (32 - length - bits))
                result.append(Subnet(zone: zone, isPrivate: isPrivate, base: block, prefixLength: own?.1 ?? length + bits))
            }
        }
        subnets = result
    }

    /// The subnet of a zone; the first of its kind when the zone has none.
    package func subnet(zone: String, isPrivate: Bool) -> Subnet {
        subnets.first { $0.zone == zone && $0.isPrivate == isPrivate } ?? subnets.first ?? Subnet(zone: zone, isPrivate: isPrivate, base: 0xC0A8_0000, prefixLength: 19)
    }

    private static func parse(_ text: String) -> (UInt32, Int)? {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let length = Int(parts[1]), (8...28).contains(length) else { return nil }
        let bytes = parts[0].split(separator: ".").compactMap { UInt8($0) }
        guard bytes.count == 4 else { return nil }
        return (bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }, length)
    }
}
