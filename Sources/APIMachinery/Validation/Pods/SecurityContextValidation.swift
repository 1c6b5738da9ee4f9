import KubernetesObjects

/// What is wrong with the security contexts of pods and containers.
enum SecurityContextValidation {
    static let idRange = "must be between 0 and 2147483647, inclusive"

    static func container(_ context: Value?, _ scope: PodScope, at path: FieldPath, into errors: inout FieldErrors) {
        guard let context else { return }
        userIDs(context, at: path, into: &errors)
        if let mount = context.present("procMount")?.stringValue {
            errors.checkEnum(mount, path / "procMount", ["Default", "Unmasked"])
            if mount == "Unmasked", scope.usesHostUsers {
                errors.invalid(path / "procMount", mount, "`hostUsers` must be false to use `Unmasked`")
            }
        }
        seccomp(context.present("seccompProfile"), at: path / "seccompProfile", into: &errors)
        if context["allowPrivilegeEscalation"]?.boolValue == false {
            if context.flag("privileged") {
                errors.invalid(
                    path, InternalForm.value(context, as: "SecurityContext"),
                    "cannot set `allowPrivilegeEscalation` to false and `privileged` to true")
            }
            if let capabilities = context.present("capabilities") {
                for capability in capabilities.texts("add") where capability == "CAP_SYS_ADMIN" {
                    errors.invalid(
                        path, InternalForm.value(context, as: "SecurityContext"),
                        "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN")
                }
            }
        }
        windows(context.present("windowsOptions"), at: path / "windowsOptions", into: &errors)
        appArmor(context.present("appArmorProfile"), at: path / "appArmorProfile", into: &errors)
    }

    private static func userIDs(_ context: Value, at path: FieldPath, into errors: inout FieldErrors) {
        for field in ["runAsUser", "runAsGroup"] {
            if let id = context.int(field), id < 0 || id > 2_147_483_647 { errors.invalid(path / field, id, idRange) }
        }
    }

    static func pod(_ context: Value?, spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        guard let context else { return }
        if let id = context.int("fsGroup"), id < 0 || id > 2_147_483_647 { errors.invalid(path / "fsGroup", id, idRange) }
        userIDs(context, at: path, into: &errors)
        for (index, group) in context.list("supplementalGroups").enumerated() {
            if let id = group.intValue, id < 0 || id > 2_147_483_647 { errors.invalid((path / "supplementalGroups")[index], id, idRange) }
        }
        if spec.flag("shareProcessNamespace"), spec.flag("hostPID") {
            errors.invalid(path / "shareProcessNamespace", true, "ShareProcessNamespace and HostPID cannot both be enabled")
        }
        sysctls(context.list("sysctls"), spec, at: path / "sysctls", into: &errors)
        if let policy = context.present("fsGroupChangePolicy")?.stringValue {
            if policy != "OnRootMismatch", policy != "Always" {
                errors.notSupported(path / "fsGroupChangePolicy", policy, ["Always", "OnRootMismatch"])
            }
        }
        seccomp(context.present("seccompProfile"), at: path / "seccompProfile", into: &errors)
        windows(context.present("windowsOptions"), at: path / "windowsOptions", into: &errors)
        appArmor(context.present("appArmorProfile"), at: path / "appArmorProfile", into: &errors)
        if let policy = context.present("supplementalGroupsPolicy")?.stringValue, policy != "Merge", policy != "Strict" {
            errors.notSupported(path / "supplementalGroupsPolicy", policy, ["Merge", "Strict"])
        }
        if let policy = context.present("seLinuxChangePolicy")?.stringValue, policy != "MountOption", policy != "Recursive" {
            errors.notSupported(path / "seLinuxChangePolicy", policy, ["MountOption", "Recursive"])
        }
    }

    private static func sysctls(_ sysctls: [Value], _ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        var names: Set<String> = []
        for (index, sysctl) in sysctls.enumerated() {
            let name = sysctl.text("name")
            let at = path[index] / "name"
            if name.isEmpty {
                errors.required(at)
            } else if !isSysctl(name) {
                errors.invalid(
                    at, name,
                    "must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$")
            } else if !names.insert(name).inserted {
                errors.duplicate(at, name)
            }
            if spec.flag("hostNetwork"), name.hasPrefix("net.") {
                errors.invalid(at, name, "may not be specified when 'hostNetwork' is true")
            }
            if spec.flag("hostIPC"), name.hasPrefix("kernel.shm") || name.hasPrefix("kernel.msg") || name.hasPrefix("fs.mqueue.") || name == "kernel.sem" {
                errors.invalid(at, name, "may not be specified when 'hostIPC' is true")
            }
        }
    }

    /// Parts between dots or slashes, of lower letters, digits and what may stand between them.
    private static func isSysctl(_ name: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool { NameFormats.isLower(byte) || NameFormats.isDigit(byte) }
        return name.utf8.count <= 253
            && name.utf8.split(omittingEmptySubsequences: false, whereSeparator: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") }).allSatisfy { part in
                guard let first = part.first, let last = part.last else { return false }
                return isAlphanumeric(first) && isAlphanumeric(last)
                    && part.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
            }
    }

    private static func seccomp(_ profile: Value?, at path: FieldPath, into errors: inout FieldErrors) {
        guard let profile else { return }
        let type = profile.text("type")
        let localhost = profile.present("localhostProfile")?.stringValue
        switch type {
        case "": errors.required(path / "type", "type is required when seccompProfile is set")
        case "Localhost", "RuntimeDefault", "Unconfined": break
        default: errors.notSupported(path / "type", type, ["Localhost", "RuntimeDefault", "Unconfined"])
        }
        if type == "Localhost" {
            if let localhost {
                VolumeMountValidation.localDescending(localhost, at: path / "localhostProfile", into: &errors)
            } else {
                errors.required(path / "localhostProfile", "must be set when seccomp type is Localhost")
            }
        } else if let localhost {
            let value: Value = ["Type": .string(type), "LocalhostProfile": .string(localhost)]
            errors.invalid(path / "localhostProfile", value, "can only be set when seccomp type is Localhost")
        }
    }

    private static func appArmor(_ profile: Value?, at path: FieldPath, into errors: inout FieldErrors) {
        guard let profile else { return }
        let type = profile.text("type")
        let localhost = profile.present("localhostProfile")?.stringValue
        switch type {
        case "Localhost":
            if let localhost {
                if localhost.first?.isWhitespace == true || localhost.last?.isWhitespace == true {
                    errors.invalid(path / "localhostProfile", localhost, "must not be padded with whitespace")
                } else if localhost.isEmpty {
                    errors.required(path / "localhostProfile", "must be set when AppArmor type is Localhost")
                }
                if localhost.utf8.count > 4095 { errors.tooLong(path / "localhostProfile", maxBytes: 4095) }
            } else {
                errors.required(path / "localhostProfile", "must be set when AppArmor type is Localhost")
            }
        case "RuntimeDefault", "Unconfined":
            if localhost != nil { errors.invalid(path / "localhostProfile", profile["localhostProfile"], "can only be set when AppArmor type is Localhost") }
        case "": errors.required(path / "type", "type is required when appArmorProfile is set")
        default: errors.notSupported(path / "type", type, ["Localhost", "RuntimeDefault", "Unconfined"])
        }
    }

    private static func windows(_ options: Value?, at path: FieldPath, into errors: inout FieldErrors) {
        guard let options else { return }
        if let name = options.present("gmsaCredentialSpecName")?.stringValue {
            errors.invalid(path / "gmsaCredentialSpecName", name, each: NameFormats.dns1123Subdomain(name))
        }
        if let spec = options.present("gmsaCredentialSpec")?.stringValue {
            if spec.isEmpty {
                errors.invalid(path / "gmsaCredentialSpec", spec, "gmsaCredentialSpec cannot be an empty string")
            } else if spec.utf8.count > 64 * 1024 {
                errors.invalid(path / "gmsaCredentialSpec", spec, "gmsaCredentialSpec size must be under 64 KiB")
            }
        }
        if let user = options.present("runAsUserName")?.stringValue, user.isEmpty {
            errors.invalid(path / "runAsUserName", user, "runAsUserName cannot be an empty string")
        }
    }
}
