import KubernetesObjects
import SimulationKernel

/// The steps that creating and updating share.
extension GenericAPIServer {
    func strategyContext(_ scope: RequestScope) -> StrategyContext {
        StrategyContext(
            resource: scope.type.resource, kind: scope.type.kind, subresource: scope.subresource, namespace: scope.namespace, user: scope.user,
            now: now, store: store)
    }

    var admissionContext: AdmissionContext {
        AdmissionContext(store: store, now: now, authorizers: pipeline.authorizers, resources: resources)
    }

    func admit(_ attributes: inout AdmissionAttributes, _ scope: inout RequestScope) throws(APIStatus) {
        let context = admissionContext
        repeat {
            for plugin in pipeline.plugins
            where plugin.handles(attributes.operation, scope.type.storage, subresource: attributes.subresource) {
                try plugin.admit(&attributes, in: context)
            }
        } while attributes.reinvocation.begin()
        takeWarnings(&attributes, &scope)
    }

    func validateAdmission(_ attributes: inout AdmissionAttributes, _ scope: inout RequestScope) throws(APIStatus) {
        let context = admissionContext
        for plugin in pipeline.plugins
        where plugin.handles(attributes.operation, scope.type.storage, subresource: attributes.subresource) {
            try plugin.validate(&attributes, in: context)
        }
        takeWarnings(&attributes, &scope)
    }

    private func takeWarnings(_ attributes: inout AdmissionAttributes, _ scope: inout RequestScope) {
        if !attributes.auditAnnotations.isEmpty {
            scope.auditAnnotations.merge(attributes.auditAnnotations) { $1 }
            attributes.auditAnnotations = [:]
        }
        guard !attributes.warnings.isEmpty else { return }
        for warning in attributes.warnings { scope.warn(warning) }
        attributes.warnings = []
    }

    /// Puts the request's namespace into an object that names none, and refuses one that names another.
    func checkNamespace(_ object: inout Value, _ scope: RequestScope) throws(APIStatus) {
        let namespace = object.namespace
        guard scope.type.isNamespaced else {
            if !namespace.isEmpty { object["metadata", default: [:]]["namespace"] = nil }
            return
        }
        if namespace.isEmpty {
            object["metadata", default: [:]]["namespace"] = .string(scope.namespace)
        } else if namespace != scope.namespace {
            throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
        }
    }

    /// What is wrong when a new object has no name at all.
    static func nameErrors(_ object: Value) -> [FieldError] {
        object.name.isEmpty && object.generateName.isEmpty ? [.required("metadata.name", "name or generateName is required")] : []
    }

    /// Keeps what no update may change: a writer that leaves it out gets it back.
    static func keepSystemMetadata(_ object: inout Value, old: Value) {
        var metadata = object["metadata"] ?? [:]
        let before = old["metadata"] ?? [:]
        object["metadata"] = .null
        metadata["resourceVersion"] = before["resourceVersion"]
        metadata["generation"] = before["generation"]
        for field in ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"] where isUnset(metadata[field]) {
            metadata[field] = before[field]
        }
        metadata["selfLink"] = nil
        for field in ["labels", "annotations", "ownerReferences", "finalizers"] {
            if let value = metadata[field], value.isEmptyValue { metadata[field] = nil }
        }
        object["metadata"] = metadata
    }

    private static func isUnset(_ value: Value?) -> Bool {
        guard let value else { return true }
        return value.isNull || value.stringValue == ""
    }

    /// What is wrong with changed metadata of the system, unless a strategy has said it already.
    static func metadataErrors(_ object: Value, old: Value, unless known: [FieldError]) -> [FieldError] {
        var errors: [FieldError] = []
        let metadata = object["metadata"] ?? [:]
        let before = old["metadata"] ?? [:]
        for field in ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"] {
            let new = metadata[field]
            guard new != before[field], !known.contains(where: { $0.field == "metadata." + field }) else { continue }
            errors.append(.invalid("metadata." + field, new, "field is immutable"))
        }
        if old.isBeingDeleted, !known.contains(where: { $0.field == "metadata.finalizers" }) {
            let before = Set(old.finalizers)
            let added = object.finalizers.filter { !before.contains($0) }.sorted()
            if !added.isEmpty {
                let list = added.map(goQuoted).joined(separator: ", ")
                errors.append(
                    .forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found new finalizers []string{\(list)}"))
            }
        }
        return errors
    }

    /// Keeps the status in an update of the object, and all else in an update of its status.
    func separateStatus(_ object: inout Value, old: Value, _ scope: RequestScope) {
        guard scope.type.traits.hasStatus else { return }
        if scope.subresource.isEmpty {
            object["status"] = old["status"]
            return
        }
        guard scope.subresource == "status" else { return }
        let rule = StatusUpdateRule.of(scope.type)
        var result = old
        result["status"] = object["status"]
        var metadata = old["metadata"] ?? [:]
        for field in rule.writableMetadata { metadata[field] = object["metadata"]?[field] }
        metadata["managedFields"] = object["metadata"]?["managedFields"]
        result["metadata"] = metadata
        object = result
    }

    /// Counts a change of the spec.
    func countGeneration(_ object: inout Value, old: Value, _ scope: RequestScope) {
        let traits = scope.type.traits
        guard traits.countsGenerations, scope.subresource != "status" else { return }
        let changed: Bool
        if traits.generationFields.isEmpty {
            if scope.type.custom == nil {
                changed =
                    object["spec"] != old["spec"] || Self.hasOtherChange(object, old)
                    || (traits.countsAnnotations && object.annotations != old.annotations)
            } else {
                changed = Self.hasOtherChange(object, old) || object["spec"] != old["spec"]
                    || (!traits.hasStatus && object["status"] != old["status"])
            }
        } else {
            changed =
                traits.generationFields.contains { object[$0] != old[$0] }
                || (traits.countsLabels && object["metadata", "labels"] != old["metadata", "labels"])
        }
        if changed { object["metadata", default: [:]]["generation"] = Value(max(old.generation, 0) + 1) }
    }

    private static let notCounted: Set<String> = ["apiVersion", "kind", "metadata", "spec", "status"]

    private static func hasOtherChange(_ object: Value, _ old: Value) -> Bool {
        guard let new = object.fields, let before = old.fields else { return false }
        for (key, value) in new where !notCounted.contains(key) && before[key] != value { return true }
        for (key, _) in before where !notCounted.contains(key) && new[key] == nil { return true }
        return false
    }

    /// Refuses an object that is too large to be stored.
    ///
    /// - Source: etcd's `--max-request-bytes`, and before it the limit of its client for one message.
    /// - Differs: built-in kinds are measured as JSON too, which is longer than their protocol buffers.
    func checkSize(_ object: Value) throws(APIStatus) {
        guard object.jsonSizeExceeds(settings.objectSizeMax) else { return }
        let size = object.jsonSize
        throw APIStatus(
            code: 500, reason: "",
            message: size <= settings.messageSizeMax
                ? "etcdserver: request is too large"
                : "rpc error: code = ResourceExhausted desc = trying to send message larger than max (\(size) vs. \(settings.messageSizeMax))")
    }

    /// Refuses one object more than the store takes.
    ///
    /// - Source: etcd's `--quota-backend-bytes`, past which it takes nothing new.
    /// - Differs: objects are counted and not their bytes, and those that are there may still be changed.
    func checkRoom() throws(APIStatus) {
        guard store.count >= settings.objectsMax else { return }
        throw APIStatus(code: 500, reason: "", message: "etcdserver: mvcc: database space exceeded")
    }

    /// Refuses a request whose body is larger than any that a server reads.
    func checkBodySize(_ request: APIRequest) throws(APIStatus) {
        // What came as bytes was measured when it was read.
        guard !request.isBodyMeasured, let body = request.body, body.jsonSizeExceeds(settings.bodySizeMax) else { return }
        throw .bodyTooLarge(limit: settings.bodySizeMax)
    }
}

/// Which metadata an update of the status may change.
///
/// - Source: the status strategies of `pkg/registry`: most keep the spec alone, so labels and annotations may change with the status.
struct StatusUpdateRule {
    var writableMetadata: [String]

    private static let all = ["labels", "annotations", "finalizers", "ownerReferences"]
    /// Whose status strategies reset labels or all metadata.
    private static let strict: Set<String> = ["customresourcedefinitions.apiextensions.k8s.io", "apiservices.apiregistration.k8s.io"]
    private static let withoutLabels: Set<String> = ["deployments.apps"]
    private static let withoutOwners: Set<String> = ["pods"]

    static func of(_ type: ServedResource) -> StatusUpdateRule {
        let name = type.storage.description
        if type.custom != nil || strict.contains(name) { return StatusUpdateRule(writableMetadata: []) }
        if withoutLabels.contains(name) { return StatusUpdateRule(writableMetadata: all.filter { $0 != "labels" }) }
        if withoutOwners.contains(name) { return StatusUpdateRule(writableMetadata: all.filter { $0 != "ownerReferences" }) }
        return StatusUpdateRule(writableMetadata: all)
    }
}

extension String {
    /// The longest prefix of whole characters within a number of bytes.
    func utf8Prefix(_ bytes: Int) -> String {
        if utf8.count <= bytes { return self }
        var result = ""
        var left = bytes
        for scalar in unicodeScalars {
            left -= String(scalar).utf8.count
            if left < 0 { break }
            result.unicodeScalars.append(scalar)
        }
        return result
    }
}
