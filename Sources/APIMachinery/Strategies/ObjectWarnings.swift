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
    private static let beta = "volume.beta.kubernetes.io/storage-class"
    private static let mountOptions = "volume.beta.kubernetes.io/mount-options"

    static func claim(_ new: Value, _ old: Value?) -> [String] { classAnnotation(new) + claimSpec(new["spec"] ?? [:], at: .spec) }

    private static func classAnnotation(_ object: Value) -> [String] {
        guard object.annotation(beta) != nil else { return [] }
        return ["metadata.annotations[\(beta)]: deprecated since v1.8; use \"storageClassName\" attribute instead"]
    }

    static func claimSpec(_ spec: Value, at path: FieldPath) -> [String] {
        ["requests", "limits"].compactMap { field in
            guard let amount = Quantity(spec["resources", field, "storage"]), !amount.isInteger else { return nil }
            return "\((path / "resources" / field).key("storage")): fractional byte value \"\(amount)\" is invalid, must be an integer"
        }
    }

    private static let deprecatedVolumes: [(kind: String, shown: String, text: String)] = [
        ("cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"),
        ("photonPersistentDisk", "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
        ("scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
        ("storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"),
        ("glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"), ("rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"),
    ]

    static func volume(_ new: Value, _ old: Value?) -> [String] {
        var warnings = classAnnotation(new)
        if new.annotation(mountOptions) != nil {
            warnings.append("metadata.annotations[\(mountOptions)]: deprecated since v1.31; use \"mountOptions\" attribute instead")
        }
        let spec = new["spec"] ?? [:]
        if spec.text("persistentVolumeReclaimPolicy") == "Recycle" {
            warnings.append(
                "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.")
        }
        for (index, term) in (spec["nodeAffinity", "required"]?.list("nodeSelectorTerms") ?? []).enumerated() {
            warnings += NodeLabelWarnings.term(term, at: (.spec / "nodeAffinity" / "required" / "nodeSelectorTerms")[index])
        }
        for (kind, shown, text) in deprecatedVolumes where spec.has(kind) { warnings.append("spec.\(shown): \(text)") }
        return warnings
    }
}
