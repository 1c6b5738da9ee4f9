import KubernetesObjects

/// Whether a container that has ended is started again.
///
/// - Source: kubelet `kubecontainer.ShouldContainerBeRestarted` and `podutil.ContainerShouldRestart` with container restart rules.
enum RestartRules {
    /// A container's own rules come first, then its own policy, then the pod's.
    static func restarts(_ pod: Value, _ ref: ContainerRef, code: Int) -> Bool {
        if ref.kind == .ephemeral { return false }
        if pod.isSidecar(ref) { return true }
        let spec = pod.containerSpec(ref)
        if isNamed(code, in: spec) { return true }
        let policy = spec["restartPolicy"]?.stringValue ?? pod["spec"]?["restartPolicy"]?.stringValue ?? "Always"
        // An init container that has done its work does not begin again.
        if ref.kind == .sidecarOrInit { return code != 0 && policy != "Never" }
        return policy == "Always" || (policy == "OnFailure" && code != 0)
    }

    private static func isNamed(_ code: Int, in spec: Value) -> Bool {
        for rule in spec["restartPolicyRules"]?.elements ?? [] where rule["action"]?.stringValue == "Restart" {
            guard let exit = rule["exitCodes"] else { continue }
            let isListed = exit["values"]?.elements.contains { $0.intValue == code } ?? false
            if isListed == (exit["operator"]?.stringValue == "In") { return true }
        }
        return false
    }
}
