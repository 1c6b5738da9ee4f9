/// What nginx does by its configuration files: its servers, locations and upstreams.
///
/// - Source: nginx's reference of directives and `ngx_http_core_module`, `ngx_http_rewrite_module`, `ngx_http_proxy_module` and others of the standard build.
/// - Differs: `stream`, `mail`, caches, limits of rates and connections, compression and other languages' gateways are read and have no effect.
package struct NginxConfiguration: Sendable {
    package static let directory = "/etc/nginx"
    package static let mainFile = "/etc/nginx/nginx.conf"

    struct Listen: Hashable, Sendable {
        var address: String
        var port: Int
        var isDefault = false
        var isTLS = false

        /// As messages name it.
        var text: String { "\(address):\(port)" }
        /// Whether only the pod itself reaches it.
        var isLoopback: Bool { address.hasPrefix("127.") || address == "[::1]" }
    }

    struct Server: Sendable {
        var listens: [Listen]
        var names: [String]
        var patterns: [(pattern: NginxPattern, isWanted: Bool)]
        var own: [NginxDirective]
        var locations: [Location]
    }

    struct Location: Sendable {
        enum Kind: Hashable, Sendable { case prefix, preferred, exact, pattern, named }

        var kind: Kind
        var text: String
        var pattern: NginxPattern?
        var own: [NginxDirective]
        var locations: [Location]
    }

    struct Upstream: Sendable {
        var name: String
        var servers: [(host: String, port: Int, weight: Int, isBackup: Bool)]
    }

    struct Map: Sendable {
        var source: String
        var entries: [(key: String, pattern: NginxPattern?, value: String)]
        var fallback: String
    }

    /// A name that must be known when nginx starts.
    package struct NeededName: Sendable {
        package var host: String
        /// What nginx says when it is not.
        package var problem: String
    }

    var http: [NginxDirective] = []
    var servers: [Server] = []
    var upstreams: [Upstream] = []
    var maps: [String: Map] = [:]
    package private(set) var neededNames: [NeededName] = []
    /// What is odd and yet can be used, in nginx's words.
    package private(set) var warnings: [String] = []
    private var definedVariables: Set<String> = []
    private var usedVariables: [String] = []

    /// The ports that it listens on.
    package var ports: [Int] { Array(Set(servers.flatMap { $0.listens.map(\.port) })).sorted() }

    /// Reads and checks the configuration that begins with a file.
    ///
    /// - Throws: nginx's message for the first mistake.
    package init(_ path: String = mainFile, files: VirtualFileSystem) throws(NginxProblem) {
        var reader = NginxReader(files: files)
        let main = try reader.read(path)
        guard main.contains(where: { $0.name == "events" }) else { throw NginxProblem("no \"events\" section in configuration") }
        try Self.refuseDuplicates(main, ["events", "http", "pid", "user", "worker_processes", "daemon", "master_process"])
        if let workers = main.first(where: { $0.name == "worker_processes" }), workers.first != "auto", Int(workers.first) == nil {
            throw workers.problem("invalid number \"\(workers.first)\" in \"worker_processes\" directive")
        }
        http = main.first { $0.name == "http" }?.block ?? []
        for directive in http { try define(directive) }
        for directive in http where directive.name == "server" { servers.append(try server(directive, files)) }
        try checkListens(http.filter { $0.name == "server" })
        for name in usedVariables where !NginxVariables.isKnown(name) && !definedVariables.contains(name) { throw NginxProblem("unknown \"\(name)\" variable") }
    }

    // MARK: Definitions

    private mutating func define(_ directive: NginxDirective) throws(NginxProblem) {
        switch directive.name {
        case "upstream":
            var servers: [(host: String, port: Int, weight: Int, isBackup: Bool)] = []
            for entry in directive.block ?? [] where entry.name == "server" {
                if entry.first.hasPrefix("unix:") { continue }
                var (weight, isBackup, isDown) = (1, false, false)
                for word in entry.arguments.dropFirst() {
                    if word.hasPrefix("weight="), let number = Int(word.dropFirst(7)), number > 0 { weight = min(number, 1000) } else if word == "backup" { isBackup = true } else if word == "down" { isDown = true } else if !["max_fails=", "fail_timeout=", "max_conns=", "slow_start=", "route=", "service="].contains(where: { word.hasPrefix($0) }) && !["resolve", "drain"].contains(word) { throw entry.problem("invalid parameter \"\(word)\"") }
                }
                let (host, port) = try Self.hostAndPort(entry.first, entry, default: 80, of: "upstream")
                if !isDown { servers.append((host, port, weight, isBackup)) }
                need(host, shown: entry.first, at: entry)
            }
            guard directive.block?.contains(where: { $0.name == "server" }) == true else { throw directive.problem("no servers are inside upstream") }
            if upstreams.contains(where: { $0.name == directive.first }) { throw directive.problem("duplicate upstream \"\(directive.first)\"") }
            upstreams.append(Upstream(name: directive.first, servers: servers))
        case "map":
            var map = Map(source: directive.first, entries: [], fallback: "")
            for entry in directive.block ?? [] {
                let value = entry.first
                if entry.name == "default" { map.fallback = value } else if entry.name.hasPrefix("~") {
                    let ignores = entry.name.hasPrefix("~*")
                    map.entries.append((entry.name, try Self.pattern(String(entry.name.dropFirst(ignores ? 2 : 1)), ignoresCase: ignores, entry), value))
                } else if !["hostnames", "volatile"].contains(entry.name) || entry.block != nil || !entry.arguments.isEmpty {
                    map.entries.append((entry.name, nil, value))
                }
            }
            let name = String(directive.arguments[1].drop { $0 == "$" })
            maps[name] = map
            definedVariables.insert(name)
        case "geo", "split_clients": if let name = directive.arguments.last { definedVariables.insert(String(name.drop { $0 == "$" })) }
        case "log_format": note(directive.arguments.dropFirst())
        default: break
        }
    }

    private mutating func server(_ directive: NginxDirective, _ files: VirtualFileSystem) throws(NginxProblem) -> Server {
        let own = directive.block ?? []
        try Self.refuseDuplicates(own, Self.singles)
        var server = Server(listens: [], names: [], patterns: [], own: own, locations: [])
        for listen in own where listen.name == "listen" {
            guard let made = try Self.listen(listen) else { continue }
            if server.listens.contains(where: { $0.text == made.text }) { throw listen.problem("a duplicate listen \(made.text)") }
            server.listens.append(made)
        }
        if !own.contains(where: { $0.name == "listen" }) { server.listens = [Listen(address: "0.0.0.0", port: 80)] }
        for names in own where names.name == "server_name" {
            for name in names.arguments {
                if name.hasPrefix("~") { server.patterns.append((try Self.pattern(String(name.dropFirst()), ignoresCase: true, names), true)) } else { server.names.append(name.lowercased()) }
            }
        }
        for (pattern, _) in server.patterns { definedVariables.formUnion(pattern.groupNames) }
        try checkCertificates(server, directive, files)
        server.locations = try locations(own, outer: nil)
        try examine(own)
        return server
    }

    private mutating func locations(_ block: [NginxDirective], outer: Location?) throws(NginxProblem) -> [Location] {
        var result: [Location] = []
        for directive in block where directive.name == "location" {
            var (kind, text) = (Location.Kind.prefix, directive.arguments.last ?? "")
            var ignoresCase = false
            let mark: String
            if directive.arguments.count == 2 { mark = directive.first } else {
                mark = ["~*", "^~", "~", "="].first { text.hasPrefix($0) } ?? ""
                text = String(text.dropFirst(mark.count))
            }
            switch mark {
            case "=": kind = .exact
            case "^~": kind = .preferred
            case "~", "~*": (kind, ignoresCase) = (.pattern, mark == "~*")
            case "": if text.hasPrefix("@") { kind = .named }
            default: throw directive.problem("invalid location modifier \"\(mark)\"")
            }
            if let outer {
                if outer.kind == .exact { throw directive.problem("location \"\(text)\" cannot be inside the exact location \"\(outer.text)\"") }
                if outer.kind == .named { throw directive.problem("location \"\(text)\" cannot be inside the named location \"\(outer.text)\"") }
                if kind == .named { throw directive.problem("named location \"\(text)\" can be on the server level only") }
                if kind != .pattern, outer.kind != .pattern, !text.hasPrefix(outer.text) { throw directive.problem("location \"\(text)\" is outside location \"\(outer.text)\"") }
            }
            var location = Location(kind: kind, text: text, pattern: nil, own: directive.block ?? [], locations: [])
            if kind == .pattern {
                location.pattern = try Self.pattern(text, ignoresCase: ignoresCase, directive)
                definedVariables.formUnion(location.pattern?.groupNames ?? [])
            }
            let isSame = { (other: Location) in other.text == text && (other.kind == kind || [other.kind, kind].allSatisfy { $0 == .prefix || $0 == .preferred }) }
            if kind != .pattern, result.contains(where: isSame) { throw directive.problem("duplicate location \"\(text)\"") }
            try Self.refuseDuplicates(location.own, Self.singles + ["proxy_pass", "alias", "internal"])
            if let alias = location.own.first(where: { $0.name == "alias" }), location.own.contains(where: { $0.name == "root" }) {
                throw alias.problem("\"alias\" directive is duplicate, \"root\" directive was specified earlier")
            }
            try examine(location.own)
            location.locations = try locations(location.own, outer: location)
            result.append(location)
        }
        return result
    }

    /// Looks at the directives of a server, a location or an `if`.
    private mutating func examine(_ block: [NginxDirective]) throws(NginxProblem) {
        for directive in block {
            switch directive.name {
            case "set":
                guard directive.first.hasPrefix("$") else { throw directive.problem("invalid variable name \"\(directive.first)\"") }
                definedVariables.insert(String(directive.first.dropFirst()))
                note(directive.arguments.dropFirst())
            case "return":
                if directive.arguments.count == 2 || !directive.first.contains("/"), Int(directive.first).map({ !(0...999).contains($0) }) ?? (directive.arguments.count == 2) {
                    throw directive.problem("invalid return code \"\(directive.first)\"")
                }
                note(directive.arguments[...])
            case "rewrite":
                definedVariables.formUnion(try Self.pattern(directive.first, ignoresCase: false, directive).groupNames)
                if directive.arguments.count == 3, !["last", "break", "redirect", "permanent"].contains(directive.arguments[2]) { throw directive.problem("invalid parameter \"\(directive.arguments[2])\"") }
                note(directive.arguments[1..<2])
            case "if":
                guard NginxCondition(directive.arguments) != nil else { throw directive.problem("invalid condition \"\(directive.first.drop { $0 == "(" })\"") }
                note(directive.arguments[...])
                try examine(directive.block ?? [])
            case "proxy_pass": try examineProxy(directive)
            case "error_page":
                for code in directive.arguments.dropLast() where !code.hasPrefix("=") {
                    guard let number = Int(code) else { throw directive.problem("invalid value \"\(code)\"") }
                    if !(300...599).contains(number) { throw directive.problem("value \"\(code)\" must be between 300 and 599") }
                }
            case "client_max_body_size": if NginxSize.bytes(directive.first) == nil { throw directive.problem("\"client_max_body_size\" directive invalid value") }
            case "add_header", "proxy_set_header", "root", "alias", "try_files", "index", "auth_request_set": note(directive.arguments[...])
            case "limit_except": try examine(directive.block ?? [])
            default: break
            }
        }
    }

    private mutating func examineProxy(_ directive: NginxDirective) throws(NginxProblem) {
        note(directive.arguments[...])
        if directive.first.contains("$") { return }
        guard let scheme = ["http://", "https://"].first(where: { directive.first.lowercased().hasPrefix($0) }) else { throw directive.problem("invalid URL prefix") }
        let authority = directive.first.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
        if authority.hasPrefix("unix:") { return }
        let (host, _) = try Self.hostAndPort(String(authority), directive, default: 80, of: "upstream")
        if !http.contains(where: { $0.name == "upstream" && $0.first == String(authority) }) { need(host, shown: host, at: directive) }
    }

    private mutating func need(_ host: String, shown: String, at directive: NginxDirective) {
        let isAddress = host.hasPrefix("[") || host.allSatisfy { $0.isNumber || $0 == "." } || host == "localhost"
        if !isAddress, neededNames.count < 64 { neededNames.append(NeededName(host: host, problem: directive.problem("host not found in upstream \"\(shown)\"").message)) }
    }

    private mutating func note(_ words: ArraySlice<String>) {
        for word in words { usedVariables += NginxVariables.names(in: word) }
    }

    // MARK: Listening

    private static func listen(_ directive: NginxDirective) throws(NginxProblem) -> Listen? {
        let text = directive.first
        if text.hasPrefix("unix:") { return nil }
        var made = Listen(address: "0.0.0.0", port: 80)
        if text.allSatisfy(\.isNumber) { made.port = Int(text) ?? 0 } else {
            var host = text
            if let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") {
                guard let port = Int(text[text.index(after: colon)...]) else { throw directive.problem("invalid port in \"\(text)\" of the \"listen\" directive") }
                made.port = port
                host = String(text[..<colon])
            }
            if host.hasPrefix("[") || host.allSatisfy({ $0.isNumber || $0 == "." }) { made.address = host } else if host == "localhost" { made.address = "127.0.0.1" } else if host != "*" {
                throw directive.problem("host not found in \"\(text)\" of the \"listen\" directive")
            }
        }
        guard (1...65535).contains(made.port) else { throw directive.problem("invalid port in \"\(text)\" of the \"listen\" directive") }
        for word in directive.arguments.dropFirst() {
            switch word {
            case "default_server", "default": made.isDefault = true
            case "ssl": made.isTLS = true
            case "http2", "quic", "proxy_protocol", "deferred", "bind", "reuseport", "multipath": break
            default:
                if !["backlog=", "rcvbuf=", "sndbuf=", "accept_filter=", "ipv6only=", "so_keepalive=", "setfib=", "fastopen="].contains(where: { word.hasPrefix($0) }) {
                    throw directive.problem("invalid parameter \"\(word)\"")
                }
            }
        }
        return made
    }

    private mutating func checkListens(_ directives: [NginxDirective]) throws(NginxProblem) {
        var (defaults, names): (Set<String>, Set<String>) = ([], [])
        for (server, directive) in zip(servers, directives) {
            for listen in server.listens {
                if listen.isDefault, !defaults.insert(listen.text).inserted {
                    let place = directive.block?.last { $0.name == "listen" && $0.arguments.contains { $0.hasPrefix("default") } } ?? directive
                    throw place.problem("a duplicate default server for \(listen.text)")
                }
                for name in server.names.isEmpty ? [""] : server.names where !names.insert("\(listen.text) \(name)").inserted {
                    warnings.append("conflicting server name \"\(name)\" on \(listen.text), ignored")
                }
            }
        }
    }

    private func checkCertificates(_ server: Server, _ directive: NginxDirective, _ files: VirtualFileSystem) throws(NginxProblem) {
        guard server.listens.contains(where: \.isTLS) else { return }
        func given(_ name: String) -> NginxDirective? { server.own.first { $0.name == name } ?? http.first { $0.name == name } }
        guard let certificate = given("ssl_certificate") else {
            if server.own.contains(where: { $0.name == "ssl_reject_handshake" && $0.first == "on" }) { return }
            throw directive.problem("no \"ssl_certificate\" is defined for the \"listen ... ssl\" directive")
        }
        guard let key = given("ssl_certificate_key") else { throw certificate.problem("no \"ssl_certificate_key\" is defined for certificate \"\(certificate.first)\"") }
        for (directive, what) in [(certificate, "certificate"), (key, "certificate key")] where !directive.first.contains("$") {
            let path = VirtualFileSystem.absolute(directive.first, from: Self.directory)
            let bytes: [UInt8]
            do throws(FileError) { bytes = try files.read(path) } catch { throw Self.missing(what, path, error) }
            if !String(decoding: bytes, as: UTF8.self).contains("-----BEGIN ") {
                throw NginxProblem("cannot load \(what) \"\(path)\": PEM_read_bio_X509_AUX() failed (SSL: error:0480006C:PEM routines::no start line:Expecting: TRUSTED CERTIFICATE)")
            }
        }
    }

    private static func missing(_ what: String, _ path: String, _ error: FileError) -> NginxProblem {
        NginxProblem(
            "cannot load \(what) \"\(path)\": BIO_new_file() failed (SSL: error:8000000\(NginxReader.number(error.code)):system library::\(error.code.rawValue):calling fopen(\(path), r) error:10000080:BIO routines::no such file)")
    }

    // MARK: Small checks

    private static let singles = ["root", "client_max_body_size", "keepalive_timeout", "server_tokens", "sendfile", "default_type", "autoindex", "gzip", "stub_status", "try_files", "auth_basic"]

    private static func refuseDuplicates(_ block: [NginxDirective], _ names: [String]) throws(NginxProblem) {
        for name in names {
            let found = block.filter { $0.name == name }
            if found.count > 1 { throw found[1].problem("\"\(name)\" directive is duplicate") }
        }
    }

    private static func pattern(_ text: String, ignoresCase: Bool, _ directive: NginxDirective) throws(NginxProblem) -> NginxPattern {
        do throws(PosixRegex.SyntaxError) { return try NginxPattern(text, ignoresCase: ignoresCase) } catch {
            throw directive.problem("pcre2_compile() failed: \(error.message.lowercased()) in \"\(text)\"")
        }
    }

    private static func hostAndPort(_ text: String, _ directive: NginxDirective, default port: Int, of what: String) throws(NginxProblem) -> (String, Int) {
        guard let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") else {
            if text.isEmpty { throw directive.problem("no host in \(what) \"\(text)\"") }
            return (text, port)
        }
        guard let number = Int(text[text.index(after: colon)...]), (1...65535).contains(number) else { throw directive.problem("invalid port in \(what) \"\(text)\"") }
        if colon == text.startIndex { throw directive.problem("no host in \(what) \"\(text)\"") }
        return (String(text[..<colon]), number)
    }
}

/// `10m` and the like.
enum NginxSize {
    static func bytes(_ text: String) -> Int? {
        let factor = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30][text.last?.lowercased() ?? ""]
        guard let number = Int(factor == nil ? text : String(text.dropLast())), number >= 0, number < 1 << 32 else { return nil }
        return number * (factor ?? 1)
    }
}
