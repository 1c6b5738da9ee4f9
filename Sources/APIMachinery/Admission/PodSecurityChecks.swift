import KubernetesObjects

/// One finding of a pod security check: why a pod does not fit a level.
struct SecurityFinding: Hashable, Sendable {
    var reason: String
    var detail: String

    /// `reason (detail)`.
    var text: String { detail.isEmpty ? reason : "\(reason) (\(detail))" }
}

/// The single checks of the Pod Security Standards; `PodSecurityStandard` says which hold at which level and version.
///
/// - Source: k8s.io/pod-security-admission `policy`, v1.36.
enum PodSecurityChecks {
    // MARK: Helpers

    static func allContainers(_ spec: Value) -> [Value] {
        spec.list("initContainers") + spec.list("containers") + spec.list("ephemeralContainers")
    }

    static func quoted(_ names: [String]) -> String { names.map { "\"\($0)\"" }.joined(separator: ", ") }

    static func names(_ containers: [Value]) -> [String] { containers.map { $0.text("name") } }

    /// `container "a"` or `containers "a", "b"`.
    static func containers(_ names: [String]) -> String { "\(names.count == 1 ? "container" : "containers") \(quoted(names))" }

    static func isWindows(_ spec: Value) -> Bool { spec["os"]?.text("name") == "windows" }

    static func offending(_ spec: Value, where isBad: (Value) -> Bool) -> [String] {
        names(allContainers(spec).filter { isBad($0["securityContext"] ?? [:]) })
    }

    /// `pod`, `container "a"`, or `pod and container "a"`.
    static func setters(pod: Bool, _ names: [String]) -> String {
        var parts: [String] = []
        if pod { parts.append("pod") }
        if !names.isEmpty { parts.append(containers(names)) }
        return parts.joined(separator: " and ")
    }

    // MARK: Baseline

    static func appArmor(_ metadata: Value?, _ spec: Value) -> SecurityFinding? {
        func isBad(_ context: Value?) -> String? {
            guard let profile = context?.present("appArmorProfile") else { return nil }
            let type = profile.text("type")
            return type == "RuntimeDefault" || type == "Localhost" ? nil : type
        }
        var bad: [String] = []
        var values: [String] = []
        var isPodBad = false
        if let type = isBad(spec["securityContext"]) {
            isPodBad = true
            values.append(type)
        }
        for container in allContainers(spec) {
            if let type = isBad(container["securityContext"]) {
                bad.append(container.text("name"))
                values.append(type)
            }
        }
        let prefix = "container.apparmor.security.beta.kubernetes.io/"
        let annotations = (metadata?.map("annotations") ?? Fields()).sortedTexts.filter {
            $0.key.hasPrefix(prefix) && !$0.text.isEmpty && $0.text != "runtime/default" && !$0.text.hasPrefix("localhost/")
        }
        var who = setters(pod: isPodBad, bad)
        if !annotations.isEmpty { who += "\(who.isEmpty ? "" : " and ")\(annotations.count == 1 ? "annotation" : "annotations")" }
        if who.isEmpty { return nil }
        let all = Set(values).sorted() + annotations.map { "\($0.key)=\(goQuoted($0.text))" }
        return SecurityFinding(
            reason: all.count == 1 ? "forbidden AppArmor profile" : "forbidden AppArmor profiles",
            detail: "\(who) must not set AppArmor profile type to \(quoted(all))")
    }

    private static let defaultCapabilities: Set<String> = [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP",
        "SETUID", "SYS_CHROOT",
    ]

    static func capabilitiesBaseline(_ spec: Value) -> SecurityFinding? {
        var bad: [String] = []
        var added: Set<String> = []
        for container in allContainers(spec) {
            let own = (container["securityContext", "capabilities"]?.texts("add") ?? []).filter { !defaultCapabilities.contains($0) }
            if own.isEmpty { continue }
            bad.append(container.text("name"))
            added.formUnion(own)
        }
        if bad.isEmpty { return nil }
        return SecurityFinding(
            reason: "non-default capabilities",
            detail: "\(containers(bad)) must not include \(quoted(added.sorted())) in securityContext.capabilities.add")
    }

    static func hostNamespaces(_ spec: Value) -> SecurityFinding? {
        let set = ["hostNetwork", "hostPID", "hostIPC"].filter { spec.flag($0) }
        return set.isEmpty ? nil : SecurityFinding(reason: "host namespaces", detail: set.map { "\($0)=true" }.joined(separator: ", "))
    }

    static func hostPaths(_ spec: Value) -> SecurityFinding? {
        let bad = names(spec.list("volumes").filter { $0.has("hostPath") })
        return bad.isEmpty
            ? nil : SecurityFinding(reason: "hostPath volumes", detail: "\(bad.count == 1 ? "volume" : "volumes") \(quoted(bad))")
    }

    static func hostPorts(_ spec: Value) -> SecurityFinding? {
        var bad: [String] = []
        var ports: Set<Int> = []
        for container in allContainers(spec) {
            let own = container.list("ports").compactMap { $0.int("hostPort") }.filter { $0 != 0 }
            if own.isEmpty { continue }
            bad.append(container.text("name"))
            ports.formUnion(own)
        }
        if bad.isEmpty { return nil }
        let list = ports.map(String.init).sorted().joined(separator: ", ")
        return SecurityFinding(
            reason: "hostPort", detail: "\(containers(bad)) \(bad.count == 1 ? "uses" : "use") \(ports.count == 1 ? "hostPort" : "hostPorts") \(list)")
    }

    static func hostProbes(_ spec: Value) -> SecurityFinding? {
        var bad: Set<String> = []
        var hosts: Set<String> = []
        for container in allContainers(spec) {
            let probes = ["livenessProbe", "readinessProbe", "startupProbe"].compactMap { container.present($0) }
            let hooks = ["postStart", "preStop"].compactMap { container["lifecycle"]?.present($0) }
            let own = (probes + hooks).flatMap { [$0["httpGet"]?.text("host") ?? "", $0["tcpSocket"]?.text("host") ?? ""] }.filter {
                !$0.isEmpty
            }
            if own.isEmpty { continue }
            bad.insert(container.text("name"))
            hosts.formUnion(own)
        }
        if bad.isEmpty { return nil }
        return SecurityFinding(
            reason: "probe or lifecycle host",
            detail: "\(containers(bad.sorted())) \(bad.count == 1 ? "uses" : "use") probe or lifecycle \(hosts.count == 1 ? "host" : "hosts") \(quoted(hosts.sorted()))")
    }

    static func privileged(_ spec: Value) -> SecurityFinding? {
        let bad = offending(spec) { $0.flag("privileged") }
        return bad.isEmpty
            ? nil : SecurityFinding(reason: "privileged", detail: "\(containers(bad)) must not set securityContext.privileged=true")
    }

    /// Whether a pod's users are none of its node's: then root in it is nobody outside.
    static func hasOwnUsers(_ spec: Value) -> Bool { spec["hostUsers"]?.boolValue == false }

    static func procMount(_ spec: Value) -> SecurityFinding? {
        let bad = allContainers(spec).filter { !["", "Default"].contains($0["securityContext"]?.text("procMount") ?? "") }
        if bad.isEmpty { return nil }
        let values = Set(bad.map { $0["securityContext"]?.text("procMount") ?? "" }).sorted()
        return SecurityFinding(
            reason: "procMount", detail: "\(containers(names(bad))) must not set securityContext.procMount to \(quoted(values))")
    }

    private static let seLinuxTypes: Set<String> = ["", "container_t", "container_init_t", "container_kvm_t"]

    static func seLinux(_ spec: Value, more: Set<String> = []) -> SecurityFinding? {
        var types: Set<String> = []
        var setUser = false
        var setRole = false
        func isBad(_ context: Value?) -> Bool {
            guard let options = context?.present("seLinuxOptions") else { return false }
            var bad = false
            if !seLinuxTypes.contains(options.text("type")), !more.contains(options.text("type")) {
                types.insert(options.text("type"))
                bad = true
            }
            if !options.text("user").isEmpty {
                setUser = true
                bad = true
            }
            if !options.text("role").isEmpty {
                setRole = true
                bad = true
            }
            return bad
        }
        let pod = isBad(spec["securityContext"])
        let bad = names(allContainers(spec).filter { isBad($0["securityContext"]) })
        if !pod, bad.isEmpty { return nil }
        var what: [String] = []
        if !types.isEmpty { what.append("\(types.count == 1 ? "type" : "types") \(quoted(types.sorted()))") }
        if setUser { what.append("user may not be set") }
        if setRole { what.append("role may not be set") }
        return SecurityFinding(
            reason: "seLinuxOptions",
            detail: "\(setters(pod: pod, bad)) set forbidden securityContext.seLinuxOptions: \(what.joined(separator: "; "))")
    }

    static func seccompBaseline(_ spec: Value) -> SecurityFinding? {
        func isBad(_ context: Value?) -> Bool {
            guard let profile = context?.present("seccompProfile") else { return false }
            return !["RuntimeDefault", "Localhost"].contains(profile.text("type"))
        }
        let pod = isBad(spec["securityContext"])
        let bad = allContainers(spec).filter { isBad($0["securityContext"]) }
        if !pod, bad.isEmpty { return nil }
        var values = Set(bad.map { $0["securityContext", "seccompProfile"]?.text("type") ?? "" })
        if pod { values.insert(spec["securityContext", "seccompProfile"]?.text("type") ?? "") }
        return SecurityFinding(
            reason: "seccompProfile",
            detail: "\(setters(pod: pod, names(bad))) must not set securityContext.seccompProfile.type to \(quoted(values.sorted()))")
    }

    /// Before containers had fields for it, annotations named their profile.
    static func seccompAnnotations(_ metadata: Value?, _ spec: Value) -> SecurityFinding? {
        let annotations = metadata?["annotations"]
        let keys =
            ["seccomp.security.alpha.kubernetes.io/pod"]
            + names(allContainers(spec)).map { "container.seccomp.security.alpha.kubernetes.io/\($0)" }
        var bad: Set<String> = []
        for key in keys {
            guard let text = annotations?[key]?.stringValue else { continue }
            if text == "runtime/default" || text == "docker/default" || text.hasPrefix("localhost/") { continue }
            bad.insert("\(key)=\(goQuoted(text))")
        }
        if bad.isEmpty { return nil }
        return SecurityFinding(
            reason: "seccompProfile", detail: "forbidden \(bad.count == 1 ? "annotation" : "annotations") \(bad.sorted().joined(separator: ", "))")
    }

    private static let safeSysctls: Set<String> = [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
        "net.ipv4.ip_unprivileged_port_start",
    ]

    static func sysctls(_ spec: Value, more: Set<String> = []) -> SecurityFinding? {
        let bad = (spec["securityContext"]?.list("sysctls") ?? []).map { $0.text("name") }.filter { !safeSysctls.contains($0) && !more.contains($0) }
        return bad.isEmpty ? nil : SecurityFinding(reason: "forbidden sysctls", detail: bad.joined(separator: ", "))
    }

    static func hostProcess(_ spec: Value) -> SecurityFinding? {
        let pod = spec["securityContext", "windowsOptions"]?.flag("hostProcess") ?? false
        let bad = offending(spec) { $0["windowsOptions"]?.flag("hostProcess") ?? false }
        if !pod, bad.isEmpty { return nil }
        return SecurityFinding(
            reason: "hostProcess", detail: "\(setters(pod: pod, bad)) must not set securityContext.windowsOptions.hostProcess=true")
    }

    // MARK: Restricted

    static func escalation(_ spec: Value) -> SecurityFinding? {
        let bad = offending(spec) { $0["allowPrivilegeEscalation"]?.boolValue != false }
        return bad.isEmpty
            ? nil
            : SecurityFinding(
                reason: "allowPrivilegeEscalation != false",
                detail: "\(containers(bad)) must set securityContext.allowPrivilegeEscalation=false")
    }

    static func capabilitiesRestricted(_ spec: Value) -> SecurityFinding? {
        var keeping: [String] = []
        var adding: [String] = []
        var added: Set<String> = []
        for container in allContainers(spec) {
            let capabilities = container["securityContext", "capabilities"]
            if capabilities?.texts("drop").contains("ALL") != true { keeping.append(container.text("name")) }
            let own = (capabilities?.texts("add") ?? []).filter { $0 != "NET_BIND_SERVICE" }
            if !own.isEmpty {
                adding.append(container.text("name"))
                added.formUnion(own)
            }
        }
        var details: [String] = []
        if !keeping.isEmpty { details.append("\(containers(keeping)) must set securityContext.capabilities.drop=[\"ALL\"]") }
        if !adding.isEmpty {
            details.append("\(containers(adding)) must not include \(quoted(added.sorted())) in securityContext.capabilities.add")
        }
        return details.isEmpty ? nil : SecurityFinding(reason: "unrestricted capabilities", detail: details.joined(separator: "; "))
    }

    private static let allowedVolumes: Set<String> = [
        "configMap", "downwardAPI", "emptyDir", "projected", "secret", "csi", "persistentVolumeClaim", "ephemeral", "image",
    ]

    /// In the order in which a volume of several kinds is taken for one of them.
    private static let restrictedVolumes = [
        "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd", "flexVolume", "cinder", "cephfs",
        "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk", "photonPersistentDisk", "portworxVolume", "scaleIO", "storageos",
    ]

    static func volumes(_ spec: Value) -> SecurityFinding? {
        var bad: [String] = []
        var kinds: Set<String> = []
        for volume in spec.list("volumes") {
            if allowedVolumes.contains(where: { volume.has($0) }) { continue }
            // A volume without a kind is an emptyDir by the time it is asked about.
            guard let kind = restrictedVolumes.first(where: { volume.has($0) }) else { continue }
            bad.append(volume.text("name"))
            kinds.insert(kind)
        }
        if bad.isEmpty { return nil }
        return SecurityFinding(
            reason: "restricted volume types",
            detail:
                "\(bad.count == 1 ? "volume" : "volumes") \(quoted(bad)) \(bad.count == 1 ? "uses" : "use") restricted volume \(kinds.count == 1 ? "type" : "types") \(quoted(kinds.sorted()))"
        )
    }

    static func nonRoot(_ spec: Value) -> SecurityFinding? {
        let pod = spec["securityContext"]?["runAsNonRoot"]?.boolValue
        var explicit: [String] = []
        var implicit: [String] = []
        for container in allContainers(spec) {
            switch container["securityContext"]?["runAsNonRoot"]?.boolValue {
            case true?: break
            case false?: explicit.append(container.text("name"))
            case nil: if pod != true { implicit.append(container.text("name")) }
            }
        }
        if pod != false, explicit.isEmpty, implicit.isEmpty { return nil }
        let reason = "runAsNonRoot != true"
        if !explicit.isEmpty || pod == false {
            return SecurityFinding(
                reason: reason, detail: "\(setters(pod: pod == false, explicit)) must not set securityContext.runAsNonRoot=false")
        }
        return SecurityFinding(
            reason: reason, detail: "pod or \(containers(implicit)) must set securityContext.runAsNonRoot=true")
    }

    static func rootUser(_ spec: Value) -> SecurityFinding? {
        let pod = spec["securityContext"]?.int("runAsUser") == 0
        let bad = offending(spec) { $0.int("runAsUser") == 0 }
        if !pod, bad.isEmpty { return nil }
        return SecurityFinding(reason: "runAsUser=0", detail: "\(setters(pod: pod, bad)) must not set runAsUser=0")
    }

    static func seccompRestricted(_ spec: Value) -> SecurityFinding? {
        let allowed = ["RuntimeDefault", "Localhost"]
        let podType = spec["securityContext", "seccompProfile"]?.text("type")
        var bad: [String] = []
        var values: Set<String> = []
        var implicit: [String] = []
        let isPodBad = podType.map { !allowed.contains($0) } ?? false
        if isPodBad, let podType { values.insert(podType) }
        for container in allContainers(spec) {
            if let type = container["securityContext", "seccompProfile"]?.text("type") {
                if !allowed.contains(type) {
                    bad.append(container.text("name"))
                    values.insert(type)
                }
            } else if podType == nil || isPodBad {
                implicit.append(container.text("name"))
            }
        }
        if !isPodBad, bad.isEmpty, implicit.isEmpty { return nil }
        if isPodBad || !bad.isEmpty {
            return SecurityFinding(
                reason: "seccompProfile",
                detail: "\(setters(pod: isPodBad, bad)) must not set securityContext.seccompProfile.type to \(quoted(values.sorted()))")
        }
        return SecurityFinding(
            reason: "seccompProfile",
            detail: "pod or \(containers(implicit)) must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"")
    }
}
