import KubernetesObjects
import SimulationKernel

/// Creating and updating objects: what `registry/generic/registry.Store` does.
extension GenericAPIServer {
    // MARK: Create

    /// Admits, prepares, validates and stores a new object that was decoded and defaulted.
    mutating func create(_ decoded: Value, _ scope: inout RequestScope) throws(APIStatus) -> Value {
        var object = decoded
        try checkNamespace(&object, scope)
        let generateName = object.generateName
        let isNameGenerated = object.name.isEmpty && !generateName.isEmpty
        if !object.resourceVersion.isEmpty, object.resourceVersion != "0" {
            throw refused(scope, APIStatus(code: 500, reason: "", message: "resourceVersion should not be set on objects to be created"))
        }
        var attempt = 0
        while true {
            var candidate = object
            var metadata = candidate["metadata"] ?? [:]
            candidate["metadata"] = .null
            if isNameGenerated { metadata["name"] = .string(generateName.utf8Prefix(58) + suffixes.nameSuffix()) }
            metadata["uid"] = .string(uids.uuid())
            metadata["creationTimestamp"] = stamp
            metadata["resourceVersion"] = nil
            metadata["selfLink"] = nil
            metadata["deletionTimestamp"] = nil
            metadata["deletionGracePeriodSeconds"] = nil
            metadata["generation"] = scope.type.traits.countsGenerations ? 1 : nil
            let name = metadata["name"]?.stringValue ?? ""
            candidate["metadata"] = metadata
            scope.name = name
            var reservation = Reservation()
            do throws(APIStatus) {
                var attributes = try admittedForCreate(candidate, &scope)
                // Before validation, and before it is looked whether the object is there: a port that it has already is taken.
                if scope.type.storage == .services {
                    try allocators.allocate(for: &attributes.object, old: nil, into: &reservation, store: store)
                }
                candidate = try validatedForCreate(&attributes, &scope)
                let key = scope.key
                let exists = store.get(key) != nil
                if exists {
                    attempt += 1
                    if isNameGenerated, attempt < 8 {
                        allocators.release(reservation)
                        continue
                    }
                    throw APIStatus.alreadyExists(scope.type.groupResource, name: name)
                }
                try checkSize(candidate)
                try checkRoom()
            } catch {
                allocators.release(reservation)
                throw refused(scope, error)
            }
            if scope.isDryRun {
                allocators.release(reservation)
                return candidate
            }
            return put(candidate, scope.key, action: "create", scope)
        }
    }

    /// Runs a new object through the plug-ins that change it, and prepares it. Changes nothing, so that no view of the store outlives it.
    private func admittedForCreate(_ object: Value, _ scope: inout RequestScope) throws(APIStatus) -> AdmissionAttributes {
        var object = object
        let context = strategyContext(scope)
        let strategy = pipeline.strategies[scope.type.storage]
        // Before the managers are told, since conversion sets this annotation when the object is read.
        if scope.type.storage == .daemonSets { DaemonSetPreparation.create(&object, context) }
        object = trackManagersOnCreate(object, scope)
        var attributes = AdmissionAttributes(
            operation: .create, resource: scope.type.resource, kind: scope.type.kind, subresource: scope.subresource, namespace: scope.namespace,
            name: scope.name, object: object, user: scope.user, options: scope.options)
        try admit(&attributes, &scope)
        object = attributes.object
        attributes.object = .null
        if scope.type.traits.hasStatus, scope.type.custom != nil { object["status"] = nil }
        if !scope.isTrusted { for warning in strategy.warningsBeforePreparation(object, in: context) { scope.warn(warning) } }
        strategy.prepareForCreate(&object, in: context)
        attributes.object = object
        return attributes
    }

    /// Validates a new object that is prepared, and asks the plug-ins that only look.
    private func validatedForCreate(_ attributes: inout AdmissionAttributes, _ scope: inout RequestScope) throws(APIStatus) -> Value {
        let object = attributes.object
        let context = strategyContext(scope)
        let strategy = pipeline.strategies[scope.type.storage]
        var errors = scope.hasSoundSpec ? PodValidation.checkMetadata(object) : strategy.validate(object, in: context)
        if let custom = scope.type.custom { errors += custom.validate(object, old: nil) }
        if !errors.contains(where: { $0.field.hasPrefix("metadata.name") }) { errors = Self.nameErrors(object) + errors }
        if !errors.isEmpty {
            throw .invalid(kind: scope.type.kind, group: scope.type.resource.group, name: object.name, errors)
        }
        // Nobody reads the warnings that components get.
        if !scope.isTrusted { for warning in strategy.warningsOnCreate(object, in: context) { scope.warn(warning) } }
        attributes.name = object.name
        try validateAdmission(&attributes, &scope)
        return object
    }

    // MARK: Update

    /// Stores a changed object: `change` makes the new one of the present one.
    ///
    /// - Throws: what the change throws; NotFound, Conflict, Invalid, Forbidden.
    mutating func update(
        _ scope: inout RequestScope, createIfMissing: Bool = false,
        change: (Value, inout RequestScope) throws(APIStatus) -> Value
    ) throws(APIStatus) -> (object: Value, isCreated: Bool) {
        let key = scope.key
        guard let stored = store.get(key) else {
            if createIfMissing {
                let made = try change(.null, &scope)
                return (try create(made, &scope), true)
            }
            throw refused(scope, .notFound(scope.type.groupResource, name: scope.name))
        }
        let old = scope.isTrusted ? stored : ImpliedManagers.told(stored, scope.type)
        var object: Value
        var reservation = Reservation()
        do throws(APIStatus) {
            object = try change(old, &scope)
            // What comes from outside is a tree of its own: from here on what did not change is found out by looking at its storage.
            // Components change copies of what is stored.
            if !scope.isTrusted { object.share(with: old) }
            object = try preparedForUpdate(object, old: old, &scope)
            if object == old, !scope.isDryRun, !isFinallyDeleted(object, old: old) { return (old, false) }
            if key.resource == .services, scope.subresource.isEmpty {
                try allocators.allocate(for: &object, old: old, into: &reservation, store: store)
            }
            try checkSize(object)
        } catch {
            allocators.release(reservation)
            throw refused(scope, error)
        }
        if scope.isDryRun {
            allocators.release(reservation)
            return (object, false)
        }
        allocators.commit(reservation)
        if isFinallyDeleted(object, old: old) {
            remove(key, last: object, scope)
            return (object, false)
        }
        return (put(object, key, action: scope.subresource.isEmpty ? "update" : "update/" + scope.subresource, scope), false)
    }

    /// A whole object that is put names by its UID which object it takes the place of; a patch does not.
    ///
    /// - Throws: 409 where an object of this name was deleted and created anew.
    static func checkPrecondition(uid: String, of old: Value, _ scope: RequestScope) throws(APIStatus) {
        if uid.isEmpty || uid == old.uid { return }
        throw .conflict(scope.type.groupResource, name: scope.name, because: scope.type.preconditionText(uid: uid, of: old, scope.key))
    }

    /// Whether an update of an object that is being deleted took away the last thing that held it.
    private func isFinallyDeleted(_ object: Value, old: Value) -> Bool {
        guard old.isBeingDeleted, object.finalizers.isEmpty else { return false }
        if old.kind == "Namespace", old["metadata"]?["deletionGracePeriodSeconds"] == nil {
            return (object["spec"]?["finalizers"]?.elements ?? []).isEmpty
        }
        return old.deletionGracePeriodSeconds == 0
    }

    private func preparedForUpdate(_ new: Value, old: Value, _ scope: inout RequestScope) throws(APIStatus) -> Value {
        var object = new
        let type = scope.type
        let strategy = pipeline.strategies[type.storage]
        try checkNamespace(&object, scope)
        let version = object.resourceVersion
        if !version.isEmpty, version != "0" {
            if version != old.resourceVersion {
                do throws(RevisionProblem) { _ = try Self.revision(version) } catch {
                    throw APIStatus(code: 500, reason: "", message: error.reason)
                }
                throw .conflict(type.groupResource, name: scope.name, because: APIStatus.staleObjectMessage)
            }
        } else if !type.traits.allowsUnconditionalUpdate {
            throw .invalid(
                kind: type.resource.resource, group: type.resource.group, name: scope.name,
                [.invalid("metadata.resourceVersion", 0, "must be specified for an update")])
        }
        Self.keepSystemMetadata(&object, old: old)
        let context = strategyContext(scope)
        if type.storage == .daemonSets { DaemonSetPreparation.update(&object, old, context) }
        object = trackManagersOnUpdate(object, old: old, scope)
        var attributes = AdmissionAttributes(
            operation: .update, resource: type.resource, kind: type.kind, subresource: scope.subresource, namespace: scope.namespace,
            name: scope.name, object: object, oldObject: old, user: scope.user, options: scope.options)
        try admit(&attributes, &scope)
        object = attributes.object
        separateStatus(&object, old: old, scope)
        strategy.prepareForUpdate(&object, old: old, in: context)
        countGeneration(&object, old: old, scope)
        var errors = strategy.validateUpdate(object, old: old, in: context)
        if let custom = type.custom { errors += custom.validate(object, old: old) }
        errors = Self.metadataErrors(object, old: old, unless: errors) + errors
        if !errors.isEmpty { throw .invalid(kind: type.kind, group: type.resource.group, name: scope.name, errors) }
        if !scope.isTrusted { for warning in strategy.warningsOnUpdate(object, old: old, in: context) { scope.warn(warning) } }
        attributes.object = object
        try validateAdmission(&attributes, &scope)
        object = keepManagersTimesIfUnchanged(object, old: old)
        return object
    }

    // MARK: Storing

    /// Stores an object, traces the write and tells the components.
    @discardableResult
    mutating func put(_ object: Value, _ key: ObjectKey, action: String, _ scope: RequestScope) -> Value {
        let kind = scope.type.kind
        let id = trace.record(
            cause: scope.cause, time: now, actor: scope.actor, action: action, subject: Self.subject(kind, key))
        let event = store.put(object, at: key, cause: id)
        outbox.append(event)
        afterWrite(event)
        return event.object
    }

    /// Removes an object for good. `last` is the state it is remembered by.
    mutating func remove(_ key: ObjectKey, last: Value?, _ scope: RequestScope) {
        let id = trace.record(
            cause: scope.cause, time: now, actor: scope.actor, action: "delete", subject: Self.subject(scope.type.kind, key))
        guard let event = store.remove(key, cause: id, last: last) else { return }
        if key.resource == .services { allocators.releaseAll(of: event.object) }
        outbox.append(event)
        afterWrite(event)
    }

    /// Notes a refusal in the trace and hands it on.
    mutating func refused(_ scope: RequestScope, _ status: APIStatus) -> APIStatus {
        trace.record(
            cause: scope.cause, time: now, actor: scope.actor, action: "refused", subject: Self.subject(scope.type.kind, scope.key),
            detail: status.message)
        return status
    }

    static func subject(_ kind: String, _ key: ObjectKey) -> String {
        key.namespace.isEmpty ? "\(kind) \(key.name)" : "\(kind) \(key.namespace)/\(key.name)"
    }
}
