import KubernetesObjects

/// One thing that is wrong with a value, or with a schema: the parts of a field error.
package struct SchemaProblem: Sendable, Equatable {
    /// The kinds of field errors that schemas give rise to.
    package enum Kind: String, Sendable {
        case required, invalid, typeInvalid, notSupported, tooLong, tooMany, duplicate, forbidden
    }

    package var kind: Kind
    /// `spec.size`; empty for the whole object.
    package var path: String
    /// The value that is refused, where the message shows one.
    package var value: Value?
    /// What follows the value in the message; empty for none.
    package var detail: String

    package init(_ kind: Kind, _ path: String, value: Value? = nil, detail: String = "") {
        self.kind = kind
        self.path = path
        self.value = value
        self.detail = detail
    }

    /// Whether rules of the schema are left unchecked because of it.
    package var blocksRules: Bool {
        switch kind {
        case .required, .typeInvalid, .notSupported, .tooLong, .tooMany: true
        case .invalid, .duplicate, .forbidden: false
        }
    }

    /// The message as it is sorted by: `spec.size: Invalid value: 3: must be …`.
    var text: String {
        let title =
            switch kind {
            case .required: "Required value"
            case .invalid, .typeInvalid: "Invalid value"
            case .notSupported: "Unsupported value"
            case .tooLong: "Too long"
            case .tooMany: "Too many"
            case .duplicate: "Duplicate value"
            case .forbidden: "Forbidden"
            }
        let shown = value.map { ": " + ($0.stringValue.map(GoText.quoted) ?? $0.json()) } ?? ""
        return "\(path): \(title)\(shown)" + (detail.isEmpty ? "" : ": " + detail)
    }
}
