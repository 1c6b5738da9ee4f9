import KubernetesObjects

/// How several streams share a WebSocket: the first byte of a message, or its first digit, names the stream.
///
/// - Source: apiserver `util/httpstream/wsstream` and client-go `remotecommand` (v5).
struct ChannelProtocol: Equatable, Sendable {
    /// The subprotocol's name.
    let name: String
    let isBase64: Bool
    /// The status comes as JSON; before version 4 it is a text.
    let hasStatusObject: Bool
    /// A client can say that it sends no more on a stream.
    let hasCloseMessage: Bool

    private init(_ name: String, version: Int, isBase64: Bool = false) {
        self.name = name
        self.isBase64 = isBase64
        hasStatusObject = version >= 4
        hasCloseMessage = version >= 5
    }

    static let all = [
        ChannelProtocol("v5.channel.k8s.io", version: 5), ChannelProtocol("v4.channel.k8s.io", version: 4),
        ChannelProtocol("v4.base64.channel.k8s.io", version: 4, isBase64: true), ChannelProtocol("v3.channel.k8s.io", version: 3),
        ChannelProtocol("v2.channel.k8s.io", version: 2), ChannelProtocol("channel.k8s.io", version: 1),
        ChannelProtocol("base64.channel.k8s.io", version: 1, isBase64: true),
    ]
    /// What is spoken with a client that names no subprotocol.
    static let unnamed = ChannelProtocol("", version: 1)

    /// The first of a client's subprotocols that is spoken.
    static func chosen(from offered: [String]) -> ChannelProtocol? {
        if offered.isEmpty { return unnamed }
        return offered.lazy.compactMap { name in all.first { $0.name == name } }.first
    }

    /// The stream that v5's close message is sent on.
    static let closeChannel: UInt8 = 255

    enum Message: Equatable {
        case data(channel: UInt8, bytes: [UInt8])
        case closed(channel: UInt8)
    }

    /// Reads a message; nil for one that is empty or damaged.
    func read(_ message: some Collection<UInt8>) -> Message? {
        guard let first = message.first else { return nil }
        let rest = message.dropFirst()
        guard isBase64 else {
            if hasCloseMessage, first == Self.closeChannel { return rest.first.map { .closed(channel: $0) } }
            return .data(channel: first, bytes: Array(rest))
        }
        guard (48...57).contains(first), let bytes = Base64.decode(String(decoding: rest, as: UTF8.self)) else { return nil }
        return .data(channel: first - 48, bytes: bytes)
    }

    /// Writes a message.
    func bytes(_ bytes: some Collection<UInt8>, channel: UInt8) -> [UInt8] {
        isBase64 ? [channel + 48] + Array(Base64.encode(Array(bytes)).utf8) : [channel] + Array(bytes)
    }
}
