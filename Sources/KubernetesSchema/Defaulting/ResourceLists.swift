import KubernetesObjects

/// What happens to maps from resource names to quantities.
enum ResourceLists {
    /// Copies to `requests` what `limits` say and `requests` do not.
    @Sendable static func requestsFromLimits(_ resources: inout Value) {
        guard let limits = resources["limits"]?.fields, !limits.isEmpty else { return }
        var requests = resources["requests"]?.fields ?? Fields()
        for index in limits.indices where !requests.contains(limits[index].key) {
            requests.appendDistinct(limits[index].key, limits[index].value)
        }
        resources["requests"] = .object(requests)
    }

    /// Adds to a map what another one has and it lacks.
    static func fill(_ target: inout Value, from source: Value?) {
        guard let source = source?.fields else { return }
        var fields = target.fields ?? Fields()
        for index in source.indices where !fields.contains(source[index].key) {
            fields.appendDistinct(source[index].key, source[index].value)
        }
        target = .object(fields)
    }

    /// Rounds every quantity up to thousandths, the finest that the API server keeps.
    @Sendable static func roundUp(_ list: inout Value) {
        guard case .object(var fields) = list else { return }
        list = .null
        fields.modifyValues { _, quantity in
            if case .string(let text) = quantity { quantity = .string(QuantityText.roundedUpToMilli(text)) }
        }
        list = .object(fields)
    }
}
