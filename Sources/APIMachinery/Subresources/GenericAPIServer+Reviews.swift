import KubernetesObjects
import KubernetesSchema

/// Reviews: questions that are asked by creating an object that is answered and not stored.
///
/// - Source: `pkg/registry/{authorization,authentication}`, v1.36.
extension GenericAPIServer {
    mutating func review(_ request: APIRequest, _ scope: inout RequestScope) throws(APIStatus) -> Value {
        var review = try decode(request.body, &scope)
        review["metadata", default: [:]]["creationTimestamp"] = nil
        switch scope.type.kind {
        case "SelfSubjectReview":
            review["metadata", default: [:]]["creationTimestamp"] = .string(now.rfc3339)
            review["status"] = ["userInfo": Self.value(of: request.user)]
        case "TokenReview": review["status"] = tokenStatus(review["spec"]?["token"]?.stringValue ?? "", review["spec"]?["audiences"])
        default:
            review = try AccessReviews.answer(
                review, asking: request.user, namespace: request.namespace, authorizers: pipeline.authorizers, store: store)
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
}
