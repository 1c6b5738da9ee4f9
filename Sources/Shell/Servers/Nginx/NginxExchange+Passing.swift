/// Passing a request on, and what becomes of the answer.
///
/// - Source: `ngx_http_proxy_module.c`, `ngx_http_upstream.c`.
extension NginxExchange {
    mutating func proxy(_ directive: NginxDirective, _ files: VirtualFileSystem) -> Step {
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

    var wasRewritten: Bool { uri != Self.normal(String(request.target.prefix { $0 != "?" })) }

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
