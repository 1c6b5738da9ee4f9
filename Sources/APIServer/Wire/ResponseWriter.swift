import NIOCore
import NIOHTTP1

/// The answering end of one request, for tasks off the connection's event loop.
package struct ResponseWriter: BodyWriter {
    let eventLoop: any EventLoop
    let handler: NIOLoopBound<RequestHandler>
    /// Which of a connection's requests is answered: an answer that comes after its connection went on is dropped.
    let number: Int

    /// Writes a whole answer.
    func respond(_ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ body: ByteBuffer) {
        eventLoop.execute { handler.value.respond(number, status, headers, body) }
    }

    /// Begins an answer whose length is not known.
    func begin(_ status: HTTPResponseStatus, _ headers: HTTPHeaders) {
        eventLoop.execute { handler.value.begin(number, status, headers) }
    }

    package func write(_ bytes: ByteBuffer) async -> Bool {
        await withCheckedContinuation { continuation in
            eventLoop.execute { handler.value.write(number, bytes) { continuation.resume(returning: $0) } }
        }
    }

    /// Ends an answer that was begun.
    func end() {
        eventLoop.execute { handler.value.end(number) }
    }

    /// Hands the connection over to another protocol.
    func upgrade(with connection: any UpgradedConnection, _ headers: HTTPHeaders) {
        eventLoop.execute { handler.value.upgrade(number, connection, headers) }
    }

    /// Calls `body` once when a time has passed, unless the answer has ended by then.
    func after(_ time: TimeAmount, _ body: @escaping @Sendable () -> Void) {
        eventLoop.execute { handler.value.schedule(number, time, body) }
    }
}
