import APIMachinery
import Cluster
import KubernetesObjects
import NIOCore
import NIOPosix
import Testing

@testable import APIServer

/// Clients that ask for a command's streams and are gone before they use them: nothing of the command stays.
@Suite(.serialized) struct AbandonedStreamTests {
    /// The first line of the answer; hangs up as soon as it is there.
    private final class Hasty: ChannelInboundHandler, @unchecked Sendable {
        typealias InboundIn = ByteBuffer
        let line: EventLoopPromise<String>
        private var isDone = false

        init(_ line: EventLoopPromise<String>) { self.line = line }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            finish(String(buffer: unwrapInboundIn(data)).split(separator: "\r\n").first.map(String.init) ?? "")
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { finish("") }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { finish("") }

        private func finish(_ text: String) {
            guard !isDone else { return }
            isDone = true
            line.succeed(text)
        }
    }

    private static let webSocket = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: v5.channel.k8s.io"
    private static let spdy = "Upgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io"

    @Test(.timeLimit(.minutes(3)), arguments: [webSocket, spdy]) func `more of them than may be open at once`(_ upgrade: String) async throws {
        let live = try await LiveServerFixture(upgrader: StreamUpgrader()) { cluster in
            var request = APIRequest(.create, GroupVersionResource(group: "", version: "v1", resource: "pods"), namespace: "default")
            request.body = ["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "box"], "spec": ["containers": [["name": "c", "image": "nginx"]]]]
            _ = try cluster.send(request)
            cluster.settle()
        }
        func ask(_ command: String) async throws -> String {
            let line = live.group.next().makePromise(of: String.self)
            let channel = try await live.connectRaw { Hasty(line) }
            let text = "GET /api/v1/namespaces/default/pods/box/exec?\(command)&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n\(upgrade)\r\n\r\n"
            try await channel.writeAndFlush(ByteBuffer(string: text)).get()
            return try await line.futureResult.get()
        }
        for number in 0..<300 {
            let line = try await ask(number % 2 == 0 ? "command=cat" : "command=sleep&command=1000")
            guard line == "HTTP/1.1 101 Switching Protocols" else {
                Issue.record("\(line) at \(number)")
                break
            }
        }
        try await live.stop()
    }
}
