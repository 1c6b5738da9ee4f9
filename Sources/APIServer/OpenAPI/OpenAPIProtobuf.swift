import KubernetesObjects

/// An OpenAPI v2 document as the protocol buffer message that clients before 1.24 insist on.
///
/// - Shape: `openapi.v2.Document` of gnostic.
/// - Source: google/gnostic `openapiv2/OpenAPIv2.proto` (field numbers), kube-openapi `handler`.
package enum OpenAPIProtobuf {
    /// The types under which clients ask for it.
    package static let mediaTypes = ["application/com.github.proto-openapi.spec.v2@v1.0+protobuf", "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"]

    /// The type of the answer: a valid one, which what is asked for is not always.
    package static let contentType = mediaTypes[1]

    /// Encodes a document.
    package static func bytes(of document: Value) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.string(1, document["swagger"]?.stringValue)
        if let info = document["info"] {
            writer.message(2) {
                $0.string(1, info["title"]?.stringValue)
                $0.string(2, info["version"]?.stringValue)
                $0.string(3, info["description"]?.stringValue)
            }
        }
        writer.message(8) { paths in
            for (path, item) in document["paths"]?.fields ?? Fields() { paths.entry(2, path) { pathItem(&$0, item) } }
        }
        writer.message(9) { definitions in
            for (name, schema) in document["definitions"]?.fields ?? Fields() { definitions.entry(1, name) { self.schema(&$0, schema) } }
        }
        return writer.bytes
    }

    // MARK: Paths

    private static let methods = [("get", 2), ("put", 3), ("post", 4), ("delete", 5), ("options", 6), ("head", 7), ("patch", 8)]

    private static func pathItem(_ writer: inout ProtobufWriter, _ item: Value) {
        for (method, field) in methods {
            guard let operation = item[method] else { continue }
            writer.message(field) { self.operation(&$0, operation) }
        }
        for parameter in item["parameters"]?.elements ?? [] { writer.message(9) { self.parameter(&$0, parameter) } }
        writer.extensions(10, of: item)
    }

    private static func operation(_ writer: inout ProtobufWriter, _ operation: Value) {
        for tag in operation["tags"]?.elements ?? [] { writer.element(1, tag.stringValue ?? "") }
        writer.string(3, operation["description"]?.stringValue)
        writer.string(5, operation["operationId"]?.stringValue)
        for type in operation["produces"]?.elements ?? [] { writer.element(6, type.stringValue ?? "") }
        for type in operation["consumes"]?.elements ?? [] { writer.element(7, type.stringValue ?? "") }
        for parameter in operation["parameters"]?.elements ?? [] { writer.message(8) { self.parameter(&$0, parameter) } }
        writer.message(9) { responses in
            for (code, response) in operation["responses"]?.fields ?? Fields() {
                responses.entry(1, code) { value in
                    value.message(1) { body in
                        body.string(1, response["description"]?.stringValue)
                        if let schema = response["schema"] { body.message(2) { $0.message(1) { self.schema(&$0, schema) } } }
                    }
                }
            }
        }
        for scheme in operation["schemes"]?.elements ?? [] { writer.element(10, scheme.stringValue ?? "") }
        writer.extensions(13, of: operation)
    }

    /// A parameter of an operation: in the body, or one of four other places, each with fields of its own.
    private static func parameter(_ writer: inout ProtobufWriter, _ parameter: Value) {
        if let reference = parameter["$ref"]?.stringValue { return writer.message(2) { $0.string(1, reference) } }
        let place = parameter["in"]?.stringValue ?? ""
        writer.message(1) { outer in
            if place == "body" {
                return outer.message(1) {
                    $0.string(1, parameter["description"]?.stringValue)
                    $0.string(2, parameter["name"]?.stringValue)
                    $0.string(3, place)
                    $0.bool(4, parameter["required"]?.boolValue)
                    if let schema = parameter["schema"] { $0.message(5) { self.schema(&$0, schema) } }
                }
            }
            let field = ["header": 1, "formData": 2, "query": 3, "path": 4][place] ?? 3
            // Those of queries and forms may be empty, which shifts the numbers that follow.
            let shift = field == 2 || field == 3 ? 1 : 0
            outer.message(2) {
                $0.message(field) {
                    $0.bool(1, parameter["required"]?.boolValue)
                    $0.string(2, place)
                    $0.string(3, parameter["description"]?.stringValue)
                    $0.string(4, parameter["name"]?.stringValue)
                    $0.string(5 + shift, parameter["type"]?.stringValue)
                    $0.string(6 + shift, parameter["format"]?.stringValue)
                    $0.bool(19 + shift, parameter["uniqueItems"]?.boolValue)
                }
            }
        }
    }

    // MARK: Schemas

    private static func schema(_ writer: inout ProtobufWriter, _ schema: Value) {
        writer.string(1, schema["$ref"]?.stringValue)
        writer.string(2, schema["format"]?.stringValue)
        writer.string(3, schema["title"]?.stringValue)
        writer.string(4, schema["description"]?.stringValue)
        if let value = schema["default"] { writer.any(5, value) }
        writer.double(6, schema["multipleOf"]?.doubleValue)
        writer.double(7, schema["maximum"]?.doubleValue)
        writer.bool(8, schema["exclusiveMaximum"]?.boolValue)
        writer.double(9, schema["minimum"]?.doubleValue)
        writer.bool(10, schema["exclusiveMinimum"]?.boolValue)
        writer.int(11, schema["maxLength"]?.intValue)
        writer.int(12, schema["minLength"]?.intValue)
        writer.string(13, schema["pattern"]?.stringValue)
        writer.int(14, schema["maxItems"]?.intValue)
        writer.int(15, schema["minItems"]?.intValue)
        writer.bool(16, schema["uniqueItems"]?.boolValue)
        writer.int(17, schema["maxProperties"]?.intValue)
        writer.int(18, schema["minProperties"]?.intValue)
        for name in schema["required"]?.elements ?? [] { writer.element(19, name.stringValue ?? "") }
        for value in schema["enum"]?.elements ?? [] { writer.any(20, value) }
        if let additional = schema["additionalProperties"] {
            writer.message(21) { item in
                if let allowed = additional.boolValue { item.bool(2, allowed) } else { item.message(1) { self.schema(&$0, additional) } }
            }
        }
        if let type = schema["type"]?.stringValue { writer.message(22) { $0.element(1, type) } }
        if let items = schema["items"] { writer.message(23) { $0.message(1) { self.schema(&$0, items) } } }
        for part in schema["allOf"]?.elements ?? [] { writer.message(24) { self.schema(&$0, part) } }
        if let properties = schema["properties"]?.fields {
            writer.message(25) { list in
                for (name, property) in properties { list.entry(1, name) { self.schema(&$0, property) } }
            }
        }
        writer.bool(27, schema["readOnly"]?.boolValue)
        writer.extensions(31, of: schema)
    }
}
