import KubernetesObjects
import KubernetesSchema

/// Reviews: questions that are asked by creating an object that is answered and not stored.
///
/// - Source: `pkg/registry/{authorization,authentication}`, v1.36.
extension GenericAPIServer {
    mutating func review(_ request: APIRequest, _ scope: inout RequestScope) throws(APIStatus) -> Value {
        var review = try decode(request.body, &scope)
        review["metadata", default: [:]]["creationTimestamp"] = nil
        let kind = scope.type.kind
        switch kind {
        case "SelfSubjectReview":
            review["metadata", default: [:]]["creationTimestamp"] = .string(now.rfc3339)
            review["status"] = ["userInfo": Self.value(of: request.user)]
        case "TokenReview": review["status"] = tokenStatus(review["spec"]?["token"]?.stringValue ?? "", review["spec"]?["audiences"])
        case "SelfSubjectRulesReview":
            let namespace = review["spec"]?["namespace"]?.stringValue ?? ""
            if namespace.isEmpty { throw .badRequest("no namespace on request") }
            review["status"] = rules(of: request.user, in: namespace)
        case "SelfSubjectAccessReview": review["status"] = try access(review, of: request.user, kind, request)
        case "SubjectAccessReview", "LocalSubjectAccessReview":
            let spec = review["spec"]
            let user = UserInfo(
                name: spec?["user"]?.stringValue ?? "", uid: spec?["uid"]?.stringValue ?? "",
                groups: (spec?["groups"]?.elements ?? []).compactMap(\.stringValue))
            if user.name.isEmpty, user.groups.isEmpty {
                throw .invalid(
                    kind: kind, group: "authorization.k8s.io", name: "",
                    [.invalid("spec.user", .string(user.name), "at least one of user or group must be specified")])
            }
            review["status"] = try access(review, of: user, kind, request)
        default: throw .pageNotFound()
        }
        return VersionConversion.served(review, scope.type)
    }

    static func value(of user: UserInfo) -> Value {
        var value: Value = ["username": .string(user.name)]
        if !user.uid.isEmpty { value["uid"] = .string(user.uid) }
        if !user.groups.isEmpty { value["groups"] = Value(user.groups) }
        if !user.extra.isEmpty {
            value["extra"] = .object(Fields(user.extra.keys.sorted().map { ($0, Value(user.extra[$0] ?? [])) }))
        }
        return value
    }

    private func access(_ review: Value, of user: UserInfo, _ kind: String, _ request: APIRequest) throws(APIStatus) -> Value {
        let spec = review["spec"]
        let attributes: AuthorizationAttributes
        let hasResource = spec?["resourceAttributes"].map { !$0.isNull } ?? false
        let hasPath = spec?["nonResourceAttributes"].map { !$0.isNull } ?? false
        if hasResource == hasPath {
            throw .invalid(
                kind: kind, group: "authorization.k8s.io", name: "",
                [
                    .invalid(
                        "spec.resourceAttributes", spec?["nonResourceAttributes"],
                        hasPath
                            ? "cannot be specified in combination with nonResourceAttributes"
                            : "exactly one of nonResourceAttributes or resourceAttributes must be specified")
                ])
        }
        if hasResource, let asked = spec?["resourceAttributes"] {
            func text(_ field: String) -> String { asked[field]?.stringValue ?? "" }
            let namespace = text("namespace")
            if kind == "LocalSubjectAccessReview", namespace != request.namespace {
                throw .invalid(
                    kind: kind, group: "authorization.k8s.io", name: "",
                    [.invalid("spec.resourceAttributes.namespace", .string(namespace), "must match metadata.namespace")])
            }
            attributes = AuthorizationAttributes(
                verb: text("verb"), resource: GroupVersionResource(group: text("group"), version: text("version"), resource: text("resource")),
                subresource: text("subresource"), namespace: namespace, name: text("name"))
        } else {
            attributes = AuthorizationAttributes(
                verb: spec?["nonResourceAttributes"]?["verb"]?.stringValue ?? "",
                path: spec?["nonResourceAttributes"]?["path"]?.stringValue ?? "")
        }
        var reasons: [String] = []
        for authorizer in pipeline.authorizers {
            switch authorizer.decide(user, attributes, in: store) {
            case .allow(let reason): return Self.answer(isAllowed: true, isDenied: false, reason)
            case .deny(let reason): return Self.answer(isAllowed: false, isDenied: true, reason)
            case .noOpinion(let reason): if !reason.isEmpty { reasons.append(reason) }
            }
        }
        return Self.answer(isAllowed: pipeline.authorizers.isEmpty, isDenied: false, reasons.joined(separator: "\n"))
    }

    private static func answer(isAllowed: Bool, isDenied: Bool, _ reason: String) -> Value {
        var status: Value = ["allowed": .bool(isAllowed)]
        if isDenied { status["denied"] = true }
        if !reason.isEmpty { status["reason"] = .string(reason) }
        return status
    }

    private func rules(of user: UserInfo, in namespace: String) -> Value {
        var resourceRules: [Value] = []
        var nonResourceRules: [Value] = []
        var problems: [String] = []
        for authorizer in pipeline.authorizers.isEmpty ? [AlwaysAllow()] : pipeline.authorizers {
            let rules = authorizer.rules(of: user, namespace: namespace, in: store)
            resourceRules += rules.resourceRules
            nonResourceRules += rules.nonResourceRules
            if !rules.incomplete.isEmpty { problems.append(rules.incomplete) }
        }
        var status: Value = [
            "resourceRules": .array(resourceRules), "nonResourceRules": .array(nonResourceRules), "incomplete": .bool(!problems.isEmpty),
        ]
        if !problems.isEmpty { status["evaluationError"] = .string(problems.joined(separator: ", ")) }
        return status
    }
}
