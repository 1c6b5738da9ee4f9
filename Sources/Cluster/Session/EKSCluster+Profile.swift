import CloudModel
import KubernetesObjects

extension EKSCluster {
    /// What EKS has of a cluster that began with nodes on EC2, as if eksctl had made it; nil for any other.
    ///
    /// - Shape: one node group for each of the profile's groups of machines, under the names that the machines carry.
    init?(beginningOf cluster: Cluster) {
        let profile = cluster.profile
        var groups: (managed: [Value], own: [Value]) = ([], [])
        var (name, zones) = ("", [String]())
        for group in profile.nodeGroups {
            guard case .ec2(let model) = group.model, name.isEmpty || name == model.cluster else { return nil }
            name = model.cluster
            for place in group.places where !zones.contains(place.zone) { zones.append(place.zone) }
            let entry: Value = [
                "name": .string(model.nodeGroup), "instanceType": .string(model.type.name), "desiredCapacity": Value(group.members.count),
                "minSize": Value(group.minimum), "maxSize": Value(max(group.maximum, group.members.count)), "amiFamily": .string(model.amiFamily),
                "volumeSize": Value(model.volumeGiB),
            ]
            if model.isManaged { groups.managed.append(entry) } else { groups.own.append(entry) }
        }
        guard !name.isEmpty, !profile.region.isEmpty else { return nil }
        var document: Value = [
            "apiVersion": "eksctl.io/v1alpha5", "kind": "ClusterConfig", "metadata": ["name": .string(name), "region": .string(profile.region)],
            "availabilityZones": Value(zones),
        ]
        if !groups.managed.isEmpty { document["managedNodeGroups"] = .array(groups.managed) }
        if !groups.own.isEmpty { document["nodeGroups"] = .array(groups.own) }
        guard let config = try? ClusterConfig(document: document, fileName: "") else { return nil }
        self.init(config: config, createdAt: cluster.startedAt)
        addons = ["vpc-cni", "kube-proxy", "coredns", "metrics-server"]
        instances = profile.nodeGroups.flatMap { $0.members.compactMap(\.instance) }
    }
}
