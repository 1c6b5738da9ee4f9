import KubernetesObjects

/// A rule of a role as comparisons see it.
///
/// - Source: k8s.io/component-helpers `auth/rbac/validation/policy_comparator.go`.
struct RBACRule {
    var verbs: [String] = []
    var groups: [String] = []
    var resources: [String] = []
    var names: [String] = []
    var urls: [String] = []

    init() {}

    init(_ rule: Value) {
        func words(_ key: String) -> [String] { (rule[key]?.elements ?? []).compactMap(\.stringValue) }
        verbs = words("verbs")
        groups = words("apiGroups")
        resources = words("resources")
        names = words("resourceNames")
        urls = words("nonResourceURLs")
    }

    /// As Go prints the struct.
    var text: String {
        func list(_ words: [String]) -> String { "[" + words.joined(separator: " ") + "]" }
        return "{Verbs:\(list(verbs)) APIGroups:\(list(groups)) Resources:\(list(resources)) ResourceNames:\(list(names)) NonResourceURLs:\(list(urls))}"
    }

    var value: Value {
        var result: Value = [:]
        for (key, words) in [("apiGroups", groups), ("nonResourceURLs", urls), ("resourceNames", names), ("resources", resources)] where !words.isEmpty {
            result[key] = Value(words)
        }
        result["verbs"] = Value(verbs)
        return result
    }

    /// What the rules allow, taken apart to single verbs, that no rule of `owners` allows.
    static func uncovered(_ rules: [RBACRule], by owners: [RBACRule]) -> [RBACRule] {
        rules.flatMap(\.parts).filter { part in !owners.contains { $0.covers(part) } }
    }

    /// One rule for each group, resource, name and verb, and for each path and verb.
    private var parts: [RBACRule] {
        var result: [RBACRule] = []
        for group in groups {
            for resource in resources {
                for verb in verbs {
                    var part = RBACRule()
                    (part.verbs, part.groups, part.resources) = ([verb], [group], [resource])
                    if names.isEmpty { result.append(part) }
                    for name in names {
                        part.names = [name]
                        result.append(part)
                    }
                }
            }
        }
        for url in urls {
            for verb in verbs {
                var part = RBACRule()
                (part.verbs, part.urls) = ([verb], [url])
                result.append(part)
            }
        }
        return result
    }

    /// Whether all that a part allows is allowed here.
    private func covers(_ part: RBACRule) -> Bool {
        func has(_ own: [String], _ wanted: [String]) -> Bool { own.contains("*") || wanted.allSatisfy(own.contains) }
        if part.urls.isEmpty != urls.isEmpty, !part.urls.isEmpty || resources.isEmpty { return false }
        let coversNames = names.isEmpty || !part.names.isEmpty && part.names.allSatisfy(names.contains)
        return has(verbs, part.verbs) && has(groups, part.groups) && coversNames
            && part.resources.allSatisfy { covers(resource: $0) } && part.urls.allSatisfy { covers(url: $0) }
    }

    private func covers(resource: String) -> Bool {
        if resources.contains("*") || resources.contains(resource) { return true }
        guard let slash = resource.firstIndex(of: "/") else { return false }
        return resources.contains("*" + resource[slash...])
    }

    private func covers(url: String) -> Bool {
        urls.contains { $0 == "*" || $0 == url || $0.hasSuffix("*") && url.hasPrefix($0.dropLast()) }
    }
}
