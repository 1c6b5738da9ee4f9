import KubernetesObjects

/// The one change that the node affinity of a volume may see: a label's old name gives way to the one that it has now.
///
/// - Source: kubernetes `validation.validatePvNodeAffinity`, v1.36 without `MutablePVNodeAffinity`.
enum VolumeAffinityChange {
    /// What the labels are called now.
    private static let names = [
        "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
        "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
        "beta.kubernetes.io/os": "kubernetes.io/os", "beta.kubernetes.io/arch": "kubernetes.io/arch",
        "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
    ]

    static func check(_ old: Value, _ new: Value?, at path: FieldPath, into errors: inout FieldErrors) {
        if let new, new == old || renamed(old, as: new) == new { return }
        // Go shows a pointer to nothing as null.
        let shown = new.map { InternalForm.value($0, as: "VolumeNodeAffinity") } ?? .null
        errors.invalid(path, shown, "field is immutable, except for updating from beta label to GA")
    }

    /// The old affinity with each label that the new one names anew at the same place.
    private static func renamed(_ old: Value, as new: Value) -> Value {
        var result = old
        let terms = old["required"]?.list("nodeSelectorTerms") ?? []
        let wanted = new["required"]?.list("nodeSelectorTerms") ?? []
        guard terms.count == wanted.count else { return old }
        result["required", "nodeSelectorTerms"] = .array(zip(terms, wanted).map { term, other in
            let expressions = term.list("matchExpressions")
            let otherExpressions = other.list("matchExpressions")
            guard !expressions.isEmpty, expressions.count == otherExpressions.count else { return term }
            var renamedTerm = term
            renamedTerm["matchExpressions"] = .array(zip(expressions, otherExpressions).map { expression, other in
                guard let name = names[expression.text("key")], name == other.text("key") else { return expression }
                var renamedExpression = expression
                renamedExpression["key"] = .string(name)
                return renamedExpression
            })
            return renamedTerm
        })
        return result
    }
}
