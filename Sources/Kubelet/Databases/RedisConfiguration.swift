import Shell

/// The settings of a Redis server: its own, those of its configuration file, and those of its command line.
///
/// - Source: redis `config.c`: the table of settings, `loadServerConfigFromString`, `configGetCommand`, `configSetCommand`.
///   Differs: settings that take several words are read and have no effect.
struct RedisConfiguration: Sendable, Hashable {
    /// Why a server does not start with a file.
    struct Problem: Error, Hashable {
        /// Counted from 1.
        var line: Int
        var text: String
        var message: String

        /// What the server prints before it ends.
        func report(version: String) -> String {
            "\n*** FATAL CONFIG FILE ERROR (Redis \(version)) ***\nReading the configuration file, at line \(line)\n>>> '\(text)'\n\(message)"
        }
    }

    private enum Kind {
        case yesNo, number, memory, text
        case word([String])
    }

    private static let table: [String: (kind: Kind, standard: String, isFixed: Bool)] = {
        var table: [String: (kind: Kind, standard: String, isFixed: Bool)] = [:]
        func add(_ kind: Kind, fixed: Bool = false, _ entries: [String: String]) { for (name, value) in entries { table[name] = (kind, value, fixed) } }
        add(
            .yesNo,
            [
                "appendonly": "no", "protected-mode": "no", "rdbcompression": "yes", "stop-writes-on-bgsave-error": "yes", "no-appendfsync-on-rewrite": "no", "replica-read-only": "yes",
                "replica-serve-stale-data": "yes", "activerehashing": "yes", "lazyfree-lazy-eviction": "no", "lazyfree-lazy-expire": "no", "activedefrag": "no", "dynamic-hz": "yes",
            ])
        add(.yesNo, fixed: true, ["daemonize": "no", "rdbchecksum": "yes", "always-show-logo": "no", "cluster-enabled": "no"])
        add(
            .number,
            [
                "port": "6379", "timeout": "0", "tcp-keepalive": "300", "maxclients": "10000", "hz": "10", "maxmemory-samples": "5", "slowlog-log-slower-than": "10000", "slowlog-max-len": "128",
                "latency-monitor-threshold": "0", "lfu-decay-time": "1", "lfu-log-factor": "10", "auto-aof-rewrite-percentage": "100", "min-replicas-to-write": "0", "min-replicas-max-lag": "10",
                "replica-priority": "100", "repl-timeout": "60", "hash-max-listpack-entries": "512", "set-max-intset-entries": "512", "zset-max-listpack-entries": "128", "cluster-node-timeout": "15000",
            ])
        add(.number, fixed: true, ["databases": "16", "tcp-backlog": "511", "io-threads": "1"])
        add(.memory, ["maxmemory": "0", "auto-aof-rewrite-min-size": "67108864", "repl-backlog-size": "1048576", "proto-max-bulk-len": "536870912", "client-query-buffer-limit": "1073741824"])
        add(.text, ["save": "3600 1 300 100 60 10000", "requirepass": "", "masterauth": "", "bind": "* -::*", "dir": "/data", "dbfilename": "dump.rdb", "notify-keyspace-events": ""])
        add(.text, fixed: true, ["logfile": "", "appendfilename": "appendonly.aof", "appenddirname": "appendonlydir", "pidfile": "", "unixsocket": "", "aclfile": "", "cluster-config-file": "nodes.conf"])
        add(.word(["always", "everysec", "no"]), ["appendfsync": "everysec"])
        add(.word(["debug", "verbose", "notice", "warning", "nothing"]), ["loglevel": "notice"])
        add(
            .word(["volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl", "allkeys-lru", "allkeys-lfu", "allkeys-random", "noeviction"]), ["maxmemory-policy": "noeviction"])
        return table
    }()

    /// Settings of several words, or that may be repeated.
    private static let compound: Set<String> = [
        "include", "loadmodule", "rename-command", "user", "client-output-buffer-limit", "oom-score-adj-values", "replicaof", "slaveof", "replica-announce-ip", "replica-announce-port",
    ]

    /// What was set, by name.
    private(set) var given: [String: String] = [:]

    init(given: [String: String] = [:]) { self.given = given }

    /// - Parameters:
    ///   - file: the text of the configuration file; empty for none.
    ///   - options: words such as `--maxmemory`, `2mb`: they come after the file.
    init(file: String, options: [String] = []) throws(Problem) {
        for (index, line) in file.split(separator: "\n", omittingEmptySubsequences: false).enumerated() { try read(String(line), number: index + 1) }
        var line = ""
        // The options make lines of a file: each begins with `--`.
        for option in options + ["--"] {
            guard option.hasPrefix("--") else {
                line += " \"\(option)\""
                continue
            }
            try read(line, number: 1)
            line = String(option.dropFirst(2))
        }
    }

    private mutating func read(_ line: String, number: Int) throws(Problem) {
        let text = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if text.isEmpty || text.hasPrefix("#") { return }
        func problem(_ message: String) -> Problem { Problem(line: number, text: text, message: message) }
        guard let words = Self.words(text) else { throw problem("Unbalanced quotes in configuration line") }
        let name = words[0].lowercased()
        if Self.compound.contains(name) { return }
        guard words.count == 2 || words.count > 2 && ["save", "bind"].contains(name) else { throw problem("Bad directive or wrong number of arguments") }
        let value = words.dropFirst().joined(separator: " ")
        guard let setting = Self.table[name] else { throw problem("Bad directive or wrong number of arguments") }
        switch Self.normal(value, setting.kind) {
        // Each `save` of a file adds to those before it.
        case .success(let value): given[name] = name == "save" && !value.isEmpty && given[name]?.isEmpty == false ? "\(given[name]!) \(value)" : value
        case .failure(let refusal): throw problem(refusal.message)
        }
    }

    /// The words of a line; what is quoted is one word. Nil when a quote is not closed.
    private static func words(_ line: String) -> [String]? {
        var result: [String] = []
        var (word, quote, isOpen) = ("", Character?.none, false)
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { word.append(character) }
            } else if character == "\"" || character == "'" {
                (quote, isOpen) = (character, true)
            } else if character == " " {
                if isOpen || !word.isEmpty { result.append(word) }
                (word, isOpen) = ("", false)
            } else {
                word.append(character)
            }
        }
        if isOpen || !word.isEmpty { result.append(word) }
        return quote == nil ? result : nil
    }

    private struct Refusal: Error { var message: String }

    /// A value as the server keeps it.
    private static func normal(_ value: String, _ kind: Kind) -> Result<String, Refusal> {
        switch kind {
        case .text: return .success(value)
        case .yesNo: return ["yes", "no"].contains(value.lowercased()) ? .success(value.lowercased()) : .failure(Refusal(message: "argument must be 'yes' or 'no'"))
        case .number: return Int(value) != nil ? .success(value) : .failure(Refusal(message: "argument couldn't be parsed into an integer"))
        case .memory: return bytes(value).map { .success(String($0)) } ?? .failure(Refusal(message: "argument must be a memory value"))
        case .word(let words):
            return words.contains(value.lowercased()) ? .success(value.lowercased()) : .failure(Refusal(message: "argument(s) must be one of the following: \(words.joined(separator: ", "))"))
        }
    }

    /// Bytes of `100`, `2mb`, `2m`, `1GB`: with a `b` they are of 1024, without of 1000.
    private static func bytes(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), let unit = ["": 1, "b": 1, "k": 1000, "kb": 1 << 10, "m": 1_000_000, "mb": 1 << 20, "g": 1_000_000_000, "gb": 1 << 30][text.dropFirst(digits.count).lowercased()]
        else { return nil }
        let (product, overflows) = number.multipliedReportingOverflow(by: unit)
        return overflows ? nil : product
    }

    // MARK: What a client sees

    subscript(name: String) -> String { given[name] ?? Self.table[name]?.standard ?? "" }

    /// The settings whose names match patterns, with their values.
    func get(_ patterns: [String]) -> [String] {
        let wanted = patterns.map { GlobPattern($0.lowercased()) }
        return Self.table.keys.sorted().filter { name in wanted.contains { $0.matches(name) } }.flatMap { [$0, self[$0]] }
    }

    /// Changes settings of a running server: names and values in turn. Returns the refusal.
    mutating func set(_ words: [String]) -> String? {
        var changed = self
        for index in stride(from: 0, to: words.count - 1, by: 2) {
            let name = words[index].lowercased()
            guard let setting = Self.table[name] else { return "ERR Unknown option or number of arguments for CONFIG SET - '\(words[index])'" }
            func refused(_ why: String) -> String { "ERR CONFIG SET failed (possibly related to argument '\(words[index])') - \(why)" }
            if setting.isFixed { return refused("can't set immutable config") }
            switch Self.normal(words[index + 1], setting.kind) {
            case .success(let value): changed.given[name] = value
            case .failure(let refusal): return refused(refusal.message)
            }
        }
        self = changed
        return nil
    }
}
