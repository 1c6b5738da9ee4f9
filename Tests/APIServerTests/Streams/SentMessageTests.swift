import APIMachinery
import Foundation
import KubernetesObjects
import NIOCore
import NIOPosix
import NIOWebSocket
import Testing

@testable import APIServer

/// Watches and logs as browsers ask for them: over a WebSocket.
@Suite(.serialized) struct SentMessageTests {
    /// Gathers messages and hangs up when the server says goodbye.
    private final class Messages: ChannelInboundHandler, Sendable {
        typealias InboundIn = WebSocketFrame

        let all = Locked<[(isText: Bool, text: String)]>([])

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let frame = unwrapInboundIn(data)
            switch frame.opcode {
            case .text, .binary: all.value.append((frame.opcode == .text, String(decoding: frame.unmaskedData.readableBytesView, as: UTF8.self)))
            case .connectionClose: context.close(promise: nil)
            default: break
            }
        }
    }

    private static let pods = GroupVersionResource(group: "", version: "v1", resource: "pods")

    @Test func `watches and logs come as messages, and what is refused is refused over HTTP`() async throws {
        let world = try await LiveWorld(objects: LiveStreamTests.objects)
        let (folder, port) = (world.folder, world.server.address.port)
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            NIOSingletons.posixBlockingThreadPool.submit { _ in
                continuation.resume(with: Result { try Self.ask(folder: folder, port: port) })
            }
        }
        await world.stop()
    }

    private static func ask(folder: String, port: Int) throws {
        func text(_ name: String) throws -> String { try String(contentsOfFile: folder + "/" + name, encoding: .utf8) }
        let client = try HTTPSClient(
            server: "https://127.0.0.1:\(port)", authority: text("ca.crt"), credentials: .certificate(text("client.crt"), key: text("client.key")))
        func messages(_ request: APIRequest, _ protocols: String) throws -> [(isText: Bool, text: String)] {
            let messages = Messages()
            try client.webSocket(request, protocols: protocols) { messages }.closeFuture.wait()
            return messages.all.value
        }
        func log(_ parameters: [(name: String, value: String)], pod: String = "box") -> APIRequest {
            var request = APIRequest(.get, pods, namespace: "default", name: pod)
            request.subresource = "log"
            request.options.parameters = parameters
            return request
        }

        var watch = APIRequest(.watch, pods, namespace: "default")
        watch.options.timeoutSeconds = 1
        let events = try messages(watch, "anything")
        #expect(events.allSatisfy { $0.isText })
        let objects = try events.map { try Value(parsingJSON: $0.text) }
        #expect(objects.filter { $0["type"] == "ADDED" }.compactMap { $0["object"]?.name }.sorted() == ["box", "web"])

        let plain = try messages(log([("tailLines", "2")]), "binary.k8s.io")
        #expect(plain.map(\.text) == ["", "tick\ntick\n"])
        #expect(plain.allSatisfy { !$0.isText })
        let encoded = try messages(log([("tailLines", "1")]), "base64.binary.k8s.io")
        #expect(encoded.map(\.text) == ["", Base64.encode("tick\n")])
        #expect(encoded.allSatisfy { $0.isText })
        #expect(throws: APIStatus.self) { _ = try messages(log([], pod: "nosuch"), "binary.k8s.io") }
        #expect(throws: APIStatus.self) { _ = try messages(log([]), "v9.channel.k8s.io") }

        // What is followed goes on until the client has had enough.
        let followed = Messages()
        let channel = try client.webSocket(log([("follow", "true"), ("tailLines", "1")]), protocols: "binary.k8s.io") { followed }
        for _ in 0..<1000 where followed.all.value.count < 3 { usleep(10_000) }
        #expect(followed.all.value.prefix(2).map(\.text) == ["", "tick\n"] && followed.all.value.count >= 3)
        try channel.close().wait()
    }
}
