import APIMachinery
import KubernetesObjects
import Shell

/// Finds the HTTPRoute rule that a request to a Gateway falls under.
///
/// - Order: the more exact host name, then an exact path, the longer prefix, a method, more headers, more query parameters,
///   then the older route, the earlier rule.
/// - Source: the Gateway API v1, "HTTPRouteRule" precedence.
package enum GatewayRouter {
    package struct Request {
        package var host: String
        package var path: String
        package var method: String
        package var headers: [(name: String, value: String)]

        package init(host: String, path: String, method: String = "GET", headers: [(name: String, value: String)] = []) {
            self.host = host
            self.path = path
            self.method = method
            self.headers = headers
        }
    }

    package struct Match: Sendable {
        package var route: Value
        package var rule: Value
        /// `shop.example.com/cart (PathPrefix)`.
        package var text: String
        /// The part of the path that a prefix matched.
        package var matchedPrefix: String
    }

    /// Whether a host name of a listener or a route takes a host, and how exactly: 0 not at all.
    package static func hostRank(_ pattern: String, host: String) -> Int {
        if pattern.isEmpty || pattern == "*" { return 1 }
        let pattern = pattern.lowercased()
        if pattern == host { return 10_000 }
        guard pattern.hasPrefix("*."), host.hasSuffix(pattern.dropFirst()), host.utf8.count > pattern.utf8.count - 1 else { return 0 }
        return 1 + pattern.utf8.count
    }

    private struct Rank: Comparable {
        var parts: [Int]
        static func < (left: Rank, right: Rank) -> Bool { left.parts.lexicographicallyPrecedes(right.parts) }
    }

    /// The best match among routes that a listener takes.
    package static func match(_ request: Request, routes: [Value]) -> Match? {
        let path = request.path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? "/"
        let ordered = routes.sorted { $0.isOlder(than: $1) }
        var best: (rank: Rank, match: Match)?
        for route in ordered {
            let hosts = (route["spec"]?["hostnames"]?.elements ?? []).compactMap(\.stringValue)
            let byHost = hosts.isEmpty ? 1 : hosts.map { hostRank($0, host: request.host) }.max() ?? 0
            guard byHost > 0 else { continue }
            for rule in route["spec"]?["rules"]?.elements ?? [] {
                let matches = rule["matches"]?.elements ?? []
                for match in matches.isEmpty ? [[:]] : matches {
                    guard let (parts, prefix, text) = rank(match, path: path, request) else { continue }
                    let rank = Rank(parts: [byHost] + parts)
                    if best == nil || best!.rank < rank {
                        let host = hosts.max { hostRank($0, host: request.host) < hostRank($1, host: request.host) } ?? "*"
                        best = (rank, Match(route: route, rule: rule, text: host + text, matchedPrefix: prefix))
                    }
                }
            }
        }
        return best?.match
    }

    private static func rank(_ match: Value, path: String, _ request: Request) -> (parts: [Int], prefix: String, text: String)? {
        let type = match["path"]?["type"]?.stringValue ?? "PathPrefix"
        let value = match["path"]?["value"]?.stringValue ?? "/"
        switch type {
        case "Exact": if path != value { return nil }
        case "RegularExpression":
            guard let pattern = try? PosixRegex("^(" + value + ")$", isExtended: true), pattern.isFound(in: Array(path.utf8)) else { return nil }
        default:
            let trimmed = value.hasSuffix("/") ? String(value.dropLast()) : value
            guard trimmed.isEmpty || path == trimmed || path.hasPrefix(trimmed + "/") else { return nil }
        }
        if let method = match["method"]?.stringValue, method != request.method { return nil }
        let headers = match["headers"]?.elements ?? []
        for header in headers {
            let given = request.headers.first { $0.name.lowercased() == header["name"]?.stringValue?.lowercased() }?.value
            guard let given, fits(given, header) else { return nil }
        }
        let query = parameters(of: request.path)
        let wanted = match["queryParams"]?.elements ?? []
        for parameter in wanted {
            guard let given = query[parameter["name"]?.stringValue ?? ""], fits(given, parameter) else { return nil }
        }
        let kind = type == "Exact" ? 2 : type == "RegularExpression" ? 1 : 0
        return ([kind, value.utf8.count, match["method"] == nil ? 0 : 1, headers.count, wanted.count], kind == 0 ? value : "", "\(value) (\(type))")
    }

    private static func fits(_ given: String, _ wanted: Value) -> Bool {
        let value = wanted["value"]?.stringValue ?? ""
        guard wanted["type"]?.stringValue == "RegularExpression" else { return given == value }
        return (try? PosixRegex("^(" + value + ")$", isExtended: true))?.isFound(in: Array(given.utf8)) ?? false
    }

    private static func parameters(of path: String) -> [String: String] {
        guard let mark = path.firstIndex(of: "?") else { return [:] }
        var result: [String: String] = [:]
        for pair in path[path.index(after: mark)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if result[String(parts[0])] == nil { result[String(parts[0])] = parts.count > 1 ? String(parts[1]) : "" }
        }
        return result
    }

    // MARK: Filters

    /// The path after a `path` modifier of a redirect or rewrite filter.
    package static func modified(_ path: String, by modifier: Value?, matchedPrefix: String) -> String {
        guard let modifier else { return path }
        let plain = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? "/"
        let query = String(path.dropFirst(plain.count))
        if modifier["type"]?.stringValue == "ReplaceFullPath" { return (modifier["replaceFullPath"]?.stringValue ?? "/") + query }
        guard var replacement = modifier["replacePrefixMatch"]?.stringValue else { return path }
        let prefix = matchedPrefix.hasSuffix("/") ? String(matchedPrefix.dropLast()) : matchedPrefix
        let rest = String(plain.dropFirst(prefix.count))
        if replacement.hasSuffix("/"), rest.hasPrefix("/") { replacement.removeLast() }
        let result = replacement + rest
        return (result.isEmpty ? "/" : result.hasPrefix("/") ? result : "/" + result) + query
    }

    /// The changes that a header modifier asks for.
    package static func changes(_ modifier: Value?) -> [HeaderChange] {
        var result: [HeaderChange] = []
        for entry in modifier?["set"]?.elements ?? [] { result.append(.set(entry["name"]?.stringValue ?? "", entry["value"]?.stringValue ?? "")) }
        for entry in modifier?["add"]?.elements ?? [] { result.append(.add(entry["name"]?.stringValue ?? "", entry["value"]?.stringValue ?? "")) }
        for entry in modifier?["remove"]?.elements ?? [] { result.append(.remove(entry.stringValue ?? "")) }
        return result
    }
}
