import Kubelet
import KubernetesObjects
import NIOHTTP1
import Testing

@testable import APIServer

@Suite struct ChannelProtocolTests {
    @Test(arguments: [
        (["v5.channel.k8s.io", "v4.channel.k8s.io"], "v5.channel.k8s.io"), (["v4.channel.k8s.io", "v5.channel.k8s.io"], "v4.channel.k8s.io"),
        (["new", "base64.channel.k8s.io"], "base64.channel.k8s.io"), ([], ""), (["new"], nil),
    ] as [([String], String?)])
    func `the client's first that is spoken is chosen`(_ offered: [String], _ chosen: String?) {
        #expect(ChannelProtocol.chosen(from: offered)?.name == chosen)
    }

    @Test(arguments: ChannelProtocol.all)
    func `messages come back as they were sent`(_ form: ChannelProtocol) {
        for bytes in [[], [0], Array("hello".utf8), [255, 254, 0, 1]] as [[UInt8]] {
            #expect(form.read(form.bytes(bytes, channel: 3)) == .data(channel: 3, bytes: bytes))
        }
        #expect(form.read([]) == nil)
    }

    @Test func `forms of messages`() {
        let v5 = ChannelProtocol.chosen(from: ["v5.channel.k8s.io"])!
        #expect(v5.read([255, 0]) == .closed(channel: 0))
        #expect(v5.read([255]) == nil)
        let v4 = ChannelProtocol.chosen(from: ["v4.channel.k8s.io"])!
        #expect(v4.read([255, 0]) == .data(channel: 255, bytes: [0]))
        let text = ChannelProtocol.chosen(from: ["v4.base64.channel.k8s.io"])!
        #expect(text.bytes(Array("hi".utf8), channel: 1) == Array("1aGk=".utf8))
        #expect(text.read(Array("x".utf8)) == nil)
        #expect(text.read(Array("1!!".utf8)) == nil)
    }

    @Test func `ends are told as kubelets do`() throws {
        #expect(CommandStatus.object(.exited(0)) == ["metadata": [:], "status": "Success"])
        let failed = CommandStatus.object(.exited(3))
        #expect(failed["reason"] == "NonZeroExitCode")
        #expect(failed["details"]?["causes"]?[0] == ["reason": "ExitCode", "message": "3"])
        #expect(CommandStatus.object(.failed("x"))["message"] == "Internal error occurred: error executing command in container: x")
        #expect(CommandStatus.bytes(.exited(0), asObject: false).isEmpty)
        #expect(CommandStatus.size(Array("{\"Width\":80,\"Height\":24}\n".utf8)).map { [$0.rows, $0.columns] } == [24, 80])
        #expect(CommandStatus.size(Array("{\"Width\":0}".utf8)) == nil)
    }

    @Test func `streams follow the request`() {
        let query = [("stdin", "true"), ("stdout", "1"), ("stderr", "true"), ("tty", "true")]
        #expect(CommandStreams(query.map { (name: $0.0, value: $0.1) }, isTerminal: true, hasResize: true).all == [.status, .input, .output, .resize])
        #expect(CommandStreams([("stdout", "true"), ("stderr", "true"), ("stdin", "False")].map { (name: $0.0, value: $0.1) }, isTerminal: false, hasResize: true).all == [.status, .output, .errors])
    }

    @Test func `the handshake proves that the key was read`() {
        #expect(WebSocketHandshake.proof(of: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
        head.headers = HTTPHeaders([("Upgrade", "WebSocket"), ("Sec-WebSocket-Key", "x"), ("Sec-WebSocket-Protocol", "base64url.bearer.authorization.k8s.io.abc, v4.channel.k8s.io")])
        #expect(WebSocketHandshake.isAsked(head))
        #expect(WebSocketHandshake.protocols(head) == ["v4.channel.k8s.io"])
        #expect(WebSocketHandshake.answer(head, subprotocol: "a") == nil)
        head.headers.add(name: "Sec-WebSocket-Version", value: "13")
        #expect(WebSocketHandshake.answer(head, subprotocol: "a")?.first(name: "Sec-WebSocket-Protocol") == "a")
    }
}
