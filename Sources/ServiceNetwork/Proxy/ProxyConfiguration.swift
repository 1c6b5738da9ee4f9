import KubernetesObjects

/// What kube-proxy is told by its file: the ConfigMap `kube-proxy-config` of Amazon EKS, or kubeadm's `kube-proxy`.
///
/// - Source: `KubeProxyConfiguration` of kubeproxy.config.k8s.io/v1alpha1; kube-proxy starts again when the file changes.
/// - Differs: a change counts at once and on all nodes, and what kube-proxy would not start with changes nothing.
struct ProxyConfiguration {
    var mode: ProxyMode
    var scheduler: IPVSScheduler

    private static let keys = ["kube-proxy-config": "config", "kube-proxy": "config.conf"]

    /// The configuration in a ConfigMap; nil for another ConfigMap, and for what kube-proxy does not take.
    init?(_ configMap: Value) {
        guard configMap.namespace == "kube-system", let key = Self.keys[configMap.name], let text = configMap["data"]?[key]?.stringValue,
            let file = try? Value(parsingYAML: text), file["kind"]?.stringValue == "KubeProxyConfiguration"
        else { return nil }
        func word(_ value: Value?, or standard: String) -> String { value?.stringValue.flatMap { $0.isEmpty ? nil : $0 } ?? standard }
        guard let mode = ProxyMode(rawValue: word(file["mode"], or: "iptables")),
            let scheduler = IPVSScheduler(rawValue: word(file["ipvs"]?["scheduler"], or: "rr"))
        else { return nil }
        (self.mode, self.scheduler) = (mode, scheduler)
    }
}
