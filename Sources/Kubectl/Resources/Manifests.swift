import KubernetesObjects
import KubernetesSchema

/// Reads objects out of texts.
enum Manifests {
    /// The documents of a text, in order, without empty ones, and what stopped the reading.
    static func read(_ bytes: [UInt8], source: String) -> (objects: [Value], problem: Failure?) {
        let reading = YAMLReader().read(bytes)
        // Manifests go through JSON, whose maps are written in the order of their keys.
        let objects = reading.documents.map { sorted($0.value) }.filter { !$0.isNull }
        return (objects, reading.error.map { Failure("error parsing \(source): \($0.decodingMessage)") })
    }

    /// The value with the keys of all its maps in order.
    static func sorted(_ value: Value) -> Value {
        switch value {
        case .object(let fields):
            var fields = fields.sorted()
            fields.modifyValues { _, item in item = sorted(item) }
            return .object(fields)
        case .array(let list): return .array(list.map(sorted))
        default: return value
        }
    }

    /// The only document of a text; nil when it is empty.
    static func parseOne(_ bytes: [UInt8], name: String) throws(Failure) -> Value? {
        do {
            return try YAMLReader().documents(bytes).first { !$0.value.isNull }?.value
        } catch {
            throw Failure("error loading config file \"\(name)\": \(error.message)")
        }
    }

    /// A patch or override in JSON or YAML.
    static func json(orYAML text: String) throws(YAMLError) -> Value { try Value(parsingYAML: text) }

    /// What is wrong with an object before its kind is looked up.
    static func check(_ object: Value, source: String) throws(Failure) {
        var problems: [String] = []
        if object.fields == nil {
            problems.append("invalid object to validate")
        } else {
            for key in ["apiVersion", "kind"] {
                switch object[key] {
                case nil, .null?: problems.append("\(key) not set")
                case .string?: break
                default: problems.append("\(key) isn't string type")
                }
            }
        }
        if problems.isEmpty { return }
        let text = problems.count == 1 ? problems[0] : "[\(problems.joined(separator: ", "))]"
        throw Failure(
            "error validating \(goQuoted(source)): error validating data: \(text); if you choose to ignore these errors, turn validation off with --validate=false"
        )
    }

    /// What decoding without validation says of an object that names no kind.
    static func checkKind(_ object: Value, source: String) throws(Failure) {
        for (key, name) in [("kind", "Kind"), ("apiVersion", "apiVersion")] where (object[key]?.stringValue ?? "").isEmpty {
            throw Failure("unable to decode \(goQuoted(source)): Object '\(name)' is missing in '\(object.json(.compact, sortedKeys: true))'")
        }
    }

    /// What is wrong with an object's metadata, in the words of Go's decoder: a label that is a number, say.
    ///
    /// - Source: k8s.io/cli-runtime `pkg/resource/metadata_decoder.go`. What else is wrong the server says.
    static func checkMetadata(_ object: Value, source: String) throws(Failure) {
        do throws(DecodingFailure) { _ = try SchemaDecoder.decode(object, as: metadataOnly) } catch {
            throw Failure("unable to decode \(goQuoted(source)): \(error.message)")
        }
    }

    private static let metadataOnly = TypeSchema(
        name: "metadataOnlyObject", form: .structure,
        fields: [FieldSchema(name: "metadata", type: .lazy("meta.v1.ObjectMeta"), emptiness: .omitted, goType: "v1.ObjectMeta")])

    /// The items of a list object; nil for anything else.
    static func items(of object: Value) -> [Value]? {
        guard object.kind.hasSuffix("List"), let items = object["items"]?.arrayValue else { return nil }
        if object.kind == "List" { return items }
        let (version, kind) = (object.apiVersion, String(object.kind.dropLast(4)))
        return items.map { $0.kind.isEmpty ? typed($0, version, kind) : $0 }
    }

    /// An item of a list with the version and kind that the list says of all.
    private static func typed(_ item: Value, _ version: String, _ kind: String) -> Value {
        var fields: Fields = ["apiVersion": .string(version), "kind": .string(kind)]
        for (key, value) in item.fields ?? [:] { fields[key] = value }
        return .object(fields)
    }
}
