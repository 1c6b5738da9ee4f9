import KubernetesObjects

extension LabelSelector {
    /// A selector object as Go prints it, which events and conditions quote.
    ///
    /// - Source: the generated `String` methods of k8s.io/apimachinery `metav1`.
    package static func goText(_ selector: Value?) -> String {
        let labels = (selector?["matchLabels"]?.fields ?? Fields()).sorted().map { "\($0.key): \($0.value.stringValue ?? "")," }.joined()
        let expressions = (selector?["matchExpressions"]?.elements ?? []).map { expression in
            let values = (expression["values"]?.elements ?? []).compactMap(\.stringValue).joined(separator: " ")
            return
                "LabelSelectorRequirement{Key:\(expression["key"]?.stringValue ?? ""),Operator:\(expression["operator"]?.stringValue ?? ""),Values:[\(values)],},"
        }.joined()
        return "&LabelSelector{MatchLabels:map[string]string{\(labels)},MatchExpressions:[]LabelSelectorRequirement{\(expressions)},}"
    }
}
