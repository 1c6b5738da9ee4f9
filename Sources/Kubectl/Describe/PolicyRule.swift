import KubernetesObjects

/// One rule of a role, taken apart to a single resource of a single group, or to a single path and verb.
///
/// - Source: k8s.io/kubectl `pkg/util/rbac`: broken down, then rules that differ in verbs only are joined.
struct PolicyRule {
    var group: String?
    var resource: String?
    var names: [String] = []
    var urls: [String] = []
    var verbs: [String] = []

    /// `deployments.apps/scale`.
    var combinedResource: String {
        guard let resource else { return "" }
        let parts = resource.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var text = String(parts[0])
        if let group, !group.isEmpty { text += ".\(group)" }
        if parts.count == 2 { text += "/\(parts[1])" }
        return text
    }

    /// The order of descriptions: Go sorts by the rule's text.
    private var sortText: String {
        func list(_ words: [String], _ name: String) -> String {
            "\(name):[" + words.joined(separator: " ") + "]"
        }
        return [
            list(verbs, "Verbs"), list(group.map { [$0] } ?? [], "APIGroups"), list(resource.map { [$0] } ?? [], "Resources"),
            list(names, "ResourceNames"), list(urls, "NonResourceURLs"),
        ].joined(separator: ",")
    }

    static func compacted(_ rules: [Value]) -> [PolicyRule] {
        var single: [PolicyRule] = []
        for rule in rules {
            func words(_ key: String) -> [String] { (rule[key]?.elements ?? []).compactMap(\.stringValue) }
            for group in words("apiGroups") {
                for resource in words("resources") {
                    for verb in words("verbs") {
                        let names = words("resourceNames")
                        if names.isEmpty { single.append(PolicyRule(group: group, resource: resource, verbs: [verb])) }
                        for name in names { single.append(PolicyRule(group: group, resource: resource, names: [name], verbs: [verb])) }
                    }
                }
            }
            for url in words("nonResourceURLs") {
                for verb in words("verbs") { single.append(PolicyRule(urls: [url], verbs: [verb])) }
            }
        }
        var result: [PolicyRule] = []
        for rule in single {
            let index = result.firstIndex {
                $0.group == rule.group && $0.resource == rule.resource && $0.names == rule.names && rule.urls.isEmpty && $0.urls.isEmpty
            }
            if let index {
                if !result[index].verbs.contains(rule.verbs[0]) { result[index].verbs += rule.verbs }
            } else {
                result.append(rule)
            }
        }
        return result.enumerated().sorted {
            let (left, right) = ($0.element.sortText, $1.element.sortText)
            return left == right ? $0.offset < $1.offset : left < right
        }.map(\.element)
    }
}
