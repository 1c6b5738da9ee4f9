import KubernetesObjects
import SimulationKernel

/// Deleting: grace periods, finalizers, propagation.
///
/// - Source: apiserver `registry/generic/registry.Store.Delete`, `registry/rest.BeforeDelete`.
extension GenericAPIServer {
    static let orphanFinalizer = "orphan"
    static let foregroundFinalizer = "foregroundDeletion"

    /// How a deletion ended.
    enum DeletionOutcome {
        /// The object is gone; what it was.
        case removed(Value)
        /// The object stays for now, marked.
        case marked(Value)

        var object: Value {
            switch self {
            case .removed(let object), .marked(let object): object
            }
        }
    }

    mutating func delete(_ scope: inout RequestScope) throws(APIStatus) -> DeletionOutcome {
        let key = scope.key
        guard let object = store.get(key) else { throw refused(scope, .notFound(scope.type.groupResource, name: scope.name)) }
        do throws(APIStatus) {
            try checkPreconditions(object, scope)
            try admitDeletion(object, &scope)
        } catch { throw refused(scope, error) }
        if scope.type.storage == .namespaces { return deleteNamespace(object, &scope) }

        if scope.type.storage == .customResourceDefinitions { return try deleteDefinition(object, &scope) }

        var marked = object
        let grace = beginGracefulDeletion(&marked, scope)
        if case .pending = grace { return .marked(object) }
        let finalizers = finalizersForPropagation(object, scope)
        if finalizers != object.finalizers { marked.setFinalizers(finalizers) }
        if case .now = grace, !finalizers.isEmpty { markAsDeleting(&marked) }
        let isHeld = !finalizers.isEmpty
        let waits: Bool = if case .begun(let seconds) = grace { seconds > 0 } else { false }
        if isHeld || waits {
            if marked == object { return .marked(object) }
            if scope.isDryRun { return .marked(marked) }
            return .marked(put(marked, key, action: "mark-deleted", scope))
        }
        if scope.isDryRun { return .removed(object) }
        remove(key, last: marked, scope)
        return .removed(object)
    }

    private func checkPreconditions(_ object: Value, _ scope: RequestScope) throws(APIStatus) {
        let kind = GroupResource(scope.type.kind, group: scope.type.resource.group)
        if let uid = scope.options.preconditionUID, uid != object.uid {
            throw .conflict(
                kind, name: scope.name,
                because: "the UID in the precondition (\(uid)) does not match the UID in record (\(object.uid)). "
                    + "The object might have been deleted and then recreated")
        }
        if let version = scope.options.preconditionResourceVersion, version != object.resourceVersion {
            throw .conflict(
                kind, name: scope.name,
                because: "the ResourceVersion in the precondition (\(version)) does not match the ResourceVersion in record "
                    + "(\(object.resourceVersion)). The object might have been modified")
        }
    }

    private func admitDeletion(_ object: Value, _ scope: inout RequestScope) throws(APIStatus) {
        var attributes = AdmissionAttributes(
            operation: .delete, resource: scope.type.resource, kind: scope.type.kind, namespace: scope.namespace, name: scope.name, object: .null,
            oldObject: object, user: scope.user, options: scope.options)
        try admit(&attributes, &scope)
        try validateAdmission(&attributes, &scope)
    }

    private enum Grace {
        /// It is being deleted already and this request changes nothing.
        case pending
        /// It was marked to go after so many seconds.
        case begun(seconds: Int)
        /// Its kind knows no grace, or what is left of it is over.
        case now
    }

    private func beginGracefulDeletion(_ object: inout Value, _ scope: RequestScope) -> Grace {
        guard scope.type.traits.deletesGracefully else { return .now }
        let asked = scope.options.gracePeriodSeconds
        if object.isBeingDeleted {
            guard let present = object.deletionGracePeriodSeconds else { return .now }
            guard let asked, asked < present else { return .pending }
            let seconds = Self.podGrace(object, asked: asked)
            if let mark = object["metadata"]?["deletionTimestamp"]?.stringValue.flatMap(Instant.init(rfc3339:)) {
                object["metadata", default: [:]]["deletionTimestamp"] = .string((mark - .seconds(present) + .seconds(seconds)).rfc3339)
            }
            object["metadata", default: [:]]["deletionGracePeriodSeconds"] = Value(seconds)
            return .begun(seconds: seconds)
        }
        let seconds = Self.podGrace(object, asked: asked)
        var metadata = object["metadata"] ?? [:]
        metadata["deletionTimestamp"] = .string((now + .seconds(seconds)).rfc3339)
        metadata["deletionGracePeriodSeconds"] = Value(seconds)
        if object.generation > 0 { metadata["generation"] = Value(object.generation + 1) }
        object["metadata"] = metadata
        return .begun(seconds: seconds)
    }

    /// How long a pod may take to stop: what was asked, else its own period; nothing when it does not run.
    ///
    /// - Source: `pkg/registry/core/pod` `CheckGracefulDelete`.
    static func podGrace(_ pod: Value, asked: Int?) -> Int {
        var seconds = asked ?? pod["spec"]?["terminationGracePeriodSeconds"]?.intValue ?? 30
        if (pod["spec"]?["nodeName"]?.stringValue ?? "").isEmpty { return 0 }
        let phase = pod["status"]?["phase"]?.stringValue
        if phase == "Failed" || phase == "Succeeded" { return 0 }
        if seconds < 0 { seconds = 1 }
        return min(seconds, 1 << 31)
    }

    /// Marks an object without grace as being deleted.
    private func markAsDeleting(_ object: inout Value) {
        var metadata = object["metadata"] ?? [:]
        if !object.isBeingDeleted {
            if object.generation > 0 { metadata["generation"] = Value(object.generation + 1) }
            metadata["deletionTimestamp"] = .string(now.rfc3339)
        }
        metadata["deletionGracePeriodSeconds"] = 0
        object["metadata"] = metadata
    }

    /// The finalizers an object has after a deletion with these options.
    func finalizersForPropagation(_ object: Value, _ scope: RequestScope) -> [String] {
        let present = object.finalizers
        if scope.type.storage == .events { return present }
        let options = scope.options
        let orphans: Bool
        let isForeground: Bool
        if let orphan = options.orphanDependents {
            orphans = orphan
            isForeground = false
        } else if let policy = options.propagationPolicy {
            orphans = policy == .orphan
            isForeground = policy == .foreground
        } else {
            orphans = present.contains(Self.orphanFinalizer)
            isForeground = present.contains(Self.foregroundFinalizer)
        }
        if !orphans, !isForeground, !present.contains(Self.orphanFinalizer), !present.contains(Self.foregroundFinalizer) { return present }
        var result = present.filter { $0 != Self.orphanFinalizer && $0 != Self.foregroundFinalizer }
        if orphans { result.append(Self.orphanFinalizer) }
        if isForeground { result.append(Self.foregroundFinalizer) }
        return Set(result) == Set(present) ? present : result
    }

    /// A namespace is marked first; it goes when its contents are gone and its finalizers empty.
    private mutating func deleteNamespace(_ object: Value, _ scope: inout RequestScope) -> DeletionOutcome {
        if !object.isBeingDeleted {
            var marked = object
            marked["metadata", default: [:]]["deletionTimestamp"] = .string(now.rfc3339)
            marked["status", default: [:]]["phase"] = "Terminating"
            let finalizers = finalizersForPropagation(object, scope)
            if finalizers != object.finalizers { marked.setFinalizers(finalizers) }
            if scope.isDryRun { return .marked(marked) }
            return .marked(put(marked, scope.key, action: "mark-deleted", scope))
        }
        if !(object["spec"]?["finalizers"]?.elements ?? []).isEmpty || !object.finalizers.isEmpty { return .marked(object) }
        if !scope.isDryRun { remove(scope.key, last: object, scope) }
        return .removed(object)
    }

    /// What a deletion answers: the marked object, or a Success status for a removed one.
    func deletionAnswer(_ outcome: DeletionOutcome, _ scope: RequestScope) -> APIResponse {
        switch outcome {
        case .removed(let object):
            if scope.type.traits.returnsDeletedObject { return APIResponse(body: object, warnings: scope.warnings) }
            var details: Value = ["name": .string(scope.name)]
            if !scope.type.resource.group.isEmpty { details["group"] = .string(scope.type.resource.group) }
            details["kind"] = .string(scope.type.resource.resource)
            details["uid"] = .string(object.uid)
            return APIResponse(
                body: ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": details], warnings: scope.warnings)
        case .marked(let object):
            let isAccepted = scope.options.orphanDependents == false || scope.options.propagationPolicy == .foreground
            return APIResponse(code: isAccepted ? 202 : 200, body: object, warnings: scope.warnings)
        }
    }
}

extension Value {
    /// Replaces the finalizers; removes the field when there are none.
    mutating func setFinalizers(_ names: [String]) {
        self["metadata", default: [:]]["finalizers"] = names.isEmpty ? nil : Value(names)
    }
}
