import NIOCore
import NIOWebSocket

/// A WebSocket that gathers messages and answers pings.
///
/// - Bounds: a message of more than `messageMax` bytes ends the connection.
final class WebSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    static let frameMax = 1 << 20
    static let messageMax = 4 << 20

    private let message: ([UInt8]) -> Void
    private let closed: () -> Void
    private var parts: [UInt8] = []
    private var isClosed = false

    init(message: @escaping ([UInt8]) -> Void, closed: @escaping () -> Void) {
        self.message = message
        self.closed = closed
    }

    /// Makes a connection speak WebSocket.
    static func install(on channel: any Channel, _ handler: WebSocketHandler) throws {
        try channel.pipeline.syncOperations.addHandlers([
            WebSocketFrameEncoder(), ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: frameMax)), WebSocketProtocolErrorHandler(), handler,
        ])
        // A client that was gone before says so nowhere else.
        channel.closeFuture.assumeIsolated().whenComplete { _ in handler.end() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        let bytes = Array(frame.unmaskedData.readableBytesView)
        switch frame.opcode {
        case .binary, .text, .continuation:
            parts += bytes
            guard parts.count <= Self.messageMax else { return close(context, .messageTooLarge) }
            guard frame.fin else { return }
            let whole = parts
            parts = []
            if !isClosed { message(whole) }
        case .ping:
            context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .pong, data: ByteBuffer(bytes: bytes))), promise: nil)
        case .connectionClose: close(context, .normalClosure)
        default: break
        }
    }

    private func close(_ context: ChannelHandlerContext, _ code: WebSocketErrorCode) {
        end()
        context.writeAndFlush(wrapOutboundOut(WebSocketLink.closing(code, context.channel.allocator)), promise: nil)
        context.close(promise: nil)
    }

    private func end() {
        guard !isClosed else { return }
        isClosed = true
        closed()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end()
        context.close(promise: nil)
    }
}

/// The sending end of a WebSocket, for tasks off its event loop.
struct WebSocketLink: Sendable {
    let channel: any Channel

    /// Sends a message and waits until it is on its way; false when the client is gone.
    func send(_ bytes: [UInt8], isText: Bool = false) async -> Bool {
        let frame = WebSocketFrame(fin: true, opcode: isText ? .text : .binary, data: ByteBuffer(bytes: bytes))
        do {
            try await channel.writeAndFlush(frame)
            return true
        } catch { return false }
    }

    /// Says goodbye, and hangs up when the client has or some time later.
    func close() async {
        try? await channel.writeAndFlush(Self.closing(.normalClosure, channel.allocator))
        let channel = channel
        channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    }

    static func closing(_ code: WebSocketErrorCode, _ allocator: ByteBufferAllocator) -> WebSocketFrame {
        var data = allocator.buffer(capacity: 2)
        data.write(webSocketErrorCode: code)
        return WebSocketFrame(fin: true, opcode: .connectionClose, data: data)
    }
}
