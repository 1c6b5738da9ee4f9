import KubernetesObjects

/// Defaults of volumes, claims and persistent volumes.
enum VolumeDefaults {
    private static let defaultMode: Fields = ["defaultMode": 420]
    private static let iscsi: Fields = ["iscsiInterface": "default"]
    private static let rbd: Fields = ["keyring": "/etc/ceph/keyring", "pool": "rbd", "user": "admin"]
    private static let scaleIO: Fields = ["fsType": "xfs", "storageMode": "ThinProvisioned"]

    static let rules: [String: DefaultRule] = [
        "core.v1.Volume": .computed(volume),
        "core.v1.ConfigMapVolumeSource": .plain(defaultMode),
        "core.v1.SecretVolumeSource": .plain(defaultMode),
        "core.v1.DownwardAPIVolumeSource": .plain(defaultMode),
        "core.v1.ProjectedVolumeSource": .plain(defaultMode),
        "core.v1.ServiceAccountTokenProjection": .plain(["expirationSeconds": 3600]),
        "core.v1.HostPathVolumeSource": .plain(["type": ""]),
        "core.v1.ISCSIVolumeSource": .plain(iscsi),
        "core.v1.ISCSIPersistentVolumeSource": .plain(iscsi),
        "core.v1.RBDVolumeSource": .plain(rbd),
        "core.v1.RBDPersistentVolumeSource": .plain(rbd),
        "core.v1.ScaleIOVolumeSource": .plain(scaleIO),
        "core.v1.ScaleIOPersistentVolumeSource": .plain(scaleIO),
        "core.v1.AzureDiskVolumeSource": .plain(["cachingMode": "ReadWrite", "fsType": "ext4", "kind": "Shared", "readOnly": false]),
        "core.v1.PersistentVolume": .computed(phase),
        "core.v1.PersistentVolumeSpec": DefaultRule(
            ["persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem"],
            function: { $0.modifyField("capacity", ResourceLists.roundUp) }),
        "core.v1.PersistentVolumeClaim": .computed { claim in
            phase(&claim)
            claim.modifyField("status") { $0.modifyField("capacity", ResourceLists.roundUp) }
        },
        "core.v1.PersistentVolumeClaimSpec": .plain(["volumeMode": "Filesystem"]),
        "core.v1.VolumeResourceRequirements": .computed { resources in
            resources.modifyField("limits", ResourceLists.roundUp)
            resources.modifyField("requests", ResourceLists.roundUp)
        },
    ]

    @Sendable private static func phase(_ object: inout Value) {
        object["status", default: [:]].setDefaultText("phase", "Pending")
    }

    /// A volume without a source is an empty directory; an image is pulled by the rule for containers.
    @Sendable private static func volume(_ volume: inout Value) {
        let hasSource = volume.fields?.contains { $0.key != "name" && !$0.value.isNull } ?? false
        if !hasSource { volume["emptyDir"] = [:] }
        volume.modifyField("image") { image in
            image.setDefaultText("pullPolicy", PodDefaults.pullPolicy(ofImage: image["reference"]?.stringValue ?? ""))
        }
    }
}
