import KubernetesObjects

/// One term of a node selector: labels and fields that a node must have together.
package struct NodeTerm: Hashable, Sendable {
    package var labels: [CompiledSelector.Requirement]
    /// Requirements on `metadata.name`.
    package var names: [CompiledSelector.Requirement]

    package init(_ term: Value) {
        labels = (term["matchExpressions"]?.elements ?? []).map(Self.requirement)
        names = (term["matchFields"]?.elements ?? []).map(Self.requirement)
    }

    private static func requirement(_ value: Value) -> CompiledSelector.Requirement {
        let operation: CompiledSelector.Operation
        switch value["operator"]?.stringValue ?? "" {
        case "In": operation = .isIn
        case "NotIn": operation = .isNotIn
        case "Exists": operation = .exists
        case "DoesNotExist": operation = .doesNotExist
        case "Gt": operation = .greaterThan
        default: operation = .lessThan
        }
        return CompiledSelector.Requirement(
            key: value["key"]?.stringValue ?? "", operation: operation, values: (value["values"]?.elements ?? []).compactMap(\.stringValue))
    }

    /// An empty term matches nothing.
    package func matches(name: String, labels nodeLabels: [String: String]) -> Bool {
        if labels.isEmpty, names.isEmpty { return false }
        return labels.allSatisfy { $0.accepts(nodeLabels[$0.key]) } && names.allSatisfy { $0.accepts(name) }
    }
}

/// The nodes that a pod may run on by `nodeSelector` and required node affinity.
///
/// - Source: component-helpers `nodeaffinity.GetRequiredNodeAffinity`.
package struct NodeSelection: Hashable, Sendable {
    /// `nodeSelector`, sorted by key.
    package var labels: [CompiledSelector.Requirement]
    /// Any of these; nil when the pod has no required node affinity.
    package var terms: [NodeTerm]?

    /// Reads it of a pod's spec; nil when the pod may run anywhere.
    package init?(podSpec spec: Value?) {
        labels = (spec?["nodeSelector"]?.fields ?? Fields()).map {
            CompiledSelector.Requirement(key: $0.key, operation: .isIn, values: [$0.value.stringValue ?? ""])
        }.sorted { $0.key < $1.key }
        let required = spec?["affinity"]?["nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"]
        terms = required.flatMap { $0.isNull ? nil : ($0["nodeSelectorTerms"]?.elements ?? []).map(NodeTerm.init) }
        if labels.isEmpty, terms == nil { return nil }
    }

    /// Reads a `NodeSelector` object, such as a volume's node affinity.
    package init?(nodeSelector: Value?) {
        guard let nodeSelector, !nodeSelector.isNull else { return nil }
        labels = []
        terms = (nodeSelector["nodeSelectorTerms"]?.elements ?? []).map(NodeTerm.init)
    }

    package func matches(name: String, labels nodeLabels: [String: String]) -> Bool {
        for requirement in labels where !requirement.accepts(nodeLabels[requirement.key]) { return false }
        guard let terms else { return true }
        return terms.contains { $0.matches(name: name, labels: nodeLabels) }
    }

    /// The only nodes that can match, when every term names nodes; nil otherwise. Empty when the names contradict.
    package var onlyNames: [String]? {
        guard let terms, !terms.isEmpty else { return nil }
        var names: Set<String> = []
        for term in terms {
            var inTerm: Set<String>?
            for requirement in term.names where requirement.key == "metadata.name" && requirement.operation == .isIn {
                inTerm = inTerm.map { $0.intersection(requirement.values) } ?? Set(requirement.values)
            }
            guard let inTerm else { return nil }
            names.formUnion(inTerm)
        }
        return names.sorted()
    }
}

/// Whether a pod may be on a node, by selector and affinity, for controllers that ask outside a scheduling cycle.
package func nodeAffinityMatches(podSpec: Value?, node: Value) -> Bool {
    guard let selection = NodeSelection(podSpec: podSpec) else { return true }
    return selection.matches(name: node.name, labels: stringMap(node["metadata"]?["labels"]))
}

/// A map of strings; values that are no strings are left out.
package func stringMap(_ value: Value?) -> [String: String] {
    guard let fields = value?.fields else { return [:] }
    var map: [String: String] = [:]
    map.reserveCapacity(fields.count)
    for (key, element) in fields { if let text = element.stringValue { map[key] = text } }
    return map
}
