import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Where a client connects to, and what it shows and trusts there.
struct ClientTarget: Sendable {
    var host: String
    var port: Int
    var tls: NIOSSLContext
    /// The name that the certificate must have, when it is not the host's.
    var serverName: String?

    /// Opens a connection whose answers go to `handler`.
    func connect(_ group: any EventLoopGroup, _ handler: @escaping @Sendable () -> any ChannelInboundHandler & Sendable) -> EventLoopFuture<any Channel> {
        connect(group, configuring: { pipeline in
            try pipeline.addHandlers([HTTPRequestEncoder(), ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes))])
            try pipeline.addHandler(handler())
        })
    }

    /// Opens a connection; `configure` puts its handlers behind TLS.
    func connect(
        _ group: any EventLoopGroup, configuring configure: @escaping @Sendable (ChannelPipeline.SynchronousOperations) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        // An address is checked against the certificate's addresses; a name needs to be said.
        let isAddress = host.split(separator: ".").count == 4 && host.split(separator: ".").allSatisfy { UInt8($0) != nil } || host.contains(":")
        let (tls, name) = (tls, serverName ?? (isAddress ? nil : host))
        return ClientBootstrap(group: group)
            .connectTimeout(.seconds(10))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: name))
                    try configure(pipeline)
                }
            }
            .connect(host: host, port: port)
    }
}

/// An answer of an HTTP server.
struct ClientAnswer: Sendable {
    var code: Int
    var headers: HTTPHeaders
    var body: [UInt8]
}

/// Gathers the answers of one connection, each to the next one who waits.
final class AnswerCollector: ChannelInboundHandler, RemovableChannelHandler, @unchecked Sendable {
    typealias InboundIn = HTTPClientResponsePart

    private var head: HTTPResponseHead?
    private var body: [UInt8] = []
    private var waiting: [EventLoopPromise<ClientAnswer>] = []
    private var failure: (any Error)?
    private let bodyMax: Int

    /// - Parameter bodyMax: how many bytes an answer may have; a longer one ends the connection.
    init(bodyMax: Int = .max) { self.bodyMax = bodyMax }

    /// Sends a request over the connection whose answers come here.
    func exchange(_ head: HTTPRequestHead, _ body: [UInt8], over channel: any Channel) -> EventLoopFuture<ClientAnswer> {
        channel.eventLoop.flatSubmit {
            let promise = channel.eventLoop.makePromise(of: ClientAnswer.self)
            self.expect(promise)
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
            if !body.isEmpty { channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil) }
            channel.writeAndFlush(HTTPClientRequestPart.end(nil)).cascadeFailure(to: promise)
            return promise.futureResult
        }
    }

    /// Who gets the next answer; on the event loop.
    func expect(_ promise: EventLoopPromise<ClientAnswer>) {
        if let failure { return promise.fail(failure) }
        waiting.append(promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let part):
            body += part.readableBytesView
            if body.count > bodyMax { errorCaught(context: context, error: ChannelError.inputClosed) }
        case .end:
            guard let head, !waiting.isEmpty, head.status.code >= 200 else { return }
            waiting.removeFirst().succeed(ClientAnswer(code: Int(head.status.code), headers: head.headers, body: body))
            if !head.isKeepAlive { context.close(promise: nil) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
        context.close(promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) { fail(ChannelError.eof) }

    func channelInactive(context: ChannelHandlerContext) {
        fail(ChannelError.eof)
        context.fireChannelInactive()
    }

    private func fail(_ error: any Error) {
        if failure == nil { failure = error }
        for promise in waiting { promise.fail(error) }
        waiting = []
    }
}
