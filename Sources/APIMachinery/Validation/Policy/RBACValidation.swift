import KubernetesObjects

/// What is wrong with Roles, ClusterRoles and their bindings.
///
/// - Source: kubernetes `pkg/apis/rbac/validation`, v1.36.
enum RBACValidation {
    static let group = "rbac.authorization.k8s.io"

    // MARK: Roles

    static func role(_ object: Value, into errors: inout FieldErrors) { rules(object, namespaced: true, into: &errors) }

    static func clusterRole(_ object: Value, into errors: inout FieldErrors) {
        rules(object, namespaced: false, into: &errors)
        guard let aggregation = object.present("aggregationRule") else { return }
        let path = FieldPath("aggregationRule") / "clusterRoleSelectors"
        let selectors = aggregation.list("clusterRoleSelectors")
        if selectors.isEmpty { errors.required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil") }
        for (index, selector) in selectors.enumerated() { LabelSelectorValidation.check(selector, at: path[index], into: &errors) }
    }

    private static func rules(_ object: Value, namespaced: Bool, into errors: inout FieldErrors) {
        for (index, rule) in object.list("rules").enumerated() {
            let at = FieldPath("rules")[index]
            if rule.list("verbs").isEmpty { errors.required(at / "verbs", "verbs must contain at least one value") }
            if !rule.list("nonResourceURLs").isEmpty {
                if namespaced {
                    errors.invalid(at / "nonResourceURLs", rule["nonResourceURLs"], "namespaced rules cannot apply to non-resource URLs")
                }
                if !rule.list("apiGroups").isEmpty || !rule.list("resources").isEmpty || !rule.list("resourceNames").isEmpty {
                    errors.invalid(
                        at / "nonResourceURLs", rule["nonResourceURLs"], "rules cannot apply to both regular resources and non-resource URLs")
                }
                continue
            }
            if rule.list("apiGroups").isEmpty { errors.required(at / "apiGroups", "resource rules must supply at least one api group") }
            if rule.list("resources").isEmpty { errors.required(at / "resources", "resource rules must supply at least one resource") }
        }
    }

    // MARK: Bindings

    static func roleBinding(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        binding(object, namespaced: true, into: &errors)
        keepsRole(object, old, into: &errors)
    }

    static func clusterRoleBinding(_ object: Value, old: Value?, into errors: inout FieldErrors) {
        binding(object, namespaced: false, into: &errors)
        keepsRole(object, old, into: &errors)
    }

    private static func keepsRole(_ object: Value, _ old: Value?, into errors: inout FieldErrors) {
        guard let old, object["roleRef"] != old["roleRef"] else { return }
        errors.invalid(FieldPath("roleRef"), InternalForm.value(object["roleRef"], as: "RoleRef"), "cannot change roleRef")
    }

    private static func binding(_ object: Value, namespaced: Bool, into errors: inout FieldErrors) {
        let reference = object["roleRef"] ?? [:]
        let path = FieldPath("roleRef")
        if reference.text("apiGroup") != group { errors.notSupported(path / "apiGroup", reference.text("apiGroup"), [group]) }
        let kinds = namespaced ? ["Role", "ClusterRole"] : ["ClusterRole"]
        if !kinds.contains(reference.text("kind")) { errors.notSupported(path / "kind", reference.text("kind"), kinds) }
        let name = reference.text("name")
        if name.isEmpty { errors.required(path / "name") } else { errors.invalid(path / "name", name, each: NameFormats.pathSegment(name)) }
        for (index, subject) in object.list("subjects").enumerated() {
            self.subject(subject, namespaced: namespaced, at: FieldPath("subjects")[index], into: &errors)
        }
    }

    private static func subject(_ subject: Value, namespaced: Bool, at path: FieldPath, into errors: inout FieldErrors) {
        let name = subject.text("name")
        if name.isEmpty { errors.required(path / "name") }
        let apiGroup = subject.text("apiGroup")
        switch subject.text("kind") {
        case "ServiceAccount":
            if !name.isEmpty { errors.invalid(path / "name", name, each: NameFormats.dns1123Subdomain(name)) }
            if !apiGroup.isEmpty { errors.notSupported(path / "apiGroup", apiGroup, [""]) }
            if !namespaced, subject.text("namespace").isEmpty { errors.required(path / "namespace") }
        case "User", "Group":
            if apiGroup != group { errors.notSupported(path / "apiGroup", apiGroup, [group]) }
        case let kind: errors.notSupported(path / "kind", kind, ["ServiceAccount", "User", "Group"])
        }
    }
}
