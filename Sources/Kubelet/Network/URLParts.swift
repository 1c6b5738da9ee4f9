/// The parts of a URL that a client needs.
package struct URLParts: Hashable, Sendable {
    package var scheme: String
    package var host: String
    package var port: Int
    /// With the query; `/` when the URL has none.
    package var path: String

    /// Reads `http://host:port/path?query`; `http` when the scheme is left out.
    package init?(_ text: String) {
        var rest = text[...]
        scheme = "http"
        if let mark = rest.range(of: "://") {
            scheme = rest[..<mark.lowerBound].lowercased()
            rest = rest[mark.upperBound...]
        }
        if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        var authority = rest[..<end]
        path = String(rest[end...])
        if path.isEmpty || path.hasPrefix("?") { path = "/" + path }
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        port = ["https": 443, "telnet": 23][scheme] ?? 80
        if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
            host = String(authority[authority.index(after: authority.startIndex)..<close])
            authority = authority[authority.index(after: close)...]
            if authority.hasPrefix(":"), let number = Int(authority.dropFirst()) { port = number }
        } else if let colon = authority.lastIndex(of: ":") {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number) else { return nil }
            port = number
            host = String(authority[..<colon])
        } else {
            host = String(authority)
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 32 && $0 != 34 && $0 != 60 && $0 != 62 }) else { return nil }
    }

    package var isLoopback: Bool { host == "localhost" || host.hasPrefix("127.") || host == "::1" }
    package var text: String { "\(scheme)://\(host)\(port == (scheme == "https" ? 443 : 80) ? "" : ":\(port)")\(path)" }
}
