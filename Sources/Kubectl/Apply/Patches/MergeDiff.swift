import KubernetesObjects

/// Makes JSON merge patches (RFC 7396) out of two or three states of an object.
///
/// - Source: k8s.io/apimachinery `pkg/util/jsonmergepatch`.
enum MergeDiff {
    static func threeWay(original: Value, modified: Value, current: Value) -> Value {
        let changes = filtered(twoWay(current, modified), keepsNulls: false)
        let deletions = filtered(twoWay(original, modified), keepsNulls: true)
        return merged(deletions, changes)
    }

    /// The patch that makes `after` of `before`.
    static func twoWay(_ before: Value, _ after: Value) -> Value {
        var patch = Fields()
        let old = before.fields ?? Fields()
        let new = after.fields ?? Fields()
        for (key, value) in new {
            guard let previous = old[key] else {
                patch[key] = value
                continue
            }
            if previous == value { continue }
            if case .object = previous, case .object = value { patch[key] = twoWay(previous, value) } else { patch[key] = value }
        }
        for (key, _) in old where new[key] == nil { patch[key] = .null }
        return .object(patch)
    }

    /// The deletions of a patch, or all else. A map that is asked for without anything in it is a value; one of which nothing is left
    /// says nothing.
    private static func filtered(_ patch: Value, keepsNulls: Bool) -> Value {
        var result = Fields()
        for (key, value) in patch.fields ?? [:] {
            switch value {
            case .null: if keepsNulls { result[key] = .null }
            case .object(let fields) where fields.isEmpty: if !keepsNulls { result[key] = value }
            case .object:
                let inner = filtered(value, keepsNulls: keepsNulls)
                if !(inner.fields ?? [:]).isEmpty { result[key] = inner }
            default: if !keepsNulls { result[key] = value }
            }
        }
        return .object(result)
    }

    private static func merged(_ left: Value, _ right: Value) -> Value {
        var result = left
        for (key, value) in right.fields ?? [:] {
            if case .object = value, case .object? = result[key] { result[key] = merged(result[key] ?? .null, value) } else { result[key] = value }
        }
        return result
    }
}
