import CloudModel
import Kubelet
import KubernetesObjects

extension ClusterProfile {
    /// The cluster that `eksctl create cluster -f` would leave: its node groups' machines, up and spread over their zones.
    package static func eks(_ config: ClusterConfig, seed: UInt64 = 0) -> ClusterProfile {
        var launcher = InstanceLauncher(seed: seed)
        var nodes: [NodeDescription] = []
        for group in config.nodeGroups {
            var zones: [String] = []
            for _ in 0..<max(group.desired, 0) {
                let zone = InstanceLauncher.nextZone(group.zones, occupied: zones)
                zones.append(zone)
                var node = NodeDescription(launcher.launch(group, of: config, zone: zone))
                node.bootTime = .zero
                nodes.append(node)
            }
        }
        var profile = ClusterProfile(name: config.name, nodes: nodes)
        profile.region = config.region
        profile.hasCloud = true
        profile.podBlock = nil
        profile.setup = [gp2]
        return profile
    }
}
