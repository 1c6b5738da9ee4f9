import KubernetesObjects
import SimulationKernel

/// A machine that joins a cluster as a node.
package struct EC2Instance: Hashable, Sendable {
    /// `i-0123456789abcdef0`.
    package var id: String
    package var type: InstanceType
    package var region: String
    package var zone: String
    /// `192.168.12.34`.
    package var privateIP: String
    /// Empty for a machine in a private subnet.
    package var publicIP: String
    package var cluster: String
    package var nodeGroup: String
    package var isManaged: Bool
    package var isSpot: Bool
    package var labels: Fields
    package var taints: [Value]
    /// The EKS version: `1.34`.
    package var version: String
    package var amiFamily: String
    package var volumeGiB: Int

    package init(
        id: String, type: InstanceType, region: String, zone: String, privateIP: String, publicIP: String, cluster: String, nodeGroup: String,
        isManaged: Bool, isSpot: Bool, labels: Fields, taints: [Value], version: String, amiFamily: String, volumeGiB: Int
    ) {
        self.id = id
        self.type = type
        self.region = region
        self.zone = zone
        self.privateIP = privateIP
        self.publicIP = publicIP
        self.cluster = cluster
        self.nodeGroup = nodeGroup
        self.isManaged = isManaged
        self.isSpot = isSpot
        self.labels = labels
        self.taints = taints
        self.version = version
        self.amiFamily = amiFamily
        self.volumeGiB = volumeGiB
    }

    /// The node's name: the private host name.
    package var nodeName: String { "ip-\(privateIP.split(separator: ".").joined(separator: "-")).\(Regions.hostDomain(region))" }
    package var providerID: String { "aws:///\(zone)/\(id)" }

    /// All labels that the node carries.
    ///
    /// - Source: labels seen on nodes of managed node groups that eksctl made.
    package var nodeLabels: Fields {
        var result: [(key: String, value: Value)] = labels.map { ($0.key, $0.value) }
        func add(_ key: String, _ value: String) { result.append((key, .string(value))) }
        add("beta.kubernetes.io/arch", type.architecture)
        add("beta.kubernetes.io/instance-type", type.name)
        add("beta.kubernetes.io/os", "linux")
        if isManaged {
            add("eks.amazonaws.com/capacityType", isSpot ? "SPOT" : "ON_DEMAND")
            add("eks.amazonaws.com/nodegroup", nodeGroup)
        }
        add("failure-domain.beta.kubernetes.io/region", region)
        add("failure-domain.beta.kubernetes.io/zone", zone)
        add("k8s.io/cloud-provider-aws", "f3d2b9d5a6ab8b5c2e1e5a3a6a0a6a01")
        add("kubernetes.io/arch", type.architecture)
        add("kubernetes.io/hostname", nodeName)
        add("kubernetes.io/os", "linux")
        add("node.kubernetes.io/instance-type", type.name)
        add("topology.k8s.aws/zone-id", Regions.zoneID(zone))
        add("topology.kubernetes.io/region", region)
        add("topology.kubernetes.io/zone", zone)
        return Fields(lastWins: result)
    }
}

/// Starts machines for node groups, balanced over zones.
///
/// - Source: an Auto Scaling group balances its zones; the first zone of the list gets the odd one.
/// - Order: names, ids and addresses come from a named stream of the seed.
package struct InstanceLauncher: Hashable, Sendable {
    var stream: RandomStream
    var usedAddresses: Set<String> = []

    package init(seed: UInt64) { stream = RandomStream(seed: seed, name: "ec2") }

    /// The zone for the next machine of a group that already has machines in `occupied`.
    package static func nextZone(_ zones: [String], occupied: [String]) -> String {
        let counts = zones.map { zone in occupied.filter { $0 == zone }.count }
        guard let least = counts.min(), let index = counts.firstIndex(of: least) else { return zones.first ?? "" }
        return zones[index]
    }

    /// Starts one machine of a group.
    package mutating func launch(_ group: NodeGroupConfig, of config: ClusterConfig, zone: String) -> EC2Instance {
        let subnet = VPCLayout(config: config).subnet(zone: zone, isPrivate: group.value["privateNetworking"]?.boolValue ?? false)
        var address = ""
        repeat {
            let offset = 4 + stream.below(max((1 << (32 - subnet.prefixLength)) - 6, 1))
            let value = subnet.base + UInt32(offset)
            address = "\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)"
        } while !usedAddresses.insert(address).inserted
        let id = "i-0" + hexadecimal(16)
        return EC2Instance(
            id: id, type: InstanceType.named(group.instanceType) ?? InstanceType.named("m5.large")!, region: config.region, zone: zone,
            privateIP: address, publicIP: subnet.isPrivate ? "" : "\(13 + stream.below(40)).\(stream.below(256)).\(stream.below(256)).\(1 + stream.below(254))",
            cluster: config.name, nodeGroup: group.name, isManaged: group.isManaged, isSpot: group.isSpot, labels: group.labels, taints: group.taints,
            version: config.version, amiFamily: group.amiFamily, volumeGiB: group.value["volumeSize"]?.intValue ?? 80)
    }

    private mutating func hexadecimal(_ count: Int) -> String {
        let digits = Array("0123456789abcdef")
        return String((0..<count).map { _ in digits[stream.below(16)] })
    }
}
