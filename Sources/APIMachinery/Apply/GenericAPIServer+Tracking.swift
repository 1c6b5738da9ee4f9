import KubernetesObjects
import KubernetesSchema
import SimulationKernel

/// Keeping `metadata.managedFields` up while objects are created and updated.
///
/// - Source: k8s.io/apimachinery `util/managedfields`, v1.36.
/// - Order: pods of controllers, events and leases are written more than all else; their managers are only implied (`ImpliedManagers`)
///   until a client changes them. Tracking pods alone makes a large cluster a third slower.
extension GenericAPIServer {
    private func isTracked(_ scope: RequestScope) -> Bool { !(scope.isTrusted && ImpliedManagers.resources.contains(scope.type.storage)) }

    func updater(_ scope: RequestScope) -> ManagedFields.Manager {
        ManagedFields.Manager(
            name: scope.manager.isEmpty ? "unknown" : scope.manager, operation: "Update", apiVersion: scope.type.apiVersion,
            subresource: scope.subresource)
    }

    /// Fields that a request of this kind cannot write and so cannot own.
    ///
    /// - Source: the strategies' `GetResetFields`.
    static func unwritable(_ scope: RequestScope) -> FieldSet {
        var set = FieldSet()
        guard scope.type.traits.hasStatus else { return set }
        if scope.subresource.isEmpty {
            set.insert(["f:status"])
        } else if scope.subresource == "status" {
            set.insert(["f:spec"])
            if scope.type.storage == .deployments { set.insert(["f:metadata", "f:labels"]) }
            if scope.type.custom != nil { set.insert(["f:metadata"]) }
        }
        return set
    }

    static func stripped(_ comparison: TypedTree.Comparison, _ scope: RequestScope) -> TypedTree.Comparison {
        let unwritable = unwritable(scope)
        var result = comparison
        func strip(_ set: FieldSet) -> FieldSet {
            let kept = set.subtracting(ManagedFields.stripped)
            return unwritable.isEmpty ? kept : kept.recursivelySubtracting(unwritable)
        }
        result.added = strip(comparison.added)
        result.modified = strip(comparison.modified)
        result.removed = unwritable.isEmpty ? comparison.removed : comparison.removed.recursivelySubtracting(unwritable)
        return result
    }

    func trackManagersOnCreate(_ object: Value, _ scope: RequestScope) -> Value {
        if scope.isApplying { return object }
        let isTracked = isTracked(scope)
        if !isTracked, object["metadata"]?["managedFields"] == nil { return object }
        var object = object
        object["metadata", default: [:]]["managedFields"] = nil
        guard isTracked else { return object }
        let served = VersionConversion.served(object, scope.type)
        let empty: Value = scope.type.custom == nil ? [:] : ["apiVersion": .string(scope.type.apiVersion), "kind": .string(scope.type.kind)]
        let comparison = Self.stripped(TypedTree.compare(Self.zero(scope.type.schema, empty), served, scope.type.schema), scope)
        var managed = ManagedFields()
        managed.set(comparison.added.union(comparison.modified), of: updater(scope), time: now.rfc3339)
        object["metadata", default: [:]]["managedFields"] = managed.value
        return object
    }

    /// The tree of a Go struct that nobody has filled in.
    static func zero(_ schema: SchemaNode, _ value: Value) -> Value {
        guard let type = schema.type, type.form == .structure, type.structural == nil else { return value }
        return type.zeroValue
    }

    func trackManagersOnUpdate(_ object: Value, old: Value, _ scope: RequestScope) -> Value {
        if scope.isApplying { return object }
        let given = object["metadata"]?["managedFields"]
        let before = old["metadata"]?["managedFields"]
        if scope.isTrusted, before == nil, given == nil { return object }
        var object = object
        object["metadata", default: [:]]["managedFields"] = before
        if scope.isTrusted, before == nil { return object }
        var managed: ManagedFields
        if scope.subresource.isEmpty, let given, given != before {
            let isReset = given.elements.count == 1 && given.elements[0].fields?.isEmpty == true
            managed = isReset ? ManagedFields() : ManagedFields(given)
            if managed.entries.isEmpty, !isReset { managed = ManagedFields(before) }
            if isReset {
                object["metadata", default: [:]]["managedFields"] = nil
                return object
            }
        } else {
            if before == nil { return object }
            managed = ManagedFields(before)
        }
        let schema = scope.type.schema
        var after = object
        if scope.subresource == "status" {
            after["spec"] = old["spec"]
        } else if scope.type.traits.hasStatus {
            after["status"] = old["status"]
        }
        let comparison = Self.stripped(
            TypedTree.compare(VersionConversion.served(old, scope.type), VersionConversion.served(after, scope.type), schema), scope)
        if comparison.isSame, given == nil || given == before { return object }
        managed.giveUp(comparison, except: nil)
        let taken = comparison.added.union(comparison.modified)
        if !taken.isEmpty {
            let manager = updater(scope)
            managed.set((managed[manager]?.set ?? FieldSet()).union(taken), of: manager, time: now.rfc3339)
        }
        managed.cap()
        object["metadata", default: [:]]["managedFields"] = managed.value
        return object
    }

    /// Puts the old times back when an update changed nothing else.
    func keepManagersTimesIfUnchanged(_ object: Value, old: Value) -> Value {
        guard let after = object["metadata"]?["managedFields"], let before = old["metadata"]?["managedFields"], after != before,
            Self.differInTimesOnly(after.elements, before.elements)
        else { return object }
        var same = object
        same["metadata", default: [:]]["managedFields"] = before
        return same == old ? same : object
    }

    private static func differInTimesOnly(_ after: [Value], _ before: [Value]) -> Bool {
        guard after.count == before.count else { return false }
        for (new, old) in zip(after, before) {
            guard let new = new.fields, let old = old.fields, new.count == old.count else { return false }
            for (key, value) in new where key != "time" && old[key] != value { return false }
        }
        return true
    }
}
