import KubernetesObjects
import KubernetesSchema

/// Requests to parts of objects.
extension GenericAPIServer {
    /// Requests that are not what they look like: reviews and bindings, which store nothing.
    mutating func handleSpecial(_ request: APIRequest, _ scope: inout RequestScope) throws(APIStatus) -> APIResponse? { nil }

    mutating func handleSubresource(_ request: APIRequest, _ scope: inout RequestScope) throws(APIStatus) -> APIResponse {
        switch (scope.type.storage, request.subresource) {
        case (.pods, "binding"):
            return APIResponse(code: 201, body: try bind(request.body ?? .null, &scope), warnings: scope.warnings)
        default: throw .pageNotFound()
        }
    }
}
