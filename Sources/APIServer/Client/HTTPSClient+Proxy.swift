import APIMachinery
import NIOCore
import NIOHTTP1
import NIOPosix

/// `kubectl proxy`: plain HTTP on a local port, passed on over TLS with this client's credentials.
extension HTTPSClient {
    package func serve(
        at place: ListeningPlace, decide: @escaping @Sendable (_ method: String, _ path: String, _ host: String) -> ProxyDecision
    ) throws(APIStatus) -> Int {
        let (target, group, token) = (target, group, authorization)
        let accept: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                try pipeline.addHandlers([
                    HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)), HTTPServerPipelineHandler(),
                    HTTPServerProtocolErrorHandler(), ProxyFront(target: target, group: group, token: token, decide: decide),
                ])
            }.map { channel.setOption(.autoRead, value: true).whenFailure { _ in channel.close(promise: nil) } }
        }
        switch place {
        case .port(let port, let address): return try listen(on: address, at: port, accept)
        case .socket(let path):
            try listen(onSocket: path, accept)
            return 0
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
    private let decide: @Sendable (String, String, String) -> ProxyDecision
    private var back: EventLoopFuture<any Channel>?
    /// The rest of a request that was answered here is dropped.
    private var isAnswered = false

    init(target: ClientTarget, group: any EventLoopGroup, token: String?, decide: @escaping @Sendable (String, String, String) -> ProxyDecision) {
        self.target = target
        self.group = group
        self.token = token
        self.decide = decide
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(var head):
            switch decide(head.method.rawValue, head.uri, head.headers.first(name: "host") ?? "") {
            case .pass(let path):
                isAnswered = false
                head.uri = path
            case .answer(let code, let headers, let body):
                isAnswered = true
                return answer(context, code, headers, head.method == .HEAD ? [] : body)
            }
            head.headers.replaceOrAdd(name: "Host", value: "\(target.host):\(target.port)")
            if let token { head.headers.replaceOrAdd(name: "Authorization", value: token) }
            pass(.head(head), context)
        case .body(let part): pass(.body(.byteBuffer(part)), context)
        case .end(let trailers): pass(.end(trailers), context)
        }
    }

    private func answer(_ context: ChannelHandlerContext, _ code: Int, _ headers: [(String, String)], _ body: [UInt8]) {
        var headers = HTTPHeaders(headers)
        headers.replaceOrAdd(name: "Content-Length", value: "\(body.count)")
        let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: code), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func pass(_ part: HTTPClientRequestPart, _ context: ChannelHandlerContext) {
        if isAnswered { return }
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
