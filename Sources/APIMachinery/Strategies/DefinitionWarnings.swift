import KubernetesObjects

/// What the server warns of in CustomResourceDefinitions: formats that it does not know, and so does not check.
///
/// - Order: versions in their order, of a node itself before those below it, fields by name; each format once.
/// - Source: apiextensions-apiserver `pkg/apiserver/validation/formats.go`, v1.36.
enum DefinitionWarnings {
    /// The formats of strings, without their hyphens.
    private static let formats: Set<String> = [
        "bsonobjectid", "uri", "email", "hostname", "ipv4", "ipv6", "cidr", "mac", "uuid", "uuid3", "uuid4", "uuid5", "isbn", "isbn10", "isbn13",
        "creditcard", "ssn", "hexcolor", "rgbcolor", "byte", "password", "date", "duration", "datetime", "quantity", "k8sshortname", "k8slongname",
    ]

    static func formats(of definition: Value) -> [String] {
        var unknown: [String] = []
        for version in definition["spec"]?.list("versions") ?? [] { collect(version["schema"]?["openAPIV3Schema"], into: &unknown) }
        return unknown.map { "unrecognized format \(goQuoted($0))" }
    }

    private static func collect(_ schema: Value?, into unknown: inout [String]) {
        guard let schema, schema.fields != nil else { return }
        let format = schema.text("format")
        if !format.isEmpty, !isKnown(format, type: schema.text("type")), !unknown.contains(format) { unknown.append(format) }
        for entry in schema.map("properties").sorted() { collect(entry.value, into: &unknown) }
        for part in ["items", "additionalProperties", "not"] { collect(schema[part], into: &unknown) }
        for part in ["allOf", "anyOf", "oneOf"] { for alternative in schema.list(part) { collect(alternative, into: &unknown) } }
    }

    private static func isKnown(_ format: String, type: String) -> Bool {
        switch type {
        case "", "string": formats.contains(format.replacing("-", with: ""))
        case "integer": format == "int32" || format == "int64"
        case "number": format == "float" || format == "double"
        default: false
        }
    }
}
