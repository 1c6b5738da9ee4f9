import KubernetesObjects

/// What is wrong with a pod's DNS settings and host aliases.
enum PodNetworkValidation {
    static func dnsConfig(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let config = spec.present("dnsConfig")
        let isNone = spec.text("dnsPolicy") == "None"
        guard let config else {
            if isNone { errors.required(path, "must provide `dnsConfig` when `dnsPolicy` is None") }
            return
        }
        let servers = config.texts("nameservers")
        if isNone, servers.isEmpty {
            errors.required(path / "nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None")
            return
        }
        if servers.count > 3 {
            errors.invalid(path / "nameservers", config["nameservers"], "must not have more than 3 nameservers")
        }
        for (index, server) in servers.enumerated() { errors.checkAddress(server, (path / "nameservers")[index]) }
        let searches = config.texts("searches")
        if searches.count > 32 { errors.invalid(path / "searches", config["searches"], "must not have more than 32 search paths") }
        if searches.joined(separator: " ").utf8.count > 2048 {
            errors.invalid(
                path / "searches", config["searches"],
                "must not have more than 2048 characters (including spaces) in the search list")
        }
        for (index, search) in searches.enumerated() {
            if search == "." { continue }
            let bare = search.hasSuffix(".") ? String(search.dropLast()) : search
            errors.invalid((path / "searches")[index], bare, each: NameFormats.underscoredSubdomain(bare))
        }
        for (index, option) in config.list("options").enumerated() where option.text("name").isEmpty {
            errors.required((path / "options")[index], "must not be empty")
        }
    }

    static func hostAliases(_ aliases: [Value], at path: FieldPath, into errors: inout FieldErrors) {
        for (index, alias) in aliases.enumerated() {
            errors.checkAddress(alias.text("ip"), path[index] / "ip")
            for (position, name) in alias.texts("hostnames").enumerated() {
                errors.invalid((path[index] / "hostnames")[position], name, each: NameFormats.dns1123Subdomain(name))
            }
        }
    }
}

/// What may not be set for a pod's operating system.
enum PodOSValidation {
    static func check(_ spec: Value, os: String, at path: FieldPath, into errors: inout FieldErrors) {
        let context = path / "securityContext"
        switch os {
        case "linux":
            if spec["securityContext"]?.has("windowsOptions") == true {
                errors.forbidden(context / "windowsOptions", "windows options cannot be set for a linux pod")
            }
            for field in ["containers", "initContainers"] {
                for (index, container) in spec.list(field).enumerated() where container["securityContext"]?.has("windowsOptions") == true {
                    errors.forbidden((path / field)[index] / "securityContext" / "windowsOptions", "windows options cannot be set for a linux pod")
                }
            }
        case "windows":
            let message = "cannot be set for a windows pod"
            for field in ["appArmorProfile", "seLinuxOptions"] where spec["securityContext"]?.has(field) == true {
                errors.forbidden(context / field, message)
            }
            if spec.has("hostUsers") { errors.forbidden(path / "hostUsers", message) }
            for field in ["hostPID", "hostIPC"] where spec.flag(field) { errors.forbidden(path / field, message) }
            for field in [
                "seccompProfile", "fsGroup", "fsGroupChangePolicy", "sysctls", "runAsUser", "runAsGroup", "supplementalGroups",
                "supplementalGroupsPolicy", "seLinuxChangePolicy",
            ] where spec["securityContext"]?.has(field) == true { errors.forbidden(context / field, message) }
            if spec.has("shareProcessNamespace") { errors.forbidden(path / "shareProcessNamespace", message) }
            for list in ["containers", "initContainers"] {
                for (index, container) in spec.list(list).enumerated() {
                    guard let own = container.present("securityContext") else { continue }
                    for field in [
                        "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged",
                        "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup",
                    ] where own.has(field) { errors.forbidden((path / list)[index] / "securityContext" / field, message) }
                }
            }
        default: break
        }
    }
}
