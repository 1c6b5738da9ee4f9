import Crypto
import KubernetesObjects
import NIOHTTP1

/// The opening of a WebSocket.
///
/// - Source: RFC 6455, section 4.2.
enum WebSocketHandshake {
    private static let salt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    static func isAsked(_ head: HTTPRequestHead) -> Bool {
        head.headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" } && head.headers.first(name: "sec-websocket-key") != nil
    }

    /// The subprotocols that a client offers, without those that carry its token.
    static func protocols(_ head: HTTPRequestHead) -> [String] {
        head.headers[canonicalForm: "sec-websocket-protocol"].map(String.init).filter { !$0.hasPrefix("base64url.bearer.authorization.k8s.io.") }
    }

    /// The headers of the 101 answer.
    static func answer(_ head: HTTPRequestHead, subprotocol: String) -> HTTPHeaders? {
        guard let key = head.headers.first(name: "sec-websocket-key"), head.headers.first(name: "sec-websocket-version") == "13" else { return nil }
        var headers = HTTPHeaders([("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", proof(of: key))])
        if !subprotocol.isEmpty { headers.add(name: "Sec-WebSocket-Protocol", value: subprotocol) }
        return headers
    }

    static func proof(of key: String) -> String { Base64.encode(Array(Insecure.SHA1.hash(data: Array((key + salt).utf8)))) }
}
