import KubernetesObjects
import SimulationKernel

/// The account's side of a cluster as it is kept.
extension EKSCluster {
    package var value: Value {
        [
            "config": config.saved, "createdAt": .int(createdAt.nanoseconds), "instances": .array(instances.map(\.value)),
            "groups": .array(
                groups.map {
                    [
                        "name": .string($0.name), "minimum": Value($0.minimum), "maximum": Value($0.maximum), "desired": Value($0.desired),
                        "isManaged": .bool($0.isManaged),
                    ]
                }),
            "hasOIDCProvider": .bool(hasOIDCProvider), "addons": Value(addons),
        ]
    }

    /// Reads a cluster that was kept; nil when it is none.
    package init?(_ value: Value) {
        guard let config = value["config"].flatMap({ ClusterConfig(saved: $0) }), let created = value["createdAt"]?.intValue else { return nil }
        self.init(config: config, createdAt: Instant(nanoseconds: Int64(created)))
        instances = (value["instances"]?.elements ?? []).compactMap { EC2Instance($0) }
        groups = (value["groups"]?.elements ?? []).map {
            NodeGroupState(
                name: $0["name"]?.stringValue ?? "", minimum: $0["minimum"]?.intValue ?? 0, maximum: $0["maximum"]?.intValue ?? 0,
                desired: $0["desired"]?.intValue ?? 0, isManaged: $0["isManaged"]?.boolValue ?? false)
        }
        hasOIDCProvider = value["hasOIDCProvider"]?.boolValue ?? false
        addons = (value["addons"]?.elements ?? []).compactMap(\.stringValue)
    }
}

extension EC2Instance {
    package var value: Value {
        var value: Value = [
            "type": .string(type.name), "isManaged": .bool(isManaged), "isSpot": .bool(isSpot), "labels": .object(labels), "taints": .array(taints),
            "volumeGiB": Value(volumeGiB),
        ]
        for (key, path) in Self.texts { value[key] = .string(self[keyPath: path]) }
        return value
    }

    package init?(_ value: Value) {
        guard let type = value["type"]?.stringValue.flatMap({ InstanceType.named($0) }) else { return nil }
        self.init(
            id: "", type: type, region: "", zone: "", privateIP: "", publicIP: "", cluster: "", nodeGroup: "",
            isManaged: value["isManaged"]?.boolValue ?? true, isSpot: value["isSpot"]?.boolValue ?? false, labels: value["labels"]?.fields ?? Fields(),
            taints: value["taints"]?.elements ?? [], version: "", amiFamily: "", volumeGiB: value["volumeGiB"]?.intValue ?? 80)
        for (key, path) in Self.texts { self[keyPath: path] = value[key]?.stringValue ?? "" }
    }

    private static var texts: [(String, WritableKeyPath<EC2Instance, String>)] {
        [
            ("id", \.id), ("region", \.region), ("zone", \.zone), ("privateIP", \.privateIP), ("publicIP", \.publicIP), ("cluster", \.cluster),
            ("nodeGroup", \.nodeGroup), ("version", \.version), ("amiFamily", \.amiFamily),
        ]
    }
}

extension InstanceLauncher {
    package var value: Value { ["stream": .string(String(stream.saved)), "addresses": Value(usedAddresses.sorted())] }

    package mutating func recall(_ value: Value) {
        if let saved = value["stream"]?.stringValue.flatMap({ UInt64($0) }) { stream.restore(saved) }
        usedAddresses = Set((value["addresses"]?.elements ?? []).compactMap(\.stringValue))
    }
}
