import APIMachinery
import KubernetesObjects

/// Who makes a request.
extension RequestService {
    /// - Throws: 401 for credentials that are wrong; who has none is anonymous.
    /// - Source: apiserver `authentication/request`: a certificate first, then a bearer token.
    func authenticate(_ wire: WireRequest) async throws(APIStatus) -> UserInfo {
        if let user = wire.connection.user { return user }
        if let token = Self.bearerToken(wire) {
            let user = try await host.snapshot().bearer(of: token)
            guard let user else { throw .unauthorized() }
            return user
        }
        if wire.connection.isRefused { throw .unauthorized() }
        return UserInfo(name: "system:anonymous", groups: ["system:unauthenticated"])
    }

    /// The token of an `Authorization` header, or of a WebSocket's subprotocols, where browsers have to put it.
    ///
    /// - Source: apiserver `authentication/request/{bearertoken,websocket}`.
    private static func bearerToken(_ wire: WireRequest) -> String? {
        let words = wire.header("authorization").split(separator: " ", maxSplits: 1)
        if words.count == 2, words[0].lowercased() == "bearer" {
            let token = words[1].drop { $0 == " " }
            return token.isEmpty ? nil : String(token)
        }
        let prefix = "base64url.bearer.authorization.k8s.io."
        for protocolName in wire.head.headers[canonicalForm: "sec-websocket-protocol"] where protocolName.hasPrefix(prefix) {
            if let bytes = Base64.decodeURL(String(protocolName.dropFirst(prefix.count))) { return String(decoding: bytes, as: UTF8.self) }
        }
        return nil
    }

    /// Refuses to act as somebody of whom only the groups are known.
    ///
    /// - Source: apiserver `endpoints/filters/impersonation`.
    static func checkImpersonation(_ headers: [(name: String, value: String)]) throws(APIStatus) {
        let names = headers.map { $0.name.lowercased() }.filter { $0.hasPrefix("impersonate-") }
        guard !names.isEmpty, !names.contains("impersonate-user") else { return }
        let others = headers.filter { $0.name.lowercased().hasPrefix("impersonate-") }.map(\.value).joined(separator: " ")
        throw .internalError("requested [\(others)] without impersonating a user")
    }
}
