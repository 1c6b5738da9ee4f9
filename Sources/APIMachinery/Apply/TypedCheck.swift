import KubernetesObjects
import KubernetesSchema

/// What is wrong with a configuration that is applied, held against the schema of its kind.
///
/// - Order: as the configuration stands; what follows a field that nobody declared is not looked at.
/// - Source: sigs.k8s.io/structured-merge-diff `typed/validate.go` and `typed/helpers.go`.
struct TypedCheck {
    private var problems: [String] = []

    /// All that is wrong, as one message; nil when nothing is.
    static func problem(in configuration: Value, _ schema: SchemaNode) -> String? {
        var check = TypedCheck()
        check.check(configuration, schema, "")
        if check.problems.count < 2 { return check.problems.first }
        return "errors:\n" + check.problems.map { "  " + $0 }.joined(separator: "\n")
    }

    private mutating func add(_ path: String, _ problem: String) { problems.append(path.isEmpty ? problem : "\(path): \(problem)") }

    private mutating func check(_ value: Value, _ schema: SchemaNode, _ path: String) {
        guard let type = schema.type, !value.isNull else { return }
        switch type.form {
        case .structure, .map: map(value, schema, type, path)
        case .list: list(value, schema, path)
        case .string, .bytes: if value.stringValue == nil { add(path, "expected string, got \(Self.detailed(value))") }
        case .int32, .int64, .integer, .double, .number:
            if !Self.isNumber(value) { add(path, "expected numeric (int or float), got \(Self.goType(value))") }
        case .bool: if value.boolValue == nil { add(path, "expected boolean, got \(Self.plain(value))") }
        case .time, .microTime, .quantity, .intOrString:
            if value.fields != nil || value.arrayValue != nil { add(path, "expected any scalar, got \(Self.plain(value))") }
        case .object, .fieldSet, .any, .schemaOrBool, .schemaOrArray, .schemaOrStringArray: break
        }
    }

    private mutating func map(_ value: Value, _ schema: SchemaNode, _ type: TypeSchema, _ path: String) {
        guard let fields = value.fields else { return add(path, "expected map, got \(Self.plain(value))") }
        for (key, child) in fields {
            let at = "\(path).\(key)"
            if type.form == .structure, !type.preservesUnknownFields, type.field(key) == nil { return add(at, "field not declared in schema") }
            check(child, schema.field(key), at)
        }
    }

    private mutating func list(_ value: Value, _ schema: SchemaNode, _ path: String) {
        guard let elements = value.arrayValue else { return add(path, "expected list, got \(Self.plain(value))") }
        let merging = schema.merging(value)
        var seen: Set<String> = []
        for (index, element) in elements.enumerated() {
            let step: String
            switch merging {
            case .associativeList(let keys):
                if let problem = Self.problem(ofKeys: keys, in: element, schema.element) { return add(path, "element \(index): \(problem)") }
                step = PathElement.key(of: element, keys)
            case .set:
                if let problem = Self.problem(ofSetItem: element) { return add(path, "element \(index): \(problem)") }
                step = PathElement.value(element)
            default: step = PathElement.index(index)
            }
            if !seen.insert(step).inserted { add(path, "duplicate entries for key \(PathElement.text(step))") }
            check(element, schema.element, path + PathElement.text(step))
        }
    }

    // MARK: Elements

    private static func problem(ofKeys keys: [String], in element: Value, _ schema: SchemaNode) -> String? {
        if element.isNull { return "associative list with keys may not have a null element" }
        guard let fields = element.fields else { return "associative list with keys may not have non-map elements" }
        for key in keys where fields[key] == nil && PathElement.keyDefaults[key] == nil && !hasDefault(key, schema) {
            return "associative list with keys has an element that omits key field \(goQuoted(key)) (and doesn't have default value)"
        }
        return nil
    }

    /// Custom resources name their defaults; of built-in types the name of a thing in the same namespace may be empty.
    private static func hasDefault(_ key: String, _ schema: SchemaNode) -> Bool {
        guard let type = schema.type else { return false }
        return type.field(key)?.defaultValue != nil || type.goName == "LocalObjectReference"
    }

    private static func problem(ofSetItem element: Value) -> String? {
        switch element {
        case .object: "associative list without keys has an element that's a map type"
        case .array: "not supported: associative list with lists as elements"
        case .null: "associative list without keys has an element that's an explicit null"
        default: nil
        }
    }

    // MARK: Values as Go shows them

    private static func isNumber(_ value: Value) -> Bool {
        switch value {
        case .int, .number: true
        default: false
        }
    }

    private static func plain(_ value: Value) -> String { "&{\(value.goDescription)}" }

    private static func detailed(_ value: Value) -> String { "&value.valueUnstructured{Value:\(syntax(value))}" }

    private static func goType(_ value: Value) -> String {
        switch value {
        case .object: "map[string]interface {}"
        case .array: "[]interface {}"
        default: value.goTypeName
        }
    }

    /// A value in Go's own syntax.
    private static func syntax(_ value: Value) -> String {
        switch value {
        case .string(let text): goQuoted(text)
        case .null: "interface {}(nil)"
        case .array(let list): "[]interface {}{" + list.map(syntax).joined(separator: ", ") + "}"
        case .object(let fields):
            "map[string]interface {}{" + fields.sorted().map { "\(goQuoted($0.key)):\(syntax($0.value))" }.joined(separator: ", ") + "}"
        default: value.goDescription
        }
    }
}
