import APIMachinery
import NIOCore
import NIOHTTP1

/// What a client may ask of the server's patience and memory.
enum WireLimits {
    static let bodySize = APIRequest.bodySizeMax
    /// - Source: Go's `http.DefaultMaxHeaderBytes`.
    static let headerSize = 1 << 20
    static let addressLength = 64 << 10
    /// How many headers a request has at most.
    static let headerCount = 16_384
    /// Larger answers are written in parts of this size, as the client takes them.
    static let sliceSize = 64 << 10
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
        if let escape = brokenEscape(in: head.uri) {
            return .badRequest("the request's address cannot be read: invalid URL escape \"\(escape)\"")
        }
        if let text = head.headers.first(name: "content-length"), let length = Int(text), length > bodySize { return tooLarge }
        return nil
    }

    /// What the decoder reads of a request's head before it gives up, with room for what is refused in better words.
    static var decoder: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = headerSize
        limits.maxHeaderListSize = headerSize + addressLength
        limits.maxHeaderFieldCount = headerCount
        return limits
    }

    /// Leaves the path of an address that names the server too, as requests to proxies do and every server has to take.
    ///
    /// - Source: RFC 9112, 3.2.2.
    static func dropOrigin(_ head: inout HTTPRequestHead) {
        for scheme in ["https://", "http://"] where head.uri.lowercased().hasPrefix(scheme) {
            let rest = head.uri.dropFirst(scheme.count)
            let path = rest.firstIndex { $0 == "/" || $0 == "?" }.map { rest[$0...] } ?? "/"
            head.uri = path.hasPrefix("?") ? "/" + path : String(path)
            return
        }
    }

    /// The first escape of a path that is none; what follows `?` is read leniently.
    ///
    /// - Source: Go's `net/url` `unescape`.
    static func brokenEscape(in address: String) -> String? {
        guard address.utf8.contains(UInt8(ascii: "%")) else { return nil }
        let bytes = Array(address.utf8.prefix { $0 != UInt8(ascii: "?") })
        func isHex(_ index: Int) -> Bool { index < bytes.count && Character(Unicode.Scalar(bytes[index])).isHexDigit }
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "%") && !(isHex(index + 1) && isHex(index + 2)) {
            return String(decoding: bytes[index..<min(index + 3, bytes.count)], as: UTF8.self)
        }
        return nil
    }
}
