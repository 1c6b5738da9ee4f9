import KubernetesObjects

/// What the server warns of in Services.
///
/// - Source: kubernetes `pkg/api/service/warnings.go`, v1.36.
enum ServiceWarnings {
    static func service(_ new: Value, _ old: Value?) -> [String] {
        var warnings: [String] = []
        let hints = "service.kubernetes.io/topology-aware-hints"
        if new.annotation(hints) != nil {
            warnings.append("annotation \(hints) is deprecated, please use service.kubernetes.io/topology-mode instead")
        }
        let spec = new["spec"] ?? [:]
        let type = spec.text("type")
        for (index, address) in spec.texts("clusterIPs").enumerated() where address != "None" {
            warnings += AddressWarnings.address(address, at: (.spec / "clusterIPs")[index])
        }
        if type == "ClusterIP", spec.text("clusterIP") == "None" {
            if !spec.text("loadBalancerIP").isEmpty { warnings.append("spec.loadBalancerIP is ignored for headless services") }
            if !spec.list("externalIPs").isEmpty { warnings.append("spec.externalIPs is ignored for headless services") }
            if spec.text("sessionAffinity") != "None", !spec.text("sessionAffinity").isEmpty {
                warnings.append("spec.SessionAffinity is ignored for headless services")
            }
        }
        for (index, address) in spec.texts("externalIPs").enumerated() {
            warnings += AddressWarnings.address(address, at: (.spec / "externalIPs")[index])
        }
        if !spec.list("externalIPs").isEmpty, spec.text("clusterIP") != "None", type != "ExternalName" {
            warnings.append("spec.externalIPs is deprecated")
        }
        warnings += AddressWarnings.address(spec.text("loadBalancerIP"), at: .spec / "loadBalancerIP")
        for (index, range) in spec.texts("loadBalancerSourceRanges").enumerated() {
            warnings += AddressWarnings.range(range, at: (.spec / "loadBalancerSourceRanges")[index])
        }
        if type == "ExternalName", !spec.list("externalIPs").isEmpty {
            warnings.append("spec.externalIPs is ignored when spec.type is \"ExternalName\"")
        }
        if type != "ExternalName", !spec.text("externalName").isEmpty {
            warnings.append("spec.externalName is ignored when spec.type is not \"ExternalName\"")
        }
        if spec.text("trafficDistribution") == "PreferClose" {
            warnings.append("spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"")
        }
        return warnings
    }
}

/// What the server warns of in ServiceAccounts.
///
/// - Source: kubernetes `pkg/registry/core/serviceaccount`, v1.36.
enum ServiceAccountWarnings {
    private static let enforcement = MountableSecrets.annotation

    static func account(_ new: Value, _ old: Value?) -> [String] {
        guard new.annotation(enforcement) != nil, old?.annotation(enforcement) == nil else { return [] }
        return ["metadata.annotations[\(enforcement)]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"]
    }
}

/// What the server warns of in claims and volumes.
///
/// - Source: kubernetes `pkg/api/persistentvolume*`, v1.36.
enum StorageWarnings {
    static func claim(_ new: Value, _ old: Value?) -> [String] {
        var warnings: [String] = []
        let beta = "volume.beta.kubernetes.io/storage-class"
        if new.annotation(beta) != nil, old?.annotation(beta) == nil {
            warnings.append("metadata.annotations[\(beta)]: deprecated since v1.8; use \"storageClassName\" attribute instead")
        }
        if let old, old["spec"] == new["spec"] { return warnings }
        return warnings + claimSpec(new["spec"] ?? [:], at: .spec)
    }

    static func claimSpec(_ spec: Value, at path: FieldPath) -> [String] {
        guard let amount = Quantity(spec["resources", "requests", "storage"]), !amount.isInteger else { return [] }
        return [
            "\((path / "resources" / "requests").key("storage")): fractional byte value \"\(amount)\" is invalid, must be an integer"
        ]
    }

    static func volume(_ new: Value, _ old: Value?) -> [String] {
        var warnings: [String] = []
        let beta = "volume.beta.kubernetes.io/storage-class"
        if new.annotation(beta) != nil {
            warnings.append("metadata.annotations[\(beta)]: deprecated since v1.8; use \"storageClassName\" attribute instead")
        }
        if new["spec"]?.text("persistentVolumeReclaimPolicy") == "Recycle" {
            warnings.append(
                "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.")
        }
        return warnings
    }
}
