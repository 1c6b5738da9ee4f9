import KubernetesObjects

/// What is wrong with the volumes of a pod.
///
/// - Source: kubernetes `validation.ValidateVolumes`, v1.36.
enum VolumeValidation {
    /// The field names of all kinds of volumes, in the order in which they are checked.
    static let kinds = [
        "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi", "glusterfs", "flocker",
        "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc", "flexVolume", "configMap", "azureFile",
        "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "storageos", "projected", "scaleIO", "csi", "ephemeral",
        "image",
    ]

    /// How the real messages name a few kinds: where there are two, and where something is wrong within.
    private static let misspelt: [String: (forbidden: String, inner: String)] = [
        "gcePersistentDisk": ("gcePersistentDisk", "persistentDisk"), "cephfs": ("cephFS", "cephfs"), "downwardAPI": ("downwarAPI", "downwardAPI"),
    ]

    /// Checks volumes and gives those that are right, by name.
    static func check(_ volumes: [Value], podName: String, at path: FieldPath, into errors: inout FieldErrors) -> [String: Value] {
        var right: [String: Value] = [:]
        // The claims that the pod's ephemeral volumes will make; a template's pods have no names yet.
        let made = podName.isEmpty ? [] : Set(volumes.filter { $0.has("ephemeral") }.map { "\(podName)-\($0.text("name"))" })
        for (index, volume) in volumes.enumerated() {
            let at = path[index]
            let name = volume.text("name")
            var own: FieldErrors = []
            source(volume, podName: podName, at: at, into: &own)
            if name.isEmpty {
                own.required(at / "name")
            } else {
                own.invalid(at / "name", name, each: NameFormats.dns1123Label(name))
            }
            if right[name] != nil { own.duplicate(at / "name", name) }
            if own.isEmpty { right[name] = volume } else { errors += own }
            if let claim = volume["persistentVolumeClaim"]?.text("claimName"), made.contains(claim) {
                errors.invalid(
                    at / "persistentVolumeClaim" / "claimName", claim, "must not reference a PVC that gets created for an ephemeral volume")
            }
        }
        return right
    }

    private static func source(_ volume: Value, podName: String, at path: FieldPath, into errors: inout FieldErrors) {
        var count = 0
        for kind in kinds {
            guard let source = volume.present(kind) else { continue }
            if count > 0, kind != "emptyDir" {
                errors.forbidden(path / (misspelt[kind]?.forbidden ?? kind), "may not specify more than 1 volume type")
                continue
            }
            count += 1
            one(kind, source, volume, podName: podName, at: path / (misspelt[kind]?.inner ?? kind), into: &errors)
        }
        if count == 0 { errors.required(path, "must specify a volume type") }
    }

    private static func one(_ kind: String, _ source: Value, _ volume: Value, podName: String, at path: FieldPath, into errors: inout FieldErrors) {
        switch kind {
        case "emptyDir":
            if let limit = Quantity(source["sizeLimit"]), limit.sign < 0 {
                errors.forbidden(path / "sizeLimit", "SizeLimit field must be a valid resource quantity")
            }
        case "secret":
            if source.text("secretName").isEmpty { errors.required(path / "secretName") }
            mode(source, at: path / "defaultMode", into: &errors)
            items(source.list("items"), at: path / "items", into: &errors)
        case "configMap":
            if source.text("name").isEmpty { errors.required(path / "name") }
            mode(source, at: path / "defaultMode", into: &errors)
            items(source.list("items"), at: path / "items", into: &errors)
        case "persistentVolumeClaim": if source.text("claimName").isEmpty { errors.required(path / "claimName") }
        case "downwardAPI":
            mode(source, at: path / "defaultMode", into: &errors)
            for file in source.list("items") { downwardFile(file, at: path, into: &errors) }
        case "projected": projected(source, at: path, into: &errors)
        case "ephemeral":
            guard let template = source.present("volumeClaimTemplate") else {
                errors.required(path / "volumeClaimTemplate")
                return
            }
            let at = path / "volumeClaimTemplate"
            ObjectMetaValidation.labels(template["metadata"]?.map("labels") ?? Fields(), at: at / "metadata" / "labels", into: &errors)
            ObjectMetaValidation.annotations(
                template["metadata"]?.map("annotations") ?? Fields(), at: at / "metadata" / "annotations", into: &errors)
            ClaimValidation.spec(template["spec"] ?? [:], at: at / "spec", into: &errors)
            if !podName.isEmpty {
                let name = "\(podName)-\(volume.text("name"))"
                for message in NameFormats.dns1123Subdomain(name) {
                    errors.invalid(path / "name", volume.text("name"), "PVC name \"\(name)\": \(message)")
                }
            }
        case "image":
            if source.text("reference").isEmpty { errors.required(path / "reference") }
            errors.checkEnum(source.text("pullPolicy"), path / "pullPolicy", ContainerValidation.pullPolicies)
        default: VolumeSourceValidation.check(kind, source, at: path, into: &errors)
        }
    }

    static func mode(_ source: Value, _ field: String = "defaultMode", at path: FieldPath, into errors: inout FieldErrors) {
        if let mode = source.int(field), mode < 0 || mode > 0o777 {
            errors.invalid(path, mode, "must be a number between 0 and 0777 (octal), both inclusive")
        }
    }

    private static func items(_ items: [Value], at path: FieldPath, into errors: inout FieldErrors) {
        for (index, item) in items.enumerated() {
            let at = path[index]
            if item.text("key").isEmpty { errors.required(at / "key") }
            if item.text("path").isEmpty {
                errors.required(at / "path")
            } else {
                VolumeMountValidation.localNonReserved(item.text("path"), at: at / "path", into: &errors)
            }
            if let mode = item.int("mode"), mode < 0 || mode > 0o777 {
                errors.invalid(at / "mode", mode, "must be a number between 0 and 0777 (octal), both inclusive")
            }
        }
    }

    private static func downwardFile(_ file: Value, at path: FieldPath, into errors: inout FieldErrors) {
        if file.text("path").isEmpty { errors.required(path / "path") }
        VolumeMountValidation.localNonReserved(file.text("path"), at: path / "path", into: &errors)
        if let field = file.present("fieldRef") {
            EnvironmentValidation.fieldSelector(field, allowed: EnvironmentValidation.volumeFields, at: path / "fieldRef", into: &errors)
            if file.has("resourceFieldRef") {
                errors.invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously")
            }
        } else if let resource = file.present("resourceFieldRef") {
            EnvironmentValidation.resourceSelector(resource, inVolume: true, at: path / "resourceFieldRef", into: &errors)
        } else {
            errors.required(path, "one of fieldRef and resourceFieldRef is required")
        }
        if let mode = file.int("mode"), mode < 0 || mode > 0o777 {
            errors.invalid(path / "mode", mode, "must be a number between 0 and 0777 (octal), both inclusive")
        }
    }

    private static func projected(_ volume: Value, at path: FieldPath, into errors: inout FieldErrors) {
        mode(volume, at: path / "defaultMode", into: &errors)
        var paths: Set<String> = []
        func claim(_ file: String, at: FieldPath) {
            if !file.isEmpty, !paths.insert(file).inserted { errors.invalid(path, file, "conflicting duplicate paths") }
        }
        for (index, source) in volume.list("sources").enumerated() {
            let at = (path / "sources")[index]
            var count = 0
            for field in ["secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate"] {
                guard let part = source.present(field) else { continue }
                count += 1
                if count > 1 {
                    errors.forbidden(at / field, "may not specify more than 1 volume type per source")
                    continue
                }
                switch field {
                case "secret", "configMap":
                    if part.text("name").isEmpty { errors.required(at / field / "name") }
                    items(part.list("items"), at: at / field / "items", into: &errors)
                    for item in part.list("items") { claim(item.text("path"), at: at / field) }
                case "downwardAPI":
                    for file in part.list("items") {
                        downwardFile(file, at: at / field, into: &errors)
                        claim(file.text("path"), at: at / field)
                    }
                case "serviceAccountToken":
                    if let seconds = part.int("expirationSeconds") {
                        if seconds < 600 { errors.invalid(at / field / "expirationSeconds", seconds, "may not specify a duration less than 10 minutes") }
                        if seconds > 1 << 32 { errors.invalid(at / field / "expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds") }
                    }
                    if part.text("path").isEmpty {
                        errors.required(at / "path")
                    } else {
                        VolumeMountValidation.localNonReserved(part.text("path"), at: at / "path", into: &errors)
                        claim(part.text("path"), at: at / field)
                    }
                case "clusterTrustBundle":
                    let usesSigner = part.has("signerName")
                    if usesSigner == part.has("name") {
                        errors.invalid(at / field, "", usesSigner ? "only one of name and signerName may be used" : "either name or signerName must be specified")
                    }
                    if part.text("path").isEmpty { errors.required(at / field / "path") }
                    claim(part.text("path"), at: at / field)
                default:
                    if part.text("signerName").isEmpty { errors.required(at / field / "signerName") }
                    for file in ["credentialBundlePath", "keyPath", "certificateChainPath"] { claim(part.text(file), at: at / field) }
                }
            }
            if count == 0 { errors.required(at, "must specify a volume type per source") }
        }
    }
}
