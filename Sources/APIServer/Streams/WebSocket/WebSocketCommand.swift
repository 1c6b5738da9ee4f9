import Kubelet
import NIOCore

/// A command's streams over one WebSocket.
///
/// - Source: kubelet `cri/streaming/remotecommand/websocket.go`: an empty message on the first stream that is written to says that
///   the command has begun.
struct WebSocketCommand: CommandClient {
    let link: WebSocketLink
    let form: ChannelProtocol
    let streams: CommandStreams

    /// Takes a connection over and begins to carry the command's streams.
    static func start(_ form: ChannelProtocol, _ streams: CommandStreams, _ pump: CommandPump, on channel: any Channel) throws {
        let handler = WebSocketHandler(
            message: { bytes in
                switch form.read(bytes) {
                case .data(CommandStream.input.rawValue, let bytes)? where streams.all.contains(.input) && !bytes.isEmpty:
                    if !pump.take(.input(bytes)) { _ = channel.setOption(.autoRead, value: false) }
                case .data(CommandStream.resize.rawValue, let bytes)?:
                    if let size = CommandStatus.size(bytes) { pump.take(.resize(rows: size.rows, columns: size.columns)) }
                case .closed(CommandStream.input.rawValue)?: pump.take(.inputEnded)
                default: break
                }
            },
            closed: { pump.take(.gone) })
        try WebSocketHandler.install(on: channel, handler)
        let client = WebSocketCommand(link: WebSocketLink(channel: channel), form: form, streams: streams)
        Task {
            let first = [CommandStream.output, .errors, .status].first { streams.all.contains($0) } ?? .status
            if await client.write([], on: first) { await pump.run(client) } else { await pump.abandon() }
        }
    }

    private func write(_ bytes: [UInt8], on stream: CommandStream) async -> Bool {
        await link.send(form.bytes(bytes, channel: stream.rawValue), isText: form.isBase64)
    }

    func send(_ bytes: [UInt8], on stream: CommandStream) async -> Bool { streams.all.contains(stream) ? await write(bytes, on: stream) : true }

    func finish(_ end: SessionEnd) async {
        let status = CommandStatus.bytes(end, asObject: form.hasStatusObject)
        if !status.isEmpty { _ = await write(status, on: .status) }
        await link.close()
    }

    func readOn() { _ = link.channel.setOption(.autoRead, value: true) }
}
