/// How large the values of an expression may be: what is known of them before there are any.
///
/// - Units: elements of lists and maps, bytes of texts.
/// - Source: apiserver `cel.DeclType` with its `MaxElements`.
package indirect enum CELShape: Sendable {
    /// A number or a boolean that a schema describes; comparing such costs nothing.
    case field
    /// A number or a boolean that an expression computes.
    case scalar
    case text(max: UInt64)
    case list(CELShape, max: UInt64)
    case map(CELShape, max: UInt64)
    /// An object with its fields, by the names that expressions use.
    case object([String: CELShape])
    /// Nothing is known.
    case unknown

    /// The most elements or bytes that a value may have.
    var size: UInt64 {
        switch self {
        case .field, .object: 0
        case .scalar: 1
        case .text(let max), .list(_, let max), .map(_, let max): max
        case .unknown: .max
        }
    }

    var isText: Bool { if case .text = self { true } else { false } }

    /// What a field, an index or a walk leads to.
    func member(_ name: String) -> CELShape {
        switch self {
        case .object(let fields): fields[name] ?? .unknown
        case .map(let element, _): element
        default: .unknown
        }
    }

    var element: CELShape {
        switch self {
        case .list(let element, _), .map(let element, _): element
        default: .unknown
        }
    }

    /// What a macro's variable stands for: the elements of a list, the keys of a map.
    var walked: CELShape {
        switch self {
        case .list(let element, _): element
        case .map: .text(max: 0)
        default: .unknown
        }
    }

    /// A shape that covers both.
    func union(_ other: CELShape) -> CELShape {
        switch (self, other) {
        case (.text(let a), .text(let b)): .text(max: max(a, b))
        case (.list(let x, let a), .list(let y, let b)): .list(x.union(y), max: max(a, b))
        case (.map(let x, let a), .map(let y, let b)): .map(x.union(y), max: max(a, b))
        case (.field, .field): .field
        case (.field, .scalar), (.scalar, .field), (.scalar, .scalar): .scalar
        case (.object(let fields), .object): .object(fields)
        default: .unknown
        }
    }
}
