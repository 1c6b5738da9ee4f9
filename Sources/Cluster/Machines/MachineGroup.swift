import Autoscaling
import CloudModel
import Kubelet
import KubernetesObjects
import SimulationKernel

/// What the machines of a node group are made of.
package struct MachineGroup: Sendable {
    /// A zone in which machines start, with the addresses that they get there.
    package struct Place: Hashable, Sendable {
        package var zone: String
        /// The first address of the subnet.
        package var base: UInt32
        package var prefixLength: Int

        package init(zone: String, base: UInt32, prefixLength: Int) {
            self.zone = zone
            self.base = base
            self.prefixLength = prefixLength
        }
    }

    /// A machine that is there from the start.
    package struct Member: Hashable, Sendable {
        package var node: String
        package var zone: String
        package var providerID: String
        package var instance: EC2Instance?

        package init(_ instance: EC2Instance) {
            (node, zone, providerID) = (instance.nodeName, instance.zone, instance.providerID)
            self.instance = instance
        }

        package init(node: String, zone: String) {
            (self.node, self.zone, providerID) = (node, zone, node)
        }
    }

    package enum Model: Sendable {
        case ec2(EC2Instance)
        /// A machine of no cloud: a copy under another name.
        case plain(NodeDescription)
    }

    package var name: String
    package var minimum: Int
    package var maximum: Int
    package var model: Model
    package var places: [Place]
    package var members: [Member]
    package var pricePerHour: Double?
    /// How many machines the cloud has for it; nil for as many as are asked for.
    package var capacity: Int?
    /// From the order to a node that is ready.
    package var provisioningTime: Duration = .seconds(40)

    package init(name: String, minimum: Int, maximum: Int, model: Model, places: [Place], members: [Member] = []) {
        self.name = name
        self.minimum = minimum
        self.maximum = maximum
        self.model = model
        self.places = places
        self.members = members
    }

    /// The node that it would make next, without a name: what an autoscaler plans with.
    package var template: Value {
        let description = description(makeInstance(place: places.first, address: 0, id: "i-00000000000000000"), number: 0)
        var node = description.nodeObject
        node["metadata", "name"] = .string("template-node-for-\(name)")
        return node
    }

    /// A new machine in a place.
    func makeInstance(place: Place?, address: UInt32, id: String) -> EC2Instance? {
        guard case .ec2(var instance) = model else { return nil }
        instance.id = id
        if let place { instance.zone = place.zone }
        instance.privateIP = Self.text(address)
        if !instance.publicIP.isEmpty { instance.publicIP = Self.text(0x3400_0000 | (address & 0x00FF_FFFF)) }
        return instance
    }

    func description(_ instance: EC2Instance?, number: Int) -> NodeDescription {
        var description: NodeDescription
        switch model {
        case .ec2(let model): description = NodeDescription(instance ?? model)
        case .plain(let model):
            description = model
            description.name = "\(name)-\(number)"
            description.internalIP = Self.text(0xC0A8_C800 + UInt32(truncatingIfNeeded: number))
            description.labels["kubernetes.io/hostname"] = .string(description.name)
        }
        description.bootTime = provisioningTime
        return description
    }

    static func text(_ address: UInt32) -> String { "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)" }
}

extension MachineGroup {
    /// The group of a ClusterConfig, as EKS keeps it.
    package init(_ group: NodeGroupConfig, of config: ClusterConfig, members: [EC2Instance]) {
        let layout = VPCLayout(config: config)
        let isPrivate = group.value["privateNetworking"]?.boolValue ?? false
        let places = group.zones.map { zone -> Place in
            let subnet = layout.subnet(zone: zone, isPrivate: isPrivate)
            return Place(zone: zone, base: subnet.base, prefixLength: subnet.prefixLength)
        }
        var launcher = InstanceLauncher(seed: 0)
        let model = launcher.launch(group, of: config, zone: group.zones.first ?? "")
        self.init(
            name: Self.name(ofNodeGroup: group.name), minimum: group.minimum, maximum: group.maximum, model: .ec2(model), places: places,
            members: members.map { Member($0) })
    }

    /// How the cloud names the group of machines behind a node group.
    package static func name(ofNodeGroup name: String) -> String { "eks-\(name)" }
}
