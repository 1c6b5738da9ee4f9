import KubernetesObjects
import KubernetesSchema

/// What is wrong with CustomResourceDefinitions.
///
/// - Source: apiextensions-apiserver `pkg/apis/apiextensions/validation`, v1.36; the checks themselves are in `CustomDefinitionCheck`.
enum CustomDefinitionValidation {
    static func check(_ definition: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(definition, namespaced: false, name: NameFormats.subdomainRule, into: &errors)
        return errors + CustomDefinitionCheck.problems(in: definition, matches: PatternCache.matches).map(FieldError.init)
            + CustomRuleChecks.problems(in: definition)
    }

    static func checkUpdate(_ definition: Value, _ old: Value) -> FieldErrors {
        var errors: FieldErrors = []
        ObjectMetaValidation.checkUpdate(definition, old: old, into: &errors)
        errors += CustomDefinitionCheck.problems(in: definition, matches: PatternCache.matches).map(FieldError.init)
        if definition["spec"] != old["spec"] { errors += CustomRuleChecks.problems(in: definition) }
        return errors + CustomDefinitionCheck.problems(in: definition, old: old).map(FieldError.init)
    }
}
