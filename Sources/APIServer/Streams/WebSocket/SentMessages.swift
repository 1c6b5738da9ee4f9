import NIOConcurrencyHelpers
import NIOCore

/// A WebSocket over which only the server speaks: it ends with what it has to say, or with the client.
struct SentMessages: UpgradedConnection {
    /// Sends everything; cancelled when the client is gone.
    let body: @Sendable (WebSocketLink) async -> Void
    let abandoned: @Sendable () -> Void

    func take(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let sending = NIOLockedValueBox<Task<Void, Never>?>(nil)
            let handler = WebSocketHandler(message: { _ in }, closed: { sending.withLockedValue { $0 }?.cancel() })
            try WebSocketHandler.install(on: channel, handler)
            let link = WebSocketLink(channel: channel)
            let body = body
            sending.withLockedValue {
                $0 = Task {
                    await body(link)
                    await link.close()
                }
            }
        }
    }

    func abandon() async { abandoned() }
}
