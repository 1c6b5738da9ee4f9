import APIMachinery
import Cluster
import Kubelet
import NIOConcurrencyHelpers

/// The client's end of a command's streams.
protocol CommandClient: Sendable {
    /// Sends bytes and waits until there is room for more; false when the client is gone.
    func send(_ bytes: [UInt8], on stream: CommandStream) async -> Bool
    /// Tells how the command ended and closes the streams.
    func finish(_ end: SessionEnd) async
    /// Reads from the client again, after it had sent more than was taken.
    func readOn()
}

/// Carries bytes between a client and a session of the cluster.
///
/// - Order: a client's bytes reach the session in their order; output leaves in the order in which it was printed.
/// - Bounds: a client that sends faster than the command reads is read no more (`backlogMax`); a command that prints
///   faster than the client takes is held by its session.
final class CommandPump: Sendable {
    static let backlogMax = 1 << 20
    /// How much may wait in the session for the command to read it.
    private static let unreadMax = 1 << 15

    enum Event: Sendable {
        case input([UInt8])
        case inputEnded
        case resize(rows: Int, columns: Int)
        /// Something may have come out of the session.
        case turned
        /// The client has hung up.
        case gone
    }

    private struct State {
        var backlog = 0
        var isTurnPending = false
        /// Input waits for the command to read what it has.
        var isThrottled = false
    }

    let host: ClusterHost
    let session: SessionID
    private let state = NIOLockedValueBox(State())
    private let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation

    init(host: ClusterHost, session: SessionID) {
        self.host = host
        self.session = session
        (events, continuation) = AsyncStream.makeStream(of: Event.self)
    }

    /// Hands over what came from the client; false when no more should be read for now.
    @discardableResult
    func take(_ event: Event) -> Bool {
        var goesOn = true
        if case .input(let bytes) = event {
            goesOn = state.withLockedValue { state in
                state.backlog += bytes.count
                return state.backlog < Self.backlogMax
            }
        }
        continuation.yield(event)
        return goesOn
    }

    private func turned() {
        let isNew = state.withLockedValue { state in
            defer { state.isTurnPending = true }
            return !state.isTurnPending
        }
        if isNew { continuation.yield(.turned) }
    }

    /// Runs until the command ends or the client is gone.
    func run(_ client: any CommandClient) async {
        let session = session
        let observer = await host.observe { [weak self] cluster in
            guard let self else { return }
            if cluster.hasOutput(session) != false || self.state.withLockedValue({ $0.isThrottled }) { self.turned() }
        }
        await carry(client)
        await host.removeObserver(observer)
        await abandon()
        continuation.finish()
    }

    /// Ends a session that no client came for.
    func abandon() async {
        let session = session
        _ = try? await host.withCluster { (cluster: inout Cluster) throws(APIStatus) in cluster.close(session) }
    }

    private func carry(_ client: any CommandClient) async {
        var waiting: [UInt8] = []
        var hasEnded = false
        var unread = 0
        turned()
        for await event in events {
            switch event {
            case .input(let bytes): waiting += bytes
            case .inputEnded: hasEnded = true
            case .resize(let rows, let columns):
                _ = try? await host.withCluster { [session] (cluster: inout Cluster) throws(APIStatus) in cluster.resize(session, rows: rows, columns: columns) }
                continue
            case .turned: state.withLockedValue { $0.isTurnPending = false }
            case .gone: return
            }
            repeat {
                let piece = Array(waiting.prefix(max(0, Self.unreadMax - unread)))
                let isLast = hasEnded && piece.count == waiting.count
                guard let output = await exchange(piece, isLast: isLast) else { return await client.finish(.detached) }
                waiting.removeFirst(piece.count)
                if isLast { hasEnded = false }
                unread = output.unreadInput
                if !piece.isEmpty, state.withLockedValue({ state in
                    state.backlog -= piece.count
                    return state.backlog + piece.count >= Self.backlogMax && state.backlog < Self.backlogMax
                }) { client.readOn() }
                for chunk in output.chunks {
                    guard await client.send(chunk.bytes, on: chunk.stream == 2 ? .errors : .output) else { return }
                }
                if let end = output.end { return await client.finish(end) }
            } while !waiting.isEmpty && unread < Self.unreadMax / 2
            state.withLockedValue { $0.isThrottled = !waiting.isEmpty || hasEnded }
        }
    }

    /// Gives the session its input and takes what it has printed; nil when it is gone.
    private func exchange(_ input: [UInt8], isLast: Bool) async -> SessionOutput? {
        let session = session
        let output = try? await host.withCluster { (cluster: inout Cluster) throws(APIStatus) -> SessionOutput? in
            if !input.isEmpty { cluster.feed(input, to: session) }
            if isLast { cluster.endInput(of: session) }
            return cluster.takeOutput(of: session)
        }
        return output ?? nil
    }
}
