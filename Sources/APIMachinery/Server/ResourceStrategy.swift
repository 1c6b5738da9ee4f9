import KubernetesObjects
import SimulationKernel

/// What is known of a request while an object is prepared and validated.
package struct StrategyContext: Sendable {
    package var resource: GroupVersionResource
    package var kind: String
    /// `status`, `scale`, `resize`, `ephemeralcontainers`, ...; empty for the resource itself.
    package var subresource: String
    package var namespace: String
    package var user: UserInfo
    package var now: Instant
    /// The stored objects, for the few rules that look further than their own object.
    package var store: Store

    package init(
        resource: GroupVersionResource, kind: String, subresource: String = "", namespace: String = "", user: UserInfo, now: Instant, store: Store
    ) {
        self.resource = resource
        self.kind = kind
        self.subresource = subresource
        self.namespace = namespace
        self.user = user
        self.now = now
        self.store = store
    }
}

/// What is special about the objects of one resource: its preparation and validation.
///
/// The server itself does what holds for all kinds: metadata of the system, resource versions, generations,
/// keeping spec and status apart, finalizers, managed fields. A strategy is a value without state.
///
/// - Order on create: defaults (after decoding), mutating admission, `prepareForCreate`, `validate`, `warningsOnCreate`,
///   validating admission, store. On update: defaults, admission, `prepareForUpdate`, `validateUpdate`
///   (which includes what `validate` says where the real one does), `warningsOnUpdate`, store.
/// - Source: k8s.io/apiserver `registry/rest` strategies.
package protocol ResourceStrategy: Sendable {
    /// Changes a new object before it is validated: fields a user may not set, computed ones.
    func prepareForCreate(_ object: inout Value, in context: StrategyContext)
    /// What is warned of in a new object as it comes to `prepareForCreate`, whether or not it is valid.
    func warningsBeforePreparation(_ object: Value, in context: StrategyContext) -> [String]
    /// Changes an object before an update is validated. `status` has been put back to the old one already
    /// (or everything but the status, in the status subresource).
    func prepareForUpdate(_ object: inout Value, old: Value, in context: StrategyContext)
    /// What is wrong with a new object, in the real server's order, metadata included.
    func validate(_ object: Value, in context: StrategyContext) -> [FieldError]
    /// What is wrong with a changed object, in the real server's order, metadata included.
    func validateUpdate(_ object: Value, old: Value, in context: StrategyContext) -> [FieldError]
    func warningsOnCreate(_ object: Value, in context: StrategyContext) -> [String]
    func warningsOnUpdate(_ object: Value, old: Value, in context: StrategyContext) -> [String]
}

extension ResourceStrategy {
    package func prepareForCreate(_ object: inout Value, in context: StrategyContext) {}
    package func warningsBeforePreparation(_ object: Value, in context: StrategyContext) -> [String] { [] }
    package func prepareForUpdate(_ object: inout Value, old: Value, in context: StrategyContext) {}
    package func validate(_ object: Value, in context: StrategyContext) -> [FieldError] { [] }
    package func validateUpdate(_ object: Value, old: Value, in context: StrategyContext) -> [FieldError] { [] }
    package func warningsOnCreate(_ object: Value, in context: StrategyContext) -> [String] { [] }
    package func warningsOnUpdate(_ object: Value, old: Value, in context: StrategyContext) -> [String] { [] }
}

/// The strategies of a server: one a resource, and one for all others.
package struct StrategyTable: Sendable {
    package var byResource: [GroupResource: any ResourceStrategy]
    package var fallback: any ResourceStrategy

    package init(_ byResource: [GroupResource: any ResourceStrategy] = [:], fallback: any ResourceStrategy = PlainStrategy()) {
        self.byResource = byResource
        self.fallback = fallback
    }

    package subscript(resource: GroupResource) -> any ResourceStrategy { byResource[resource] ?? fallback }
}

/// Accepts everything as it is.
package struct PlainStrategy: ResourceStrategy {
    package init() {}
}
