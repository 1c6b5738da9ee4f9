/// One request on its way through nginx's configuration.
///
/// - Source: nginx's phases: server rewrite, location, rewrite, access, try files, content; `ngx_http_special_response.c` for error pages.
/// - Bounds: `redirectsMax` changes of the location.
package struct NginxExchange: Sendable {
    static let redirectsMax = 10

    let configuration: NginxConfiguration
    let request: NginxRequest
    let server: NginxConfiguration.Server
    var uri: String
    var arguments: String
    var method: String
    var variables: [String: String] = [:]
    var captures: [String] = []
    /// The blocks that apply, outermost first.
    var levels: [[NginxDirective]] = []
    var location: NginxConfiguration.Location?
    var redirects = 0
    /// The status that an error page answers with; nil for its own.
    var errorStatus: Int?
    var isInError = false
    var wasRedirected = false
    /// What is written to the error log.
    package internal(set) var errors: [String] = []

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

    /// Client, server and request, as they stand behind each line of the error log.
    package var context: String {
        "client: \(request.client.isEmpty ? "127.0.0.1" : request.client), server: \(server.names.first ?? ""), request: \"\(request.method) \(request.target) HTTP/1.1\", host: \"\(request.header("host") ?? request.host)\""
    }

    // MARK: Phases

    enum Step {
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

    mutating func find(_ files: VirtualFileSystem) -> NginxOutcome {
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

    mutating func work(_ files: VirtualFileSystem) -> Step {
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

    mutating func outcome(of step: Step, _ files: VirtualFileSystem) -> NginxOutcome {
        switch step {
        case .done(let outcome): outcome
        case .again, .goOn: find(files)
        }
    }

    // MARK: Directives

    /// The directives of these names of the innermost block that has any.
    func all(_ names: [String]) -> [NginxDirective] {
        for level in levels.reversed() {
            let found = level.filter { names.contains($0.name) }
            if !found.isEmpty { return found }
        }
        return []
    }

    func first(_ name: String) -> NginxDirective? {
        for level in levels.reversed() { if let found = level.first(where: { $0.name == name }) { return found } }
        return nil
    }
}
