import KubernetesObjects
import Shell

/// Profiles that a node must have on its disk before a container that names them can be made.
///
/// - Source: what containerd says of seccomp profiles below `/var/lib/kubelet/seccomp` and of AppArmor profiles that are not loaded.
///   Differs: an AppArmor profile counts as loaded once a file in `/etc/apparmor.d` describes it.
enum SecurityProfiles {
    static let seccompDirectory = "/var/lib/kubelet/seccomp"
    static let appArmorDirectory = "/etc/apparmor.d"

    /// What is missing for a container; nil when nothing is.
    static func problem(_ spec: Value, pod: Value, disk: VirtualFileSystem) -> String? {
        if let name = localProfile("appArmorProfile", spec, pod), !isLoaded(name, disk) {
            return "failed to get container spec opts: failed to generate apparmor spec opts: apparmor profile not found \(name)"
        }
        if let name = localProfile("seccompProfile", spec, pod) {
            let path = "\(seccompDirectory)/\(name)"
            if !disk.exists(path) { return "failed to create containerd container: cannot load seccomp profile \"\(path)\": open \(path): no such file or directory" }
        }
        return nil
    }

    private static func localProfile(_ field: String, _ spec: Value, _ pod: Value) -> String? {
        guard let profile = spec["securityContext"]?[field] ?? pod["spec"]?["securityContext"]?[field], profile["type"]?.stringValue == "Localhost" else { return nil }
        return profile["localhostProfile"]?.stringValue
    }

    private static func isLoaded(_ name: String, _ disk: VirtualFileSystem) -> Bool {
        for file in (try? disk.names(in: appArmorDirectory)) ?? [] {
            guard let bytes = try? disk.read("\(appArmorDirectory)/\(file)") else { continue }
            for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
                let words = line.split { $0 == " " || $0 == "\t" }
                if words.count > 1, words[0] == "profile", words[1] == name { return true }
            }
        }
        return false
    }
}

/// Kernel settings that pods may have.
///
/// - Source: kubelet `sysctl/allowlist.go` and `safe_sysctls.go` of v1.36; nothing beyond the safe ones is allowed.
enum Sysctls {
    private static let safe: Set<String> = [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
    ]

    /// Why a kubelet does not take on a pod with its settings; nil when it does.
    static func refusal(of pod: Value) -> PodVerdict? {
        for setting in pod["spec"]?["securityContext"]?["sysctls"]?.elements ?? [] {
            // Both spellings mean the same setting.
            let name = (setting["name"]?.stringValue ?? "").split(separator: "/").joined(separator: ".")
            func refused(_ detail: String) -> PodVerdict { .refused(reason: "SysctlForbidden", message: "forbidden sysctl: \"\(name)\" \(detail)") }
            guard safe.contains(name) else { return refused("not allowlisted") }
            if name.hasPrefix("net."), pod["spec"]?["hostNetwork"]?.boolValue == true { return refused("not allowed with host net enabled") }
            if name.hasPrefix("kernel.shm"), pod["spec"]?["hostIPC"]?.boolValue == true { return refused("not allowed with host ipc enabled") }
        }
        return nil
    }
}
