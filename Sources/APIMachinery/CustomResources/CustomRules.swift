import KubernetesObjects
import KubernetesSchema

/// The rules of schemas, `x-kubernetes-validations`.
enum CustomRules {
    /// What the rules say against an object.
    static func problems(_ object: Value, old: Value?, _ schema: StructuralSchema) -> [FieldError] { [] }
}
