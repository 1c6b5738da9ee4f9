/// A resource or subresource that paths of the API serve.
struct ResourceEntry {
    var group: String
    var version: String
    /// `deployments`, or `deployments/scale`.
    var name: String
    var isNamespaced: Bool
    /// The kind that it takes and gives, as `group/version/Kind`.
    var kind: String
    var verbs: Set<String>

    /// A line of the index; subresources follow their resource and are indented.
    var text: String {
        let verbList = verbs.sorted().joined(separator: ",")
        if let slash = name.firstIndex(of: "/") {
            return " \(name[name.index(after: slash)...]) \(kind) \(verbList)"
        }
        return "\(name) \(kind) \(isNamespaced ? "namespaced" : "cluster") \(verbList)"
    }
}

/// Reads the `paths` of an OpenAPI v2 document.
struct ResourceReader {
    private let paths: [String: [String: Any]]

    init(_ document: [String: Any]) {
        paths = document["paths"] as? [String: [String: Any]] ?? [:]
    }

    func read() -> [ResourceEntry] {
        var entries: [String: ResourceEntry] = [:]
        for path in paths.keys.sorted() {
            guard let place = place(of: path) else { continue }
            let key = "\(place.group)/\(place.version)/\(place.resource)"
            var entry =
                entries[key]
                ?? ResourceEntry(
                    group: place.group, version: place.version, name: place.resource, isNamespaced: false, kind: "", verbs: [])
            entry.isNamespaced = entry.isNamespaced || place.isNamespaced
            let isSubresource = place.resource.contains("/")
            for (method, operation) in paths[path] ?? [:] {
                guard let operation = operation as? [String: Any] else { continue }
                if let kind = operation["x-kubernetes-group-version-kind"] as? [String: String] {
                    entry.kind = [kind["group"] ?? "", kind["version"] ?? "", kind["kind"] ?? ""].filter { !$0.isEmpty }.joined(separator: "/")
                }
                if let verb = verb(operation["x-kubernetes-action"] as? String ?? "", method: method) { entry.verbs.insert(verb) }
            }
            if !isSubresource, entry.verbs.contains("list") { entry.verbs.insert("watch") }
            entries[key] = entry
        }
        return entries.values.filter { !$0.verbs.isEmpty && !$0.kind.isEmpty }
            .sorted { ($0.group, $0.version, $0.name) < ($1.group, $1.version, $1.name) }
    }

    private struct Place {
        var group: String
        var version: String
        var resource: String
        var isNamespaced: Bool
    }

    private func place(of path: String) -> Place? {
        var parts = path.split(separator: "/").map(String.init)
        guard let root = parts.first, root == "api" || root == "apis" else { return nil }
        parts.removeFirst()
        var group = ""
        if root == "apis" {
            guard parts.count >= 3 else { return nil }
            group = parts.removeFirst()
        }
        guard parts.count >= 2 else { return nil }
        let version = parts.removeFirst()
        guard parts[0] != "watch" else { return nil }
        var isNamespaced = false
        if parts.count >= 3, parts[0] == "namespaces", parts[1] == "{namespace}" {
            isNamespaced = true
            parts.removeFirst(2)
        }
        switch parts.count {
        case 1: return Place(group: group, version: version, resource: parts[0], isNamespaced: isNamespaced)
        case 2: return Place(group: group, version: version, resource: parts[0], isNamespaced: isNamespaced)
        default: return Place(group: group, version: version, resource: "\(parts[0])/\(parts[2])", isNamespaced: isNamespaced)
        }
    }

    private func verb(_ action: String, method: String) -> String? {
        switch action {
        case "get", "list", "patch", "delete", "deletecollection": return action
        case "post": return "create"
        case "put": return "update"
        case "watch", "watchlist": return "watch"
        case "connect":
            return ["get": "get", "post": "create", "put": "update", "delete": "delete", "patch": "patch"][method]
        default: return nil
        }
    }
}
