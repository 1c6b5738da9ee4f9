import KubernetesObjects

/// The way to a field of an object: `spec.containers[0].resources.limits[cpu]`.
///
/// A linked list that is written out only when something is wrong, since nearly all objects are right.
package indirect enum FieldPath: Sendable, CustomStringConvertible {
    case root
    case field(FieldPath, String)
    case element(FieldPath, Int)
    case entry(FieldPath, String)

    /// The path of a top-level field.
    package init(_ name: String) { self = .field(.root, name) }

    /// The path of a field of this one.
    package static func / (path: FieldPath, name: String) -> FieldPath { .field(path, name) }

    /// The path of an element of a list.
    package subscript(index: Int) -> FieldPath { .element(self, index) }

    /// The path of an entry of a map.
    package func key(_ name: String) -> FieldPath { .entry(self, name) }

    package var description: String {
        switch self {
        case .root: return ""
        case .field(.root, let name): return name
        case .field(let parent, let name): return parent.description + "." + name
        case .element(let parent, let index): return parent.description + "[\(index)]"
        case .entry(let parent, let name): return parent.description + "[\(name)]"
        }
    }

    package static let metadata = FieldPath("metadata")
    package static let spec = FieldPath("spec")
    package static let status = FieldPath("status")
}

/// What is wrong with an object, in the order in which it was found.
package typealias FieldErrors = [FieldError]

extension [FieldError] {
    mutating func required(_ path: FieldPath, _ detail: String = "") { append(.required(path.description, detail)) }
    mutating func invalid(_ path: FieldPath, _ value: Value?, _ detail: String) { append(.invalid(path.description, value, detail)) }
    mutating func invalid(_ path: FieldPath, _ text: String, _ detail: String) {
        append(.invalid(path.description, .string(text), detail))
    }
    mutating func invalid(_ path: FieldPath, _ number: Int, _ detail: String) {
        append(.invalid(path.description, .int(Int64(number)), detail))
    }
    mutating func duplicate(_ path: FieldPath, _ value: Value) { append(.duplicate(path.description, value)) }
    mutating func duplicate(_ path: FieldPath, _ text: String) { append(.duplicate(path.description, .string(text))) }
    mutating func forbidden(_ path: FieldPath, _ detail: String) { append(.forbidden(path.description, detail)) }
    mutating func notFound(_ path: FieldPath, _ text: String) { append(.notFound(path.description, .string(text))) }
    mutating func notSupported(_ path: FieldPath, _ value: Value?, _ supported: [String]) {
        append(.notSupported(path.description, value, supported: supported))
    }
    mutating func notSupported(_ path: FieldPath, _ text: String, _ supported: [String]) {
        append(.notSupported(path.description, .string(text), supported: supported))
    }
    mutating func tooLong(_ path: FieldPath, maxBytes: Int) { append(.tooLong(path.description, maxBytes: maxBytes)) }
    mutating func tooMany(_ path: FieldPath, actual: Int, max: Int) { append(.tooMany(path.description, actual: actual, max: max)) }
    mutating func internalError(_ path: FieldPath, _ detail: String) { append(.internalError(path.description, detail)) }

    /// Adds one error for each message about a text.
    mutating func invalid(_ path: @autoclosure () -> FieldPath, _ text: String, each messages: [String]) {
        for message in messages { invalid(path(), text, message) }
    }

    /// `Invalid value: 3: must be greater than or equal to 0` for a negative number.
    mutating func checkNonNegative(_ number: Int?, _ path: @autoclosure () -> FieldPath) {
        if let number, number < 0 { invalid(path(), number, "must be greater than or equal to 0") }
    }

    /// Requires an enumerated text: `Required value` when it is empty, `Unsupported value` when it is another.
    mutating func checkEnum(_ text: String, _ path: @autoclosure () -> FieldPath, _ supported: [String]) {
        if text.isEmpty { required(path()) } else if !supported.contains(text) { notSupported(path(), text, supported) }
    }

    /// Requires `example.com/path`: a subdomain, a slash and a path. What is wrong is said of the part that is wrong.
    mutating func checkDomainPrefixedPath(_ text: String, _ path: FieldPath) {
        if text.isEmpty { return required(path) }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            return invalid(path, text, "must be a domain-prefixed path (such as \"acme.io/foo\")")
        }
        invalid(path, parts[0], each: NameFormats.dns1123Subdomain(parts[0]))
        if !parts[1].utf8.allSatisfy({ NameFormats.isAlphanumeric($0) || "/-._~%!$&'()*+,;=:".utf8.contains($0) }) {
            invalid(path, parts[1], "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')")
        }
    }

    /// `field is immutable` when a value is not what it was.
    mutating func checkImmutable(_ new: Value?, _ old: Value?, _ path: @autoclosure () -> FieldPath, shown: Value? = nil) {
        if !sameValue(new, old) { invalid(path(), shown ?? new, "field is immutable") }
    }
}

/// Whether two fields mean the same: an absent one, null and an empty list or map are one.
func sameValue(_ left: Value?, _ right: Value?) -> Bool {
    func normal(_ value: Value?) -> Value? {
        switch value {
        case nil, .null?: nil
        case .array(let list)? where list.isEmpty: nil
        case .object(let fields)? where fields.isEmpty: nil
        default: value
        }
    }
    return normal(left) == normal(right)
}
