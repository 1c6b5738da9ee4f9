import APIMachinery
import Dispatch
import KubernetesObjects
import NIOConcurrencyHelpers
import NIOCore
import NIOWebSocket

/// Commands in containers, over a WebSocket with the channels of `v5.channel.k8s.io`.
extension HTTPSClient {
    private static let channels = "v5.channel.k8s.io"
    /// How often the terminal's size is looked at.
    private static let sizePeriod = TimeAmount.milliseconds(200)

    /// Runs a command to its end; its input is the request's body.
    func exec(_ request: APIRequest) throws(APIStatus) -> APIResponse {
        let (output, errors) = (NIOLockedValueBox<[UInt8]>([]), NIOLockedValueBox<[UInt8]>([]))
        let input = request.body.map { NIOLockedValueBox(Array(($0.stringValue ?? "").utf8)) }
        var asked = request
        asked.body = nil
        var ends = StreamEnds(
            output: { bytes in output.withLockedValue { $0 += bytes } }, errors: { bytes in errors.withLockedValue { $0 += bytes } })
        if let input {
            ends.input = {
                input.withLockedValue { bytes in
                    defer { bytes = [] }
                    return bytes
                }
            }
        }
        let code = try run(asked, ends)
        func text(_ box: NIOLockedValueBox<[UInt8]>) -> Value { .string(String(decoding: box.withLockedValue { $0 }, as: UTF8.self)) }
        return APIResponse(body: ["stdout": text(output), "stderr": text(errors), "code": Value(code)])
    }

    package func run(_ request: APIRequest, _ ends: StreamEnds) throws(APIStatus) -> Int {
        let request = named(request)
        let command = CommandChannel(ends)
        let channel = try webSocket(request, protocols: Self.channels) { command }
        defer { channel.close(promise: nil) }
        let ended = channel.eventLoop.flatSubmit { command.end(on: channel.eventLoop) }
        if let input = ends.input {
            // Whoever waits for a key is left behind when the command ends first.
            DispatchQueue(label: "command input").async {
                while true {
                    let bytes = input()
                    guard !bytes.isEmpty else { break }
                    guard (try? channel.writeAndFlush(CommandChannel.frame(.input, bytes)).wait()) != nil else { return }
                }
                channel.writeAndFlush(CommandChannel.endOfInput, promise: nil)
            }
        }
        if let size = ends.size {
            let last = NIOLockedValueBox("")
            channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: Self.sizePeriod) { task in
                guard channel.isActive else { return task.cancel() }
                guard let now = size() else { return }
                let text = "{\"Width\":\(now.columns),\"Height\":\(now.rows)}\n"
                let isNew = last.withLockedValue { last in
                    defer { last = text }
                    return last != text
                }
                if isNew { channel.writeAndFlush(CommandChannel.frame(.size, Array(text.utf8)), promise: nil) }
            }
        }
        do { return try ended.wait() } catch { throw Self.status(error, target) }
    }
}

/// Hands over what a command prints, and tells how it ended.
final class CommandChannel: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = WebSocketFrame

    /// The channels that the first byte of a message names.
    enum Stream: UInt8 { case input, output, errors, status, size }

    private let ends: StreamEnds
    private var waiting: EventLoopPromise<Int>?
    private var outcome: Result<Int, any Error>?
    private var status: [UInt8] = []
    /// The rest of a message whose frames are still coming.
    private var message: [UInt8] = []

    init(_ ends: StreamEnds) { self.ends = ends }

    static func frame(_ stream: Stream, _ bytes: [UInt8]) -> WebSocketFrame { .masked([stream.rawValue] + bytes) }
    static let endOfInput = WebSocketFrame.masked([255, Stream.input.rawValue])

    /// The command's exit status, once it has ended; on the event loop.
    func end(on loop: any EventLoop) -> EventLoopFuture<Int> {
        let promise = loop.makePromise(of: Int.self)
        if let outcome { promise.completeWith(outcome) } else { waiting = promise }
        return promise.futureResult
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .binary, .text, .continuation:
            message += frame.unmaskedData.readableBytesView
            if frame.fin {
                take(message)
                message = []
            }
        case .ping: context.writeAndFlush(NIOAny(WebSocketFrame.pong(frame)), promise: nil)
        case .connectionClose: finish()
        default: break
        }
    }

    private func take(_ message: [UInt8]) {
        switch message.first.flatMap(Stream.init(rawValue:)) {
        case .output: if message.count > 1 { ends.output(Array(message.dropFirst())) }
        case .errors: if message.count > 1 { ends.errors(Array(message.dropFirst())) }
        case .status: status += message.dropFirst()
        case .input, .size, nil: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) { finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish()
        context.close(promise: nil)
    }

    private func finish() {
        guard outcome == nil else { return }
        let result = ended
        outcome = result
        waiting?.completeWith(result)
        waiting = nil
    }

    private var ended: Result<Int, any Error> {
        let said = (try? Value(parsingJSON: status)) ?? .null
        if said.isNull { return .failure(APIStatus(code: 0, reason: "", message: "the connection was closed before the command ended")) }
        guard said["status"]?.stringValue == "Failure" else { return .success(0) }
        let causes = said["details"]?["causes"]?.elements ?? []
        if let code = causes.first(where: { $0["reason"]?.stringValue == "ExitCode" })?["message"]?.stringValue.flatMap({ Int($0) }) { return .success(code) }
        return .failure(
            APIStatus(
                code: said["code"]?.intValue ?? 500, reason: said["reason"]?.stringValue ?? "InternalError", message: said["message"]?.stringValue ?? "",
                details: said["details"]))
    }
}
