import KubernetesObjects
import KubernetesSchema

/// A strategy put together from what one kind is: where its objects live, how they may be named, and one check of all else.
///
/// - Order: a new object's metadata comes before the check, and so does what changed of it when an object is replaced.
package struct KindStrategy: ResourceStrategy {
    /// Where objects of a kind live.
    enum Scope { case namespaced, cluster }

    /// Adds what is wrong with an object apart from its metadata; `old` is what it replaces, nil for a new one.
    typealias Check = @Sendable (_ object: Value, _ old: Value?, _ errors: inout FieldErrors) -> Void
    /// A check that asks the same of new and of changed objects.
    typealias PlainCheck = @Sendable (_ object: Value, _ errors: inout FieldErrors) -> Void
    typealias Preparation = @Sendable (inout Value, StrategyContext) -> Void
    typealias UpdatePreparation = @Sendable (inout Value, _ old: Value, StrategyContext) -> Void
    typealias Warnings = @Sendable (_ new: Value, _ old: Value?) -> [String]

    private let scope: Scope
    private let nameRule: NameRule
    private let check: Check
    /// What the kind asks of its metadata beyond what every kind does.
    private let metadataCheck: Check?
    /// Whether metadata are looked at last when an object changes: a few of the real functions check the whole new object first.
    private let checksMetadataLast: Bool
    /// Checks of subresources, by name, after metadata; `check` where there is none.
    private let subresources: [String: Check]
    /// What `status` of a new object is; nil keeps what it has.
    private let initialStatus: Value?
    private let prepare: Preparation?
    private let prepareUpdate: UpdatePreparation?
    private let warnings: Warnings?
    private let earlyWarnings: (@Sendable (Value) -> [String])?
    /// Whether the check looks at `spec` alone: then a spec that stays what it was is not looked at again, since it was found sound
    /// when it was stored.
    private let divides: Bool

    init(
        _ scope: Scope = .namespaced, named nameRule: @escaping NameRule = NameFormats.subdomainRule, metadata: Check? = nil,
        check: @escaping Check, checksMetadataLast: Bool = false, subresources: [String: Check] = [:], initialStatus: Value? = nil, prepare: Preparation? = nil,
        prepareUpdate: UpdatePreparation? = nil, warnings: Warnings? = nil, earlyWarnings: (@Sendable (Value) -> [String])? = nil,
        divides: Bool = false
    ) {
        self.scope = scope
        self.nameRule = nameRule
        self.check = check
        metadataCheck = metadata
        self.checksMetadataLast = checksMetadataLast
        self.subresources = subresources
        self.initialStatus = initialStatus
        self.prepare = prepare
        self.prepareUpdate = prepareUpdate
        self.warnings = warnings
        self.earlyWarnings = earlyWarnings
        self.divides = divides
    }

    init(
        _ scope: Scope = .namespaced, named nameRule: @escaping NameRule = NameFormats.subdomainRule, plainCheck: @escaping PlainCheck,
        checksMetadataLast: Bool = false, subresources: [String: Check] = [:], initialStatus: Value? = nil, warnings: Warnings? = nil,
        divides: Bool = false
    ) {
        self.init(
            scope, named: nameRule, check: { object, _, errors in plainCheck(object, &errors) }, checksMetadataLast: checksMetadataLast,
            subresources: subresources, initialStatus: initialStatus, warnings: warnings, divides: divides)
    }

    package func prepareForCreate(_ object: inout Value, in context: StrategyContext) {
        if let initialStatus { object["status"] = initialStatus }
        prepare?(&object, context)
    }

    package func prepareForUpdate(_ object: inout Value, old: Value, in context: StrategyContext) {
        prepareUpdate?(&object, old, context)
    }

    package func validate(_ object: Value, in context: StrategyContext) -> [FieldError] {
        var errors: FieldErrors = []
        ObjectMetaValidation.check(object, namespaced: scope == .namespaced, name: nameRule, into: &errors)
        metadataCheck?(object, nil, &errors)
        check(object, nil, &errors)
        return errors
    }

    package func validateUpdate(_ object: Value, old: Value, in context: StrategyContext) -> [FieldError] {
        var errors: FieldErrors = []
        let own = subresources[context.subresource]
        let isSound = own == nil && (context.subresource == "status" || (divides && object["spec"] == old["spec"]))
        if isSound || !checksMetadataLast { ObjectMetaValidation.checkUpdate(object, old: old, into: &errors) }
        metadataCheck?(object, old, &errors)
        if isSound { return errors }
        (own ?? check)(object, old, &errors)
        if checksMetadataLast { ObjectMetaValidation.checkUpdate(object, old: old, into: &errors) }
        return errors
    }

    package func warningsBeforePreparation(_ object: Value, in context: StrategyContext) -> [String] { earlyWarnings?(object) ?? [] }

    package func warningsOnCreate(_ object: Value, in context: StrategyContext) -> [String] { warnings?(object, nil) ?? [] }

    package func warningsOnUpdate(_ object: Value, old: Value, in context: StrategyContext) -> [String] {
        ["", "scale"].contains(context.subresource) ? warnings?(object, old) ?? [] : []
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
