import KubernetesObjects
import KubernetesSchema

/// Bodies to objects: the kind is checked, fields are checked and pruned, defaults filled in.
extension GenericAPIServer {
    /// Reads an object as a client sent it, in the version in which it is stored.
    ///
    /// - Throws: 400 with the decoder's text; unknown fields are refused, warned of or dropped as the request asks.
    mutating func decode(_ body: Value?, _ scope: inout RequestScope) throws(APIStatus) -> Value {
        do throws(APIStatus) {
            guard let body else { throw APIStatus.badRequest("the object provided is unrecognized (must be of type \(scope.type.kind)): couldn't get version/kind; json parse error: unexpected end of JSON input ()") }
            let object = try typed(body, &scope)
            return prepared(VersionConversion.stored(object, scope.type), scope)
        } catch { throw refused(scope, error) }
    }

    /// Checks `apiVersion` and `kind` of a body against what the path asks for.
    private func typed(_ body: Value, _ scope: inout RequestScope) throws(APIStatus) -> Value {
        let type = scope.type
        guard body.fields != nil else {
            throw .badRequest(
                "the object provided is unrecognized (must be of type \(type.kind)): couldn't get version/kind; json parse error: "
                    + "json: cannot unmarshal \(body.goTypeName) into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; "
                    + "Kind string \"json:\\\"kind,omitempty\\\"\" }")
        }
        var object = body
        if object.kind.isEmpty { object["kind"] = .string(type.kind) }
        if object.apiVersion.isEmpty { object["apiVersion"] = .string(type.apiVersion) }
        guard object.apiVersion == type.apiVersion, object.kind == type.kind else {
            if object.kind == type.kind {
                throw .badRequest(
                    "the API version in the data (\(object.apiVersion)) does not match the expected API version (\(type.apiVersion))")
            }
            let given = GroupVersionKind(apiVersion: object.apiVersion, kind: object.kind)
            throw .badRequest("\(given.kind) in version \(goQuoted(given.version)) cannot be handled as a \(type.kind): no kind \(goQuoted(given.kind)) is registered for version \(goQuoted(given.apiVersion)) in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"")
        }
        return object
    }

    /// An object with the defaults of its kind.
    func prepared(_ object: Value, _ scope: RequestScope) -> Value {
        var object = object
        pipeline.strategies[scope.type.storage].applyDefaults(&object, in: strategyContext(scope))
        return object
    }
}
