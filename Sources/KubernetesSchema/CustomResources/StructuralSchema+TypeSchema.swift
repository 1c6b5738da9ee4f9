import KubernetesObjects

extension StructuralSchema {
    /// The same schema as the rest of the house reads schemas: for patches, apply, `explain` and printing.
    ///
    /// - Shape: the root gets `apiVersion`, `kind` and `metadata` of every object.
    package func typeSchema(root kind: GroupVersionKind? = nil) -> TypeSchema {
        let isObject = kind != nil || isEmbeddedResource
        if isIntOrString { return TypeSchema(form: .intOrString, structural: self) }
        switch type {
        case "object":
            if let additionalProperties, properties.isEmpty, !isObject {
                return TypeSchema(
                    form: .map, element: .resolved(additionalProperties.typeSchema()), isAtomic: mapType == "atomic", structural: self)
            }
            if properties.isEmpty, !isObject, preservesUnknownFields || allowsAnyProperties {
                return TypeSchema(form: .object, isAtomic: mapType == "atomic", structural: self)
            }
            return structure(isObject: isObject, kind: kind)
        case "array":
            return TypeSchema(
                form: .list, element: (items?.typeSchema()).map(TypeReference.resolved), listType: ListType(rawValue: listType),
                listMapKeys: listMapKeys, structural: self)
        case "string": return TypeSchema(form: .string, structural: self)
        case "integer": return TypeSchema(form: .integer, structural: self)
        case "number": return TypeSchema(form: .number, structural: self)
        case "boolean": return TypeSchema(form: .bool, structural: self)
        default: return isObject ? structure(isObject: true, kind: kind) : TypeSchema(form: .any, structural: self)
        }
    }

    private func structure(isObject: Bool, kind: GroupVersionKind?) -> TypeSchema {
        var fields = properties.map { property in
            FieldSchema(
                name: property.name, type: .resolved(property.schema.typeSchema()), isRequired: required.contains(property.name),
                enumValues: property.schema.enumValues.compactMap(\.stringValue), defaultValue: property.schema.defaultValue)
        }
        if isObject {
            fields.removeAll { $0.name == "apiVersion" || $0.name == "kind" || $0.name == "metadata" }
            fields.append(FieldSchema(name: "apiVersion", type: .resolved(TypeSchema(form: .string))))
            fields.append(FieldSchema(name: "kind", type: .resolved(TypeSchema(form: .string))))
            fields.append(FieldSchema(name: "metadata", type: .lazy("meta.v1.ObjectMeta")))
            fields.sort { $0.name < $1.name }
        }
        return TypeSchema(form: .structure, fields: fields, isAtomic: mapType == "atomic", kind: kind, structural: self)
    }
}
