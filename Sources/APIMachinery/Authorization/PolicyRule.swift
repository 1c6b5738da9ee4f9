import KubernetesObjects

/// A rule of a role: which verbs on which resources or paths.
///
/// - Source: kubernetes `pkg/apis/rbac` and `plugin/pkg/auth/authorizer/rbac`, v1.36.
package struct PolicyRule: Hashable, Sendable {
    package var apiGroups: [String] = []
    package var resources: [String] = []
    package var resourceNames: [String] = []
    package var nonResourceURLs: [String] = []
    package var verbs: [String] = []

    package init(
        apiGroups: [String] = [], resources: [String] = [], resourceNames: [String] = [], nonResourceURLs: [String] = [], verbs: [String]
    ) {
        self.apiGroups = apiGroups
        self.resources = resources
        self.resourceNames = resourceNames
        self.nonResourceURLs = nonResourceURLs
        self.verbs = verbs
    }

    package init(_ value: Value) {
        apiGroups = value.texts("apiGroups")
        resources = value.texts("resources")
        resourceNames = value.texts("resourceNames")
        nonResourceURLs = value.texts("nonResourceURLs")
        verbs = value.texts("verbs")
    }

    package var value: Value {
        var result: Value = ["verbs": .array(verbs.map { .string($0) })]
        if !apiGroups.isEmpty { result["apiGroups"] = .array(apiGroups.map { .string($0) }) }
        if !resources.isEmpty { result["resources"] = .array(resources.map { .string($0) }) }
        if !resourceNames.isEmpty { result["resourceNames"] = .array(resourceNames.map { .string($0) }) }
        if !nonResourceURLs.isEmpty { result["nonResourceURLs"] = .array(nonResourceURLs.map { .string($0) }) }
        return result
    }

    /// Whether the rule allows a request.
    package func allows(_ attributes: AuthorizationAttributes) -> Bool {
        guard verbs.contains(where: { $0 == "*" || $0 == attributes.verb }) else { return false }
        if let path = attributes.path { return nonResourceURLs.contains { Self.matches($0, path: path) } }
        guard apiGroups.contains(where: { $0 == "*" || $0 == attributes.group }) else { return false }
        let full = attributes.subresource.isEmpty ? attributes.resource : "\(attributes.resource)/\(attributes.subresource)"
        let isResource = resources.contains {
            $0 == "*" || $0 == full || (!attributes.subresource.isEmpty && $0 == "*/\(attributes.subresource)")
        }
        return isResource && (resourceNames.isEmpty || resourceNames.contains(attributes.name))
    }

    static func matches(_ pattern: String, path: String) -> Bool {
        pattern == "*" || pattern == path || (pattern.hasSuffix("*") && path.hasPrefix(pattern.dropLast()))
    }

    /// `{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}`: how refusals show it.
    package var compactText: String {
        func list(_ texts: [String]) -> String { "[" + texts.map(goQuoted).joined(separator: " ") + "]" }
        var parts: [String] = []
        if !apiGroups.isEmpty { parts.append("APIGroups:\(list(apiGroups))") }
        if !resources.isEmpty { parts.append("Resources:\(list(resources))") }
        if !nonResourceURLs.isEmpty { parts.append("NonResourceURLs:\(list(nonResourceURLs))") }
        if !resourceNames.isEmpty { parts.append("ResourceNames:\(list(resourceNames))") }
        if !verbs.isEmpty { parts.append("Verbs:\(list(verbs))") }
        return "{" + parts.joined(separator: ", ") + "}"
    }

    // MARK: Covering

    /// The rule as rules of one verb on one resource each.
    var singles: [PolicyRule] {
        var result: [PolicyRule] = []
        for group in apiGroups {
            for resource in resources {
                for verb in verbs {
                    if resourceNames.isEmpty {
                        result.append(PolicyRule(apiGroups: [group], resources: [resource], verbs: [verb]))
                    } else {
                        for name in resourceNames {
                            result.append(PolicyRule(apiGroups: [group], resources: [resource], resourceNames: [name], verbs: [verb]))
                        }
                    }
                }
            }
        }
        for url in nonResourceURLs {
            for verb in verbs { result.append(PolicyRule(nonResourceURLs: [url], verbs: [verb])) }
        }
        return result
    }

    /// Whether this rule grants all that a single rule grants.
    func covers(_ single: PolicyRule) -> Bool {
        guard verbs.contains("*") || single.verbs.allSatisfy(verbs.contains) else { return false }
        if !single.nonResourceURLs.isEmpty {
            return single.nonResourceURLs.allSatisfy { url in nonResourceURLs.contains { $0 == url || Self.matches($0, path: url) } }
        }
        guard apiGroups.contains("*") || single.apiGroups.allSatisfy(apiGroups.contains) else { return false }
        let hasResource =
            resources.contains("*")
            || single.resources.allSatisfy { resource in
                resources.contains(resource)
                    || (resource.split(separator: "/").count == 2 && resources.contains("*/\(resource.split(separator: "/")[1])"))
            }
        guard hasResource else { return false }
        if resourceNames.isEmpty { return true }
        return !single.resourceNames.isEmpty && single.resourceNames.allSatisfy(resourceNames.contains)
    }

    /// What of some rules is granted by none of others.
    static func missing(from owned: [PolicyRule], for wanted: [PolicyRule]) -> [PolicyRule] {
        wanted.flatMap(\.singles).filter { single in !owned.contains { $0.covers(single) } }
    }

    /// Rules of one resource put together; the verbs keep their order.
    static func compacted(_ rules: [PolicyRule]) -> [PolicyRule] {
        var result: [PolicyRule] = []
        for rule in rules {
            let isSimple = rule.resources.count == 1 && rule.apiGroups.count == 1 && rule.nonResourceURLs.isEmpty
            if isSimple,
                let index = result.firstIndex(where: {
                    $0.resources == rule.resources && $0.apiGroups == rule.apiGroups && $0.resourceNames == rule.resourceNames
                        && $0.nonResourceURLs.isEmpty
                })
            {
                for verb in rule.verbs where !result[index].verbs.contains(verb) { result[index].verbs.append(verb) }
            } else {
                result.append(rule)
            }
        }
        return result
    }
}
