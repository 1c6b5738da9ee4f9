import KubernetesObjects

/// What a place in an object's tree may hold: a structure with named fields, a list, a map or a scalar.
///
/// - Shape: a graph; `fields` and `element` lead on, and named structures are read from
///   the catalogue's text only when something first asks for them.
/// - Source: the types of `k8s.io/api` as their OpenAPI description has them, and structural schemas of CRDs.
package final class TypeSchema: Sendable {
    /// The kinds of places there are.
    package enum Form: String, Sendable {
        case structure, map, list
        case string, int32, int64, double, bool
        /// Base64 text in JSON.
        case bytes
        /// RFC 3339 in whole seconds.
        case time
        /// RFC 3339 with microseconds.
        case microTime
        /// A resource quantity, such as `250m`.
        case quantity
        /// An integer or a string, such as a port or a percentage.
        case intOrString
        /// An embedded object or other free map (`RawExtension`).
        case object
        /// The field set of a managed-fields entry.
        case fieldSet
        /// Any JSON.
        case any
        /// In a CRD: a schema, or true or false.
        case schemaOrBool
        /// In a CRD: a schema, or a list of them.
        case schemaOrArray
        /// In a CRD: a schema, or a list of strings.
        case schemaOrStringArray
        /// In a custom resource: a whole number of any width.
        case integer
        /// In a custom resource: any number.
        case number
    }

    /// The short name of a structure of the API, `apps.v1.DeploymentSpec`; empty for anything without a name.
    package let name: String
    package let form: Form
    /// The fields of a structure, sorted by name.
    package let fields: [FieldSchema]
    /// Whether a structure or map is replaced as a whole by server-side apply.
    package let isAtomic: Bool
    /// How server-side apply treats a list that this type describes; nil means atomic.
    package let listType: ListType?
    /// The fields that tell entries of a `map` list apart.
    package let listMapKeys: [String]
    /// The field that says which member of a union is set.
    package let unionDiscriminator: String?
    /// The kind that this structure is, for structures that are whole objects.
    package let kind: GroupVersionKind?
    /// What a custom resource's schema says beyond names and types; nil for built-in types.
    package let structural: StructuralSchema?

    /// The defaults of a built-in structure.
    package let defaultRule: DefaultRule?
    /// How many fields of a structure are written even when an object does not have them.
    package let writtenCount: Int

    private let elementReference: TypeReference?
    private let positions: [String: Int]

    package init(
        name: String = "", form: Form, fields: [FieldSchema] = [], element: TypeReference? = nil, isAtomic: Bool = false,
        listType: ListType? = nil, listMapKeys: [String] = [], unionDiscriminator: String? = nil, kind: GroupVersionKind? = nil,
        structural: StructuralSchema? = nil
    ) {
        self.name = name
        self.form = form
        self.fields = fields
        self.isAtomic = isAtomic
        self.listType = listType
        self.listMapKeys = listMapKeys
        self.unionDiscriminator = unionDiscriminator
        self.kind = kind
        self.structural = structural
        elementReference = element
        defaultRule = name.isEmpty ? nil : DefaultRules.of(name)
        writtenCount = fields.reduce(0) { $0 + ($1.emptiness == .written ? 1 : 0) }
        positions =
            fields.count > Self.indexThreshold
            ? Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first }) : [:]
    }

    /// Above this many fields a structure finds them through an index.
    private static let indexThreshold = 6

    /// What the entries of a list or the values of a map are; nil for other forms.
    package var element: TypeSchema? { elementReference?.type }

    /// The field of a name, as it is spelled, or nil.
    package func field(_ name: String) -> FieldSchema? {
        if positions.isEmpty {
            for field in fields where field.name == name { return field }
            return nil
        }
        return positions[name].map { fields[$0] }
    }

    /// Whether fields that the schema does not name are kept.
    package var preservesUnknownFields: Bool {
        switch form {
        case .object, .any, .fieldSet, .schemaOrBool, .schemaOrArray, .schemaOrStringArray: true
        default: structural?.preservesUnknownFields ?? false
        }
    }

    /// The name of the Go struct behind a structure: `DeploymentSpec`.
    package var goName: String {
        guard let dot = name.lastIndex(of: ".") else { return name }
        return String(name[name.index(after: dot)...])
    }
}

/// How server-side apply merges a list.
package enum ListType: String, Sendable {
    /// Replaced as a whole.
    case atomic
    /// Entries are told apart by their value.
    case set
    /// Entries are told apart by the list's keys.
    case map
}

/// One field of a structure.
package final class FieldSchema: Sendable {
    package let name: String
    /// The field as a step of a path of managed fields: `f:NAME`.
    package let pathElement: String
    /// Whether OpenAPI lists it as required. The server also always writes such a field.
    package let isRequired: Bool
    /// How a strategic merge patch treats it.
    package let patchStrategy: PatchStrategy
    /// The field that a strategic merge patch tells entries of the list apart by.
    package let patchMergeKey: String?
    /// The values that the API server accepts, in its order; empty where any will do.
    package let enumValues: [String]
    /// What the server writes when the field holds nothing.
    package let emptiness: Emptiness
    /// The Go type that error messages name, where it differs from the form's own: `v1.RestartPolicy`.
    package let goType: String?
    /// The default that the schema itself names (custom resources only; built-in ones are in `Defaulting`).
    package let defaultValue: Value?
    private let reference: TypeReference

    package init(
        name: String, type: TypeReference, isRequired: Bool = false, patchStrategy: PatchStrategy = [], patchMergeKey: String? = nil,
        enumValues: [String] = [], emptiness: Emptiness = .kept, goType: String? = nil, defaultValue: Value? = nil
    ) {
        self.name = name
        pathElement = "f:" + name
        reference = type
        self.isRequired = isRequired
        self.patchStrategy = patchStrategy
        self.patchMergeKey = patchMergeKey
        self.enumValues = enumValues
        self.emptiness = emptiness
        self.goType = goType
        self.defaultValue = defaultValue
    }

    package var type: TypeSchema { reference.type }

    /// What the server writes of a field that holds an empty value.
    package enum Emptiness: Sendable {
        /// An explicit zero, false or empty structure stays: the Go field is a pointer.
        case kept
        /// Left out: the Go field is a plain value with `omitempty`.
        case omitted
        /// Written even when the object does not have it: a plain value without `omitempty`, or a plain struct.
        case written
    }
}

/// The directives of `x-kubernetes-patch-strategy`.
package struct PatchStrategy: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Lists are merged by the merge key or, of scalars, as sets.
    package static let merge = PatchStrategy(rawValue: 1)
    /// The value is replaced as a whole.
    package static let replace = PatchStrategy(rawValue: 2)
    /// Fields that the patch does not name are cleared.
    package static let retainKeys = PatchStrategy(rawValue: 4)
}
