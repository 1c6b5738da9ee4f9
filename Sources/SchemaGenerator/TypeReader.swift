/// One line of a type: a field, its type and its markers.
struct FieldLine {
    var name: String
    var type: String
    var markers: [String]

    var text: String { " " + ([name, type] + markers).joined(separator: " ") }
}

/// A structure of the API under its short name.
struct TypeEntry {
    /// The package of the API group: `apps`, `core`, `meta`.
    var package: String
    /// `v1.Deployment`.
    var name: String
    var markers: [String]
    var fields: [FieldLine]

    var text: String {
        ([([name] + markers).joined(separator: " ")] + fields.map(\.text)).joined(separator: "\n")
    }
}

/// Reads the `definitions` of an OpenAPI v2 document.
struct TypeReader {
    private let definitions: [String: [String: Any]]

    /// The long prefixes that packages of Kubernetes' API groups have, longest first.
    private static let prefixes = [
        "io.k8s.apiextensions-apiserver.pkg.apis.", "io.k8s.kube-aggregator.pkg.apis.", "io.k8s.apimachinery.pkg.apis.",
        "io.k8s.apimachinery.pkg.", "io.k8s.api.",
    ]

    /// Definitions that are scalars or free-form data to a reader of objects.
    private static let scalars = [
        "io.k8s.apimachinery.pkg.api.resource.Quantity": "Quantity",
        "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "Time",
        "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "MicroTime",
        "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "IntOrString",
        "io.k8s.apimachinery.pkg.runtime.RawExtension": "Object",
        "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "Fields",
        "io.k8s.apimachinery.pkg.apis.meta.v1.Patch": "Object",
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": "Any",
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray": "SchemaOrArray",
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool": "SchemaOrBool",
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray": "SchemaOrStringArray",
    ]

    init(_ document: [String: Any]) {
        definitions = document["definitions"] as? [String: [String: Any]] ?? [:]
    }

    func read() throws -> [TypeEntry] {
        try definitions.keys.sorted().filter { Self.scalars[$0] == nil }.map(entry)
    }

    static func shortName(_ name: String) -> String {
        for prefix in prefixes where name.hasPrefix(prefix) { return String(name.dropFirst(prefix.count)) }
        return name
    }

    private func entry(_ long: String) throws -> TypeEntry {
        let definition = definitions[long] ?? [:]
        let short = Self.shortName(long)
        guard let dot = short.firstIndex(of: ".") else { throw GeneratorError("the name of definition \(long) has no package") }
        var markers: [String] = []
        let kinds = definition["x-kubernetes-group-version-kind"] as? [[String: String]] ?? []
        if kinds.count == 1, let kind = kinds.first {
            guard let version = kind["version"], let name = kind["kind"], short.hasSuffix(".\(name)") else {
                throw GeneratorError("definition \(long) has a kind of another name")
            }
            markers.append("kind=" + [kind["group"] ?? "", version, name].filter { !$0.isEmpty }.joined(separator: "/"))
        } else if kinds.count > 1 {
            markers.append("kind=*")
        }
        if definition["x-kubernetes-map-type"] as? String == "atomic" { markers.append("atomic") }
        for union in definition["x-kubernetes-unions"] as? [[String: Any]] ?? [] {
            if let discriminator = union["discriminator"] as? String { markers.append("union=\(discriminator)") }
        }
        let required = Set(definition["required"] as? [String] ?? [])
        let properties = definition["properties"] as? [String: [String: Any]] ?? [:]
        let fields = try properties.keys.sorted().map { name in
            try field(name, properties[name] ?? [:], isRequired: required.contains(name), of: long)
        }
        return TypeEntry(
            package: String(short[..<dot]), name: String(short[short.index(after: dot)...]), markers: markers, fields: fields)
    }

    private func field(_ name: String, _ schema: [String: Any], isRequired: Bool, of owner: String) throws -> FieldLine {
        var markers: [String] = []
        if isRequired { markers.append("required") }
        if let list = schema["x-kubernetes-list-type"] as? String {
            let keys = schema["x-kubernetes-list-map-keys"] as? [String] ?? []
            markers.append(keys.isEmpty ? "list=\(list)" : "list=\(list)(\(keys.joined(separator: ",")))")
        }
        if let map = schema["x-kubernetes-map-type"] as? String { markers.append("map=\(map)") }
        if let strategy = schema["x-kubernetes-patch-strategy"] as? String {
            let key = schema["x-kubernetes-patch-merge-key"] as? String
            markers.append("patch=\(strategy)" + (key.map { "(\($0))" } ?? ""))
        }
        if let values = schema["enum"] as? [String] { markers.append("enum=" + values.joined(separator: "|")) }
        return FieldLine(name: name, type: try type(schema, of: "\(owner).\(name)"), markers: markers)
    }

    private func type(_ schema: [String: Any], of owner: String) throws -> String {
        if let reference = schema["$ref"] as? String {
            let long = String(reference.dropFirst("#/definitions/".count))
            return Self.scalars[long] ?? Self.shortName(long)
        }
        switch (schema["type"] as? String, schema["format"] as? String) {
        case ("array", _): return "[]" + (try type(schema["items"] as? [String: Any] ?? [:], of: owner))
        case ("object", _):
            guard let values = schema["additionalProperties"] as? [String: Any] else { return "Object" }
            return "map:" + (try type(values, of: owner))
        case ("string", "byte"): return "bytes"
        case ("string", _): return "string"
        case ("integer", "int64"): return "int64"
        case ("integer", _): return "int32"
        case ("number", _): return "double"
        case ("boolean", _): return "bool"
        default: throw GeneratorError("\(owner) has a type that the catalogue does not know: \(schema["type"] ?? "none")")
        }
    }
}
