import KubernetesObjects

/// One thing that is wrong with one field of an object: Go's `field.Error`.
///
/// - Source: k8s.io/apimachinery `util/validation/field`.
package struct FieldError: Error, Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case required = "FieldValueRequired"
        case invalid = "FieldValueInvalid"
        case duplicate = "FieldValueDuplicate"
        case notSupported = "FieldValueNotSupported"
        case forbidden = "FieldValueForbidden"
        case tooLong = "FieldValueTooLong"
        case tooMany = "FieldValueTooMany"
        case tooFew = "FieldValueTooFew"
        case tooShort = "FieldValueTooShort"
        case notFound = "FieldValueNotFound"
        case `internal` = "InternalError"
        case typeInvalid = "FieldValueTypeInvalid"

        /// The words that open the message.
        package var words: String {
            switch self {
            case .required: "Required value"
            case .invalid, .typeInvalid: "Invalid value"
            case .duplicate: "Duplicate value"
            case .notSupported: "Unsupported value"
            case .forbidden: "Forbidden"
            case .tooLong: "Too long"
            case .tooMany: "Too many"
            case .tooFew: "Too few"
            case .tooShort: "Too short"
            case .notFound: "Not found"
            case .internal: "Internal error"
            }
        }

        /// Whether the message quotes the bad value.
        var showsValue: Bool {
            switch self {
            case .required, .forbidden, .tooLong, .tooShort, .internal: false
            default: true
            }
        }
    }

    package var kind: Kind
    /// `spec.containers[0].name`.
    package var field: String
    /// The value that was refused; nil is left out of the message, `.null` is printed as `null`.
    package var badValue: Value?
    package var detail: String

    package init(_ kind: Kind, _ field: String, _ badValue: Value? = nil, _ detail: String = "") {
        self.kind = kind
        self.field = field
        self.badValue = badValue
        self.detail = detail
    }

    /// The message without the field: `Invalid value: "x": must be y`.
    package var body: String {
        var text = kind.words
        if kind.showsValue, let badValue { text += ": " + Self.printed(badValue) }
        if !detail.isEmpty { text += ": " + detail }
        return text
    }

    /// `spec.x: Invalid value: "x": must be y`.
    package var message: String { "\(field): \(body)" }

    /// The entry of `details.causes` of a Status.
    package var cause: Value {
        ["reason": .string(kind.rawValue), "message": .string(body), "field": .string(field)]
    }

    /// A value as the message shows it: numbers and booleans bare, strings quoted, the rest as JSON.
    static func printed(_ value: Value) -> String {
        if case .string(let text) = value { return GoQuoting.quoted(text) }
        return GoQuoting.json(value)
    }
}

extension APIStatus {
    /// 422: what is wrong with an object, field by field.
    ///
    /// - Order: errors in the order in which they were found; equal messages are said once in the message.
    /// - Source: k8s.io/apimachinery `api/errors.NewInvalid`.
    package static func invalid(kind: String, group: String, name: String, errors: [FieldError]) -> APIStatus {
        let qualified = group.isEmpty ? kind : "\(kind).\(group)"
        var seen: Set<String> = []
        let messages = errors.map(\.message).filter { seen.insert($0).inserted }
        let list = messages.count == 1 ? messages[0] : "[\(messages.joined(separator: ", "))]"
        var details: Value = [:]
        if !name.isEmpty { details["name"] = .string(name) }
        if !group.isEmpty { details["group"] = .string(group) }
        details["kind"] = .string(kind)
        if !errors.isEmpty { details["causes"] = .array(errors.map(\.cause)) }
        return APIStatus(
            code: 422, reason: "Invalid",
            message: "\(qualified) \(GoQuoting.quoted(name)) is invalid" + (errors.isEmpty ? "" : ": \(list)"), details: details)
    }
}
