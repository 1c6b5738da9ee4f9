import APIMachinery
import Dispatch
import KubernetesObjects
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1

/// A watch over HTTPS: lines are gathered as they come and taken by who polls.
final class RemoteWatch: WatchStream, @unchecked Sendable {
    private struct State {
        var events: [WatchEvent] = []
        var taken = 0
        var isEnded = false
        var refusal: APIStatus?
        var hasHead = false
    }

    private let state = NIOLockedValueBox(State())
    private let head = DispatchSemaphore(value: 0)
    var channel: (any Channel)?

    func next() -> WatchEvent? {
        state.withLockedValue { state in
            guard state.taken < state.events.count else { return nil }
            defer {
                state.taken += 1
                if state.taken == state.events.count {
                    state.events.removeAll()
                    state.taken = 0
                }
            }
            return state.events[state.taken]
        }
    }

    /// Whether the server has ended the watch and all that came was taken.
    var isEnded: Bool { state.withLockedValue { $0.isEnded && $0.taken == $0.events.count } }

    func cancel() {
        state.withLockedValue { $0.isEnded = true }
        channel?.close(promise: nil)
    }

    /// Waits for the answer's head; returns the refusal if it is one.
    func waitForHead() -> APIStatus? {
        head.wait()
        return state.withLockedValue { $0.refusal }
    }

    // MARK: The connection's side

    func began(refusal: APIStatus?) {
        let isFirst = state.withLockedValue { state in
            defer { state.hasHead = true }
            if !state.hasHead { state.refusal = refusal }
            return !state.hasHead
        }
        if isFirst { head.signal() }
    }

    func take(_ event: WatchEvent) { state.withLockedValue { $0.events.append(event) } }

    func end() {
        state.withLockedValue { $0.isEnded = true }
        began(refusal: APIStatus(code: 0, reason: "", message: "the connection was closed before the server answered"))
    }
}

/// Reads the lines of a watch's stream.
final class WatchLines: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = HTTPClientResponsePart

    private let stream: RemoteWatch
    private var code = 0
    private var pending: [UInt8] = []

    init(_ stream: RemoteWatch) { self.stream = stream }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            code = Int(head.status.code)
            if code < 300 { stream.began(refusal: nil) }
        case .body(let part):
            pending += part.readableBytesView
            if code < 300 { takeLines() }
        case .end:
            if code >= 300 {
                let value = (try? Value(parsingJSON: pending)) ?? [:]
                stream.began(
                    refusal: APIStatus(
                        code: code, reason: value["reason"]?.stringValue ?? "", message: value["message"]?.stringValue ?? "", details: value["details"]))
            }
            stream.end()
            context.close(promise: nil)
        }
    }

    private func takeLines() {
        var start = 0
        while let end = pending[start...].firstIndex(of: 10) {
            if let value = try? Value(parsingJSON: Array(pending[start..<end])), let kind = value["type"]?.stringValue.flatMap(WatchEvent.Kind.init(rawValue:)) {
                stream.take(WatchEvent(kind, value["object"] ?? .null))
            }
            start = end + 1
        }
        pending.removeFirst(start)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        stream.end()
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { stream.end() }
}
