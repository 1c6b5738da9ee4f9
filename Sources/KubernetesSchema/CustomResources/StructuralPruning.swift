import KubernetesObjects

/// Drops what a structural schema does not name, and fills in what it defaults.
///
/// - Source: apiextensions-apiserver `schema/pruning` and `schema/defaulting`, v1.36.
package enum StructuralPruning {
    /// Drops unknown fields of a custom object and tells their places.
    ///
    /// - Order: problems in the order of the object: `unknown field "spec.weight"`.
    package static func prune(_ value: inout Value, by schema: StructuralSchema) -> [String] {
        var unknown: [String] = []
        prune(&value, schema, isObject: true, path: "", &unknown)
        return unknown.map { "unknown field \"\($0)\"" }
    }

    private static func prune(
        _ value: inout Value, _ schema: StructuralSchema, isObject: Bool, path: String, _ unknown: inout [String]
    ) {
        switch value {
        case .object(let fields):
            var result = Fields()
            result.reserveCapacity(fields.count)
            for index in fields.indices {
                var (name, member) = fields[index]
                let place = path.isEmpty ? name : "\(path).\(name)"
                if isObject, name == "apiVersion" || name == "kind" || name == "metadata" {
                    result.appendDistinct(name, member)
                } else if let property = schema.property(name) {
                    prune(&member, property, isObject: property.isEmbeddedResource, path: place, &unknown)
                    result.appendDistinct(name, member)
                } else if let additional = schema.additionalProperties {
                    prune(&member, additional, isObject: additional.isEmbeddedResource, path: place, &unknown)
                    result.appendDistinct(name, member)
                } else if schema.preservesUnknownFields || schema.allowsAnyProperties {
                    result.appendDistinct(name, member)
                } else {
                    unknown.append(place)
                }
            }
            value = .object(result)
        case .array:
            guard let items = schema.items else { return }
            value.modifyElements { list in
                for index in list.indices {
                    prune(&list[index], items, isObject: items.isEmbeddedResource, path: "\(path)[\(index)]", &unknown)
                }
            }
        default: break
        }
    }

    /// Fills in defaults; a null where null is not allowed gives way to the default, or goes.
    package static func applyDefaults(to value: inout Value, by schema: StructuralSchema) {
        switch value {
        case .object(let given):
            value = .null
            var members = KeyedFields(given)
            for property in schema.properties {
                if let fallback = property.schema.defaultValue {
                    if let given = members[property.name], !given.isNull || property.schema.isNullable { continue }
                    members[property.name] = fallback
                } else if let given = members[property.name], given.isNull, !property.schema.isNullable {
                    members[property.name] = nil
                }
            }
            var fields = members.fields
            fields.modifyValues { name, member in
                if let property = schema.property(name) {
                    applyDefaults(to: &member, by: property)
                } else if let additional = schema.additionalProperties {
                    if member.isNull, !additional.isNullable, let fallback = additional.defaultValue { member = fallback }
                    applyDefaults(to: &member, by: additional)
                }
            }
            value = .object(fields)
        case .array:
            guard let items = schema.items else { return }
            value.modifyElements { list in
                for index in list.indices {
                    if list[index].isNull, !items.isNullable, let fallback = items.defaultValue { list[index] = fallback }
                    applyDefaults(to: &list[index], by: items)
                }
            }
        default: break
        }
    }
}
