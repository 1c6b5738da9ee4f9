import APIMachinery
import KubernetesObjects
import NIOCore
import NIOHTTP1

/// A request that wants its connection for itself, after it was let through: `exec`, `attach`, `portforward`.
package struct ConnectionUpgrade: Sendable {
    package var head: HTTPRequestHead
    /// The request with the user who makes it.
    package var request: APIRequest
    /// The pod, node or service that it is for.
    package var object: Value
    package var host: ClusterHost
}

/// Takes a connection over from HTTP: WebSocket and SPDY.
package protocol ConnectionUpgrading: Sendable {
    /// The headers of the 101 answer; nil for a request whose protocols are not spoken, which is then refused with 400.
    func answer(_ head: HTTPRequestHead) -> HTTPHeaders?

    /// Opens what the connection is wanted for, before the 101 answer.
    ///
    /// - Throws: why it cannot be. A refusal without a reason is a kubelet's and is answered as plain text.
    func open(_ upgrade: ConnectionUpgrade) async throws(APIStatus) -> any UpgradedConnection
}

/// Something that has been opened and waits for its connection.
package protocol UpgradedConnection: Sendable {
    /// Takes the connection over, on its event loop, when the 101 answer has been written and the HTTP handlers are gone.
    /// Bytes that the client sent ahead come as the first read.
    func take(_ channel: any Channel) -> EventLoopFuture<Void>

    /// The client has gone before its connection could be taken over.
    func abandon() async
}

/// Answers a request with a body that is written as it comes into being, such as `logs -f`.
package protocol BodyStreaming: Sendable {
    /// Whether a request's answer is to be streamed by `stream`.
    func streams(_ request: APIRequest) -> Bool

    /// Writes the body; returning ends it. The request has been let through; cancellation means that the client is gone.
    ///
    /// - Throws: a refusal, which becomes the answer when nothing was written before.
    func stream(_ request: APIRequest, object: Value, host: ClusterHost, to writer: any BodyWriter) async throws(APIStatus)
}

/// The body of an answer that is being written.
package protocol BodyWriter: Sendable {
    /// Writes a piece and waits until there is room for more.
    ///
    /// - Returns: false when the client is gone.
    func write(_ bytes: ByteBuffer) async -> Bool
}
