import APIMachinery
import KubernetesObjects
import KubernetesSchema

/// `kubectl explain`.
///
/// - Shape: the layout of kubectl's plain text. Differs: what is said of built-in fields is short and in our
///   own words, and of rare ones nothing; custom resources are described as their definitions have it.
enum ExplainCommand {
    static let command = Command(
        name: "explain", summary: "Get documentation for a resource", usage: "TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]",
        flags: [
            FlagSpec("api-version", "Of this version: GROUP/VERSION."), .flag("recursive", nil, "Show the fields of fields."),
            FlagSpec("output", short: "o", fallback: "plaintext", "plaintext or plaintext-openapiv2."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private static func run(_ invocation: Invocation) throws(Failure) {
        guard let first = invocation.arguments.first else {
            throw Failure("You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete list of supported resources.\n")
        }
        if invocation.arguments.count > 1 { throw Failure("We accept only this format: explain RESOURCE\n") }
        let output = invocation.flags.string("output")
        if !["plaintext", "plaintext-openapiv2"].contains(output) {
            throw Failure("unrecognized format: \(output)")
        }
        var words = first.split(separator: ".").map(String.init)
        var resource = words.removeFirst()
        // The longest prefix that names a resource wins: `ingresses.networking.k8s.io.spec`.
        for count in stride(from: words.count, through: 1, by: -1) {
            let longer = ([resource] + words.prefix(count)).joined(separator: ".")
            if try invocation.catalogue().find(longer) != nil, words.prefix(count).contains(where: { $0 == "io" || $0 == "com" || $0 == "k8s" }) {
                resource = longer
                words.removeFirst(count)
                break
            }
        }
        guard var entry = try invocation.lookup({ $0.find(resource) }) else {
            throw .text("the server doesn't have a resource type \(goQuoted(resource.split(separator: ".").first.map(String.init) ?? resource))")
        }
        let version = invocation.flags.string("api-version")
        if !version.isEmpty {
            let (group, number) = splitAPIVersion(version)
            let entries = try invocation.catalogue().entries.filter { $0.group == group && $0.version == number }
            guard let other = entries.first(where: { $0.plural == entry.plural }) else {
                if !entries.isEmpty { throw Failure("GVR (\(group)/\(number), Resource=\(entry.plural)) not found in OpenAPI schema") }
                throw Failure("couldn't find resource for \"\(group)/\(number), Resource=\(entry.plural)\"")
            }
            entry = other
        }
        try explain(entry, words, invocation)
    }

    private static func explain(_ entry: ResourceEntry, _ path: [String], _ invocation: Invocation) throws(Failure) {
        var text = ""
        if !entry.group.isEmpty { text += "GROUP:      \(entry.group)\n" }
        text += "KIND:       \(entry.kind)\nVERSION:    \(entry.version)\n"
        let root = try ExplainedField.root(entry, invocation)
        var field = root
        for word in path {
            var inside = field
            while let element = inside.element { inside = element }
            guard let next = inside.fields.first(where: { $0.name == word }) else {
                invocation.outLine(text)
                throw Failure("field \(goQuoted(word)) does not exist")
            }
            field = next
        }
        text += "\n"
        if !path.isEmpty {
            text += "FIELD: \(field.name) <\(field.typeName)>\n"
            if !field.enumValues.isEmpty { text += "ENUM:\n" + field.enumValues.sorted().map { "    \($0)\n" }.joined() } else { text += "\n" }
            text += "\n"
        }
        var inside = field
        while let element = inside.element { inside = element }
        // What is said of the field, and then of its type.
        let descriptions = [field.description, path.isEmpty || inside.typeDescription == field.description ? "" : inside.typeDescription].filter { !$0.isEmpty }
        text += "DESCRIPTION:\n" + (descriptions.isEmpty ? "    <empty>\n" : descriptions.map { wrapped($0, indent: 4) }.joined() + "    \n")
        if !inside.fields.isEmpty {
            text += "FIELDS:\n"
            text += invocation.flags.bool("recursive") ? recursive(inside, level: 1, seen: [inside.typeName]) : list(inside)
        }
        invocation.outLine(text)
    }

    private static func list(_ field: ExplainedField) -> String {
        field.fields.map { child in
            var text = "  \(child.name)\t<\(child.typeName)>\(child.isRequired ? " -required-" : "")\n"
            if !child.enumValues.isEmpty { text += "  enum: \(enumText(child.enumValues))\n" }
            return text + (child.description.isEmpty ? "    <no description>\n" : wrapped(child.description, indent: 4)) + "\n"
        }.joined()
    }

    private static func enumText(_ values: [String]) -> String {
        values.count > 4 ? values.prefix(4).joined(separator: ", ") + ", ...." : values.joined(separator: ", ")
    }

    private static func recursive(_ field: ExplainedField, level: Int, seen: Set<String>) -> String {
        let indent = String(repeating: "  ", count: level)
        return field.fields.map { child in
            var text = "\(indent)\(child.name)\t<\(child.typeName)>\(child.isRequired ? " -required-" : "")\n"
            if !child.enumValues.isEmpty { text += "\(indent)enum: \(enumText(child.enumValues))\n" }
            var inside = child
            while let element = inside.element { inside = element }
            // Schemas such as JSONSchemaProps contain themselves.
            if level < 20, inside.typeName == "Object" || !seen.contains(inside.typeName) {
                text += recursive(inside, level: level + 1, seen: seen.union([inside.typeName]))
            }
            return text
        }.joined()
    }

    /// Words filled up to 80 columns.
    private static func wrapped(_ text: String, indent: Int) -> String {
        let pad = String(repeating: " ", count: indent)
        var result = ""
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
            // A paragraph keeps its own indentation on its first line.
            var line = String(paragraph.prefix { $0 == " " })
            var isStarted = false
            for word in paragraph.split(separator: " ") {
                if isStarted, line.count + 1 + word.count > 80 - indent {
                    result += pad + line + "\n"
                    line = ""
                    isStarted = false
                }
                line += (isStarted ? " " : "") + word
                isStarted = true
            }
            result += pad + line + "\n"
        }
        return result
    }
}

/// A field as `explain` shows it, read from the catalogue or from a custom resource's definition.
struct ExplainedField {
    var name = ""
    var typeName = ""
    var description = ""
    var isRequired = false
    var enumValues: [String] = []
    private var source: Source

    private indirect enum Source {
        case type(TypeSchema)
        case json(Value)
        case scalar
    }

    static func root(_ entry: ResourceEntry, _ invocation: Invocation) throws(Failure) -> ExplainedField {
        let kind = GroupVersionKind(group: entry.group, version: entry.version, kind: entry.kind)
        if let type = TypeLibrary.shared.type(of: kind) {
            return ExplainedField(typeName: entry.kind, description: type.describedAs, source: .type(type))
        }
        let definitions = GroupResource("customresourcedefinitions", group: "apiextensions.k8s.io")
        guard let place = try invocation.lookup({ $0.entry(definitions) }) else { throw Failure("couldn't find resource for \(goQuoted(entry.printedResource))") }
        let definition = try invocation.get(
            ResourceInfo(entry: place, namespace: "", name: "\(entry.plural).\(entry.group)", object: .null))
        let version = (definition["spec", "versions"]?.elements ?? []).first { $0["name"]?.stringValue == entry.version }
        var schema = version?["schema", "openAPIV3Schema"] ?? [:]
        for (name, text) in [
            ("apiVersion", "The group and version of the API that this object is written in."), ("kind", "The type of this object, such as Pod or Service."),
        ] where schema["properties"]?[name]?["description"] == nil {
            schema["properties", name] = ["type": "string", "description": .string(text)]
        }
        if schema["properties"]?["metadata"] == nil { schema["properties", "metadata"] = ["type": "object"] }
        return ExplainedField(typeName: entry.kind, description: schema["description"]?.stringValue ?? "", source: .json(schema))
    }

    private init(
        name: String = "", typeName: String, description: String = "", isRequired: Bool = false, enumValues: [String] = [], source: Source
    ) {
        self.name = name
        self.typeName = typeName
        self.description = description
        self.isRequired = isRequired
        self.enumValues = enumValues
        self.source = source
    }

    /// The fields of a structure, sorted.
    var fields: [ExplainedField] {
        switch source {
        case .scalar: return []
        case .type(let type):
            return type.fields.map { field in
                ExplainedField(
                    name: field.name, typeName: Self.name(of: field.type), description: type.description(of: field), isRequired: field.isRequired,
                    enumValues: field.enumValues, source: .type(field.type))
            }
        case .json(let schema):
            let required = Set((schema["required"]?.elements ?? []).compactMap(\.stringValue))
            return (schema["properties"]?.fields?.sorted() ?? [:]).map { name, property in
                if name == "metadata", let type = TypeLibrary.shared.type("meta.v1.ObjectMeta") {
                    return ExplainedField(
                        name: name, typeName: "ObjectMeta", description: "Name, namespace, labels and other data that every object carries.",
                        source: .type(type))
                }
                return ExplainedField(
                    name: name, typeName: Self.name(of: property), description: property["description"]?.stringValue ?? "",
                    isRequired: required.contains(name), enumValues: (property["enum"]?.elements ?? []).map(goText), source: .json(property))
            }
        }
    }

    /// What is said of a structure's type; empty for all else.
    var typeDescription: String {
        if case .type(let type) = source, !type.fields.isEmpty { type.describedAs } else { "" }
    }

    /// What a list or a map holds.
    var element: ExplainedField? {
        switch source {
        case .scalar: nil
        case .type(let type): type.element.map { ExplainedField(name: name, typeName: Self.name(of: $0), source: .type($0)) }
        case .json(let schema):
            (schema["items"] ?? schema["additionalProperties"]).flatMap { inner in
                inner.fields == nil ? nil : ExplainedField(name: name, typeName: Self.name(of: inner), source: .json(inner))
            }
        }
    }

    private static func name(of type: TypeSchema) -> String {
        switch type.form.rawValue {
        case "list", "array": return "[]" + (type.element.map(name) ?? "Object")
        case "map": return "map[string]" + (type.element.map(name) ?? "string")
        case "boolean", "bool": return "boolean"
        case "int32", "int64", "integer": return "integer"
        case "double", "number", "float": return "number"
        case "quantity": return "Quantity"
        case "intOrString": return "IntOrString"
        case "string", "time", "microTime", "bytes": return "string"
        default:
            let short = type.name.split(separator: ".").last.map(String.init) ?? ""
            return short.isEmpty ? "Object" : short
        }
    }

    private static func name(of schema: Value) -> String {
        if schema["x-kubernetes-int-or-string"]?.boolValue == true { return "IntOrString" }
        switch schema["type"]?.stringValue ?? "" {
        case "array": return "[]" + (schema["items"].map(name) ?? "Object")
        case "object":
            if let values = schema["additionalProperties"], values.fields != nil { return "map[string]" + name(of: values) }
            return "Object"
        case "": return "Object"
        case let type: return type
        }
    }
}
