import KubernetesObjects
import KubernetesSchema

/// A strategy put together from the functions of one kind.
package struct KindStrategy: ResourceStrategy {
    typealias Check = @Sendable (Value) -> FieldErrors
    typealias UpdateCheck = @Sendable (_ new: Value, _ old: Value) -> FieldErrors
    typealias Preparation = @Sendable (inout Value, StrategyContext) -> Void
    typealias UpdatePreparation = @Sendable (inout Value, _ old: Value, StrategyContext) -> Void
    typealias Warnings = @Sendable (_ new: Value, _ old: Value?) -> [String]

    var create: Check
    var update: UpdateCheck
    /// Checks of subresources, by name; `update` where there is none.
    var subresources: [String: UpdateCheck] = [:]
    /// What `status` of a new object is; nil keeps what it has.
    var initialStatus: Value?
    var prepare: Preparation?
    var prepareUpdate: UpdatePreparation?
    var warnings: Warnings?
    /// Whether `update` looks at metadata and `spec` alone, and at each for itself: then a spec that stays what it was is not looked
    /// at again, since it was found sound when it was stored.
    var divides = false

    package func prepareForCreate(_ object: inout Value, in context: StrategyContext) {
        if let initialStatus { object["status"] = initialStatus }
        prepare?(&object, context)
    }

    package func prepareForUpdate(_ object: inout Value, old: Value, in context: StrategyContext) {
        prepareUpdate?(&object, old, context)
    }

    package func validate(_ object: Value, in context: StrategyContext) -> [FieldError] { create(object) }

    package func validateUpdate(_ object: Value, old: Value, in context: StrategyContext) -> [FieldError] {
        if let check = subresources[context.subresource] { return check(object, old) }
        if context.subresource == "status" || (divides && object["spec"] == old["spec"]) {
            return ConfigValidation.metadataUpdate(object, old: old)
        }
        return update(object, old)
    }

    package func warningsOnCreate(_ object: Value, in context: StrategyContext) -> [String] { warnings?(object, nil) ?? [] }

    package func warningsOnUpdate(_ object: Value, old: Value, in context: StrategyContext) -> [String] {
        context.subresource.isEmpty ? warnings?(object, old) ?? [] : []
    }
}

/// The schemas of built-in kinds.
enum BuiltInSchemas {
    private static let catalogue = Catalogue.complete

    /// The schema of an object's kind; free-form for custom kinds.
    static func schema(of object: Value) -> SchemaNode {
        SchemaNode(catalogue.resource(apiVersion: object.apiVersion, kind: object.kind)?.schema)
    }
}
