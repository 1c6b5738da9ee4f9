import KubernetesObjects

/// Moves what client-side apply owns of an object over to server-side apply.
///
/// Without it, a field that was applied by the client once could never be removed by the server's apply: its old owner would keep it.
///
/// - Source: k8s.io/client-go `util/csaupgrade`, k8s.io/kubectl `pkg/cmd/apply`.
enum FieldOwnership {
    private static let annotationPath = ["f:metadata", "f:annotations", "f:\(lastAppliedAnnotation)"]

    /// The names of the managers that own the last-applied annotation through an operation, `Update` or `Apply`.
    static func ownersOfAnnotation(_ object: Value, through operation: String) -> Set<String> {
        Set(
            entries(object).filter { $0["operation"]?.stringValue == operation && isWhole($0) && owns($0["fieldsV1"] ?? [:]) }
                .compactMap { $0["manager"]?.stringValue })
    }

    /// The managed fields with the client's entries merged into those of the applying manager; nil when nothing changes.
    static func upgraded(_ object: Value, from clients: Set<String>, to manager: String) -> [Value]? {
        var list = entries(object)
        for client in clients.sorted() { list = upgraded(list, from: client, to: manager) }
        return list == entries(object) ? nil : list
    }

    private static func upgraded(_ list: [Value], from client: String, to manager: String) -> [Value] {
        var list = list
        func isClients(_ entry: Value) -> Bool {
            entry["manager"]?.stringValue == client && entry["operation"]?.stringValue == "Update" && isWhole(entry)
        }
        var target = list.firstIndex { $0["manager"]?.stringValue == manager && $0["operation"]?.stringValue == "Apply" && isWhole($0) }
        if target == nil, let own = list.firstIndex(where: isClients) {
            list[own]["manager"] = .string(manager)
            list[own]["operation"] = "Apply"
            target = own
        }
        guard let target else { return list }
        let version = list[target]["apiVersion"]
        if let same = list.firstIndex(where: { isClients($0) && $0["apiVersion"] == version }) {
            list[target]["fieldsV1"] = union(list[target]["fieldsV1"] ?? [:], list[same]["fieldsV1"] ?? [:])
        }
        return list.filter { !isClients($0) }
    }

    private static func entries(_ object: Value) -> [Value] { object["metadata", "managedFields"]?.elements ?? [] }
    private static func isWhole(_ entry: Value) -> Bool { (entry["subresource"]?.stringValue ?? "").isEmpty }

    private static func owns(_ fields: Value) -> Bool {
        var node = fields
        for step in annotationPath {
            guard let next = node[step] else { return false }
            node = next
        }
        return true
    }

    /// The paths of two sets in their written form: `{}` is a path that ends here, `.` one that ends here and goes on.
    private static func union(_ left: Value, _ right: Value, isRoot: Bool = true) -> Value {
        guard let a = left.fields, let b = right.fields else { return left.fields == nil ? right : left }
        var result = a
        for (key, child) in b { result[key] = result[key].map { union($0, child, isRoot: false) } ?? child }
        if !isRoot, a.isEmpty != b.isEmpty { result["."] = [:] }
        return .object(result.sorted())
    }
}
