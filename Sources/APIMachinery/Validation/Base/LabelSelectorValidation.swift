import KubernetesObjects

/// What is wrong with a `metav1.LabelSelector`.
///
/// - Source: k8s.io/apimachinery `apis/meta/v1/validation`, v1.36.
enum LabelSelectorValidation {
    static func check(_ selector: Value?, at path: FieldPath, allowInvalidValues: Bool = false, into errors: inout FieldErrors) {
        guard let selector, !selector.isNull else { return }
        ObjectMetaValidation.labels(selector.map("matchLabels"), at: path / "matchLabels", into: &errors)
        for (index, requirement) in selector.list("matchExpressions").enumerated() {
            check(requirement: requirement, at: (path / "matchExpressions")[index], allowInvalidValues: allowInvalidValues, into: &errors)
        }
    }

    private static func check(requirement: Value, at path: FieldPath, allowInvalidValues: Bool, into errors: inout FieldErrors) {
        let values = requirement.texts("values")
        let operation = requirement.text("operator")
        switch operation {
        case "In", "NotIn":
            if values.isEmpty { errors.required(path / "values", "must be specified when `operator` is 'In' or 'NotIn'") }
        case "Exists", "DoesNotExist":
            if !values.isEmpty { errors.forbidden(path / "values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'") }
        default: errors.invalid(path / "operator", operation, "not a valid selector operator")
        }
        let key = requirement.text("key")
        errors.invalid(path / "key", key, each: NameFormats.qualifiedName(key))
        if allowInvalidValues { return }
        for (index, value) in values.enumerated() {
            errors.invalid((path / "values")[index], value, each: NameFormats.labelValue(value))
        }
    }

    /// Whether a selector can be used at all.
    static func isUsable(_ selector: Value) -> Bool {
        var errors: FieldErrors = []
        check(selector, at: .root, into: &errors)
        return errors.isEmpty
    }

    static func isEmpty(_ selector: Value?) -> Bool {
        guard let selector, !selector.isNull else { return true }
        return selector.map("matchLabels").isEmpty && selector.list("matchExpressions").isEmpty
    }

    /// Whether labels satisfy a selector; an empty selector matches everything.
    static func matches(_ selector: Value?, _ labels: Fields) -> Bool {
        guard let selector, !selector.isNull else { return false }
        for entry in selector.map("matchLabels") where labels[entry.key]?.stringValue != entry.value.stringValue { return false }
        for requirement in selector.list("matchExpressions") {
            let found = labels[requirement.text("key")]?.stringValue
            let values = requirement.texts("values")
            switch requirement.text("operator") {
            case "In": guard let found, values.contains(found) else { return false }
            case "NotIn": if let found, values.contains(found) { return false }
            case "Exists": if found == nil { return false }
            case "DoesNotExist": if found != nil { return false }
            default: return false
            }
        }
        return true
    }
}
