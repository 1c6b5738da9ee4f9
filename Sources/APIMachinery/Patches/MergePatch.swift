import KubernetesObjects

/// Applies JSON merge patches (RFC 7386).
package enum MergePatch {
    package static func apply(_ patch: Value, to document: Value) -> Value {
        guard case .object(let changes) = patch else { return patch }
        var fields = KeyedFields(document.fields ?? Fields())
        for (key, change) in changes {
            if change.isNull {
                fields[key] = nil
            } else if case .object = change {
                fields[key] = apply(change, to: fields[key] ?? .null)
            } else {
                fields[key] = change
            }
        }
        return .object(fields.fields)
    }
}
