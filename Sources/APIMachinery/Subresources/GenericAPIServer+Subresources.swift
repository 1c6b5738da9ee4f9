import KubernetesObjects
import KubernetesSchema

/// Requests to parts of objects.
extension GenericAPIServer {
    /// Requests that are not what they look like: reviews and bindings, which store nothing.
    ///
    /// - Returns: nil for a request that is what it looks like.
    mutating func handleSpecial(_ request: APIRequest, _ scope: inout RequestScope) throws(APIStatus) -> APIResponse? {
        guard request.verb == .create, request.subresource.isEmpty else { return nil }
        switch (request.resource.group, request.resource.resource) {
        case ("authorization.k8s.io", _), ("authentication.k8s.io", _):
            return APIResponse(code: 201, body: try review(request, &scope), warnings: scope.warnings)
        case ("", "bindings"):
            guard let pods = resources.stored(.pods) else { return nil }
            var target = scope
            target.type = pods
            target.name = request.body?.name ?? ""
            return APIResponse(code: 201, body: try bind(request.body ?? .null, &target))
        default: return nil
        }
    }

    mutating func handleSubresource(_ request: APIRequest, _ scope: inout RequestScope) throws(APIStatus) -> APIResponse {
        switch (scope.type.storage, request.subresource) {
        case (_, "scale"): return try handleScale(request, &scope)
        case (.pods, "binding"): return APIResponse(code: 201, body: try bind(request.body ?? .null, &scope), warnings: scope.warnings)
        case (.pods, "eviction"): return APIResponse(code: 201, body: try evict(request.body ?? .null, &scope), warnings: scope.warnings)
        case (.pods, "ephemeralcontainers"):
            return try handlePart(request, &scope) { object, old in
                var result = old
                result["spec", default: [:]]["ephemeralContainers"] = object["spec"]?["ephemeralContainers"]
                return result
            }
        case (.pods, "resize"): return try handlePart(request, &scope, keeping: Self.resized)
        case (.serviceAccounts, "token"): return APIResponse(code: 201, body: try issueToken(request.body ?? [:], &scope))
        case (.namespaces, "finalize"):
            return try handlePart(request, &scope) { object, old in
                var result = old
                result["spec", default: [:]]["finalizers"] = object["spec"]?["finalizers"]
                return result
            }
        case (.certificateSigningRequests, "approval"): return try handlePart(request, &scope) { object, _ in object }
        case (.pods, "log"), (.pods, "exec"), (.pods, "attach"), (.pods, "portforward"), (_, "proxy"):
            return try connect(request, &scope)
        default: throw .pageNotFound()
        }
    }

    /// GET, PUT and PATCH of a part of an object that is shown as the whole object.
    private mutating func handlePart(
        _ request: APIRequest, _ scope: inout RequestScope, keeping part: @escaping (_ object: Value, _ old: Value) -> Value
    ) throws(APIStatus) -> APIResponse {
        if request.verb == .get { return try respond(get(scope.type, namespace: scope.namespace, name: scope.name), request, scope) }
        if request.verb == .update {
            let object = try decode(request.body, &scope)
            let result = try update(&scope) { (old: Value, scope: inout RequestScope) throws(APIStatus) in
                try Self.checkPrecondition(uid: object.uid, of: old, scope)
                return part(object, old)
            }
            return try respond(result.object, request, scope)
        }
        guard let form = request.patchType, let body = request.body else { throw Self.unsupportedPatch("", scope.type) }
        let result: (object: Value, isCreated: Bool)
        if form == .apply {
            result = try apply(body, &scope)
        } else {
            result = try update(&scope) { (old: Value, scope: inout RequestScope) throws(APIStatus) in
                part(Self.defaulted(try Self.patched(old, body, form, &scope), scope.type, known: old), old)
            }
        }
        return try respond(result.object, request, scope)
    }

    /// The resources and resize policies of containers from one pod, everything else from another.
    ///
    /// Where containers were added, taken away, renamed or put in another order the whole is left to validation, which refuses it.
    ///
    /// - Source: `dropNonResizeUpdates` of kubernetes `pkg/registry/core/pod/strategy.go`, v1.36.
    private static func resized(_ object: Value, _ old: Value) -> Value {
        var result = old
        for list in ["containers", "initContainers"] {
            let wantedContainers = object["spec"]?[list]?.elements ?? []
            var containers = old["spec"]?[list]?.elements ?? []
            guard wantedContainers.map({ $0["name"] }) == containers.map({ $0["name"] }) else { return object }
            if containers.isEmpty { continue }
            for (index, wanted) in wantedContainers.enumerated() {
                containers[index]["resources"] = wanted["resources"]
                containers[index]["resizePolicy"] = wanted["resizePolicy"]
            }
            result["spec", default: [:]][list] = .array(containers)
        }
        return result
    }

    // MARK: What runs

    /// Hands a request to what runs behind the server.
    private func connect(_ request: APIRequest, _ scope: inout RequestScope) throws(APIStatus) -> APIResponse {
        let name = request.subresource == "proxy" ? ProxyTarget(scope.name)?.name ?? scope.name : scope.name
        let object = try get(scope.type, namespace: scope.namespace, name: name)
        var attributes = AdmissionAttributes(
            operation: .connect, resource: scope.type.resource, kind: scope.type.kind, subresource: request.subresource,
            namespace: scope.namespace, name: scope.name, object: .null, oldObject: object, user: scope.user, options: scope.options)
        try admit(&attributes, &scope)
        try validateAdmission(&attributes, &scope)
        if scope.type.storage == .pods { try checkContainer(request, object) }
        guard let runtime else {
            throw APIStatus(code: 500, reason: "InternalError", message: "Internal error occurred: error dialing backend: no route to host")
        }
        let answer = try runtime.connect(request, object: object)
        return APIResponse(
            body: [
                "stdout": .string(answer.standardOutput), "stderr": .string(answer.standardError), "code": Value(answer.code),
            ], warnings: scope.warnings)
    }

    /// - Source: `pkg/registry/core/pod` `LogLocation` and `streamLocation`.
    private func checkContainer(_ request: APIRequest, _ pod: Value) throws(APIStatus) {
        guard request.subresource == "log" || request.subresource == "exec" || request.subresource == "attach" else { return }
        let spec = pod["spec"]
        func names(_ list: String) -> [String] { (spec?[list]?.elements ?? []).compactMap { $0["name"]?.stringValue } }
        let all = names("containers")
        let container = request.options.parameter("container") ?? ""
        if container.isEmpty {
            if all.count > 1, request.subresource == "log" {
                var text = "a container name must be specified for pod \(pod.name), choose one of: [\(all.joined(separator: " "))]"
                let initial = names("initContainers")
                if !initial.isEmpty { text += " or one of the init containers: [\(initial.joined(separator: " "))]" }
                throw .badRequest(text)
            }
        } else if !(all + names("initContainers") + names("ephemeralContainers")).contains(container) {
            throw .badRequest("container \(container) is not valid for pod \(pod.name)")
        }
        if request.subresource != "log", (spec?["nodeName"]?.stringValue ?? "").isEmpty {
            throw .badRequest("pod \(pod.name) does not have a host assigned")
        }
    }
}
