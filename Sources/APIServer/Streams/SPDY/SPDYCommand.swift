import Kubelet
import NIOCore

/// A command's streams as streams of a SPDY connection, each named by its `streamType` header.
///
/// - Order: the command's output is carried once all streams that the request asks for have been opened.
/// - Source: kubelet `cri/streaming/remotecommand/httpstream.go`.
final class SPDYCommand: SPDYService {
    /// How long a client may take to open its streams.
    static let openTime = TimeAmount.seconds(30)

    private let streams: CommandStreams
    private let hasStatusObject: Bool
    private let pump: CommandPump
    private let channel: any Channel
    private var open: [CommandStream: UInt32] = [:]
    private var hasStarted = false
    private var resizeText: [UInt8] = []

    init(_ streams: CommandStreams, hasStatusObject: Bool, _ pump: CommandPump, on channel: any Channel) {
        self.streams = streams
        self.hasStatusObject = hasStatusObject
        self.pump = pump
        self.channel = channel
        let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
        channel.eventLoop.scheduleTask(in: Self.openTime) { if !bound.value.hasStarted { channel.close(promise: nil) } }
    }

    func opened(_ id: UInt32, _ headers: [String: String], _ server: SPDYServer) {
        guard let stream = CommandStream(name: headers["streamtype"] ?? ""), streams.all.contains(stream), open[stream] == nil else { return server.reset(id) }
        open[stream] = id
        server.accept(id)
        guard !hasStarted, streams.all.allSatisfy({ open[$0] != nil }) else { return }
        hasStarted = true
        let client = Client(server: NIOLoopBound(server, eventLoop: channel.eventLoop), open: open, hasStatusObject: hasStatusObject, channel: channel)
        let pump = pump
        Task { await pump.run(client) }
    }

    func received(_ bytes: [UInt8], _ id: UInt32, _ server: SPDYServer) {
        if id == open[.input] {
            if !pump.take(.input(bytes)) { _ = channel.setOption(.autoRead, value: false) }
        } else if id == open[.resize] {
            // One object a line, whatever pieces they come in.
            resizeText = (resizeText + bytes).suffix(4096)
            while let end = resizeText.firstIndex(of: UInt8(ascii: "}")) {
                if let size = CommandStatus.size(Array(resizeText[...end])) { pump.take(.resize(rows: size.rows, columns: size.columns)) }
                resizeText.removeSubrange(...end)
            }
        }
    }

    func ended(_ id: UInt32, _ server: SPDYServer) { if id == open[.input] { pump.take(.inputEnded) } }

    func closed() {
        pump.take(.gone)
        guard !hasStarted else { return }
        // Nobody carries what the command prints, nor would end it.
        hasStarted = true
        let pump = pump
        Task { await pump.abandon() }
    }

    /// The sending end, for the task that carries the output.
    private struct Client: CommandClient {
        let server: NIOLoopBound<SPDYServer>
        let open: [CommandStream: UInt32]
        let hasStatusObject: Bool
        let channel: any Channel

        func send(_ bytes: [UInt8], on stream: CommandStream) async -> Bool {
            guard let id = open[stream] else { return true }
            do {
                try await channel.eventLoop.flatSubmit { server.value.send(bytes, on: id) }.get()
                return true
            } catch { return false }
        }

        func finish(_ end: SessionEnd) async {
            let status = CommandStatus.bytes(end, asObject: hasStatusObject)
            if !status.isEmpty { _ = await send(status, on: .status) }
            let channel = channel
            channel.eventLoop.execute { [server, open] in
                for id in open.values.sorted() { server.value.end(id) }
                // The client hangs up when it has read all; one that does not is not waited for.
                channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
            }
        }

        func readOn() { _ = channel.setOption(.autoRead, value: true) }
    }
}
