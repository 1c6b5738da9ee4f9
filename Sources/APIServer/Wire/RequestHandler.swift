import APIMachinery
import KubernetesObjects
import NIOCore
import NIOHTTP1

/// One HTTP/1.1 connection, or one HTTP/2 stream: gathers a request, lets the service answer it, and keeps the bounds.
///
/// - Invariants: one request is answered at a time; all of this runs on the connection's event loop.
/// - Bounds: bodies up to `WireLimits.bodySize`; a client that sends or takes nothing for long is let go.
final class RequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        case idle
        case reading(HTTPRequestHead, ByteBuffer)
        /// The rest of a request that was refused is read and dropped.
        case refused
        case answering
        case closed
    }

    private let service: RequestService
    private let connection: ConnectionIdentity
    private let isStream: Bool
    private var state = State.idle
    private var context: ChannelHandlerContext?
    /// Which request of the connection this is.
    private var number = 0
    private var keepsAlive = true
    private var isHead = false
    private var hasBegun = false
    private var task: Task<Void, Never>?
    private var timer: Scheduled<Void>?
    private var clock: Scheduled<Void>?
    /// Writers that wait for the client to take what was written.
    private var waiting: [(Bool) -> Void] = []
    /// What is left of an answer that is written as fast as the client takes it.
    private var rest: ByteBuffer?
    private var isWritingRest = false

    init(service: RequestService, connection: ConnectionIdentity, isStream: Bool) {
        self.service = service
        self.connection = connection
        self.isStream = isStream
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        setTimer(WireLimits.idleTime)
    }

    func handlerRemoved(context: ChannelHandlerContext) { finish() }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? HTTPParserError { refuse(error) }
        context.close(promise: nil)
    }

    private func finish() {
        guard context != nil else { return }
        context = nil
        rest = nil
        state = .closed
        timer?.cancel()
        clock?.cancel()
        task?.cancel()
        task = nil
        for resume in waiting { resume(false) }
        waiting = []
    }

    /// Closes the connection when nothing happens for a time.
    private func setTimer(_ time: TimeAmount?) {
        timer?.cancel()
        timer = nil
        guard let time, let context else { return }
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in self?.context?.close(promise: nil) }
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(var head), .idle):
            number += 1
            WireLimits.dropOrigin(&head)
            isHead = head.method == .HEAD
            keepsAlive = head.isKeepAlive
            hasBegun = false
            if let refusal = WireLimits.refusal(of: head) { return refuse(refusal) }
            if head.headers[canonicalForm: "expect"].contains("100-continue"), !isStream {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: .continue))), promise: nil)
            }
            state = .reading(head, ByteBuffer())
            setTimer(WireLimits.bodyTime)
        case (.body(var part), .reading(let head, var body)):
            state = .idle
            if body.readableBytes + part.readableBytes > WireLimits.bodySize { return refuse(WireLimits.tooLarge) }
            body.writeBuffer(&part)
            state = .reading(head, body)
        case (.end, .reading(let head, let body)):
            state = .answering
            setTimer(nil)
            answer(head, body)
        default: break
        }
    }

    /// Says what is wrong with bytes that are no request, unless an answer is under way.
    ///
    /// - Source: Go's `net/http` `server.go` `serve`.
    private func refuse(_ error: HTTPParserError) {
        switch state {
        case .idle: number += 1
        case .reading: break
        case .refused, .answering, .closed: return
        }
        (state, keepsAlive, isHead, hasBegun) = (.answering, false, false, false)
        let status: HTTPResponseStatus = error == .headerOverflow ? .requestHeaderFieldsTooLarge : .badRequest
        respond(
            number, status, HTTPHeaders([("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close")]),
            ByteBuffer(string: "\(status.code) \(status.reasonPhrase)"))
        state = .refused
    }

    private func refuse(_ status: APIStatus) {
        state = .answering
        keepsAlive = false
        var headers = HTTPHeaders([("Content-Type", "application/json"), ("Cache-Control", "no-cache, private")])
        if !isStream { headers.add(name: "Connection", value: "close") }
        respond(number, HTTPResponseStatus(statusCode: status.code), headers, ByteBuffer(bytes: status.value.jsonBytes() + [10]))
        state = .refused
    }

    private func answer(_ head: HTTPRequestHead, _ body: ByteBuffer) {
        guard let context else { return }
        let request = WireRequest(
            head: head, body: body, connection: connection, begin: WallClock.elapsed, auditID: RequestService.newID())
        let writer = ResponseWriter(
            eventLoop: context.eventLoop, handler: NIOLoopBound(self, eventLoop: context.eventLoop), number: number)
        let service = service
        task = Task { await service.answer(request, writer) }
    }

    // MARK: Writing

    private func isCurrent(_ number: Int) -> Bool {
        guard number == self.number, context != nil, case .answering = state else { return false }
        return true
    }

    func respond(_ number: Int, _ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ body: ByteBuffer) {
        guard isCurrent(number), let context else { return }
        var headers = headers
        headers.replaceOrAdd(name: "Content-Length", value: String(body.readableBytes))
        if !keepsAlive, !isStream { headers.replaceOrAdd(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
        if !isHead, body.readableBytes > WireLimits.sliceSize {
            rest = body
            return writeRest()
        }
        if !isHead, body.readableBytes > 0 { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        complete()
    }

    /// Writes on for as long as the client takes it, so that what it leaves is not kept a second time on its way.
    private func writeRest() {
        guard !isWritingRest else { return }
        isWritingRest = true
        while let context, context.channel.isWritable, let left = rest?.readableBytes, left > 0, let part = rest?.readSlice(length: min(left, WireLimits.sliceSize)) {
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(part))), promise: nil)
        }
        isWritingRest = false
        guard let left = rest?.readableBytes else { return }
        if left > 0 { return setTimer(WireLimits.stallTime) }
        rest = nil
        complete()
    }

    func begin(_ number: Int, _ status: HTTPResponseStatus, _ headers: HTTPHeaders) {
        guard isCurrent(number), let context else { return }
        hasBegun = true
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
    }

    func write(_ number: Int, _ bytes: ByteBuffer, then resume: @escaping (Bool) -> Void) {
        guard isCurrent(number), hasBegun, let context else { return resume(false) }
        if !isHead { context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil) }
        if context.channel.isWritable { return resume(true) }
        if waiting.isEmpty { setTimer(WireLimits.stallTime) }
        waiting.append(resume)
    }

    func end(_ number: Int) {
        guard isCurrent(number), hasBegun else { return }
        complete()
    }

    private func complete() {
        guard let context else { return }
        let closes = !keepsAlive && !isStream
        let channel = context.channel
        let done = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: done)
        clock?.cancel()
        clock = nil
        task = nil
        if closes {
            // What the client still sends is not waited for: it has its answer.
            setTimer(WireLimits.closeTime)
            done.futureResult.whenComplete { _ in channel.close(promise: nil) }
        } else {
            state = .idle
            setTimer(isStream ? nil : WireLimits.idleTime)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            if !waiting.isEmpty { setTimer(nil) }
            let resumed = waiting
            waiting = []
            for resume in resumed { resume(true) }
            if rest != nil { writeRest() }
        }
        context.fireChannelWritabilityChanged()
    }

    func schedule(_ number: Int, _ time: TimeAmount, _ body: @escaping @Sendable () -> Void) {
        guard isCurrent(number), let context else { return }
        clock = context.eventLoop.assumeIsolated().scheduleTask(in: time, body)
    }

    // MARK: Upgrading

    func upgrade(_ number: Int, _ connection: any UpgradedConnection, _ headers: HTTPHeaders) {
        guard isCurrent(number), let context else {
            Task { await connection.abandon() }
            return
        }
        let head = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        timer?.cancel()
        task = nil
        let channel = context.channel
        let pipeline = channel.pipeline.syncOperations
        // The decoder goes last: what the client sent ahead then reaches the new protocol's handlers.
        do {
            let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let others = [
                try? pipeline.context(handlerType: HTTPServerPipelineHandler.self),
                try? pipeline.context(handlerType: HTTPResponseEncoder.self),
            ].compactMap { $0 }
            var removals = others.map { pipeline.removeHandler(context: $0) }
            self.context = nil
            state = .closed
            removals.append(pipeline.removeHandler(context: context))
            let ready = EventLoopFuture.andAllSucceed(removals, on: channel.eventLoop).flatMap { connection.take(channel) }
            let bound = NIOLoopBound((pipeline, decoder), eventLoop: channel.eventLoop)
            ready.flatMap {
                let (pipeline, decoder) = bound.value
                return pipeline.removeHandler(context: decoder)
            }.whenFailure { _ in
                channel.close(promise: nil)
                Task { await connection.abandon() }
            }
        } catch {
            channel.close(promise: nil)
            Task { await connection.abandon() }
        }
    }
}
