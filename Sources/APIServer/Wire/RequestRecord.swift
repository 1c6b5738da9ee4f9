import APIMachinery

/// What is remembered of a request for metrics and the audit log.
struct RequestRecord: Sendable {
    let wire: WireRequest
    var user: UserInfo?
    var request: APIRequest?
    var code = 0
    /// What admission noted for the audit log.
    var annotations: [String: String] = [:]

    init(_ wire: WireRequest) { self.wire = wire }

    /// The verb as the real server's metrics and audit logs name it.
    var verb: String {
        guard let request, request.verb != .nonResource else { return wire.method.lowercased() }
        return request.verb.rawValue
    }
}
