import KubernetesObjects

/// A group of pods, and the topology in which a pod wants to be near them or away from them.
package struct PodTerm: Hashable, Sendable {
    /// Namespaces by name; the pod's own when the term names none and selects none.
    package var namespaces: [String]
    /// Namespaces by label; nil when the term has no such selector.
    package var namespaceSelector: CompiledSelector?
    package var selector: CompiledSelector
    package var topologyKey: String

    package init(_ term: Value, namespace: String) {
        var names = (term["namespaces"]?.elements ?? []).compactMap(\.stringValue)
        if let wanted = term["namespaceSelector"], !wanted.isNull {
            namespaceSelector = CompiledSelector(wanted)
        } else if names.isEmpty {
            names = [namespace]
        }
        namespaces = names.sorted()
        selector = CompiledSelector(term["labelSelector"])
        topologyKey = term["topologyKey"]?.stringValue ?? ""
    }

    init(namespaces: [String], selector: CompiledSelector, topologyKey: String) {
        self.namespaces = namespaces
        self.selector = selector
        self.topologyKey = topologyKey
    }

    func covers(namespace: String, labels: [String: String], namespaceLabels: [String: [String: String]]) -> Bool {
        var inNamespace = namespaces.contains(namespace)
        if !inNamespace, let namespaceSelector {
            inNamespace = namespaceSelector.isEmpty || namespaceSelector.matches(namespaceLabels[namespace] ?? [:])
        }
        return inNamespace && selector.matches(labels)
    }

    /// The terms of `required…` and `preferred…` of a pod's `podAffinity` or `podAntiAffinity`.
    static func read(_ affinity: Value?, namespace: String) -> (required: [PodTerm], preferred: [WeightedPodTerm]) {
        guard let affinity else { return ([], []) }
        return (
            (affinity["requiredDuringSchedulingIgnoredDuringExecution"]?.elements ?? []).map { PodTerm($0, namespace: namespace) },
            (affinity["preferredDuringSchedulingIgnoredDuringExecution"]?.elements ?? []).compactMap { entry in
                entry["podAffinityTerm"].map {
                    WeightedPodTerm(weight: Int64(entry["weight"]?.intValue ?? 1), term: PodTerm($0, namespace: namespace))
                }
            }
        )
    }
}

package struct WeightedPodTerm: Hashable, Sendable {
    package var weight: Int64
    package var term: PodTerm
}

/// A rule on how evenly pods are spread over a topology.
package struct SpreadConstraint: Hashable, Sendable {
    package var maxSkew: Int
    package var topologyKey: String
    package var isRequired: Bool
    package var selector: CompiledSelector
    package var minDomains: Int
    package var honorsAffinity: Bool
    package var honorsTaints: Bool

    package init(_ value: Value, podLabels: [String: String]) {
        maxSkew = value["maxSkew"]?.intValue ?? 1
        topologyKey = value["topologyKey"]?.stringValue ?? ""
        isRequired = value["whenUnsatisfiable"]?.stringValue != "ScheduleAnyway"
        var selector = CompiledSelector(value["labelSelector"])
        for key in value["matchLabelKeys"]?.elements ?? [] {
            if let key = key.stringValue, let label = podLabels[key] { selector.require(key, label) }
        }
        self.selector = selector
        minDomains = value["minDomains"]?.intValue ?? 1
        honorsAffinity = value["nodeAffinityPolicy"]?.stringValue != "Ignore"
        honorsTaints = value["nodeTaintsPolicy"]?.stringValue == "Honor"
    }

    init(maxSkew: Int, topologyKey: String, isRequired: Bool, selector: CompiledSelector) {
        self.maxSkew = maxSkew
        self.topologyKey = topologyKey
        self.isRequired = isRequired
        self.selector = selector
        minDomains = 1
        honorsAffinity = true
        honorsTaints = false
    }
}
