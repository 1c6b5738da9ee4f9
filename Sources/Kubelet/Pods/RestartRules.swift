import KubernetesObjects

/// Whether a container that has ended is started again, and whether its end starts all of the pod's containers again.
///
/// - Source: kubelet `kubecontainer.ShouldContainerBeRestarted` and `podutil.ContainerShouldRestart` with container restart rules.
enum RestartRules {
    /// What a rule of a container asks for.
    enum Action: String { case restart = "Restart", restartAll = "RestartAllContainers" }

    /// A container's own rules come first, then its own policy, then the pod's.
    static func restarts(_ pod: Value, _ ref: ContainerRef, code: Int) -> Bool {
        if ref.kind == .ephemeral { return false }
        if pod.isSidecar(ref) { return true }
        let spec = pod.containerSpec(ref)
        if action(code, in: spec) == .restart { return true }
        let policy = spec["restartPolicy"]?.stringValue ?? pod["spec"]?["restartPolicy"]?.stringValue ?? "Always"
        // An init container that has done its work does not begin again.
        if ref.kind == .sidecarOrInit { return code != 0 && policy != "Never" }
        return policy == "Always" || (policy == "OnFailure" && code != 0)
    }

    /// Whether this end of a container begins the whole pod again.
    static func restartsAll(_ pod: Value, _ ref: ContainerRef, code: Int) -> Bool {
        ref.kind != .ephemeral && action(code, in: pod.containerSpec(ref)) == .restartAll
    }

    /// Whether some end of some container would.
    static func mayRestartAll(_ pod: Value) -> Bool {
        ["containers", "initContainers"].contains { list in
            (pod["spec"]?[list]?.elements ?? []).contains { spec in
                spec["restartPolicyRules"]?.elements.contains { $0["action"]?.stringValue == Action.restartAll.rawValue } ?? false
            }
        }
    }

    /// What the first rule that names the exit code asks for; nil when none does.
    private static func action(_ code: Int, in spec: Value) -> Action? {
        for rule in spec["restartPolicyRules"]?.elements ?? [] {
            guard let exit = rule["exitCodes"] else { continue }
            let isListed = exit["values"]?.elements.contains { $0.intValue == code } ?? false
            if isListed == (exit["operator"]?.stringValue == "In") { return rule["action"]?.stringValue.flatMap(Action.init) }
        }
        return nil
    }
}
