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
    package func pruned(_ object: Value, duplicates: [ValuePath]) -> SchemaDecoder.Decoded {
        (try? SchemaDecoder.decode(object, as: type, duplicates: duplicates)) ?? SchemaDecoder.Decoded(value: object, problems: [])
    }

    package func applyDefaults(_ object: inout Value) {}

    /// What is wrong with an object of this version.
    package func validate(_ object: Value, old: Value?) -> [FieldError] { [] }
}
