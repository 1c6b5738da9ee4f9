import Cluster
import Kubelet
import KubernetesObjects
import Testing

@testable import APIServer

/// The protocols of databases on forwarded ports, byte by byte.
@Suite struct DatabaseConversationTests {
    /// What a conversation did with what a client sent: bytes for the client, or the question for the pod.
    private static func steps(_ conversation: inout some PortConversation, _ bytes: [UInt8], pieces: Int) -> [String] {
        var result: [String] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            conversation.append(Array(rest.prefix(pieces)))
            rest = rest.dropFirst(pieces)
            reading: while true {
                switch conversation.next() {
                case .needsMore: break reading
                case .send(let bytes): result.append(String(decoding: bytes, as: UTF8.self))
                case .end(let bytes): return result + [String(decoding: bytes, as: UTF8.self) + " END"]
                case .ask(let message): result.append("\(message.method) \(String(decoding: message.body, as: UTF8.self))")
                }
            }
        }
        return result
    }

    @Test(arguments: [1, 3, 1000]) func `commands of Redis are read in pieces of any size`(_ pieces: Int) {
        let words = ["SET", "a b"].map { Base64.encode($0) }.joined(separator: " ")
        let rows: [(text: String, steps: [String])] = [
            ("PING\r\n", ["REDIS " + Base64.encode("PING")]),
            ("*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nSET\r\n$3\r\na b\r\n", ["REDIS " + Base64.encode("PING"), "REDIS " + words]),
            ("*0\r\nQUIT\r\n", ["+OK\r\n END"]),
            ("*1\r\nPING\r\n", ["-ERR Protocol error: expected '$', got 'P'\r\n END"]),
            ("*x\r\n", ["-ERR Protocol error: invalid multibulk length\r\n END"]),
            ("*1\r\n$-5\r\n", ["-ERR Protocol error: invalid bulk length\r\n END"]),
        ]
        for row in rows {
            var conversation = RedisConversation()
            #expect(Self.steps(&conversation, Array(row.text.utf8), pieces: pieces) == row.steps, "\(row.text)")
        }
    }

    @Test(arguments: [
        (RedisData.Reply.status("PONG"), "+PONG\r\n"), (.number(3), ":3\r\n"), (.text(nil), "$-1\r\n"), (.text("é"), "$2\r\né\r\n"), (.text(""), "$0\r\n\r\n"),
        (.failed("ERR no"), "-ERR no\r\n"), (.list(["a", "b\n"]), "*2\r\n$1\r\na\r\n$2\r\nb\n\r\n"),
    ])
    func `answers of Redis keep their types`(_ reply: RedisData.Reply, _ bytes: String) throws {
        var conversation = RedisConversation()
        let sent = conversation.answered(ProxyAnswer(body: reply.value.jsonBytes()))
        #expect(String(decoding: sent.bytes, as: UTF8.self) == bytes && !sent.isLast)
    }

    private static func start(_ parameters: [String]) -> [UInt8] {
        let content: [UInt8] = [0, 3, 0, 0] + parameters.flatMap { Array($0.utf8) + [0] } + [0]
        return [0, 0, 0, UInt8(content.count + 4)] + content
    }

    @Test(arguments: [1, 7, 1000]) func `a client of PostgreSQL comes in, asks and goes`(_ pieces: Int) throws {
        var conversation = PostgresConversation()
        let refusedTLS: [UInt8] = [0, 0, 0, 8, 4, 210, 22, 47]
        #expect(Self.steps(&conversation, refusedTLS, pieces: pieces) == ["N"])
        #expect(Self.steps(&conversation, Self.start(["user", "postgres", "database", "postgres"]), pieces: pieces) == ["SQL SELECT 1"])
        let welcome = conversation.answered(ProxyAnswer(body: Array("[]".utf8)))
        #expect(welcome.bytes.starts(with: [0x52, 0, 0, 0, 8, 0, 0, 0, 0]) && welcome.bytes.suffix(6) == PostgresConversation.ready[...])
        let question = PostgresConversation.message("Q", Array("SELECT name FROM t;".utf8) + [0])
        #expect(Self.steps(&conversation, question, pieces: pieces) == ["SQL SELECT name FROM t;"])
        let answer = Value.array([SQLServer.Answer.rows(columns: ["name"], rows: [["pen"], ["ink"]]).value])
        let rows = conversation.answered(ProxyAnswer(body: answer.jsonBytes()))
        let kinds = Self.messages(rows.bytes).map(\.kind)
        #expect(kinds == ["T", "D", "D", "C", "Z"])
        #expect(Self.messages(rows.bytes)[1].content == [0, 1, 0, 0, 0, 3] + Array("pen".utf8))
        let failed = conversation.answered(ProxyAnswer(body: Value.array([SQLServer.Answer.failed("ERROR:  relation \"t\" does not exist").value]).jsonBytes()))
        #expect(Self.messages(failed.bytes).map(\.kind) == ["E", "Z"])
        #expect(String(decoding: failed.bytes, as: UTF8.self).contains("C42P01\0Mrelation \"t\" does not exist\0"))
        // The extended protocol is refused once, and gone on with after it.
        let extended = PostgresConversation.message("P", [0, 0, 0, 0]) + PostgresConversation.message("B", [0]) + PostgresConversation.message("S", [])
        #expect(Self.steps(&conversation, extended, pieces: pieces).count == 2)
        #expect(Self.steps(&conversation, PostgresConversation.message("X", []), pieces: pieces) == [" END"])
    }

    @Test func `a user whom PostgreSQL does not know is sent away`() {
        var conversation = PostgresConversation()
        _ = Self.steps(&conversation, Self.start(["user", "nobody"]), pieces: 100)
        let refused = conversation.answered(ProxyAnswer(status: 401, body: Array("psql: error: connection to server failed: FATAL:  role \"nobody\" does not exist\n".utf8)))
        #expect(refused.isLast)
        #expect(String(decoding: refused.bytes, as: UTF8.self).contains("SFATAL\0VFATAL\0C28000\0Mrole \"nobody\" does not exist\0"))
    }

    @Test func `what is no message ends the connection`() {
        for bytes: [UInt8] in [[0, 0, 0, 4, 0, 3, 0, 0], [255, 255, 255, 255, 0, 3, 0, 0], [0, 0, 0, 9, 0, 2, 0, 0, 0]] {
            var conversation = PostgresConversation()
            #expect(Self.steps(&conversation, bytes, pieces: 100).last?.hasSuffix(" END") == true, "\(bytes)")
        }
    }

    @Test func `a client of MySQL is greeted, shows its password, asks and goes`() throws {
        let salt = Array("abcdefghijklmnopqrst".utf8)
        var conversation = MySQLConversation(salt: salt)
        let greeting = conversation.greeting()
        #expect(greeting[3] == 0 && greeting[4] == 10 && String(decoding: greeting[5..<10], as: UTF8.self) == "9.5.0")
        #expect(Int(greeting[0]) + 4 == greeting.count)
        func packet(_ number: UInt8, _ content: [UInt8]) -> [UInt8] { [UInt8(content.count), 0, 0, number] + content }
        // A client that would show its password otherwise is asked for the way that is understood.
        let abilities: [UInt8] = [0x0d, 0xa2, 0x0a, 0, 0, 0, 0, 1, 45] + [UInt8](repeating: 0, count: 23)
        let who = abilities + Array("root".utf8) + [0, 3, 1, 2, 3] + Array("shop".utf8) + [0] + Array("caching_sha2_password".utf8) + [0]
        conversation.append(packet(1, who))
        guard case .send(let asked) = conversation.next() else {
            Issue.record("not asked for another way")
            return
        }
        #expect(asked[3] == 2 && asked[4] == 0xFE && Array(asked.suffix(21)) == salt + [0])
        conversation.append(packet(3, Kubelets.nativeScramble(of: "secret", salt: salt)))
        guard case .ask(let entry) = conversation.next() else {
            Issue.record("nothing asked of the pod")
            return
        }
        #expect(entry.headers.first { $0.name == "X-User" }?.value == "root")
        #expect(entry.headers.first { $0.name == Kubelets.scrambleHeader }?.value == Base64.encode(Kubelets.nativeScramble(of: "secret", salt: salt)))
        #expect(conversation.answered(ProxyAnswer(body: Array("[]".utf8))).bytes == packet(4, [0, 0, 0, 2, 0, 0, 0]))
        #expect(Self.steps(&conversation, packet(0, [3] + Array("SELECT name FROM t".utf8)), pieces: 3) == ["SQL SELECT name FROM t"])
        let answer = Value.array([SQLServer.Answer.rows(columns: ["name"], rows: [["pen"], ["ink"]]).value])
        let rows = Self.packets(conversation.answered(ProxyAnswer(body: answer.jsonBytes())).bytes)
        #expect(rows.map(\.number) == [1, 2, 3, 4, 5, 6])
        #expect(rows[3].content == [3] + Array("pen".utf8) && rows[5].content == [0xFE, 0, 0, 2, 0])
        let failed = conversation.answered(ProxyAnswer(body: Value.array([SQLServer.Answer.failed("ERROR 1146 (42S02) at line 1: Table 't' doesn't exist").value]).jsonBytes()))
        #expect(String(decoding: failed.bytes.suffix(29), as: UTF8.self) == "#42S02Table 't' doesn't exist")
        #expect(Self.steps(&conversation, packet(0, [14]), pieces: 9).count == 1)
        #expect(Self.steps(&conversation, packet(0, [1]), pieces: 9) == [" END"])
        let refused = conversation.answered(ProxyAnswer(status: 401, body: Array("ERROR 1045 (28000): Access denied for user 'x'\n".utf8)))
        #expect(refused.isLast && String(decoding: refused.bytes.dropFirst(7), as: UTF8.self) == "#28000Access denied for user 'x'")
    }

    private static func packets(_ bytes: [UInt8]) -> [(number: UInt8, content: [UInt8])] {
        var result: [(UInt8, [UInt8])] = []
        var place = 0
        while place + 4 <= bytes.count {
            let length = Int(bytes[place]) | Int(bytes[place + 1]) << 8
            result.append((bytes[place + 3], Array(bytes[place + 4..<place + 4 + length])))
            place += 4 + length
        }
        return result
    }

    private static func messages(_ bytes: [UInt8]) -> [(kind: Character, content: [UInt8])] {
        var result: [(Character, [UInt8])] = []
        var place = 0
        while place + 5 <= bytes.count {
            let length = bytes[place + 1..<place + 5].reduce(0) { $0 << 8 | Int($1) }
            result.append((Character(UnicodeScalar(bytes[place])), Array(bytes[place + 5..<place + 1 + length])))
            place += 1 + length
        }
        return result
    }
}
