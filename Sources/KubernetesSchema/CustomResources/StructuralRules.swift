import KubernetesObjects

/// What a custom resource's structural schema says of a place beyond its form and fields.
package struct StructuralRules: Sendable {
    /// `x-kubernetes-preserve-unknown-fields`.
    package var preservesUnknownFields = false
    /// `x-kubernetes-embedded-resource`.
    package var isEmbeddedResource = false
    package var isNullable = false
    package var description = ""
    /// The schema's own JSON, for value validation and for `x-kubernetes-validations`.
    package var source: Value = .null

    package init() {}
}
