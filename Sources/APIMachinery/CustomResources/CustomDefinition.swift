import KubernetesObjects
import KubernetesSchema

/// One version of a CRD as the server uses it.
package struct CustomDefinition: Sendable {
    /// The name of the CRD: `gadgets.lab.example.com`.
    package var name: String
    package var schema: StructuralSchema
    package var selectableFields: [String] = []
    /// `subresources.scale` of the version; nil without one.
    package var scale: Value?
    package var isNamespaced: Bool
    var rules: CustomRules

    /// An object without the fields that the schema does not know.
    func pruned(_ object: Value, duplicates: [ValuePath]) -> DecodedBody {
        var value = object
        let problems = StructuralPruning.prune(&value, by: schema)
        return DecodedBody(value: value, problems: duplicates.map { "duplicate field \(goQuoted($0.description))" } + problems)
    }

    func applyDefaults(_ object: inout Value) { StructuralPruning.applyDefaults(to: &object, by: schema) }

    /// What is wrong with an object of this version.
    ///
    /// - Order: metadata, then the schema's checks, then the rules, which are left out while the schema's checks fail. Neither looks at
    ///   what stays as it was.
    func validate(_ object: Value, old: Value?) -> [FieldError] {
        var metadata: FieldErrors = []
        if let old {
            ObjectMetaValidation.checkUpdate(object, old: old, into: &metadata)
        } else {
            ObjectMetaValidation.check(object, namespaced: isNamespaced, name: NameFormats.subdomainRule, into: &metadata)
        }
        let problems = StructuralValidator.validate(object, old: old, by: schema) { pattern, text in PatternCache.matches(pattern, text) }
        var errors = Array(metadata) + problems.map(FieldError.init)
        if schema.hasRules {
            if problems.contains(where: \.blocksRules) {
                errors.append(
                    .invalid(
                        "", nil,
                        "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"
                    ))
            } else {
                errors += rules.problems(object, old: old, schema)
            }
        }
        return errors
    }
}

extension FieldError {
    /// A schema's complaint as a field error.
    init(_ problem: SchemaProblem) {
        let kind: Kind =
            switch problem.kind {
            case .required: .required
            case .invalid: .invalid
            case .typeInvalid: .typeInvalid
            case .notSupported: .notSupported
            case .tooLong: .tooLong
            case .tooMany: .tooMany
            case .duplicate: .duplicate
            case .forbidden: .forbidden
            }
        self.init(kind, problem.path, problem.value.map { .value($0) } ?? .omitted, detail: problem.detail)
    }
}

/// Patterns of schemas.
enum PatternCache {
    /// Whether a text matches a pattern anywhere; nil when the pattern cannot be read.
    ///
    /// - Bounds: linear in the text.
    static func matches(_ pattern: String, _ text: String) -> Bool? {
        guard let pattern = try? LinearPattern(pattern) else { return nil }
        return pattern.matches(text)
    }
}
