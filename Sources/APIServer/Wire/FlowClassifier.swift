import APIMachinery
import KubernetesObjects

/// Which flow schema a request falls under, and which priority level that stands for.
///
/// - Order: the schema of the lowest `matchingPrecedence` that matches, then of the first name.
/// - Source: apiserver `util/flowcontrol` `matchesFlowSchema`. Differs: requests are told apart and told of, never held back.
struct FlowClassifier: Sendable {
    /// The UIDs that the answer's headers name.
    struct Flow: Hashable, Sendable {
        var schema: String
        var level: String
    }

    private struct Schema: Sendable {
        var precedence: Int
        var name: String
        var flow: Flow
        var rules: [Value]
    }

    private let schemas: [Schema]

    init(_ store: Store) {
        let group = "flowcontrol.apiserver.k8s.io"
        var levels: [String: String] = [:]
        for level in store.list(GroupResource("prioritylevelconfigurations", group: group)) { levels[level.name] = level.uid }
        schemas = store.list(GroupResource("flowschemas", group: group)).compactMap { schema in
            let spec = schema["spec"]
            guard let level = spec?["priorityLevelConfiguration"]?["name"]?.stringValue.flatMap({ levels[$0] }) else { return nil }
            return Schema(
                precedence: spec?["matchingPrecedence"]?.intValue ?? 1000, name: schema.name, flow: Flow(schema: schema.uid, level: level),
                rules: spec?["rules"]?.elements ?? [])
        }.sorted { ($0.precedence, $0.name) < ($1.precedence, $1.name) }
    }

    /// Nil when no schema matches, as in a cluster without any.
    func flow(of request: APIRequest, method: String) -> Flow? {
        schemas.first { schema in schema.rules.contains { Self.matches($0, request, method) } }?.flow
    }

    private static func matches(_ rule: Value, _ request: APIRequest, _ method: String) -> Bool {
        let user = request.impersonating ?? request.user
        guard (rule["subjects"]?.elements ?? []).contains(where: { isSubject($0, user) }) else { return false }
        if request.verb == .nonResource {
            return (rule["nonResourceRules"]?.elements ?? []).contains { rule in
                names(rule["verbs"], method.lowercased()) && (rule["nonResourceURLs"]?.elements ?? []).contains { isPath($0.stringValue ?? "", request.nonResourcePath) }
            }
        }
        let resource = request.subresource.isEmpty ? request.resource.resource : "\(request.resource.resource)/\(request.subresource)"
        return (rule["resourceRules"]?.elements ?? []).contains { rule in
            names(rule["verbs"], request.verb.rawValue) && names(rule["apiGroups"], request.resource.group) && names(rule["resources"], resource)
                && (request.namespace.isEmpty ? rule["clusterScope"]?.boolValue == true : names(rule["namespaces"], request.namespace))
        }
    }

    private static func isSubject(_ subject: Value, _ user: UserInfo) -> Bool {
        switch subject["kind"]?.stringValue {
        case "User":
            let name = subject["user"]?["name"]?.stringValue ?? ""
            return name == "*" || name == user.name
        case "Group":
            let name = subject["group"]?["name"]?.stringValue ?? ""
            return name == "*" || user.groups.contains(name)
        case "ServiceAccount":
            let parts = user.name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 4, parts[0] == "system", parts[1] == "serviceaccount" else { return false }
            let name = subject["serviceAccount"]?["name"]?.stringValue ?? ""
            return subject["serviceAccount"]?["namespace"]?.stringValue == parts[2] && (name == "*" || name == parts[3])
        default: return false
        }
    }

    private static func names(_ list: Value?, _ text: String) -> Bool {
        (list?.elements ?? []).contains { $0.stringValue == "*" || $0.stringValue == text }
    }

    private static func isPath(_ pattern: String, _ path: String) -> Bool {
        if pattern == "*" || pattern == path { return true }
        return pattern.hasSuffix("*") && path.hasPrefix(pattern.dropLast())
    }
}
