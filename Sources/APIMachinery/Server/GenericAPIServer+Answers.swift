import KubernetesObjects
import KubernetesSchema

/// How objects and lists are answered: in the version asked for, whole, as metadata only, or as a table.
extension GenericAPIServer {
    func respond(_ object: Value, _ request: APIRequest, _ scope: RequestScope, code: Int = 200) throws(APIStatus) -> APIResponse {
        APIResponse(
            code: code, body: try represent(object, request.representation, scope.type), warnings: scope.warnings,
            auditAnnotations: scope.auditAnnotations)
    }

    /// A stored object in the form and version that a client wants.
    package func represent(_ object: Value, _ form: Representation, _ type: ServedResource) throws(APIStatus) -> Value {
        switch form {
        case .object: return VersionConversion.served(ImpliedManagers.told(object, type), type)
        case .partialObjectMetadata: return Self.partial(ImpliedManagers.told(object, type))
        case .table:
            return Tables.table([object], type, now: now, metadata: ["resourceVersion": .string(object.resourceVersion)], rows: .metadata)
        }
    }

    func respondList(_ page: ListPage, _ request: APIRequest, _ scope: RequestScope) throws(APIStatus) -> APIResponse {
        let type = scope.type
        let body: Value
        switch request.representation {
        case .object:
            body = [
                "kind": .string(type.listKind), "apiVersion": .string(type.apiVersion), "metadata": page.metadata,
                "items": .array(page.items.map { VersionConversion.served(ImpliedManagers.told($0, type), type) }),
            ]
        case .partialObjectMetadata:
            body = [
                "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": page.metadata,
                "items": .array(page.items.map { Self.partial(ImpliedManagers.told($0, type)) }),
            ]
        case .table: 
            let rows = Tables.RowObjects(rawValue: request.options.parameter("includeObject") ?? "") ?? .metadata
            body = Tables.table(page.items, type, now: now, metadata: page.metadata, rows: rows)
        }
        return APIResponse(body: body, warnings: scope.warnings)
    }

    /// Only the metadata of an object.
    static func partial(_ object: Value) -> Value {
        ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"] ?? [:]]
    }
}
