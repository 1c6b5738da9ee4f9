import KubernetesObjects

/// A refusal of the API server: a `metav1.Status` with `status: Failure`.
///
/// - Source: k8s.io/apimachinery `api/errors`.
package struct APIStatus: Error, Sendable, Equatable {
    /// The HTTP status code.
    package var code: Int
    /// `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Forbidden`, ...; empty when unknown.
    package var reason: String
    package var message: String
    /// `name`, `group`, `kind`, `uid`, `causes`, `retryAfterSeconds`; nil when there is nothing to say.
    package var details: Value?

    package init(code: Int, reason: String, message: String, details: Value? = nil) {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
    }

    /// The object as the server sends it.
    package var value: Value {
        var object: Value = ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": .string(message)]
        if !reason.isEmpty { object["reason"] = .string(reason) }
        if let details { object["details"] = details }
        object["code"] = Value(code)
        return object
    }

    /// Two statuses are the same refusal when code, reason and message agree.
    package static func == (left: APIStatus, right: APIStatus) -> Bool {
        (left.code, left.reason, left.message) == (right.code, right.reason, right.message)
    }
}

extension APIStatus {
    private static func details(_ resource: GroupResource, name: String, causes: [Value] = []) -> Value {
        var details: Value = [:]
        if !name.isEmpty { details["name"] = .string(name) }
        if !resource.group.isEmpty { details["group"] = .string(resource.group) }
        if !resource.resource.isEmpty { details["kind"] = .string(resource.resource) }
        if !causes.isEmpty { details["causes"] = .array(causes) }
        return details
    }

    package static func notFound(_ resource: GroupResource, name: String) -> APIStatus {
        APIStatus(code: 404, reason: "NotFound", message: "\(resource) \"\(name)\" not found", details: details(resource, name: name))
    }

    package static func alreadyExists(_ resource: GroupResource, name: String) -> APIStatus {
        APIStatus(
            code: 409, reason: "AlreadyExists", message: "\(resource) \"\(name)\" already exists", details: details(resource, name: name))
    }

    package static func conflict(_ resource: GroupResource, name: String, because reason: String, causes: [Value] = []) -> APIStatus {
        APIStatus(
            code: 409, reason: "Conflict", message: "Operation cannot be fulfilled on \(resource) \"\(name)\": \(reason)",
            details: details(resource, name: name, causes: causes))
    }

    /// What an update against an old resource version gets.
    package static let staleObjectMessage = "the object has been modified; please apply your changes to the latest version and try again"

    package static func forbidden(_ resource: GroupResource, name: String, because reason: String) -> APIStatus {
        let message =
            resource.resource.isEmpty
            ? "forbidden: \(reason)"
            : name.isEmpty ? "\(resource) is forbidden: \(reason)" : "\(resource) \"\(name)\" is forbidden: \(reason)"
        return APIStatus(code: 403, reason: "Forbidden", message: message, details: details(resource, name: name))
    }

    package static func badRequest(_ message: String) -> APIStatus { APIStatus(code: 400, reason: "BadRequest", message: message) }

    package static func unauthorized() -> APIStatus { APIStatus(code: 401, reason: "Unauthorized", message: "Unauthorized") }

    package static func methodNotSupported(_ resource: GroupResource, action: String) -> APIStatus {
        APIStatus(
            code: 405, reason: "MethodNotAllowed", message: "\(action) is not supported on resources of kind \"\(resource)\"",
            details: details(resource, name: ""))
    }

    package static func internalError(_ message: String) -> APIStatus {
        APIStatus(
            code: 500, reason: "InternalError", message: "Internal error occurred: \(message)",
            details: ["causes": [["message": .string(message)]]])
    }

    package static func tooManyRequests(_ message: String, retryAfterSeconds: Int, causes: [Value] = []) -> APIStatus {
        var details: Value = [:]
        if !causes.isEmpty { details["causes"] = .array(causes) }
        if retryAfterSeconds > 0 { details["retryAfterSeconds"] = Value(retryAfterSeconds) }
        return APIStatus(code: 429, reason: "TooManyRequests", message: message, details: details)
    }

    /// 413: a body that no server reads to its end.
    package static func bodyTooLarge(limit: Int) -> APIStatus {
        APIStatus(code: 413, reason: "RequestEntityTooLarge", message: "Request entity too large: limit is \(limit)", details: [:])
    }

    /// 410: the resource version asked for was compacted away.
    package static func expired(_ message: String) -> APIStatus { APIStatus(code: 410, reason: "Expired", message: message) }

    /// 404 for a path that serves nothing.
    package static func pageNotFound() -> APIStatus {
        APIStatus(code: 404, reason: "NotFound", message: "the server could not find the requested resource", details: [:])
    }

    package var isNotFound: Bool { reason == "NotFound" }
    package var isAlreadyExists: Bool { reason == "AlreadyExists" }
    package var isConflict: Bool { reason == "Conflict" }
    package var isForbidden: Bool { reason == "Forbidden" }
    package var isInvalid: Bool { reason == "Invalid" }
}
