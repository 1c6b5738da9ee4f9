import APIMachinery
import NIOCore
import NIOHTTP1

/// A request as it came over the wire, whole.
package struct WireRequest: Sendable {
    package var head: HTTPRequestHead
    package var body: ByteBuffer
    package var connection: ConnectionIdentity
    /// When it was complete, on the wall.
    package var begin: Int64
    package var auditID: String
    /// The flow that it belongs to, once that is known.
    var flow: FlowClassifier.Flow?

    package var method: String { head.method.rawValue }
    /// Without the query.
    package var path: String { String(head.uri.prefix { $0 != "?" }) }
    package func header(_ name: String) -> String { head.headers.first(name: name) ?? "" }

    /// Whether the client asks for another protocol on this connection.
    package var isUpgrade: Bool {
        head.version.major == 1 && head.headers.contains(name: "upgrade")
            && head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
    }
}

/// What a connection proves of who is at its other end.
package struct ConnectionIdentity: Sendable {
    /// Whom the client's certificate names; nil without one.
    package var user: UserInfo?
    /// Whether the client showed a certificate that is not of this cluster, or holds no more.
    package var isRefused = false
    package var address = ""
}
