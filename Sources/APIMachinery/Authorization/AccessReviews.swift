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
        let errors = problems(of: review, namespace: namespace)
        // The kind is not told: the object's type is known by then, not its name.
        if !errors.isEmpty { throw .invalid(kind: "", group: "authorization.k8s.io", name: "", errors) }
        let subject = review.kind == "SelfSubjectAccessReview" ? user : UserInfo(name: spec.text("user"), groups: spec.texts("groups"))
        let (resource, path) = (spec.present("resourceAttributes"), spec.present("nonResourceAttributes"))
        result["status"] = decision(attributes(resource, path), subject, authorizers, store)
        return result
    }

    // MARK: What is asked

    /// - Source: kubernetes `pkg/apis/authorization/validation`.
    private static func problems(of review: Value, namespace: String) -> FieldErrors {
        var errors: FieldErrors = []
        let spec = review["spec"] ?? [:]
        let resource = spec.present("resourceAttributes")
        let path = spec.present("nonResourceAttributes").map { InternalForm.value($0, as: "NonResourceAttributes") }
        let (resourcePath, pathPath) = (FieldPath.spec / "resourceAttributes", FieldPath.spec / "nonResourceAttributes")
        if resource != nil, path != nil {
            errors.invalid(pathPath, path, "cannot be specified in combination with resourceAttributes")
        }
        if resource == nil, path == nil {
            errors.invalid(resourcePath, .null, "exactly one of nonResourceAttributes or resourceAttributes must be specified")
        }
        if review.kind != "SelfSubjectAccessReview", spec.text("user").isEmpty, spec.list("groups").isEmpty {
            errors.invalid(.spec / "user", "", "at least one of user or group must be specified")
        }
        for field in ["fieldSelector", "labelSelector"] {
            if let selector = resource?.present(field) { check(selector, at: resourcePath / field, into: &errors) }
        }
        let isLocal = review.kind == "LocalSubjectAccessReview"
        var metadata = InternalForm.metadata(review["metadata"])
        metadata["managedFields"] = nil
        if isLocal { metadata["namespace"] = nil }
        if !metadata.isEmptyValue {
            errors.invalid(.metadata, InternalForm.metadata(review["metadata"]), isLocal ? "must be empty except for namespace" : "must be empty")
        }
        if isLocal {
            if let asked = resource?.text("namespace"), asked != namespace {
                errors.invalid(resourcePath / "namespace", asked, "must match metadata.namespace")
            }
            if let path { errors.invalid(pathPath, path, "disallowed on this kind of request") }
        }
        return errors
    }

    private static func check(_ selector: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let (raw, requirements) = (selector.text("rawSelector"), selector.list("requirements"))
        if !raw.isEmpty, !requirements.isEmpty {
            errors.invalid(path / "rawSelector", raw, "may not specified at the same time as requirements")
        }
        if raw.isEmpty, requirements.isEmpty {
            errors.required(path / "requirements", "when \(path) is specified, requirements or rawSelector is required")
        }
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
