import APIMachinery
import Dispatch
import KubernetesObjects
import NIOCore
import NIOPosix
import NIOWebSocket

/// Forwarding of local ports: each connection is a WebSocket of its own, with a channel for data and one for an error.
///
/// - Source: kubelet `cri/streaming/portforward/websocket.go`.
extension HTTPSClient {
    private static let portChannels = "v4.channel.k8s.io"

    package func forward(
        _ request: APIRequest, port: Int, on address: String, at local: Int, report: @escaping @Sendable (ForwardingNotice) -> Void
    ) throws(APIStatus) -> Int {
        var request = named(request)
        request.options.parameters = [("ports", String(port))]
        let asked = request
        let remote = RemoteEnd(self)
        return try listen(on: address, at: local, network: address.contains(":") ? "tcp6" : "tcp4") { channel in
            report(.connected)
            let end = LocalEnd(report)
            return channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(end) }.map {
                // Opening waits for the server, which an event loop must not.
                DispatchQueue.global().async {
                    do throws(APIStatus) {
                        let socket = try remote.client.webSocket(asked, protocols: Self.portChannels) { PortChannel(channel, report) }
                        channel.eventLoop.execute { end.join(socket) }
                    } catch {
                        report(.failed(error.message))
                        channel.close(promise: nil)
                    }
                }
            }
        }
    }

    /// Listens until the process ends; returns the port.
    ///
    /// - Parameter network: the kind of address, as Go names it in its errors.
    func listen(
        on address: String, at port: Int, network: String = "tcp", _ accept: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) throws(APIStatus) -> Int {
        do {
            let listener = try listening(accept).bind(host: address, port: port).wait()
            return listener.localAddress?.port ?? port
        } catch {
            if error is SocketAddressError || error is SocketAddressError.UnknownHost { throw APIStatus(code: 0, reason: "", message: "listen \(network): lookup \(address): no such host") }
            let host = address.contains(":") ? "[\(address)]" : address
            throw APIStatus(code: 0, reason: "", message: "listen \(network) \(host):\(port): \(Self.bindingReason(error))")
        }
    }

    /// Listens on a Unix socket until the process ends; one that an earlier process has left behind makes room.
    func listen(onSocket path: String, _ accept: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>) throws(APIStatus) {
        do {
            _ = try listening(accept).bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).wait()
        } catch {
            throw APIStatus(code: 0, reason: "", message: "listen unix \(path): \(Self.bindingReason(error))")
        }
    }

    /// Why an address cannot be listened on, in Go's words.
    private static func bindingReason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return reason(error) }
        return "bind: " + String(cString: strerror(error.errnoCode)).lowercased()
    }

    private func listening(_ accept: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer(accept)
    }
}

/// A client that several connections open their own through. Opening one touches only what does not change.
private struct RemoteEnd: @unchecked Sendable {
    let client: HTTPSClient

    init(_ client: HTTPSClient) { self.client = client }
}

/// The end of a forwarded connection that a local program holds: one piece at a time goes on to the server.
private final class LocalEnd: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer

    private let report: @Sendable (ForwardingNotice) -> Void
    private var context: ChannelHandlerContext?
    private var socket: (any Channel)?
    private var isOver = false

    init(_ report: @escaping @Sendable (ForwardingNotice) -> Void) { self.report = report }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    /// The way to the server is open.
    func join(_ socket: any Channel) {
        guard !isOver else { return socket.close(promise: nil) }
        self.socket = socket
        context?.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let socket else { return }
        let bytes = Array(unwrapInboundIn(data).readableBytesView)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        socket.writeAndFlush(WebSocketFrame.masked([0] + bytes)).hop(to: context.eventLoop).whenComplete { _ in bound.value.read() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isOver = true
        self.context = nil
        socket?.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// The end of a forwarded connection that the server holds.
private final class PortChannel: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = WebSocketFrame

    private let local: any Channel
    private let report: @Sendable (ForwardingNotice) -> Void
    private var message: [UInt8] = []
    /// The channels that have said which port they are for.
    private var begun: Set<UInt8> = []

    init(_ local: any Channel, _ report: @escaping @Sendable (ForwardingNotice) -> Void) {
        self.local = local
        self.report = report
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .binary, .text, .continuation:
            message += frame.unmaskedData.readableBytesView
            guard frame.fin else { return }
            take(message)
            message = []
        case .ping: context.writeAndFlush(NIOAny(WebSocketFrame.pong(frame)), promise: nil)
        case .connectionClose: context.close(promise: nil)
        default: break
        }
    }

    private func take(_ message: [UInt8]) {
        guard let number = message.first else { return }
        var bytes = message[1...]
        if begun.insert(number).inserted { bytes = bytes.dropFirst(2) }
        guard !bytes.isEmpty else { return }
        if number == 0 {
            local.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        } else {
            report(.failed(String(decoding: bytes, as: UTF8.self)))
        }
    }

    func channelInactive(context: ChannelHandlerContext) { local.close(promise: nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
