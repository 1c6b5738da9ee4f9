/// What a field of a lab's file may hold.
package indirect enum FieldShape: Sendable {
    case string
    /// One text, or a map from language to text.
    case text
    case integer(ClosedRange<Int>)
    case number
    case bool
    /// `90s`, `1m30s`, `2h`.
    case duration
    /// One of some words.
    case word([String])
    case list(FieldShape)
    /// A map with free keys.
    case map(FieldShape)
    /// A map with the fields of a named type.
    case object(String)
    /// A (partial) Kubernetes object or any other tree.
    case anything
    case tree
    /// The first of some shapes whose kind of node fits.
    case either([FieldShape])

    /// The kind of node it is in a person's words.
    package var words: String {
        switch self {
        case .string, .text: "a text"
        case .integer: "a whole number"
        case .number: "a number"
        case .bool: "true or false"
        case .duration: "a duration such as 90s or 2m"
        case .word(let words): "one of \(words.joined(separator: ", "))"
        case .list: "a list"
        case .map, .object, .tree: "a map"
        case .anything: "any value"
        case .either(let shapes): shapes.map(\.words).joined(separator: ", or ")
        }
    }
}

/// One field of a type of the lab format.
package struct FieldSpec: Sendable {
    package var name: String
    package var shape: FieldShape
    package var isRequired: Bool
    /// One sentence for editors and the documentation.
    package var about: String

    package init(_ name: String, _ shape: FieldShape, required: Bool = false, _ about: String) {
        self.name = name
        self.shape = shape
        isRequired = required
        self.about = about
    }
}

/// A type of the lab format: a map with known fields.
package struct TypeSpec: Sendable {
    package var name: String
    package var about: String
    package var fields: [FieldSpec]
    /// Groups of fields of which exactly one must be there.
    package var exactlyOne: [String]
    /// Groups of fields of which at most one may be there.
    package var atMostOne: [[String]]

    package init(_ name: String, _ about: String, exactlyOne: [String] = [], atMostOne: [[String]] = [], _ fields: [FieldSpec]) {
        self.name = name
        self.about = about
        self.fields = fields
        self.exactlyOne = exactlyOne
        self.atMostOne = atMostOne
    }

    package func field(_ name: String) -> FieldSpec? { fields.first { $0.name == name } }
}

/// The types of a file format. The same table checks files, makes the JSON Schema and the reference in the documentation.
package struct FormatTable: Sendable {
    package var root: String
    package var types: [TypeSpec]

    package init(root: String, types: [TypeSpec]) {
        self.root = root
        self.types = types
    }

    package subscript(name: String) -> TypeSpec {
        guard let type = types.first(where: { $0.name == name }) else { preconditionFailure("The format has no type \(name)") }
        return type
    }
}
