import KubernetesObjects

/// The admission plug-ins that a server runs unless told otherwise, in their order.
///
/// - Source: kubernetes `pkg/kubeapiserver/options/plugins.go`, v1.36.
package enum DefaultPlugins {
    package static let all: [any AdmissionPlugin] = [
        NamespaceLifecycle(), ServiceAccountAdmission(), PriorityAdmission(), DefaultTolerationSeconds(), RuntimeClassAdmission(),
    ]
}

extension ServerPipeline {
    /// What a server started without further flags runs, authorizers left out.
    package static let standard = ServerPipeline(plugins: DefaultPlugins.all, strategies: .builtIn)
}
