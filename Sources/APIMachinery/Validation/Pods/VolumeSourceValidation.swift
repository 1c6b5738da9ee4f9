import KubernetesObjects

/// What is wrong with the volume sources that pods and persistent volumes share.
enum VolumeSourceValidation {
    /// Fields that must not be empty, by kind of volume.
    private static let requiredFields: [String: [String]] = [
        "gitRepo": ["repository"], "awsElasticBlockStore": ["volumeID"], "gcePersistentDisk": ["pdName"], "nfs": ["server", "path"],
        "glusterfs": ["endpoints", "path"], "cinder": ["volumeID"], "azureDisk": ["diskName", "diskURI"],
        "vsphereVolume": ["volumePath"], "photonPersistentDisk": ["pdID"], "portworxVolume": ["volumeID"],
        "scaleIO": ["gateway", "system", "volumeName"], "flexVolume": ["driver"], "iscsi": ["targetPortal"],
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
            if !text.hasPrefix("/") { errors.invalid(path / "path", text, "must be an absolute path") }
        case "iscsi": iscsi(source, isPersistent: isPersistent, at: path, into: &errors)
        case "fc":
            let names = source.list("targetWWNs")
            if names.isEmpty, source.list("wwids").isEmpty {
                errors.required(path / "targetWWNs", "must specify either targetWWNs or wwids, but not both")
            } else if !names.isEmpty, !source.list("wwids").isEmpty {
                errors.invalid(path / "targetWWNs", source["targetWWNs"], "targetWWNs and wwids can not be specified simultaneously")
            }
            if !names.isEmpty {
                if source.has("lun") { lun(source, at: path, into: &errors) } else { errors.required(path / "lun", "lun is required if targetWWNs is specified") }
            }
        case "flocker":
            if source.text("datasetName").isEmpty, source.text("datasetUUID").isEmpty {
                errors.required(path, "one of datasetName and datasetUUID is required")
            } else if !source.text("datasetName").isEmpty, !source.text("datasetUUID").isEmpty {
                errors.invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously")
            }
            if source.text("datasetName").contains("/") { errors.invalid(path / "datasetName", source.text("datasetName"), "must not contain '/'") }
        case "rbd", "cephfs":
            if source.list("monitors").isEmpty { errors.required(path / "monitors") }
            if kind == "rbd", source.text("image").isEmpty { errors.required(path / "image") }
        case "cinder", "storageos":
            if kind == "storageos" { storageOS(source, at: path, into: &errors) }
            guard let secret = source.present("secretRef") else { break }
            if secret.text("name").isEmpty { errors.required(path / "secretRef" / "name") }
            if isPersistent, secret.text("namespace").isEmpty { errors.required(path / "secretRef" / "namespace") }
        case "flexVolume":
            for entry in source.map("options") where isReserved(entry.key) {
                errors.invalid((path / "options").key(entry.key), entry.key, "kubernetes.io and k8s.io namespaces are reserved")
            }
        case "azureDisk": azureDisk(source, at: path, into: &errors)
        case "glusterfs":
            guard isPersistent, let namespace = source.present("endpointsNamespace")?.stringValue else { break }
            if namespace.isEmpty {
                errors.invalid(path / "endpointsNamespace", namespace, "if the endpointnamespace is set, it must be a valid namespace name")
            } else {
                errors.invalid(path / "endpointsNamespace", namespace, each: NameFormats.dns1123Label(namespace))
            }
        case "quobyte":
            let registry = source.text("registry")
            if registry.isEmpty {
                errors.required(path / "registry", "must be a host:port pair or multiple pairs separated by commas")
            } else if source.text("tenant").utf8.count >= 65 {
                errors.required(path / "tenant", "must be a UUID and may not exceed a length of 64 characters")
            } else {
                for pair in registry.split(separator: ",", omittingEmptySubsequences: false) where pair.split(separator: ":", omittingEmptySubsequences: false).count != 2 {
                    errors.invalid(path / "registry", registry, "must be a host:port pair or multiple pairs separated by commas")
                }
            }
            if source.text("volume").isEmpty { errors.required(path / "volume") }
        case "azureFile":
            if source.text("secretName").isEmpty { errors.required(path / "secretName") }
            if source.text("shareName").isEmpty { errors.required(path / "shareName") }
            if isPersistent, source.present("secretNamespace")?.stringValue == "" { errors.required(path / "secretNamespace") }
        case "csi": csi(source, isPersistent: isPersistent, at: path, into: &errors)
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

    private static func csi(_ source: Value, isPersistent: Bool, at path: FieldPath, into errors: inout FieldErrors) {
        let driver = source.text("driver")
        if driver.isEmpty { errors.required(path / "driver") }
        if driver.utf8.count > 63 { errors.tooLong(path / "driver", maxBytes: 63) }
        errors.invalid(path / "driver", driver, each: NameFormats.dns1123Subdomain(driver.lowercased()))
        guard isPersistent else {
            guard let name = source.present("nodePublishSecretRef")?.text("name") else { return }
            if name.isEmpty { return errors.required(path / "nodePublishSecretRef" / "name") }
            // The real path leaves the reference out.
            return errors.invalid(path / "name", name, each: NameFormats.dns1123Subdomain(name))
        }
        if source.text("volumeHandle").isEmpty { errors.required(path / "volumeHandle") }
        for field in ["controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef"] {
            guard let secret = source.present(field) else { continue }
            let (name, namespace) = (secret.text("name"), secret.text("namespace"))
            if name.isEmpty { errors.required(path / field / "name") } else { errors.invalid(path / field / "name", name, each: NameFormats.dns1123Subdomain(name)) }
            if namespace.isEmpty {
                errors.required(path / field / "namespace")
            } else {
                errors.invalid(path / field / "namespace", namespace, each: NameFormats.dns1123Label(namespace))
            }
        }
    }

    private static func iscsi(_ source: Value, isPersistent: Bool, at path: FieldPath, into errors: inout FieldErrors) {
        let wrongStart = isPersistent ? "must be valid format" : "must be valid format starting with iqn, eui, or naa"
        func check(_ name: String, _ field: String) {
            if !name.hasPrefix("iqn"), !name.hasPrefix("eui"), !name.hasPrefix("naa") {
                errors.invalid(path / field, name, wrongStart)
            } else if !isInitiator(name) {
                errors.invalid(path / field, name, "must be valid format")
            }
        }
        let name = source.text("iqn")
        if name.isEmpty { errors.required(path / "iqn") } else { check(name, "iqn") }
        lun(source, at: path, into: &errors)
        if source.flag("chapAuthDiscovery") || source.flag("chapAuthSession"), !source.has("secretRef") { errors.required(path / "secretRef") }
        if isPersistent, let secret = source.present("secretRef"), secret.text("name").isEmpty { errors.required(path / "secretRef" / "name") }
        if let initiator = source.present("initiatorName")?.stringValue { check(initiator, "initiatorname") }
    }

    /// Whether a name is of the form that its first letters say: `iqn.YYYY-MM.…:…`, or `eui.` or `naa.` and so many letters and digits.
    private static func isInitiator(_ name: String) -> Bool {
        func isWord(_ byte: UInt8) -> Bool { NameFormats.isLower(byte) || NameFormats.isUpper(byte) || NameFormats.isDigit(byte) }
        if !name.hasPrefix("iqn") {
            return name.utf8.count == (name.hasPrefix("eui") ? 20 : 36) && name.utf8.dropFirst(4).allSatisfy(isWord)
        }
        let bytes = Array(name.utf8)
        guard bytes.count > 12, bytes[3] == 46, bytes[8] == 45, bytes[11] == 46, (bytes[4..<8] + bytes[9..<11]).allSatisfy(NameFormats.isDigit),
            let colon = bytes[12...].firstIndex(of: 58), colon > 12, colon + 1 < bytes.count
        else { return false }
        let outlawed = Set(",;*&$| \t\n".utf8)
        return bytes[12..<colon].allSatisfy { isWord($0) || $0 == 45 || $0 == 46 } && !bytes[(colon + 1)...].contains(where: outlawed.contains)
    }

    private static func lun(_ source: Value, at path: FieldPath, into errors: inout FieldErrors) {
        if let lun = source.int("lun"), lun < 0 || lun > 255 { errors.invalid(path / "lun", lun, "must be between 0 and 255, inclusive") }
    }

    private static func storageOS(_ source: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let (name, namespace) = (source.text("volumeName"), source.text("volumeNamespace"))
        if name.isEmpty { errors.required(path / "volumeName") } else { errors.invalid(path / "volumeName", name, each: NameFormats.dns1123Label(name)) }
        if !namespace.isEmpty { errors.invalid(path / "volumeNamespace", namespace, each: NameFormats.dns1123Label(namespace)) }
    }

    private static func isReserved(_ option: String) -> Bool {
        let domain = "." + (option.contains("/") ? String(option.prefix { $0 != "/" }) : option).lowercased()
        return domain.hasSuffix(".kubernetes.io") || domain.hasSuffix(".k8s.io")
    }

    private static func azureDisk(_ source: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let modes = ["None", "ReadOnly", "ReadWrite"]
        if let mode = source.present("cachingMode")?.stringValue, !modes.contains(mode) { errors.notSupported(path / "cachingMode", mode, modes) }
        guard let kind = source.present("kind")?.stringValue else { return }
        let kinds = ["Dedicated", "Managed", "Shared"]
        if !kinds.contains(kind) { errors.notSupported(path / "kind", kind, kinds) }
        let place = source.text("diskURI")
        if kind == "Managed", !place.hasPrefix("/subscriptions/") {
            errors.notSupported(
                path / "diskURI", place,
                ["/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"])
        } else if kind != "Managed", !place.hasPrefix("https://") {
            errors.notSupported(path / "diskURI", place, ["https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"])
        }
    }
}
