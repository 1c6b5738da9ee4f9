import KubernetesObjects

/// The admission plug-ins that a server runs unless told otherwise, in their order.
///
/// - Source: kubernetes `pkg/kubeapiserver/options/plugins.go`, v1.36.
package enum DefaultPlugins {
    package static let all = plugins()

    /// - Parameter extraTokenSources: what a distribution projects into every pod's token volume besides the usual.
    package static func plugins(extraTokenSources: [Value] = []) -> [any AdmissionPlugin] {
        [
            NamespaceLifecycle(), LimitRanger(), ServiceAccountAdmission(extraSources: extraTokenSources), NodeRestriction(),
            TaintNodesByCondition(), PodTopologyLabels(), PodSecurityAdmission(), PriorityAdmission(), DefaultTolerationSeconds(), DefaultStorageClass(),
            StorageObjectInUseProtection(), PersistentVolumeClaimResize(), RuntimeClassAdmission(), CertificateAdmission(),
            DefaultIngressClass(), RBACEscalation(),
            MutatingAdmissionPolicyPlugin(), ValidatingAdmissionPolicyPlugin(), WebhookAdmission(), ResourceQuotaAdmission(),
        ]
    }
}

extension ServerPipeline {
    /// What a server runs that was started without further flags, but with every request allowed.
    package static let open = ServerPipeline(plugins: DefaultPlugins.all, strategies: .builtIn)

    /// What a real cluster's server runs: Node and RBAC authorization, the default plug-ins, the rules of all built-in kinds.
    package static let standard = standard(extraTokenSources: [])

    /// The same for a distribution that projects more into the token volume of every pod.
    package static func standard(extraTokenSources: [Value]) -> ServerPipeline {
        ServerPipeline(
            authorizers: [PrivilegedGroupAuthorizer(), NodeAuthorizer(), RBACAuthorizer()],
            plugins: DefaultPlugins.plugins(extraTokenSources: extraTokenSources), strategies: .builtIn)
    }
}
