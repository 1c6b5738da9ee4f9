import KubernetesObjects

/// An OpenAPI v3 document as the protocol buffer message that kubectl reads the parameters of requests from.
///
/// - Shape: `openapi.v3.Document` of gnostic. Wherever a schema or parameter may be a reference, a message says which it is.
/// - Source: google/gnostic `openapiv3/OpenAPIv3.proto` (field numbers), kube-openapi `handler3`.
package enum OpenAPIV3Protobuf {
    /// The types under which clients ask for it.
    package static let mediaTypes = ["application/com.github.proto-openapi.spec.v3@v1.0+protobuf", "application/com.github.proto-openapi.spec.v3.v1.0+protobuf"]

    /// The type of the answer.
    package static let contentType = mediaTypes[1]

    /// Encodes a document.
    package static func bytes(of document: Value) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.string(1, document["openapi"]?.stringValue)
        if let info = document["info"] {
            writer.message(2) {
                $0.string(1, info["title"]?.stringValue)
                $0.string(2, info["description"]?.stringValue)
                $0.string(6, info["version"]?.stringValue)
            }
        }
        writer.message(4) { paths in
            for (path, item) in document["paths"]?.fields ?? Fields() { paths.entry(1, path) { pathItem(&$0, item) } }
        }
        writer.message(5) { components in
            components.message(1) { schemas in
                for (name, schema) in document["components"]?["schemas"]?.fields ?? Fields() { schemas.entry(1, name) { schemaOrReference(&$0, schema) } }
            }
        }
        return writer.bytes
    }

    // MARK: Paths

    private static let methods = [("get", 4), ("put", 5), ("post", 6), ("delete", 7), ("options", 8), ("head", 9), ("patch", 10)]

    private static func pathItem(_ writer: inout ProtobufWriter, _ item: Value) {
        writer.string(3, item["description"]?.stringValue)
        for (method, field) in methods {
            guard let operation = item[method] else { continue }
            writer.message(field) { self.operation(&$0, operation) }
        }
        for parameter in item["parameters"]?.elements ?? [] { writer.message(13) { parameterOrReference(&$0, parameter) } }
        writer.extensions(14, of: item)
    }

    private static func operation(_ writer: inout ProtobufWriter, _ operation: Value) {
        for tag in operation["tags"]?.elements ?? [] { writer.element(1, tag.stringValue ?? "") }
        writer.string(3, operation["description"]?.stringValue)
        writer.string(5, operation["operationId"]?.stringValue)
        for parameter in operation["parameters"]?.elements ?? [] { writer.message(6) { parameterOrReference(&$0, parameter) } }
        if let body = operation["requestBody"] {
            writer.message(7) { item in
                item.message(1) {
                    $0.string(1, body["description"]?.stringValue)
                    content(&$0, 2, body["content"])
                    $0.bool(3, body["required"]?.boolValue)
                }
            }
        }
        writer.message(8) { responses in
            for (code, response) in operation["responses"]?.fields ?? Fields() {
                func item(_ writer: inout ProtobufWriter) {
                    writer.message(1) {
                        $0.string(1, response["description"]?.stringValue)
                        content(&$0, 3, response["content"])
                    }
                }
                if code == "default" { responses.message(1, item) } else { responses.entry(2, code, item) }
            }
        }
        writer.bool(10, operation["deprecated"]?.boolValue)
        writer.extensions(13, of: operation)
    }

    /// Schemas by media type.
    private static func content(_ writer: inout ProtobufWriter, _ field: Int, _ content: Value?) {
        guard let types = content?.fields else { return }
        writer.message(field) { list in
            for (type, value) in types {
                list.entry(1, type) { item in
                    if let schema = value["schema"] { item.message(1) { schemaOrReference(&$0, schema) } }
                }
            }
        }
    }

    private static func parameterOrReference(_ writer: inout ProtobufWriter, _ parameter: Value) {
        if let reference = parameter["$ref"]?.stringValue { return writer.message(2) { $0.string(1, reference) } }
        writer.message(1) { item in
            item.string(1, parameter["name"]?.stringValue)
            item.string(2, parameter["in"]?.stringValue)
            item.string(3, parameter["description"]?.stringValue)
            item.bool(4, parameter["required"]?.boolValue)
            if let schema = parameter["schema"] { item.message(10) { schemaOrReference(&$0, schema) } }
            item.extensions(14, of: parameter)
        }
    }

    // MARK: Schemas

    private static func schemaOrReference(_ writer: inout ProtobufWriter, _ schema: Value) {
        if let reference = schema["$ref"]?.stringValue { return writer.message(2) { $0.string(1, reference) } }
        writer.message(1) { self.schema(&$0, schema) }
    }

    private static func schema(_ writer: inout ProtobufWriter, _ schema: Value) {
        writer.bool(1, schema["nullable"]?.boolValue)
        writer.bool(3, schema["readOnly"]?.boolValue)
        writer.bool(4, schema["writeOnly"]?.boolValue)
        if let value = schema["example"] { writer.any(7, value) }
        writer.bool(8, schema["deprecated"]?.boolValue)
        writer.string(9, schema["title"]?.stringValue)
        writer.double(10, schema["multipleOf"]?.doubleValue)
        writer.double(11, schema["maximum"]?.doubleValue)
        writer.bool(12, schema["exclusiveMaximum"]?.boolValue)
        writer.double(13, schema["minimum"]?.doubleValue)
        writer.bool(14, schema["exclusiveMinimum"]?.boolValue)
        writer.int(15, schema["maxLength"]?.intValue)
        writer.int(16, schema["minLength"]?.intValue)
        writer.string(17, schema["pattern"]?.stringValue)
        writer.int(18, schema["maxItems"]?.intValue)
        writer.int(19, schema["minItems"]?.intValue)
        writer.bool(20, schema["uniqueItems"]?.boolValue)
        writer.int(21, schema["maxProperties"]?.intValue)
        writer.int(22, schema["minProperties"]?.intValue)
        for name in schema["required"]?.elements ?? [] { writer.element(23, name.stringValue ?? "") }
        for value in schema["enum"]?.elements ?? [] { writer.any(24, value) }
        writer.string(25, schema["type"]?.stringValue)
        for (name, field) in [("allOf", 26), ("oneOf", 27), ("anyOf", 28)] {
            for part in schema[name]?.elements ?? [] { writer.message(field) { schemaOrReference(&$0, part) } }
        }
        if let part = schema["not"] { writer.message(29) { self.schema(&$0, part) } }
        if let items = schema["items"] { writer.message(30) { $0.message(1) { schemaOrReference(&$0, items) } } }
        if let properties = schema["properties"]?.fields {
            writer.message(31) { list in
                for (name, property) in properties { list.entry(1, name) { schemaOrReference(&$0, property) } }
            }
        }
        if let additional = schema["additionalProperties"] {
            writer.message(32) { item in
                if let allowed = additional.boolValue { item.present(2, allowed) } else { item.message(1) { schemaOrReference(&$0, additional) } }
            }
        }
        if let value = schema["default"] { writer.message(33) { defaultValue(&$0, value) } }
        writer.string(34, schema["description"]?.stringValue)
        writer.string(35, schema["format"]?.stringValue)
        writer.extensions(36, of: schema)
    }

    /// A default is a number, a truth value or a text; of others the message has no form, and says only that there is one.
    private static func defaultValue(_ writer: inout ProtobufWriter, _ value: Value) {
        if let flag = value.boolValue {
            writer.present(2, flag)
        } else if let text = value.stringValue {
            writer.element(3, text)
        } else if let number = value.doubleValue ?? value.intValue.map(Double.init) {
            writer.present(1, number)
        }
    }
}
