import KubernetesObjects
import SimulationKernel

/// An EKS cluster as AWS keeps it.
package struct EKSCluster: Sendable {
    package var config: ClusterConfig
    package var createdAt: Instant
    package var instances: [EC2Instance]
    /// Present sizes by node group.
    package var groups: [NodeGroupState]
    package var hasOIDCProvider: Bool
    package var addons: [String]

    package init(config: ClusterConfig, createdAt: Instant) {
        self.config = config
        self.createdAt = createdAt
        instances = []
        groups = config.nodeGroups.map { NodeGroupState(name: $0.name, minimum: $0.minimum, maximum: $0.maximum, desired: $0.desired, isManaged: $0.isManaged) }
        hasOIDCProvider = config.value["iam"]?["withOIDC"]?.boolValue ?? false
        addons = config.addons.compactMap { $0["name"]?.stringValue }
    }
}

/// The sizes of a node group.
package struct NodeGroupState: Hashable, Sendable {
    package var name: String
    package var minimum: Int
    package var maximum: Int
    package var desired: Int
    package var isManaged: Bool

    package init(name: String, minimum: Int, maximum: Int, desired: Int, isManaged: Bool) {
        self.name = name
        self.minimum = minimum
        self.maximum = maximum
        self.desired = desired
        self.isManaged = isManaged
    }
}

/// The AWS account that eksctl works on: where clusters are made and machines started.
package protocol CloudAccount: AnyObject {
    /// The EKS clusters by name.
    var eksClusters: [String: EKSCluster] { get set }
    var launcher: InstanceLauncher { get set }
    var now: Instant { get }
    func advance(by duration: Duration)
    /// Starts machines; they join as nodes when they have booted.
    func boot(_ instances: [EC2Instance])
    /// Ends machines; their nodes go.
    func terminate(_ instances: [EC2Instance])
    /// Whether a node of a name is ready.
    func isNodeReady(_ name: String) -> Bool
    /// Whether the person who runs eksctl has a file, such as an SSH public key.
    func hasFile(_ path: String) -> Bool
}
