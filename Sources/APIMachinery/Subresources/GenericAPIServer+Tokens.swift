import KubernetesObjects
import KubernetesSchema
import SimulationKernel

/// Tokens of ServiceAccounts: JSON web tokens that this server can check again.
///
/// - Source: `pkg/registry/core/serviceaccount/storage` `TokenREST`; claims as `pkg/serviceaccount/claims.go` writes them.
/// - Differs: the signature is a digest over the cluster's seed; it proves nothing outside this process.
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
            identity[(bound["kind"]?.stringValue ?? "").lowercased()] = ["name": bound["name"] ?? "", "uid": bound["uid"] ?? ""]
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
        answer["status"] = ["token": .string(token(claims)), "expirationTimestamp": .string(end.rfc3339)]
        return answer
    }

    private func token(_ claims: Value) -> String {
        let header = Base64Text.encode(Array("{\"alg\":\"RS256\",\"kid\":\"cluster\"}".utf8))
        let payload = header + "." + Base64Text.encode(Array(compactJSON(claims).utf8))
        return payload + "." + signature(payload)
    }

    private func signature(_ payload: String) -> String {
        Base64Text.encode(SHA256.digest(Array("\(tokenSecret).\(payload)".utf8)))
    }

    /// Who a token is from.
    ///
    /// - Returns: nil when the token is not one of this server's, has ended, or its account is gone.
    package func user(ofToken token: String) -> UserInfo? {
        guard let claims = claims(of: token), let subject = claims["sub"]?.stringValue else { return nil }
        let parts = subject.split(separator: ":").map(String.init)
        guard parts.count == 4, let account = store.get(.serviceAccounts, namespace: parts[2], name: parts[3]),
            account.uid == claims["kubernetes.io"]?["serviceaccount"]?["uid"]?.stringValue
        else { return nil }
        var user = UserInfo.serviceAccount(namespace: parts[2], name: parts[3], uid: account.uid)
        if let pod = claims["kubernetes.io"]?["pod"] {
            user.extra["authentication.kubernetes.io/pod-name"] = [pod["name"]?.stringValue ?? ""]
            user.extra["authentication.kubernetes.io/pod-uid"] = [pod["uid"]?.stringValue ?? ""]
        }
        if let id = claims["jti"]?.stringValue { user.extra["authentication.kubernetes.io/credential-id"] = ["JTI=\(id)"] }
        return user
    }

    private func claims(of token: String) -> Value? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, signature(parts[0] + "." + parts[1]) == parts[2], let bytes = Base64Text.decode(parts[1]),
            let claims = try? Value(parsingJSON: bytes), let end = claims["exp"]?.intValue, Int64(end) > now.seconds
        else { return nil }
        return claims
    }

    func tokenStatus(_ token: String, _ audiences: Value?) -> Value {
        guard let user = user(ofToken: token), let claims = claims(of: token) else {
            return ["authenticated": false, "user": [:], "error": "[invalid bearer token, service account token has been invalidated]"]
        }
        let wanted = (audiences?.elements ?? []).isEmpty ? [.string(settings.tokenIssuer)] : audiences?.elements ?? []
        let granted = wanted.filter { claims["aud"]?.elements.contains($0) == true }
        if granted.isEmpty { return ["authenticated": false, "user": [:], "error": "[invalid bearer token, token audiences are invalid]"] }
        return ["authenticated": true, "user": Self.value(of: user), "audiences": .array(granted)]
    }
}
