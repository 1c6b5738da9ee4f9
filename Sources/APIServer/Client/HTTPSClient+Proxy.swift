import APIMachinery
import NIOCore
import NIOHTTP1
import NIOPosix

/// `kubectl proxy`: plain HTTP on a local port, passed on over TLS with this client's credentials.
extension HTTPSClient {
    package func serve(
        on address: String, at local: Int, refusal: @escaping @Sendable (_ method: String, _ path: String, _ host: String) -> String?
    ) throws(APIStatus) -> Int {
        let (target, group, token) = (target, group, authorization)
        return try listen(on: address, at: local) { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                try pipeline.addHandlers([
                    HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)), HTTPServerPipelineHandler(),
                    HTTPServerProtocolErrorHandler(), ProxyFront(target: target, group: group, token: token, refusal: refusal),
                ])
            }.map { channel.setOption(.autoRead, value: true).whenFailure { _ in channel.close(promise: nil) } }
        }
    }
}

/// The side of the local program: passes requests on, each on the connection that it has of its own.
private final class ProxyFront: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let target: ClientTarget
    private let group: any EventLoopGroup
    private let token: String?
    private let refusal: @Sendable (String, String, String) -> String?
    private var back: EventLoopFuture<any Channel>?
    /// The rest of a request that was refused is dropped.
    private var isRefused = false

    init(target: ClientTarget, group: any EventLoopGroup, token: String?, refusal: @escaping @Sendable (String, String, String) -> String?) {
        self.target = target
        self.group = group
        self.token = token
        self.refusal = refusal
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(var head):
            let path = String(head.uri.prefix { $0 != "?" })
            isRefused = false
            if let reason = refusal(head.method.rawValue, path, head.headers.first(name: "host") ?? "") {
                isRefused = true
                return refuse(context, reason)
            }
            head.headers.replaceOrAdd(name: "Host", value: "\(target.host):\(target.port)")
            if let token { head.headers.replaceOrAdd(name: "Authorization", value: token) }
            pass(.head(head), context)
        case .body(let part): pass(.body(.byteBuffer(part)), context)
        case .end(let trailers): pass(.end(trailers), context)
        }
    }

    private func refuse(_ context: ChannelHandlerContext, _ reason: String) {
        let body = ByteBuffer(string: "<h3>\(reason)</h3>")
        let headers = HTTPHeaders([("Content-Type", "text/html"), ("Content-Length", "\(body.readableBytes)")])
        context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .forbidden, headers: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func pass(_ part: HTTPClientRequestPart, _ context: ChannelHandlerContext) {
        if isRefused { return }
        let front = context.channel
        if back == nil { back = target.connect(group) { ProxyBack(front) } }
        back?.whenComplete { result in
            guard case .success(let channel) = result else { return front.close(promise: nil) }
            channel.writeAndFlush(part).whenFailure { _ in front.close(promise: nil) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        back?.whenSuccess { $0.close(promise: nil) }
        back = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// The side of the server: hands its answers to the local program.
private final class ProxyBack: ChannelInboundHandler, Sendable {
    typealias InboundIn = HTTPClientResponsePart

    private let front: any Channel

    init(_ front: any Channel) { self.front = front }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part: HTTPServerResponsePart
        switch unwrapInboundIn(data) {
        case .head(let head): part = .head(HTTPResponseHead(version: head.version, status: head.status, headers: head.headers))
        case .body(let bytes): part = .body(.byteBuffer(bytes))
        case .end(let trailers): part = .end(trailers)
        }
        front.writeAndFlush(part, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { front.close(promise: nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
