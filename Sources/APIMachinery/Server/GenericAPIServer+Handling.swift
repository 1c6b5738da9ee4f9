import KubernetesObjects
import KubernetesSchema
import SimulationKernel

/// Requests of people and tools.
extension GenericAPIServer {
    /// Answers a request.
    ///
    /// - Throws: the refusal that a real server would send, word for word.
    /// - Differs: items of lists of built-in kinds carry `apiVersion` and `kind`, which a real server leaves out.
    package mutating func handle(_ request: APIRequest) throws(APIStatus) -> APIResponse {
        if let other = request.impersonating {
            var actual = request
            actual.impersonating = nil
            actual.user = try Impersonation.user(
                request.user, as: other.name, groups: other.groups, uid: other.uid, extra: other.extra, authorizers: pipeline.authorizers,
                store: store)
            return try handle(actual)
        }
        if request.verb == .nonResource { return try answerPath(request) }
        if let slash = request.subresource.firstIndex(of: "/") {
            var divided = request
            divided.nonResourcePath = String(request.subresource[slash...])
            divided.subresource = String(request.subresource[..<slash])
            return try handle(divided)
        }
        guard let type = resources[request.resource] else { throw .pageNotFound() }
        try checkServed(request, type)
        try authorize(request)
        var scope = RequestScope(
            type: type, subresource: request.subresource, namespace: type.isNamespaced ? request.namespace : "", name: request.name,
            user: request.user, manager: request.manager, actor: Self.actor(of: request), options: request.options, cause: request.cause)
        scope.duplicates = request.bodyDuplicates
        if let warning = type.type.deprecationWarning { scope.warn(warning) }
        try checkBodySize(request)
        if let answer = try handleSpecial(request, &scope) { return answer }
        if !request.subresource.isEmpty, request.subresource != "status" { return try handleSubresource(request, &scope) }
        switch request.verb {
        case .get:
            return try respond(get(type, namespace: scope.namespace, name: scope.name), request, scope)
        case .list, .watch:
            return try respondList(list(scope), request, scope)
        case .create:
            let object = try decode(request.body, &scope)
            // Not as an argument of `respond`, whose receiver would be a copy of the whole server while it creates.
            let created = try create(object, &scope)
            return try respond(created, request, scope, code: 201)
        case .update:
            let (object, isCreated) = try replace(request, &scope)
            return try respond(object, request, scope, code: isCreated ? 201 : 200)
        case .patch:
            let (object, isCreated) = try patch(request, &scope)
            return try respond(object, request, scope, code: isCreated ? 201 : 200)
        case .delete:
            let outcome = try delete(&scope)
            var answer = deletionAnswer(outcome, scope)
            if answer.body.kind != "Status" { answer.body = try represent(answer.body, request.representation, type) }
            return answer
        case .deletecollection:
            return try deleteCollection(request, &scope)
        case .nonResource:
            throw .pageNotFound()
        }
    }

    /// Refuses a request for what comes before its body and its options are read: there is no such thing, or the caller may not.
    package func checkUnread(_ request: APIRequest) throws(APIStatus) {
        guard request.verb != .nonResource else { return try authorizePath(request) }
        guard let type = resources[request.resource] else { throw .pageNotFound() }
        try checkServed(request, type)
        try authorizePath(request)
    }

    /// The name in the trace of who made a request.
    static func actor(of request: APIRequest) -> String {
        let agent = request.userAgent.split(separator: "/", maxSplits: 1).first.map(String.init) ?? ""
        return agent.isEmpty ? request.user.name : agent
    }

    private func checkServed(_ request: APIRequest, _ type: ServedResource) throws(APIStatus) {
        let verbs: [String]
        if request.subresource.isEmpty {
            verbs = type.type.verbs
        } else {
            guard let subresource = type.subresource(request.subresource) else { throw .pageNotFound() }
            verbs = subresource.verbs
        }
        let verb = request.verb == .watch ? "watch" : request.verb.rawValue
        if !verbs.contains(verb) {
            throw APIStatus(
                code: 405, reason: "MethodNotAllowed", message: "the server does not allow this method on the requested resource", details: [:])
        }
    }

    // MARK: Authorization

    func authorize(_ request: APIRequest) throws(APIStatus) {
        let attributes: AuthorizationAttributes
        if request.verb == .nonResource {
            attributes = AuthorizationAttributes(verb: "get", path: request.nonResourcePath)
        } else {
            var resource = AuthorizationAttributes(
                verb: request.verb.rawValue, resource: request.resource, subresource: request.subresource, namespace: request.namespace,
                name: request.name)
            resource.labelSelector = request.options.labelSelector
            resource.fieldSelector = request.options.fieldSelector
            attributes = resource
        }
        let reasons = refusalReasons(request.user, attributes)
        if let reasons { throw Self.forbidden(request.user, attributes, because: reasons) }
    }

    /// Nil when allowed; else what the authorizers said.
    func refusalReasons(_ user: UserInfo, _ attributes: AuthorizationAttributes) -> String? {
        if pipeline.authorizers.isEmpty { return nil }
        var reasons: [String] = []
        for authorizer in pipeline.authorizers {
            switch authorizer.decide(user, attributes, in: store) {
            case .allow: return nil
            case .deny(let reason): return (reasons + [reason]).filter { !$0.isEmpty }.joined(separator: "\n")
            case .noOpinion(let reason): if !reason.isEmpty { reasons.append(reason) }
            }
        }
        return reasons.joined(separator: "\n")
    }

    /// The 403 of a request that nobody allowed.
    ///
    /// - Source: apiserver `endpoints/handlers/responsewriters.Forbidden`.
    static func forbidden(_ user: UserInfo, _ attributes: AuthorizationAttributes, because reason: String) -> APIStatus {
        let message: String
        if let path = attributes.path {
            message = "User \(goQuoted(user.name)) cannot \(attributes.verb) path \(goQuoted(path))"
        } else {
            let full = attributes.subresource.isEmpty ? attributes.resource : "\(attributes.resource)/\(attributes.subresource)"
            let place = attributes.namespace.isEmpty ? "at the cluster scope" : "in the namespace \(goQuoted(attributes.namespace))"
            message =
                "User \(goQuoted(user.name)) cannot \(attributes.verb) resource \(goQuoted(full)) in API group \(goQuoted(attributes.group)) \(place)"
        }
        return .forbidden(
            GroupResource(attributes.resource, group: attributes.group), name: attributes.name,
            because: reason.isEmpty ? message : "\(message): \(reason)")
    }

    // MARK: Update

    /// PUT of an object or its status.
    mutating func replace(_ request: APIRequest, _ scope: inout RequestScope) throws(APIStatus) -> (object: Value, isCreated: Bool) {
        let object = try decode(request.body, &scope)
        if let problem = Self.misnamed(object, scope) { throw refused(scope, problem) }
        return try update(&scope, createIfMissing: scope.type.traits.allowsCreateOnUpdate && scope.subresource.isEmpty) {
            (old: Value, scope: inout RequestScope) throws(APIStatus) in
            try Self.checkPrecondition(uid: object.uid, of: old, scope)
            return object
        }
    }

    /// What is said of an object that is not the one the path names; nil when it is.
    ///
    /// - Source: apiserver `endpoints/handlers` `checkName`.
    static func misnamed(_ object: Value, _ scope: RequestScope) -> APIStatus? {
        let (name, namespace) = (object.name, object.namespace)
        if name.isEmpty {
            return .badRequest("the name of the object (\(scope.name) based on URL) was undeterminable: name must be provided")
        }
        if name != scope.name { return .badRequest("the name of the object (\(name)) does not match the name on the URL (\(scope.name))") }
        if scope.type.isNamespaced, !namespace.isEmpty, namespace != scope.namespace {
            return .badRequest("the namespace of the object (\(namespace)) does not match the namespace on the request (\(scope.namespace))")
        }
        return nil
    }

    /// Deletes everything a selector matches, and answers with the list of it.
    private mutating func deleteCollection(_ request: APIRequest, _ scope: inout RequestScope) throws(APIStatus) -> APIResponse {
        let page = try list(scope)
        for item in page.items {
            var single = scope
            single.name = item.name
            single.namespace = item.namespace
            do throws(APIStatus) { _ = try delete(&single) } catch { if !error.isNotFound { throw error } }
            scope.recorder = single.recorder
        }
        return try respondList(page, request, scope)
    }
}
