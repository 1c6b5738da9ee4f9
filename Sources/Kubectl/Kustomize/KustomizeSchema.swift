import KubernetesObjects

/// Schemas of custom resources from `openapi`, by which patches merge lists.
///
/// - Source: kustomize `kyaml/openapi`: `x-kubernetes-patch-merge-key` and `x-kubernetes-patch-strategy`.
/// - Bounds: values nest at most 100 deep.
struct KustomizeSchema {
    private let definitions: Value
    /// The definition of each `group/version/kind`.
    private var byKind: [String: Value] = [:]

    static let none = KustomizeSchema(definitions: [:])

    private init(definitions: Value) { self.definitions = definitions }

    init(_ bytes: [UInt8], path: String) throws(Failure) {
        let document: Value
        do { document = try Value(parsingYAML: String(decoding: bytes, as: UTF8.self)) } catch {
            throw Failure("error reading OpenAPI schema \(path): \(error.message)")
        }
        definitions = document["definitions"] ?? [:]
        for (_, definition) in definitions.fields ?? [:] {
            for kind in definition["x-kubernetes-group-version-kind"]?.elements ?? [] { byKind[Self.key(kind["group"], kind["version"], kind["kind"])] = definition }
        }
    }

    private static func key(_ group: Value?, _ version: Value?, _ kind: Value?) -> String {
        [group, version, kind].map { $0?.stringValue ?? "" }.joined(separator: "/")
    }

    /// The object with a patch merged into it; nil when nothing is known of its kind.
    func merged(_ patch: Value, into object: Value) -> Value? {
        let (group, version) = splitAPIVersion(object.apiVersion)
        guard let schema = byKind["\(group)/\(version)/\(object.kind)"] else { return nil }
        return merge(patch, object, schema, depth: 0)
    }

    private func resolved(_ schema: Value?) -> Value {
        guard let schema, let reference = schema["$ref"]?.stringValue else { return schema ?? [:] }
        var target = definitions[reference.split(separator: "/").last.map(String.init) ?? ""] ?? [:]
        // What stands beside a reference belongs to the field.
        for (key, value) in schema.fields ?? [:] where key != "$ref" { target[key] = value }
        return target
    }

    private func merge(_ patch: Value, _ old: Value?, _ schema: Value, depth: Int) -> Value {
        if depth > 100 { return patch }
        if case .object(let changes) = patch {
            if changes["$patch"]?.stringValue == "replace" {
                var plain = changes
                plain["$patch"] = nil
                return .object(plain)
            }
            var result = old?.fields ?? Fields()
            for (key, value) in changes where key != "$patch" {
                let field = resolved(schema["properties"]?[key] ?? schema["additionalProperties"])
                result[key] = value.isNull ? nil : merge(value, result[key], field, depth: depth + 1)
            }
            return .object(result)
        }
        guard case .array(let changes) = patch, case .array(var list)? = old, let key = schema["x-kubernetes-patch-merge-key"]?.stringValue,
            schema["x-kubernetes-patch-strategy"]?.stringValue?.contains(text: "merge") == true
        else { return patch }
        let element = resolved(schema["items"])
        var added: [Value] = []
        for change in changes {
            let index = list.firstIndex { $0[key] == change[key] }
            if change["$patch"]?.stringValue == "delete" {
                if let index { list.remove(at: index) }
            } else if let index {
                list[index] = merge(change, list[index], element, depth: depth + 1)
            } else {
                added.append(change)
            }
        }
        return .array(list + added)
    }
}
