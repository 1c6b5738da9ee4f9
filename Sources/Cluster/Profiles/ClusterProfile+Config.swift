import CloudModel
import Kubelet
import KubernetesObjects

extension ClusterProfile {
    /// The cluster that `eksctl create cluster -f` would leave: its node groups' machines, up and spread over their zones.
    package static func eks(_ config: ClusterConfig, seed: UInt64 = 0) -> ClusterProfile {
        var launcher = InstanceLauncher(seed: seed)
        var nodes: [NodeDescription] = []
        var groups: [MachineGroup] = []
        for group in config.nodeGroups {
            var zones: [String] = []
            var members: [EC2Instance] = []
            for _ in 0..<max(group.desired, 0) {
                let zone = InstanceLauncher.nextZone(group.zones, occupied: zones)
                zones.append(zone)
                let instance = launcher.launch(group, of: config, zone: zone)
                members.append(instance)
                var node = NodeDescription(instance)
                node.bootTime = .zero
                nodes.append(node)
            }
            groups.append(MachineGroup(group, of: config, members: members))
        }
        var profile = ClusterProfile(name: config.name, nodes: nodes)
        profile.nodeGroups = groups
        profile.region = config.region
        profile.hasCloud = true
        profile.podBlock = nil
        profile.setup = [gp2]
        return profile
    }
}
