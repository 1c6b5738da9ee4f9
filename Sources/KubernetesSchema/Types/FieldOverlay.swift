/// What the tables say of one type's fields beyond its OpenAPI description.
struct FieldOverlay {
    private var plain: [String] = []
    private var written: [String] = []
    private var pointers: [String] = []
    private var nullable: [String] = []
    private var named: [String: (goType: String, values: [String])] = [:]
    /// Whether the type is a whole object, of which metadata, spec and status are always written.
    private let isWholeObject: Bool

    init(_ text: CatalogueText?, version: String, isWholeObject: Bool) {
        self.isWholeObject = isWholeObject
        text?.forEachLine { line in
            let words = line.words
            guard line.isIndented, words.count >= 2 else { return }
            switch words[0] {
            case "plain": plain += words.dropFirst()
            case "written": written += words.dropFirst()
            case "null": nullable += words.dropFirst()
            case "pointer": pointers += words.dropFirst()
            case "named" where words.count >= 3:
                let values = words.count > 3 ? words[3].split(separator: "|", omittingEmptySubsequences: false).map(String.init) : []
                named[words[1]] = (Self.qualified(words[2], version: version), values)
            default: break
            }
        }
    }

    private static func qualified(_ type: String, version: String) -> String {
        if type.contains(".") { return type }
        return type.hasPrefix("[]") ? "[]\(version).\(type.dropFirst(2))" : "\(version).\(type)"
    }

    func enumValues(of field: String) -> [String] { named[field]?.values ?? [] }

    func goType(of field: String) -> String? { named[field]?.goType }

    /// What the server writes of an empty field, from its type's word in the catalogue and the tables.
    func emptiness(of field: String, word: String, isRequired: Bool) -> FieldSchema.Emptiness {
        if nullable.contains(field) || pointers.contains(field) { return .kept }
        if isRequired || written.contains(field) { return .written }
        if plain.contains(field) { return .omitted }
        if word.hasPrefix("[]") || word.hasPrefix("map:") || word == "bytes" { return .omitted }
        if word == "string" { return .omitted }
        if isWholeObject, field == "metadata" || field == "spec" || field == "status", word.contains(".") { return .written }
        return .kept
    }
}
