/// Answers with their headers, and the pages of errors.
///
/// - Source: `ngx_http_special_response.c`, `ngx_http_headers_filter_module.c`.
extension NginxExchange {
    func hasErrorPage(_ status: Int) -> Bool { all(["error_page"]).contains { $0.arguments.dropLast().contains(String(status)) } }

    /// An error: its page, as `error_page` says, or nginx's own.
    mutating func fail(_ status: Int, _ files: VirtualFileSystem) -> Step {
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
    func page(_ status: Int) -> NginxOutcome {
        let final = errorStatus ?? status
        var headers: [(name: String, value: String)] = []
        if final == 401, let realm = first("auth_basic")?.first { headers = [("WWW-Authenticate", "Basic realm=\"\(filled(realm))\"")] }
        return answer(final, Array(NginxPages.page(status, server: serverName).utf8), type: "text/html", headers)
    }

    func redirect(_ status: Int, to target: String) -> NginxOutcome {
        let isAbsolute = first("absolute_redirect")?.first != "off" && target.hasPrefix("/")
        return answer(status, Array(NginxPages.page(status, server: serverName).utf8), type: "text/html", [("Location", isAbsolute ? origin + target : target)])
    }

    func made(_ status: Int, _ text: String, type: String) -> NginxOutcome { answer(errorStatus ?? status, Array(text.utf8), type: type, []) }
    func made(_ status: Int, _ bytes: [UInt8], type: String) -> NginxOutcome { answer(errorStatus ?? status, bytes, type: type, []) }

    func answer(_ status: Int, _ body: [UInt8], type: String, _ headers: [(name: String, value: String)]) -> NginxOutcome {
        var all: [(name: String, value: String)] = [("Server", serverName)]
        if !type.isEmpty, status != 204, status != 304 {
            let charset = first("charset")?.first ?? "off"
            all.append(("Content-Type", charset != "off" && type.hasPrefix("text/") ? "\(type); charset=\(charset)" : type))
        }
        return .answer(NginxAnswer(status: status, headers: all + headers + added(status), body: status == 204 || status == 304 ? [] : body))
    }

    func added(_ status: Int) -> [(name: String, value: String)] {
        let isCommon = [200, 201, 204, 206, 301, 302, 303, 304, 307, 308].contains(status)
        return all(["add_header"]).filter { isCommon || $0.arguments.last == "always" }.map { ($0.first, filled($0.arguments[1])) }.filter { !$0.1.isEmpty }
    }

    var serverName: String { first("server_tokens")?.first == "off" ? "nginx" : "nginx/\(request.version)" }

    /// Scheme and host that absolute redirects begin with.
    var origin: String {
        let host = String((request.header("host") ?? request.host).prefix { $0 != ":" })
        let isTLS = server.listens.contains { $0.port == request.port && $0.isTLS }
        let isUsual = request.port == (isTLS ? 443 : 80) || first("port_in_redirect")?.first == "off"
        return "\(isTLS ? "https" : "http")://\(host)\(isUsual ? "" : ":\(request.port)")"
    }
}
