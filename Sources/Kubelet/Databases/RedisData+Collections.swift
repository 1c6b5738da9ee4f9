/// Commands on lists, hashes, sets and several keys at once.
///
/// - Source: the command reference of Redis. Differs: nothing expires.
extension RedisData {
    /// Runs one of them; nil for other commands.
    mutating func collection(_ name: String, _ rest: [String]) -> Reply? {
        switch (name, rest.count) {
        case ("MSET", 2...) where rest.count % 2 == 0:
            for index in stride(from: 0, to: rest.count, by: 2) where hasRoom(for: rest[index]) { entries[rest[index]] = .text(rest[index + 1]) }
            return .status("OK")
        case ("MGET", 1...): return .list(rest.map { if case .text(let text)? = entries[$0] { text } else { "" } })
        case ("SETNX", 2):
            guard entries[rest[0]] == nil, hasRoom(for: rest[0]) else { return .number(0) }
            entries[rest[0]] = .text(rest[1])
            return .number(1)
        case ("GETDEL", 1):
            guard case .text(let text)? = entries[rest[0]] else { return entries[rest[0]] == nil ? .text(nil) : Self.wrongType }
            entries[rest[0]] = nil
            return .text(text)
        case ("APPEND", 2):
            guard let text = text(rest[0]), hasRoom(for: rest[0]) else { return Self.wrongType }
            entries[rest[0]] = .text(text + rest[1])
            return .number((text + rest[1]).utf8.count)
        case ("STRLEN", 1): return text(rest[0]).map { .number($0.utf8.count) } ?? Self.wrongType
        case ("TYPE", 1): return .status(kind(rest[0]))
        case ("RENAME", 2):
            guard let entry = entries.removeValue(forKey: rest[0]) else { return .failed("ERR no such key") }
            entries[rest[1]] = entry
            return .status("OK")
        case ("TTL", 1), ("PTTL", 1): return .number(entries[rest[0]] == nil ? -2 : -1)
        case ("LPOP", 1...2), ("RPOP", 1...2): return pop(rest, atFront: name == "LPOP")
        case ("RPOPLPUSH", 2):
            guard case .text(let item?) = pop([rest[0]], atFront: false) else { return .text(nil) }
            var items: [String] = []
            if case .list(let present)? = entries[rest[1]] { items = present }
            entries[rest[1]] = .list([item] + items)
            return .text(item)
        case ("LINDEX", 2):
            guard case .list(let items)? = entries[rest[0]], let index = Int(rest[1]) else { return .text(nil) }
            let place = index < 0 ? items.count + index : index
            return .text(items.indices.contains(place) ? items[place] : nil)
        case ("LREM", 3):
            guard case .list(let items)? = entries[rest[0]], let count = Int(rest[1]) else { return .number(0) }
            return remove(rest[2], from: items, count, key: rest[0])
        case ("HDEL", 2...):
            guard var table = hash(rest[0]) else { return Self.wrongType }
            let count = rest.dropFirst().filter { table.removeValue(forKey: $0) != nil }.count
            entries[rest[0]] = table.isEmpty ? nil : .hash(table)
            return .number(count)
        case ("HKEYS", 1): return hash(rest[0]).map { .list($0.keys.sorted()) } ?? Self.wrongType
        case ("HVALS", 1): return hash(rest[0]).map { .list($0.sorted { $0.key < $1.key }.map(\.value)) } ?? Self.wrongType
        case ("HLEN", 1): return hash(rest[0]).map { .number($0.count) } ?? Self.wrongType
        case ("HEXISTS", 2): return hash(rest[0]).map { .number($0[rest[1]] == nil ? 0 : 1) } ?? Self.wrongType
        case ("HMGET", 2...): return hash(rest[0]).map { table in .list(rest.dropFirst().map { table[$0] ?? "" }) } ?? Self.wrongType
        case ("SADD", 2...), ("SREM", 2...), ("SMEMBERS", 1), ("SCARD", 1), ("SISMEMBER", 2): return setCommand(name, rest)
        case ("PUBLISH", 2): return .number(0)
        default: return nil
        }
    }

    private func hasRoom(for key: String) -> Bool { entries.count < Self.keysMax || entries[key] != nil }

    /// A text's own; empty where there is none, nil where something else is.
    private func text(_ key: String) -> String? {
        switch entries[key] {
        case .text(let text)?: text
        case nil: ""
        default: nil
        }
    }

    private func hash(_ key: String) -> [String: String]? {
        switch entries[key] {
        case .hash(let table)?: table
        case nil: [:]
        default: nil
        }
    }

    private func kind(_ key: String) -> String {
        switch entries[key] {
        case .text?: "string"
        case .list?: "list"
        case .hash?: "hash"
        case .set?: "set"
        case nil: "none"
        }
    }

    private mutating func pop(_ rest: [String], atFront: Bool) -> Reply {
        guard let entry = entries[rest[0]] else { return .text(nil) }
        guard case .list(var items) = entry else { return Self.wrongType }
        let count = rest.count > 1 ? Int(rest[1]) ?? -1 : 1
        guard count >= 0 else { return .failed("ERR value is out of range, must be positive") }
        let taken = atFront ? Array(items.prefix(count)) : items.suffix(count).reversed()
        if atFront { items.removeFirst(taken.count) } else { items.removeLast(taken.count) }
        // A list without items is no list.
        entries[rest[0]] = items.isEmpty ? nil : .list(items)
        return rest.count > 1 ? .list(taken) : .text(taken.first)
    }

    /// Takes an item out of a list: so many times from the front, from the back when negative, everywhere for zero.
    private mutating func remove(_ item: String, from items: [String], _ count: Int, key: String) -> Reply {
        var left = count == 0 ? Int.max : count == Int.min ? Int.max : abs(count)
        var kept: [String] = []
        for next in count < 0 ? items.reversed() : items {
            if next == item, left > 0 { left -= 1 } else { kept.append(next) }
        }
        if count < 0 { kept.reverse() }
        entries[key] = kept.isEmpty ? nil : .list(kept)
        return .number(items.count - kept.count)
    }

    private mutating func setCommand(_ name: String, _ rest: [String]) -> Reply {
        var members: Set<String> = []
        if let entry = entries[rest[0]] {
            guard case .set(let present) = entry else { return Self.wrongType }
            members = present
        }
        let before = members.count
        switch name {
        case "SADD":
            guard hasRoom(for: rest[0]), before + rest.count <= Self.keysMax else { return .failed("OOM command not allowed when used memory > 'maxmemory'.") }
            members.formUnion(rest.dropFirst())
        case "SREM": members.subtract(rest.dropFirst())
        case "SMEMBERS": return .list(members.sorted())
        case "SCARD": return .number(before)
        default: return .number(members.contains(rest[1]) ? 1 : 0)
        }
        entries[rest[0]] = members.isEmpty ? nil : .set(members)
        return .number(abs(members.count - before))
    }

    /// What `INFO` says: all sections, or those that are named.
    func information(_ wanted: [String]) -> String {
        let sections: [(name: String, lines: [String])] = [
            ("Server", ["redis_version:8.4.0", "redis_mode:standalone", "tcp_port:\(configuration["port"])"]), ("Clients", ["connected_clients:1"]),
            ("Memory", ["maxmemory:\(configuration["maxmemory"])", "maxmemory_policy:\(configuration["maxmemory-policy"])"]),
            ("Replication", ["role:master", "connected_slaves:0"]), ("Keyspace", entries.isEmpty ? [] : ["db0:keys=\(entries.count),expires=0,avg_ttl=0"]),
        ]
        let names = Set(wanted.map { $0.lowercased() })
        let isAll = names.isEmpty || !names.isDisjoint(with: ["all", "default", "everything"])
        return sections.filter { isAll || names.contains($0.name.lowercased()) }.map { (["# " + $0.name] + $0.lines).joined(separator: "\n") }.joined(separator: "\n\n")
    }
}
