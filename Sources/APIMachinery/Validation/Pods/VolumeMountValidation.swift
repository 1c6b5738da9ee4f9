import KubernetesObjects

/// What is wrong with `volumeMounts` and `volumeDevices` of a container.
enum VolumeMountValidation {
    static func mounts(_ container: Value, _ scope: PodScope, at path: FieldPath, into errors: inout FieldErrors) {
        let devices = container.list("volumeDevices")
        let (deviceNames, devicePoints) = (Set(devices.map { $0.text("name") }), Set(devices.map { $0.text("devicePath") }))
        var points: Set<String> = []
        for (index, mount) in container.list("volumeMounts").enumerated() {
            let at = path[index]
            let name = mount.text("name")
            if name.isEmpty { errors.required(at / "name") }
            if scope.volumes[name] == nil { errors.notFound(at / "name", name) }
            let point = mount.text("mountPath")
            if point.isEmpty { errors.required(at / "mountPath") }
            if !points.insert(point).inserted { errors.invalid(at / "mountPath", point, "must be unique") }
            if deviceNames.contains(name) {
                errors.invalid(at / "name", name, "must not already exist in volumeDevices")
            }
            if devicePoints.contains(point) {
                errors.invalid(at / "mountPath", point, "must not already exist as a path in volumeDevices")
            }
            let subPath = mount.text("subPath")
            if !subPath.isEmpty { localDescending(subPath, at: path / "subPath", into: &errors) }
            let expression = mount.text("subPathExpr")
            if !expression.isEmpty {
                if !subPath.isEmpty { errors.invalid(at / "subPathExpr", expression, "subPathExpr and subPath are mutually exclusive") }
                localDescending(expression, at: path / "subPathExpr", into: &errors)
            }
            propagation(mount, container, at: path / "mountPropagation", into: &errors)
            recursiveReadOnly(mount, at: path / "recursiveReadOnly", into: &errors)
        }
    }

    private static func propagation(_ mount: Value, _ container: Value, at path: FieldPath, into errors: inout FieldErrors) {
        guard let mode = mount.present("mountPropagation")?.stringValue else { return }
        if !["Bidirectional", "HostToContainer", "None"].contains(mode) {
            errors.notSupported(path, mode, ["Bidirectional", "HostToContainer", "None"])
        }
        if mode == "Bidirectional", container["securityContext"]?.flag("privileged") != true {
            errors.forbidden(path, "Bidirectional mount propagation is available only to privileged containers")
        }
    }

    private static func recursiveReadOnly(_ mount: Value, at path: FieldPath, into errors: inout FieldErrors) {
        guard let mode = mount.present("recursiveReadOnly")?.stringValue else { return }
        switch mode {
        case "Disabled": break
        case "Enabled", "IfPossible":
            if !mount.flag("readOnly") { errors.forbidden(path, "may only be specified when readOnly is true") }
            if let propagation = mount.present("mountPropagation")?.stringValue, propagation != "None" {
                errors.forbidden(path, "may only be specified when mountPropagation is None or not specified")
            }
        default: errors.notSupported(path, mode, ["Disabled", "Enabled", "IfPossible"])
        }
    }

    static func devices(_ container: Value, _ scope: PodScope, at path: FieldPath, into errors: inout FieldErrors) {
        let mounts = container.list("volumeMounts")
        let (mountNames, mountPoints) = (Set(mounts.map { $0.text("name") }), Set(mounts.map { $0.text("mountPath") }))
        var names: Set<String> = []
        var points: Set<String> = []
        for (index, device) in container.list("volumeDevices").enumerated() {
            let at = path[index]
            let name = device.text("name")
            let point = device.text("devicePath")
            if name.isEmpty { errors.required(at / "name") }
            if names.contains(name) { errors.invalid(at / "name", name, "must be unique") }
            if let source = scope.volumes[name] {
                if !source.has("persistentVolumeClaim"), !source.has("ephemeral") {
                    errors.invalid(
                        at / "name", name,
                        "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode")
                }
            } else {
                errors.notFound(at / "name", name)
            }
            if point.isEmpty { errors.required(at / "devicePath") }
            if points.contains(point) { errors.invalid(at / "devicePath", point, "must be unique") }
            if hasBacksteps(point) {
                errors.invalid(at / "devicePath", point, "can not contain backsteps ('..')")
            } else {
                points.insert(point)
            }
            if mountNames.contains(name) {
                errors.invalid(at / "name", name, "must not already exist in volumeMounts")
            }
            if mountPoints.contains(point) {
                errors.invalid(at / "devicePath", point, "must not already exist as a path in volumeMounts")
            }
            if !name.isEmpty { names.insert(name) }
        }
    }

    static func hasBacksteps(_ path: String) -> Bool {
        path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).contains("..")
    }

    /// A path that may lead anywhere, but not back.
    static func noBacksteps(_ text: String, at path: FieldPath, into errors: inout FieldErrors) {
        if hasBacksteps(text) { errors.invalid(path, text, "must not contain '..'") }
    }

    /// A path that leads down from where it starts.
    static func localDescending(_ text: String, at path: FieldPath, into errors: inout FieldErrors) {
        if text.hasPrefix("/") { errors.invalid(path, text, "must be a relative path") }
        noBacksteps(text, at: path, into: &errors)
    }

    /// A descending path that does not begin with dots, as the files of a volume have.
    static func localNonReserved(_ text: String, at path: FieldPath, into errors: inout FieldErrors) {
        localDescending(text, at: path, into: &errors)
        if text.hasPrefix(".."), !text.hasPrefix("../") { errors.invalid(path, text, "must not start with '..'") }
    }
}
