import KubernetesObjects
import KubernetesSchema

/// PATCH in all its forms.
extension GenericAPIServer {
    mutating func patch(_ request: APIRequest, _ scope: inout RequestScope) throws(APIStatus) -> (object: Value, isCreated: Bool) {
        guard let form = request.patchType else { throw refused(scope, Self.unsupportedPatch("", scope.type)) }
        if form == .strategicMerge, scope.type.custom != nil { throw refused(scope, Self.unsupportedPatch(form.rawValue, scope.type)) }
        let body = request.body ?? .null
        if form == .apply { return try apply(body, &scope) }
        return try patch(body, form, &scope)
    }

    mutating func patch(_ body: Value, _ form: PatchType, _ scope: inout RequestScope) throws(APIStatus) -> (object: Value, isCreated: Bool) {
        try update(&scope) { (old: Value, scope: inout RequestScope) throws(APIStatus) in
            let object = try Self.patched(old, body, form, &scope)
            if object.name != scope.name {
                throw .badRequest("the name of the object (\(object.name)) does not match the name on the URL (\(scope.name))")
            }
            return Self.defaulted(object, scope.type, known: old)
        }
    }

    static func unsupportedPatch(_ given: String, _ type: ServedResource) -> APIStatus {
        var accepted = [PatchType.json.rawValue, PatchType.merge.rawValue]
        if type.custom == nil { accepted.append(PatchType.strategicMerge.rawValue) }
        accepted.append(PatchType.apply.rawValue)
        return APIStatus(
            code: 415, reason: "UnsupportedMediaType",
            message: "the body of the request was in an unknown format - accepted media types include: \(accepted.joined(separator: ", "))",
            details: [:])
    }

    /// The stored object with a patch applied, in the version in which it is stored.
    static func patched(_ old: Value, _ body: Value, _ form: PatchType, _ scope: inout RequestScope) throws(APIStatus) -> Value {
        let type = scope.type
        let present = VersionConversion.served(old, type)
        var result: Value
        switch form {
        case .json: result = try JSONPatch.apply(body, to: present)
        case .merge:
            guard case .object = body else {
                throw .badRequest("error decoding patch: json: cannot unmarshal \(body.goTypeName) into Go value of type map[string]interface {}")
            }
            result = MergePatch.apply(body, to: present)
        case .strategicMerge: result = try StrategicMergePatch.apply(body, to: present, schema: type.schema)
        case .apply: result = present
        }
        try keepKind(of: &result, form, scope)
        if !scope.isTrusted || type.storage != .events { result = try decodePatched(result, patch: body, form, &scope, present: present) }
        if let problem = GenericAPIServer.misnamed(result, scope) { throw problem }
        return VersionConversion.stored(result, type)
    }
}
