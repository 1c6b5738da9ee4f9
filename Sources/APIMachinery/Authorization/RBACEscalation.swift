import KubernetesObjects

/// Keeps users from granting what they do not hold themselves.
///
/// - Source: kubernetes `pkg/registry/rbac/*/policybased`, v1.36.
package struct RBACEscalation: AdmissionPlugin {
    package let name = "RBACEscalation"
    package init() {}

    package func handles(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String) -> Bool {
        resource.group == "rbac.authorization.k8s.io" && (operation == .create || operation == .update)
    }

    package func admit(_ attributes: inout AdmissionAttributes, in context: AdmissionContext) throws(APIStatus) {
        let user = attributes.user
        if context.authorizers.isEmpty || user.groups.contains(PrivilegedGroupAuthorizer.group) { return }
        let resource = attributes.resource
        let namespace = attributes.namespace
        let resolver = RuleResolver(store: context.store)
        let wanted: [PolicyRule]
        switch resource.resource {
        case "roles", "clusterroles":
            if let old = attributes.oldObject, old["rules"] == attributes.object["rules"], old["aggregationRule"] == attributes.object["aggregationRule"] {
                return
            }
            let verb = AuthorizationAttributes(verb: "escalate", resource: resource, namespace: namespace, name: attributes.object.name)
            if context.isAllowed(user, verb) { return }
            wanted = attributes.object.list("rules").map(PolicyRule.init)
            if attributes.object.has("aggregationRule") {
                let everything = [PolicyRule(apiGroups: ["*"], resources: ["*"], verbs: ["*"]), PolicyRule(nonResourceURLs: ["*"], verbs: ["*"])]
                try confirm(everything, aggregated: true, attributes, resolver)
            }
        default:
            let reference = attributes.object["roleRef"] ?? [:]
            if let old = attributes.oldObject, old["roleRef"] == attributes.object["roleRef"], old["subjects"] == attributes.object["subjects"] {
                return
            }
            let isRole = reference.text("kind") == "Role"
            let role = GroupVersionResource(
                group: resource.group, version: resource.version, resource: isRole ? "roles" : "clusterroles")
            let verb = AuthorizationAttributes(
                verb: "bind", resource: role, namespace: namespace, name: reference.text("name"))
            if context.isAllowed(user, verb) { return }
            guard let rules = resolver.rules(ofRole: reference, namespace: namespace) else {
                throw .notFound(isRole ? .roles : .clusterRoles, name: reference.text("name"))
            }
            wanted = rules
        }
        try confirm(wanted, aggregated: false, attributes, resolver)
    }

    private func confirm(
        _ wanted: [PolicyRule], aggregated: Bool, _ attributes: AdmissionAttributes, _ resolver: RuleResolver
    ) throws(APIStatus) {
        let user = attributes.user
        let (owned, problems) = resolver.rules(of: user, namespace: attributes.namespace)
        let missing = PolicyRule.missing(from: owned, for: wanted)
        if missing.isEmpty { return }
        if aggregated { throw attributes.forbidden("must have cluster-admin privileges to use an aggregationRule") }
        let lines = Set(PolicyRule.compacted(missing).map(\.compactText)).sorted()
        let groups = "[" + user.groups.map(goQuoted).joined(separator: " ") + "]"
        var message =
            "user \(goQuoted(user.name)) (groups=\(groups)) is attempting to grant RBAC permissions not currently held:\n"
            + lines.joined(separator: "\n")
        if !problems.isEmpty { message += "; resolution errors: [\(problems.joined(separator: " "))]" }
        throw attributes.forbidden(message)
    }
}
