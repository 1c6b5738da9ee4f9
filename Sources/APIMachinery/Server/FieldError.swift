import KubernetesObjects

/// One thing that is wrong with one field of an object.
///
/// - Source: k8s.io/apimachinery `util/validation/field`, v1.36.
package struct FieldError: Error, Sendable, Equatable {
    package enum Kind: String, Sendable {
        case notFound, required, duplicate, invalid, notSupported, forbidden, tooLong, tooMany, `internal`, typeInvalid

        /// The words with which its messages begin.
        package var title: String {
            switch self {
            case .notFound: "Not found"
            case .required: "Required value"
            case .duplicate: "Duplicate value"
            case .invalid, .typeInvalid: "Invalid value"
            case .notSupported: "Unsupported value"
            case .forbidden: "Forbidden"
            case .tooLong: "Too long"
            case .tooMany: "Too many"
            case .internal: "Internal error"
            }
        }

        /// The reason of the cause it becomes in a Status.
        package var causeReason: String {
            switch self {
            case .notFound: "FieldValueNotFound"
            case .required: "FieldValueRequired"
            case .duplicate: "FieldValueDuplicate"
            case .invalid: "FieldValueInvalid"
            case .notSupported: "FieldValueNotSupported"
            case .forbidden: "FieldValueForbidden"
            case .tooLong: "FieldValueTooLong"
            case .tooMany: "FieldValueTooMany"
            case .internal: "InternalError"
            case .typeInvalid: "FieldValueTypeInvalid"
            }
        }
    }

    /// The value that is refused, as messages show it.
    package enum BadValue: Sendable, Equatable {
        /// Shown as Go would: a string quoted, a number or boolean bare, a tree as JSON, null as `null`.
        case value(Value)
        /// Shown as it is, for values whose Go type prints itself.
        case text(String)
        /// Not shown at all.
        case omitted
    }

    package var kind: Kind
    /// `spec.template.spec.containers[0].image`; empty for the whole object, which prints as `<nil>`.
    package var field: String
    package var badValue: BadValue
    package var detail: String

    package init(_ kind: Kind, _ field: String, _ badValue: BadValue = .omitted, detail: String = "") {
        self.kind = kind
        self.field = field
        self.badValue = badValue
        self.detail = detail
    }

    package static func required(_ field: String, _ detail: String = "") -> FieldError { FieldError(.required, field, detail: detail) }
    package static func invalid(_ field: String, _ value: Value?, _ detail: String) -> FieldError {
        FieldError(.invalid, field, .value(value ?? .null), detail: detail)
    }
    package static func duplicate(_ field: String, _ value: Value) -> FieldError { FieldError(.duplicate, field, .value(value)) }
    package static func forbidden(_ field: String, _ detail: String) -> FieldError { FieldError(.forbidden, field, detail: detail) }
    package static func notFound(_ field: String, _ value: Value) -> FieldError { FieldError(.notFound, field, .value(value)) }
    package static func internalError(_ field: String, _ detail: String) -> FieldError { FieldError(.internal, field, detail: detail) }
    package static func typeInvalid(_ field: String, _ value: Value?, _ detail: String) -> FieldError {
        FieldError(.typeInvalid, field, .value(value ?? .null), detail: detail)
    }

    /// A value outside a set.
    ///
    /// - Order: the supported values are printed in the order given; callers sort where the real server sorts.
    package static func notSupported(_ field: String, _ value: Value?, supported: [String]) -> FieldError {
        let list = supported.map(goQuoted).joined(separator: ", ")
        return FieldError(.notSupported, field, .value(value ?? .null), detail: supported.isEmpty ? "" : "supported values: \(list)")
    }

    package static func tooLong(_ field: String, maxBytes: Int) -> FieldError {
        FieldError(
            .tooLong, field, .omitted,
            detail: maxBytes >= 0 ? "may not be more than \(maxBytes) \(maxBytes == 1 ? "byte" : "bytes")" : "value is too long")
    }

    package static func tooMany(_ field: String, actual: Int, max: Int) -> FieldError {
        let detail = max >= 0 ? "must have at most \(max) \(max == 1 ? "item" : "items")" : "has too many items"
        return FieldError(.tooMany, field, actual >= 0 ? .value(Value(actual)) : .omitted, detail: detail)
    }

    /// `Invalid value: "x": must be …`: the message of its cause.
    package var body: String {
        var text = kind.title
        switch kind {
        case .required, .forbidden, .tooLong, .internal: break
        default:
            switch badValue {
            case .omitted: break
            case .text(let shown): text += ": " + shown
            case .value(let value): text += ": " + Self.show(value)
            }
        }
        if !detail.isEmpty { text += ": " + detail }
        return text
    }

    /// `spec.x: Invalid value: …`.
    package var message: String { (field.isEmpty ? "<nil>" : field) + ": " + body }

    static func show(_ value: Value) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .number(let literal): literal.text
        case .string(let text): goQuoted(text)
        case .array, .object: compactJSON(value)
        }
    }
}

extension APIStatus {
    /// What an object gets that does not pass validation.
    ///
    /// - Shape: `Deployment.apps "web" is invalid: ` and the one error, or all of them in brackets; equal messages once.
    package static func invalid(kind: String, group: String, name: String, _ errors: [FieldError]) -> APIStatus {
        var seen: Set<String> = []
        let messages = errors.map(\.message).filter { seen.insert($0).inserted }
        let subject = "\(group.isEmpty ? kind : "\(kind).\(group)") \(goQuoted(name)) is invalid"
        let message =
            messages.isEmpty ? subject : "\(subject): " + (messages.count == 1 ? messages[0] : "[" + messages.joined(separator: ", ") + "]")
        var details: Value = [:]
        if !name.isEmpty { details["name"] = .string(name) }
        if !group.isEmpty { details["group"] = .string(group) }
        if !kind.isEmpty { details["kind"] = .string(kind) }
        let causes: [Value] = errors.map {
            var cause: Value = ["reason": .string($0.kind.causeReason), "message": .string($0.body)]
            cause["field"] = .string($0.field.isEmpty ? "<nil>" : $0.field)
            return cause
        }
        if !causes.isEmpty { details["causes"] = .array(causes) }
        return APIStatus(code: 422, reason: "Invalid", message: message, details: details)
    }
}
