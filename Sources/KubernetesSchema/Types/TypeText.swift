/// Reads one type from its lines in the catalogue's text.
///
/// - Shape: `v1.Deployment kind=apps/v1/Deployment`, then a line a field: ` replicas int32 required`.
///   Types are `string`, `int32`, `[]X`, `map:X`, a scalar's name, or the short name of a structure.
struct TypeText {
    var name: String
    var text: CatalogueText
    /// What the overlay tables say of the type.
    var overlay: CatalogueText?
    /// Where the types that it names are found.
    var library: TypeLibrary

    func read() -> TypeSchema {
        var heading: [String] = []
        var lines: [[String]] = []
        text.forEachLine { line in
            if line.isIndented { lines.append(line.words) } else { heading = line.words }
        }
        var kind: GroupVersionKind?
        var discriminator: String?
        var isAtomic = false
        for marker in heading.dropFirst() {
            let (key, value) = Self.split(marker)
            switch key {
            case "kind" where value != "*": kind = GroupVersionKind(path: value)
            case "atomic": isAtomic = true
            case "union": discriminator = value
            default: break
            }
        }
        let version = name.split(separator: ".").dropFirst().first.map(String.init) ?? ""
        let fieldOverlay = FieldOverlay(overlay, version: version, isWholeObject: kind != nil)
        let fields = lines.compactMap { field($0, overlay: fieldOverlay) }
        return TypeSchema(
            name: name, form: .structure, fields: fields, isAtomic: isAtomic, unionDiscriminator: discriminator, kind: kind)
    }

    private func field(_ words: [String], overlay: FieldOverlay) -> FieldSchema? {
        guard words.count >= 2 else { return nil }
        let name = words[0]
        var isRequired = false
        var listType: ListType?
        var keys: [String] = []
        var isAtomicMap: Bool?
        var patch: PatchStrategy = []
        var mergeKey: String?
        for marker in words.dropFirst(2) {
            let (key, value) = Self.split(marker)
            let (first, inner) = Self.splitParentheses(value)
            switch key {
            case "required": isRequired = true
            case "list":
                listType = ListType(rawValue: first)
                keys = inner.split(separator: ",").map(String.init)
            case "map": isAtomicMap = value == "atomic"
            case "patch":
                mergeKey = inner.isEmpty ? nil : inner
                for part in first.split(separator: ",") {
                    switch part {
                    case "merge": patch.insert(.merge)
                    case "replace": patch.insert(.replace)
                    case "retainKeys": patch.insert(.retainKeys)
                    default: break
                    }
                }
            default: break
            }
        }
        let type = reference(words[1], listType: listType, listMapKeys: keys, isAtomicMap: isAtomicMap ?? false)
        return FieldSchema(
            name: name, type: type, isRequired: isRequired, patchStrategy: patch, patchMergeKey: mergeKey,
            enumValues: overlay.enumValues(of: name), emptiness: overlay.emptiness(of: name, word: words[1], isRequired: isRequired),
            goType: overlay.goType(of: name))
    }

    /// The type that a word of the text names; a name that is nowhere in the catalogue is free-form.
    private func reference(
        _ word: String, listType: ListType? = nil, listMapKeys: [String] = [], isAtomicMap: Bool = false
    ) -> TypeReference {
        if let scalar = Self.scalars[word] { return .resolved(scalar) }
        if word.hasPrefix("[]") {
            let element = reference(String(word.dropFirst(2)))
            return .resolved(TypeSchema(form: .list, element: element, listType: listType, listMapKeys: listMapKeys))
        }
        if word.hasPrefix("map:") {
            return .resolved(TypeSchema(form: .map, element: reference(String(word.dropFirst(4))), isAtomic: isAtomicMap))
        }
        if let slot = library.slot(word) { return .named(slot) }
        return .resolved(Self.anyType)
    }

    static let anyType = TypeSchema(form: .any)
    private static let scalars: [String: TypeSchema] = [
        "string": TypeSchema(form: .string), "int32": TypeSchema(form: .int32), "int64": TypeSchema(form: .int64),
        "double": TypeSchema(form: .double), "bool": TypeSchema(form: .bool), "bytes": TypeSchema(form: .bytes),
        "Time": TypeSchema(form: .time), "MicroTime": TypeSchema(form: .microTime), "Quantity": TypeSchema(form: .quantity),
        "IntOrString": TypeSchema(form: .intOrString), "Object": TypeSchema(form: .object), "Fields": TypeSchema(form: .fieldSet),
        "Any": anyType, "SchemaOrBool": TypeSchema(form: .schemaOrBool), "SchemaOrArray": TypeSchema(form: .schemaOrArray),
        "SchemaOrStringArray": TypeSchema(form: .schemaOrStringArray),
    ]

    private static func split(_ marker: String) -> (key: String, value: String) {
        guard let equals = marker.firstIndex(of: "=") else { return (marker, "") }
        return (String(marker[..<equals]), String(marker[marker.index(after: equals)...]))
    }

    private static func splitParentheses(_ text: String) -> (before: String, inside: String) {
        guard let open = text.firstIndex(of: "("), text.hasSuffix(")") else { return (text, "") }
        return (String(text[..<open]), String(text[text.index(after: open)...].dropLast()))
    }
}
