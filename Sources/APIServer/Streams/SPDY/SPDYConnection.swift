/// The server's side of a SPDY connection: frames become streams, and what is sent becomes frames.
///
/// - Invariants: a stream is forgotten when both sides have ended it; bytes of a stream leave in the order in which they were sent.
/// - Bounds: `streamsMax` streams are open at once; more are refused.
/// - Source: SPDY/3.1. Differs: windows are kept to only with peers that tell of theirs, since the library that Kubernetes' clients
///   use never does and would wait for ever.
struct SPDYConnection {
    static let streamsMax = 512
    static let window = 65_536
    static let frameMax = 16_384

    enum Event: Equatable {
        case opened(id: UInt32, headers: [SPDYHeader])
        case data(id: UInt32, bytes: [UInt8])
        /// The client sends no more on a stream.
        case ended(id: UInt32)
        case reset(id: UInt32)
        case goneAway
        /// What came was no SPDY; nothing more will.
        case failed(String)
    }

    private struct Stream {
        var isOpenHere = true
        var isOpenThere = true
        /// Bytes that may still be sent.
        var sendWindow: Int
        /// Bytes that were received and not given back to the peer's window.
        var received = 0
        /// What waits for the window, and whether the end follows it.
        var waiting: [UInt8] = []
        var endsAfterWaiting = false
    }

    private var reader = SPDYReader()
    private let writer = SPDYWriter()
    private var streams: [UInt32: Stream] = [:]
    private var output: [UInt8] = []
    private var lastID: UInt32 = 0
    private var initialWindow = window
    private var connectionWindow = window
    private var connectionReceived = 0
    /// The peer has told of its windows.
    private var keepsWindows = false
    private var hasFailed = false

    /// Bytes that are to be sent now.
    mutating func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    /// Bytes that wait for the client to make room.
    var waitingBytes: Int { streams.values.reduce(0) { $0 + $1.waiting.count } }
    var openStreams: Int { streams.count }

    // MARK: Receiving

    mutating func receive(_ bytes: some Sequence<UInt8>) -> [Event] {
        guard !hasFailed else { return [] }
        reader.append(bytes)
        var events: [Event] = []
        do throws(SPDYError) {
            while let frame = try reader.next() { handle(frame, &events) }
        } catch {
            hasFailed = true
            send(.goAway(lastID: lastID, status: 1))
            events.append(.failed(error.message))
        }
        return events
    }

    private mutating func handle(_ frame: SPDYFrame, _ events: inout [Event]) {
        switch frame {
        case .openStream(let id, let headers, let isLast, _, _):
            // A client's streams have odd numbers that only grow.
            guard id % 2 == 1, id > lastID else { return send(.reset(id: id, status: 1)) }
            lastID = id
            guard streams.count < Self.streamsMax else { return send(.reset(id: id, status: 3)) }
            streams[id] = Stream(sendWindow: initialWindow)
            events.append(.opened(id: id, headers: headers))
            if isLast { endThere(id, &events) }
        case .data(let id, let bytes, let isLast):
            guard let stream = streams[id], stream.isOpenThere else { return send(.reset(id: id, status: 2)) }
            if !bytes.isEmpty {
                events.append(.data(id: id, bytes: bytes))
                giveBack(bytes.count, id)
            }
            if isLast { endThere(id, &events) }
        case .headers(let id, _, let isLast): if isLast, streams[id] != nil { endThere(id, &events) }
        case .reply: break
        case .reset(let id, _):
            guard streams.removeValue(forKey: id) != nil else { return }
            events.append(.reset(id: id))
        case .ping(let id): if id % 2 == 1 { send(.ping(id: id)) }
        case .goAway: events.append(.goneAway)
        case .settings(let settings):
            guard let window = settings[SPDYSetting.initialWindow] else { return }
            keepsWindows = true
            let change = Int(min(window, 0x7FFF_FFFF)) - initialWindow
            initialWindow += change
            for id in streams.keys { streams[id]!.sendWindow += change }
            sendWaiting()
        case .windowUpdate(let id, let delta):
            keepsWindows = true
            if id == 0 { connectionWindow = min(connectionWindow + Int(delta), 0x7FFF_FFFF) } else if streams[id] != nil {
                streams[id]!.sendWindow = min(streams[id]!.sendWindow + Int(delta), 0x7FFF_FFFF)
            }
            sendWaiting()
        case .unknown: break
        }
    }

    private mutating func endThere(_ id: UInt32, _ events: inout [Event]) {
        streams[id]?.isOpenThere = false
        events.append(.ended(id: id))
        forgetIfEnded(id)
    }

    private mutating func forgetIfEnded(_ id: UInt32) {
        if let stream = streams[id], !stream.isOpenHere, !stream.isOpenThere { streams[id] = nil }
    }

    /// Gives bytes that were taken back to the peer's windows, half a window at a time.
    private mutating func giveBack(_ count: Int, _ id: UInt32) {
        connectionReceived += count
        streams[id]!.received += count
        if streams[id]!.received >= Self.window / 2 {
            send(.windowUpdate(id: id, delta: UInt32(streams[id]!.received)))
            streams[id]!.received = 0
        }
        if connectionReceived >= Self.window / 2 {
            send(.windowUpdate(id: 0, delta: UInt32(connectionReceived)))
            connectionReceived = 0
        }
    }

    // MARK: Sending

    private mutating func send(_ frame: SPDYFrame) { output += writer.bytes(of: frame) }

    /// Accepts a stream that the client opened.
    mutating func accept(_ id: UInt32) { if streams[id] != nil { send(.reply(id: id, headers: [], isLast: false)) } }

    /// Refuses or breaks off a stream.
    mutating func reset(_ id: UInt32, status: UInt32 = 3) {
        if streams.removeValue(forKey: id) != nil { send(.reset(id: id, status: status)) }
    }

    /// Sends bytes on a stream; what its window does not take waits.
    mutating func send(_ bytes: [UInt8], on id: UInt32) {
        guard let stream = streams[id], stream.isOpenHere, !stream.endsAfterWaiting else { return }
        streams[id]!.waiting += bytes
        sendWaiting(id)
    }

    /// Ends our side of a stream once all has been sent.
    mutating func end(_ id: UInt32) {
        guard let stream = streams[id], stream.isOpenHere else { return }
        streams[id]!.endsAfterWaiting = true
        sendWaiting(id)
    }

    mutating func goAway() { send(.goAway(lastID: lastID, status: 0)) }

    private mutating func sendWaiting() { for id in streams.keys.sorted() { sendWaiting(id) } }

    private mutating func sendWaiting(_ id: UInt32) {
        while let stream = streams[id], !stream.waiting.isEmpty {
            let room = keepsWindows ? min(stream.sendWindow, connectionWindow) : .max
            guard room > 0 else { return }
            let count = min(stream.waiting.count, room, Self.frameMax)
            send(.data(id: id, bytes: Array(stream.waiting[..<count]), isLast: false))
            streams[id]!.waiting.removeFirst(count)
            streams[id]!.sendWindow -= count
            connectionWindow -= count
        }
        guard let stream = streams[id], stream.isOpenHere, stream.endsAfterWaiting else { return }
        send(.data(id: id, bytes: [], isLast: true))
        streams[id]!.isOpenHere = false
        forgetIfEnded(id)
    }
}
