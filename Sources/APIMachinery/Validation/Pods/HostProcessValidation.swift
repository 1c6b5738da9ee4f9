import KubernetesObjects

/// What is wrong with pods whose Windows containers run as processes of the node: all of them do, and share its network.
///
/// - Source: kubernetes `pkg/apis/core/validation.validateWindowsHostProcessPod`, v1.36.
enum HostProcessValidation {
    static func check(_ spec: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let pod = setting(spec)
        var (containers, onHost) = (0, 0)
        for field in ["initContainers", "containers", "ephemeralContainers"] {
            for (index, container) in spec.list(field).enumerated() {
                let own = setting(container)
                containers += 1
                if own ?? pod == true { onHost += 1 }
                if let pod, let own, pod != own {
                    errors.invalid(
                        (path / field)[index] / "securityContext" / "windowsOptions" / "hostProcess", .bool(own),
                        "pod hostProcess value must be identical if both are specified, was \(pod)")
                }
            }
        }
        if onHost == 0 { return }
        if onHost < containers {
            errors.invalid(path, "", "If pod contains any hostProcess containers then all containers must be HostProcess containers")
        }
        if !spec.flag("hostNetwork") {
            errors.invalid(path / "hostNetwork", false, "hostNetwork must be true if pod contains any hostProcess containers")
        }
    }

    private static func setting(_ holder: Value) -> Bool? { holder["securityContext", "windowsOptions"]?["hostProcess"]?.boolValue }
}
