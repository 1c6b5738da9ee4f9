import KubernetesObjects

/// `kubectl config set` and `unset`: single values, found by a path such as `contexts.my-context.namespace`.
///
/// - Shape: names of entries may have dots in them: a name ends where a known field follows.
/// - Source: k8s.io/kubectl `pkg/cmd/config/navigation_step_parser.go`.
enum ConfigProperty {
    private enum Leaf { case text, bool, bytes }

    /// Where a path leads to.
    private enum Target {
        case currentContext
        case colors
        /// The file's own kind and version, which are written as they are anyhow.
        case ignored
        case list(ConfigContent.List)
        case entry(ConfigContent.List, String)
        case field(ConfigContent.List, String, [String], Leaf)
    }

    static func set(_ invocation: Invocation) throws(Failure) {
        guard invocation.arguments.count == 2 else { throw ConfigEntries.unexpected(invocation) }
        let (path, text) = (invocation.arguments[0], invocation.arguments[1])
        var files = try ConfigFiles(invocation)
        var changed = files.merged
        switch try target(path) {
        case .currentContext: changed.currentContext = text
        case .ignored: break
        case .colors: changed.preferences = try bool(text) ? ["colors": true] : [:]
        case .list(let list), .entry(let list, _):
            throw Failure("can't set a map to a value: map[\(files.merged.names(list).map { "\($0):…" }.joined(separator: " "))]")
        case .field(let list, let name, let keys, let leaf):
            let value: Value
            switch leaf {
            case .text: value = .string(text)
            case .bool: value = .bool(try bool(text))
            case .bytes: value = .string(try bytes(text, isRaw: invocation.flags.bool("set-raw-bytes")))
            }
            var entry = changed[list][name] ?? [:]
            // What is deeper than an entry's own fields can only be changed where it is there.
            if keys.count > 1, entry[keys[0]] == nil { throw unreadable(path) }
            entry[path: keys] = value
            changed[list][name] = entry
        }
        try files.write(changed)
        invocation.outLine("Property \"\(path)\" set.")
    }

    static func unset(_ invocation: Invocation) throws(Failure) {
        guard invocation.arguments.count == 1 else { throw ConfigEntries.unexpected(invocation) }
        let path = invocation.arguments[0]
        var files = try ConfigFiles(invocation)
        var changed = files.merged
        switch try target(path) {
        case .currentContext: changed.currentContext = ""
        case .ignored: break
        case .colors: changed.preferences = [:]
        case .list(let list): changed[list] = [:]
        case .entry(let list, let name): changed[list][name] = nil
        case .field(let list, let name, let keys, _):
            guard var entry = changed[list][name] else { throw Failure("current map key `\(name)` is invalid") }
            if keys.count > 1, entry[keys[0]] == nil { throw unreadable(path) }
            entry[path: keys] = nil
            changed[list][name] = entry
        }
        try files.write(changed)
        invocation.outLine("Property \"\(path)\" unset.")
    }

    private static func unreadable(_ path: String) -> Failure { Failure("unable to parse one or more field values of \(path)") }

    private static func target(_ path: String) throws(Failure) -> Target {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        switch parts[0] {
        case "current-context", "kind", "apiVersion":
            if parts.count > 1 { throw unreadable(path) }
            return parts[0] == "current-context" ? .currentContext : .ignored
        case "preferences":
            if parts == ["preferences", "colors"] { return .colors }
            throw unreadable(path)
        default: break
        }
        guard let list = ConfigContent.List(rawValue: parts[0]) else { throw Failure("unable to parse \(path) after [] at api.Config") }
        if parts.count == 1 { return .list(list) }
        let known = Set(ConfigContent.known(list)).subtracting(["extensions", "as", "as-uid", "as-groups", "as-user-extra"])
        guard let index = parts.indices.dropFirst(2).first(where: { known.contains(parts[$0]) }) else {
            return .entry(list, parts[1...].joined(separator: "."))
        }
        let name = parts[1..<index].joined(separator: ".")
        let keys = Array(parts[index...])
        return .field(list, name, keys, try leaf(keys, path))
    }

    private static func leaf(_ keys: [String], _ path: String) throws(Failure) -> Leaf {
        switch keys[0] {
        case "exec":
            guard keys.count == 2, ["command", "apiVersion", "installHint", "interactiveMode", "provideClusterInfo"].contains(keys[1]) else {
                throw unreadable(path)
            }
            return keys[1] == "provideClusterInfo" ? .bool : .text
        case "auth-provider":
            guard keys.count == 2 && keys[1] == "name" || keys.count == 3 && keys[1] == "config" else { throw unreadable(path) }
            return .text
        default: break
        }
        if keys.count > 1 { throw unreadable(path) }
        switch keys[0] {
        case "insecure-skip-tls-verify", "disable-compression": return .bool
        case let key: return key.hasSuffix("-data") ? .bytes : .text
        }
    }

    private static func bool(_ text: String) throws(Failure) -> Bool {
        guard let value = parseGoBool(text) else { throw Failure("strconv.ParseBool: parsing \(goQuoted(text)): invalid syntax") }
        return value
    }

    /// The value of a binary field, in base 64 on one line.
    private static func bytes(_ text: String, isRaw: Bool) throws(Failure) -> String {
        if isRaw { return Base64.encode(Array(text.utf8)) }
        switch Base64.decoding(text) {
        case .success(let bytes): return Base64.encode(bytes)
        case .failure(let problem): throw Failure("error decoding input value: \(problem)")
        }
    }
}
