import Cluster
import Kubelet
import KubernetesObjects

/// MySQL's protocol as its server speaks it: greeting, native passwords, text queries, end.
///
/// - Bounds: a packet has at most `sizeMax` bytes.
/// - Source: MySQL's client/server protocol, version 10. Differs: no TLS, no prepared statements, no other way to show a
///   password than `mysql_native_password`; every column is text.
struct MySQLConversation: PortConversation {
    static let sizeMax = 4 << 20
    private static let plugin = "mysql_native_password"
    /// Long passwords and flags, a database at the start, protocol 4.1, transactions, salted passwords, several results, plug-ins.
    private static let abilities: UInt32 = 0x000a_a20d
    private static let connectsToDatabase: UInt32 = 0x8

    private enum State {
        /// The client has not said who it is.
        case greeted
        /// It was asked to show its password in the way that is understood.
        case switching
        /// Whether it may come in is being asked.
        case entering
        case ready
    }

    private var state = State.greeted
    private let salt: [UInt8]
    private var buffer: [UInt8] = []
    private var (user, scramble) = ("", [UInt8]())
    /// The database that is chosen; empty for none.
    private var database = ""
    /// The number of the next packet of the server.
    private var sequence: UInt8 = 0

    /// - Parameter salt: twenty bytes, none of them nought, that no other connection has.
    init(salt: [UInt8] = (0..<20).map { _ in UInt8.random(in: 33...126) }) { self.salt = salt }

    mutating func greeting() -> [UInt8] {
        let parts: [[UInt8]] = [
            [10], Self.text("9.5.0"), Self.bytes(1, 4), Array(salt.prefix(8)), [0], Self.bytes(UInt64(Self.abilities), 2), [45], Self.bytes(2, 2),
            Self.bytes(UInt64(Self.abilities >> 16), 2), [21], [UInt8](repeating: 0, count: 10), Array(salt.dropFirst(8)), [0], Self.text(Self.plugin),
        ]
        return packet(parts.flatMap { $0 })
    }

    mutating func append(_ bytes: [UInt8]) { buffer += bytes }

    mutating func next() -> PortStep {
        guard buffer.count >= 4 else { return .needsMore }
        let length = Int(buffer[0]) | Int(buffer[1]) << 8 | Int(buffer[2]) << 16
        sequence = buffer[3] &+ 1
        guard length <= Self.sizeMax else { return .end(failure(1153, "08S01", "Got a packet bigger than 'max_allowed_packet' bytes")) }
        guard buffer.count >= length + 4 else { return .needsMore }
        let content = Array(buffer[4..<length + 4])
        buffer.removeFirst(length + 4)
        switch state {
        case .greeted: return enter(content)
        case .switching:
            scramble = content
            return ask("SELECT 1", as: .entering)
        case .entering, .ready: return command(content)
        }
    }

    /// Who the client says it is.
    private mutating func enter(_ content: [UInt8]) -> PortStep {
        guard content.count > 32 else { return .end(failure(1043, "08S01", "Bad handshake")) }
        let abilities = content[..<4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        var rest = content[32...]
        func word() -> String {
            defer { rest = rest.drop { $0 != 0 }.dropFirst() }
            return String(decoding: rest.prefix { $0 != 0 }, as: UTF8.self)
        }
        user = word()
        guard let size = rest.popFirst(), rest.count >= Int(size) else { return .end(failure(1043, "08S01", "Bad handshake")) }
        scramble = Array(rest.prefix(Int(size)))
        rest = rest.dropFirst(Int(size))
        if abilities & Self.connectsToDatabase != 0 { database = word() }
        let shown = word()
        guard shown.isEmpty || shown == Self.plugin else {
            state = .switching
            return .send(packet([0xFE] + Self.text(Self.plugin) + salt + [0]))
        }
        return ask("SELECT 1", as: .entering)
    }

    private mutating func command(_ content: [UInt8]) -> PortStep {
        switch content.first {
        case 1: return .end([])
        case 2:
            database = String(decoding: content.dropFirst(), as: UTF8.self)
            return ask("SELECT 1", as: .entering)
        case 14: return .send(fine(0))
        case 3:
            let statement = String(decoding: content.dropFirst(), as: UTF8.self)
            let words = statement.split { $0.isWhitespace || $0 == ";" || $0 == "`" }
            // What is chosen by a statement stays chosen for the next.
            if words.count == 2, words[0].lowercased() == "use" {
                database = String(words[1])
                return ask("SELECT 1", as: .entering)
            }
            return ask(statement, as: .ready)
        default: return .send(failure(1047, "08S01", "Unknown command"))
        }
    }

    private mutating func ask(_ statement: String, as state: State) -> PortStep {
        self.state = state
        var headers = [
            ("X-User", user), (Kubelets.saltHeader, Base64.encode(salt)), (Kubelets.scrambleHeader, Base64.encode(scramble)),
        ]
        if !database.isEmpty { headers.append((Kubelets.databaseHeader, database)) }
        return .ask(ProxiedRequest(method: "SQL", path: "/", headers: headers, body: Array(statement.utf8)))
    }

    mutating func answered(_ answer: ProxyAnswer) -> PortReply {
        if answer.status == 401 { return PortReply(bytes: failure(String(decoding: answer.body, as: UTF8.self)), isLast: true) }
        let isEntering = if case .entering = state { true } else { false }
        state = .ready
        let answers = SQLServer.Answer.all(in: answer.body)
        if isEntering, !answers.contains(where: \.isFailure) { return PortReply(bytes: fine(0)) }
        if answers.isEmpty { return PortReply(bytes: failure(1065, "42000", "Query was empty")) }
        var bytes: [UInt8] = []
        for (index, answer) in answers.enumerated() { bytes += result(answer, isLast: index == answers.count - 1) }
        return PortReply(bytes: bytes)
    }

    // MARK: Packets

    private mutating func packet(_ content: [UInt8]) -> [UInt8] {
        defer { sequence &+= 1 }
        return Self.bytes(UInt64(content.count), 3) + [sequence] + content
    }

    private mutating func result(_ answer: SQLServer.Answer, isLast: Bool) -> [UInt8] {
        // Autocommit, and whether more results follow.
        let status: UInt64 = isLast ? 2 : 10
        switch answer {
        case .failed(let text): return failure(text)
        case .done(let tag): return fine(tag.split(separator: " ").last.flatMap { UInt64($0) } ?? 0, status)
        case .rows(let columns, let rows, _, _):
            if columns.isEmpty { return fine(0, status) }
            var bytes = packet(Self.length(columns.count))
            for name in columns { bytes += packet(Self.description(name)) }
            let end: [UInt8] = [0xFE, 0, 0] + Self.bytes(status, 2)
            bytes += packet(end)
            for row in rows { bytes += packet(row.flatMap { $0.map(Self.cell) ?? [0xFB] }) }
            return bytes + packet(end)
        }
    }

    private mutating func fine(_ count: UInt64, _ status: UInt64 = 2) -> [UInt8] {
        let parts: [[UInt8]] = [[0], Self.length(Int(clamping: count)), [0], Self.bytes(status, 2), [0, 0]]
        return packet(parts.flatMap { $0 })
    }

    private mutating func failure(_ code: UInt64, _ state: String, _ message: String) -> [UInt8] {
        packet([0xFF] + Self.bytes(code, 2) + Array("#\(state)\(message)".utf8))
    }

    /// `ERROR 1064 (42000) at line 1: MESSAGE`, as the command line shows it.
    private mutating func failure(_ said: String) -> [UInt8] {
        let line = said.split(whereSeparator: \.isNewline).joined(separator: " ")
        let words = line.split(separator: " ", maxSplits: 3)
        guard words.count == 4, words[0] == "ERROR", let code = UInt64(words[1]), let colon = line.firstIndex(of: ":") else {
            return failure(1105, "HY000", line)
        }
        let state = words[2].filter { $0.isLetter || $0.isNumber }
        return failure(code, state.count == 5 ? String(state) : "HY000", String(line[line.index(after: colon)...].drop { $0 == " " }))
    }

    /// So many bytes of a number, the low ones first.
    private static func bytes(_ number: UInt64, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt64($0 * 8)) } }
    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

    private static func length(_ number: Int) -> [UInt8] {
        if number < 251 { return [UInt8(number)] }
        return number < 1 << 16 ? [0xFC] + bytes(UInt64(number), 2) : [0xFD] + bytes(UInt64(number), 3)
    }

    private static func cell(_ text: String) -> [UInt8] { length(text.utf8.count) + Array(text.utf8) }

    /// A column: where it is from, its name, its character set, width and type.
    private static func description(_ name: String) -> [UInt8] {
        let parts: [[UInt8]] = [
            cell("def"), cell(""), cell(""), cell(""), cell(name), cell(name), [12], bytes(45, 2), bytes(1024, 4), [253], bytes(0, 2), [0], [0, 0],
        ]
        return parts.flatMap { $0 }
    }
}
