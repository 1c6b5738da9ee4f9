/// A request as nginx gets it.
package struct NginxRequest: Sendable {
    package var method: String
    /// Path and query, as they were asked for.
    package var target: String
    package var host: String
    package var port: Int
    package var headers: [(name: String, value: String)]
    package var bodySize: Int
    package var client: String
    package var address: String
    package var hostName: String
    package var version: String
    /// Requests that were served before.
    package var served: Int
    /// Nanoseconds since 1970.
    package var now: Int64

    package init(
        method: String, target: String, host: String, port: Int, headers: [(name: String, value: String)], bodySize: Int, client: String, address: String, hostName: String,
        version: String, served: Int, now: Int64
    ) {
        self.method = method
        self.target = target
        self.host = host
        self.port = port
        self.headers = headers
        self.bodySize = bodySize
        self.client = client
        self.address = address
        self.hostName = hostName
        self.version = version
        self.served = served
        self.now = now
    }

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
}

package struct NginxAnswer: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// A request that nginx passes on, to the first of these servers that answers.
package struct NginxPassing: Sendable {
    package var method: String
    /// `http://host:port/path`, in the order in which they are tried.
    package var urls: [String]
    package var headers: [(name: String, value: String)]
    /// What is left to do when the answer is there.
    var exchange: NginxExchange
}

package enum NginxOutcome: Sendable {
    case answer(NginxAnswer)
    case pass(NginxPassing)
    /// The connection is closed without an answer.
    case close
}

/// One request on its way through nginx's configuration.
///
/// - Source: nginx's phases: server rewrite, location, rewrite, access, try files, content; `ngx_http_special_response.c` for error pages.
/// - Bounds: `redirectsMax` changes of the location.
package struct NginxExchange: Sendable {
    static let redirectsMax = 10

    let configuration: NginxConfiguration
    let request: NginxRequest
    private let server: NginxConfiguration.Server
    private var uri: String
    private var arguments: String
    private var method: String
    private var variables: [String: String] = [:]
    private var captures: [String] = []
    /// The blocks that apply, outermost first.
    private var levels: [[NginxDirective]] = []
    private var location: NginxConfiguration.Location?
    private var redirects = 0
    /// The status that an error page answers with; nil for its own.
    private var errorStatus: Int?
    private var isInError = false
    private var wasRedirected = false
    /// What is written to the error log.
    package private(set) var errors: [String] = []

    /// Nil when no server listens there.
    package init?(_ request: NginxRequest, configuration: NginxConfiguration) {
        let isLocal = request.client.hasPrefix("127.")
        let listening = configuration.servers.filter { server in server.listens.contains { $0.port == request.port && (isLocal || !$0.isLoopback) } }
        guard let first = listening.first else { return nil }
        let host = (request.header("host") ?? request.host).lowercased()
        let name = String(host.prefix { $0 != ":" })
        func matches(_ wanted: String) -> Bool {
            if wanted.hasPrefix("*.") { return name.hasSuffix(wanted.dropFirst()) }
            if wanted.hasPrefix(".") { return name == wanted.dropFirst() || name.hasSuffix(wanted) }
            if wanted.hasSuffix(".*") { return name.hasPrefix(wanted.dropLast()) }
            return false
        }
        var chosen = listening.first { $0.names.contains(name) } ?? listening.first { $0.names.contains(where: matches) }
        if chosen == nil {
            for server in listening where chosen == nil {
                for (pattern, _) in server.patterns where chosen == nil {
                    guard let found = pattern.match(name) else { continue }
                    chosen = server
                    for (name, value) in found.named { variables[name] = value }
                }
            }
        }
        server = chosen ?? listening.first { $0.listens.contains { $0.port == request.port && $0.isDefault } } ?? first
        self.configuration = configuration
        self.request = request
        method = request.method
        let parts = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        arguments = parts.count > 1 ? parts[1] : ""
        uri = Self.normal(parts.first ?? "/")
    }

    /// A path without `..`, doubled slashes and `%41`.
    private static func normal(_ path: String) -> String {
        var (bytes, rest): ([UInt8], ArraySlice<UInt8>) = ([], Array(path.utf8)[...])
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), code != 0 {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let clean = VirtualFileSystem.absolute(text, from: "/")
        return text.hasSuffix("/") && clean != "/" ? clean + "/" : clean
    }

    /// Client, server and request, as they stand behind each line of the error log.
    package var context: String {
        "client: \(request.client.isEmpty ? "127.0.0.1" : request.client), server: \(server.names.first ?? ""), request: \"\(request.method) \(request.target) HTTP/1.1\", host: \"\(request.header("host") ?? request.host)\""
    }

    // MARK: Phases

    private enum Step {
        case done(NginxOutcome)
        /// The location is looked for again.
        case again
        case goOn
    }

    /// What nginx does with the request; `files` are those of its container.
    package mutating func run(_ files: VirtualFileSystem) -> NginxOutcome {
        levels = [configuration.http, server.own]
        if case .done(let outcome) = rewrite(server.own, files, isServer: true) { return outcome }
        return find(files)
    }

    private mutating func find(_ files: VirtualFileSystem) -> NginxOutcome {
        while redirects <= Self.redirectsMax {
            levels = [configuration.http, server.own]
            location = nil
            choose(server.locations)
            switch work(files) {
            case .done(let outcome): return outcome
            case .again, .goOn: redirects += 1
            }
        }
        errors.append("rewrite or internal redirection cycle while processing \"\(uri)\"")
        return page(500)
    }

    /// Finds the location of the path: the longest prefix, unless an expression matches.
    private mutating func choose(_ locations: [NginxConfiguration.Location]) {
        if let exact = locations.first(where: { $0.kind == .exact && $0.text == uri }) { return enter(exact) }
        let prefix = locations.filter { ($0.kind == .prefix || $0.kind == .preferred) && uri.hasPrefix($0.text) }.max { $0.text.utf8.count < $1.text.utf8.count }
        if let prefix {
            enter(prefix)
            choose(prefix.locations)
            if location?.text != prefix.text || location?.kind == .pattern || prefix.kind == .preferred { return }
        }
        for candidate in locations where candidate.kind == .pattern {
            guard let found = candidate.pattern?.match(uri) else { continue }
            captures = found.numbered
            for (name, value) in found.named { variables[name] = value }
            if prefix != nil { levels.removeLast() }
            enter(candidate)
            return choose(candidate.locations)
        }
    }

    private mutating func enter(_ found: NginxConfiguration.Location) {
        location = found
        levels.append(found.own)
    }

    private mutating func work(_ files: VirtualFileSystem) -> Step {
        if location?.own.contains(where: { $0.name == "internal" }) == true, !wasRedirected { return fail(404, files) }
        switch rewrite(location?.own ?? [], files, isServer: false) {
        case .goOn: break
        case let step: return step
        }
        if let limit = NginxSize.bytes(first("client_max_body_size")?.first ?? "1m"), limit > 0, request.bodySize > limit {
            errors.append("client intended to send too large body: \(request.bodySize) bytes")
            return fail(413, files)
        }
        if let status = refusal(files) { return fail(status, files) }
        return content(files)
    }

    // MARK: Rewriting

    private mutating func rewrite(_ block: [NginxDirective], _ files: VirtualFileSystem, isServer: Bool) -> Step {
        for directive in block {
            switch directive.name {
            case "set": variables[String(directive.first.dropFirst())] = filled(directive.arguments[1])
            case "break": return .goOn
            case "return": return answerReturn(directive, files)
            case "if":
                guard holds(directive, files) else { continue }
                levels.append(directive.block ?? [])
                switch rewrite(directive.block ?? [], files, isServer: isServer) {
                case .goOn: if isServer { levels.removeLast() }
                case let step: return step
                }
            case "rewrite":
                guard let pattern = try? NginxPattern(directive.first, ignoresCase: false), let found = pattern.match(uri) else { continue }
                captures = found.numbered
                for (name, value) in found.named { variables[name] = value }
                let text = filled(directive.arguments[1])
                let flag = directive.arguments.count > 2 ? directive.arguments[2] : ""
                if flag == "redirect" || flag == "permanent" || ["http://", "https://", "$scheme"].contains(where: { directive.arguments[1].hasPrefix($0) }) {
                    return .done(redirect(flag == "permanent" ? 301 : 302, to: text.hasSuffix("?") ? String(text.dropLast()) : arguments.isEmpty || text.contains("?") ? text : text + "?" + arguments))
                }
                take(text)
                if flag == "break" { return .goOn }
                if flag == "last" || !isServer && !block.contains(where: { $0.name == "rewrite" && $0.line > directive.line }) { return isServer ? .goOn : .again }
            default: break
            }
        }
        return .goOn
    }

    /// Makes a path, with a query behind it, the one that is asked for.
    private mutating func take(_ text: String) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        uri = parts[0].hasPrefix("/") ? parts[0] : "/" + parts[0]
        // A question mark at the end drops the query.
        if parts.count > 1 { arguments = parts[1].isEmpty ? "" : parts[1] + (arguments.isEmpty ? "" : "&" + arguments) }
    }

    private mutating func holds(_ directive: NginxDirective, _ files: VirtualFileSystem) -> Bool {
        guard let condition = NginxCondition(directive.arguments) else { return false }
        let value = filled(condition.subject)
        switch condition.test {
        case .isSet: return !value.isEmpty && value != "0"
        case .equals(let text, let isWanted): return (value == filled(text)) == isWanted
        case .matches(let pattern, let isWanted):
            let found = pattern.match(value)
            if let found {
                captures = found.numbered
                for (name, value) in found.named { variables[name] = value }
            }
            return (found != nil) == isWanted
        case .file(let letter, let isWanted): return (letter == "d" ? files.isDirectory(value) : files.exists(value) && (letter == "e" || !files.isDirectory(value))) == isWanted
        }
    }

    private mutating func answerReturn(_ directive: NginxDirective, _ files: VirtualFileSystem) -> Step {
        guard let status = Int(directive.first) else { return .done(redirect(302, to: filled(directive.first))) }
        if status == 444 { return .done(.close) }
        guard directive.arguments.count > 1 else {
            if status >= 300 { return fail(status, files) }
            return .done(made(status, "", type: ""))
        }
        let text = filled(directive.arguments[1])
        if [301, 302, 303, 307, 308].contains(status) { return .done(redirect(status, to: text)) }
        return .done(made(status, text, type: fileType(uri)))
    }

    // MARK: Access

    private func refusal(_ files: VirtualFileSystem) -> Int? {
        var rules = all(["allow", "deny"])
        var realm = first("auth_basic")?.first ?? "off"
        if let limit = location?.own.first(where: { $0.name == "limit_except" }), !limit.arguments.map({ $0.uppercased() }).contains(method), !(method == "HEAD" && limit.arguments.contains("GET")) {
            rules = (limit.block ?? []).filter { ["allow", "deny"].contains($0.name) }
            realm = limit.block?.first { $0.name == "auth_basic" }?.first ?? realm
        }
        let isForbidden = rules.first { $0.first == "all" || Self.contains($0.first, request.client) }?.name == "deny"
        let isUnknown = realm != "off" && !isAuthenticated(files)
        if first("satisfy")?.first == "any" {
            let isAdmitted = rules.first { $0.first == "all" || Self.contains($0.first, request.client) }?.name == "allow"
            if isAdmitted || (realm != "off" && !isUnknown) { return nil }
        }
        return isForbidden ? 403 : isUnknown ? 401 : nil
    }

    /// Whether an address is in a block such as `10.0.0.0/8`.
    private static func contains(_ block: String, _ address: String) -> Bool {
        func number(_ text: Substring) -> UInt32? {
            let parts = text.split(separator: ".").compactMap { UInt8($0) }
            return parts.count == 4 ? parts.reduce(0) { $0 << 8 | UInt32($1) } : nil
        }
        let parts = block.split(separator: "/")
        guard let network = parts.first.flatMap(number), let asked = number(address[...]) else { return block == address }
        let length = parts.count > 1 ? Int(parts[1]) ?? 32 : 32
        let mask: UInt32 = length <= 0 ? 0 : UInt32.max << UInt32(32 - min(length, 32))
        return network & mask == asked & mask
    }

    /// Whether name and password stand in the file of users.
    private func isAuthenticated(_ files: VirtualFileSystem) -> Bool {
        guard let header = request.header("authorization"), header.lowercased().hasPrefix("basic "), let path = first("auth_basic_user_file")?.first,
            let given = Base64Text.decode(Array(header.dropFirst(6).utf8)), let users = try? files.read(VirtualFileSystem.absolute(path, from: NginxConfiguration.directory))
        else { return false }
        let parts = String(decoding: given, as: UTF8.self).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        for line in String(decoding: users, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count >= 2, fields[0] == parts[0] else { continue }
            return PasswordHash.matches(String(parts[1]), String(fields[1]))
        }
        return false
    }

    // MARK: Content

    private mutating func content(_ files: VirtualFileSystem) -> Step {
        if let tries = (levels.last ?? []).first(where: { $0.name == "try_files" }), location != nil || levels.count == 2 {
            if let step = tryFiles(tries, files) { return step }
        }
        let own = (location == nil ? [] : levels.dropFirst(2)).reversed().flatMap { $0 }
        if let pass = own.first(where: { $0.name == "proxy_pass" }) { return proxy(pass, files) }
        if own.contains(where: { $0.name.hasSuffix("_pass") }) {
            errors.append("connect() failed (111: Connection refused) while connecting to upstream")
            return fail(502, files)
        }
        if own.contains(where: { $0.name == "stub_status" }) || location == nil && server.own.contains(where: { $0.name == "stub_status" }) {
            return .done(made(200, NginxPages.status(accepted: request.served + 1), type: "text/plain"))
        }
        guard ["GET", "HEAD"].contains(method) else { return fail(405, files) }
        return serveFile(files)
    }

    private mutating func tryFiles(_ directive: NginxDirective, _ files: VirtualFileSystem) -> Step? {
        for word in directive.arguments.dropLast() {
            let name = filled(word)
            let path = place(of: name)
            let isFound = word.hasSuffix("/") ? files.isDirectory(path) : files.exists(path) && !files.isDirectory(path)
            guard isFound else { continue }
            uri = name.hasPrefix("/") ? name : "/" + name
            return nil
        }
        let last = filled(directive.arguments[directive.arguments.count - 1])
        if last.hasPrefix("="), let status = Int(last.dropFirst()) { return fail(status, files) }
        wasRedirected = true
        if last.hasPrefix("@") { return named(last, files) }
        take(last)
        return .again
    }

    private mutating func named(_ name: String, _ files: VirtualFileSystem) -> Step {
        guard redirects <= Self.redirectsMax, let found = server.locations.first(where: { $0.kind == .named && $0.text == name }) else {
            errors.append("could not find named location \"\(name)\"")
            return .done(page(500))
        }
        redirects += 1
        levels = [configuration.http, server.own]
        enter(found)
        return work(files)
    }

    /// Where the file of a path is.
    private func place(of path: String) -> String {
        if let location, let alias = location.own.first(where: { $0.name == "alias" }) {
            let base = filled(alias.first)
            if location.kind == .pattern { return base }
            return base + path.dropFirst(location.text.count)
        }
        let root = first("root").map { filled($0.first) } ?? "html"
        return VirtualFileSystem.absolute(root, from: NginxConfiguration.directory) + (path.hasPrefix("/") ? path : "/" + path)
    }

    private mutating func serveFile(_ files: VirtualFileSystem) -> Step {
        let path = place(of: uri)
        if uri.hasSuffix("/") {
            let names = first("index")?.arguments ?? ["index.html"]
            for name in names.map({ filled($0) }) {
                if name.hasPrefix("/") {
                    (uri, wasRedirected) = (name, true)
                    return .again
                }
                guard files.exists(path + (path.hasSuffix("/") ? "" : "/") + name) else { continue }
                (uri, wasRedirected) = (uri + name, true)
                return .again
            }
            guard files.isDirectory(path) else {
                errors.append("\"\(path)\(path.hasSuffix("/") ? "" : "/")\(names.last ?? "index.html")\" is not found (2: No such file or directory)")
                return fail(404, files)
            }
            if first("autoindex")?.first == "on" { return .done(made(200, NginxPages.listing(of: uri, at: path, files), type: "text/html")) }
            errors.append("directory index of \"\(path)\" is forbidden")
            return fail(403, files)
        }
        if files.isDirectory(path) { return .done(redirect(301, to: uri + "/" + (arguments.isEmpty ? "" : "?" + arguments))) }
        do throws(FileError) {
            let bytes = try files.read(path)
            return .done(made(200, bytes, type: fileType(path)))
        } catch {
            errors.append("open() \"\(path)\" failed (\(NginxReader.number(error.code)): \(error.code.rawValue))")
            return fail(error.code == .denied ? 403 : 404, files)
        }
    }

    /// The type of a file by the `types` that apply.
    private func fileType(_ path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        if let dot = name.lastIndex(of: ".") {
            let ending = name[name.index(after: dot)...].lowercased()
            for level in levels.reversed() {
                let blocks = level.filter { $0.name == "types" }
                for entry in blocks.flatMap({ $0.block ?? [] }) where entry.arguments.contains(ending) { return entry.name }
                if !blocks.isEmpty { break }
            }
            if !levels.contains(where: { $0.contains { $0.name == "types" } }), let known = ["html": "text/html", "gif": "image/gif", "jpg": "image/jpeg"][ending] { return known }
        }
        return first("default_type")?.first ?? "text/plain"
    }

    // MARK: Passing on

    private mutating func proxy(_ directive: NginxDirective, _ files: VirtualFileSystem) -> Step {
        let text = filled(directive.first)
        guard let scheme = ["http", "https"].first(where: { text.lowercased().hasPrefix($0 + "://") }) else {
            errors.append("invalid URL prefix in \"\(text)\"")
            return fail(500, files)
        }
        let rest = text.dropFirst(scheme.count + 3)
        let authority = String(rest.prefix { $0 != "/" && $0 != "?" })
        let path = String(rest.dropFirst(authority.count))
        var target = path
        if path.isEmpty {
            // What was asked for goes on as it came, unless it was rewritten.
            target = wasRewritten ? uri + (arguments.isEmpty ? "" : "?" + arguments) : request.target
        } else if !directive.first.contains("$"), let location, location.kind != .pattern, location.kind != .named {
            target = path + uri.dropFirst(min(location.text.count, uri.count)) + (arguments.isEmpty ? "" : "?" + arguments)
        }
        var urls = ["\(scheme)://\(authority)\(target)"]
        if let upstream = configuration.upstreams.first(where: { $0.name == authority }) {
            let regular = upstream.servers.filter { !$0.isBackup }.flatMap { Array(repeating: "\($0.host):\($0.port)", count: $0.weight) }
            let turn = regular.isEmpty ? 0 : request.served % regular.count
            var order = Array(regular[turn...] + regular[..<turn])
            order += upstream.servers.filter(\.isBackup).map { "\($0.host):\($0.port)" }
            var seen: Set<String> = []
            urls = order.filter { seen.insert($0).inserted }.prefix(8).map { "\(scheme)://\($0)\(target)" }
            guard !urls.isEmpty else {
                errors.append("no live upstreams while connecting to upstream")
                return fail(502, files)
            }
        }
        var headers = request.headers.filter { !["host", "connection"].contains($0.name.lowercased()) }
        headers.insert(("Host", authority), at: 0)
        variables["proxy_host"] = authority
        variables["proxy_port"] = authority.split(separator: ":").count > 1 ? String(authority.split(separator: ":").last ?? "") : scheme == "https" ? "443" : "80"
        for given in all(["proxy_set_header"]) {
            headers.removeAll { $0.name.lowercased() == given.first.lowercased() }
            let value = filled(given.arguments[1])
            if !value.isEmpty { headers.append((given.first, value)) }
        }
        return .done(.pass(NginxPassing(method: first("proxy_method").map { filled($0.first) } ?? request.method, urls: urls, headers: headers, exchange: self)))
    }

    private var wasRewritten: Bool { uri != Self.normal(String(request.target.prefix { $0 != "?" })) }

    /// Goes on when the server that a request was passed to has answered, or (nil) has not.
    ///
    /// - Parameter problem: what is written to the error log, such as `connect() failed (111: Connection refused)`.
    package mutating func finish(_ answer: NginxAnswer?, isTimeout: Bool, problem: String, url: String, files: VirtualFileSystem) -> NginxOutcome {
        guard let answer else {
            errors.append("\(problem), upstream: \"\(url)\"")
            return outcome(of: fail(isTimeout ? 504 : 502, files), files)
        }
        if answer.status >= 300, first("proxy_intercept_errors")?.first == "on", hasErrorPage(answer.status) { return outcome(of: fail(answer.status, files), files) }
        let hidden = Set(all(["proxy_hide_header"]).map { $0.first.lowercased() } + ["server", "date"])
        var headers = answer.headers.filter { !hidden.contains($0.name.lowercased()) }
        if let place = headers.firstIndex(where: { $0.name.lowercased() == "location" }), first("proxy_redirect")?.first != "off", let pass = levels.joined().reversed().first(where: { $0.name == "proxy_pass" }), let location,
            location.kind != .pattern, headers[place].value.hasPrefix(pass.first)
        {
            headers[place].value = origin + location.text + headers[place].value.dropFirst(pass.first.count)
        }
        return .answer(NginxAnswer(status: errorStatus ?? answer.status, headers: [("Server", serverName)] + headers + added(answer.status), body: answer.body))
    }

    private mutating func outcome(of step: Step, _ files: VirtualFileSystem) -> NginxOutcome {
        switch step {
        case .done(let outcome): outcome
        case .again, .goOn: find(files)
        }
    }

    // MARK: Answers

    private func hasErrorPage(_ status: Int) -> Bool { all(["error_page"]).contains { $0.arguments.dropLast().contains(String(status)) } }

    /// An error: its page, as `error_page` says, or nginx's own.
    private mutating func fail(_ status: Int, _ files: VirtualFileSystem) -> Step {
        guard status >= 300, !isInError || first("recursive_error_pages")?.first == "on", redirects <= Self.redirectsMax,
            let given = all(["error_page"]).first(where: { $0.arguments.dropLast().contains(String(status)) }), let target = given.arguments.last
        else { return .done(page(status)) }
        isInError = true
        redirects += 1
        let change = given.arguments.dropLast().last { $0.hasPrefix("=") }
        errorStatus = change.map { Int($0.dropFirst()) } ?? status
        let text = filled(target)
        if text.contains("://") { return .done(redirect(errorStatus.map { (300..<400).contains($0) } == true ? errorStatus! : 302, to: text)) }
        (method, wasRedirected) = (method == "HEAD" ? "HEAD" : "GET", true)
        if text.hasPrefix("@") { return named(text, files) }
        take(text)
        return .again
    }

    /// nginx's own page of a status.
    private func page(_ status: Int) -> NginxOutcome {
        let final = errorStatus ?? status
        var headers: [(name: String, value: String)] = []
        if final == 401, let realm = first("auth_basic")?.first { headers = [("WWW-Authenticate", "Basic realm=\"\(filled(realm))\"")] }
        return answer(final, Array(NginxPages.page(status, server: serverName).utf8), type: "text/html", headers)
    }

    private func redirect(_ status: Int, to target: String) -> NginxOutcome {
        let isAbsolute = first("absolute_redirect")?.first != "off" && target.hasPrefix("/")
        return answer(status, Array(NginxPages.page(status, server: serverName).utf8), type: "text/html", [("Location", isAbsolute ? origin + target : target)])
    }

    private func made(_ status: Int, _ text: String, type: String) -> NginxOutcome { answer(errorStatus ?? status, Array(text.utf8), type: type, []) }
    private func made(_ status: Int, _ bytes: [UInt8], type: String) -> NginxOutcome { answer(errorStatus ?? status, bytes, type: type, []) }

    private func answer(_ status: Int, _ body: [UInt8], type: String, _ headers: [(name: String, value: String)]) -> NginxOutcome {
        var all: [(name: String, value: String)] = [("Server", serverName)]
        if !type.isEmpty, status != 204, status != 304 {
            let charset = first("charset")?.first ?? "off"
            all.append(("Content-Type", charset != "off" && type.hasPrefix("text/") ? "\(type); charset=\(charset)" : type))
        }
        return .answer(NginxAnswer(status: status, headers: all + headers + added(status), body: status == 204 || status == 304 ? [] : body))
    }

    private func added(_ status: Int) -> [(name: String, value: String)] {
        let isCommon = [200, 201, 204, 206, 301, 302, 303, 304, 307, 308].contains(status)
        return all(["add_header"]).filter { isCommon || $0.arguments.last == "always" }.map { ($0.first, filled($0.arguments[1])) }.filter { !$0.1.isEmpty }
    }

    private var serverName: String { first("server_tokens")?.first == "off" ? "nginx" : "nginx/\(request.version)" }

    /// Scheme and host that absolute redirects begin with.
    private var origin: String {
        let host = String((request.header("host") ?? request.host).prefix { $0 != ":" })
        let isTLS = server.listens.contains { $0.port == request.port && $0.isTLS }
        let isUsual = request.port == (isTLS ? 443 : 80) || first("port_in_redirect")?.first == "off"
        return "\(isTLS ? "https" : "http")://\(host)\(isUsual ? "" : ":\(request.port)")"
    }

    // MARK: Directives and variables

    /// The directives of these names of the innermost block that has any.
    private func all(_ names: [String]) -> [NginxDirective] {
        for level in levels.reversed() {
            let found = level.filter { names.contains($0.name) }
            if !found.isEmpty { return found }
        }
        return []
    }

    private func first(_ name: String) -> NginxDirective? {
        for level in levels.reversed() { if let found = level.first(where: { $0.name == name }) { return found } }
        return nil
    }

    private func filled(_ text: String, depth: Int = 0) -> String { NginxVariables.fill(text) { value(of: $0, depth: depth) } }

    private func value(of name: String, depth: Int) -> String {
        if let number = Int(name) { return captures.indices.contains(number) ? captures[number] : "" }
        if let set = variables[name] { return set }
        if let map = configuration.maps[name] {
            guard depth < 8 else { return "" }
            let source = filled(map.source, depth: depth + 1)
            let found = map.entries.first { $0.pattern == nil && $0.key.lowercased() == source.lowercased() } ?? map.entries.first { $0.pattern?.match(source) != nil }
            return filled(found?.value ?? map.fallback, depth: depth + 1)
        }
        let host = request.header("host") ?? request.host
        switch name {
        case "uri", "document_uri", "fastcgi_script_name": return uri
        case "request_uri": return request.target
        case "args", "query_string": return arguments
        case "is_args": return arguments.isEmpty ? "" : "?"
        case "host": return host.isEmpty ? server.names.first ?? "" : String(host.prefix { $0 != ":" }).lowercased()
        case "hostname": return request.hostName
        case "remote_addr", "realip_remote_addr": return request.client.isEmpty ? "127.0.0.1" : request.client
        case "remote_port": return "45678"
        case "server_addr": return request.address
        case "server_port": return String(request.port)
        case "server_name": return server.names.first ?? ""
        case "server_protocol": return "HTTP/1.1"
        case "scheme": return server.listens.contains { $0.port == request.port && $0.isTLS } ? "https" : "http"
        case "https": return server.listens.contains { $0.port == request.port && $0.isTLS } ? "on" : ""
        case "request_method": return request.method
        case "request": return "\(request.method) \(request.target) HTTP/1.1"
        case "request_filename": return place(of: uri)
        case "document_root", "realpath_root": return first("root").map { filled($0.first, depth: depth + 1) } ?? NginxConfiguration.directory + "/html"
        case "nginx_version": return request.version
        case "pid": return "29"
        case "connection", "connection_requests", "connections_active", "connections_writing": return "1"
        case "connections_reading", "connections_waiting": return "0"
        case "content_type": return request.header("content-type") ?? ""
        case "content_length": return request.bodySize > 0 ? String(request.bodySize) : request.header("content-length") ?? ""
        case "proxy_add_x_forwarded_for":
            let address = request.client.isEmpty ? "127.0.0.1" : request.client
            return request.header("x-forwarded-for").map { "\($0), \(address)" } ?? address
        case "http_host": return host
        case "remote_user":
            let header = request.header("authorization") ?? ""
            guard header.lowercased().hasPrefix("basic "), let bytes = Base64Text.decode(Array(header.dropFirst(6).utf8)) else { return "" }
            return String(String(decoding: bytes, as: UTF8.self).prefix { $0 != ":" })
        case "msec": return "\(request.now / 1_000_000_000).\(String(1000 + request.now / 1_000_000 % 1000).dropFirst())"
        case "time_iso8601": return DateFormatter.format("%Y-%m-%dT%H:%M:%S+00:00", request.now)
        case "time_local": return DateFormatter.format("%d/%b/%Y:%H:%M:%S +0000", request.now)
        default: break
        }
        if name.hasPrefix("http_") {
            let wanted = name.dropFirst(5)
            return request.headers.first { $0.name.lowercased().map { $0 == "-" ? "_" : $0 } == Array(wanted) }?.value ?? ""
        }
        if name.hasPrefix("arg_") {
            let wanted = name.dropFirst(4).lowercased()
            for pair in arguments.split(separator: "&") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if parts[0].lowercased() == wanted { return parts.count > 1 ? String(parts[1]) : "" }
            }
        }
        if name.hasPrefix("cookie_") {
            for pair in (request.header("cookie") ?? "").split(separator: ";") {
                let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if parts.count == 2, parts[0] == name.dropFirst(7) { return String(parts[1]) }
            }
        }
        return ""
    }
}

extension NginxPassing {
    /// Goes on with what the server that was asked has answered; returns what is written to the error log, too.
    package func finish(_ answer: NginxAnswer?, isTimeout: Bool, problem: String, url: String, files: VirtualFileSystem) -> (outcome: NginxOutcome, errors: [String]) {
        var exchange = exchange
        let outcome = exchange.finish(answer, isTimeout: isTimeout, problem: problem, url: url, files: files)
        return (outcome, exchange.errors)
    }

    /// The server and the client, as the error log names them.
    package var context: String { exchange.context }
}
