import KubernetesObjects

/// The checks of node groups.
///
/// - Order: self-managed groups are checked before defaults are filled in, managed ones after, as eksctl does.
extension ConfigValidation {
    static let amiFamilies = [
        "AmazonLinux2023", "AmazonLinux2", "UbuntuPro2604", "Ubuntu2604", "UbuntuPro2404", "Ubuntu2404", "UbuntuPro2204", "Ubuntu2204",
        "UbuntuPro2004", "Ubuntu2004", "Bottlerocket", "BottlerocketFips", "WindowsServer2019CoreContainer", "WindowsServer2019FullContainer",
        "WindowsServer2022CoreContainer", "WindowsServer2022FullContainer", "WindowsServer2025CoreContainer", "WindowsServer2025FullContainer",
    ]

    static func checkNodeGroups(_ original: Value, completed: Value, version: String) throws(ConfigError) {
        for (index, group) in (original["nodeGroups"]?.elements ?? []).enumerated() {
            let place = ["nodeGroups", String(index)]
            try checkCommon(group, path: "nodeGroups[\(index)]", place: place, version: version, isManaged: false)
            try checkSelfManaged(group, path: "nodeGroups[\(index)]", place: place)
        }
        for (index, group) in (completed["managedNodeGroups"]?.elements ?? []).enumerated() {
            let place = ["managedNodeGroups", String(index)]
            try checkCommon(group, path: "managedNodeGroups[\(index)]", place: place, version: version, isManaged: true)
            try checkManaged(group, original: original["managedNodeGroups"]?[index] ?? [:], path: "managedNodeGroups[\(index)]", place: place)
        }
    }

    private static func checkCommon(_ group: Value, path: String, place: [String], version: String, isManaged: Bool) throws(ConfigError) {
        if !isManaged, group["volumeSize"] == nil {
            for field in ["volumeName", "volumeEncrypted", "volumeKmsKeyID"] where group[field] != nil {
                throw ConfigError("\(path).\(field) cannot be set without \(path).volumeSize", at: place + [field])
            }
        }
        if let key = group["volumeKmsKeyID"]?.stringValue, !key.isEmpty, group["volumeEncrypted"]?.boolValue != true {
            throw ConfigError("\(path).volumeKmsKeyID can not be set without \(path).volumeEncrypted enabled explicitly", at: place + ["volumeKmsKeyID"])
        }
        try checkVolume(group, path: path, place: place)
        if let pods = group["maxPodsPerNode"]?.intValue, pods < 0 {
            throw ConfigError("\(path).maxPodsPerNode cannot be negative", at: place + ["maxPodsPerNode"])
        }
        if group["disablePodIMDS"]?.boolValue == true, !(group["iam"]?["withAddonPolicies"]?.isEmptyValue ?? true) {
            throw ConfigError("\(path).disablePodIMDS and \(path).iam.withAddonPolicies cannot be set at the same time", at: place + ["disablePodIMDS"])
        }
        if !(group["subnets"]?.isEmptyValue ?? true), !(group["availabilityZones"]?.isEmptyValue ?? true) {
            throw ConfigError("only one of \(path).subnets or \(path).availabilityZones should be set", at: place + ["subnets"])
        }
        if let family = group["amiFamily"]?.stringValue {
            guard amiFamilies.contains(where: { $0.lowercased() == family.lowercased() }) else {
                throw ConfigError("AMI Family \(family) is not supported - use one of: \(amiFamilies.joined(separator: ", "))", at: place + ["amiFamily"])
            }
            if family.lowercased() == "amazonlinux2", EKSVersions.minor(version) >= 33 {
                throw ConfigError("AmazonLinux2 is not supported for Kubernetes version \(version)", at: place + ["amiFamily"])
            }
        }
        try checkTaints(NodeGroupConfig(value: group, isManaged: isManaged, clusterZones: []).taints, place: place + ["taints"])
        try checkLabels(group["labels"]?.fields ?? Fields(), place: place + ["labels"])
    }

    private static func checkVolume(_ group: Value, path: String, place: [String]) throws(ConfigError) {
        let type = group["volumeType"]?.stringValue ?? "gp3"
        if let operations = group["volumeIOPS"]?.intValue {
            let ranges = ["gp3": 3000...16_000, "io1": 100...64_000, "io2": 100...256_000]
            guard let range = ranges[type] else {
                throw ConfigError("\(path).volumeIOPS is only supported for io1, io2 and gp3 volume types", at: place + ["volumeIOPS"])
            }
            if !range.contains(operations) {
                throw ConfigError("value for \(path).volumeIOPS must be within range \(range.lowerBound)-\(range.upperBound)", at: place + ["volumeIOPS"])
            }
        }
        if let throughput = group["volumeThroughput"]?.intValue {
            if type != "gp3" { throw ConfigError("\(path).volumeThroughput is only supported for gp3 volume type", at: place + ["volumeThroughput"]) }
            if !(125...1000).contains(throughput) {
                throw ConfigError("value for \(path).volumeThroughput must be within range 125-1000", at: place + ["volumeThroughput"])
            }
        }
    }

    private static func checkTaints(_ taints: [Value], place: [String]) throws(ConfigError) {
        for taint in taints {
            let key = taint["key"]?.stringValue ?? ""
            if key.isEmpty { throw ConfigError("taint key must be non-empty", at: place) }
            if let problem = NameRules.qualifiedName(key).first { throw ConfigError("invalid taint key: \(key), \(problem)", at: place) }
            let value = taint["value"]?.stringValue ?? ""
            if let problem = NameRules.labelValue(value).first { throw ConfigError("invalid taint value: \(value), \(problem)", at: place) }
            let effect = taint["effect"]?.stringValue ?? ""
            if !["NoSchedule", "NoExecute", "PreferNoSchedule"].contains(effect) {
                throw ConfigError(
                    "invalid taint effect: \(effect), unsupported taint effect. Valid taint effects are: NoSchedule, NoExecute and PreferNoSchedule",
                    at: place)
            }
        }
    }

    private static func checkLabels(_ labels: Fields, place: [String]) throws(ConfigError) {
        var reserved: [String] = []
        for (key, value) in labels.sorted() {
            if key.split(separator: "/", omittingEmptySubsequences: false).count > 2 {
                throw ConfigError("node label key \"\(key)\" is of invalid format, can only use one '/' separator", at: place + [key])
            }
            let problems = NameRules.qualifiedName(key)
            if !problems.isEmpty { throw ConfigError("label \"\(key)\" is invalid - [\(problems.joined(separator: " "))]", at: place + [key]) }
            let text = value.stringValue ?? ""
            let valueProblems = NameRules.labelValue(text)
            if !valueProblems.isEmpty {
                throw ConfigError("label \"\(key)\" has invalid value \"\(text)\" - [\(valueProblems.joined(separator: " "))]", at: place + [key])
            }
            if isReserved(key) { reserved.append(key) }
        }
        if !reserved.isEmpty {
            throw ConfigError(
                "the following nodegroup labels are disallowed as they have reserved prefixes [kubernetes.io/, k8s.io/]: [\(reserved.joined(separator: ", "))]",
                at: place)
        }
    }

    private static func isReserved(_ key: String) -> Bool {
        guard let slash = key.firstIndex(of: "/") else { return false }
        let domain = key[..<slash]
        guard domain == "kubernetes.io" || domain.hasSuffix(".kubernetes.io") || domain == "k8s.io" || domain.hasSuffix(".k8s.io") else { return false }
        let allowed = ["node.kubernetes.io", "kubelet.kubernetes.io"]
        if allowed.contains(where: { domain == $0 || domain.hasSuffix("." + $0) }) { return false }
        let owned = [
            "kubernetes.io/hostname", "kubernetes.io/os", "kubernetes.io/arch", "beta.kubernetes.io/os", "beta.kubernetes.io/arch",
            "beta.kubernetes.io/instance-type", "failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region",
            "topology.kubernetes.io/zone", "topology.kubernetes.io/region",
        ]
        return !owned.contains(key)
    }

    private static func checkManaged(_ group: Value, original: Value, path: String, place: [String]) throws(ConfigError) {
        let (minimum, maximum, desired) = (group["minSize"]?.intValue ?? 0, group["maxSize"]?.intValue ?? 0, group["desiredCapacity"]?.intValue ?? 0)
        if desired < minimum { throw ConfigError("cannot use --nodes-min=\(minimum) and --nodes=\(desired) at the same time", at: place + ["desiredCapacity"]) }
        if desired > maximum { throw ConfigError("cannot use --nodes-max=\(maximum) and --nodes=\(desired) at the same time", at: place + ["desiredCapacity"]) }
        if maximum < minimum { throw ConfigError("cannot use --nodes-min=\(minimum) and --nodes-max=\(maximum) at the same time", at: place + ["maxSize"]) }
        if let update = group["updateConfig"], !update.isNull {
            let (count, share) = (update["maxUnavailable"]?.intValue, update["maxUnavailablePercentage"]?.intValue)
            if count == nil, share == nil {
                throw ConfigError("invalid UpdateConfig: maxUnavailable or maxUnavailablePercentage must be defined", at: place + ["updateConfig"])
            }
            if let count, let share {
                throw ConfigError("cannot use maxUnavailable=\(count) and maxUnavailablePercentage=\(share) at the same time", at: place + ["updateConfig"])
            }
            if let count, count > maximum {
                throw ConfigError("maxUnavailable=\(count) cannot be greater than maxSize=\(maximum)", at: place + ["updateConfig"])
            }
        }
        if group["securityGroups"]?["withLocal"]?.boolValue == true || group["securityGroups"]?["withShared"]?.boolValue == true {
            throw ConfigError(
                "securityGroups.withLocal and securityGroups.withShared are not supported for managed nodegroups (\(path).securityGroups)",
                at: place + ["securityGroups"])
        }
        let hasTypes = !(original["instanceTypes"]?.isEmptyValue ?? true)
        if hasTypes, original["instanceType"] != nil {
            throw ConfigError("only one of instanceType or instanceTypes can be specified (\(path))", at: place + ["instanceTypes"])
        }
        if original["instanceType"] != nil, !(original["instanceSelector"]?.isEmptyValue ?? true) {
            throw ConfigError("cannot set instanceType when instanceSelector is specified (\(path))", at: place + ["instanceType"])
        }
    }

    private static func checkSelfManaged(_ group: Value, path: String, place: [String]) throws(ConfigError) {
        let name = group["name"]?.stringValue ?? ""
        if !name.utf8.allSatisfy({ isNameByte($0) }) {
            throw ConfigError("validation for \(name) failed, name must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*", at: place + ["name"])
        }
        for arn in (group["iam"]?["attachPolicyARNs"]?.elements ?? []).compactMap(\.stringValue) {
            if let problem = AmazonResourceName.problem(arn) {
                throw ConfigError("invalid ARN \"\(arn)\" in \(path).iam.attachPolicyARNs: \(problem)", at: place + ["iam", "attachPolicyARNs"])
            }
        }
        let family = group["amiFamily"]?.stringValue ?? "AmazonLinux2023"
        if group["bottlerocket"] != nil, !family.hasPrefix("Bottlerocket") {
            throw ConfigError(
                "bottlerocket config can only be used with amiFamily \"Bottlerocket\" or \"BottlerocketFips\" but found \"\(family)\" (path=\(path).bottlerocket)",
                at: place + ["bottlerocket"])
        }
        if ["publicKeyName", "publicKeyPath", "publicKey"].filter({ !(group["ssh"]?[$0]?.isEmptyValue ?? true) }).count > 1 {
            throw ConfigError("only one of publicKeyName, publicKeyPath or publicKey can be specified for SSH per node-group", at: place + ["ssh"])
        }
        let critical = ["kind", "apiVersion", "address", "clusterDomain", "authentication", "authorization", "serverTLSBootstrap"]
        for key in critical where group["kubeletExtraConfig"]?[key] != nil {
            throw ConfigError("cannot override \"\(key)\" in kubelet config, as it's critical to eksctl functionality", at: place + ["kubeletExtraConfig", key])
        }
        guard let spread = group["instancesDistribution"], !spread.isNull else { return }
        let spreadPlace = place + ["instancesDistribution"]
        if let type = group["instanceType"]?.stringValue, type != "mixed", !type.isEmpty {
            throw ConfigError("instanceType should be \"mixed\" or unset when using the instances distribution feature", at: spreadPlace)
        }
        if (spread["instanceTypes"]?.elements ?? []).isEmpty, group["instanceSelector"] == nil {
            throw ConfigError("at least two instance types have to be specified for mixed nodegroups", at: spreadPlace)
        }
        if let base = spread["onDemandBaseCapacity"]?.intValue, base < 0 { throw ConfigError("onDemandBaseCapacity should be 0 or more", at: spreadPlace) }
        if let share = spread["onDemandPercentageAboveBaseCapacity"]?.intValue, !(0...100).contains(share) {
            throw ConfigError("percentageAboveBase should be between 0 and 100", at: spreadPlace)
        }
        if let pools = spread["spotInstancePools"]?.intValue, !(1...20).contains(pools) {
            throw ConfigError("spotInstancePools should be between 1 and 20", at: spreadPlace)
        }
    }
}
