import KubernetesObjects

/// What is wrong with `env` and `envFrom`, and with the references that volumes share with them.
enum EnvironmentValidation {
    static let environmentFields = [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP",
        "status.hostIPs", "status.podIP", "status.podIPs",
    ]
    static let volumeFields = ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"]
    /// Fields that the downward API knows at all.
    static let knownFields: Set<String> = [
        "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName",
        "spec.restartPolicy", "spec.serviceAccountName", "spec.schedulerName", "status.phase", "status.hostIP", "status.hostIPs",
        "status.podIP", "status.podIPs",
    ]
    static let resourceFields = [
        "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory",
    ]

    static func variables(_ variables: [Value], _ scope: PodScope, at path: FieldPath, into errors: inout FieldErrors) {
        for (index, variable) in variables.enumerated() {
            let at = path[index]
            let name = variable.text("name")
            if name.isEmpty {
                errors.required(at / "name")
            } else {
                errors.invalid(at / "name", name, each: NameFormats.environmentName(name))
            }
            guard let source = variable.present("valueFrom") else { continue }
            valueFrom(source, hasValue: !variable.text("value").isEmpty, scope, at: at / "valueFrom", into: &errors)
        }
    }

    private static func valueFrom(_ source: Value, hasValue: Bool, _ scope: PodScope, at path: FieldPath, into errors: inout FieldErrors) {
        var count = 0
        if let reference = source.present("fieldRef") {
            count += 1
            fieldSelector(reference, allowed: environmentFields, at: path / "fieldRef", into: &errors)
        }
        if let reference = source.present("resourceFieldRef") {
            count += 1
            resourceSelector(reference, inVolume: false, at: path / "resourceFieldRef", into: &errors)
        }
        if let reference = source.present("configMapKeyRef") {
            count += 1
            keySelector(reference, at: path / "configMapKeyRef", into: &errors)
        }
        if let reference = source.present("secretKeyRef") {
            count += 1
            keySelector(reference, at: path / "secretKeyRef", into: &errors)
        }
        if let reference = source.present("fileKeyRef") {
            count += 1
            fileKeySelector(reference, scope, at: path / "fileKeyRef", into: &errors)
        }
        if count == 0 {
            errors.invalid(
                path, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`")
        }
        if hasValue {
            if count != 0 { errors.invalid(path, "", "may not be specified when `value` is not empty") }
        } else if count > 1 {
            errors.invalid(path, "", "may not have more than one field specified at a time")
        }
    }

    static func sources(_ sources: [Value], at path: FieldPath, into errors: inout FieldErrors) {
        for (index, source) in sources.enumerated() {
            let at = path[index]
            let prefix = source.text("prefix")
            if !prefix.isEmpty { errors.invalid(at / "prefix", prefix, each: NameFormats.environmentName(prefix)) }
            var count = 0
            for field in ["configMapRef", "secretRef"] {
                guard let reference = source.present(field) else { continue }
                count += 1
                let name = reference.text("name")
                if name.isEmpty {
                    errors.required(at / field / "name")
                } else {
                    errors.invalid(at / field / "name", name, each: NameFormats.dns1123Subdomain(name))
                }
            }
            if count == 0 {
                errors.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`")
            } else if count > 1 {
                errors.invalid(path, "", "may not have more than one field specified at a time")
            }
        }
    }

    private static func keySelector(_ selector: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let name = selector.text("name")
        errors.invalid(path / "name", name, each: NameFormats.dns1123Subdomain(name))
        let key = selector.text("key")
        if key.isEmpty { errors.required(path / "key") } else { errors.invalid(path / "key", key, each: NameFormats.configKey(key)) }
    }

    private static func fileKeySelector(_ selector: Value, _ scope: PodScope, at path: FieldPath, into errors: inout FieldErrors) {
        let key = selector.text("key")
        if key.isEmpty {
            errors.required(path / "key")
        } else {
            errors.invalid(path / "key", key, each: NameFormats.environmentName(key))
        }
        let volume = selector.text("volumeName")
        if volume.isEmpty {
            errors.required(path / "volumeName")
        } else if let source = scope.volumes[volume] {
            if !source.has("emptyDir") { errors.invalid(path / "volumeName", volume, "referenced volume must be of type emptyDir") }
        } else {
            errors.notFound(path / "volumeName", volume)
        }
        let file = selector.text("path")
        if file.isEmpty {
            errors.required(path / "path")
        } else {
            VolumeMountValidation.localDescending(file, at: path / "path", into: &errors)
        }
    }

    /// A `fieldRef`.
    static func fieldSelector(_ selector: Value, allowed: [String], at path: FieldPath, into errors: inout FieldErrors) {
        if selector.text("apiVersion").isEmpty {
            errors.required(path / "apiVersion")
            return
        }
        var field = selector.text("fieldPath")
        if field.isEmpty {
            errors.required(path / "fieldPath")
            return
        }
        if field == "spec.host" { field = "spec.nodeName" }
        var subscriptKey: String?
        var base = field
        if field.hasSuffix("']"), let open = field.firstRange(of: "['") {
            base = String(field[..<open.lowerBound])
            subscriptKey = String(field[open.upperBound...].dropLast(2))
        }
        if selector.text("apiVersion") != "v1" {
            errors.invalid(
                path / "fieldPath", field,
                "error converting fieldPath: unsupported pod version: \(selector.text("apiVersion"))")
            return
        }
        if let subscriptKey {
            switch base {
            case "metadata.annotations": errors.invalid(path, subscriptKey, each: NameFormats.qualifiedName(subscriptKey.lowercased()))
            case "metadata.labels": errors.invalid(path, subscriptKey, each: NameFormats.qualifiedName(subscriptKey))
            default: errors.invalid(path / "fieldPath", field, "error converting fieldPath: field label does not support subscript: \(field)")
            }
        } else if !knownFields.contains(base) {
            errors.invalid(path / "fieldPath", field, "error converting fieldPath: field label not supported: \(field)")
        } else if !allowed.contains(base) {
            errors.notSupported(path / "fieldPath", base, allowed)
        }
    }

    /// A `resourceFieldRef`.
    static func resourceSelector(_ selector: Value, inVolume: Bool, at path: FieldPath, into errors: inout FieldErrors) {
        let resource = selector.text("resource")
        if inVolume, selector.text("containerName").isEmpty {
            errors.required(path / "containerName")
        } else if resource.isEmpty {
            errors.required(path / "resource")
        } else if !resourceFields.contains(resource), !resource.hasPrefix("requests.hugepages-"), !resource.hasPrefix("limits.hugepages-") {
            errors.notSupported(path / "resource", resource, resourceFields)
        }
        guard let divisor = Quantity(selector["divisor"]), !divisor.isZero else { return }
        let text = divisor.description
        let bytes = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"]
        func refuse(_ allowed: String, _ what: String) {
            errors.invalid(path / "divisor", resource, "only divisor's values \(allowed) are supported with the \(what) resource")
        }
        if resource.hasSuffix(".cpu") {
            if text != "1m", text != "1" { refuse("1m and 1", "cpu") }
        } else if !bytes.contains(text) {
            let list = bytes.joined(separator: ", ")
            if resource.hasSuffix(".memory") {
                refuse(list, "memory")
            } else if resource.hasSuffix(".ephemeral-storage") {
                refuse(list, "local ephemeral storage")
            } else if resource.contains(".hugepages-") {
                refuse(list, "hugepages")
            }
        }
    }
}
