import KubernetesObjects

/// A path into objects, as kustomize's field specs have it: lists on the way mean each of their entries.
struct FieldSpec {
    /// Parts divided by slashes; a slash inside a part is written `\\/`.
    var path: String
    /// Makes what is missing on the way; otherwise objects without the field stay as they are.
    var creates = false

    /// Changes the value at the path wherever it leads.
    func change(_ object: inout Value, _ body: (inout Value) -> Void) {
        walk(&object, path.split(separator: "/").map(String.init)[...], body)
    }

    private func walk(_ value: inout Value, _ rest: ArraySlice<String>, _ body: (inout Value) -> Void) {
        if case .array(var list) = value {
            for index in list.indices { walk(&list[index], rest, body) }
            value = .array(list)
            return
        }
        guard let first = rest.first else { return body(&value) }
        if value[first] == nil || value[first]?.isNull == true {
            guard creates else { return }
            value[first] = [:]
        }
        var child = value[first] ?? [:]
        walk(&child, rest.dropFirst(), body)
        value[first] = child
    }
}
