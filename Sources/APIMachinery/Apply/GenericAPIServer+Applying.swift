import KubernetesObjects
import KubernetesSchema
import SimulationKernel

/// Server-side apply.
///
/// - Source: sigs.k8s.io/structured-merge-diff `merge.Updater.Apply`, apimachinery `util/managedfields/internal`, v1.36.
extension GenericAPIServer {
    /// The annotation in which client-side apply keeps what it applied.
    static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

    mutating func apply(_ configuration: Value, _ scope: inout RequestScope) throws(APIStatus) -> (object: Value, isCreated: Bool) {
        do throws(APIStatus) {
            try checkConfiguration(configuration, scope)
        } catch { throw refused(scope, error) }
        scope.isApplying = true
        let now = now
        let isCreating = store.get(scope.key) == nil
        if isCreating {
            if !scope.subresource.isEmpty { throw refused(scope, .notFound(scope.type.groupResource, name: scope.name)) }
            if let uid = configuration["metadata"]?["uid"]?.stringValue, !uid.isEmpty {
                throw refused(
                    scope,
                    .conflict(
                        scope.type.groupResource, name: scope.name,
                        because: "uid mismatch: the provided object specified uid \(uid), and no existing object was found"))
            }
            var object: Value
            do throws(APIStatus) {
                object = try Self.applied(configuration, to: .null, &scope, now: now)
                object = try Self.decodePatched(object, patch: configuration, .apply, &scope)
            } catch { throw refused(scope, error) }
            object = Self.defaulted(VersionConversion.stored(object, scope.type), scope.type)
            return (try create(object, &scope), true)
        }
        let result = try update(&scope) { (old: Value, scope: inout RequestScope) throws(APIStatus) in
            let present = VersionConversion.served(old, scope.type)
            let merged = try Self.applied(configuration, to: present, &scope, now: now)
            let object = VersionConversion.stored(
                try Self.decodePatched(merged, patch: configuration, .apply, &scope, present: present), scope.type)
            return Self.defaulted(object, scope.type, known: old)
        }
        return (result.object, false)
    }

    private func checkConfiguration(_ configuration: Value, _ scope: RequestScope) throws(APIStatus) {
        if scope.manager.isEmpty {
            throw .invalid(
                kind: "PatchOptions", group: "meta.k8s.io", name: "", [.required("fieldManager", "is required for apply patch")])
        }
        guard configuration.fields != nil else {
            throw .badRequest("error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal \(configuration.goTypeName) into Go value of type map[string]interface {}")
        }
        if configuration.apiVersion != scope.type.apiVersion, !configuration.apiVersion.isEmpty {
            throw .badRequest(
                "Incorrect version specified in apply patch. Specified patch version: \(configuration.apiVersion), "
                    + "expected: \(scope.type.apiVersion)")
        }
        if configuration.apiVersion.isEmpty || configuration.kind.isEmpty {
            throw .badRequest("invalid object type: /, Kind=")
        }
        if !configuration.name.isEmpty, configuration.name != scope.name {
            throw .badRequest("metadata.name: Invalid value: \(goQuoted(configuration.name)): must match the name on the URL")
        }
        if let managed = configuration["metadata"]?["managedFields"], !managed.isNull {
            throw .badRequest("metadata.managedFields must be nil")
        }
        if let problem = TypedCheck.problem(in: configuration, scope.type.schema) {
            let place = scope.namespace.isEmpty ? scope.name : "\(scope.namespace)/\(scope.name)"
            throw APIStatus(
                code: 500, reason: "", message: "failed to create typed patch object (\(place); \(scope.type.kindDescription)): \(problem)")
        }
    }

    /// What an object becomes when a manager applies a configuration to it.
    ///
    /// - Throws: 409 with a cause for each field that others own and would get another value.
    static func applied(
        _ configuration: Value, to live: Value, _ scope: inout RequestScope, now: Instant
    ) throws(APIStatus) -> Value {
        let schema = scope.type.schema
        let base: Value = ["apiVersion": .string(scope.type.apiVersion), "kind": .string(scope.type.kind)]
        var present = live.isNull ? base : live
        var managed = ManagedFields(present["metadata"]?["managedFields"])
        present["metadata", default: [:]]["managedFields"] = nil
        let manager = ManagedFields.Manager(
            name: scope.manager, operation: "Apply", apiVersion: scope.type.apiVersion, subresource: scope.subresource)
        if managed.entries.isEmpty, !live.isNull {
            let all = stripped(TypedTree.compare(zero(schema, base), present, schema), scope)
            var before = scope
            before.subresource = ""
            managed.set(
                all.added.union(all.modified),
                of: ManagedFields.Manager(name: "before-first-apply", operation: "Update", apiVersion: scope.type.apiVersion, subresource: ""),
                time: now.rfc3339)
        }
        var configuration = configuration
        if configuration.name.isEmpty { configuration["metadata", default: [:]]["name"] = .string(scope.name) }
        var merged: Value
        do throws(TypedTree.Duplicate) {
            merged = try TypedTree.merge(present, configuration, schema)
        } catch {
            let place = scope.namespace.isEmpty ? scope.name : "\(scope.namespace)/\(scope.name)"
            throw APIStatus(
                code: 500, reason: "",
                message: "failed to create typed patch object (\(place); \(scope.type.kindDescription)): \(error.message)")
        }
        let last = managed[manager]?.set ?? FieldSet()
        let applied = TypedTree.fields(of: configuration, schema)
        let set = applied.subtracting(ManagedFields.stripped).recursivelySubtracting(unwritable(scope))
        managed.set(set, of: manager, time: nil)
        merged = pruned(merged, last, applied, managed, schema)
        let comparison = stripped(TypedTree.compare(present, merged, schema), scope)
        try checkConflicts(comparison, managed, manager, present, schema, scope)
        managed.giveUp(comparison, except: manager)
        let isSame = comparison.isSame && last == set
        managed.set(set, of: manager, time: isSame && !live.isNull ? nil : now.rfc3339)
        if manager.name == "kubectl", present.annotation(lastApplied) != nil {
            merged["metadata", default: [:]]["annotations", default: [:]][lastApplied] = .string(lastAppliedText(configuration))
        }
        merged["metadata", default: [:]]["managedFields"] = managed.value
        return merged
    }

    /// Removes what the manager applied before and nobody wants any more.
    private static func pruned(
        _ merged: Value, _ last: FieldSet, _ applied: FieldSet, _ managed: ManagedFields, _ schema: SchemaNode
    ) -> Value {
        if last.isEmpty { return merged }
        let lastNamed = last.withNamedFieldsAsMembers(schema)
        var result = TypedTree.removing(lastNamed, from: merged, schema)
        let mergedSet = TypedTree.fields(of: merged, schema).withNamedFieldsAsMembers(schema)
        let owned = managed.entries.reduce(applied) { $0.union($1.set) }.withNamedFieldsAsMembers(schema)
        let kept = TypedTree.fields(of: result, schema).withNamedFieldsAsMembers(schema).union(owned)
        result = TypedTree.removing(mergedSet.subtracting(kept), from: merged, schema)
        let prunedSet = TypedTree.fields(of: result, schema).withNamedFieldsAsMembers(schema)
        return TypedTree.removing(mergedSet.subtracting(prunedSet).intersection(lastNamed), from: merged, schema)
    }

    private static func checkConflicts(
        _ comparison: TypedTree.Comparison, _ managed: ManagedFields, _ manager: ManagedFields.Manager, _ live: Value, _ schema: SchemaNode,
        _ scope: RequestScope
    ) throws(APIStatus) {
        if scope.options.force { return }
        let changed = comparison.added.union(comparison.modified)
        var conflicts: [(manager: ManagedFields.Manager, paths: [String])] = []
        var allowed = FieldSet()
        if manager.name == "kubectl", let text = live.annotation(lastApplied), let before = try? Value(parsingJSON: text) {
            allowed = TypedTree.fields(of: before, schema)
        }
        for entry in managed.entries where entry.manager.identity != manager.identity {
            let common = entry.set.intersection(changed).subtracting(allowed)
            if !common.isEmpty { conflicts.append((entry.manager, common.paths)) }
        }
        guard !conflicts.isEmpty else { return }
        conflicts.sort { ($0.manager.description, $0.manager.operation) < ($1.manager.description, $1.manager.operation) }
        let causes: [Value] = conflicts.flatMap { conflict in
            conflict.paths.map {
                ["reason": "FieldManagerConflict", "message": .string("conflict with \(conflict.manager.description)"), "field": .string($0)]
            }
        }
        var message = "Apply failed with 1 conflict: conflict with \(conflicts[0].manager.description): \(conflicts[0].paths[0])"
        if causes.count > 1 {
            let lines = conflicts.flatMap { ["conflicts with \($0.manager.description):"] + $0.paths.map { "- \($0)" } }
            message = "Apply failed with \(causes.count) conflicts: " + lines.joined(separator: "\n")
        }
        throw APIStatus(code: 409, reason: "Conflict", message: message, details: ["causes": .array(causes)])
    }

    /// What client-side apply would have written into its annotation.
    private static func lastAppliedText(_ configuration: Value) -> String {
        var object = configuration
        if object["metadata"]?["annotations"] == nil { object["metadata", default: [:]]["annotations"] = [:] }
        object["metadata", default: [:]]["annotations", default: [:]][lastApplied] = nil
        object["metadata", default: [:]]["managedFields"] = nil
        return compactJSON(object, sortedKeys: true) + "\n"
    }
}
