/// What is known of a type's fields beyond its OpenAPI description: enums, Go types, and which fields are pointers.
///
/// - Shape: tables in `Overlays`, one line a type: `core.v1.PodSpec hostNetwork hostPID`.
struct FieldOverlay {
    /// Fields whose Go type is a plain value with `omitempty` though OpenAPI cannot say so.
    private let plain: Set<String>
    /// Optional fields that the server writes even when they are empty.
    private let written: Set<String>
    /// Strings that are pointers, so that an explicit "" stays.
    private let pointers: Set<String>
    private let enums: [String: [String]]
    private let goTypes: [String: String]

    init(of type: String) {
        plain = Set(OverlayTables.plainFields[type] ?? [])
        written = Set(OverlayTables.writtenFields[type] ?? [])
        pointers = Set(OverlayTables.pointerStrings[type] ?? [])
        enums = OverlayTables.enums[type] ?? [:]
        goTypes = OverlayTables.goTypes[type] ?? [:]
    }

    func enumValues(of field: String) -> [String] { enums[field] ?? [] }

    func goType(of field: String) -> String? { goTypes[field] }

    /// What the server writes of an empty field, from its type's word in the catalogue and the tables.
    func emptiness(of field: String, word: String, isRequired: Bool) -> FieldSchema.Emptiness {
        if isRequired || written.contains(field) { return .written }
        if plain.contains(field) { return .omitted }
        if word.hasPrefix("[]") || word.hasPrefix("map:") || word == "bytes" { return .omitted }
        if word == "string" { return pointers.contains(field) ? .kept : .omitted }
        return .kept
    }
}
