import KubernetesObjects

/// Which checks make up the levels of the Pod Security Standards, version by version.
///
/// - Order: the baseline checks by name, then the restricted ones by name. A restricted check may take the place of a baseline one.
/// - Source: k8s.io/pod-security-admission `policy` registry, v1.36. A version's form of a check holds until the next one.
enum PodSecurityStandard {
    static let levels = ["privileged", "baseline", "restricted"]
    /// The minor version that `latest` means.
    static let latest = 36

    /// A check with its forms: from which minor version on each holds.
    private struct Check {
        var forms: [(since: Int, find: @Sendable (_ metadata: Value?, _ spec: Value) -> SecurityFinding?)]
        /// The baseline check whose place it takes.
        var overrides: String?
        var name: String

        init(_ name: String, overrides: String? = nil, _ forms: (Int, @Sendable (Value?, Value) -> SecurityFinding?)...) {
            self.name = name
            self.overrides = overrides
            self.forms = forms.map { (since: $0.0, find: $0.1) }
        }

        func form(at minor: Int) -> (@Sendable (Value?, Value) -> SecurityFinding?)? { forms.last { $0.since <= minor }?.find }
    }

    private static let reservedPorts: Set = ["net.ipv4.ip_local_reserved_ports"]
    private static let keepalive: Set = [
        "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
    ]
    private static let buffers: Set = ["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"]

    private static let baseline: [Check] = [
        Check("appArmorProfile", (0, { PodSecurityChecks.appArmor($0, $1) })),
        Check("capabilities_baseline", (0, { PodSecurityChecks.capabilitiesBaseline($1) })),
        Check("hostNamespaces", (0, { PodSecurityChecks.hostNamespaces($1) })),
        Check("hostPathVolumes", (0, { PodSecurityChecks.hostPaths($1) })),
        Check("hostPorts", (0, { PodSecurityChecks.hostPorts($1) })),
        Check("hostProbesAndHostLifecycle", (34, { PodSecurityChecks.hostProbes($1) })),
        Check("privileged", (0, { PodSecurityChecks.privileged($1) })),
        Check(
            "procMount", (0, { PodSecurityChecks.procMount($1) }),
            (35, { PodSecurityChecks.hasOwnUsers($1) ? nil : PodSecurityChecks.procMount($1) })),
        Check(
            "seLinuxOptions", (0, { PodSecurityChecks.seLinux($1) }), (31, { PodSecurityChecks.seLinux($1, more: ["container_engine_t"]) })),
        Check("seccompProfile_baseline", (0, PodSecurityChecks.seccompAnnotations), (19, { PodSecurityChecks.seccompBaseline($1) })),
        Check(
            "sysctls", (0, { PodSecurityChecks.sysctls($1) }), (27, { PodSecurityChecks.sysctls($1, more: reservedPorts) }),
            (29, { PodSecurityChecks.sysctls($1, more: reservedPorts.union(keepalive)) }),
            (32, { PodSecurityChecks.sysctls($1, more: reservedPorts.union(keepalive).union(buffers)) })),
        Check("windowsHostProcess", (0, { PodSecurityChecks.hostProcess($1) })),
    ]

    private static let restricted: [Check] = [
        Check(
            "allowPrivilegeEscalation", (8, { PodSecurityChecks.escalation($1) }),
            (25, { PodSecurityChecks.isWindows($1) ? nil : PodSecurityChecks.escalation($1) })),
        Check(
            "capabilities_restricted", overrides: "capabilities_baseline", (22, { PodSecurityChecks.capabilitiesRestricted($1) }),
            (25, { PodSecurityChecks.isWindows($1) ? nil : PodSecurityChecks.capabilitiesRestricted($1) })),
        Check("procMount_restricted", overrides: "procMount", (35, { PodSecurityChecks.procMount($1) })),
        Check("restrictedVolumes", overrides: "hostPathVolumes", (0, { PodSecurityChecks.volumes($1) })),
        Check(
            "runAsNonRoot", (0, { PodSecurityChecks.nonRoot($1) }),
            (35, { PodSecurityChecks.hasOwnUsers($1) ? nil : PodSecurityChecks.nonRoot($1) })),
        Check(
            "runAsUser", (23, { PodSecurityChecks.rootUser($1) }),
            (35, { PodSecurityChecks.hasOwnUsers($1) ? nil : PodSecurityChecks.rootUser($1) })),
        Check(
            "seccompProfile_restricted", overrides: "seccompProfile_baseline", (19, { PodSecurityChecks.seccompRestricted($1) }),
            (25, { PodSecurityChecks.isWindows($1) ? nil : PodSecurityChecks.seccompRestricted($1) })),
    ]

    /// What a level of a version says against a pod.
    static func findings(_ policy: PodSecurityAdmission.Policy, metadata: Value?, spec: Value) -> [SecurityFinding] {
        let minor = policy.minor
        switch policy.level {
        case "baseline": return baseline.compactMap { $0.form(at: minor)?(metadata, spec) }
        case "restricted":
            let replaced = Set(restricted.filter { $0.form(at: minor) != nil }.compactMap(\.overrides))
            return (baseline.filter { !replaced.contains($0.name) } + restricted).compactMap { $0.form(at: minor)?(metadata, spec) }
        default: return []
        }
    }
}
