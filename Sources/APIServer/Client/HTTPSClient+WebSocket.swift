import APIMachinery
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Connections that leave HTTP behind.
extension HTTPSClient {
    private static let frameSize = 8 << 20

    /// Opens a WebSocket for a request; its frames go to `handler`.
    ///
    /// Differs: kubectl takes SPDY and POST where a WebSocket is refused, and so needs no right but to create; this client takes POST alone.
    /// - Throws: the server's refusal.
    func webSocket(
        _ request: APIRequest, protocols: String, _ handler: @escaping @Sendable () -> any ChannelInboundHandler & Sendable
    ) throws(APIStatus) -> any Channel {
        do throws(APIStatus) { return try webSocket("GET", request, protocols: protocols, handler) } catch {
            guard error.code == 403 else { throw error }
            return try webSocket("POST", request, protocols: protocols, handler)
        }
    }

    private func webSocket(
        _ method: String, _ request: APIRequest, protocols: String, _ handler: @escaping @Sendable () -> any ChannelInboundHandler & Sendable
    ) throws(APIStatus) -> any Channel {
        var head = requestHead(method, request.httpPath, request.httpHeaders + [("Sec-WebSocket-Protocol", protocols)], [])
        head.headers.remove(name: "Accept")
        if method == "POST" { head.headers.replaceOrAdd(name: "Content-Length", value: "0") }
        let refusal = AnswerCollector()
        let isUpgraded = NIOLockedFlag()
        let opened = group.any().makePromise(of: Void.self)
        let upgrader = NIOWebSocketClientUpgrader(maxFrameSize: Self.frameSize) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(handler())
                opened.succeed(())
            }
        }
        do {
            let channel = try target.connect(group, configuring: { pipeline in
                let upgrade: NIOHTTPClientUpgradeConfiguration = (
                    upgraders: [upgrader],
                    completionHandler: { context in
                        _ = isUpgraded.set()
                        _ = context.pipeline.syncOperations.removeHandler(refusal)
                    }
                )
                try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .forwardBytes, withClientUpgrade: upgrade)
                try pipeline.addHandler(refusal)
            }).wait()
            let sent = head
            let answered = channel.eventLoop.makePromise(of: ClientAnswer.self)
            // Whichever comes first counts: the upgrade, a refusal, or the end of the connection.
            answered.futureResult.whenSuccess { opened.fail(Self.status($0)) }
            answered.futureResult.whenFailure { if !isUpgraded.isSet { opened.fail($0) } }
            channel.eventLoop.execute {
                refusal.expect(answered)
                channel.write(HTTPClientRequestPart.head(sent), promise: nil)
                channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
            }
            do {
                try opened.futureResult.wait()
            } catch {
                channel.close(promise: nil)
                throw error
            }
            return channel
        } catch {
            opened.fail(error)
            throw Self.status(error, target)
        }
    }

    /// What went wrong, as a status: the server's own, or one of code 0.
    static func status(_ error: any Error, _ target: ClientTarget) -> APIStatus {
        error as? APIStatus ?? APIStatus(code: 0, reason: "", message: "\(target.host):\(target.port): \(reason(error))")
    }

    package func read(_ requests: [APIRequest], toleratesFailures: Bool, _ take: @escaping @Sendable (Int, [UInt8]) -> Void) throws(APIStatus) {
        let target = target
        var channels: [any Channel] = []
        defer { for channel in channels { channel.close(promise: nil) } }
        do {
            var ends: [EventLoopFuture<Void>] = []
            for (index, request) in requests.enumerated() {
                let request = named(request)
                let body = BodyReader { take(index, $0) }
                let channel = try target.connect(group) { body }.wait()
                channels.append(channel)
                let ended = channel.eventLoop.flatSubmit { body.end(on: channel.eventLoop) }
                ends.append(
                    !toleratesFailures
                        ? ended
                        : ended.recover { take(index, Array("error: \(Self.status($0, target).message)\n".utf8)) })
                channel.write(HTTPClientRequestPart.head(requestHead("GET", request.httpPath, request.httpHeaders, [])), promise: nil)
                channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
            }
            try EventLoopFuture.andAllSucceed(ends, on: group.next()).wait()
        } catch {
            throw Self.status(error, target)
        }
    }
}

extension WebSocketFrame {
    /// A message of a client.
    static func masked(_ bytes: [UInt8]) -> WebSocketFrame { WebSocketFrame(fin: true, opcode: .binary, maskKey: .random(), data: ByteBuffer(bytes: bytes)) }

    /// A client's answer to a ping.
    static func pong(_ ping: WebSocketFrame) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: ping.unmaskedData)
    }
}

/// Hands over the body of an answer as it comes.
private final class BodyReader: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = HTTPClientResponsePart

    private let take: @Sendable ([UInt8]) -> Void
    private var waiting: EventLoopPromise<Void>?
    private var outcome: Result<Void, any Error>?
    private var code = 0
    private var refusal: [UInt8] = []

    init(_ take: @escaping @Sendable ([UInt8]) -> Void) { self.take = take }

    func end(on loop: any EventLoop) -> EventLoopFuture<Void> {
        let promise = loop.makePromise(of: Void.self)
        if let outcome { promise.completeWith(outcome) } else { waiting = promise }
        return promise.futureResult
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): code = Int(head.status.code)
        case .body(let part): if code < 300 { take(Array(part.readableBytesView)) } else { refusal += part.readableBytesView }
        case .end:
            finish(code < 300 ? .success(()) : .failure(HTTPSClient.status(ClientAnswer(code: code, headers: HTTPHeaders(), body: refusal))))
        }
    }

    func channelInactive(context: ChannelHandlerContext) { finish(.failure(ChannelError.eof)) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { finish(.failure(error)) }

    private func finish(_ result: Result<Void, any Error>) {
        guard outcome == nil else { return }
        outcome = result
        waiting?.completeWith(result)
        waiting = nil
    }
}
