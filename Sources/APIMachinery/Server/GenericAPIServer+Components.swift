import KubernetesObjects
import KubernetesSchema
import SimulationKernel

/// Writes of the simulator's own components: typed, authorized by construction, without an answer to render.
extension GenericAPIServer {
    /// Carries out one write of a component's plan.
    ///
    /// - Returns: the object as it was stored (null for a note), or the refusal.
    package mutating func perform(
        _ write: PlannedWrite, by user: UserInfo, actor: String, cause: TraceID?
    ) -> Result<Value, APIStatus> {
        do throws(APIStatus) {
            return .success(try carryOut(write, user, actor, cause))
        } catch {
            return .failure(error)
        }
    }

    private mutating func carryOut(_ write: PlannedWrite, _ user: UserInfo, _ actor: String, _ cause: TraceID?) throws(APIStatus) -> Value {
        switch write {
        case .create(let resource, let object):
            if resource == .pods { return try createPod(object, user, actor, cause) }
            var scope = try componentScope(resource, namespace: object.namespace, name: object.name, user, actor, cause)
            return try create(shaped(object, scope), &scope)
        case .update(let resource, let object):
            return try update(resource, object, subresource: "", user, actor, cause)
        case .updateStatus(let resource, let object):
            if resource == .pods, let stored = try replacePodStatus(object, user, actor, cause) { return stored }
            return try update(resource, object, subresource: "status", user, actor, cause)
        case .patch(let key, let form, let body, let subresource):
            var scope = try componentScope(key.resource, namespace: key.namespace, name: key.name, user, actor, cause)
            scope.subresource = subresource
            if form == .apply { return try apply(body, &scope).object }
            return try patch(body, form, &scope).object
        case .delete(let key, let uid, let grace, let propagation):
            var scope = try componentScope(key.resource, namespace: key.namespace, name: key.name, user, actor, cause)
            scope.options.preconditionUID = uid
            scope.options.gracePeriodSeconds = grace
            scope.options.propagationPolicy = propagation
            return try delete(&scope).object
        case .createSubresource(let key, let subresource, let body):
            return try subresourceWrite(.create, key, subresource, body, user, actor, cause)
        case .updateSubresource(let key, let subresource, let body):
            return try subresourceWrite(.update, key, subresource, body, user, actor, cause)
        case .apply(let resource, let object, let subresource):
            var scope = try componentScope(resource, namespace: object.namespace, name: object.name, user, actor, cause)
            scope.subresource = subresource
            scope.options.force = true
            return try apply(complete(object, scope.type), &scope).object
        case .publish(let key, let object):
            let id = trace.record(cause: cause, time: now, actor: actor, action: "publish", subject: key.description)
            if let object {
                outbox.append(store.put(object, at: key, cause: id))
            } else if let event = store.remove(key, cause: id) {
                outbox.append(event)
                if key.resource == OutwardRequest.resource, let (group, version) = OutwardRequest(event.object)?.discovered {
                    resources.withdrawAggregated(group: group, version: version)
                }
            }
            return object ?? .null
        case .event(let draft):
            return try record(draft, user, actor, cause)
        case .note(let subject, let action, let detail):
            trace.record(cause: cause, time: now, actor: actor, action: action, subject: subject, detail: detail)
            return .null
        }
    }

    private mutating func update(
        _ resource: GroupResource, _ object: Value, subresource: String, _ user: UserInfo, _ actor: String, _ cause: TraceID?
    ) throws(APIStatus) -> Value {
        var scope = try componentScope(resource, namespace: object.namespace, name: object.name, user, actor, cause)
        scope.subresource = subresource
        let creates = scope.type.traits.allowsCreateOnUpdate && subresource.isEmpty
        let new = subresource.isEmpty ? try shaped(object, scope) : complete(object, scope.type)
        return try update(&scope, createIfMissing: creates) { (old: Value, scope: inout RequestScope) throws(APIStatus) in
            try Self.checkPrecondition(uid: new.uid, of: old, scope)
            return new
        }.object
    }

    private mutating func subresourceWrite(
        _ verb: APIVerb, _ key: ObjectKey, _ subresource: String, _ body: Value, _ user: UserInfo, _ actor: String, _ cause: TraceID?
    ) throws(APIStatus) -> Value {
        var scope = try componentScope(key.resource, namespace: key.namespace, name: key.name, user, actor, cause)
        scope.subresource = subresource
        if subresource == "status" { return try update(key.resource, body, subresource: subresource, user, actor, cause) }
        if subresource == "binding" { return try bind(body, &scope) }
        var request = APIRequest(verb, scope.type.resource, namespace: key.namespace, name: key.name, user: user)
        request.subresource = subresource
        request.body = body
        request.cause = cause
        return try handleSubresource(request, &scope).body
    }

    func componentScope(
        _ resource: GroupResource, namespace: String, name: String, _ user: UserInfo, _ actor: String, _ cause: TraceID?
    ) throws(APIStatus) -> RequestScope {
        guard let type = resources.stored(resource) else { throw .pageNotFound() }
        var scope = RequestScope(
            type: type, namespace: type.isNamespaced ? namespace : "", name: name, user: user, manager: Self.manager(of: user, actor),
            actor: actor, cause: cause)
        scope.isTrusted = true
        return scope
    }

    /// Under which name a component manages fields: that of the program it is a part of.
    static func manager(of user: UserInfo, _ actor: String) -> String {
        if user.name.hasPrefix("system:serviceaccount:kube-system:"), actor.hasSuffix("controller") || actor.hasSuffix("collector") {
            return "kube-controller-manager"
        }
        switch actor {
        case "default-scheduler": return "kube-scheduler"
        default: return actor
        }
    }

    /// Kinds that components write in great numbers and that come in their full shape.
    private static let unchecked: Set<GroupResource> = [.pods, .events, .leases, .endpointSlices]

    /// A component's object as a client's would be after decoding.
    private func shaped(_ object: Value, _ scope: RequestScope) throws(APIStatus) -> Value {
        var full = complete(object, scope.type)
        if !Self.unchecked.contains(scope.type.storage) {
            do throws(DecodingFailure) {
                full = try Self.decode(full, scope.type).value
            } catch {
                throw .badRequest("\(scope.actor): \(scope.type.kind) \(scope.name): \(error.message)")
            }
        }
        return Self.defaulted(full, scope.type)
    }

    /// An object with its `apiVersion` and `kind`.
    func complete(_ object: Value, _ type: ServedResource) -> Value {
        if !object.apiVersion.isEmpty, !object.kind.isEmpty { return object }
        var object = object
        object["apiVersion"] = .string(type.storageAPIVersion)
        object["kind"] = .string(type.kind)
        return object
    }

    // MARK: Plain writes

    /// Whether a component's plain write would come out of admission as it went in.
    func passesUnseen(_ operation: AdmissionAttributes.Operation, _ resource: GroupResource, subresource: String = "", namespace: String) -> Bool {
        for plugin in pipeline.plugins
        where plugin.concerns(operation, resource, subresource: subresource, namespace: namespace, in: store) { return false }
        return true
    }

    /// Creates a pod. Those of one template are defaulted and validated once: the rest share its tree.
    private mutating func createPod(_ object: Value, _ user: UserInfo, _ actor: String, _ cause: TraceID?) throws(APIStatus) -> Value {
        var scope = try componentScope(.pods, namespace: object.namespace, name: object.name, user, actor, cause)
        let isUsual =
            store.count(.limitRanges, namespace: scope.namespace) == 0
            && store.count(PolicyMatching.group("mutatingadmissionpolicybindings")) == 0
        guard isUsual, case .object(let template)? = object["spec"] else { return try create(shaped(object, scope), &scope) }
        var pod = complete(object, scope.type)
        if let known = soundTemplate, known.template.sharesStorage(with: template) {
            pod["spec"] = known.spec
            scope.hasSoundSpec = true
            return try create(pod, &scope)
        }
        pod = try shaped(object, scope)
        let spec = pod["spec"]
        let stored = try create(pod, &scope)
        if let spec { soundTemplate = (template, spec) }
        return stored
    }

    /// A status is at most this large for the short way.
    private static let plainStatusMax = 64 << 10

    /// Stores the status of a pod when nothing else differs: what kubelets do several times for every pod.
    ///
    /// - Returns: the stored pod; nil when the write needs the whole way, as it does where managers of fields are kept.
    private mutating func replacePodStatus(_ object: Value, _ user: UserInfo, _ actor: String, _ cause: TraceID?) throws(APIStatus) -> Value? {
        let key = ObjectKey(.pods, namespace: object.namespace, name: object.name)
        guard let old = store.get(key), !old.isBeingDeleted, old["metadata"]?["managedFields"] == nil, Self.haveSameMetadata(object, old),
            let status = object["status"],
            !status.jsonSizeExceeds(Self.plainStatusMax), passesUnseen(.update, .pods, subresource: "status", namespace: key.namespace)
        else { return nil }
        if status == old["status"] { return old }
        let scope = try componentScope(.pods, namespace: key.namespace, name: key.name, user, actor, cause)
        var next = old
        next["status"] = status
        return put(next, key, action: "update/status", scope)
    }

    /// Whether two states of an object agree in all metadata, the resource version too where the new one has it.
    private static func haveSameMetadata(_ new: Value, _ old: Value) -> Bool {
        guard let fields = new["metadata"]?.fields, let before = old["metadata"]?.fields else { return false }
        let hasVersion = fields.contains("resourceVersion")
        guard fields.count + (hasVersion ? 0 : 1) == before.count else { return false }
        return fields.allSatisfy { before[$0.key] == $0.value }
    }

    // MARK: Single calls, for those that have a server at hand

    /// Stores a new object as a component.
    package mutating func create(
        _ resource: GroupResource, _ object: Value, by user: UserInfo = .apiServer, actor: String = "apiserver", cause: TraceID? = nil
    ) throws(APIStatus) -> Value { try carryOut(.create(resource, object), user, actor, cause) }

    package mutating func update(
        _ resource: GroupResource, _ object: Value, by user: UserInfo = .apiServer, actor: String = "apiserver", cause: TraceID? = nil
    ) throws(APIStatus) -> Value { try carryOut(.update(resource, object), user, actor, cause) }

    package mutating func updateStatus(
        _ resource: GroupResource, _ object: Value, by user: UserInfo = .apiServer, actor: String = "apiserver", cause: TraceID? = nil
    ) throws(APIStatus) -> Value { try carryOut(.updateStatus(resource, object), user, actor, cause) }

    package mutating func patch(
        _ key: ObjectKey, _ form: PatchType, _ body: Value, subresource: String = "", by user: UserInfo = .apiServer,
        actor: String = "apiserver", cause: TraceID? = nil
    ) throws(APIStatus) -> Value { try carryOut(.patch(key, form, body, subresource: subresource), user, actor, cause) }

    @discardableResult
    package mutating func delete(
        _ key: ObjectKey, gracePeriodSeconds: Int? = nil, propagation: DeletionPropagation? = nil, by user: UserInfo = .apiServer,
        actor: String = "apiserver", cause: TraceID? = nil
    ) throws(APIStatus) -> Value {
        try carryOut(.delete(key, gracePeriodSeconds: gracePeriodSeconds, propagation: propagation), user, actor, cause)
    }

    package mutating func createSubresource(
        _ key: ObjectKey, _ subresource: String, _ body: Value, by user: UserInfo = .apiServer, actor: String = "apiserver", cause: TraceID? = nil
    ) throws(APIStatus) -> Value { try carryOut(.createSubresource(key, subresource: subresource, body), user, actor, cause) }
}
