import KubernetesObjects

/// What is wrong with the three kinds of affinity.
enum AffinityValidation {
    private static let required = "requiredDuringSchedulingIgnoredDuringExecution"
    private static let preferred = "preferredDuringSchedulingIgnoredDuringExecution"

    static func check(_ affinity: Value?, at path: FieldPath, into errors: inout FieldErrors) {
        guard let affinity else { return }
        if let node = affinity.present("nodeAffinity") { self.node(node, at: path / "nodeAffinity", into: &errors) }
        for field in ["podAffinity", "podAntiAffinity"] {
            guard let pods = affinity.present(field) else { continue }
            for (index, term) in pods.list(required).enumerated() {
                podTerm(term, at: (path / field / required)[index], into: &errors)
            }
            for (index, weighted) in pods.list(preferred).enumerated() {
                let at = (path / field / preferred)[index]
                weight(weighted, at: at, into: &errors)
                podTerm(weighted["podAffinityTerm"] ?? [:], at: at / "podAffinityTerm", into: &errors)
            }
        }
    }

    private static func weight(_ term: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let weight = term.int("weight") ?? 0
        if weight <= 0 || weight > 100 { errors.invalid(path / "weight", weight, "must be in the range 1-100") }
    }

    private static func node(_ affinity: Value, at path: FieldPath, into errors: inout FieldErrors) {
        if let selector = affinity.present(required) { nodeSelector(selector, at: path / required, into: &errors) }
        for (index, weighted) in affinity.list(preferred).enumerated() {
            let at = (path / preferred)[index]
            let weight = weighted.int("weight") ?? 0
            if weight <= 0 || weight > 100 { errors.invalid(at / "weight", weight, "must be in the range 1-100") }
            nodeTerm(weighted["preference"] ?? [:], checksValues: false, at: at / "preference", into: &errors)
        }
    }

    /// A `NodeSelector`, as node affinity and persistent volumes have it.
    static func nodeSelector(_ selector: Value, checksValues: Bool = true, at path: FieldPath, into errors: inout FieldErrors) {
        let terms = selector.list("nodeSelectorTerms")
        if terms.isEmpty {
            errors.required(path / "nodeSelectorTerms", "must have at least one node selector term")
            return
        }
        for (index, term) in terms.enumerated() {
            nodeTerm(term, checksValues: checksValues, at: (path / "nodeSelectorTerms")[index], into: &errors)
        }
    }

    /// Whether a selector asks for values that no label can have: an object that was stored with some keeps them.
    static func hasOddValues(_ selector: Value?) -> Bool {
        (selector?.list("nodeSelectorTerms") ?? []).contains { term in
            term.list("matchExpressions").contains { $0.texts("values").contains { !NameFormats.labelValue($0).isEmpty } }
        }
    }

    /// - Parameter checksValues: whether values must be what labels can have; of a preferred term they need not.
    private static func nodeTerm(_ term: Value, checksValues: Bool = true, at path: FieldPath, into errors: inout FieldErrors) {
        for (index, requirement) in term.list("matchExpressions").enumerated() {
            let at = (path / "matchExpressions")[index]
            let values = requirement.texts("values")
            let operation = requirement.text("operator")
            switch operation {
            case "In", "NotIn":
                if values.isEmpty { errors.required(at / "values", "must be specified when `operator` is 'In' or 'NotIn'") }
            case "Exists", "DoesNotExist":
                if !values.isEmpty { errors.forbidden(at / "values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'") }
            case "Gt", "Lt":
                if values.count != 1 { errors.required(at / "values", "must be specified single value when `operator` is 'Lt' or 'Gt'") }
            default: errors.invalid(at / "operator", operation, "not a valid selector operator")
            }
            let key = requirement.text("key")
            errors.invalid(at / "key", key, each: NameFormats.qualifiedName(key))
            for (position, value) in values.enumerated() where checksValues {
                errors.invalid((at / "values")[position], value, each: NameFormats.labelValue(value))
            }
        }
        for (index, requirement) in term.list("matchFields").enumerated() {
            let at = (path / "matchFields")[index]
            let values = requirement.texts("values")
            let operation = requirement.text("operator")
            if operation == "In" || operation == "NotIn" {
                if values.count != 1 {
                    errors.required(at / "values", "must be only one value when `operator` is 'In' or 'NotIn' for node field selector")
                }
            } else {
                errors.invalid(at / "operator", operation, "not a valid selector operator")
            }
            let key = requirement.text("key")
            if key == "metadata.name" {
                for (position, value) in values.enumerated() {
                    errors.invalid((at / "values")[position], value, each: NameFormats.dns1123Subdomain(value))
                }
            } else {
                errors.invalid(at / "key", key, "not a valid field selector key")
            }
        }
    }

    private static func podTerm(_ term: Value, at path: FieldPath, into errors: inout FieldErrors) {
        LabelSelectorValidation.check(term["labelSelector"], at: path / "labelSelector", into: &errors)
        LabelSelectorValidation.check(term["namespaceSelector"], at: path / "namespaceSelector", into: &errors)
        for name in term.texts("namespaces") {
            errors.invalid(path / "namespace", name, each: NameFormats.dns1123Label(name))
        }
        labelKeys(term, at: path, into: &errors)
        let topologyKey = term.text("topologyKey")
        if topologyKey.isEmpty { errors.required(path / "topologyKey", "can not be empty") }
        errors.invalid(path / "topologyKey", topologyKey, each: NameFormats.qualifiedName(topologyKey))
    }

    /// The labels whose values a term, or a spread constraint, takes from its own pod.
    static func labelKeys(_ term: Value, at path: FieldPath, into errors: inout FieldErrors) {
        let selector = term.present("labelSelector")
        for field in ["matchLabelKeys", "mismatchLabelKeys"] {
            let keys = term.texts(field)
            if selector == nil, !keys.isEmpty {
                errors.forbidden(path / field, "must not be specified when labelSelector is not set")
                continue
            }
            for (index, key) in keys.enumerated() { errors.invalid((path / field)[index], key, each: NameFormats.qualifiedName(key)) }
        }
        let matching = term.texts("matchLabelKeys")
        if let selector {
            // The server has added an expression for each key: a second one is the user's.
            var seen = Set(selector.map("matchLabels").keys)
            for key in selector.list("matchExpressions").map({ $0.text("key") }) {
                if !seen.insert(key).inserted, let index = matching.lastIndex(of: key) {
                    errors.invalid(path[index], key, "exists in both matchLabelKeys and labelSelector")
                }
            }
        }
        let mismatching = Set(term.texts("mismatchLabelKeys"))
        for (index, key) in matching.enumerated() where mismatching.contains(key) {
            errors.invalid((path / "matchLabelKeys")[index], key, "exists in both matchLabelKeys and mismatchLabelKeys")
        }
    }
}
