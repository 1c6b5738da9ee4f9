import KubernetesObjects

/// Volumes of pods and sources of persistent volumes.
extension DescribeText {
    /// What is printed of one kind of volume.
    private struct SourceFormat {
        var key: String
        var type: String
        /// Title, which ends with a zero where kubectl has forgotten the colon, and field; `?` marks a flag, `!` a reference, `|x` what stands for nothing.
        var rows: [(title: String, field: String)]
    }

    private static let formats: [SourceFormat] = [
        .init(key: "hostPath", type: "HostPath (bare host directory volume)", rows: [("Path", "path"), ("HostPathType", "type|<none>")]),
        .init(
            key: "emptyDir", type: "EmptyDir (a temporary directory that shares a pod's lifetime)",
            rows: [("Medium", "medium"), ("SizeLimit", "sizeLimit|<unset>")]),
        .init(
            key: "gcePersistentDisk", type: "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
            rows: [("PDName", "pdName"), ("FSType", "fsType"), ("Partition", "partition|0"), ("ReadOnly", "readOnly?")]),
        .init(
            key: "awsElasticBlockStore", type: "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
            rows: [("VolumeID", "volumeID"), ("FSType", "fsType"), ("Partition", "partition|0"), ("ReadOnly", "readOnly?")]),
        .init(
            key: "gitRepo", type: "GitRepo (a volume that is pulled from git when the pod is created)",
            rows: [("Repository", "repository"), ("Revision", "revision")]),
        .init(key: "secret", type: "Secret (a volume populated by a Secret)", rows: [("SecretName", "secretName"), ("Optional", "optional?")]),
        .init(key: "configMap", type: "ConfigMap (a volume populated by a ConfigMap)", rows: [("Name", "name"), ("Optional", "optional?")]),
        .init(
            key: "nfs", type: "NFS (an NFS mount that lasts the lifetime of a pod)",
            rows: [("Server", "server"), ("Path", "path"), ("ReadOnly", "readOnly?")]),
        .init(
            key: "persistentVolumeClaim",
            type: "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
            rows: [("ClaimName", "claimName"), ("ReadOnly", "readOnly?")]),
        .init(key: "local", type: "LocalVolume (a persistent volume backed by local storage on a node)", rows: [("Path", "path")]),
        .init(
            key: "image", type: "Image (a container image or OCI artifact)", rows: [("Reference", "reference"), ("PullPolicy", "pullPolicy")]),
        .init(
            key: "azureFile", type: "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
            rows: [("SecretName", "secretName"), ("ShareName", "shareName"), ("ReadOnly", "readOnly?")]),
        .init(
            key: "azureDisk", type: "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
            rows: [
                ("DiskName", "diskName"), ("DiskURI", "diskURI"), ("Kind", "kind"), ("FSType", "fsType"), ("CachingMode", "cachingMode"),
                ("ReadOnly", "readOnly?"),
            ]),
        .init(
            key: "vsphereVolume", type: "vSphereVolume (a Persistent Disk resource in vSphere)",
            rows: [("VolumePath", "volumePath"), ("FSType", "fsType"), ("StoragePolicyName", "storagePolicyName")]),
        .init(
            key: "cephfs", type: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
            rows: [
                ("Monitors", "monitors|[]"), ("Path", "path"), ("User", "user"), ("SecretFile", "secretFile"), ("SecretRef", "secretRef!"),
                ("ReadOnly", "readOnly?"),
            ]),
        .init(
            key: "rbd", type: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
            rows: [
                ("CephMonitors", "monitors|[]"), ("RBDImage", "image"), ("FSType", "fsType"), ("RBDPool", "pool"), ("RadosUser", "user"),
                ("Keyring", "keyring"), ("SecretRef", "secretRef!"), ("ReadOnly", "readOnly?"),
            ]),
        .init(
            key: "iscsi",
            type: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
            rows: [
                ("TargetPortal", "targetPortal"), ("IQN", "iqn"), ("Lun", "lun|0"), ("ISCSIInterface\u{0}", "iscsiInterface"), ("FSType", "fsType"), ("ReadOnly", "readOnly?"),
                ("Portals", "portals|[]"), ("DiscoveryCHAPAuth", "chapAuthDiscovery?"), ("SessionCHAPAuth", "chapAuthSession?"),
                ("SecretRef", "secretRef!"), ("InitiatorName", "initiatorName|<none>"),
            ]),
        .init(
            key: "cinder", type: "Cinder (a Persistent Disk resource in OpenStack)",
            rows: [("VolumeID", "volumeID"), ("FSType", "fsType"), ("ReadOnly", "readOnly?"), ("SecretRef", "secretRef!")]),
        .init(key: "portworxVolume", type: "PortworxVolume (a Portworx Volume resource)", rows: [("VolumeID", "volumeID")]),
        .init(
            key: "scaleIO", type: "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
            rows: [
                ("Gateway", "gateway"), ("System", "system"), ("Protection Domain", "protectionDomain"), ("Storage Pool", "storagePool"),
                ("Storage Mode", "storageMode"), ("VolumeName", "volumeName"), ("FSType", "fsType"), ("ReadOnly", "readOnly?"),
            ]),
        .init(
            key: "storageos", type: "StorageOS (a StorageOS Persistent Disk resource)",
            rows: [("VolumeName", "volumeName"), ("VolumeNamespace", "volumeNamespace"), ("FSType", "fsType"), ("ReadOnly", "readOnly?")]),
        .init(
            key: "quobyte", type: "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
            rows: [("Registry", "registry"), ("Volume", "volume"), ("ReadOnly", "readOnly?")]),
        .init(
            key: "flocker", type: "Flocker (a Flocker volume mounted by the Flocker agent)",
            rows: [("DatasetName", "datasetName"), ("DatasetUUID", "datasetUUID")]),
        .init(
            key: "photonPersistentDisk", type: "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
            rows: [("PdID", "pdID"), ("FSType", "fsType")]),
        .init(
            key: "glusterfs", type: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
            rows: [("EndpointsName", "endpoints"), ("Path", "path"), ("ReadOnly", "readOnly?")]),
        .init(
            key: "flexVolume", type: "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
            rows: [
                ("Driver", "driver"), ("FSType", "fsType"), ("SecretRef", "secretRef!"), ("ReadOnly", "readOnly?"), ("Options", "options|map[]"),
            ]),
        .init(
            key: "fc", type: "FC (a Fibre Channel disk)",
            rows: [("TargetWWNs", "targetWWNs"), ("LUN", "lun|<none>"), ("FSType", "fsType"), ("ReadOnly", "readOnly?")]),
    ]

    mutating func volumes(_ volumes: [Value], space: String = "") {
        if volumes.isEmpty {
            raw += "\(space)Volumes:\t<none>\n"
            return
        }
        raw += "\(space)Volumes:\n"
        for volume in volumes {
            line(1, "\(space.isEmpty ? "" : " ")\(volume["name"]?.stringValue ?? ""):")
            source(of: volume, persistent: false)
        }
    }

    /// What a volume is made of.
    mutating func source(of volume: Value, persistent: Bool) {
        if let projected = volume["projected"] { return self.projected(projected) }
        if let downward = volume["downwardAPI"] { return downwardAPI(downward) }
        if let csi = volume["csi"] { return self.csi(csi, persistent: persistent) }
        if let ephemeral = volume["ephemeral"] {
            field("Type", "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)", level: 2)
            if let template = ephemeral["volumeClaimTemplate"] { claim(template, isFull: false, level: 2) }
            return
        }
        for format in Self.formats {
            guard let source = volume[format.key] else { continue }
            field("Type", format.type, level: 2)
            for row in format.rows {
                let cell = Self.cell(row.field, of: source)
                if row.title.hasSuffix("\u{0}") { line(2, "\(row.title.dropLast())\t\(cell)") } else { field(row.title, cell, level: 2) }
            }
            return
        }
        line(1, "<unknown>")
    }

    private static func cell(_ field: String, of source: Value) -> String {
        if field.hasSuffix("?") { return source[String(field.dropLast())]?.boolValue == true ? "true" : "false" }
        if field.hasSuffix("!") {
            guard let reference = source[String(field.dropLast())] else { return "nil" }
            return "&LocalObjectReference{Name:\(reference["name"]?.stringValue ?? ""),}"
        }
        let parts = field.split(separator: "|", maxSplits: 1).map(String.init)
        let value = source[parts[0]]
        if let value, !value.isEmptyValue || parts[0] == "type" || parts[0] == "lun" {
            return parts[0] == "targetWWNs" ? value.elements.map(goText).joined(separator: ", ") : goText(value)
        }
        return parts.count > 1 ? parts[1] : ""
    }

    private mutating func projected(_ projected: Value) {
        field("Type", "Projected (a volume that contains injected data from multiple sources)", level: 2)
        for source in projected["sources"]?.elements ?? [] {
            if let secret = source["secret"] {
                field("SecretName", secret["name"]?.stringValue ?? "", level: 2)
                field("Optional", secret["optional"]?.boolValue == true ? "true" : "false", level: 2)
            } else if source["downwardAPI"] != nil {
                field("DownwardAPI", "true", level: 2)
            } else if let map = source["configMap"] {
                field("ConfigMapName", map["name"]?.stringValue ?? "", level: 2)
                field("Optional", map["optional"]?.boolValue == true ? "true" : "false", level: 2)
            } else if let token = source["serviceAccountToken"] {
                field("TokenExpirationSeconds", "\(token["expirationSeconds"]?.intValue ?? 3600)", level: 2)
            }
        }
    }

    private mutating func downwardAPI(_ volume: Value) {
        field("Type", "DownwardAPI (a volume populated by information about the pod)", level: 2)
        line(2, "Items:")
        for item in volume["items"]?.elements ?? [] {
            let path = item["path"]?.stringValue ?? ""
            if let reference = item["fieldRef"] { line(3, "\(reference["fieldPath"]?.stringValue ?? "") -> \(path)") }
            if let reference = item["resourceFieldRef"] { line(3, "\(reference["resource"]?.stringValue ?? "") -> \(path)") }
        }
    }

    private mutating func csi(_ csi: Value, persistent: Bool) {
        field("Type", "CSI (a Container Storage Interface (CSI) volume source)", level: 2)
        field("Driver", csi["driver"]?.stringValue ?? "", level: 2)
        field("FSType", csi["fsType"]?.stringValue ?? "", level: 2)
        if persistent { field("VolumeHandle", csi["volumeHandle"]?.stringValue ?? "", level: 2) }
        field("ReadOnly", csi["readOnly"]?.boolValue == true ? "true" : "false", level: 2)
        put(2, "VolumeAttributes:\t")
        let attributes = csi["volumeAttributes"]?.fields?.sorted() ?? Fields()
        if attributes.isEmpty { raw += "<none>\n" }
        for (index, entry) in attributes.enumerated() {
            if index > 0 {
                put(2, "")
                put(2, "\t")
            }
            line(2, Self.shortened("\(entry.key)=\(entry.value.stringValue ?? "")", 140))
        }
    }

    /// A claim, or the template of one.
    mutating func claim(_ claim: Value, isFull: Bool, level: Int = 0) {
        if isFull {
            field("Name", claim.name, level: level)
            field("Namespace", claim.namespace, level: level)
        }
        let className = claim.annotation("volume.beta.kubernetes.io/storage-class") ?? claim["spec", "storageClassName"]?.stringValue ?? ""
        field("StorageClass", className, level: level)
        if isFull { status(claim) }
        let volume = claim["spec", "volumeName"]?.stringValue ?? ""
        field("Volume", volume, level: level)
        if level == 0 {
            labels("Labels", claim.labels)
            annotations("Annotations", claim.annotations)
        } else {
            nested("Labels", claim.labels, "=", level: level)
            nested("Annotations", claim.annotations, ": ", level: level)
        }
        if isFull { field("Finalizers", "[" + claim.finalizers.joined(separator: " ") + "]", level: level) }
        field("Capacity", volume.isEmpty ? "" : claim["status", "capacity", "storage"].map(goText) ?? "0", level: level)
        field("Access Modes", volume.isEmpty ? "" : accessModes(claim["status", "accessModes"]), level: level)
        if let mode = claim["spec", "volumeMode"]?.stringValue { field("VolumeMode", mode, level: level) }
        if let source = claim["spec", "dataSource"] {
            line(level, "DataSource:")
            if let group = source["apiGroup"]?.stringValue { field("APIGroup", group, level: level + 1) }
            field("Kind", source["kind"]?.stringValue ?? "", level: level + 1)
            field("Name", source["name"]?.stringValue ?? "", level: level + 1)
        }
    }

    /// Labels or annotations within something else, where kubectl indents every piece of a line.
    private mutating func nested(_ title: String, _ pairs: Fields, _ separator: String, level: Int) {
        put(level, "\(title):\t")
        if pairs.isEmpty { put(level, "<none>\n") }
        for (index, entry) in pairs.sorted().enumerated() {
            if index > 0 {
                if separator == "=" { put(level, "") }
                put(level, "\t")
            }
            put(level, "\(entry.key)\(separator)\(entry.value.stringValue ?? "")\n")
        }
    }

    mutating func claimTemplates(_ templates: [Value]) {
        if templates.isEmpty {
            field("Volume Claims", "<none>")
            return
        }
        line(0, "Volume Claims:")
        for template in templates {
            field("Name", template.name, level: 1)
            let className = template.annotation("volume.beta.kubernetes.io/storage-class") ?? template["spec", "storageClassName"]?.stringValue ?? ""
            field("StorageClass", className, level: 1)
            labels("Labels", template.labels, indent: "  ")
            labels("Annotations", template.annotations, indent: "  ")
            field("Capacity", template["spec", "resources", "requests", "storage"].map(goText) ?? "<default>", level: 1)
            field("Access Modes", goText(template["spec", "accessModes"] ?? []), level: 1)
        }
    }
}

/// `RWO,ROX` for a list of access modes.
func accessModes(_ modes: Value?) -> String {
    let listed = Set((modes?.elements ?? []).compactMap(\.stringValue))
    return [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")]
        .filter { listed.contains($0.0) }.map(\.1).joined(separator: ",")
}
