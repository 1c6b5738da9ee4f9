import KubernetesObjects

/// The checks of `eksctl create cluster -f`, in the order in which it makes them. The first that fails ends it.
///
/// - Source: eksctl `pkg/ctl/cmdutils`, `pkg/eks`, `v1alpha5/validation.go`.
enum ConfigValidation {
    // MARK: The file as it is

    static func checkFileRules(_ config: Value) throws(ConfigError) {
        guard let metadata = config["metadata"], !metadata.isNull else { throw ConfigError("metadata must be set") }
        if (metadata["name"]?.stringValue ?? "").isEmpty { throw ConfigError("metadata.name must be set", at: ["metadata"]) }
        if (metadata["region"]?.stringValue ?? "").isEmpty { throw ConfigError("metadata.region must be set", at: ["metadata"]) }
        for list in ["nodeGroups", "managedNodeGroups"] {
            for (index, group) in (config[list]?.elements ?? []).enumerated() where group.isNull {
                throw ConfigError("invalid ClusterConfig: \(list)[\(index)] is not set", at: [list, String(index)])
            }
        }
        if config["privateCluster"]?["enabled"]?.boolValue == true, config["vpc"]?["clusterEndpoints"] != nil {
            throw ConfigError(
                "vpc.clusterEndpoints cannot be set for a fully-private cluster (privateCluster.enabled) as the endpoint access defaults to private-only",
                at: ["vpc", "clusterEndpoints"])
        }
        if let subnets = config["vpc"]?["subnets"], !subnets.isEmptyValue, !(config["availabilityZones"]?.elements ?? []).isEmpty {
            throw ConfigError("vpc.subnets and availabilityZones cannot be set at the same time", at: ["availabilityZones"])
        }
        try AddonValidation.check(config)
        try checkAutoMode(config)
        try AddonValidation.checkPodIdentityAgent(config)
    }

    private static func checkAutoMode(_ config: Value) throws(ConfigError) {
        guard config["autoModeConfig"]?["enabled"]?.boolValue == true else { return }
        for list in ["nodeGroups", "managedNodeGroups"] where !(config[list]?.elements ?? []).isEmpty {
            throw ConfigError(
                "creation of managed or self-managed nodegroups is not supported during cluster creation when Auto Mode is enabled; please create them post cluster creation using `eksctl create nodegroup` after creating core networking addons in the cluster",
                at: [list])
        }
        if (config["fargateProfiles"]?.elements ?? []).isEmpty,
            (config["addons"]?.elements ?? []).contains(where: { ["vpc-cni", "kube-proxy", "coredns"].contains($0["name"]?.stringValue ?? "") })
        {
            throw ConfigError(
                "core networking addons are not required on a cluster using Auto Mode; if you still wish to create them, use `eksctl create addon` post cluster creation",
                at: ["addons"])
        }
    }

    static func resolveVersion(_ config: Value) throws(ConfigError) -> String {
        let asked = config["metadata"]?["version"]?.stringValue ?? ""
        switch asked {
        case "", "auto": return EKSVersions.eksctlDefault
        case "latest": return EKSVersions.supported.last!
        default: break
        }
        if EKSVersions.supported.contains(asked) { return asked }
        let list = EKSVersions.supported.joined(separator: ", ")
        let parts = asked.split(separator: ".")
        if parts.count == 2, parts[0] == "1", let minor = Int(parts[1]), minor < EKSVersions.minor(EKSVersions.supported[0]) {
            throw ConfigError(
                "resolving cluster version: invalid version, \(asked) is no longer supported, supported values: \(list)\nsee also: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html",
                at: ["metadata", "version"])
        }
        throw ConfigError("resolving cluster version: invalid version, supported values: \(list)", at: ["metadata", "version"])
    }

    // MARK: The cluster

    static func checkCluster(_ config: Value) throws(ConfigError) {
        if let type = config["upgradePolicy"]?["supportType"]?.stringValue, type != "STANDARD", type != "EXTENDED" {
            throw ConfigError("upgradePolicy.supportType must be either \"STANDARD\" or \"EXTENDED\"", at: ["upgradePolicy", "supportType"])
        }
        try checkServiceAccounts(config)
        if let family = config["kubernetesNetworkConfig"]?["ipFamily"]?.stringValue, !["ipv4", "ipv6"].contains(family.lowercased()) {
            throw ConfigError(
                "invalid value \"\(family)\" for ipFamily; allowed are IPv4 and IPv6", at: ["kubernetesNetworkConfig", "ipFamily"])
        }
        try checkGroupNames(config)
        try checkLogging(config)
        let zones = (config["availabilityZones"]?.elements ?? []).compactMap(\.stringValue)
        if zones.count == 1 {
            throw ConfigError(
                "only 1 zone(s) specified [\(zones.joined(separator: " "))], 2 are required (can be non-unique)", at: ["availabilityZones"])
        }
        let endpoints = config["vpc"]?["clusterEndpoints"]
        if endpoints?["publicAccess"]?.boolValue == false, endpoints?["privateAccess"]?.boolValue != true {
            throw ConfigError("Kubernetes API access must have one of public or private clusterEndpoints enabled", at: ["vpc", "clusterEndpoints"])
        }
        for field in ["publicAccessCIDRs", "extraCIDRs"] {
            for (index, block) in (config["vpc"]?[field]?.elements ?? []).enumerated() {
                if let text = block.stringValue, !NetworkBlock.isValid(text) {
                    throw ConfigError("invalid CIDR address: \(text)", at: ["vpc", field, String(index)])
                }
            }
        }
        try checkEncryption(config)
        try checkIdentityMappings(config)
        try checkAutoModePools(config)
        try AccessEntryValidation.check(config)
        try checkKarpenter(config)
    }

    private static func checkServiceAccounts(_ config: Value) throws(ConfigError) {
        let accounts = config["iam"]?["serviceAccounts"]?.elements ?? []
        guard !accounts.isEmpty else { return }
        if config["iam"]?["withOIDC"]?.boolValue != true {
            throw ConfigError("iam.withOIDC must be enabled explicitly for iam.serviceAccounts to be created", at: ["iam"])
        }
        var seen: Set<String> = []
        for (index, account) in accounts.enumerated() {
            let path = "iam.serviceAccounts[\(index)]"
            let place = ["iam", "serviceAccounts", String(index)]
            let name = account["metadata"]?["name"]?.stringValue ?? ""
            if name.isEmpty { throw ConfigError("\(path).name must be set", at: place) }
            let full = "\(account["metadata"]?["namespace"]?.stringValue ?? "default")/\(name)"
            if !seen.insert(full).inserted { throw ConfigError("<namespace>/<name> of \(path) \"\(full)\" is not unique", at: place) }
            let isBacked = ["wellKnownPolicies", "attachPolicyARNs", "attachPolicy", "attachRoleARN"].contains { !(account[$0]?.isEmptyValue ?? true) }
            if !isBacked {
                throw ConfigError(
                    "\(path).wellKnownPolicies, \(path).attachPolicyARNs,\(path).attachRoleARN  or \(path).attachPolicy must be set", at: place)
            }
        }
    }

    private static func checkGroupNames(_ config: Value) throws(ConfigError) {
        var seen: Set<String> = []
        for list in ["nodeGroups", "managedNodeGroups"] {
            for (index, group) in (config[list]?.elements ?? []).enumerated() {
                let name = group["name"]?.stringValue ?? ""
                if name.isEmpty { throw ConfigError("\(list)[\(index)].name must be set", at: [list, String(index)]) }
                if !seen.insert(name).inserted {
                    throw ConfigError("\(list)[\(index)].name \"\(name)\" is not unique", at: [list, String(index), "name"])
                }
            }
        }
    }

    private static func checkLogging(_ config: Value) throws(ConfigError) {
        let logging = config["cloudWatch"]?["clusterLogging"]
        let types = (logging?["enableTypes"]?.elements ?? []).compactMap(\.stringValue)
        for (index, type) in types.enumerated() where !(ClusterConfig.logTypes + ["all", "*"]).contains(type) {
            throw ConfigError(
                "log type \"\(type)\" (cloudWatch.clusterLogging.enableTypes[\(index)]) is unknown",
                at: ["cloudWatch", "clusterLogging", "enableTypes", String(index)])
        }
        guard let days = logging?["logRetentionInDays"]?.intValue, days != 0 else { return }
        let place = ["cloudWatch", "clusterLogging", "logRetentionInDays"]
        if types.isEmpty { throw ConfigError("cannot set cloudWatch.clusterLogging.logRetentionInDays without enabling log types", at: place) }
        let allowed = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653]
        if !allowed.contains(days) {
            let list = allowed.map(String.init).joined(separator: " ")
            throw ConfigError("invalid value \(days) for logRetentionInDays; supported values are [\(list)]", at: place)
        }
    }

    private static func checkEncryption(_ config: Value) throws(ConfigError) {
        guard let encryption = config["secretsEncryption"], !encryption.isNull else { return }
        let key = encryption["keyARN"]?.stringValue ?? ""
        if key.isEmpty { throw ConfigError("field secretsEncryption.keyARN is required for enabling secrets encryption", at: ["secretsEncryption"]) }
        if let problem = AmazonResourceName.problem(key) {
            throw ConfigError("invalid ARN in secretsEncryption.keyARN: \"\(key)\": \(problem)", at: ["secretsEncryption", "keyARN"])
        }
    }

    private static func checkIdentityMappings(_ config: Value) throws(ConfigError) {
        for (index, mapping) in (config["iamIdentityMappings"]?.elements ?? []).enumerated() {
            func has(_ key: String) -> Bool { !(mapping[key]?.isEmptyValue ?? true) }
            let place = ["iamIdentityMappings", String(index)]
            if has("account"), has("arn") || has("username") || has("groups") || has("serviceName") || has("namespace") {
                throw ConfigError("account cannot be configured with any other options", at: place)
            }
            if has("serviceName"), has("arn") || has("username") || has("groups") {
                throw ConfigError("cannot use arn, username, and groups with serviceName", at: place)
            }
            if has("serviceName"), !has("namespace") { throw ConfigError("namespace is required when using serviceName", at: place) }
            if has("namespace"), !has("serviceName") { throw ConfigError("serviceName is required when using namespace", at: place) }
        }
    }

    private static func checkAutoModePools(_ config: Value) throws(ConfigError) {
        guard let auto = config["autoModeConfig"], auto["enabled"]?.boolValue == true else { return }
        let pools = auto["nodePools"]?.arrayValue?.compactMap(\.stringValue)
        var seen: Set<String> = []
        for pool in pools ?? [] {
            if !["general-purpose", "system"].contains(pool) { throw ConfigError("invalid NodePool \"\(pool)\"", at: ["autoModeConfig", "nodePools"]) }
            if !seen.insert(pool).inserted { throw ConfigError("found duplicate node pool: \"\(pool)\"", at: ["autoModeConfig", "nodePools"]) }
        }
        if pools?.isEmpty == true, auto["nodeRoleARN"] != nil {
            throw ConfigError("cannot specify autoModeConfig.nodeRoleARN when autoModeConfig.nodePools is empty", at: ["autoModeConfig", "nodeRoleARN"])
        }
    }

    private static func checkKarpenter(_ config: Value) throws(ConfigError) {
        guard let karpenter = config["karpenter"], !karpenter.isNull else { return }
        let prefix = "failed to validate Karpenter config: "
        let version = karpenter["version"]?.stringValue ?? ""
        if version.isEmpty { throw ConfigError("\(prefix)version field is required if installing Karpenter is enabled", at: ["karpenter"]) }
        let numbers = version.drop { $0 == "v" }.split(separator: ".").compactMap { Int($0) }
        if numbers.count >= 2, numbers[0] == 0, numbers[1] < 20 {
            throw ConfigError("\(prefix)minimum supported version is v0.20.0", at: ["karpenter", "version"])
        }
        if config["iam"]?["withOIDC"]?.boolValue != true { throw ConfigError("\(prefix)iam.withOIDC must be enabled with Karpenter", at: ["iam"]) }
    }

    // MARK: Region and zones

    static func checkRegion(_ config: Value) throws(ConfigError) {
        let region = config["metadata"]?["region"]?.stringValue ?? ""
        if !Regions.all.contains(region) {
            throw ConfigError("--region=\(region) is not supported - use one of: \(Regions.all.joined(separator: ", "))", at: ["metadata", "region"])
        }
        let name = config["metadata"]?["name"]?.stringValue ?? ""
        if !name.utf8.allSatisfy({ isNameByte($0) }) {
            throw ConfigError(
                "validation for \(name) failed, name must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*", at: ["metadata", "name"])
        }
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte == 45
    }

    /// The zones of the cluster: those of the file, of its subnets, or three of the region.
    static func zones(of config: Value) throws(ConfigError) -> (zones: [String], areChosen: Bool) {
        let region = config["metadata"]?["region"]?.stringValue ?? ""
        let offered = Regions.zones(of: region)
        let given = (config["availabilityZones"]?.elements ?? []).compactMap(\.stringValue)
        if !given.isEmpty {
            try checkOffers(config, zones: given.filter { offered.contains($0) }, all: given)
            return (given, false)
        }
        for kind in ["public", "private"] {
            if let subnets = config["vpc"]?["subnets"]?[kind]?.fields, !subnets.isEmpty {
                return (subnets.map { $0.value["az"]?.stringValue ?? $0.key }.sorted(), false)
            }
        }
        for group in (config["nodeGroups"]?.elements ?? []) + (config["managedNodeGroups"]?.elements ?? []) {
            if let type = group["instanceType"]?.stringValue, type != "mixed", InstanceType.named(type) == nil {
                throw ConfigError("getting availability zones: only 0 zones discovered [], at least 2 are required")
            }
        }
        return (Array(offered.prefix(region == "us-east-1" ? 2 : 3)), true)
    }

    private static func checkOffers(_ config: Value, zones: [String], all: [String]) throws(ConfigError) {
        for list in ["nodeGroups", "managedNodeGroups"] {
            for (index, group) in (config[list]?.elements ?? []).enumerated() {
                guard let type = group["instanceType"]?.stringValue, type != "mixed" else { continue }
                if zones.isEmpty || InstanceType.named(type) == nil {
                    let named = InstanceType.named(type) == nil ? "" : all.joined(separator: ",")
                    throw ConfigError(
                        "none of the provided AZs \"\(named)\" support instance type \(type) in nodegroup \(group["name"]?.stringValue ?? "")",
                        at: zones.isEmpty ? ["availabilityZones"] : [list, String(index), "instanceType"])
                }
            }
        }
    }

    /// The checks that need the zones and the files of the person who runs eksctl.
    static func checkAfterDefaults(_ config: Value, zones: [String], hasKeyFile: (String) -> Bool) throws(ConfigError) {
        if let cidr = config["vpc"]?["cidr"]?.stringValue, let length = NetworkBlock.prefixLength(cidr), !(16...24).contains(length) {
            throw ConfigError("VPC CIDR prefix must be between /16 and /24", at: ["vpc", "cidr"])
        }
        for list in ["nodeGroups", "managedNodeGroups"] {
            for (index, group) in (config[list]?.elements ?? []).enumerated() {
                for zone in (group["availabilityZones"]?.elements ?? []).compactMap(\.stringValue) where !zones.contains(zone) {
                    throw ConfigError(
                        "could not find public subnets for zones [\"\(zone)\"]: mapping does not have subnet with zone \"\(zone)\"",
                        at: [list, String(index), "availabilityZones"])
                }
                if group["ssh"]?["allow"]?.boolValue == true, group["ssh"]?["publicKey"] == nil, group["ssh"]?["publicKeyName"] == nil,
                    let path = group["ssh"]?["publicKeyPath"]?.stringValue, !hasKeyFile(path)
                {
                    throw ConfigError("SSH public key file \"\(path)\" not found", at: [list, String(index), "ssh"])
                }
            }
        }
    }
}

/// IPv4 and IPv6 blocks as Go's `net.ParseCIDR` reads them, as far as messages need it.
enum NetworkBlock {
    static func prefixLength(_ text: String) -> Int? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let length = Int(parts[1]), length >= 0 else { return nil }
        if parts[0].contains(":") { return length <= 128 ? length : nil }
        let bytes = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard bytes.count == 4, bytes.allSatisfy({ UInt8($0) != nil }), length <= 32 else { return nil }
        return length
    }

    static func isValid(_ text: String) -> Bool { prefixLength(text) != nil }
}
