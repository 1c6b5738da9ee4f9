import KubernetesObjects

/// What a server says of its health: everything is well, since nothing of it can be ill by itself.
///
/// - Source: apiserver `server/healthz` `handleRootHealth`; the checks are those of kube-apiserver 1.36.
enum HealthChecks {
    /// The checks of `/healthz`, `/livez` or `/readyz`, in the order in which they are made.
    private static func names(_ endpoint: String) -> [String] {
        let isReadiness = endpoint == "readyz"
        let starting = hooks.map { "poststarthook/\($0)" } + ["autoregister-completion"] + lastHooks.map { "poststarthook/\($0)" }
        return ["ping", "log", "etcd"] + (isReadiness ? ["etcd-readiness", "informer-sync"] : []) + starting + (isReadiness ? ["shutdown"] : [])
    }

    private static let hooks = [
        "start-apiserver-admission-initializer", "generic-apiserver-start-informers", "priority-and-fairness-config-consumer", "priority-and-fairness-filter",
        "storage-object-count-tracker-hook", "start-apiextensions-informers", "start-apiextensions-controllers", "crd-informer-synced",
        "start-system-namespaces-controller", "start-cluster-authentication-info-controller", "start-kube-apiserver-identity-lease-controller",
        "start-kube-apiserver-identity-lease-garbage-collector", "start-legacy-token-tracking-controller", "start-service-ip-repair-controllers",
        "rbac/bootstrap-roles", "scheduling/bootstrap-system-priority-classes", "priority-and-fairness-config-producer", "bootstrap-controller",
        "start-kubernetes-service-cidr-controller", "aggregator-reload-proxy-client-cert", "start-kube-aggregator-informers",
        "apiservice-status-local-available-controller", "apiservice-status-remote-available-controller", "apiservice-registration-controller",
        "apiservice-discovery-controller", "kube-apiserver-autoregistration",
    ]
    private static let lastHooks = ["apiservice-openapi-controller", "apiservice-openapiv3-controller"]

    /// The answer to a path of one of the endpoints, of all its checks or a single one.
    ///
    /// - Throws: 404 for a check that there is not.
    static func answer(_ parts: [String], _ options: RequestOptions) throws(APIStatus) -> String {
        let names = names(parts[0])
        if parts.count > 1 {
            guard names.contains(parts[1...].joined(separator: "/")) else { throw .pageNotFound() }
            return "ok"
        }
        guard options.parameter("verbose") != nil else { return "ok" }
        let excluded = options.parameters.filter { $0.name == "exclude" }.map(\.value)
        var text = names.map { "[+]\($0) \(excluded.contains($0) ? "excluded: " : "")ok\n" }.joined()
        let unknown = Set(excluded).subtracting(names).sorted()
        if !unknown.isEmpty {
            text += "warn: some health checks cannot be excluded: no matches for \(unknown.map { Value.string($0).json() }.joined(separator: ", "))\n"
        }
        return text + "\(parts[0]) check passed\n"
    }

    /// The health of each check as metrics: all of them are well.
    ///
    /// - Source: component-base `metrics/prometheus/slis`.
    static var metrics: String {
        var text = "# HELP kubernetes_healthcheck [STABLE] This metric records the result of a single healthcheck.\n# TYPE kubernetes_healthcheck gauge\n"
        for endpoint in ["healthz", "livez", "readyz"] {
            for name in names(endpoint) { text += "kubernetes_healthcheck{name=\"\(name)\",type=\"\(endpoint)\"} 1\n" }
        }
        return text
    }
}
