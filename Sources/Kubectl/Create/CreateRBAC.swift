import APIMachinery
import KubernetesObjects

/// `kubectl create role`, `clusterrole`, `rolebinding` and `clusterrolebinding`.
enum CreateRBAC {
    private static let group = "rbac.authorization.k8s.io"
    private static let ruleFlags: [FlagSpec] = [
        FlagSpec("verb", kind: .stringSlice, "Verbs to allow."), FlagSpec("resource", kind: .stringSlice, "Resources, such as pods or deployments.apps/scale."),
        FlagSpec("resource-name", kind: .stringArray, "Names of objects; can be repeated."),
    ]
    private static let subjectFlags: [FlagSpec] = [
        FlagSpec("user", kind: .stringArray, "Users; can be repeated."), FlagSpec("group", kind: .stringArray, "Groups; can be repeated."),
        FlagSpec("serviceaccount", kind: .stringArray, "Service accounts, NAMESPACE:NAME; can be repeated."),
    ]

    static let role = Command(
        name: "role", summary: "Create a role with single rule",
        usage: "NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none]",
        flags: Creation.flags + ruleFlags,
        run: { (invocation) throws(Failure) in
            let name = try Creation.name(invocation)
            let object: Value = [
                "kind": "Role", "apiVersion": "rbac.authorization.k8s.io/v1", "metadata": try Creation.metadata(invocation, name: name),
                "rules": .array(try rules(invocation, isCluster: false)),
            ]
            try Creation.create(object, GroupResource("roles", group: group), failing: nil, invocation)
        })

    static let clusterRole = Command(
        name: "clusterrole", summary: "Create a cluster role",
        usage: "NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]",
        flags: Creation.flags + ruleFlags + [
            FlagSpec("non-resource-url", kind: .stringSlice, "Paths that are no resources."),
            FlagSpec("aggregation-rule", kind: .stringMap, "Labels of the roles to gather, KEY=VALUE."),
        ],
        run: { (invocation) throws(Failure) in
            let name = try Creation.name(invocation)
            var object: Value = [
                "kind": "ClusterRole", "apiVersion": "rbac.authorization.k8s.io/v1",
                "metadata": try Creation.metadata(invocation, name: name, namespaced: false),
            ]
            let aggregation = invocation.flags.list("aggregation-rule")
            if aggregation.isEmpty {
                object["rules"] = .array(try rules(invocation, isCluster: true))
            } else {
                if ["verb", "resource", "non-resource-url", "resource-name"].contains(where: { !invocation.flags.list($0).isEmpty }) {
                    throw Failure("aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames")
                }
                var labels = Fields()
                for pair in aggregation {
                    let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                    labels[parts[0]] = .string(parts.count > 1 ? parts[1] : "")
                }
                object["rules"] = .null
                object["aggregationRule"] = ["clusterRoleSelectors": [["matchLabels": .object(labels)]]]
            }
            try Creation.create(object, GroupResource("clusterroles", group: group), failing: nil, invocation)
        })

    static let roleBinding = Command(
        name: "rolebinding", summary: "Create a role binding for a particular role or cluster role",
        usage: "NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
        flags: Creation.flags + subjectFlags + [FlagSpec("clusterrole", "ClusterRole to bind."), FlagSpec("role", "Role to bind.")],
        run: { (invocation) throws(Failure) in
            let name = try Creation.name(invocation)
            let (clusterRole, role) = (invocation.flags.string("clusterrole"), invocation.flags.string("role"))
            if clusterRole.isEmpty == role.isEmpty { throw Failure("exactly one of clusterrole or role must be specified") }
            try bind(
                "RoleBinding", name, to: role.isEmpty ? "ClusterRole" : "Role", named: role.isEmpty ? clusterRole : role, namespaced: true,
                invocation)
        })

    static let clusterRoleBinding = Command(
        name: "clusterrolebinding", summary: "Create a cluster role binding for a particular cluster role",
        usage: "NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
        flags: Creation.flags + subjectFlags + [FlagSpec("clusterrole", "ClusterRole to bind.")], requiredFlags: ["clusterrole"],
        run: { (invocation) throws(Failure) in
            let name = try Creation.name(invocation)
            try bind(
                "ClusterRoleBinding", name, to: "ClusterRole", named: invocation.flags.string("clusterrole"), namespaced: false, invocation)
        })

    private static func bind(_ kind: String, _ name: String, to roleKind: String, named role: String, namespaced: Bool, _ invocation: Invocation)
        throws(Failure)
    {
        let flags = invocation.flags
        var subjects: [Value] = []
        for user in flags.list("user") { subjects.append(["kind": "User", "apiGroup": .string(group), "name": .string(user)]) }
        for name in flags.list("group") { subjects.append(["kind": "Group", "apiGroup": .string(group), "name": .string(name)]) }
        for account in flags.list("serviceaccount") {
            let parts = account.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            if parts.count != 2 || parts[0].isEmpty || parts[1].isEmpty { throw Failure("serviceaccount must be <namespace>:<name>") }
            subjects.append(["kind": "ServiceAccount", "name": .string(parts[1]), "namespace": .string(parts[0])])
        }
        var object: Value = [
            "kind": .string(kind), "apiVersion": "rbac.authorization.k8s.io/v1",
            "metadata": try Creation.metadata(invocation, name: name, namespaced: namespaced),
        ]
        if !subjects.isEmpty { object["subjects"] = .array(subjects) }
        object["roleRef"] = ["apiGroup": .string(group), "kind": .string(roleKind), "name": .string(role)]
        try Creation.create(
            object, GroupResource(kind.lowercased() + "s", group: group), failing: "failed to create \(kind.lowercased()): ", invocation)
    }

    private static let knownVerbs: Set = [
        "get", "delete", "list", "create", "update", "patch", "watch", "proxy", "redirect", "deletecollection", "use", "bind", "escalate",
        "impersonate", "*", "approve", "sign", "attest",
    ]

    private static func rules(_ invocation: Invocation, isCluster: Bool) throws(Failure) -> [Value] {
        let flags = invocation.flags
        var verbs: [String] = []
        for verb in flags.list("verb") {
            if verb == "*" {
                verbs = ["*"]
                break
            }
            if !verbs.contains(verb) { verbs.append(verb) }
        }
        let resources = flags.list("resource")
        let urls = isCluster ? flags.list("non-resource-url") : []
        let names = flags.list("resource-name")
        if verbs.isEmpty { throw Failure("at least one verb must be specified") }
        if resources.isEmpty, urls.isEmpty {
            throw Failure(isCluster ? "one of resource or nonResourceURL must be specified" : "at least one resource must be specified")
        }
        var rules: [Value] = []
        if !resources.isEmpty {
            for verb in verbs where !knownVerbs.contains(verb) { invocation.warn("'\(verb)' is not a standard resource verb") }
            var groups: [String: [String]] = [:]
            var seen: Set<String> = []
            for word in resources {
                if !seen.insert(word).inserted { continue }
                let (group, resource) = try resolve(word, verbs, invocation)
                groups[group, default: []].append(resource)
            }
            for group in groups.keys.sorted() {
                var rule: Value = ["verbs": Value(verbs), "apiGroups": [.string(group)], "resources": Value(groups[group] ?? [])]
                if !names.isEmpty { rule["resourceNames"] = Value(names) }
                rules.append(rule)
            }
        }
        if !urls.isEmpty {
            for verb in verbs where !pathVerbs.contains(verb) { throw Failure("invalid verb: '\(verb)' for nonResourceURL") }
            for url in urls where url != "*" {
                if !url.hasPrefix("/") { throw Failure("nonResourceURL should start with /") }
                if url.dropLast().contains("*") { throw Failure("nonResourceURL only supports wildcard matches when '*' is at the end") }
            }
            rules.append(["verbs": Value(verbs), "nonResourceURLs": Value(urls)])
        }
        return rules
    }

    private static let pathVerbs: Set = ["*", "get", "post", "put", "delete", "patch", "head", "options"]

    /// Verbs that mean something for these resources only.
    private static let specialVerbs: [String: [GroupResource]] = [
        "use": [GroupResource("podsecuritypolicies", group: "policy"), GroupResource("podsecuritypolicies", group: "extensions")],
        "bind": [GroupResource("roles", group: group), GroupResource("clusterroles", group: group)],
        "escalate": [GroupResource("roles", group: group), GroupResource("clusterroles", group: group)],
        "impersonate": [
            GroupResource("users"), GroupResource("serviceaccounts"), GroupResource("groups"),
            GroupResource("userextras", group: "authentication.k8s.io"),
        ],
    ]

    private static func resolve(_ word: String, _ verbs: [String], _ invocation: Invocation) throws(Failure) -> (group: String, resource: String) {
        let parts = word.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let suffix = parts.count > 1 && !parts[1].isEmpty ? "/" + parts[1] : ""
        let halves = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if halves[0].isEmpty { throw Failure("resource must be specified if apiGroup/subresource specified") }
        if halves[0] == "*" {
            return (halves.count > 1 ? halves[1] : "", "*" + suffix)
        }
        let found = try invocation.lookup { $0.find(parts[0]) }
        let named = found?.groupResource ?? GroupResource(halves[0], group: halves.count > 1 ? halves[1] : "")
        var isSpecial = false
        for verb in verbs {
            guard let allowed = specialVerbs[verb] else { continue }
            if !allowed.contains(named) { throw Failure("can not perform '\(verb)' on '\(named.resource)' in group '\(named.group)'") }
            isSpecial = true
        }
        if found == nil, isSpecial { return (named.group, named.resource + suffix) }
        guard let entry = found else {
            let place = halves.count > 1 ? " in group \(goQuoted(halves[1]))" : ""
            throw .text("the server doesn't have a resource type \(goQuoted(halves[0]))\(place)")
        }
        return (entry.group, entry.plural + suffix)
    }
}
