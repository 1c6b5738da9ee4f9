import APIMachinery
import KubernetesObjects
import NIOCore
import NIOHTTP1
import NIOPosix
import SimulationKernel
import Testing

@testable import APIServer

/// Clients that are broken, slow or up to no good: the server goes on for everybody else.
@Suite(.serialized) struct HostileClientTests {
    /// Takes what comes and counts it.
    private final class Silent: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
    }

    private func expectAlive(_ live: LiveServerFixture) async throws {
        #expect(try await live.send(path: "/healthz", as: .anonymous).code == 200)
    }

    @Test func `a thousand idle connections`() async throws {
        let live = try await LiveServerFixture()
        var channels: [any Channel] = []
        for _ in 0..<1000 { channels.append(try await ClientBootstrap(group: live.group).connect(host: "127.0.0.1", port: live.server.address.port).get()) }
        try await expectAlive(live)
        // The server counts a connection when it has taken it.
        for _ in 0..<3000 where live.server.connections < 1000 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(live.server.connections >= 1000)
        for channel in channels { channel.close(promise: nil) }
        try await live.stop()
    }

    @Test func `connections that end in the middle`() async throws {
        let live = try await LiveServerFixture.shared.value
        for text in ["", "GET", "GET /api HTTP/1.1\r\n", "POST /api/v1/namespaces HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{", "\r\n\r\n\r\n"] {
            let channel = try await live.connectRaw { Silent() }
            try await channel.writeAndFlush(ByteBuffer(string: text)).get()
            try await channel.close(mode: .all).get()
        }
        // Without TLS at all.
        let plain = try await ClientBootstrap(group: live.group).connect(host: "127.0.0.1", port: live.server.address.port).get()
        try await plain.writeAndFlush(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n")).get()
        plain.close(promise: nil)
        try await expectAlive(live)
    }

    @Test func `connections that are half closed are let go`() async throws {
        let live = try await LiveServerFixture()
        let requests = ["", "GET /api HTTP/1.1\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "GET /api/v1/pods?watch=1 HTTP/1.1\r\nHost: x\r\n\r\n"]
        for text in requests {
            let channel = try await live.connectRaw { Silent() }
            try await channel.writeAndFlush(ByteBuffer(string: text)).get()
            try? await channel.close(mode: .output).get()
        }
        let plain = try await ClientBootstrap(group: live.group).channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: live.server.address.port).get()
        try await plain.close(mode: .output).get()
        try await expectAlive(live)
        for _ in 0..<500 where live.server.connections > 0 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(live.server.connections == 0)
        try await live.stop()
    }

    @Test func `a watch that nobody reads ends, and holds little until then`() async throws {
        let subscription = WatchSubscription(id: 1) { _ in }
        let host = try await LiveServerFixture.shared.value.host
        let other = try await host.watch(.init(.watch, .init(group: "", version: "v1", resource: "configmaps")))
        other.cancel()
        let cursor = try await host.withCluster { (cluster) throws(APIStatus) in
            try WatchCursor(.init(.watch, .init(group: "", version: "v1", resource: "configmaps")), on: cluster.api)
        }
        let frame = WatchFrame(.init(kind: .bookmark, object: [:], revision: 1, isFinished: true), cursor: cursor, now: .simulationStart)
        #expect(subscription.deliver([WatchFrame](repeating: frame, count: 50_000), isInitial: true))
        #expect(subscription.deliver([WatchFrame](repeating: frame, count: WatchSubscription.pendingMax)))
        #expect(!subscription.deliver([frame]))
        #expect(!subscription.deliver([frame]))
    }

    @Test func `slow readers of large answers keep nobody else waiting`() async throws {
        let live = try await LiveServerFixture()
        for number in 0..<200 {
            let body = #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"big-\#(number)"},"data":{"x":"\#(String(repeating: "x", count: 20_000))"}}"#
            _ = try await live.host.withCluster { (cluster) throws(APIStatus) in
                try cluster.send(APIRequest(method: "POST", path: "/api/v1/namespaces/default/configmaps", body: Array(body.utf8)))
            }
        }
        var slow: [any Channel] = []
        for path in ["/api/v1/configmaps", "/api/v1/configmaps?watch=true"] {
            for _ in 0..<10 {
                let channel = try await live.connectRaw { Silent() }
                try await channel.writeAndFlush(ByteBuffer(string: "GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")).get()
                try await channel.setOption(.autoRead, value: false).get()
                slow.append(channel)
            }
        }
        try await expectAlive(live)
        #expect(try await live.send(path: "/api/v1/namespaces/default/configmaps/big-7").code == 200)
        for channel in slow { channel.close(promise: nil) }
        try await live.stop()
    }

    struct Head: CustomTestStringConvertible {
        let testDescription: String, text: String, status: Int
    }

    @Test(arguments: [
        Head(testDescription: "a large header that is allowed", text: "GET /healthz HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "y", count: 500_000))\r\n\r\n", status: 200),
        Head(testDescription: "many headers that are allowed", text: "GET /healthz HTTP/1.1\r\nHost: x\r\n\(String(repeating: "X: y\r\n", count: 5000))\r\n", status: 200),
        Head(testDescription: "too large a header", text: "GET /healthz HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "y", count: 1_100_000))\r\n\r\n", status: 431),
        Head(testDescription: "too many headers", text: "GET /healthz HTTP/1.1\r\nHost: x\r\n\(String(repeating: "X: y\r\n", count: 20_000))\r\n", status: 431),
        Head(testDescription: "too long an address", text: "GET /\(String(repeating: "y", count: 100_000)) HTTP/1.1\r\nHost: x\r\n\r\n", status: 414),
        Head(testDescription: "no request at all", text: "hello\r\n\r\n", status: 400),
        Head(testDescription: "a broken escape", text: "GET /api/v1/namespaces/%zz/pods HTTP/1.1\r\nHost: x\r\n\r\n", status: 400),
        Head(testDescription: "the address of a request to a proxy", text: "GET https://localhost/healthz?verbose HTTP/1.1\r\nHost: x\r\n\r\n", status: 200),
    ])
    func `heads of requests get what they deserve`(_ c: Head) async throws {
        let live = try await LiveServerFixture.shared.value
        let first = FirstLine(patience: .seconds(20))
        let channel = try await live.connectRaw { first }
        channel.writeAndFlush(ByteBuffer(string: c.text), promise: nil)
        // Who is cut off while he still sends may not hear why.
        let status = await first.wait(channel)
        #expect(status == c.status || status == nil && c.status == 431)
        channel.close(promise: nil)
    }

    @Test func `an answer that is written in parts is whole`() async throws {
        let live = try await LiveServerFixture()
        let data = String(repeating: "0123456789", count: 60_000)
        for number in 0..<3 {
            let body = #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"big-\#(number)"},"data":{"x":"\#(data)"}}"#
            _ = try await live.host.withCluster { (cluster) throws(APIStatus) in
                try cluster.send(APIRequest(method: "POST", path: "/api/v1/namespaces/default/configmaps", body: Array(body.utf8)))
            }
        }
        let answer = try await live.send(path: "/api/v1/namespaces/default/configmaps")
        #expect(answer.headers.first(name: "content-length") == "\(answer.body.count)")
        #expect(answer.value["items"]?.elements.filter { $0["data"]?["x"]?.stringValue == data }.count == 3)
        try await live.stop()
    }

    /// Requests that are nearly right: a verb, a path, headers and a body of parts that fit together or not.
    @Test(arguments: [UInt64(1), 2]) func `malformed requests get an answer or a closed connection`(_ seed: UInt64) async throws {
        let live = try await LiveServerFixture()
        var random = RandomStream(seed: seed, name: "fuzz")
        func pick(_ list: [String]) -> String { list[Int(random.next() % UInt64(list.count))] }
        let verbs = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "G\u{e9}T", "", "PRI"]
        let paths = [
            "/", "//", "/api/v1/pods", "/api/v1/namespaces/default/pods/x/exec?command=", "/api/v1/namespaces/%00/pods", "/apis/apps/v1/deployments/%ff%fe",
            "/api/v1/pods?limit=-1", "/api/v1/pods?limit=99999999999999999999", "/api/v1/pods?continue=%%%", "/api/v1/pods?labelSelector=a%20in%20(",
            "/api/v1/pods?fieldSelector=====", "/api/v1/pods?watch=1&timeoutSeconds=1&resourceVersion=99999999", "/api/v1/pods?resourceVersion=-5",
            "/openapi/v3/apis/%2e%2e/%2e%2e", "/metrics?x", "*", "http://other/api", "/" + String(repeating: "a/", count: 2000),
            "/api/v1/namespaces/default/configmaps/" + String(repeating: "x", count: 5000), "/api/v1/watch/pods?timeoutSeconds=1", "/livez/../api",
            "/api/v1/namespaces/default/pods/x/proxy/../../..", "/api/v1/nodes/node-1/proxy/logs", "/api/v1/namespaces/default/serviceaccounts/default/token",
        ]
        let headers = [
            "", "Accept: \u{0}", "Accept: application/json;as=Table;v=v9;g=x", "Accept: " + String(repeating: "a/b,", count: 3000), "Content-Type: x",
            "Content-Type: application/json", "Content-Type: application/json-patch+json", "Content-Type: application/apply-patch+yaml",
            "Content-Type: application/vnd.kubernetes.protobuf", "Transfer-Encoding: chunked", "Content-Length: 5", "Content-Length: -1",
            "Content-Length: 99999999999999999999", "Authorization: Bearer", "Authorization: Bearer ..", "Authorization: Basic eDp5", "Impersonate-User: x",
            "Impersonate-Extra-%zz: y", "Upgrade: websocket\r\nConnection: Upgrade", "Upgrade: SPDY/3.1\r\nConnection: upgrade", "Connection: close",
            "X: " + String(repeating: "y", count: 20_000), "No colon", ": empty", "Expect: 100-continue", "Accept-Encoding: gzip;q=0, *",
        ]
        let bodies = [
            "", "{", "{}", "null", "[]", "{\"kind\":\"Pod\"}", String(repeating: "[", count: 5000), "k8s\u{0}\u{a}\u{ff}", "a: &a [*a]", "5\r\nhello\r\n0\r\n\r\n", "zz\r\n",
            #"[{"op":"add","path":"/~5","value":1}]"#, #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"../x"}}"#, "\u{feff}{}", "%",
        ]
        for _ in 0..<150 {
            var text = "\(pick(verbs)) \(pick(paths)) HTTP/1.\(random.next() % 3)\r\nHost: x\r\n"
            for _ in 0..<random.next() % 3 { text += pick(headers) + "\r\n" }
            let body = pick(bodies)
            if random.next() % 2 == 0 { text += "Content-Length: \(body.utf8.count)\r\n" }
            text += "\r\n" + body
            var bytes = Array(text.utf8)
            if random.next() % 4 == 0 { bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next()) }
            let first = FirstLine()
            let channel = try await live.connectRaw { first }
            try? await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
            let status = await first.wait(channel)
            // Nothing of all this is the server's fault: only what it says of itself may be 5xx.
            if let status { #expect(status < 500 || [500, 501, 503, 504].contains(status), "\(status): \(text.prefix(200))") }
            channel.close(promise: nil)
        }
        try await expectAlive(live)
        try await live.stop()
    }

    /// The status of the first answer, or nothing when the connection ends or nothing comes for a while.
    private final class FirstLine: ChannelInboundHandler, @unchecked Sendable {
        typealias InboundIn = ByteBuffer
        private var status: Int?
        private var waiting: EventLoopPromise<Int?>?
        private var isOver = false
        /// How long a first line is waited for: a request that is not complete gets none.
        private let patience: TimeAmount

        init(patience: TimeAmount = .milliseconds(150)) { self.patience = patience }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: unwrapInboundIn(data))
            if status == nil, text.hasPrefix("HTTP/1.") { status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } }
            finish()
        }

        func channelInactive(context: ChannelHandlerContext) { finish() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { finish() }

        private func finish() {
            isOver = true
            waiting?.succeed(status)
            waiting = nil
        }

        func wait(_ channel: any Channel) async -> Int? {
            let loop = channel.eventLoop
            return try? await loop.flatSubmit {
                let promise = loop.makePromise(of: Int?.self)
                if self.isOver { promise.succeed(self.status) } else {
                    self.waiting = promise
                    loop.scheduleTask(in: self.patience) { self.finish() }
                }
                return promise.futureResult
            }.get()
        }
    }
}
