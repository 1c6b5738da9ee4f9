import Cluster
import Kubelet
import KubernetesObjects

/// Redis' protocol as its server speaks it: commands as lists of texts or as plain lines, answers in RESP2.
///
/// - Bounds: a command has at most `wordsMax` words and `sizeMax` bytes.
/// - Source: the Redis serialization protocol, version 2.
struct RedisConversation: PortConversation {
    static let wordsMax = 10_000
    static let sizeMax = 8 << 20

    private var buffer: [UInt8] = []
    /// What the client has shown with `AUTH`.
    private var password = ""

    mutating func append(_ bytes: [UInt8]) { buffer += bytes }

    mutating func next() -> PortStep {
        guard buffer.count <= Self.sizeMax else { return .end(Self.bytes(.failed("ERR Protocol error: too big mbulk count string"))) }
        guard let first = buffer.first else { return .needsMore }
        switch first == 0x2A ? command() : line() {
        case .partial: return .needsMore
        case .bad(let problem): return .end(Self.bytes(.failed("ERR Protocol error: \(problem)")))
        case .whole(let words, let used):
            buffer.removeFirst(used)
            guard let name = words.first else { return next() }
            if name.uppercased() == "QUIT" { return .end(Self.bytes(.status("OK"))) }
            let body = words.map { Base64.encode($0) }.joined(separator: " ")
            let message = ProxiedRequest(method: "REDIS", path: "/", headers: [(Kubelets.typedHeader, "1"), ("X-Password", password)], body: Array(body.utf8))
            if name.uppercased() == "AUTH", words.count > 1 { password = words[words.count - 1] }
            return .ask(message)
        }
    }

    mutating func answered(_ answer: ProxyAnswer) -> PortReply {
        guard let reply = (try? Value(parsingJSON: answer.body)).flatMap({ RedisData.Reply($0) }) else {
            return PortReply(bytes: Self.bytes(.failed("ERR \(String(decoding: answer.body, as: UTF8.self))")))
        }
        return PortReply(bytes: Self.bytes(reply))
    }

    // MARK: Reading

    private enum Command {
        case whole([String], used: Int)
        case partial
        case bad(String)
    }

    /// `*2`, then `$3`, `GET`, `$1`, `a`, each with its line end.
    private func command() -> Command {
        guard let (text, begin) = line(from: 1) else { return .partial }
        guard let count = Int(text), count <= Self.wordsMax else { return .bad("invalid multibulk length") }
        var (words, place) = ([String](), begin)
        for _ in 0..<max(count, 0) {
            guard place < buffer.count else { return .partial }
            guard buffer[place] == 0x24 else { return .bad("expected '$', got '\(Character(UnicodeScalar(buffer[place])))'") }
            guard let (size, start) = line(from: place + 1) else { return .partial }
            guard let length = Int(size), length >= 0, length <= Self.sizeMax else { return .bad("invalid bulk length") }
            guard buffer.count >= start + length + 2 else { return .partial }
            words.append(String(decoding: buffer[start..<start + length], as: UTF8.self))
            place = start + length + 2
        }
        return .whole(words, used: place)
    }

    /// A command as a person types it.
    private func line() -> Command {
        guard let (text, end) = line(from: 0) else { return buffer.count > 64 << 10 ? .bad("too big inline request") : .partial }
        return .whole(text.split(separator: " ").map(String.init), used: end)
    }

    /// The text up to the end of a line, and where the next begins.
    private func line(from start: Int) -> (text: String, next: Int)? {
        guard start < buffer.count, let end = buffer[start...].firstIndex(of: 10) else { return nil }
        let text = buffer[start..<end]
        return (String(decoding: text.last == 13 ? text.dropLast() : text, as: UTF8.self), end + 1)
    }

    // MARK: Writing

    static func bytes(_ reply: RedisData.Reply) -> [UInt8] {
        func bulk(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }
        let text: String
        switch reply {
        case .status(let word): text = "+\(word)\r\n"
        case .failed(let message): text = "-\(message.split(whereSeparator: \.isNewline).joined(separator: " "))\r\n"
        case .number(let number): text = ":\(number)\r\n"
        case .text(nil): text = "$-1\r\n"
        case .text(let content?): text = bulk(content)
        case .list(let items): text = "*\(items.count)\r\n" + items.map(bulk).joined()
        }
        return Array(text.utf8)
    }
}
