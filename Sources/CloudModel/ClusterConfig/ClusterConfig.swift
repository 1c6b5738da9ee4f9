import KubernetesObjects

/// An eksctl ClusterConfig: what the file says, and what eksctl makes of it.
///
/// - Invariants: a value of this type was read and validated; defaults are filled in.
package struct ClusterConfig: Sendable {
    /// The file's content with eksctl's defaults.
    package private(set) var value: Value
    /// The version that the cluster gets: `1.34`.
    package let version: String
    /// The zones of the cluster, as given or as chosen.
    package let zones: [String]
    package let areZonesChosen: Bool

    package var name: String { value["metadata"]?["name"]?.stringValue ?? "" }
    package var region: String { value["metadata"]?["region"]?.stringValue ?? "" }
    package var addons: [Value] { value["addons"]?.elements ?? [] }
    package var managedNodeGroups: [NodeGroupConfig] { groups("managedNodeGroups", isManaged: true) }
    package var selfManagedNodeGroups: [NodeGroupConfig] { groups("nodeGroups", isManaged: false) }
    package var nodeGroups: [NodeGroupConfig] { selfManagedNodeGroups + managedNodeGroups }
    package var fargateProfiles: [Value] { value["fargateProfiles"]?.elements ?? [] }
    package var isAutoMode: Bool { value["autoModeConfig"]?["enabled"]?.boolValue ?? false }

    /// The log types that are sent to CloudWatch; `all` and `*` are spelled out.
    package var loggingTypes: [String] {
        let types = (value["cloudWatch"]?["clusterLogging"]?["enableTypes"]?.elements ?? []).compactMap(\.stringValue)
        return types.contains { $0 == "all" || $0 == "*" } ? Self.logTypes : types
    }
    package static let logTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"]

    /// Reads, checks and completes a file's document.
    ///
    /// - Parameters:
    ///   - document: the file's content as YAML reads it.
    ///   - fileName: how messages name the file.
    ///   - hasKeyFile: whether an SSH public key of a path exists for the person who runs eksctl.
    /// - Throws: the first error that `eksctl create cluster -f` would stop with.
    package init(document: Value, fileName: String, hasKeyFile: (String) -> Bool = { _ in true }) throws(ConfigError) {
        try ConfigLoading.check(document, fileName: fileName)
        try ConfigValidation.checkFileRules(document)
        version = try ConfigValidation.resolveVersion(document)
        try ConfigValidation.checkCluster(document)
        var completed = document
        ConfigDefaults.complete(&completed)
        try ConfigValidation.checkNodeGroups(document, completed: completed, version: version)
        try ConfigValidation.checkRegion(completed)
        (zones, areZonesChosen) = try ConfigValidation.zones(of: completed)
        try ConfigValidation.checkAfterDefaults(completed, zones: zones, hasKeyFile: hasKeyFile)
        value = completed
    }

    /// A config that was read and completed before, as `saved` gave it; nil for anything else.
    init?(saved: Value) {
        guard let value = saved["value"], let version = saved["version"]?.stringValue, let zones = saved["zones"]?.elements else { return nil }
        self.value = value
        self.version = version
        self.zones = zones.compactMap(\.stringValue)
        areZonesChosen = saved["areZonesChosen"]?.boolValue ?? false
    }

    var saved: Value {
        ["value": value, "version": .string(version), "zones": Value(zones), "areZonesChosen": .bool(areZonesChosen)]
    }

    private func groups(_ list: String, isManaged: Bool) -> [NodeGroupConfig] {
        (value[list]?.elements ?? []).map { NodeGroupConfig(value: $0, isManaged: isManaged, clusterZones: zones) }
    }
}

/// One node group of a ClusterConfig, with defaults.
package struct NodeGroupConfig: Sendable {
    package let value: Value
    package let isManaged: Bool
    let clusterZones: [String]

    package var name: String { value["name"]?.stringValue ?? "" }
    package var desired: Int { value["desiredCapacity"]?.intValue ?? value["minSize"]?.intValue ?? 2 }
    package var minimum: Int { value["minSize"]?.intValue ?? desired }
    package var maximum: Int { value["maxSize"]?.intValue ?? desired }
    package var amiFamily: String { value["amiFamily"]?.stringValue ?? "AmazonLinux2023" }
    package var isSpot: Bool { value["spot"]?.boolValue ?? false }
    package var zones: [String] {
        let own = (value["availabilityZones"]?.elements ?? []).compactMap(\.stringValue)
        return own.isEmpty ? clusterZones : own
    }
    package var labels: Fields { value["labels"]?.fields ?? Fields() }
    /// Taints as a node carries them.
    package var taints: [Value] {
        if let map = value["taints"]?.fields {
            return map.map { key, text in
                let parts = (text.stringValue ?? "").split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                var taint: Value = ["key": .string(key), "effect": .string(parts.last ?? "")]
                if parts.count == 2, !parts[0].isEmpty { taint["value"] = .string(parts[0]) }
                return taint
            }
        }
        return value["taints"]?.elements ?? []
    }

    /// The instance type that the first node gets.
    package var instanceType: String {
        if let type = value["instanceType"]?.stringValue, type != "mixed" { return type }
        if let type = value["instanceTypes"]?[0]?.stringValue { return type }
        if let type = value["instancesDistribution"]?["instanceTypes"]?[0]?.stringValue { return type }
        return "m5.large"
    }
}

/// eksctl's defaults for a ClusterConfig.
///
/// - Source: eksctl `v1alpha5/defaults.go`.
enum ConfigDefaults {
    static func complete(_ config: inout Value) {
        let cluster = config["metadata"]?["name"]?.stringValue ?? ""
        if config["kubernetesNetworkConfig"]?["ipFamily"] == nil { config["kubernetesNetworkConfig", "ipFamily"] = "IPv4" }
        if config["accessConfig"]?["authenticationMode"] == nil { config["accessConfig", "authenticationMode"] = "API_AND_CONFIG_MAP" }
        if config["iam"]?["withOIDC"] == nil { config["iam", "withOIDC"] = false }
        if config["iam"]?["vpcResourceControllerPolicy"] == nil { config["iam", "vpcResourceControllerPolicy"] = true }
        if config["vpc"]?["cidr"] == nil, config["vpc"]?["id"] == nil { config["vpc", "cidr"] = "192.168.0.0/16" }
        if config["vpc"]?["nat"]?["gateway"] == nil { config["vpc", "nat", "gateway"] = "Single" }
        if config["vpc"]?["clusterEndpoints"]?["publicAccess"] == nil { config["vpc", "clusterEndpoints", "publicAccess"] = true }
        if config["vpc"]?["clusterEndpoints"]?["privateAccess"] == nil { config["vpc", "clusterEndpoints", "privateAccess"] = false }
        if config["privateCluster"]?["enabled"] == nil { config["privateCluster", "enabled"] = false }
        for list in ["nodeGroups", "managedNodeGroups"] where config[list] != nil {
            config[list, default: []].modifyElements { groups in
                for index in groups.indices { complete(group: &groups[index], cluster: cluster, isManaged: list == "managedNodeGroups") }
            }
        }
    }

    private static func complete(group: inout Value, cluster: String, isManaged: Bool) {
        let name = group["name"]?.stringValue ?? ""
        if group["amiFamily"] == nil { group["amiFamily"] = "AmazonLinux2023" }
        let families = ["AmazonLinux2023", "AmazonLinux2", "Bottlerocket"]
        if let given = group["amiFamily"]?.stringValue, let canonical = families.first(where: { $0.lowercased() == given.lowercased() }) {
            group["amiFamily"] = .string(canonical)
        }
        let hasOtherChoice = group["instanceTypes"] != nil || group["instancesDistribution"] != nil || group["instanceSelector"] != nil || group["launchTemplate"] != nil
        if group["instanceType"] == nil, !hasOtherChoice { group["instanceType"] = "m5.large" }
        if isManaged {
            let minimum = group["minSize"]?.intValue ?? group["desiredCapacity"]?.intValue ?? 2
            let desired = group["desiredCapacity"]?.intValue ?? minimum
            let maximum = group["maxSize"]?.intValue ?? max(group["desiredCapacity"]?.intValue ?? minimum, 1)
            group["minSize"] = Value(minimum)
            group["maxSize"] = Value(maximum)
            group["desiredCapacity"] = Value(desired)
        } else {
            let desired = group["desiredCapacity"]?.intValue ?? group["minSize"]?.intValue ?? 2
            group["desiredCapacity"] = Value(desired)
            if group["minSize"] == nil { group["minSize"] = Value(desired) }
            if group["maxSize"] == nil { group["maxSize"] = Value(desired) }
        }
        if group["volumeSize"] == nil { group["volumeSize"] = 80 }
        if group["volumeType"] == nil { group["volumeType"] = "gp3" }
        if group["volumeType"]?.stringValue == "gp3" {
            if group["volumeIOPS"] == nil { group["volumeIOPS"] = 3000 }
            if group["volumeThroughput"] == nil { group["volumeThroughput"] = 125 }
        }
        if group["privateNetworking"] == nil { group["privateNetworking"] = false }
        if group["disableIMDSv1"] == nil { group["disableIMDSv1"] = true }
        if group["disablePodIMDS"] == nil { group["disablePodIMDS"] = false }
        if group["ssh"]?["allow"] == nil { group["ssh", "allow"] = false }
        if group["ssh"]?["allow"]?.boolValue == true, group["ssh"]?["publicKeyPath"] == nil, group["ssh"]?["publicKey"] == nil,
            group["ssh"]?["publicKeyName"] == nil
        {
            group["ssh", "publicKeyPath"] = "~/.ssh/id_rsa.pub"
        }
        group["labels", "alpha.eksctl.io/cluster-name"] = .string(cluster)
        group["labels", "alpha.eksctl.io/nodegroup-name"] = .string(name)
        if isManaged {
            group["tags", "alpha.eksctl.io/nodegroup-name"] = .string(name)
            group["tags", "alpha.eksctl.io/nodegroup-type"] = "managed"
        }
    }
}
