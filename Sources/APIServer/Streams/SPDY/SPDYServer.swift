import NIOCore

/// What is done with the streams that a client opens.
protocol SPDYService: AnyObject {
    func opened(_ id: UInt32, _ headers: [String: String], _ server: SPDYServer)
    func received(_ bytes: [UInt8], _ id: UInt32, _ server: SPDYServer)
    /// The client sends no more on a stream, or has broken it off.
    func ended(_ id: UInt32, _ server: SPDYServer)
    func closed()
}

/// Speaks SPDY over whatever carries bytes: a connection, or the messages of a WebSocket.
///
/// - Invariants: all of it runs on one event loop.
final class SPDYServer {
    private var connection = SPDYConnection()
    private let service: any SPDYService
    private let write: ([UInt8]) -> EventLoopFuture<Void>
    let eventLoop: any EventLoop
    private var isClosed = false
    /// Senders that wait for the client's windows.
    private var waiting: [EventLoopPromise<Void>] = []
    private static let waitingMax = 1 << 18

    init(_ service: any SPDYService, eventLoop: any EventLoop, write: @escaping ([UInt8]) -> EventLoopFuture<Void>) {
        self.service = service
        self.eventLoop = eventLoop
        self.write = write
    }

    func receive(_ bytes: [UInt8]) {
        guard !isClosed else { return }
        for event in connection.receive(bytes) {
            switch event {
            case .opened(let id, let headers): service.opened(id, Dictionary(headers.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }), self)
            case .data(let id, let bytes): service.received(bytes, id, self)
            case .ended(let id), .reset(let id): service.ended(id, self)
            case .goneAway, .failed: close()
            }
        }
        flush()
    }

    @discardableResult
    private func flush() -> EventLoopFuture<Void> {
        let bytes = connection.takeOutput()
        let done = bytes.isEmpty ? eventLoop.makeSucceededVoidFuture() : write(bytes)
        if connection.waitingBytes < Self.waitingMax {
            let waiters = waiting
            waiting = []
            for promise in waiters { promise.succeed() }
        }
        return done
    }

    func accept(_ id: UInt32) {
        connection.accept(id)
        flush()
    }

    func reset(_ id: UInt32) {
        connection.reset(id)
        flush()
    }

    /// Sends bytes on a stream; done when there is room for more.
    func send(_ bytes: [UInt8], on id: UInt32) -> EventLoopFuture<Void> {
        if isClosed { return eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel) }
        connection.send(bytes, on: id)
        let done = flush()
        guard connection.waitingBytes >= Self.waitingMax else { return done }
        let promise = eventLoop.makePromise(of: Void.self)
        waiting.append(promise)
        return promise.futureResult
    }

    @discardableResult
    func end(_ id: UInt32) -> EventLoopFuture<Void> {
        connection.end(id)
        return flush()
    }

    /// The connection is over.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        for promise in waiting { promise.fail(ChannelError.ioOnClosedChannel) }
        waiting = []
        service.closed()
    }
}

/// SPDY on a connection of its own.
final class SPDYHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let server: SPDYServer

    init(_ server: SPDYServer) { self.server = server }

    /// Makes a connection speak SPDY.
    static func install(on channel: any Channel, _ service: any SPDYService) throws {
        let server = SPDYServer(service, eventLoop: channel.eventLoop) { channel.writeAndFlush(ByteBuffer(bytes: $0)) }
        try channel.pipeline.syncOperations.addHandler(SPDYHandler(server))
        // A client that was gone before says so nowhere else.
        channel.closeFuture.assumeIsolated().whenComplete { _ in server.close() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { server.receive(Array(unwrapInboundIn(data).readableBytesView)) }

    func channelInactive(context: ChannelHandlerContext) {
        server.close()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        server.close()
        context.close(promise: nil)
    }
}
