import APIMachinery
import Autoscaling
import CloudModel
import Controllers
import Kubelet
import KubernetesObjects
import ServiceNetwork

/// What a cluster is made of before anybody uses it. Nothing but configuration.
package struct ClusterProfile: Sendable {
    package var name: String
    /// What `kubectl version` says of the server.
    package var serverVersion = "v1.36.2"
    package var nodes: [NodeDescription]
    /// The addresses of Services.
    package var serviceBlock = "10.100.0.0/16"
    /// The addresses of pods on an overlay network; nil for addresses of the nodes' own subnet, as the VPC CNI gives them.
    package var podBlock: String? = "10.244.0.0/16"
    /// How long a subnet's prefix is where pods have addresses of the nodes' subnets.
    package var subnetPrefix = 19
    /// The block that load balancers get their addresses from where no cloud names them; nil for no load balancers.
    package var loadBalancerBlock: String?
    package var controllers = ControllerSettings()
    package var autoscaler = HPASettings()
    package var runtime = RuntimeProfile()
    package var hasMetricsServer = true
    /// What a distribution projects into the token volume of every pod besides token, authority and namespace.
    package var extraTokenSources: [Value] = []
    /// Images that behave as their own documents say, before those of the catalogue.
    package var images: [Value] = []
    /// Objects that exist from the start, such as a StorageClass.
    package var setup: [Value] = []
    /// What is installed besides what every cluster has.
    package var addOns: [AddOn] = []
    /// Custom and external metrics that it serves.
    package var metrics: [DeclaredMetric] = []
    /// Groups of machines that can grow and shrink.
    package var nodeGroups: [MachineGroup] = []
    /// The region of a cluster on AWS; empty elsewhere.
    package var region = ""
    /// Whether Services of type LoadBalancer and the like get what a cloud gives.
    package var hasCloud = false
    /// What ServiceAccount tokens are signed with; nil for a secret of the seed.
    package var tokenSigner: TokenSigner?
    /// Where clients find the keys that verify tokens; empty for the server's default.
    package var keysAddress = ""

    package init(name: String, nodes: [NodeDescription]) {
        self.name = name
        self.nodes = nodes
    }

    /// The profiles that a lab or a command can name.
    package static let names = ["eks-3x-m5.large", "empty", "recording"]

    /// The profile of a name: one of `names`, or `eks-COUNTx-TYPE` for any known instance type; add-ons follow after `+`.
    package static func named(_ name: String) -> ClusterProfile? {
        var parts = name.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
        let base = parts.removeFirst()
        let addOns = parts.compactMap(AddOn.init(rawValue:))
        guard addOns.count == parts.count, var profile = plain(base) else { return nil }
        if !addOns.isEmpty {
            profile.name = name
            profile.addOns = addOns
        }
        return profile
    }

    private static func plain(_ name: String) -> ClusterProfile? {
        switch name {
        case "empty": return .empty
        case "recording": return .recording
        default: break
        }
        guard name.hasPrefix("eks-"), let cross = name.firstIndex(of: "x"), let count = Int(name[name.index(name.startIndex, offsetBy: 4)..<cross]),
            (0...5000).contains(count), let type = InstanceType.named(String(name[name.index(after: cross)...].drop { $0 == "-" }))
        else { return nil }
        return eks(name: name, count: count, type: type)
    }

    /// A control plane without nodes.
    package static let empty = ClusterProfile(name: "empty", nodes: [])

    /// An EKS cluster with one managed node group spread over three zones of ap-southeast-1.
    package static func eks(name: String, count: Int, type: InstanceType, region: String = "ap-southeast-1", version: String = "1.36") -> ClusterProfile {
        let zones = Regions.zones(of: region).prefix(3)
        func instance(_ index: Int) -> EC2Instance {
            let zone = zones[zones.startIndex + index % zones.count]
            return EC2Instance(
                id: "i-0" + String(repeating: "0", count: 15 - String(index + 1).count) + String(index + 1) + "a", type: type, region: region, zone: zone,
                privateIP: "192.168.\((index % zones.count) * 32 + index / zones.count / 200).\(10 + index / zones.count % 200)", publicIP: "",
                cluster: "labrunner", nodeGroup: "workers", isManaged: true, isSpot: false,
                labels: ["alpha.eksctl.io/cluster-name": "labrunner", "alpha.eksctl.io/nodegroup-name": "workers"], taints: [], version: version,
                amiFamily: "AmazonLinux2023", volumeGiB: 80)
        }
        let instances = (0..<count).map(instance)
        let nodes = instances.map { instance -> NodeDescription in
            var node = NodeDescription(instance)
            node.bootTime = .zero
            return node
        }
        var profile = ClusterProfile(name: name, nodes: nodes)
        let places = zones.enumerated().map { MachineGroup.Place(zone: $1, base: 0xC0A8_0000 + UInt32($0) << 13, prefixLength: 19) }
        profile.nodeGroups = [
            MachineGroup(
                name: MachineGroup.name(ofNodeGroup: "workers"), minimum: min(count, 1), maximum: max(2 * count, 10), model: .ec2(instance(0)), places: places,
                members: instances.map { MachineGroup.Member($0) })
        ]
        profile.region = region
        profile.hasCloud = true
        profile.podBlock = nil
        profile.setup = [Self.gp2]
        return profile
    }

    /// The StorageClass that every EKS cluster has; without the EBS driver nobody serves it.
    static let gp2: Value = [
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": ["name": "gp2"], "provisioner": "kubernetes.io/aws-ebs",
        "parameters": ["fsType": "ext4", "type": "gp2"], "reclaimPolicy": "Delete", "volumeBindingMode": "WaitForFirstConsumer",
    ]

    /// The cluster that recordings of a real control plane expect: three small nodes, fast autoscaling, containers that
    /// start at once and run for ever.
    package static let recording: ClusterProfile = {
        let zones = ["zone-a", "zone-b", "zone-c"]
        let nodes = (1...3).map { index -> NodeDescription in
            var node = NodeDescription(
                name: "node-\(index)", internalIP: "192.168.10.\(10 + index)", milliCPU: 1000, memoryKiB: 3840 << 10, ephemeralKiB: 20 << 20,
                labels: [
                    "beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
                    "kubernetes.io/hostname": .string("node-\(index)"), "kubernetes.io/os": "linux",
                    "topology.kubernetes.io/zone": .string(zones[index - 1]),
                ], kubeletVersion: "v1.36.2")
            node.hasHugePages = false
            return node
        }
        var profile = ClusterProfile(name: "recording", nodes: nodes)
        profile.autoscaler.syncPeriod = .seconds(2)
        profile.autoscaler.downscaleStabilization = .seconds(11)
        profile.autoscaler.cpuInitializationPeriod = .seconds(20)
        profile.autoscaler.initialReadinessDelay = .seconds(3)
        profile.runtime = .recording
        profile.hasMetricsServer = false
        profile.extraTokenSources = [
            [
                "configMap": [
                    "name": "openshift-service-ca.crt", "items": [["key": "service-ca.crt", "path": "service-ca.crt"]],
                ]
            ]
        ]
        profile.controllers.publishedConfigMaps = [
            [
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "openshift-service-ca.crt"],
                "data": ["service-ca.crt": ""],
            ]
        ]
        return profile
    }()
}
