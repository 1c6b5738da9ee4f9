import APIMachinery
import KubernetesObjects
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Commands in containers, over a WebSocket with the channels of `v5.channel.k8s.io`.
extension HTTPSClient {
    private static let channels = "v5.channel.k8s.io"
    /// How much is sent in one message.
    private static let pieceSize = 32 << 10

    /// Runs a command to its end; its input is the request's body.
    func exec(_ request: APIRequest) throws(APIStatus) -> APIResponse {
        var asked = request
        let input = Array((request.body?.stringValue ?? "").utf8)
        asked.body = nil
        // A WebSocket is opened with GET, whatever the verb that it stands for.
        var headers = asked.httpHeaders
        headers.append(("Sec-WebSocket-Protocol", Self.channels))
        var head = requestHead("GET", asked.httpPath, headers, [])
        head.headers.remove(name: "Accept")
        let refusal = AnswerCollector()
        let output = ExecCollector()
        let upgrader = NIOWebSocketClientUpgrader(maxFrameSize: 8 << 20) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(output)
                output.begin(channel, input: request.body == nil ? nil : input, pieceSize: Self.pieceSize)
            }
        }
        do {
            let channel = try target.connect(group, configuring: { pipeline in
                let upgrade: NIOHTTPClientUpgradeConfiguration = (
                    upgraders: [upgrader],
                    completionHandler: { context in
                        output.isUpgraded = true
                        _ = context.pipeline.syncOperations.removeHandler(refusal)
                    }
                )
                try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .forwardBytes, withClientUpgrade: upgrade)
                try pipeline.addHandler(refusal)
            }).wait()
            let answered = channel.eventLoop.makePromise(of: ClientAnswer.self)
            let ended = channel.eventLoop.makePromise(of: APIResponse.self)
            let sent = head
            channel.eventLoop.execute {
                output.ended = ended
                refusal.expect(answered)
                channel.write(HTTPClientRequestPart.head(sent), promise: nil)
                channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
            }
            answered.futureResult.whenSuccess { ended.fail(Self.status($0)) }
            answered.futureResult.whenFailure { if !output.isUpgraded { ended.fail($0) } }
            defer { channel.close(promise: nil) }
            return try ended.futureResult.wait()
        } catch let status as APIStatus {
            throw status
        } catch {
            throw APIStatus(code: 0, reason: "", message: "\(target.host):\(target.port): \(Self.reason(error))")
        }
    }
}

/// Gathers what a command prints, and how it ended.
final class ExecCollector: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = WebSocketFrame

    /// The channels that the first byte of a message names.
    private enum Stream: UInt8 { case input, output, errors, status }

    var ended: EventLoopPromise<APIResponse>?
    /// Whether the server has agreed to speak WebSocket.
    var isUpgraded = false
    private var output: [UInt8] = []
    private var errors: [UInt8] = []
    private var status: [UInt8] = []
    /// The rest of a message whose frames are still coming.
    private var message: [UInt8] = []

    /// Sends the input and its end.
    func begin(_ channel: any Channel, input: [UInt8]?, pieceSize: Int) {
        guard let input else { return }
        func send(_ bytes: [UInt8]) {
            channel.write(WebSocketFrame(fin: true, opcode: .binary, maskKey: .random(), data: ByteBuffer(bytes: bytes)), promise: nil)
        }
        var rest = input[...]
        while !rest.isEmpty {
            send([Stream.input.rawValue] + rest.prefix(pieceSize))
            rest = rest.dropFirst(pieceSize)
        }
        send([255, Stream.input.rawValue])
        channel.flush()
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
        case .ping:
            context.writeAndFlush(
                NIOAny(WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: frame.unmaskedData)), promise: nil)
        case .connectionClose: finish()
        default: break
        }
    }

    private func take(_ message: [UInt8]) {
        switch message.first.flatMap(Stream.init(rawValue:)) {
        case .output: output += message.dropFirst()
        case .errors: errors += message.dropFirst()
        case .status: status += message.dropFirst()
        case .input, nil: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) { finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish()
        context.close(promise: nil)
    }

    private func finish() {
        guard let ended else { return }
        self.ended = nil
        let said = (try? Value(parsingJSON: status)) ?? .null
        var code = 0
        if said["status"]?.stringValue == "Failure" {
            let causes = said["details"]?["causes"]?.elements ?? []
            let exit = causes.first { $0["reason"]?.stringValue == "ExitCode" }?["message"]?.stringValue.flatMap { Int($0) }
            guard let exit else {
                return ended.fail(
                    APIStatus(
                        code: said["code"]?.intValue ?? 500, reason: said["reason"]?.stringValue ?? "InternalError",
                        message: said["message"]?.stringValue ?? "", details: said["details"]))
            }
            code = exit
        } else if said.isNull {
            return ended.fail(APIStatus(code: 0, reason: "", message: "the connection was closed before the command ended"))
        }
        ended.succeed(
            APIResponse(
                body: [
                    "stdout": .string(String(decoding: output, as: UTF8.self)), "stderr": .string(String(decoding: errors, as: UTF8.self)),
                    "code": Value(code),
                ]))
    }
}
