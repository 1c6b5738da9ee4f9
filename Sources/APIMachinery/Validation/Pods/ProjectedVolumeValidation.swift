import KubernetesObjects

/// What is wrong with a projected volume.
///
/// - Source: kubernetes `validation.validateProjectionSources`, v1.36.
enum ProjectedVolumeValidation {
    static func check(_ volume: Value, at path: FieldPath, into errors: inout FieldErrors) {
        VolumeValidation.mode(volume, at: path / "defaultMode", into: &errors)
        var files = Files(path: path)
        for (index, source) in volume.list("sources").enumerated() {
            let at = (path / "sources")[index]
            let kinds = ["secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate"].filter(source.has)
            // The real path has the name that the field had at first.
            for kind in kinds {
                part(kind, source[kind] ?? [:], &files, at: at / (kind == "clusterTrustBundle" ? "clusterTrustBundlePEM" : kind), into: &errors)
            }
            if kinds.count > 1 { errors.forbidden(at, "may not specify more than 1 volume type per source") }
        }
    }

    /// The files that sources have put into the volume.
    private struct Files {
        var path: FieldPath
        var names: Set<String> = []

        /// Takes a name; what is there already is an error of the whole volume.
        mutating func take(_ name: String, shown: String? = nil, into errors: inout FieldErrors) {
            if !name.isEmpty, !names.insert(name).inserted { errors.invalid(path, shown ?? name, "conflicting duplicate paths") }
        }
    }

    private static func part(_ kind: String, _ part: Value, _ files: inout Files, at path: FieldPath, into errors: inout FieldErrors) {
        switch kind {
        case "secret", "configMap":
            let name = part.text("name")
            if name.isEmpty { errors.required(path / "name") }
            for (index, item) in part.list("items").enumerated() {
                VolumeValidation.item(item, at: (path / "items")[index], into: &errors)
                files.take(item.text("path"), shown: name, into: &errors)
            }
        case "downwardAPI":
            for file in part.list("items") {
                VolumeValidation.downwardFile(file, at: path, into: &errors)
                files.take(file.text("path"), into: &errors)
            }
        case "serviceAccountToken":
            if let seconds = part.int("expirationSeconds") {
                if seconds < 600 { errors.invalid(path / "expirationSeconds", seconds, "may not specify a duration less than 10 minutes") }
                if seconds > 1 << 32 { errors.invalid(path / "expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds") }
            }
            // The real path is that of the volume.
            let file = part.text("path")
            if file.isEmpty { errors.required(files.path / "path") } else { VolumeMountValidation.localNonReserved(file, at: files.path / "path", into: &errors) }
        case "clusterTrustBundle":
            trustBundle(part, at: path, into: &errors)
            let file = part.text("path")
            if file.isEmpty { errors.required(path / "path") }
            VolumeMountValidation.localNonReserved(file, at: path / "path", into: &errors)
            files.take(file, into: &errors)
        default:
            if part.text("signerName").isEmpty { errors.required(path / "signerName") }
            for field in ["credentialBundlePath", "keyPath", "certificateChainPath"] { files.take(part.text(field), into: &errors) }
        }
    }

    /// A bundle is named, or all of a signer's are meant.
    private static func trustBundle(_ part: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let (name, signer) = (part.present("name")?.stringValue, part.present("signerName")?.stringValue)
        if name != nil, signer != nil {
            errors.invalid(path, InternalForm.value(part, as: "ClusterTrustBundleProjection"), "only one of name and signerName may be used")
        } else if let name {
            if name.isEmpty { errors.required(path / "name", "must be a valid object name") }
            for message in NameFormats.dns1123Subdomain(name.split(separator: ":").last.map(String.init) ?? "") {
                errors.invalid(path / "name", name, "not a valid clustertrustbundlename: \(message)")
            }
            if let selector = part.present("labelSelector") {
                errors.invalid(path / "labelSelector", InternalForm.labelSelector(selector), "labelSelector must be unset if name is specified")
            }
        } else if let signer {
            if signer.isEmpty { errors.required(path / "signerName", "must be a valid signer name") }
            SigningRequestValidation.checkSigner(signer, at: path / "signerName", into: &errors)
            LabelSelectorValidation.check(part["labelSelector"], at: path / "labelSelector", into: &errors)
        } else {
            errors.required(path, "either name or signerName must be specified")
        }
    }
}
