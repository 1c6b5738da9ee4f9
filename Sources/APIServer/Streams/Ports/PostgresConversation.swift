import Cluster
import Kubelet
import KubernetesObjects

/// PostgreSQL's protocol as its server speaks it to a client on its own machine, which it trusts: start, simple queries, end.
///
/// - Bounds: a message has at most `sizeMax` bytes.
/// - Source: PostgreSQL's frontend/backend protocol, version 3. Differs: no TLS, no prepared statements, no copying; every
///   column is text.
struct PostgresConversation: PortConversation {
    static let sizeMax = 4 << 20
    private static let sslRequest: UInt32 = 80_877_103
    private static let encryptionRequest: UInt32 = 80_877_104
    private static let cancelRequest: UInt32 = 80_877_102
    private static let textType: UInt32 = 25

    private var buffer: [UInt8] = []
    private var user: String?
    private var database = ""
    /// What a part of the extended protocol was refused with, until the client has caught up.
    private var isSkipping = false
    /// Whether the question under way is whether the client's user may come in.
    private var isStarting = false

    mutating func append(_ bytes: [UInt8]) { buffer += bytes }

    mutating func next() -> PortStep {
        guard let user else { return start() }
        guard buffer.count >= 5 else { return .needsMore }
        let length = Int(number(at: 1))
        guard length >= 4, length <= Self.sizeMax else { return .end(Self.failure("08P01", "invalid message length", severity: "FATAL")) }
        guard buffer.count > length else { return .needsMore }
        let (kind, content) = (buffer[0], Array(buffer[5..<length + 1]))
        buffer.removeFirst(length + 1)
        switch kind {
        case UInt8(ascii: "Q"):
            let statement = String(decoding: content.prefix { $0 != 0 }, as: UTF8.self)
            if statement.allSatisfy({ $0.isWhitespace || $0 == ";" }) { return .send(Self.message("I", []) + Self.ready) }
            return ask(statement, as: user)
        case UInt8(ascii: "X"): return .end([])
        case UInt8(ascii: "S"):
            isSkipping = false
            return .send(Self.ready)
        default:
            if isSkipping { return next() }
            isSkipping = true
            return .send(Self.failure("0A000", "only simple queries are understood"))
        }
    }

    /// The messages before a client has said who it is have no kind.
    private mutating func start() -> PortStep {
        guard buffer.count >= 8 else { return .needsMore }
        let (length, code) = (Int(number(at: 0)), number(at: 4))
        guard length >= 8, length <= 10_000 else { return .end([]) }
        guard buffer.count >= length else { return .needsMore }
        let content = Array(buffer[8..<length])
        buffer.removeFirst(length)
        switch code {
        case Self.sslRequest, Self.encryptionRequest: return .send([UInt8(ascii: "N")])
        case Self.cancelRequest: return .end([])
        case let version where version >> 16 == 3: break
        default: return .end(Self.failure("0A000", "unsupported frontend protocol \(code >> 16).\(code & 0xFFFF)", severity: "FATAL"))
        }
        let words = content.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        var parameters: [String: String] = [:]
        for index in stride(from: 0, to: words.count - 1, by: 2) where !words[index].isEmpty { parameters[words[index]] = words[index + 1] }
        guard let name = parameters["user"] else { return .end(Self.failure("28000", "no PostgreSQL user name specified in startup packet", severity: "FATAL")) }
        user = name
        database = parameters["database"] ?? ""
        // Whether there is such a user comes out with the answer to a question that changes nothing.
        isStarting = true
        return ask("SELECT 1", as: name)
    }

    private func ask(_ statement: String, as user: String) -> PortStep {
        var headers = [("X-User", user)]
        if !database.isEmpty { headers.append((Kubelets.databaseHeader, database)) }
        return .ask(ProxiedRequest(method: "SQL", path: "/", headers: headers, body: Array(statement.utf8)))
    }

    mutating func answered(_ answer: ProxyAnswer) -> PortReply {
        if answer.status == 401 {
            let said = String(decoding: answer.body, as: UTF8.self)
            let text = said.firstRange(of: "FATAL:").map { String(said[$0.upperBound...]) } ?? said
            let message = text.split(whereSeparator: { $0.isNewline || $0 == " " }).joined(separator: " ")
            return PortReply(bytes: Self.failure("28000", message, severity: "FATAL"), isLast: true)
        }
        let answers = SQLServer.Answer.all(in: answer.body)
        if isStarting {
            isStarting = false
            if answers.contains(where: \.isFailure) { return PortReply(bytes: Self.failure("3D000", "database \"\(database)\" does not exist", severity: "FATAL"), isLast: true) }
            let said = [("server_version", "18.1"), ("server_encoding", "UTF8"), ("client_encoding", "UTF8"), ("DateStyle", "ISO, MDY"), ("standard_conforming_strings", "on")]
            let parameters = said.flatMap { Self.message("S", Self.text($0.0) + Self.text($0.1)) }
            let welcome = Self.message("R", Self.bytes(0)) + parameters
            return PortReply(bytes: welcome + Self.message("K", Self.bytes(1) + Self.bytes(1)) + Self.ready)
        }
        return PortReply(bytes: answers.flatMap(Self.answer) + Self.ready)
    }

    // MARK: Messages

    private func number(at place: Int) -> UInt32 { buffer[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) } }

    private static func bytes(_ number: UInt32) -> [UInt8] { [UInt8(number >> 24), UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)] }
    private static func short(_ number: Int) -> [UInt8] { [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)] }
    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }
    static func message(_ kind: Character, _ content: [UInt8]) -> [UInt8] { [kind.asciiValue ?? 0] + bytes(UInt32(content.count + 4)) + content }
    static let ready = message("Z", [UInt8(ascii: "I")])

    static func failure(_ code: String, _ message: String, severity: String = "ERROR") -> [UInt8] {
        let fields: [(Character, String)] = [("S", severity), ("V", severity), ("C", code), ("M", message)]
        return Self.message("E", fields.flatMap { [$0.0.asciiValue ?? 0] + text($0.1) } + [0])
    }

    /// A column: its name, no table, its type and that the size of its texts varies, as text.
    private static func description(_ name: String) -> [UInt8] {
        let parts: [[UInt8]] = [text(name), bytes(0), short(0), bytes(textType), short(-1), bytes(UInt32.max), short(0)]
        return parts.flatMap { $0 }
    }

    private static func cell(_ content: String?) -> [UInt8] { content.map { bytes(UInt32($0.utf8.count)) + Array($0.utf8) } ?? bytes(.max) }

    private static func answer(_ answer: SQLServer.Answer) -> [UInt8] {
        switch answer {
        case .failed(let said):
            let message = said.hasPrefix("ERROR:") ? String(said.dropFirst(6).drop { $0 == " " }) : said
            return failure(message.contains("syntax") ? "42601" : message.contains("does not exist") ? "42P01" : "42000", message)
        case .done(let tag): return message("C", text(tag))
        case .rows(let columns, let rows, _, let tag):
            var result = message("T", short(columns.count) + columns.flatMap(description))
            for row in rows { result += message("D", short(row.count) + row.flatMap(cell)) }
            return result + message("C", text(tag.isEmpty ? "SELECT \(rows.count)" : tag))
        }
    }
}
