import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL
import Testing

@testable import APIServer

/// One connection, many requests at once.
@Suite struct HTTP2Tests {
    @Test func `a hundred streams of one connection, a watch among them`() async throws {
        let live = try await LiveServerFixture.shared.value
        let tls = try live.target(.admin, protocols: ["h2"]).tls
        // The handlers are there before the first byte of the server is: what comes earlier would be lost.
        let (channel, multiplexer) = try await ClientBootstrap(group: live.group)
            .connect(host: "127.0.0.1", port: live.server.address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: nil))
                }.flatMap {
                    channel.configureHTTP2Pipeline(mode: .client, connectionConfiguration: .init(), streamConfiguration: .init()) { $0.eventLoop.makeSucceededVoidFuture() }
                }.map { (channel, $0) }
            }
        func send(_ path: String) -> EventLoopFuture<ClientAnswer> {
            let answer = channel.eventLoop.makePromise(of: ClientAnswer.self)
            let stream = channel.eventLoop.makePromise(of: (any Channel).self)
            multiplexer.createStreamChannel(promise: stream) { stream in
                stream.eventLoop.makeCompletedFuture {
                    let answers = AnswerCollector()
                    answers.expect(answer)
                    try stream.pipeline.syncOperations.addHandlers(HTTP2FramePayloadToHTTP1ClientCodec(httpProtocol: .https), answers)
                }
            }
            stream.futureResult.whenSuccess { stream in
                let head = HTTPRequestHead(version: .http2, method: .GET, uri: path, headers: ["host": "127.0.0.1"])
                stream.write(HTTPClientRequestPart.head(head), promise: nil)
                stream.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
            }
            stream.futureResult.cascadeFailure(to: answer)
            return answer.futureResult
        }
        let watch = send("/api/v1/nodes?watch=true&timeoutSeconds=1")
        let all = (0..<100).map { send("/api/v1/nodes/node-\($0 % 3 + 1)") }
        for (number, answer) in all.enumerated() {
            let answer = try await answer.get()
            #expect(answer.code == 200 && answer.value["metadata"]?["name"]?.stringValue == "node-\(number % 3 + 1)")
        }
        let lines = try await watch.get().text.split(separator: "\n")
        #expect(lines.count >= 3 && lines.allSatisfy { $0.contains(#""kind":"Node""#) })
        try await channel.close().get()
    }
}
