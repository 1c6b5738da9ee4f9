import Cluster
import SimulationKernel
import Testing

@testable import APIServer

@Suite struct HTTPConversationTests {
    /// Feeds text in pieces of a size and gives what comes of it.
    static func read(_ text: String, pieces: Int = 1 << 20) -> [HTTPConversation.Next] {
        var conversation = HTTPConversation()
        var rest = Array(text.utf8)[...]
        var result: [HTTPConversation.Next] = []
        while !rest.isEmpty {
            conversation.append(Array(rest.prefix(pieces)))
            rest = rest.dropFirst(pieces)
            reading: while true {
                let next = conversation.next()
                switch next {
                case .needsMore: break reading
                case .request: result.append(next)
                case .refused: return result + [next]
                }
            }
        }
        return result
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var text: String
        var gives: [HTTPConversation.Next]

        static func request(_ method: String, _ target: String, _ headers: [(String, String)] = [], body: String = "", keepsAlive: Bool = true) -> HTTPConversation.Next {
            .request(.init(method: method, target: target, headers: headers.map { .init(name: $0.0, value: $0.1) }, body: Array(body.utf8), keepsAlive: keepsAlive))
        }
    }

    static let cases = [
        Case(testDescription: "plain", text: "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n", gives: [Case.request("GET", "/a?b=c", [("Host", "x")])]),
        Case(testDescription: "two in a row", text: "GET / HTTP/1.1\r\n\r\nHEAD /b HTTP/1.1\r\n\r\n", gives: [Case.request("GET", "/"), Case.request("HEAD", "/b")]),
        Case(testDescription: "bare newlines", text: "GET / HTTP/1.1\nA: b\n\n", gives: [Case.request("GET", "/", [("A", "b")])]),
        Case(testDescription: "a body", text: "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", gives: [Case.request("POST", "/", [("Content-Length", "5")], body: "hello")]),
        Case(
            testDescription: "chunks", text: "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
            gives: [Case.request("POST", "/", [("Transfer-Encoding", "chunked")], body: "abcde")]),
        Case(testDescription: "1.0 closes", text: "GET / HTTP/1.0\r\n\r\n", gives: [Case.request("GET", "/", keepsAlive: false)]),
        Case(
            testDescription: "asked to close", text: "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
            gives: [Case.request("GET", "/", [("Connection", "close")], keepsAlive: false)]),
        Case(testDescription: "a proxy's form", text: "GET http://web/x HTTP/1.1\r\n\r\n", gives: [Case.request("GET", "/x")]),
        Case(testDescription: "nonsense", text: "hello there\r\n\r\n", gives: [.refused(400)]),
        Case(testDescription: "a bad header", text: "GET / HTTP/1.1\r\nnonsense\r\n\r\n", gives: [.refused(400)]),
        Case(testDescription: "a bad length", text: "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", gives: [.refused(400)]),
        Case(testDescription: "too long a body", text: "GET / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", gives: [.refused(413)]),
        Case(testDescription: "too long a head", text: "GET / HTTP/1.1\r\nA: " + String(repeating: "x", count: 70_000), gives: [.refused(431)]),
        Case(testDescription: "a bad chunk", text: "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", gives: [.refused(400)]),
    ]

    @Test(arguments: cases)
    func `reads requests`(_ c: Case) {
        #expect(Self.read(c.text) == c.gives)
        if c.text.count < 1000 { #expect(Self.read(c.text, pieces: 1) == c.gives) }
    }

    @Test func `promises to read a body`() {
        var conversation = HTTPConversation()
        conversation.append(Array("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n".utf8))
        #expect(conversation.next() == .needsMore)
        #expect(String(decoding: conversation.takeInterim(), as: UTF8.self) == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(conversation.next() == .needsMore)
        #expect(conversation.takeInterim().isEmpty)
    }

    @Test func `writes answers`() {
        let request = HTTPConversation.Request(method: "GET", target: "/", headers: [], body: [], keepsAlive: true)
        let answer = ProxyAnswer(status: 200, headers: [("Server", "nginx"), ("Evil", "a\r\nb")], body: Array("hi".utf8))
        #expect(
            String(decoding: HTTPConversation.bytes(of: answer, to: request, date: "D"), as: UTF8.self)
                == "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: D\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi")
    }

    @Test(arguments: 1...6)
    func `random bytes never do harm`(_ seed: Int) {
        var random = RandomStream(seed: UInt64(seed), name: "http")
        let texts = Self.cases.filter { $0.text.count < 1000 }.map { Array($0.text.utf8) }
        for _ in 0..<300 {
            var bytes = texts[Int(random.next() % UInt64(texts.count))]
            for _ in 0..<Int(random.next() % 5) { bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next()) }
            #expect(Self.read(String(decoding: bytes, as: UTF8.self), pieces: 7).count < 50)
        }
    }
}
