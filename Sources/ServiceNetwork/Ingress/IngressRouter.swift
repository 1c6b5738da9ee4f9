import APIMachinery
import KubernetesObjects
import Shell

/// Finds the rule of an Ingress that a request to an nginx ingress controller falls under.
///
/// - Order: the server of the very host before that of a wildcard before the one of any host; in a server an exact path,
///   then the longest prefix; where an ingress of the host asks for patterns, all its paths are patterns, the longest first.
/// - Source: ingress-nginx, how it writes `nginx.conf`, and its annotations; the Ingress API's matching rules.
package enum IngressRouter {
    package struct Match: Hashable, Sendable {
        package var ingress: NamespacedName
        package var serviceName: String
        package var servicePort: Value
        /// What the backend gets to see, after a rewrite.
        package var path: String
        /// The rule in words: `shop.example.com/cart (Prefix)`.
        package var rule: String
        /// Where the client is sent instead.
        package var redirect: NetworkAnswer?
        /// The host that the backend is asked for; empty to keep the client's.
        package var backendHost: String
        package var isDefault: Bool
        /// The ranges that may ask; empty for everybody.
        package var allowedRanges: [String]
        /// Asks for a user and a password.
        package var isGuarded: Bool
    }

    static let prefix = "nginx.ingress.kubernetes.io/"

    private struct Location {
        var ingress: Value
        var pattern: String
        var type: String
        var backend: Value?
    }

    /// The match among the ingresses that a controller serves, or nil for its default answer.
    package static func match(host: String, path: String, scheme: String, in ingresses: [Value]) -> Match? {
        let plainPath = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? "/"
        let ordered = ingresses.filter { $0.annotation(prefix + "canary") != "true" }.sorted { $0.isOlder(than: $1) }
        var (rank, server) = (0, [Location]())
        for ingress in ordered {
            for rule in ingress["spec"]?["rules"]?.elements ?? [] {
                let own = hostRank(rule["host"]?.stringValue ?? "", host: host)
                guard own > 0, own >= rank else { continue }
                if own > rank { (rank, server) = (own, []) }
                for entry in rule["http"]?["paths"]?.elements ?? [] {
                    let pattern = entry["path"]?.stringValue ?? "/"
                    server.append(
                        Location(
                            ingress: ingress, pattern: pattern.isEmpty ? "/" : pattern, type: entry["pathType"]?.stringValue ?? "ImplementationSpecific",
                            backend: entry["backend"]?["service"]))
                }
            }
        }
        let usesPatterns = server.contains { isTrue($0.ingress, "use-regex") || $0.ingress.annotation(prefix + "rewrite-target") != nil }
        if let found = location(plainPath, in: server, usesPatterns: usesPatterns) {
            let shown = "\(rank == 1 ? "*" : host)\(found.pattern) (\(found.type))"
            return made(found.ingress, backend: found.backend, rule: shown, pattern: found.pattern, path, plainPath, host, scheme)
        }
        // The default backend of the host's own ingresses, then that of an ingress without rules.
        func hasDefault(_ ingress: Value) -> Bool { ingress["spec"]?["defaultBackend"]?["service"] != nil }
        var fallback = server.map(\.ingress).first(where: hasDefault)
        if fallback == nil, rank <= 1 { fallback = ordered.first { hasDefault($0) && ($0["spec"]?["rules"]?.elements ?? []).isEmpty } }
        guard let fallback else { return nil }
        var match = made(fallback, backend: fallback["spec"]?["defaultBackend"]?["service"], rule: "default backend", pattern: "/", path, plainPath, host, scheme)
        match.isDefault = true
        return match
    }

    /// The canary that takes this request instead of a match: by header, by cookie, or by weight of 100.
    static func canary(of match: Match, headers: [(name: String, value: String)], draw: Int, host: String, path: String, scheme: String, in ingresses: [Value]) -> Match? {
        for ingress in ingresses where ingress.annotation(prefix + "canary") == "true" && ingress.namespace == match.ingress.namespace {
            var plain = ingress
            plain["metadata", default: [:]]["annotations", default: [:]][prefix + "canary"] = "false"
            guard let own = self.match(host: host, path: path, scheme: scheme, in: [plain]) else { continue }
            if let name = ingress.annotation(prefix + "canary-by-header") {
                let given = headers.first { $0.name.lowercased() == name.lowercased() }?.value
                if let wanted = ingress.annotation(prefix + "canary-by-header-value") {
                    if given == wanted { return own }
                } else if given == "always" {
                    return own
                } else if given == "never" {
                    return nil
                }
            }
            let total = ingress.annotation(prefix + "canary-weight-total").flatMap { Int($0) } ?? 100
            if let weight = ingress.annotation(prefix + "canary-weight").flatMap({ Int($0) }), draw * max(total, 1) < weight * 10_000 { return own }
        }
        return nil
    }

    private static func made(
        _ ingress: Value, backend: Value?, rule: String, pattern: String, _ path: String, _ plainPath: String, _ host: String, _ scheme: String
    ) -> Match {
        let rewritten = rewritten(path, plainPath: plainPath, pattern: pattern, by: ingress)
        return Match(
            ingress: NamespacedName(namespace: ingress.namespace, name: ingress.name), serviceName: backend?["name"]?.stringValue ?? "",
            servicePort: backend?["port"] ?? [:], path: rewritten, rule: rule, redirect: redirect(ingress, host: host, path: path, scheme: scheme),
            backendHost: ingress.annotation(prefix + "upstream-vhost") ?? "", isDefault: false,
            allowedRanges: (ingress.annotation(prefix + "whitelist-source-range") ?? ingress.annotation(prefix + "allowlist-source-range") ?? "")
                .split(separator: ",").map { $0.filter { $0 != " " } },
            isGuarded: ingress.annotation(prefix + "auth-type") != nil)
    }

    private static func isTrue(_ ingress: Value, _ name: String) -> Bool { ingress.annotation(prefix + name) == "true" }

    private static func redirect(_ ingress: Value, host: String, path: String, scheme: String) -> NetworkAnswer? {
        let isSecured = (ingress["spec"]?["tls"]?.elements ?? []).contains { entry in
            let hosts = (entry["hosts"]?.elements ?? []).compactMap(\.stringValue)
            return hosts.isEmpty || hosts.contains { hostRank($0, host: host) > 1 }
        }
        if scheme == "http", isTrue(ingress, "force-ssl-redirect") || (isSecured && ingress.annotation(prefix + "ssl-redirect") != "false") {
            return .nginx(308, location: "https://\(host)\(path)")
        }
        if let target = ingress.annotation(prefix + "permanent-redirect") {
            return .nginx(ingress.annotation(prefix + "permanent-redirect-code").flatMap { Int($0) } ?? 301, location: target)
        }
        if let target = ingress.annotation(prefix + "temporal-redirect") { return .nginx(302, location: target) }
        if path == "/", let root = ingress.annotation(prefix + "app-root") { return .nginx(302, location: "\(scheme)://\(host)\(root)") }
        return nil
    }

    /// 3 for the very host, 2 for a wildcard, 1 for any host, 0 for none.
    private static func hostRank(_ wanted: String, host: String) -> Int {
        if wanted.isEmpty { return 1 }
        if wanted.lowercased() == host { return 3 }
        guard wanted.hasPrefix("*."), let dot = host.firstIndex(of: ".") else { return 0 }
        return host[dot...] == wanted.lowercased().dropFirst() ? 2 : 0
    }

    // MARK: Paths

    private static func location(_ path: String, in server: [Location], usesPatterns: Bool) -> Location? {
        if usesPatterns {
            let ordered = server.enumerated().sorted { ($1.element.pattern.utf8.count, $0.offset) < ($0.element.pattern.utf8.count, $1.offset) }
            return ordered.first { isFound(path, pattern: "^" + $0.element.pattern) }?.element
        }
        if let exact = server.first(where: { $0.type == "Exact" && $0.pattern == path }) { return exact }
        var best: Location?
        for location in server where location.type != "Exact" {
            let pattern = location.pattern
            let fits =
                if location.type == "Prefix" {
                    pattern == "/" || path == trimmed(pattern) || path.hasPrefix(trimmed(pattern) + "/")
                } else {
                    path.hasPrefix(pattern)
                }
            if fits, best == nil || best!.pattern.utf8.count < pattern.utf8.count { best = location }
        }
        return best
    }

    private static func trimmed(_ pattern: String) -> String { pattern.hasSuffix("/") ? String(pattern.dropLast()) : pattern }

    /// What nginx's patterns have and POSIX ones have not, written so that both read it.
    private static func portable(_ pattern: String) -> String {
        var text = pattern
        for (from, to) in [("(?i)", ""), ("(?:", "("), ("\\d", "[0-9]"), ("\\w", "[A-Za-z0-9_]"), ("\\s", "[[:space:]]"), (".*?", ".*"), (".+?", ".+")] {
            text = text.replacing(from, with: to)
        }
        return text
    }

    private static func isFound(_ path: String, pattern: String) -> Bool {
        (try? PosixRegex(portable(pattern), isExtended: true, ignoresCase: true))?.isFound(in: Array(path.utf8)) ?? false
    }

    private static func rewritten(_ path: String, plainPath: String, pattern: String, by ingress: Value) -> String {
        guard let target = ingress.annotation(prefix + "rewrite-target"), !target.isEmpty else { return path }
        let text = Array(plainPath.utf8)
        guard let groups = (try? PosixRegex(portable(pattern), isExtended: true, ignoresCase: true))?.firstMatch(in: text) else { return path }
        var result: [UInt8] = []
        var rest = Array(target.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "$"), let digit = rest.first, (49...57).contains(digit) {
                rest = rest.dropFirst()
                let index = Int(digit - 48)
                if index < groups.count, let range = groups[index] { result += text[range] }
            } else {
                result.append(byte)
            }
        }
        let query = path.dropFirst(plainPath.count)
        return String(decoding: result, as: UTF8.self) + query
    }
}
