import KubernetesObjects
import KubernetesSchema

/// What is wrong with CustomResourceDefinitions.
///
/// - Source: apiextensions-apiserver `pkg/apis/apiextensions/validation`, v1.36; the checks themselves are in `CustomDefinitionCheck`.
enum CustomDefinitionValidation {
    static func check(_ definition: Value, old: Value?, into errors: inout FieldErrors) {
        errors += CustomDefinitionCheck.problems(in: definition, matches: PatternCache.matches).map(FieldError.init)
        // Of a new definition `old` is nil, and so is its spec.
        if definition["spec"] != old?["spec"] { errors += CustomRuleChecks.problems(in: definition, known: errors) }
        if let old { errors += CustomDefinitionCheck.problems(in: definition, old: old).map(FieldError.init) }
    }
}
