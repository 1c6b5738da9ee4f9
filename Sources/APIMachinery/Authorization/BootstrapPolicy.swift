import KubernetesObjects

/// The roles and bindings that a new cluster has.
///
/// - Source: kubernetes `plugin/pkg/auth/authorizer/rbac/bootstrappolicy`, v1.36.
package enum BootstrapPolicy {
    /// All objects in the order in which the API server makes them.
    package static var objects: [Value] { clusterRoles + clusterRoleBindings + roles + roleBindings }

    /// Makes the objects for a store that has none of them.
    package static func keyed() -> [(key: ObjectKey, object: Value)] {
        objects.map { object in
            let resource: GroupResource =
                switch object.kind {
                case "ClusterRole": .clusterRoles
                case "ClusterRoleBinding": .clusterRoleBindings
                case "Role": .roles
                default: .roleBindings
                }
            return (ObjectKey(resource, namespace: object.namespace, name: object.name), object)
        }
    }

    static func rules(ofClusterRole name: String) -> [PolicyRule] {
        clusterRoles.first { $0.name == name }?.list("rules").map(PolicyRule.init) ?? []
    }

    package static let clusterRoles: [Value] = {
        var roles = (BootstrapRoles.text + "\n" + BootstrapControllerRoles.text).split(separator: "\n").compactMap(role)
        let aggregates = ["admin", "edit", "view"]
        for name in aggregates {
            var labels: Value = ["kubernetes.io/bootstrapping": "rbac-defaults"]
            if name == "edit" { labels["rbac.authorization.k8s.io/aggregate-to-admin"] = "true" }
            if name == "view" { labels["rbac.authorization.k8s.io/aggregate-to-edit"] = "true" }
            var object = BootstrapPolicy.object("ClusterRole", name, labels: labels)
            object["aggregationRule"] = [
                "clusterRoleSelectors": [["matchLabels": ["rbac.authorization.k8s.io/aggregate-to-\(name)": "true"]]]
            ]
            object["rules"] = .array(aggregated(name, roles))
            roles.append(object)
        }
        return roles.sorted { $0.name < $1.name }
    }()

    /// The rules that the aggregation controller gives a role; `view` flows into `edit`, `edit` into `admin`.
    private static func aggregated(_ name: String, _ roles: [Value]) -> [Value] {
        let sources = ["admin": ["edit", "view", "admin"], "edit": ["view", "edit"], "view": ["view"]][name] ?? []
        var result: [Value] = []
        for source in sources {
            for rule in roles.first(where: { $0.name == "system:aggregate-to-\(source)" })?.list("rules") ?? []
            where !result.contains(rule) { result.append(rule) }
        }
        return result
    }

    package static let clusterRoleBindings: [Value] = {
        var bindings = BootstrapRoles.bindings.split(separator: "\n").map { line -> Value in
            let parts = line.split(separator: " ").map(String.init)
            return binding("ClusterRoleBinding", parts[0], roleKind: "ClusterRole", role: parts[1], subjects: Array(parts.dropFirst(2)))
        }
        for role in clusterRoles where role.name.hasPrefix("system:controller:") {
            let account = String(role.name.dropFirst("system:controller:".count))
            bindings.append(
                binding("ClusterRoleBinding", role.name, roleKind: "ClusterRole", role: role.name, subjects: ["S:kube-system:\(account)"]))
        }
        return bindings.sorted { $0.name < $1.name }
    }()

    package static let roles: [Value] = BootstrapRoles.namespaced.split(separator: "\n").compactMap(role)

    package static let roleBindings: [Value] = BootstrapRoles.namespacedBindings.split(separator: "\n").map { line in
        let parts = line.split(separator: " ").map(String.init)
        let names = parts[0].split(separator: "/").map(String.init)
        var object = binding("RoleBinding", names[1], roleKind: "Role", role: parts[1], subjects: Array(parts.dropFirst(2)))
        object["metadata", "namespace"] = .string(names[0])
        return object
    }

    // MARK: Reading the tables

    private static func object(_ kind: String, _ name: String, labels: Value = ["kubernetes.io/bootstrapping": "rbac-defaults"]) -> Value {
        [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": .string(kind),
            "metadata": [
                "name": .string(name), "labels": labels, "annotations": ["rbac.authorization.kubernetes.io/autoupdate": "true"],
            ],
        ]
    }

    private static func binding(_ kind: String, _ name: String, roleKind: String, role: String, subjects: [String]) -> Value {
        var result = object(kind, name)
        result["roleRef"] = ["apiGroup": "rbac.authorization.k8s.io", "kind": .string(roleKind), "name": .string(role)]
        if subjects.isEmpty { return result }
        result["subjects"] = .array(
            subjects.map { subject in
                let text = String(subject.dropFirst(2))
                switch subject.first {
                case "S":
                    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
                    return ["kind": "ServiceAccount", "name": .string(parts[1]), "namespace": .string(parts[0])]
                case "G": return ["apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": .string(text)]
                default: return ["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": .string(text)]
                }
            })
        return result
    }

    /// Reads one line of a table of roles.
    private static func role(_ line: Substring) -> Value? {
        let parts = line.split(separator: " ", omittingEmptySubsequences: true)
        guard let first = parts.first else { return nil }
        let isNamespaced = first.contains("/")
        let names = first.split(separator: "/").map(String.init)
        let name = names[names.count - 1]
        var labels: Value = ["kubernetes.io/bootstrapping": "rbac-defaults"]
        if name.hasPrefix("system:aggregate-to-") {
            labels["rbac.authorization.k8s.io/aggregate-to-\(name.dropFirst("system:aggregate-to-".count))"] = "true"
        }
        var result = object(isNamespaced ? "Role" : "ClusterRole", name, labels: labels)
        if isNamespaced { result["metadata", "namespace"] = .string(names[0]) }
        result["rules"] = .array(parts.dropFirst().map { rule($0).value })
        return result
    }

    private static let shorthands: [String: [String]] = [
        "RO": ["get", "list", "watch"], "LW": ["list", "watch"], "CPU": ["create", "patch", "update"],
        "W": ["create", "delete", "deletecollection", "patch", "update"],
        "ALL": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
    ]

    private static func rule(_ text: Substring) -> PolicyRule {
        func list(_ part: Substring) -> [String] { part.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        func verbs(_ part: Substring) -> [String] { shorthands[String(part)] ?? list(part) }
        if text.hasPrefix("!") {
            let parts = text.dropFirst().split(separator: "=")
            return PolicyRule(nonResourceURLs: list(parts[0]), verbs: verbs(parts[1]))
        }
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        var resources = parts[1]
        var names: [String] = []
        if let open = resources.firstIndex(of: "["), resources.hasSuffix("]") {
            names = list(resources[resources.index(after: open)...].dropLast())
            resources = resources[..<open]
        }
        return PolicyRule(apiGroups: list(parts[0]), resources: list(resources), resourceNames: names, verbs: verbs(parts[2]))
    }
}
