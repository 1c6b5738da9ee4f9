import KubernetesObjects

/// Lets a kubelet read what its own pods need, and write its own node and pods.
///
/// - Source: kubernetes `plugin/pkg/auth/authorizer/node`, v1.36.
/// - Differs: relations are looked up in the pods of the node when asked; there is no graph.
package struct NodeAuthorizer: Authorizer {
    package init() {}

    /// The name of the node that a user is; nil for anybody else.
    package static func node(of user: UserInfo) -> String? {
        let prefix = "system:node:"
        guard user.groups.contains("system:nodes"), user.name.hasPrefix(prefix) else { return nil }
        return String(user.name.dropFirst(prefix.count))
    }

    private static let rules = BootstrapPolicy.rules(ofClusterRole: "system:node")

    package func decide(_ user: UserInfo, _ attributes: AuthorizationAttributes, in store: Store) -> AuthorizationDecision {
        guard let node = Self.node(of: user) else { return .noOpinion(reason: "") }
        guard attributes.path == nil else { return .noOpinion(reason: "") }
        let related: (Value) -> Bool
        switch (attributes.group, attributes.resource) {
        case ("", "secrets"): related = { Self.references($0, attributes, "secret") }
        case ("", "configmaps"): related = { Self.references($0, attributes, "configMap") }
        case ("", "persistentvolumeclaims"):
            related = { pod in
                (pod["spec"]?.list("volumes") ?? []).contains { $0["persistentVolumeClaim"]?.text("claimName") == attributes.name }
            }
        case ("", "serviceaccounts") where attributes.subresource == "token":
            related = { $0["spec"]?.text("serviceAccountName") == attributes.name }
        default:
            return Self.rules.contains { $0.allows(attributes) } ? .allow(reason: "") : .noOpinion(reason: "")
        }
        let allowedVerbs = attributes.subresource == "token" ? ["create"] : ["get", "list", "watch"]
        guard allowedVerbs.contains(attributes.verb) else {
            return .noOpinion(reason: "can only read resources of this type")
        }
        guard !attributes.name.isEmpty else { return .noOpinion(reason: "No Object name found") }
        let pods = store.pods(onNode: node)
        if pods.contains(where: { $0.namespace == attributes.namespace && related($0) }) { return .allow(reason: "") }
        return .noOpinion(reason: "no relationship found between node '\(node)' and this object")
    }

    /// Whether a pod uses a Secret or ConfigMap of a name.
    private static func references(_ pod: Value, _ attributes: AuthorizationAttributes, _ kind: String) -> Bool {
        let spec = pod["spec"] ?? [:]
        let name = attributes.name
        if kind == "secret", spec.list("imagePullSecrets").contains(where: { $0.text("name") == name }) { return true }
        for container in spec.list("containers") + spec.list("initContainers") {
            if container.list("env").contains(where: { $0["valueFrom", kind + "KeyRef"]?.text("name") == name }) { return true }
            if container.list("envFrom").contains(where: { $0[kind + "Ref"]?.text("name") == name }) { return true }
        }
        for volume in spec.list("volumes") {
            if volume[kind]?.text(kind == "secret" ? "secretName" : "name") == name { return true }
            if (volume["projected"]?.list("sources") ?? []).contains(where: { $0[kind]?.text("name") == name }) { return true }
        }
        return false
    }
}
