import KubernetesObjects
import KubernetesSchema
import SimulationKernel

/// Tokens of ServiceAccounts: JSON web tokens that this server can check again.
///
/// - Source: `pkg/registry/core/serviceaccount/storage` `TokenREST`; claims as `pkg/serviceaccount/claims.go` writes them.
extension GenericAPIServer {
    private static let lifetimeDefault = 3600
    private static let lifetimeMin = 600

    mutating func issueToken(_ request: Value, _ scope: inout RequestScope) throws(APIStatus) -> Value {
        guard let account = store.get(scope.key) else { throw refused(scope, .notFound(.serviceAccounts, name: scope.name)) }
        let seconds = request["spec"]?["expirationSeconds"]?.intValue ?? Self.lifetimeDefault
        func invalid(_ detail: String) -> APIStatus {
            .invalid(
                kind: "TokenRequest", group: "authentication.k8s.io", name: "", [.invalid("spec.expirationSeconds", Value(seconds), detail)])
        }
        if seconds < Self.lifetimeMin { throw refused(scope, invalid("may not specify a duration less than 10 minutes")) }
        if seconds > 1 << 32 { throw refused(scope, invalid("may not specify a duration larger than 2^32 seconds")) }
        var audiences = (request["spec"]?["audiences"]?.elements ?? []).compactMap(\.stringValue)
        if audiences.isEmpty { audiences = [settings.tokenIssuer] }
        let end = now + .seconds(seconds)
        var identity: Value = [
            "namespace": .string(account.namespace), "serviceaccount": ["name": .string(account.name), "uid": .string(account.uid)],
        ]
        if let bound = request["spec"]?["boundObjectRef"], !bound.isNull {
            let (field, object) = try boundObject(bound, scope)
            identity[field] = ["name": .string(object.name), "uid": .string(object.uid)]
        }
        let claims: Value = [
            "aud": Value(audiences), "exp": .int(end.seconds), "iat": .int(now.seconds), "iss": .string(settings.tokenIssuer),
            "jti": .string(uids.uuid()), "kubernetes.io": identity, "nbf": .int(now.seconds),
            "sub": .string("system:serviceaccount:\(account.namespace):\(account.name)"),
        ]
        var answer = request
        answer["apiVersion"] = "authentication.k8s.io/v1"
        answer["kind"] = "TokenRequest"
        answer["metadata"] = [
            "name": .string(account.name), "namespace": .string(account.namespace), "creationTimestamp": .string(now.rfc3339),
        ]
        answer["spec", default: [:]]["audiences"] = Value(audiences)
        answer["spec", default: [:]]["expirationSeconds"] = Value(seconds)
        if answer["spec"]?["boundObjectRef"] == nil { answer["spec", default: [:]]["boundObjectRef"] = .null }
        answer["status"] = ["token": .string(tokens.token(claims)), "expirationTimestamp": .string(end.rfc3339)]
        return answer
    }

    /// The object that a token is to live and die with, and the claim that names it.
    private mutating func boundObject(_ reference: Value, _ scope: RequestScope) throws(APIStatus) -> (field: String, object: Value) {
        let field = (reference["kind"]?.stringValue ?? "").lowercased()
        guard let resource = Self.bindable.first(where: { $0.0 == field })?.1 else {
            throw .badRequest("cannot bind token for serviceaccount \(goQuoted(scope.name)) to object kind \(goQuoted(reference["kind"]?.stringValue ?? "")): unsupported")
        }
        let name = reference["name"]?.stringValue ?? ""
        guard let object = store.get(resource, namespace: resource == .nodes ? "" : scope.namespace, name: name) else {
            throw refused(scope, .notFound(resource, name: name))
        }
        if let uid = reference["uid"]?.stringValue, !uid.isEmpty, uid != object.uid {
            throw refused(
                scope,
                .conflict(
                    resource, name: name,
                    because: "the UID in the bound object reference (\(uid)) does not match the UID in record. The object might have been deleted and then recreated"))
        }
        return (field, object)
    }

    /// Who a token is from.
    ///
    /// - Returns: nil when the token is not one of this server's, has ended, or its account is gone.
    package func user(ofToken token: String) -> UserInfo? { claims(of: token).flatMap(user(of:)) }

    /// Who a bearer token is from to this server itself: the token must be meant for it.
    package func bearer(of token: String) -> UserInfo? {
        guard let claims = claims(of: token), Self.isLegacy(claims) || audiences(of: claims).contains(settings.tokenIssuer) else { return nil }
        return user(of: claims)
    }

    /// - Source: `pkg/serviceaccount` `validator.Validate` and `legacyValidator.Validate`.
    private func user(of claims: Value) -> UserInfo? {
        guard let subject = claims["sub"]?.stringValue else { return nil }
        let parts = subject.split(separator: ":").map(String.init)
        guard parts.count == 4, let account = store.get(.serviceAccounts, namespace: parts[2], name: parts[3]), !account.uid.isEmpty else { return nil }
        var user = UserInfo.serviceAccount(namespace: parts[2], name: parts[3], uid: account.uid)
        if Self.isLegacy(claims) {
            guard claims["kubernetes.io/serviceaccount/service-account.uid"]?.stringValue == account.uid,
                let secret = claims["kubernetes.io/serviceaccount/secret.name"]?.stringValue,
                store.get(.secrets, namespace: parts[2], name: secret) != nil
            else { return nil }
            return user
        }
        guard account.uid == claims["kubernetes.io"]?["serviceaccount"]?["uid"]?.stringValue else { return nil }
        for (field, resource) in Self.bindable {
            guard let bound = claims["kubernetes.io"]?[field] else { continue }
            let (name, uid) = (bound["name"]?.stringValue ?? "", bound["uid"]?.stringValue ?? "")
            let key = ObjectKey(resource, namespace: resource == .nodes ? "" : parts[2], name: name)
            guard let object = store.get(key), object.uid == uid else { return nil }
            if field == "pod" || field == "node" {
                user.extra["authentication.kubernetes.io/\(field)-name"] = [name]
                user.extra["authentication.kubernetes.io/\(field)-uid"] = [uid]
            }
        }
        if let id = claims["jti"]?.stringValue { user.extra["authentication.kubernetes.io/credential-id"] = ["JTI=\(id)"] }
        return user
    }

    private static let bindable: [(String, GroupResource)] = [("pod", .pods), ("secret", .secrets), ("node", .nodes)]

    private static func isLegacy(_ claims: Value) -> Bool { claims["iss"]?.stringValue == "kubernetes/serviceaccount" }

    private func audiences(of claims: Value) -> [String] {
        if Self.isLegacy(claims) { return [settings.tokenIssuer] }
        if let one = claims["aud"]?.stringValue { return [one] }
        return (claims["aud"]?.elements ?? []).compactMap(\.stringValue)
    }

    /// What a token of this server that has not ended says.
    private func claims(of token: String) -> Value? {
        guard let claims = tokens.claims(of: token) else { return nil }
        if Self.isLegacy(claims) { return claims }
        guard claims["iss"]?.stringValue == settings.tokenIssuer, let end = claims["exp"]?.intValue, Int64(end) > now.seconds,
            Int64(claims["nbf"]?.intValue ?? 0) <= now.seconds
        else { return nil }
        return claims
    }

    /// What a TokenReview says of a token.
    ///
    /// - Source: `pkg/registry/authentication/tokenreview` `Create`, `pkg/serviceaccount` `jwtTokenAuthenticator.AuthenticateToken`, `validator.Validate`.
    func tokenStatus(_ token: String, _ wantedAudiences: Value?) -> Value {
        // What nobody issued here is no token to anybody; else the issuer's reason comes after that.
        func refused(because reason: String?) -> Value { ["user": [:], "error": .string(reason.map { "[invalid bearer token, \($0)]" } ?? "invalid bearer token")] }
        guard let claims = tokens.claims(of: token), Self.isLegacy(claims) || claims["iss"]?.stringValue == settings.tokenIssuer else { return refused(because: nil) }
        let wanted = (wantedAudiences?.elements ?? []).isEmpty ? [.string(settings.tokenIssuer)] : wantedAudiences?.elements ?? []
        let meant = audiences(of: claims)
        let granted = wanted.filter { meant.contains($0.stringValue ?? "") }
        if granted.isEmpty {
            func list(_ names: [String]) -> String { "[" + names.map { Value.string($0).json() }.joined(separator: " ") + "]" }
            return refused(because: "token audiences \(list(meant)) is invalid for the target audiences \(list(wanted.compactMap(\.stringValue)))")
        }
        if !Self.isLegacy(claims) {
            if Int64(claims["exp"]?.intValue ?? 0) <= now.seconds { return refused(because: "service account token has expired") }
            if Int64(claims["nbf"]?.intValue ?? 0) > now.seconds { return refused(because: "service account token is not valid yet") }
        }
        guard let user = user(of: claims) else { return refused(because: "service account token has been invalidated") }
        return ["authenticated": true, "user": Self.value(of: user), "audiences": .array(granted)]
    }
}
