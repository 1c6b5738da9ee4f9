import NIOCore
import NIOWebSocket

/// SPDY in the binary messages of a WebSocket, as `kubectl port-forward` speaks it since 1.31.
///
/// - Source: apiserver `util/proxy/streamtunnel.go`.
enum SPDYTunnel {
    static func install(on channel: any Channel, _ service: any SPDYService) throws {
        let server = SPDYServer(service, eventLoop: channel.eventLoop) { bytes in
            channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .binary, data: ByteBuffer(bytes: bytes)))
        }
        try WebSocketHandler.install(on: channel, WebSocketHandler(message: { server.receive($0) }, closed: { server.close() }))
    }
}
