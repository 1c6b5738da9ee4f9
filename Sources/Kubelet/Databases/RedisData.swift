import KubernetesObjects

/// What a Redis server keeps, and its everyday commands.
///
/// - Shape: a file of lines `kind key value…`, each word in base64.
/// - Bounds: 10,000 keys.
package struct RedisData: Sendable {
    enum Entry: Hashable, Sendable {
        case text(String)
        case list([String])
        case hash([String: String])
        case set(Set<String>)
    }

    static let keysMax = 10_000
    var entries: [String: Entry] = [:]
    /// The settings of the server, which `CONFIG` reads and changes.
    var configuration = RedisConfiguration()

    init(_ bytes: [UInt8]) {
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: false).map { Base64.decode(String($0)).map { String(decoding: $0, as: UTF8.self) } ?? "" }
            guard words.count >= 2 else { continue }
            switch words[0] {
            case "t": entries[words[1]] = .text(words.count > 2 ? words[2] : "")
            case "l": entries[words[1]] = .list(Array(words.dropFirst(2)))
            case "h":
                var table: [String: String] = [:]
                for index in stride(from: 2, to: words.count - 1, by: 2) { table[words[index]] = words[index + 1] }
                entries[words[1]] = .hash(table)
            case "s": entries[words[1]] = .set(Set(words.dropFirst(2)))
            default: break
            }
        }
    }

    var bytes: [UInt8] {
        var text = ""
        for (key, entry) in entries.sorted(by: { $0.key < $1.key }) {
            let words: [String]
            switch entry {
            case .text(let value): words = ["t", key, value]
            case .list(let items): words = ["l", key] + items
            case .hash(let table): words = ["h", key] + table.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
            case .set(let members): words = ["s", key] + members.sorted()
            }
            text += words.map { Base64.encode($0) }.joined(separator: " ") + "\n"
        }
        return Array(text.utf8)
    }

    /// What a server answers, in the types of its protocol.
    package enum Reply: Hashable, Sendable {
        case status(String)
        case failed(String)
        case number(Int)
        /// A text; nil for a key that is not there.
        case text(String?)
        case list([String])

        /// As `redis-cli` prints it without a terminal.
        var printed: String {
            switch self {
            case .status(let text): text
            case .failed(let text): text + "\n"
            case .number(let number): String(number)
            case .text(let text): text ?? ""
            case .list(let items): items.joined(separator: "\n")
            }
        }

        /// For whoever carries it on: `["-", TEXT]` and the like, after the signs of the protocol.
        package var value: Value {
            switch self {
            case .status(let text): ["+", .string(text)]
            case .failed(let text): ["-", .string(text)]
            case .number(let number): [":", Value(number)]
            case .text(let text): ["$", text.map { .string($0) } ?? .null]
            case .list(let items): ["*", Value(items)]
            }
        }

        package init?(_ value: Value) {
            guard let sign = value[0]?.stringValue, let content = value[1] else { return nil }
            switch sign {
            case "+": self = .status(content.stringValue ?? "")
            case "-": self = .failed(content.stringValue ?? "")
            case ":": self = .number(content.intValue ?? 0)
            case "$": self = .text(content.stringValue)
            case "*": self = .list(content.elements.compactMap(\.stringValue))
            default: return nil
            }
        }
    }

    static let wrongType = Reply.failed("WRONGTYPE Operation against a key holding the wrong kind of value")
    private static let noInteger = Reply.failed("ERR value is not an integer or out of range")

    /// The commands of `collection`.
    private static let collections: Set<String> = [
        "MSET", "MGET", "SETNX", "GETDEL", "APPEND", "STRLEN", "TYPE", "RENAME", "TTL", "PTTL", "LPOP", "RPOP", "RPOPLPUSH", "LINDEX", "LREM", "HDEL", "HKEYS", "HVALS", "HLEN", "HEXISTS", "HMGET", "SADD",
        "SREM", "SMEMBERS", "SCARD", "SISMEMBER", "PUBLISH",
    ]

    /// Runs a command; the answer as `redis-cli` prints it without a terminal.
    mutating func run(_ words: [String]) -> String { reply(words).printed }

    /// Runs a command.
    mutating func reply(_ words: [String]) -> Reply {
        guard let name = words.first?.uppercased() else { return .status("") }
        let rest = Array(words.dropFirst())
        switch (name, rest.count) {
        case ("PING", 0): return .status("PONG")
        case ("PING", _), ("ECHO", 1): return .text(rest[0])
        case ("SET", 2...):
            guard entries.count < Self.keysMax || entries[rest[0]] != nil else { return .failed("OOM command not allowed when used memory > 'maxmemory'.") }
            if rest.dropFirst(2).contains(where: { $0.uppercased() == "NX" }), entries[rest[0]] != nil { return .text(nil) }
            entries[rest[0]] = .text(rest[1])
            return .status("OK")
        case ("GET", 1):
            guard let entry = entries[rest[0]] else { return .text(nil) }
            if case .text(let value) = entry { return .text(value) }
            return Self.wrongType
        case ("DEL", 1...): return .number(rest.filter { entries.removeValue(forKey: $0) != nil }.count)
        case ("EXISTS", 1...): return .number(rest.filter { entries[$0] != nil }.count)
        case ("INCR", 1): return add(1, to: rest[0])
        case ("DECR", 1): return add(-1, to: rest[0])
        case ("INCRBY", 2): return Int(rest[1]).map { add($0, to: rest[0]) } ?? Self.noInteger
        case ("KEYS", 1):
            return .list(entries.keys.sorted().filter { rest[0] == "*" || (rest[0].hasSuffix("*") && $0.hasPrefix(rest[0].dropLast())) || $0 == rest[0] })
        case ("DBSIZE", 0): return .number(entries.count)
        case ("FLUSHALL", _), ("FLUSHDB", _):
            entries = [:]
            return .status("OK")
        case ("LPUSH", 2...), ("RPUSH", 2...): return push(rest, atFront: name == "LPUSH")
        case ("LLEN", 1): if case .list(let items)? = entries[rest[0]] { return .number(items.count) } else { return .number(0) }
        case ("LRANGE", 3): return .list(range(rest))
        case ("HSET", 3...): return set(rest)
        case ("HGET", 2): if case .hash(let table)? = entries[rest[0]] { return .text(table[rest[1]]) } else { return .text(nil) }
        case ("HGETALL", 1):
            guard case .hash(let table)? = entries[rest[0]] else { return .list([]) }
            return .list(table.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
        case ("INFO", _): return .text(information(rest))
        case ("CONFIG", 1...): return configure(rest)
        case ("AUTH", 1...2):
            if configuration["requirepass"].isEmpty, rest.count == 1 {
                return .failed("ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?")
            }
            return isAdmitted(rest[rest.count - 1]) ? .status("OK") : Self.wrongPassword
        case ("SAVE", _), ("BGSAVE", _), ("SELECT", _): return .status("OK")
        case ("SET", _), ("GET", _), ("DEL", _), ("INCR", _), ("LPUSH", _), ("RPUSH", _), ("LRANGE", _), ("HSET", _):
            return .failed("ERR wrong number of arguments for '\(name.lowercased())' command")
        case let (name, _) where Self.collections.contains(name):
            return collection(name, rest) ?? .failed("ERR wrong number of arguments for '\(name.lowercased())' command")
        default: return .failed("ERR unknown command '\(words[0])', with args beginning with: \(rest.prefix(3).map { "'\($0)' " }.joined())")
        }
    }

    /// Whether a client with this password may send commands.
    func isAdmitted(_ password: String) -> Bool { ["", password].contains(configuration["requirepass"]) }

    static let wrongPassword = Reply.failed("WRONGPASS invalid username-password pair or user is disabled.")

    private mutating func configure(_ words: [String]) -> Reply {
        switch (words[0].uppercased(), words.count) {
        case ("GET", 2...): return .list(configuration.get(Array(words.dropFirst())))
        case ("SET", 3...) where words.count % 2 == 1: return configuration.set(Array(words.dropFirst())).map { .failed($0) } ?? .status("OK")
        case ("RESETSTAT", 1): return .status("OK")
        case ("REWRITE", 1): return .failed("ERR The server is running without a config file")
        case ("GET", _), ("SET", _): return .failed("ERR wrong number of arguments for 'config|\(words[0].lowercased())' command")
        default: return .failed("ERR unknown subcommand '\(words[0])'. Try CONFIG HELP.")
        }
    }

    private mutating func add(_ amount: Int, to key: String) -> Reply {
        var before = 0
        if let entry = entries[key] {
            guard case .text(let text) = entry, let number = Int(text) else { return Self.noInteger }
            before = number
        }
        entries[key] = .text(String(before &+ amount))
        return .number(before &+ amount)
    }

    private mutating func push(_ rest: [String], atFront: Bool) -> Reply {
        var items: [String] = []
        if let entry = entries[rest[0]] {
            guard case .list(let present) = entry else { return Self.wrongType }
            items = present
        }
        for item in rest.dropFirst() where items.count < Self.keysMax { if atFront { items.insert(item, at: 0) } else { items.append(item) } }
        entries[rest[0]] = .list(items)
        return .number(items.count)
    }

    private func range(_ rest: [String]) -> [String] {
        guard case .list(let items)? = entries[rest[0]], let from = Int(rest[1]), let to = Int(rest[2]) else { return [] }
        let first = max(from < 0 ? items.count + from : from, 0)
        let last = min(to < 0 ? items.count + to : to, items.count - 1)
        return first <= last ? Array(items[first...last]) : []
    }

    private mutating func set(_ rest: [String]) -> Reply {
        var table: [String: String] = [:]
        if case .hash(let present)? = entries[rest[0]] { table = present }
        let before = table.count
        for index in stride(from: 1, to: rest.count - 1, by: 2) { table[rest[index]] = rest[index + 1] }
        entries[rest[0]] = .hash(table)
        return .number(table.count - before)
    }
}
