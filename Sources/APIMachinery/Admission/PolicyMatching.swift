import KubernetesObjects

/// Which policies are about a write, and with which parameters.
///
/// - Source: apiserver `admission/plugin/policy/{generic,matching}`, v1.36.
enum PolicyMatching {
    /// A policy with one of its bindings and one of the objects that parametrise it.
    struct Use {
        var policy: Value
        var binding: Value
        var params: Value?
        /// Why there are no parameters although there should be.
        var problem: String?
        /// Whether the problem is the policy's, whatever its bindings say.
        var isPolicyProblem = false
    }

    /// Whether a resource is one of the policies or bindings themselves, which no policy is about.
    static func isPolicy(_ resource: GroupResource) -> Bool {
        resource.group == "admissionregistration.k8s.io" && resource.resource.contains("admissionpolic")
    }

    /// A kind as messages name it: `apps/v1, Kind=Deployment`.
    static func kindText(_ apiVersion: String, _ kind: String) -> String {
        "\(apiVersion.contains("/") ? apiVersion : "/" + apiVersion), Kind=\(kind)"
    }

    static func group(_ name: String) -> GroupResource { GroupResource(name, group: "admissionregistration.k8s.io") }

    /// All uses of the policies of a resource, in the order of their names.
    static func uses(
        policies: String, bindings: String, _ attributes: AdmissionAttributes, in context: AdmissionContext
    ) -> [Use] {
        var result: [Use] = []
        let all = context.store.list(group(bindings))
        if all.isEmpty { return [] }
        for policy in context.store.list(group(policies)) {
            let own = all.filter { $0["spec"]?.text("policyName") == policy.name }
            guard !own.isEmpty, matches(policy["spec"]?["matchConstraints"], attributes, context) else { continue }
            for binding in own {
                if let resources = binding["spec"]?.present("matchResources"), !matches(resources, attributes, context, needsRules: false) { continue }
                result += uses(policy, binding, attributes, context)
            }
        }
        return result
    }

    private static func matches(
        _ resources: Value?, _ attributes: AdmissionAttributes, _ context: AdmissionContext, needsRules: Bool = true
    ) -> Bool {
        guard let resources else { return false }
        let rules = resources.list("resourceRules")
        if ResourceRules.match(resources.list("excludeResourceRules"), attributes) { return false }
        if rules.isEmpty, needsRules { return false }
        if !rules.isEmpty, !ResourceRules.match(rules, attributes) { return false }
        return ResourceRules.selects(resources["namespaceSelector"], resources["objectSelector"], attributes, in: context.store)
    }

    private static func uses(_ policy: Value, _ binding: Value, _ attributes: AdmissionAttributes, _ context: AdmissionContext) -> [Use] {
        guard let kind = policy["spec"]?.present("paramKind"), let reference = binding["spec"]?.present("paramRef") else {
            return [Use(policy: policy, binding: binding)]
        }
        let apiVersion = kind.text("apiVersion")
        let parts = apiVersion.split(separator: "/").map(String.init)
        guard let resource = context.resources.resource(ofKind: kind.text("kind"), group: parts.count > 1 ? parts[0] : "") else {
            let text = kindText(apiVersion, kind.text("kind"))
            return [
                Use(
                    policy: policy, binding: binding,
                    problem: "failed to configure policy: failed to find resource referenced by paramKind: '\(text)'", isPolicyProblem: true)
            ]
        }
        func misused(_ why: String) -> [Use] { [Use(policy: policy, binding: binding, problem: "failed to configure binding: \(why)")] }
        var namespace = reference.text("namespace")
        if context.resources.kind(of: resource)?.isNamespaced == true {
            if namespace.isEmpty { namespace = attributes.namespace }
            if namespace.isEmpty { return misused("cannot use namespaced paramRef in policy binding that matches cluster-scoped resources") }
        } else if !namespace.isEmpty {
            return misused("paramRef.namespace must not be provided for a cluster-scoped `paramKind`")
        }
        var found: [Value]
        let name = reference.text("name")
        if !name.isEmpty {
            found = context.store.get(resource, namespace: namespace, name: name).map { [$0] } ?? []
        } else {
            found = context.store.list(resource, namespace: namespace).filter { LabelSelectorValidation.matches(reference["selector"] ?? [:], $0.labels) }
        }
        if found.isEmpty, reference.text("parameterNotFoundAction") == "Deny" {
            return misused("no params found for policy binding with `Deny` parameterNotFoundAction")
        }
        return found.map { Use(policy: policy, binding: binding, params: $0) }
    }
}
