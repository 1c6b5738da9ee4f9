import KubernetesObjects
import KubernetesSchema

/// A place in the schema of a kind of objects, with what patches and applies need to know of it.
///
/// - Shape: below a place of no known type everything is free-form: maps are merged, lists are replaced.
package struct SchemaNode: Sendable {
    /// Nil where nothing is known.
    package let type: TypeSchema?
    /// The field that led here; nil for list elements, map values and whole objects.
    package let origin: FieldSchema?

    package init(_ type: TypeSchema?, origin: FieldSchema? = nil) {
        self.type = type
        self.origin = origin
    }

    package static let unknown = SchemaNode(nil)

    /// The place of a field of a structure, or of a value of a map.
    package func field(_ name: String) -> SchemaNode {
        guard let type else { return .unknown }
        if let field = type.field(name) { return SchemaNode(field.type, origin: field) }
        return SchemaNode(type.element)
    }

    /// Whether a name is a field of this structure, rather than a key of a map or unknown.
    package func hasField(_ name: String) -> Bool { type?.field(name) != nil }

    /// The step of a managed field's path that leads here by a name.
    func pathElement(_ name: String) -> String { origin?.pathElement ?? PathElement.field(name) }

    /// The place of a list's elements.
    package var element: SchemaNode { SchemaNode(type?.element) }

    /// The directives of a strategic merge patch.
    var patchStrategies: [String] {
        guard let strategy = origin?.patchStrategy else { return [] }
        var result: [String] = []
        if strategy.contains(.merge) { result.append("merge") }
        if strategy.contains(.replace) { result.append("replace") }
        if strategy.contains(.retainKeys) { result.append("retainKeys") }
        return result
    }

    var mergeKey: String? { origin?.patchMergeKey }
    var name: String { type?.goName ?? origin?.name ?? "" }

    // MARK: Server-side apply

    enum Merging {
        case scalar
        case map
        case associativeList(keys: [String])
        case set
        /// A map or list that is one value.
        case atomic
    }

    /// How server-side apply merges what stands here.
    func merging(_ value: Value) -> Merging {
        switch value {
        case .object:
            guard let type else { return .map }
            switch type.form {
            case .structure, .map, .object, .any, .schemaOrBool, .schemaOrArray, .schemaOrStringArray: return type.isAtomic ? .atomic : .map
            case .fieldSet: return .atomic
            default: return .scalar
            }
        case .array:
            guard let type, type.form == .list, let kind = type.listType else { return .atomic }
            switch kind {
            case .atomic: return .atomic
            case .set: return .set
            case .map: return .associativeList(keys: type.listMapKeys)
            }
        default: return .scalar
        }
    }
}
