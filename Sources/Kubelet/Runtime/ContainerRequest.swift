import SimulationKernel

/// An HTTP request as it reaches a container.
package struct ContainerRequest: Sendable {
    package var method: String
    package var path: String
    package var host: String
    package var port: Int
    package var headers: [(name: String, value: String)]
    package var body: MessageBody
    /// The address it comes from; empty when that is not known.
    package var client: String

    package init(
        method: String = "GET", path: String, host: String, port: Int, headers: [(name: String, value: String)] = [], body: MessageBody = "", client: String = ""
    ) {
        self.method = method
        self.path = path
        self.host = host
        self.port = port
        self.headers = headers
        self.body = body
        self.client = client
    }
}

/// The body of a request or an answer. Most are texts, and stay so; files and uploads may be any bytes.
package enum MessageBody: Sendable, Hashable, ExpressibleByStringInterpolation {
    case text(String)
    case bytes([UInt8])

    package init(stringLiteral text: String) { self = .text(text) }

    /// As a text, in which what is none is replaced.
    package var text: String {
        switch self {
        case .text(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }

    package var bytes: [UInt8] {
        switch self {
        case .text(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        }
    }

    /// How many bytes it has.
    package var count: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        }
    }
}

/// What a container answers.
package enum ContainerAnswer: Sendable {
    case response(status: Int, headers: [(name: String, value: String)], body: MessageBody, latency: Duration)
    /// Nothing listens on the port, with the reason.
    case refused(String)
    /// The container asks other servers, and answers with what they say.
    case passed(PassedRequest)
}
