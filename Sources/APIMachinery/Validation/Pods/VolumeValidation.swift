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
            one(kind, source, at: path / (misspelt[kind]?.inner ?? kind), into: &errors)
            if kind == "ephemeral" { claimName(volume.text("name"), podName, at: path / "name", into: &errors) }
        }
        if count == 0 { errors.required(path, "must specify a volume type") }
    }

    /// The claim that an ephemeral volume makes is called after its pod and the volume.
    private static func claimName(_ volume: String, _ pod: String, at path: FieldPath, into errors: inout FieldErrors) {
        guard !pod.isEmpty, !volume.isEmpty else { return }
        let name = "\(pod)-\(volume)"
        for message in NameFormats.dns1123Subdomain(name) { errors.invalid(path, volume, "PVC name \"\(name)\": \(message)") }
    }

    private static func one(_ kind: String, _ source: Value, at path: FieldPath, into errors: inout FieldErrors) {
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
        case "projected": ProjectedVolumeValidation.check(source, at: path, into: &errors)
        case "ephemeral":
            guard let template = source.present("volumeClaimTemplate") else {
                errors.required(path / "volumeClaimTemplate")
                return
            }
            let at = path / "volumeClaimTemplate"
            ObjectMetaValidation.template(template["metadata"] ?? [:], at: at / "metadata", into: &errors)
            ClaimValidation.spec(template["spec"] ?? [:], at: at / "spec", into: &errors)
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
        for (index, item) in items.enumerated() { self.item(item, at: path[index], into: &errors) }
    }

    /// A key and the file that it becomes.
    static func item(_ item: Value, at path: FieldPath, into errors: inout FieldErrors) {
        if item.text("key").isEmpty { errors.required(path / "key") }
        let file = item.text("path")
        if file.isEmpty { errors.required(path / "path") }
        VolumeMountValidation.localNonReserved(file, at: path / "path", into: &errors)
        mode(item, "mode", at: path / "mode", into: &errors)
    }

    static func downwardFile(_ file: Value, at path: FieldPath, into errors: inout FieldErrors) {
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
        mode(file, "mode", at: path / "mode", into: &errors)
    }
}
