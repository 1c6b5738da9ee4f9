import APIMachinery
import NIOCore
import NIOHTTP1

/// What a client may ask of the server's patience and memory.
enum WireLimits {
    static let bodySize = APIRequest.bodySizeMax
    /// - Source: Go's `http.DefaultMaxHeaderBytes`.
    static let headerSize = 1 << 20
    static let addressLength = 64 << 10
    /// How many connections are open at once.
    static let connections = 8000

    static let handshakeTime = TimeAmount.seconds(10)
    /// Between requests, and from the connection to the first one.
    static let idleTime = TimeAmount.seconds(180)
    /// From a request's head to its end.
    static let bodyTime = TimeAmount.seconds(60)
    /// How long a client may leave what is written untaken.
    static let stallTime = TimeAmount.seconds(60)
    /// From an answer that ends a connection to its close.
    static let closeTime = TimeAmount.seconds(5)
    /// The longest that a watch without a time-out goes on, as real servers choose between half an hour and an hour.
    static let watchTime = 1800..<3600

    static let tooLarge = APIStatus.bodyTooLarge(limit: bodySize)

    /// What is wrong with a request's head; nil when nothing is.
    static func refusal(of head: HTTPRequestHead) -> APIStatus? {
        if head.uri.utf8.count > addressLength {
            return APIStatus(code: 414, reason: "", message: "the request's address is too long: limit is \(addressLength)")
        }
        if head.headers.reduce(0, { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }) > headerSize {
            return APIStatus(code: 431, reason: "", message: "the request's headers are too large: limit is \(headerSize)")
        }
        if let text = head.headers.first(name: "content-length"), let length = Int(text), length > bodySize { return tooLarge }
        return nil
    }
}
