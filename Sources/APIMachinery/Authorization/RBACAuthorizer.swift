import KubernetesObjects

/// Decides by the stored Roles, ClusterRoles and their bindings.
///
/// - Order: cluster role bindings first, then the namespace's role bindings, as reasons list them.
/// - Source: kubernetes `plugin/pkg/auth/authorizer/rbac`, v1.36.
package struct RBACAuthorizer: Authorizer {
    package init() {}

    package func decide(_ user: UserInfo, _ attributes: AuthorizationAttributes, in store: Store) -> AuthorizationDecision {
        var problems: [String] = []
        var allowed: String?
        RuleResolver(store: store).visit(user, namespace: attributes.path == nil ? attributes.namespace : "") { granted in
            switch granted {
            case .rules(let rules, let source):
                for rule in rules where rule.allows(attributes) {
                    allowed = "RBAC: allowed by \(source)"
                    return false
                }
                return true
            case .missing(let problem):
                problems.append(problem)
                return true
            }
        }
        if let allowed { return .allow(reason: allowed) }
        if problems.isEmpty { return .noOpinion(reason: "") }
        let text = problems.count == 1 ? problems[0] : "[\(problems.joined(separator: ", "))]"
        return .noOpinion(reason: "RBAC: \(text)")
    }

    package func rules(of user: UserInfo, namespace: String, in store: Store) -> (
        resourceRules: [Value], nonResourceRules: [Value], incomplete: String
    ) {
        let (rules, problems) = RuleResolver(store: store).rules(of: user, namespace: namespace)
        var resources: [Value] = []
        var paths: [Value] = []
        for rule in rules {
            if !rule.resources.isEmpty {
                var shown = rule
                shown.nonResourceURLs = []
                resources.append(shown.value)
            }
            if !rule.nonResourceURLs.isEmpty { paths.append(PolicyRule(nonResourceURLs: rule.nonResourceURLs, verbs: rule.verbs).value) }
        }
        return (resources, paths, problems.joined(separator: ", "))
    }
}

/// Members of `system:masters` may do everything, whatever is stored.
package struct PrivilegedGroupAuthorizer: Authorizer {
    package static let group = "system:masters"
    package init() {}

    package func decide(_ user: UserInfo, _ attributes: AuthorizationAttributes, in store: Store) -> AuthorizationDecision {
        user.groups.contains(Self.group) ? .allow(reason: "") : .noOpinion(reason: "")
    }

    package func rules(of user: UserInfo, namespace: String, in store: Store) -> (
        resourceRules: [Value], nonResourceRules: [Value], incomplete: String
    ) {
        guard user.groups.contains(Self.group) else { return ([], [], "") }
        return ([["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]], [["verbs": ["*"], "nonResourceURLs": ["*"]]], "")
    }
}

/// Finds the rules that bindings give to a user.
package struct RuleResolver: Sendable {
    package enum Grant {
        /// The rules of one binding, and the words that name it.
        case rules([PolicyRule], source: String)
        /// A binding to a role that is not there.
        case missing(String)
    }

    let store: Store
    package init(store: Store) { self.store = store }

    /// Calls `body` with what each binding gives to a user until it answers false.
    package func visit(_ user: UserInfo, namespace: String, _ body: (Grant) -> Bool) {
        for binding in store.list(.clusterRoleBindings) {
            guard let subject = subject(of: binding, user, namespace: "") else { continue }
            let source = "ClusterRoleBinding \(goQuoted(binding.name)) of \(roleText(binding)) to \(subject)"
            if !body(grant(binding, namespace: "", source)) { return }
        }
        guard !namespace.isEmpty else { return }
        for binding in store.list(.roleBindings, namespace: namespace) {
            guard let subject = subject(of: binding, user, namespace: namespace) else { continue }
            let source = "RoleBinding \(goQuoted("\(binding.name)/\(namespace)")) of \(roleText(binding)) to \(subject)"
            if !body(grant(binding, namespace: namespace, source)) { return }
        }
    }

    /// All rules of a user in a namespace, and what could not be found.
    package func rules(of user: UserInfo, namespace: String) -> (rules: [PolicyRule], problems: [String]) {
        if user.groups.contains(PrivilegedGroupAuthorizer.group) {
            return ([PolicyRule(apiGroups: ["*"], resources: ["*"], verbs: ["*"]), PolicyRule(nonResourceURLs: ["*"], verbs: ["*"])], [])
        }
        var rules: [PolicyRule] = []
        var problems: [String] = []
        visit(user, namespace: namespace) { grant in
            switch grant {
            case .rules(let more, _): rules += more
            case .missing(let problem): problems.append(problem)
            }
            return true
        }
        return (rules, problems)
    }

    /// The rules of a role that a `roleRef` names; nil when the role is not there.
    package func rules(ofRole reference: Value, namespace: String) -> [PolicyRule]? {
        let name = reference.text("name")
        let role =
            reference.text("kind") == "Role"
            ? store.get(.roles, namespace: namespace, name: name) : store.get(.clusterRoles, name: name)
        return role.map { $0.list("rules").map(PolicyRule.init) }
    }

    private func grant(_ binding: Value, namespace: String, _ source: String) -> Grant {
        let reference = binding["roleRef"] ?? [:]
        if let rules = rules(ofRole: reference, namespace: namespace) { return .rules(rules, source: source) }
        let kind = reference.text("kind").lowercased()
        return .missing("\(kind).rbac.authorization.k8s.io \(goQuoted(reference.text("name"))) not found")
    }

    private func roleText(_ binding: Value) -> String {
        "\(binding["roleRef"]?.text("kind") ?? "") \(goQuoted(binding["roleRef"]?.text("name") ?? ""))"
    }

    /// The words for the subject through which a binding is about a user; nil when it is not.
    private func subject(of binding: Value, _ user: UserInfo, namespace: String) -> String? {
        guard let subjects = binding["subjects"] else { return nil }
        for subject in subjects.elements {
            let name = subject["name"]?.stringValue ?? ""
            switch subject["kind"]?.stringValue {
            case "User": if name == user.name { return "User \(goQuoted(name))" }
            case "Group": if user.groups.contains(name) { return "Group \(goQuoted(name))" }
            case "ServiceAccount":
                let space = subject["namespace"]?.stringValue ?? namespace
                if !space.isEmpty, user.name == "system:serviceaccount:\(space):\(name)" {
                    return "ServiceAccount \(goQuoted("\(name)/\(space)"))"
                }
            default: continue
            }
        }
        return nil
    }
}
