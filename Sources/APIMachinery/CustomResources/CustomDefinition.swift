import KubernetesObjects
import KubernetesSchema

/// One version of a CRD as the server uses it.
package struct CustomDefinition: Sendable {
    /// The name of the CRD: `gadgets.lab.example.com`.
    package var name: String
    /// The schema of the version as it is written; null when it has none.
    package var schema: Value
    package var type: TypeSchema
    package var selectableFields: [String] = []
    /// `subresources.scale` of the version; nil without one.
    package var scale: Value?

    package init(name: String, schema: Value, type: TypeSchema) {
        self.name = name
        self.schema = schema
        self.type = type
    }

    /// An object without the fields that the schema does not know.
    package func pruned(_ object: Value, duplicates: [ValuePath]) -> DecodedBody {
        var problems = duplicates.map { "duplicate field \(goQuoted($0.description))" }
        let value = Self.prune(object, type, path: "", isRoot: true, &problems)
        return DecodedBody(value: value, problems: problems)
    }

    private static let kept: Set<String> = ["apiVersion", "kind", "metadata"]

    private static func prune(_ value: Value, _ type: TypeSchema, path: String, isRoot: Bool, _ problems: inout [String]) -> Value {
        switch value {
        case .object(let fields):
            var result = Fields()
            result.reserveCapacity(fields.count)
            let isObject = isRoot || type.structural?.isEmbeddedResource == true
            for (key, child) in fields {
                let place = path.isEmpty ? key : "\(path).\(key)"
                if isObject, kept.contains(key) {
                    result.appendDistinct(key, child)
                } else if let field = type.field(key) {
                    result.appendDistinct(key, prune(child, field.type, path: place, isRoot: false, &problems))
                } else if type.form == .map, let element = type.element {
                    result.appendDistinct(key, prune(child, element, path: place, isRoot: false, &problems))
                } else if type.preservesUnknownFields {
                    result.appendDistinct(key, child)
                } else {
                    problems.append("unknown field \(goQuoted(place))")
                }
            }
            return .object(result)
        case .array(let list):
            guard let element = type.element else { return value }
            return .array(list.enumerated().map { prune($1, element, path: "\(path)[\($0)]", isRoot: false, &problems) })
        default: return value
        }
    }

    package func applyDefaults(_ object: inout Value) {}

    /// What is wrong with an object of this version.
    package func validate(_ object: Value, old: Value?) -> [FieldError] { [] }
}
