import KubernetesObjects

/// Checks that lists of a definition whose elements are told apart say by what, and that this can be done.
///
/// - Order: what is below a node before the node itself, fields by name.
/// - Source: apiextensions-apiserver `pkg/apis/apiextensions/validation.ValidateCustomResourceDefinitionOpenAPISchema`, v1.36.
struct CustomListChecks {
    private var errors: [FieldError] = []

    static func problems(in schema: Value, at path: String) -> [FieldError] {
        var checks = CustomListChecks()
        checks.check(schema, path)
        return checks.errors
    }

    private mutating func check(_ schema: Value, _ path: String) {
        for (name, property) in schema.map("properties").sorted() { check(property, "\(path).properties[\(name)]") }
        if let values = schema["additionalProperties"], values.fields != nil { check(values, "\(path).additionalProperties") }
        let items = schema["items"]?.fields == nil ? nil : schema["items"]
        if let items { check(items, "\(path).items") }
        let type = schema.present("x-kubernetes-list-type")?.stringValue
        let keys = schema.texts("x-kubernetes-list-map-keys")
        if type == "set", schema.text("type") == "array", let items { checkSet(items, "\(path).items") }
        if !keys.isEmpty, type != "map" {
            let detail = "must be map if x-kubernetes-list-map-keys is non-empty"
            let place = "\(path).x-kubernetes-list-type"
            errors.append(type == nil ? .required(place, detail) : .invalid(place, type.map { .string($0) }, detail))
        }
        if type == "map" { checkMap(items, keys, path) }
    }

    /// The elements of a set are compared whole.
    private mutating func checkSet(_ items: Value, _ path: String) {
        let detail = "must be atomic as item of a list with x-kubernetes-list-type=set"
        let list = items["x-kubernetes-list-type"]
        if items.text("type") == "array", let list, list != "atomic" { errors.append(.invalid("\(path).x-kubernetes-list-type", list, detail)) }
        if items.text("type") == "object", items.text("x-kubernetes-map-type") != "atomic" {
            // The real message shows the type of the list here.
            errors.append(.invalid("\(path).x-kubernetes-map-type", list, detail))
        }
    }

    private mutating func checkMap(_ items: Value?, _ keys: [String], _ path: String) {
        guard let items else {
            return errors.append(.required("\(path).items", "must have a schema if x-kubernetes-list-type is map"))
        }
        let type = items.text("type")
        if type != "object" {
            return errors.append(
                .invalid("\(path).items.type", .string(type), "must be object if parent array's x-kubernetes-list-type is map"))
        }
        var seen: Set<String> = []
        for key in keys {
            if ["array", "object"].contains(items["properties"]?[key]?.text("type") ?? "") {
                errors.append(
                    .invalid(
                        "\(path).items.properties[\(key)].type", .string(type), "must be a scalar type if parent array's x-kubernetes-list-type is map"))
            }
            if !seen.insert(key).inserted {
                errors.append(
                    .invalid("\(path).x-kubernetes-list-map-keys", .array(keys.map { .string($0) }), "must not contain duplicate entries"))
            }
        }
    }
}
