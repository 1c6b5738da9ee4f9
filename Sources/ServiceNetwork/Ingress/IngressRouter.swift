import APIMachinery
import KubernetesObjects

/// Finds the rule of an Ingress that a request to an ingress controller falls under.
///
/// - Source: the Ingress API's matching rules: exact host before wildcard, exact path before prefix, longer before shorter.
package enum IngressRouter {
    package struct Match: Hashable, Sendable {
        package var ingress: NamespacedName
        package var serviceName: String
        package var servicePort: Value
        /// What the backend gets to see, after a rewrite.
        package var path: String
        /// The rule in words: `shop.example.com/cart (Prefix)`.
        package var rule: String
        package var redirectsToHTTPS: Bool
    }

    /// The match among the ingresses that a controller serves, or nil for its default answer.
    package static func match(host: String, path: String, scheme: String, in ingresses: [Value]) -> Match? {
        var best: (rank: (Int, Int, Int), match: Match)?
        let plainPath = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? "/"
        for ingress in ingresses {
            let name = NamespacedName(namespace: ingress.namespace, name: ingress.name)
            let isSecured = (ingress["spec"]?["tls"]?.elements ?? []).contains { entry in
                let hosts = (entry["hosts"]?.elements ?? []).compactMap(\.stringValue)
                return hosts.isEmpty || hosts.contains { hostRank($0, host: host) > 0 }
            }
            let wantsRedirect = (ingress.annotation("nginx.ingress.kubernetes.io/ssl-redirect") ?? "true") != "false"
            let redirects = scheme == "http" && isSecured && wantsRedirect
            for rule in ingress["spec"]?["rules"]?.elements ?? [] {
                let wanted = rule["host"]?.stringValue ?? ""
                let byHost = hostRank(wanted, host: host)
                guard byHost > 0 else { continue }
                for entry in rule["http"]?["paths"]?.elements ?? [] {
                    let pattern = entry["path"]?.stringValue ?? "/"
                    let type = entry["pathType"]?.stringValue ?? "ImplementationSpecific"
                    let usesPatterns = ingress.annotation("nginx.ingress.kubernetes.io/use-regex") == "true"
                        || ingress.annotation("nginx.ingress.kubernetes.io/rewrite-target") != nil
                    guard let captured = pathMatch(plainPath, pattern: pattern, type: type, usesPatterns: usesPatterns) else { continue }
                    let service = entry["backend"]?["service"]
                    let rank = (byHost, type == "Exact" ? 2 : 1, pattern.utf8.count)
                    let match = Match(
                        ingress: name, serviceName: service?["name"]?.stringValue ?? "", servicePort: service?["port"] ?? [:],
                        path: rewritten(path, plainPath: plainPath, captured: captured, by: ingress),
                        rule: "\(wanted.isEmpty ? "*" : wanted)\(pattern) (\(type))", redirectsToHTTPS: redirects)
                    if best == nil || best!.rank < rank { best = (rank, match) }
                }
            }
            if let service = ingress["spec"]?["defaultBackend"]?["service"] {
                let match = Match(
                    ingress: name, serviceName: service["name"]?.stringValue ?? "", servicePort: service["port"] ?? [:], path: path,
                    rule: "default backend", redirectsToHTTPS: redirects)
                if best == nil { best = ((0, 0, 0), match) }
            }
        }
        return best?.match
    }

    /// 3 for the very host, 2 for a wildcard, 1 for any host, 0 for none.
    private static func hostRank(_ wanted: String, host: String) -> Int {
        if wanted.isEmpty { return 1 }
        if wanted.lowercased() == host { return 3 }
        guard wanted.hasPrefix("*."), let dot = host.firstIndex(of: ".") else { return 0 }
        return host[dot...] == wanted.lowercased().dropFirst() ? 2 : 0
    }

    /// What the path pattern's groups captured; nil when the path does not match.
    private static func pathMatch(_ path: String, pattern: String, type: String, usesPatterns: Bool) -> [String]? {
        if type == "Exact" { return path == pattern ? [] : nil }
        if usesPatterns, let captured = capture(path, pattern: pattern) { return captured }
        if type == "Prefix" || type == "ImplementationSpecific" {
            let wanted = pattern.split(separator: "/")
            let given = path.split(separator: "/")
            return given.count >= wanted.count && zip(wanted, given).allSatisfy({ $0 == $1 }) ? [] : nil
        }
        return nil
    }

    /// The two patterns that the controller's documentation gives: `/app(/|$)(.*)` and `/(.*)`.
    private static func capture(_ path: String, pattern: String) -> [String]? {
        if let range = pattern.firstRange(of: "(/|$)(.*)") {
            let prefix = String(pattern[..<range.lowerBound])
            guard path.hasPrefix(prefix) else { return nil }
            let rest = path.dropFirst(prefix.count)
            if rest.isEmpty { return ["", ""] }
            return rest.hasPrefix("/") ? ["/", String(rest.dropFirst())] : nil
        }
        if pattern.hasSuffix("(.*)") {
            let prefix = String(pattern.dropLast(4))
            return path.hasPrefix(prefix) ? [String(path.dropFirst(prefix.count))] : nil
        }
        return nil
    }

    private static func rewritten(_ path: String, plainPath: String, captured: [String], by ingress: Value) -> String {
        guard var target = ingress.annotation("nginx.ingress.kubernetes.io/rewrite-target") else { return path }
        for (index, text) in captured.enumerated() {
            while let range = target.firstRange(of: "$\(index + 1)") { target.replaceSubrange(range, with: text) }
        }
        let query = path.dropFirst(plainPath.count)
        return (target.isEmpty ? "/" : target) + query
    }
}
