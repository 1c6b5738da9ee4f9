import KubernetesObjects

/// What is wrong with the parts of a version of a CustomResourceDefinition: its schema, subresources, columns and selectable fields.
///
/// - Source: apiextensions-apiserver `validation.go`, v1.36.
struct CustomVersionParts {
    /// The parts that a version has, or shares with all others.
    static let names = ["schema", "subresources", "additionalPrinterColumns", "selectableFields"]
    private static let columnTypes = ["boolean", "date", "integer", "number", "string"]
    private static let columnFormats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"]
    private static let selectableMax = 8

    private(set) var problems: [SchemaProblem] = []

    /// - Parameters:
    ///   - path: where the parts stand.
    ///   - parts: which of them are looked at here.
    ///   - isTop: whether they stand for all versions, where the schema is called `validation`.
    init(_ version: Value, at path: String, only parts: Set<String>, isTop: Bool, _ matches: @escaping StructuralValidator.PatternMatcher) {
        let schema = version["schema"]?["openAPIV3Schema"]
        if parts.contains("schema"), let schema, schema.fields != nil {
            problems += StructuralSchemaCheck.problems(
                of: schema, at: "\(path).\(isTop ? "validation" : "schema").openAPIV3Schema",
                hasStatus: version["subresources"]?["status"]?.fields != nil, matches: matches)
        }
        if parts.contains("subresources") { checkScale(version["subresources"]?["scale"], "\(path).subresources") }
        if parts.contains("additionalPrinterColumns") {
            for (index, column) in (version["additionalPrinterColumns"]?.elements ?? []).enumerated() {
                checkColumn(column, "\(path).additionalPrinterColumns[\(index)]")
            }
        }
        if parts.contains("selectableFields") { checkSelectable(version["selectableFields"]?.elements ?? [], schema, "\(path).selectableFields") }
    }

    private mutating func add(_ kind: SchemaProblem.Kind, _ path: String, value: Value? = nil, detail: String = "") {
        problems.append(SchemaProblem(kind, path, value: value, detail: detail))
    }

    // MARK: Scale

    private mutating func checkScale(_ scale: Value?, _ path: String) {
        guard let scale, scale.fields != nil else { return }
        for (field, root) in [("specReplicasPath", ".spec"), ("statusReplicasPath", ".status")] {
            checkPath(scale[field]?.stringValue ?? "", "\(path).scale.\(field)", below: [root], "should be a json path under \(root)")
        }
        guard let selector = scale["labelSelectorPath"]?.stringValue, !selector.isEmpty else { return }
        checkPath(selector, "\(path).scale.labelSelectorPath", below: [".spec", ".status"], "should be a json path under either .spec or .status")
    }

    private mutating func checkPath(_ text: String, _ path: String, below roots: [String], _ detail: String) {
        if text.isEmpty {
            add(.required, path)
        } else if !text.hasPrefix(".") {
            add(.invalid, path, value: .string(text), detail: "must be a simple json path starting with .")
        } else if !roots.contains(where: { text.hasPrefix($0 + ".") }) {
            add(.invalid, path, value: .string(text), detail: detail)
        }
    }

    // MARK: Columns

    private mutating func checkColumn(_ column: Value, _ path: String) {
        if (column["name"]?.stringValue ?? "").isEmpty { add(.required, "\(path).name") }
        let type = column["type"]?.stringValue ?? ""
        let types = "must be one of \(Self.columnTypes.joined(separator: ","))"
        if type.isEmpty {
            add(.required, "\(path).type", detail: types)
        } else if !Self.columnTypes.contains(type) {
            add(.invalid, "\(path).type", value: .string(type), detail: types)
        }
        if let format = column["format"]?.stringValue, !format.isEmpty, !Self.columnFormats.contains(format) {
            add(.invalid, "\(path).format", value: .string(format), detail: "must be one of \(Self.columnFormats.joined(separator: ","))")
        }
        let jsonPath = column["jsonPath"]?.stringValue ?? ""
        if jsonPath.isEmpty {
            add(.required, "\(path).JSONPath")
        } else if !jsonPath.hasPrefix(".") {
            add(.invalid, "\(path).JSONPath", value: .string(jsonPath), detail: "must be a simple json path starting with .")
        }
    }

    // MARK: Selectable fields

    private mutating func checkSelectable(_ fields: [Value], _ schema: Value?, _ path: String) {
        if fields.isEmpty { return }
        guard let schema, schema.fields != nil else {
            return add(.invalid, path, value: "", detail: "selectableFields may only be set when version.schema.openAPIV3Schema is not included")
        }
        var seen: Set<String> = []
        for (index, field) in fields.enumerated() {
            let (text, at) = (field["jsonPath"]?.stringValue ?? "", "\(path)[\(index)].jsonPath")
            if text.isEmpty {
                add(.required, at)
                continue
            }
            guard text.hasPrefix(".") else {
                add(.invalid, at, value: .string(text), detail: "is an invalid path: expected [ or . but got: \(text)")
                continue
            }
            let steps = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard let found = Self.property(steps, of: schema) else {
                add(.invalid, at, value: .string(text), detail: "is an invalid path: does not refer to a valid field")
                continue
            }
            if steps.first == "metadata" { add(.invalid, at, value: .string(text), detail: "must not point to fields in metadata") }
            if !["string", "boolean", "integer"].contains(found["type"]?.stringValue ?? "") {
                add(
                    .invalid, at, value: .string(text),
                    detail: "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.")
            }
            if !seen.insert(text).inserted { add(.duplicate, at, value: .string(text)) }
        }
        if seen.count > Self.selectableMax { add(.tooMany, path, value: Value(seen.count), detail: "must have at most \(Self.selectableMax) items") }
    }

    private static func property(_ steps: [String], of schema: Value) -> Value? {
        var found = schema
        for step in steps {
            guard let next = found["properties"]?[step], next.fields != nil else { return nil }
            found = next
        }
        return found
    }
}
