import KubernetesObjects

/// Objects as the real server's internal Go types print themselves as JSON.
///
/// Messages about immutable fields show the internal form: Go's field names, in the order of their declaration, absent
/// pointers, lists and maps as `null`.
package enum InternalForm {
    /// The internal form of a value of a type of `InternalTypes`.
    package static func value(_ value: Value?, as type: String) -> Value {
        guard let fields = InternalTypes.table[type] else { return value ?? .null }
        var result = Fields()
        result.reserveCapacity(fields.count)
        for field in fields {
            if field.isEmbedded {
                for entry in Self.value(value, as: field.type).fields ?? Fields() { result.appendDistinct(entry.key, entry.value) }
            } else {
                result.appendDistinct(field.goName, one(value?.present(field.name), field))
            }
        }
        return .object(result)
    }

    /// A pod's spec: host settings stand in the security context there.
    package static func podSpec(_ spec: Value) -> Value {
        var spec = spec
        var context = spec.present("securityContext") ?? [:]
        for field in ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers"] {
            if let setting = spec.present(field) { context[field] = setting }
        }
        spec["securityContext"] = context
        return value(spec, as: "PodSpec")
    }

    /// A pod template: its metadata is printed with its JSON names.
    package static func podTemplate(_ template: Value?) -> Value {
        var result = metadata(template?["metadata"])
        result["Spec"] = podSpec(template?["spec"] ?? [:])
        return result
    }

    /// Metadata as `metav1.ObjectMeta` prints itself, in the order of its fields.
    static func metadata(_ metadata: Value?) -> Value {
        var result: Value = [:]
        for field in [
            "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
            "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers", "managedFields",
        ] {
            guard let value = metadata?[field], !value.isEmptyValue else { continue }
            result[field] = field == "labels" || field == "annotations" ? .object((value.fields ?? Fields()).sorted()) : value
        }
        return result
    }

    /// A label selector as `metav1.LabelSelector` prints itself.
    package static func labelSelector(_ selector: Value?) -> Value {
        guard let selector, !selector.isNull else { return .null }
        var result: Value = [:]
        if !selector.map("matchLabels").isEmpty { result["matchLabels"] = .object(selector.map("matchLabels").sorted()) }
        let expressions = selector.list("matchExpressions").map { expression -> Value in
            var shown: Value = ["key": .string(expression.text("key")), "operator": .string(expression.text("operator"))]
            if !expression.list("values").isEmpty { shown["values"] = expression["values"] }
            return shown
        }
        if !expressions.isEmpty { result["matchExpressions"] = .array(expressions) }
        return result
    }

    private static func one(_ value: Value?, _ field: InternalTypes.Field) -> Value {
        if field.isList {
            guard let list = value?.arrayValue else { return .null }
            return .array(list.map { single($0, field.type) })
        }
        if field.isPointer, value == nil { return .null }
        return single(value, field.type)
    }

    private static func single(_ value: Value?, _ type: String) -> Value {
        switch type {
        case "s": return value ?? ""
        case "i", "intOrString": return value ?? 0
        case "b": return value ?? false
        case "quantity": return .string(Quantity(value)?.description ?? "0")
        case "map":
            guard let fields = value?.fields else { return .null }
            return .object(fields.sorted())
        case "resources":
            guard let fields = value?.fields else { return .null }
            return .object(Fields(fields.sorted().map { ($0.key, .string(Quantity($0.value)?.description ?? "0")) }))
        case "time", "raw": return value ?? .null
        case "LabelSelector": return labelSelector(value)
        case "ObjectMeta": return metadata(value)
        case "PodTemplateSpec": return podTemplate(value)
        default: return Self.value(value, as: type)
        }
    }
}
