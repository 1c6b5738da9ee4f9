import KubernetesObjects

/// What is wrong with the volume sources that pods and persistent volumes share.
enum VolumeSourceValidation {
    /// Fields that must not be empty, by kind of volume.
    private static let requiredFields: [String: [String]] = [
        "gitRepo": ["repository"], "awsElasticBlockStore": ["volumeID"], "gcePersistentDisk": ["pdName"], "nfs": ["server", "path"],
        "glusterfs": ["endpoints", "path"], "cinder": ["volumeID"], "azureDisk": ["diskName", "diskURI"],
        "vsphereVolume": ["volumePath"], "photonPersistentDisk": ["pdID"], "portworxVolume": ["volumeID"],
        "scaleIO": ["gateway", "system", "volumeName"], "rbd": ["image"], "flexVolume": ["driver"], "csi": ["driver"],
        "local": ["path"],
    ]

    static func check(_ kind: String, _ source: Value, isPersistent: Bool = false, at path: FieldPath, into errors: inout FieldErrors) {
        for field in requiredFields[kind] ?? [] where source.text(field).isEmpty { errors.required(path / field) }
        switch kind {
        case "hostPath": hostPath(source, at: path, into: &errors)
        case "local":
            let text = source.text("path")
            if !text.isEmpty { VolumeMountValidation.noBacksteps(text, at: path / "path", into: &errors) }
        case "gitRepo":
            let directory = source.text("directory")
            if !directory.isEmpty { VolumeMountValidation.localDescending(directory, at: path / "directory", into: &errors) }
        case "awsElasticBlockStore", "gcePersistentDisk":
            if let partition = source.int("partition"), partition < 0 || partition > 255 {
                errors.invalid(path / "partition", partition, "must be between 0 and 255, inclusive")
            }
        case "nfs":
            let text = source.text("path")
            if !text.isEmpty, !text.hasPrefix("/") { errors.invalid(path / "path", text, "must be an absolute path") }
        case "iscsi":
            for field in ["targetPortal", "iqn"] where source.text(field).isEmpty { errors.required(path / field) }
            let iqn = source.text("iqn")
            if !iqn.isEmpty, !iqn.hasPrefix("iqn"), !iqn.hasPrefix("eui"), !iqn.hasPrefix("naa") {
                errors.invalid(path / "iqn", iqn, "must be valid format starting with iqn, eui, or naa")
            }
            if let lun = source.int("lun"), lun < 0 || lun > 255 { errors.invalid(path / "lun", lun, "must be between 0 and 255, inclusive") }
        case "fc":
            let names = source.list("targetWWNs")
            if names.isEmpty, source.list("wwids").isEmpty {
                errors.required(path / "targetWWNs", "must specify either targetWWNs or wwids, but not both")
            } else if !names.isEmpty, !source.list("wwids").isEmpty {
                errors.invalid(path / "targetWWNs", source["targetWWNs"], "targetWWNs and wwids can not be specified simultaneously")
            }
        case "flocker":
            if source.text("datasetName").isEmpty, source.text("datasetUUID").isEmpty {
                errors.required(path, "one of datasetName and datasetUUID is required")
            } else if !source.text("datasetName").isEmpty, !source.text("datasetUUID").isEmpty {
                errors.invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously")
            }
        case "rbd", "cephfs": if source.list("monitors").isEmpty { errors.required(path / "monitors") }
        case "quobyte":
            if source.text("registry").isEmpty {
                errors.required(path / "registry", "must be a host:port pair or multiple pairs separated by commas")
            }
            if source.text("volume").isEmpty { errors.required(path / "volume") }
        case "azureFile":
            if source.text("secretName").isEmpty { errors.required(path / "secretName") }
            if source.text("shareName").isEmpty { errors.required(path / "shareName") }
        case "csi":
            let driver = source.text("driver")
            if driver.utf8.count > 63 { errors.tooLong(path / "driver", maxBytes: 63) }
            if !driver.isEmpty { errors.invalid(path / "driver", driver, each: NameFormats.dns1123Subdomain(driver.lowercased())) }
            if isPersistent, source.text("volumeHandle").isEmpty { errors.required(path / "volumeHandle") }
            for field in ["controllerPublishSecretRef", "nodeStageSecretRef", "nodePublishSecretRef", "controllerExpandSecretRef", "nodeExpandSecretRef"] {
                guard let reference = source.present(field) else { continue }
                if reference.text("name").isEmpty { errors.required(path / field / "name") }
                if isPersistent, reference.text("namespace").isEmpty { errors.required(path / field / "namespace") }
            }
        default: break
        }
    }

    private static func hostPath(_ source: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let text = source.text("path")
        if text.isEmpty {
            errors.required(path / "path")
            return
        }
        VolumeMountValidation.noBacksteps(text, at: path / "path", into: &errors)
        let types = ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"]
        if let type = source.present("type")?.stringValue, !types.contains(type) { errors.notSupported(path / "type", type, types) }
    }
}
