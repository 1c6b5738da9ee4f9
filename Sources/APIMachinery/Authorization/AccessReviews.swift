import KubernetesObjects

/// Answers to access reviews.
///
/// - Source: kubernetes `pkg/registry/authorization`, v1.36.
package enum AccessReviews {
    /// Fills in the `status` of a SubjectAccessReview, LocalSubjectAccessReview, SelfSubjectAccessReview or SelfSubjectRulesReview.
    ///
    /// - Throws: Invalid when the review does not say what it asks.
    package static func answer(
        _ review: Value, asking user: UserInfo, namespace: String, authorizers: [any Authorizer], store: Store
    ) throws(APIStatus) -> Value {
        var result = review
        let spec = review["spec"] ?? [:]
        if review.kind == "SelfSubjectRulesReview" {
            result["status"] = try rules(spec, user, authorizers, store)
            return result
        }
        var errors: FieldErrors = []
        let resource = spec.present("resourceAttributes")
        let path = spec.present("nonResourceAttributes")
        if resource != nil, path != nil {
            errors.invalid(.spec / "nonResourceAttributes", path, "cannot be specified in combination with resourceAttributes")
        }
        if resource == nil, path == nil {
            errors.invalid(.spec / "resourceAttributes", .null, "exactly one of nonResourceAttributes or resourceAttributes must be specified")
        }
        var subject = user
        if review.kind != "SelfSubjectAccessReview" {
            subject = UserInfo(name: spec.text("user"), groups: spec.texts("groups"))
            if spec.text("user").isEmpty, spec.list("groups").isEmpty {
                errors.invalid(.spec / "user", "", "at least one of user or group must be specified")
            }
            if review.kind == "LocalSubjectAccessReview", resource?.text("namespace") != namespace {
                errors.invalid(
                    .spec / "resourceAttributes" / "namespace", resource?.text("namespace") ?? "", "must match metadata.namespace")
            }
        }
        if !errors.isEmpty { throw .invalid(kind: review.kind, group: "authorization.k8s.io", name: "", errors) }
        result["status"] = decision(attributes(resource, path), subject, authorizers, store)
        return result
    }

    private static func attributes(_ resource: Value?, _ path: Value?) -> AuthorizationAttributes {
        guard let resource else { return AuthorizationAttributes(verb: path?.text("verb") ?? "", path: path?.text("path") ?? "") }
        return AuthorizationAttributes(
            verb: resource.text("verb"),
            resource: GroupVersionResource(group: resource.text("group"), version: resource.text("version"), resource: resource.text("resource")),
            subresource: resource.text("subresource"), namespace: resource.text("namespace"), name: resource.text("name"))
    }

    private static func decision(
        _ attributes: AuthorizationAttributes, _ user: UserInfo, _ authorizers: [any Authorizer], _ store: Store
    ) -> Value {
        if authorizers.isEmpty { return ["allowed": true] }
        var reasons: [String] = []
        for authorizer in authorizers {
            switch authorizer.decide(user, attributes, in: store) {
            case .allow(let reason): return reason.isEmpty ? ["allowed": true] : ["allowed": true, "reason": .string(reason)]
            case .deny(let reason): return ["allowed": false, "denied": true, "reason": .string(reason)]
            case .noOpinion(let reason): if !reason.isEmpty { reasons.append(reason) }
            }
        }
        return reasons.isEmpty ? ["allowed": false] : ["allowed": false, "reason": .string(reasons.joined(separator: "\n"))]
    }

    private static func rules(_ spec: Value, _ user: UserInfo, _ authorizers: [any Authorizer], _ store: Store) throws(APIStatus) -> Value {
        let namespace = spec.text("namespace")
        if namespace.isEmpty { throw .badRequest("no namespace on request") }
        var resources: [Value] = []
        var paths: [Value] = []
        var problems: [String] = []
        for authorizer in authorizers.isEmpty ? [AlwaysAllow()] : authorizers {
            let found = authorizer.rules(of: user, namespace: namespace, in: store)
            resources += found.resourceRules
            paths += found.nonResourceRules
            if !found.incomplete.isEmpty { problems.append(found.incomplete) }
        }
        var status: Value = [
            "resourceRules": .array(resources), "nonResourceRules": .array(paths), "incomplete": .bool(!problems.isEmpty),
        ]
        if !problems.isEmpty { status["evaluationError"] = .string(problems.joined(separator: ", ")) }
        return status
    }
}
